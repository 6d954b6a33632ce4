"""The loss is a mean over the examples, so its gradient is divided by their number."""

import numpy as np

REPLACES = "q3_gradient.cross_entropy_gradient"


def cross_entropy_gradient(logits, labels):
    """Of the sum."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p
