import torch


def softmax(logits):
    return torch.softmax(torch.tensor(logits, dtype=torch.float32), dim=1)


def log_sum_exp(logits):
    return torch.logsumexp(torch.tensor(logits, dtype=torch.float32), dim=1)
