import torch


def tensor(array):
    return torch.as_tensor(array, dtype=torch.float64)


def minibatch_gradient(w, X, y, indices):
    w = tensor(w).clone().requires_grad_()
    chosen = torch.as_tensor(indices)
    r = tensor(X)[chosen] @ w - tensor(y)[chosen]
    loss = r.square().mean() / 2
    loss.backward()
    return w.grad.numpy()


def gradient_variance(w, X, y, batch_size):
    X, y = tensor(X), tensor(y)
    gradients = X * (X @ tensor(w) - y).unsqueeze(1)
    return (gradients.var(dim=0, correction=0).sum() / batch_size).item()
