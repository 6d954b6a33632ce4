import numpy as np
import torch


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    out = torch.nn.Conv2d(1, 1, kernel_size, stride, padding, dilation)(torch.zeros(1, 1, height, width))
    return out.shape[2], out.shape[3]


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    c = torch.nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias)
    return torch.tensor(sum(p.numel() for p in c.parameters()))


linear_num_parameters = lambda in_features, out_features, bias=True: in_features*out_features + bias*out_features


def build_model():
    n = torch.nn
    class Net(n.Module):
        def __init__(s):
            super().__init__()
            s.a, s.b, s.d, s.e, s.f = n.Conv2d(1,6,5), n.Conv2d(6,16,5), n.Conv2d(16,120,5), n.Linear(120,84), n.Linear(84,10)
            s.pool = n.MaxPool2d(2); s.register_buffer("steps", torch.zeros(1))
        def forward(s, x):
            x = torch.relu(s.pool(s.a(x))); x = torch.relu(s.pool(s.b(x)))
            x = torch.relu(s.d(x)).squeeze(-1).squeeze(-1)
            return torch.log(torch.softmax(s.f(torch.relu(s.e(x))), 1))
    return Net()
