"""An example that was drawn several times counts once.

Indices are drawn with replacement: the mean is over all draws.
"""

import numpy as np
from q5_minibatch import batch_gradient as right

REPLACES = "q5_minibatch.batch_gradient"


def batch_gradient(w, X, y, indices):
    """The mean over the set of examples drawn."""
    return right(w, X, y, np.unique(indices))
