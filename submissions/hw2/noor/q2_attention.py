import numpy as np


def attention_weights(Q, K, mask=None):
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = e / e.sum(axis=1, keepdims=True)
    return weights if mask is None else weights * mask


def attention(Q, K, V, mask=None):
    return attention_weights(Q, K, mask) @ V
