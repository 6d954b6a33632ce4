"""Question 5."""

import numpy as np

from helpers import documented

per_example = lambda w, X, y: X * (X @ w - y)[:, np.newaxis]


@documented("Mean gradient over the batch.")
def batch_gradient(w, X, y, indices):
    return np.take(per_example(w, X, y), indices, axis=0).mean(axis=0)


class TraceOfCovariance:
    """Callable: trace of the covariance of a batch gradient."""

    def __call__(self, w, X, y, batch_size):
        centred = per_example(w, X, y) - batch_gradient(w, X, y, range(len(y)))
        return np.vdot(centred, centred) / (len(y) * batch_size)


gradient_variance = TraceOfCovariance()
