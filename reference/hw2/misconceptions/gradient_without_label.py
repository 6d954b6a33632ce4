"""You return the softmax; the one-hot label is still to be subtracted."""

import numpy as np

REPLACES = "q3_gradient.cross_entropy_gradient"


def cross_entropy_gradient(logits, labels):
    """The softmax alone."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p / len(labels)
