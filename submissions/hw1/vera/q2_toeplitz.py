# Question 2
import numpy as np


def toeplitz_matrix(kernel, input_shape):
    nRows, nCols = input_shape
    kRows, kCols = kernel.shape
    Wmat = 0
    for a in range(kRows):
        pickRows = np.eye(nRows - kRows + 1, nRows, a)
        for b in range(kCols):
            pickCols = np.eye(nCols - kCols + 1, nCols, b)
            Wmat = Wmat + kernel[a, b] * np.kron(pickRows, pickCols)
    return Wmat


def conv2d(image, kernel):
    nRows, nCols = image.shape
    kRows, kCols = kernel.shape
    res = np.zeros((nRows - kRows + 1, nCols - kCols + 1))
    for a in range(kRows):
        for b in range(kCols):
            res = res + kernel[a, b] * image[a : a + res.shape[0], b : b + res.shape[1]]
    return res
