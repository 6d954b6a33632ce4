# Ivan, Question 1

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def _output_size(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    reach = dilation * (kernel_size - 1) + 1
    return (size + 2 * padding - reach) // stride + 1


def conv2d_output_shape(
    height: int, width: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> tuple[int, int]:
    """Height and width of the feature map that a square kernel leaves."""
    return (
        _output_size(height, kernel_size, stride, padding, dilation),
        _output_size(width, kernel_size, stride, padding, dilation),
    )


def conv2d_num_parameters(in_channels: int, out_channels: int, kernel_size: int, bias: bool = True) -> int:
    """Weights of all filters, plus one bias per filter."""
    n = out_channels * in_channels * kernel_size**2
    return n + out_channels if bias else n


def linear_num_parameters(in_features: int, out_features: int, bias: bool = True) -> int:
    """Entries of the weight matrix, plus one bias per output."""
    n = out_features * in_features
    return n + out_features if bias else n


class LeNet5(nn.Module):
    """LeNet-5 for grey 32x32 images."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.conv3 = nn.Conv2d(16, 120, 5)
        self.fc1 = nn.Linear(120, 84)
        self.fc2 = nn.Linear(84, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        x = torch.flatten(x, start_dim=1)  # (N, 120, 1, 1) -> (N, 120)
        x = F.relu(self.fc1(x))
        return F.log_softmax(self.fc2(x), dim=1)


def build_model() -> nn.Module:
    """A LeNet-5 with fresh n."""
    return LeNet5()
