"""You take the largest logit away before the sum, and do not add it again after the logarithm."""

import numpy as np

REPLACES = "q1_softmax.log_sum_exp"


def log_sum_exp(logits):
    """Shifted."""
    return np.log(np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1))
