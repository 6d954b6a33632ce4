# Question 3 -- xenia
import math

def mse_loss(y_hat, y):
    n = len(y)
    summe = 0.0
    i = 0
    while i < n:
        err = y_hat[i] - y[i]
        summe += err*err
        i += 1
    return summe/n

def bce_loss(y_hat, y):
    n = len(y)
    summe = 0.0
    for i in range(n):
        summe -= y[i]*math.log(y_hat[i]) + (1-y[i])*math.log(1-y_hat[i])
    return summe/n

def gaussian_nll(y_hat, y, sigma):
    n = len(y)
    summe = 0.0
    for i in range(n):
        err = y[i] - y_hat[i]
        summe += err*err/(2*sigma*sigma)
    return summe/n + math.log(sigma*math.sqrt(2*math.pi))

def fit_logistic(X, y, weight_decay, lr, steps):
    n = len(X)
    d = len(X[0])
    w = [0.0]*d
    for t in range(steps):
        g = [0.0]*d
        for i in range(n):
            z = 0.0
            for k in range(d): z += X[i][k]*w[k]
            err = 1.0/(1.0 + math.exp(-z)) - y[i]
            for k in range(d): g[k] += err*X[i][k]/n
        for k in range(d): w[k] -= lr*(g[k] + weight_decay*w[k])
    return w

if __name__ == "__main__":
    print(bce_loss([0.2, 0.5, 0.9], [1, 1, 1]))
