import torch
from torch import nn


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    """Let torch do it on a tensor without data."""
    with torch.no_grad():
        conv = nn.Conv2d(1, 1, kernel_size, stride=stride, padding=padding, dilation=dilation)
        out = conv(torch.empty(1, 1, height, width))
    return out.size(2), out.size(3)


def count(module):
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    return count(nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias))


def linear_num_parameters(in_features, out_features, bias=True):
    return count(nn.Linear(in_features, out_features, bias=bias))


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        channels = [1, 6, 16, 120]
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 5) for a, b in zip(channels, channels[1:]))
        self.linears = nn.ModuleList([nn.Linear(120, 84), nn.Linear(84, 10)])

    def forward(self, x):
        for i, conv in enumerate(self.convs):
            x = torch.relu(conv(x))
            if i < 2:
                x = torch.max_pool2d(x, 2)
        x = x.reshape(len(x), -1)
        x = torch.relu(self.linears[0](x))
        return torch.log_softmax(self.linears[1](x), dim=1)


def build_model():
    torch.manual_seed(0)  # so that I get the same numbers every time
    return LeNet()
