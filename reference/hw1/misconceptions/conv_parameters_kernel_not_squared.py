"""The kernel is counted as a row of kernel_size weights.

It is a square: kernel_size weights in each of its kernel_size rows.
"""

REPLACES = "q1_lenet.conv2d_num_parameters"


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    """A kernel of one dimension."""
    return out_channels * (in_channels * kernel_size + (1 if bias else 0))
