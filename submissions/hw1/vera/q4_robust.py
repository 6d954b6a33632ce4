# Question 4 -- vera

def l1_loss(y_hat, y):
    s = 0.0
    for i in range(len(y)):
        d = y_hat[i] - y[i]
        s += d if d > 0 else -d
    return s/len(y)

def l2_loss(y_hat, y):
    s = 0.0
    for i in range(len(y)):
        d = y_hat[i] - y[i]
        s += d*d
    return s/len(y)

def my_sort(y):
    a = [float(v) for v in y]
    for i in range(1, len(a)):
        v = a[i]
        j = i - 1
        while j >= 0 and a[j] > v:
            a[j+1] = a[j]
            j -= 1
        a[j+1] = v
    return a

def l1_minimizer(y):
    a = my_sort(y)
    n = len(a)
    if n % 2: return a[n//2]
    return 0.5*(a[n//2-1] + a[n//2])

def l2_minimizer(y):
    s = 0.0
    for v in y: s += v
    return s/len(y)
