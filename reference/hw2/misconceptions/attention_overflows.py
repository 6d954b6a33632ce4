"""The exponential of a large score does not fit into a float; take the row's largest score away first."""

import numpy as np

REPLACES = "q2_attention.attention_weights"


def attention_weights(Q, K, mask=None):
    """Without a shift."""
    with np.errstate(all="ignore"):
        e = np.exp(Q @ K.T / np.sqrt(Q.shape[1]))
        e = e if mask is None else e * mask
        return e / e.sum(axis=1, keepdims=True)
