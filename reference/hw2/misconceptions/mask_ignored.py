"""The mask has no effect."""

import numpy as np

REPLACES = "q2_attention.attention_weights"


def attention_weights(Q, K, mask=None):
    """As without a mask."""
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
