# hw1 / Q3
import math

def mse_loss(y_hat, y):
    n = len(y)
    s = 0.0
    i = 0
    while i < n:
        e = y_hat[i] - y[i]
        s += e*e
        i += 1
    return s/n

def bce_loss(y_hat, y):
    n = len(y)
    s = 0.0
    for i in range(n):
        s -= y[i]*math.log(y_hat[i]) + (1-y[i])*math.log(1-y_hat[i])
    return s/n

def gaussian_nll(y_hat, y, sigma):
    n = len(y)
    s = 0.0
    for i in range(n):
        e = y[i] - y_hat[i]
        s += e*e/(2*sigma*sigma)
    return s/n + math.log(sigma*math.sqrt(2*math.pi))

def fit_logistic(X, y, weight_decay, lr, steps):
    n = len(X)
    d = len(X[0])
    w = [0.0]*d
    for t in range(steps):
        g = [0.0]*d
        for i in range(n):
            z = 0.0
            for k in range(d): z += X[i][k]*w[k]
            e = 1.0/(1.0 + math.exp(-z)) - y[i]
            for k in range(d): g[k] += e*X[i][k]/n
        for k in range(d): w[k] -= lr*(g[k] + weight_decay*w[k])
    return w

if __name__ == "__main__":
    print(bce_loss([0.2, 0.5, 0.9], [1, 1, 1]))
