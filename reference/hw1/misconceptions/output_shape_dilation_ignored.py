"""The sizes are those for a dilation of 1, whatever the dilation is.

A kernel of k taps that stand d apart covers d*(k-1) + 1 pixels. Draw a kernel of 3 with dilation 2.
"""

REPLACES = "q1_lenet.conv2d_output_shape"


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    """A kernel covers as many pixels as it has taps."""
    return tuple((size + 2 * padding - kernel_size) // stride + 1 for size in (height, width))
