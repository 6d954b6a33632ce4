"""One bias is counted for each input.

The bias is added to an output: how many outputs are there?
"""

REPLACES = "q1_lenet.linear_num_parameters"


def linear_num_parameters(in_features, out_features, bias=True):
    """A bias for each input."""
    return in_features * (out_features + (1 if bias else 0))
