import torch.nn as nn

from common import window_count


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    return tuple(window_count(size, kernel_size, stride, padding, dilation) for size in (height, width))


class Layer:
    """Counts the parameters of one layer."""

    def __init__(self, inputs, outputs, bias):
        self.inputs, self.outputs, self.bias = inputs, outputs, bias

    def __len__(self):
        return self.inputs * self.outputs + (self.outputs if self.bias else 0)


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    return len(Layer(in_channels * kernel_size**2, out_channels, bias))


def linear_num_parameters(in_features, out_features, bias=True):
    return len(Layer(in_features, out_features, bias))


class ConvBlock(nn.Module):
    """Convolution, ReLU and perhaps pooling."""

    def __init__(self, channels_in, channels_out, pool=True):
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, kernel_size=5)
        self.after = nn.Sequential(nn.ReLU(), nn.MaxPool2d(2)) if pool else nn.ReLU()

    def forward(self, x):
        return self.after(self.conv(x))


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(ConvBlock(1, 6), ConvBlock(6, 16), ConvBlock(16, 120, pool=False))
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
        self.log_softmax = nn.LogSoftmax(dim=1)

    def forward(self, x):
        return self.log_softmax(self.classifier(self.features(x)))


build_model = LeNet
