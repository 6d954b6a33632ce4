"""You raise 2 to the logits; softmax takes e."""

import numpy as np

REPLACES = "q1_softmax.softmax"


def softmax(logits):
    """With another base."""
    e = np.exp2(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
