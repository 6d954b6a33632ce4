"""You return minus the label's logit; the log-sum-exp of the row is missing."""

import numpy as np

REPLACES = "q3_gradient.cross_entropy"


def cross_entropy(logits, labels):
    """Of the bare logits."""
    return float(-logits[np.arange(len(labels)), labels].mean())
