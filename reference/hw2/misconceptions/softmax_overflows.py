"""exp(1000) does not fit into a float; take the row's largest logit away before the exponential."""

import numpy as np

REPLACES = "q1_softmax.softmax"


def softmax(logits):
    """Without a shift."""
    with np.errstate(all="ignore"):
        e = np.exp(logits)
        return e / e.sum(axis=1, keepdims=True)
