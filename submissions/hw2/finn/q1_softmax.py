import numpy as np


def softmax(logits):
    e = np.exp(logits)
    return e / e.sum(axis=1, keepdims=True)


def log_sum_exp(logits):
    m = logits.max(axis=1)
    return np.log(np.exp(logits).sum(axis=1))
