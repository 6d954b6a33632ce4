"""You set the hidden weights to 0 after softmax, so the others no longer sum to 1; hide the scores before it."""

import numpy as np

REPLACES = "q2_attention.attention_weights"


def attention_weights(Q, K, mask=None):
    """Masked too late."""
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = e / e.sum(axis=1, keepdims=True)
    return weights if mask is None else weights * mask
