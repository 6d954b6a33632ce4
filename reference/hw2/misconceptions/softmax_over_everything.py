"""All entries together sum to 1; each row is a distribution of its own."""

import numpy as np

REPLACES = "q1_softmax.softmax"


def softmax(logits):
    """One distribution for all rows."""
    e = np.exp(logits - logits.max())
    return e / e.sum()
