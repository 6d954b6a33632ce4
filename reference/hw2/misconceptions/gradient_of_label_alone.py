"""Only the label's entry has a gradient in yours; the other logits are in the log-sum-exp too."""

import numpy as np

REPLACES = "q3_gradient.cross_entropy_gradient"


def cross_entropy_gradient(logits, labels):
    """The label's entry alone."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    own = np.zeros_like(p)
    rows = np.arange(len(labels))
    own[rows, labels] = p[rows, labels] - 1
    return own / len(labels)
