"""You multiply the scores by sqrt(d); they are divided by it."""

import numpy as np

REPLACES = "q2_attention.attention_weights"


def attention_weights(Q, K, mask=None):
    """Scaled the wrong way."""
    scores = Q @ K.T * np.sqrt(Q.shape[1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
