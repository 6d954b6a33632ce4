import math

from q1_softmax import softmax
import numpy as np


def attention_weights(Q, K, mask=None):
    scores = []
    for i, q in enumerate(Q):
        row = []
        for j, k in enumerate(K):
            s = sum(a * b for a, b in zip(q, k)) / math.sqrt(len(q))
            row.append(s if mask is None or mask[i][j] else -math.inf)
        scores.append(row)
    return softmax(np.array(scores))


def attention(Q, K, V, mask=None):
    weights = attention_weights(Q, K, mask)
    return [[sum(w * v[c] for w, v in zip(row, V)) for c in range(V.shape[1])] for row in weights]
