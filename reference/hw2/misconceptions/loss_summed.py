"""You sum over the examples; the loss is their mean."""

import numpy as np

REPLACES = "q3_gradient.cross_entropy"


def cross_entropy(logits, labels):
    """The sum."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]
    return float(losses.sum())
