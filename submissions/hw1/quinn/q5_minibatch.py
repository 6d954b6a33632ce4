import torch


def to64(array):
    return torch.as_tensor(array, dtype=torch.float64)


def batch_gradient(w, X, y, indices):
    w = to64(w).clone().requires_grad_()
    sel = torch.as_tensor(indices)
    residual = to64(X)[sel] @ w - to64(y)[sel]
    loss = residual.square().mean() / 2
    loss.backward()
    return w.grad.numpy()


def gradient_variance(w, X, y, batch_size):
    X, y = to64(X), to64(y)
    gradients = X * (X @ to64(w) - y).unsqueeze(1)
    return (gradients.var(dim=0, correction=0).sum() / batch_size).item()
