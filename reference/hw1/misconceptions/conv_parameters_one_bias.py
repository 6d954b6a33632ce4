"""One bias is counted for the whole layer.

How many numbers are added to the image of each output channel?
"""

REPLACES = "q1_lenet.conv2d_num_parameters"


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    """The weights, and a single bias."""
    return out_channels * in_channels * kernel_size**2 + (1 if bias else 0)
