# Ana - homework 1, question 1
import torch.nn as nn


def one_side(size, kernel_size, stride, padding, dilation):
    reach = dilation * (kernel_size - 1) + 1
    count = 0
    position = 0
    while position + reach <= size + 2 * padding:
        count += 1
        position += stride
    return count


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    result = []
    for side in (height, width):
        result.append(one_side(side, kernel_size, stride, padding, dilation))
    return result


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    per_filter = in_channels * kernel_size * kernel_size
    if bias:
        per_filter += 1
    return out_channels * per_filter


def linear_num_parameters(in_features, out_features, bias=True):
    number = in_features * out_features
    if bias:
        number += out_features
    return number


def build_model():
    layers = []
    for channels_in, channels_out in [(1, 6), (6, 16)]:
        layers.append(nn.Conv2d(channels_in, channels_out, 5))
        layers.append(nn.ReLU())
        layers.append(nn.MaxPool2d(2))
    layers += [nn.Conv2d(16, 120, 5), nn.ReLU(), nn.Flatten()]
    layers += [nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10), nn.LogSoftmax(dim=1)]
    return nn.Sequential(*layers)
