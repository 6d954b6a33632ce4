import torch
from torch import nn
from torch.nn import functional as F


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    layer = nn.Conv2d(1, 1, kernel_size, stride, padding, dilation)
    with torch.no_grad():
        return layer(torch.zeros(1, 1, height, width)).shape[-2:]


def num_parameters(layer):
    return torch.tensor(sum(p.numel() for p in layer.parameters()))


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    return num_parameters(nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias))


def linear_num_parameters(in_features, out_features, bias=True):
    return num_parameters(nn.Linear(in_features, out_features, bias=bias))


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        # classifier first, then the features
        self.classifier = nn.Linear(84, 10)
        self.hidden = nn.Linear(120, 84)
        self.c5 = nn.Conv2d(16, 120, kernel_size=5)
        self.c3 = nn.Conv2d(6, 16, kernel_size=5)
        self.c1 = nn.Conv2d(1, 6, kernel_size=5)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.c1(x)), 2)
        x = F.max_pool2d(F.relu(self.c3(x)), 2)
        x = torch.flatten(F.relu(self.c5(x)), 1)
        return F.log_softmax(self.classifier(F.relu(self.hidden(x))), dim=1)


def build_model():
    return LeNet5()
