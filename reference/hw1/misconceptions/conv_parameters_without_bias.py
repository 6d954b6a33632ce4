"""The biases are not counted, also where the layer has them.

With bias=True, which is the default, each output channel has one number more.
"""

REPLACES = "q1_lenet.conv2d_num_parameters"


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    """Weights alone."""
    return out_channels * in_channels * kernel_size**2
