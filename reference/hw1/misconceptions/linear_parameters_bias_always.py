"""The biases are counted where the layer has none, too.

With bias=False there are weights only.
"""

REPLACES = "q1_lenet.linear_num_parameters"


def linear_num_parameters(in_features, out_features, bias=True):
    """As many as with a bias."""
    return (in_features + 1) * out_features
