"""exp(1000) does not fit into a float; take the row's largest logit out of the sum."""

import numpy as np

REPLACES = "q1_softmax.log_sum_exp"


def log_sum_exp(logits):
    """Without a shift."""
    with np.errstate(all="ignore"):
        return np.log(np.exp(logits).sum(axis=1))
