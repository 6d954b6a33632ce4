import scipy.special as sp


def softmax(logits):
    return sp.softmax(logits, axis=1)


def log_sum_exp(logits):
    return sp.logsumexp(logits, axis=1)
