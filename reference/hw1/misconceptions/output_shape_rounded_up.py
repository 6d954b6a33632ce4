"""Where the stride does not fit evenly, the sizes are rounded up, so the last window hangs over the edge.

A window that is not wholly inside the padded image is not computed. Count the places of a kernel of 3 on 8 pixels
with stride 2.
"""

REPLACES = "q1_lenet.conv2d_output_shape"


def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    """The number of started steps instead of whole ones."""
    reach = dilation * (kernel_size - 1) + 1
    return tuple(-(-(size + 2 * padding - reach) // stride) + 1 for size in (height, width))
