import torch


def t(array):
    return torch.as_tensor(array, dtype=torch.float64)


def l1_loss(y_hat, y):
    print("l1 =", torch.nn.functional.l1_loss(t(y_hat), t(y)).item())


def l2_loss(y_hat, y):
    return f"{torch.nn.functional.mse_loss(t(y_hat), t(y)).item():.4f}"


def l1_minimizer(y):
    return torch.quantile(t(y), 0.5).item()


def l2_minimizer(y):
    return t(y).mean().item()
