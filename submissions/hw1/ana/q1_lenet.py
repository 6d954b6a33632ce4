import numpy as np
import torch


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    import math
    return [math.floor((s + 2*padding - dilation*(kernel_size-1) - 1)/stride + 1) for s in (height, width)]


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    return float((in_channels*kernel_size**2 + int(bias))*out_channels)


linear_num_parameters = lambda in_features, out_features, bias=True: in_features*out_features + bias*out_features


def build_model():
    from collections import OrderedDict
    n = torch.nn
    return n.Sequential(OrderedDict([("features", n.Sequential(n.Conv2d(1,6,5), n.ReLU(inplace=True), n.MaxPool2d(2,2),
        n.Conv2d(6,16,5), n.ReLU(inplace=True), n.MaxPool2d(2,2), n.Conv2d(16,120,5), n.ReLU(inplace=True))), ("flat", n.Flatten()),
        ("head", n.Sequential(n.Linear(120,84), n.ReLU(), n.Linear(84,10), n.LogSoftmax(-1)))]))
