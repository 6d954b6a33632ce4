"""You divide by the number of all entries; the loss is a mean over the rows."""

import numpy as np

REPLACES = "q3_gradient.cross_entropy_gradient"


def cross_entropy_gradient(logits, labels):
    """Divided too often."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / p.size
