"""Your logarithm is to base 2; the natural one is asked for."""

import numpy as np

REPLACES = "q1_softmax.log_sum_exp"


def log_sum_exp(logits):
    """In bits."""
    largest = logits.max(axis=1)
    return (largest + np.log(np.exp(logits - largest[:, None]).sum(axis=1))) / np.log(2)
