# All rows of W are the same thing, moved along: the kernel padded to the
# width of the image and written out in one line.
import numpy as np


def first_row(kernel, input_shape):
    padded = np.zeros(input_shape)
    padded[: kernel.shape[0], : kernel.shape[1]] = kernel
    return padded.ravel()


def toeplitz_matrix(kernel, input_shape):
    H, W = input_shape
    OH, OW = H - kernel.shape[0] + 1, W - kernel.shape[1] + 1
    row = first_row(kernel, input_shape)
    # one pixel to the right is 1 place, one pixel down is W places
    shifts = [i * W + j for i in range(OH) for j in range(OW)]
    return np.array([[np.roll(row, s) for s in shifts]])


def conv2d(image, kernel):
    W = toeplitz_matrix(kernel, image.shape)
    return np.dot(W, image.flatten()).reshape(image.shape[0] - kernel.shape[0] + 1, -1)
