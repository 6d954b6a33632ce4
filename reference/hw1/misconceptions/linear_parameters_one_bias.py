"""One bias is counted for the whole layer.

How many numbers are added to the vector of outputs?
"""

REPLACES = "q1_lenet.linear_num_parameters"


def linear_num_parameters(in_features, out_features, bias=True):
    """The weights, and a single bias."""
    return in_features * out_features + (1 if bias else 0)
