"""Question 3."""
import math

def mse_loss(y_hat, y):
    n = len(y)
    total = 0.0
    i = 0
    while i < n:
        diff = y_hat[i] - y[i]
        total += diff*diff
        i += 1
    return total/n

def bce_loss(y_hat, y):
    n = len(y)
    total = 0.0
    for i in range(n):
        total -= y[i]*math.log(y_hat[i]) + (1-y[i])*math.log(1-y_hat[i])
    return total/n

def gaussian_nll(y_hat, y, sigma):
    n = len(y)
    total = 0.0
    for i in range(n):
        diff = y[i] - y_hat[i]
        total += diff*diff/(2*sigma*sigma)
    return total/n + math.log(sigma*math.sqrt(2*math.pi))

def fit_logistic(X, y, weight_decay, lr, steps):
    n = len(X)
    d = len(X[0])
    w = [0.0]*d
    for t in range(steps):
        g = [0.0]*d
        for i in range(n):
            z = 0.0
            for k in range(d): z += X[i][k]*w[k]
            diff = 1.0/(1.0 + math.exp(-z)) - y[i]
            for k in range(d): g[k] += diff*X[i][k]/n
        for k in range(d): w[k] -= lr*(g[k] + 2*weight_decay*w[k])
    return w

if __name__ == "__main__":
    print(bce_loss([0.2, 0.5, 0.9], [1, 1, 1]))
