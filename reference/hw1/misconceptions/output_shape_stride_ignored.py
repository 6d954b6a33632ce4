"""The sizes are those for a stride of 1, whatever the stride is.

With stride s only every s-th place of the kernel is computed.
"""

REPLACES = "q1_lenet.conv2d_output_shape"


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    """Every place of the kernel counts."""
    reach = dilation * (kernel_size - 1) + 1
    return tuple(size + 2 * padding - reach + 1 for size in (height, width))
