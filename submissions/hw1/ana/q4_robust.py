# Ana - homework 1, question 4


def l1_loss(y_hat, y):
    total = 0.0
    for p, t in zip(y_hat, y):
        total += abs(p - t)
    return total / len(y)


def l2_loss(y_hat, y):
    total = 0.0
    for p, t in zip(y_hat, y):
        total += (p - t) * (p - t)
    return total / len(y)


def l1_minimizer(y):
    in_order = sorted(y)
    middle = len(in_order) // 2
    if len(in_order) % 2 == 1:
        return in_order[middle]
    return (in_order[middle - 1] + in_order[middle]) / 2


def l2_minimizer(y):
    total = 0.0
    for value in y:
        total += value
    return total / len(y)
