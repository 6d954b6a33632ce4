import numpy as np
import torch


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    f = lambda s: np.floor((s + 2*padding - dilation*(kernel_size-1) - 1)/stride) + 1
    return np.array([f(height), f(width)])


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    return np.int32(in_channels*out_channels*kernel_size**2 + out_channels*bias)


linear_num_parameters = lambda in_features, out_features, bias=True: in_features*out_features + bias*out_features


class LeNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.out = torch.nn.Linear(84, 10)
        self.fc = torch.nn.Linear(120, 84)
        self.c = torch.nn.ModuleList([torch.nn.Conv2d(16, 120, 5), torch.nn.Conv2d(1, 6, kernel_size=(5, 5)), torch.nn.Conv2d(6, 16, 5)])
    def forward(self, x):
        F = torch.nn.functional
        x = F.max_pool2d(F.relu(self.c[1](x)), 2)
        x = F.max_pool2d(torch.relu(self.c[2](x)), (2, 2), 2)
        x = self.c[0](x).clamp(min=0).view(x.size(0), -1)
        x = self.fc(x).relu()
        return F.log_softmax(self.out(x), dim=-1)
build_model = LeNet
