"""Question 2 (nils)."""
import numpy as np


def toeplitz_matrix(kernel, input_shape):
    nRows, nCols = input_shape
    kRows, kCols = kernel.shape
    M = 0
    for a in range(kRows):
        selR = np.eye(nRows - kRows + 1, nRows, a)
        for b in range(kCols):
            selC = np.eye(nCols - kCols + 1, nCols, b)
            M = M + kernel[a, b] * np.kron(selR, selC)
    return M


def conv2d(image, kernel):
    nRows, nCols = image.shape
    kRows, kCols = kernel.shape
    out = np.zeros((nRows - kRows + 1, nCols - kCols + 1))
    for a in range(kRows):
        for b in range(kCols):
            out = out + kernel[a, b] * image[a : a + out.shape[0], b : b + out.shape[1]]
    return out
