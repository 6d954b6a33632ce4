import torch


def softmax(logits):
    return torch.softmax(torch.as_tensor(logits), dim=1)


def log_sum_exp(logits):
    return torch.logsumexp(torch.as_tensor(logits), dim=1)
