"""The minus sign is missing: a loss falls as the label's probability grows."""

import numpy as np

REPLACES = "q3_gradient.cross_entropy"


def cross_entropy(logits, labels):
    """The mean log-probability."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]
    return float(-losses.mean())
