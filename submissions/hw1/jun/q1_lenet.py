# Question 1 -- jun
import math
import torch
import torch.nn as nn

def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    k = dilation*(kernel_size-1) + 1    # kernel with its holes
    oh = math.ceil((height + 2*padding - k)/stride) + 1
    ow = math.ceil((width + 2*padding - k)/stride) + 1
    return oh, ow

def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    total = in_channels*out_channels*kernel_size*kernel_size
    if bias: total = total + out_channels
    return total

def linear_num_parameters(in_features, out_features, bias=True):
    total = in_features*out_features
    if bias: total = total + out_features
    return total

def build_model():
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 120, 5),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
        nn.LogSoftmax(dim=1),
    )
    return model

if __name__ == "__main__":
    model = build_model()
    x = torch.zeros(1, 1, 32, 32)
    for layer in model:
        x = layer(x)
        n = sum(p.numel() for p in layer.parameters())
        print(layer.__class__.__name__, tuple(x.shape), n)
