"""You set the hidden scores to 0, which softmax still gives a weight; they should be minus infinity."""

import numpy as np

REPLACES = "q2_attention.attention_weights"


def attention_weights(Q, K, mask=None):
    """With scores of zero."""
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    if mask is not None:
        scores = scores * mask
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
