"""Your logarithm is to base 2; the loss is asked for in nats."""

import numpy as np

REPLACES = "q3_gradient.cross_entropy"


def cross_entropy(logits, labels):
    """In bits."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]
    return float(losses.mean() / np.log(2))
