# Question 4 -- pavel

def l1_loss(y_hat, y):
    total = 0.0
    for i in range(len(y)):
        e = y_hat[i] - y[i]
        total += e if e > 0 else -e
    return total/len(y)

def l2_loss(y_hat, y):
    total = 0.0
    for i in range(len(y)):
        e = y_hat[i] - y[i]
        total += e*e
    return total/len(y)

def insertion_sort(y):
    arr = [float(val) for val in y]
    for i in range(1, len(arr)):
        val = arr[i]
        j = i - 1
        while j >= 0 and arr[j] > val:
            arr[j+1] = arr[j]
            j -= 1
        arr[j+1] = val
    return arr

def l1_minimizer(y):
    arr = insertion_sort(y)
    n = len(arr)
    if n % 2: return arr[n//2]
    return 0.5*(arr[n//2-1] + arr[n//2])

def l2_minimizer(y):
    total = 0.0
    for val in y: total += val
    return total/len(y)
