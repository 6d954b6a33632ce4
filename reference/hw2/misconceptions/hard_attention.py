"""You return the value of the best key; attention is the mean of all values, weighted."""

import numpy as np

REPLACES = "q2_attention.attention"


def attention(Q, K, V, mask=None):
    """The best value."""
    scores = Q @ K.T
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    return V[scores.argmax(axis=1)]
