"""You take the mean of the exponentials; the function takes their sum, which is log k more."""

import numpy as np

REPLACES = "q1_softmax.log_sum_exp"


def log_sum_exp(logits):
    """Of the mean."""
    largest = logits.max(axis=1)
    return largest + np.log(np.exp(logits - largest[:, None]).mean(axis=1))
