"""The biases are counted where the layer has none, too.

With bias=False there are weights only.
"""

REPLACES = "q1_lenet.conv2d_num_parameters"


def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):
    """As many as with a bias."""
    return out_channels * (in_channels * kernel_size**2 + 1)
