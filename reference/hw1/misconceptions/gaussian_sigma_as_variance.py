"""sigma is used as if it were the variance.

The handout's sigma is the standard deviation: the variance is sigma**2. For sigma = 1 they cannot be told apart.
"""

import numpy as np
from q3_losses import gaussian_nll as right

REPLACES = "q3_losses.gaussian_nll"


def gaussian_nll(y_hat, y, sigma):
    """The density with variance sigma."""
    return right(y_hat, y, np.sqrt(sigma))
