import torch


def t(array):
    return torch.as_tensor(array, dtype=torch.float64)


def batch_gradient(w, X, y, indices):
    w = t(w).clone().requires_grad_()
    chosen = torch.as_tensor(indices)
    residual = t(X)[chosen] @ w - t(y)[chosen]
    loss = residual.square().mean() / 2
    loss.backward()
    return w.grad.numpy()


def gradient_variance(w, X, y, batch_size):
    X, y = t(X), t(y)
    gradients = X * (X @ t(w) - y).unsqueeze(1)
    return (gradients.var(dim=0, correction=0).sum() / batch_size).item()
