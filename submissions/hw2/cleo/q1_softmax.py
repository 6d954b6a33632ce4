import math


def softmax(logits):
    out = []
    for row in logits.tolist():
        m = max(row)
        e = [math.exp(z - m) for z in row]
        s = sum(e)
        out.append([x / s for x in e])
    return out


def log_sum_exp(logits):
    return [max(row) + math.log(sum(math.exp(z - max(row)) for z in row)) for row in logits.tolist()]
