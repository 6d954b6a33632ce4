"""You divide by the root of the number of keys; the scaling is by the root of their width."""

import numpy as np

REPLACES = "q2_attention.attention_weights"


def attention_weights(Q, K, mask=None):
    """Scaled by the wrong size."""
    scores = Q @ K.T / np.sqrt(K.shape[0])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
