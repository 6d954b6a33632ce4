"""The sizes are those of an image that is padded on one side of each axis only.

Padding adds its pixels on both sides: left and right, above and below.
"""

REPLACES = "q1_lenet.conv2d_output_shape"


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    """The padding is added once per axis."""
    reach = dilation * (kernel_size - 1) + 1
    return tuple((size + padding - reach) // stride + 1 for size in (height, width))
