"""The sign is turned: this is the direction in which the loss falls."""

import numpy as np

REPLACES = "q3_gradient.cross_entropy_gradient"


def cross_entropy_gradient(logits, labels):
    """The step, not the gradient."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return -p / len(labels)
