import numpy as np
import torch


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    f = lambda s: np.floor((s + 2*padding - dilation*(kernel_size-1) - 1)/stride) + 1
    return np.array([f(height), f(width)])


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    return np.int32(in_channels*out_channels*kernel_size**2 + out_channels*bias)


linear_num_parameters = lambda in_features, out_features, bias=True: in_features*out_features + bias*out_features


def build_model():
    n = torch.nn
    return n.Sequential(n.LazyConv2d(6,5), n.ReLU(), n.MaxPool2d(2), n.LazyConv2d(16,5), n.ReLU(), n.MaxPool2d(2),
        n.LazyConv2d(120,5), n.ReLU(), n.Flatten(), n.LazyLinear(84), n.ReLU(), n.LazyLinear(10), n.LogSoftmax(dim=1))
