"""Question 1 (yann)."""
import numpy as np
import torch
from torch import nn

KERNEL = 5


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    hw = np.asarray((height, width))
    last = hw + 2 * padding - dilation * (kernel_size - 1) - 1
    return tuple((last // stride + 1).tolist())


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    return np.empty((out_channels, in_channels, kernel_size, kernel_size)).size + (out_channels if bias else 0)


def linear_num_parameters(in_features, out_features, bias=True):
    return np.empty((out_features, in_features)).size + (out_features if bias else 0)


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.output = nn.Linear(84, 10)
        self.hidden = nn.Linear(120, 84)
        self.c5 = nn.Conv2d(16, 120, KERNEL)
        self.c3 = nn.Conv2d(6, 16, KERNEL)
        self.c1 = nn.Conv2d(1, 6, KERNEL)

    def features(self, x):
        for conv in (self.c1, self.c3):
            x = nn.functional.max_pool2d(conv(x).clamp_min(0), 2)
        return self.c5(x).clamp_min(0)

    def forward(self, x):
        h = self.features(x).view(x.shape[0], 120)
        h = self.hidden(h).clamp_min(0)
        return self.output(h) - torch.logsumexp(self.output(h), dim=1, keepdim=True)


def build_model():
    return LeNet()
