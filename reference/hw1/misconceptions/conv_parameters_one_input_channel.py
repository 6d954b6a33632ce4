"""The count is that of kernels which look at one input channel only.

Each output channel has a kernel of its own for every input channel.
"""

REPLACES = "q1_lenet.conv2d_num_parameters"


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    """The input channels share a kernel."""
    return out_channels * (kernel_size**2 + (1 if bias else 0))
