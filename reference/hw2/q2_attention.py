"""Question 2: scaled dot-product attention."""

import numpy as np


def attention_weights(Q, K, mask=None):
    """Row i: how much query i looks at each key; Q (n, d), K (m, d), mask (n, m) or None → (n, m)."""
    scores = Q @ K.T / np.sqrt(Q.shape[1])  # (n, m)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def attention(Q, K, V, mask=None):
    """Row i: the mean of the values, weighted by how much query i looks at their keys; V (m, p) → (n, p)."""
    return attention_weights(Q, K, mask) @ V
