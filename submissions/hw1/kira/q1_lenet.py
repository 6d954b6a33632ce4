# Kira, Question 1
from torch import nn


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    # how far can the left end of the kernel move before the right end falls off?
    def positions(side):
        space = side + 2 * padding - dilation * (kernel_size - 1) - 1
        return 1 + space // stride

    return positions(height), positions(width)


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    # every filter sees all input channels and has one bias
    return out_channels * (in_channels * kernel_size * kernel_size + int(bias))


def linear_num_parameters(in_features, out_features, bias=True):
    return out_features * (in_features + int(bias))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleDict(
            {
                "c1": nn.Conv2d(1, 6, 5),
                "c3": nn.Conv2d(6, 16, 5),
                "c5": nn.Conv2d(16, 120, 5),
                "f6": nn.Linear(120, 84),
                "out": nn.Linear(84, 10),
            }
        )
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        p = self.parts
        x = self.pool(p["c1"](x).relu())
        x = self.pool(p["c3"](x).relu())
        x = p["c5"](x).relu().flatten(1)
        return p["out"](p["f6"](x).relu()).log_softmax(dim=1)


def build_model():
    return Net()
