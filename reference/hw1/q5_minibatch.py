"""Question 5: very small mini-batches, for loss_i(w) = (x_i . w - y_i)^2 / 2."""


def per_example_gradients(w, X, y):
    """Row i is the gradient of loss_i: (x_i . w - y_i) * x_i; shape (n, d)."""
    residuals = X @ w - y  # (n,)
    return residuals[:, None] * X  # (n, d)


def batch_gradient(w, X, y, indices):
    """Mean of the drawn examples' gradients, shape (d,); an example drawn twice counts twice."""
    return per_example_gradients(w, X, y)[indices].mean(axis=0)


def gradient_variance(w, X, y, batch_size):
    """Trace of the covariance of the mini-batch gradient, drawn uniformly with replacement.

    The mean of B independent draws has 1/B of one draw's covariance, and one draw's is the population's.
    """
    gradients = per_example_gradients(w, X, y)  # (n, d)
    return float(gradients.var(axis=0).sum() / batch_size)
