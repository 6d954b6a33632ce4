"""The gradient is that of all examples, whatever the indices are.

Only the rows of X and y that `indices` names are in the batch.
"""

import numpy as np
from q5_minibatch import batch_gradient as right

REPLACES = "q5_minibatch.batch_gradient"


def batch_gradient(w, X, y, indices):
    """The gradient of the whole loss."""
    return right(w, X, y, np.arange(len(y)))
