# Question 1
from collections import OrderedDict

import numpy as np
import torch.nn as nn


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    sz = np.array([height, width])
    res = np.floor((sz + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)
    return res.astype(int)


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    nWeights = np.prod([kernel_size, kernel_size, in_channels, out_channels])
    nBias = out_channels * bias
    return nWeights + nBias


def linear_num_parameters(in_features, out_features, bias=True):
    nWeights = np.prod([in_features, out_features])
    nBias = out_features * bias
    return nWeights + nBias


def build_model():
    layers = OrderedDict()
    layers["C1"] = nn.Conv2d(1, 6, (5, 5))
    layers["relu1"] = nn.ReLU()
    layers["S2"] = nn.MaxPool2d((2, 2))
    layers["C3"] = nn.Conv2d(6, 16, (5, 5))
    layers["relu2"] = nn.ReLU()
    layers["S4"] = nn.MaxPool2d((2, 2))
    layers["C5"] = nn.Conv2d(16, 120, (5, 5))
    layers["relu3"] = nn.ReLU()
    layers["flat"] = nn.Flatten()
    layers["F6"] = nn.Linear(120, 84)
    layers["relu4"] = nn.ReLU()
    layers["F7"] = nn.Linear(84, 10)
    layers["prob"] = nn.LogSoftmax(dim=-1)
    return nn.Sequential(layers)
