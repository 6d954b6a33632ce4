"""The variance falls with the square of the batch size.

Var(sum / B) is B * Var(g) / B**2: one B cancels.
"""

from q5_minibatch import gradient_variance as right

REPLACES = "q5_minibatch.gradient_variance"


def gradient_variance(w, X, y, batch_size):
    """Divided by B twice."""
    return right(w, X, y, batch_size) / batch_size
