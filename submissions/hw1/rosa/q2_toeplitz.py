# Question 2
import numpy as np


def template(kernel, input_shape):
    frame = np.zeros(input_shape)
    frame[: kernel.shape[0], : kernel.shape[1]] = kernel
    return frame.ravel()


def toeplitz_matrix(kernel, input_shape):
    H, W = input_shape
    OH, OW = H - kernel.shape[0] + 1, W - kernel.shape[1] + 1
    row = template(kernel, input_shape)

    shifts = [i * W + j for i in range(OH) for j in range(OW)]
    return np.array([np.roll(row, s) for s in shifts])


def conv2d(image, kernel):
    W = toeplitz_matrix(kernel, image.shape)
    return np.dot(W, image.flatten()).reshape(image.shape[0] - kernel.shape[0] + 1, -1)
