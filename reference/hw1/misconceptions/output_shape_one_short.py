"""Both sizes are smaller by one: the first place of the kernel is not counted.

(size - reach) // stride counts the steps between places; there is one place more than there are steps.
"""

from q1_lenet import conv2d_output_shape as right

REPLACES = "q1_lenet.conv2d_output_shape"


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    """Steps are counted instead of places."""
    return tuple(size - 1 for size in right(height, width, kernel_size, stride, padding, dilation))
