"""The biases are not counted, also where the layer has them.

With bias=True, which is the default, each output has one number more.
"""

REPLACES = "q1_lenet.linear_num_parameters"


def linear_num_parameters(in_features, out_features, bias=True):
    """Weights alone."""
    return in_features * out_features
