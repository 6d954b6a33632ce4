"""Question 1."""

from collections import OrderedDict
from functools import partial
from math import prod

from torch import nn

from helpers import documented


@documented("Output height and width.")
def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    return tuple(map(lambda s: (s + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1, (height, width)))


conv2d_num_parameters = lambda in_channels, out_channels, kernel_size, bias=True: (
    prod((in_channels, out_channels, kernel_size, kernel_size)) + bias * out_channels
)


class CountParameters:
    def __call__(self, in_features, out_features, bias=True):
        return out_features * (in_features + (1 if bias else 0))


linear_num_parameters = CountParameters()

conv = partial(nn.Conv2d, kernel_size=5)
stage = lambda a, b: nn.Sequential(OrderedDict(conv=conv(a, b), act=nn.ReLU(), pool=nn.MaxPool2d(kernel_size=2, stride=2)))

build_model = lambda: nn.Sequential(
    OrderedDict(
        first=stage(1, 6),
        second=stage(6, 16),
        third=nn.Sequential(conv(16, 120), nn.ReLU(), nn.Flatten()),
        head=nn.Sequential(nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10), nn.LogSoftmax(dim=-1)),
    )
)
