import numpy as np
import torch
from scipy import stats


def _gradient(w, X, y):
    w = torch.tensor(w, requires_grad=True)
    loss = 0.5 * (torch.as_tensor(X) @ w - torch.as_tensor(y)).square().mean()
    return torch.autograd.grad(loss, w)[0].numpy()


def batch_gradient(w, X, y, indices):
    return _gradient(w, X[indices], y[indices])


def gradient_variance(w, X, y, batch_size):
    each = np.array([_gradient(w, X[i : i + 1], y[i : i + 1]) for i in range(len(y))])
    return stats.moment(each, order=2, axis=0).sum() / batch_size
