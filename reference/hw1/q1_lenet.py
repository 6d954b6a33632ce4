"""Question 1: LeNet-5 by the numbers."""

import torch
from torch import nn


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    """(out_height, out_width) of a convolution with a square kernel.

    A kernel of k taps, d apart, covers d*(k-1) + 1 pixels; it fits at every stride-th place of the padded axis.
    """
    reach = dilation * (kernel_size - 1) + 1
    return tuple((size + 2 * padding - reach) // stride + 1 for size in (height, width))


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    """Each output channel has one kernel per input channel, and one bias."""
    per_channel = in_channels * kernel_size * kernel_size + (1 if bias else 0)
    return out_channels * per_channel


def linear_num_parameters(in_features, out_features, bias=True):
    """Each output has one weight per input, and one bias."""
    return out_features * (in_features + (1 if bias else 0))


def build_model():
    """LeNet-5 with ReLU and max pooling; (N, 1, 32, 32) float32 → (N, 10) log-probabilities."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5),  # (N, 6, 28, 28)
        nn.ReLU(),
        nn.MaxPool2d(2),  # (N, 6, 14, 14)
        nn.Conv2d(6, 16, 5),  # (N, 16, 10, 10)
        nn.ReLU(),
        nn.MaxPool2d(2),  # (N, 16, 5, 5)
        nn.Conv2d(16, 120, 5),  # (N, 120, 1, 1)
        nn.ReLU(),
        nn.Flatten(),  # (N, 120)
        nn.Linear(120, 84),  # (N, 84)
        nn.ReLU(),
        nn.Linear(84, 10),  # (N, 10)
        nn.LogSoftmax(dim=1),
    )


if __name__ == "__main__":
    print(build_model()(torch.zeros(2, 1, 32, 32)).shape)
