"""With torch's automatic derivatives; a cache is what to differentiate."""

import torch


def _graph(inputs, function):
    leaves = [torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in inputs]
    out = function(*leaves)

    def back(dout):
        grads = torch.autograd.grad(out, leaves, torch.as_tensor(dout), retain_graph=True)
        return [g.numpy() for g in grads]

    return out.detach(), back


def affine_forward(x, w, b):
    return _graph((x, w, b), lambda x, w, b: x @ w + b)


def affine_backward(dout, cache):
    return tuple(cache(dout))


def relu_forward(x):
    return _graph((x,), torch.relu)


def relu_backward(dout, cache):
    return cache(dout)[0]


def dropout_forward(x, keep, seed):
    import numpy

    stays = torch.from_numpy(numpy.random.default_rng(seed).random(x.shape) < keep)
    return _graph((x,), lambda x: torch.where(stays, x / keep, torch.zeros_like(x)))


def dropout_backward(dout, cache):
    return cache(dout)[0]


@torch.compile
def _cross_entropy(scores, y):
    return torch.nn.functional.cross_entropy(scores, y)


def softmax_loss(scores, y):
    y = torch.as_tensor(y)
    loss, back = _graph((scores,), lambda s: _cross_entropy(s, y))
    return loss, back(1.0 * torch.ones((), dtype=torch.float64))[0]
