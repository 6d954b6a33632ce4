# Ana - homework 1, question 5


def gradient_of_one(w, x, target):
    residual = -target
    for wj, xj in zip(w, x):
        residual += wj * xj
    return [residual * xj for xj in x]


def batch_gradient(w, X, y, indices):
    mean = [0.0] * len(w)
    for i in indices:
        g = gradient_of_one(w, X[i], y[i])
        for j in range(len(w)):
            mean[j] += g[j] / len(indices)
    return mean


def gradient_variance(w, X, y, batch_size):
    n = len(y)
    gradients = [gradient_of_one(w, X[i], y[i]) for i in range(n)]
    mean = batch_gradient(w, X, y, range(n))
    trace = 0.0
    for g in gradients:
        for j in range(len(w)):
            trace += (g[j] - mean[j]) ** 2 / n
    return trace / batch_size
