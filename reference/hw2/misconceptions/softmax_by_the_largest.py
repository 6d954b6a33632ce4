"""You divide by the row's largest exponential; softmax divides by their sum."""

import numpy as np

REPLACES = "q1_softmax.softmax"


def softmax(logits):
    """The largest entry becomes 1."""
    return np.exp(logits - logits.max(axis=1, keepdims=True))
