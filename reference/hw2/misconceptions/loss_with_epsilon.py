"""A number added within the logarithm hides how wrong a confident answer is; use the log-sum-exp instead."""

import numpy as np

REPLACES = "q3_gradient.cross_entropy"


def cross_entropy(logits, labels):
    """Through softmax, with an epsilon."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return float(-np.log(p[np.arange(len(labels)), labels] + 1e-12).mean())
