import torch


def batch_gradient(w, X, y, indices):
    w = torch.tensor(w, requires_grad=True); X = torch.tensor(X)[indices]; y = torch.tensor(y)[indices]
    (0.5*((X@w-y)**2).mean()).backward()
    return w.grad


def gradient_variance(w, X, y, batch_size):
    X, w, y = map(torch.tensor, (X, w, y))
    return (X*(X@w-y)[:, None]).var(dim=0, unbiased=False).sum()/batch_size
