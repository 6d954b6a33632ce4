"""You return the largest logit; the others count as well."""

REPLACES = "q1_softmax.log_sum_exp"


def log_sum_exp(logits):
    """A maximum that is not soft."""
    return logits.max(axis=1)
