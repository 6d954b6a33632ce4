import torch
from torch.nn import Conv2d, Linear, LogSoftmax, MaxPool2d, ReLU, Sequential, Flatten

print("torch", torch.__version__)


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    # formula of the torch documentation
    free = lambda size: size + 2 * padding - dilation * (kernel_size - 1) - 1
    return [free(height) // stride + 1, free(width) // stride + 1]


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    n = 0
    for _ in range(out_channels):
        n += in_channels * kernel_size**2
        n += 1 if bias else 0
    return n


def linear_num_parameters(in_features, out_features, bias=True):
    return in_features * out_features + {True: out_features, False: 0}[bool(bias)]


def build_model():
    model = Sequential()
    for number, (a, b) in enumerate([(1, 6), (6, 16), (16, 120)], start=1):
        model.add_module(f"conv{number}", Conv2d(a, b, 5))
        model.add_module(f"relu{number}", ReLU())
        model.add_module(f"shrink{number}", MaxPool2d(2) if number < 3 else Flatten())
    model.add_module("linear1", Linear(120, 84))
    model.add_module("relu4", ReLU())
    model.add_module("linear2", Linear(84, 10))
    model.add_module("logsoftmax", LogSoftmax(dim=1))
    return model


if __name__ == "__main__":
    print(build_model())
    print(sum(p.numel() for p in build_model().parameters()), "parameters")
