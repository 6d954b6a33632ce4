# Jun, Question 2
import numpy as np


def first_row(kernel, input_shape):
    padded = np.zeros(input_shape)
    padded[: kernel.shape[0], : kernel.shape[1]] = kernel
    return padded.ravel()


def toeplitz_matrix(kernel, input_shape):
    H, W = input_shape
    OH, OW = H - kernel.shape[0] + 1, W - kernel.shape[1] + 1
    base = first_row(kernel, input_shape)
    # one pixel to the right is 1 place, one pixel down is W places
    offsets = [i * W + j for i in range(OH) for j in range(OW)]
    return np.array([np.roll(base, s) for s in offsets])


def conv2d(image, kernel):
    W = toeplitz_matrix(kernel, image.shape)
    return np.dot(W, image.flatten()).reshape(image.shape[0] - kernel.shape[0] + 1, -1)
