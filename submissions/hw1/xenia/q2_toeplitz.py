import numpy as np
from scipy import sparse


def nonzeros(kernel_shape, input_shape):
    """Row, column and kernel entry of all non-zeros of W."""
    (kh, kw), (H, W) = kernel_shape, input_shape
    i, j, a, b = np.indices((H - kh + 1, W - kw + 1, kh, kw)).reshape(4, -1)
    return i * (W - kw + 1) + j, (i + a) * W + (j + b), a * kw + b


def sparse_toeplitz(kernel, input_shape):
    rows, columns, taps = nonzeros(kernel.shape, input_shape)
    shape = (rows.max() + 1, input_shape[0] * input_shape[1])
    return sparse.csr_matrix((kernel.ravel()[taps], (rows, columns)), shape=shape)


def toeplitz_matrix(kernel, input_shape):
    return sparse_toeplitz(kernel, input_shape).toarray()


def conv2d(image, kernel):
    oh = image.shape[0] - kernel.shape[0] + 1
    return (sparse_toeplitz(kernel, image.shape) @ image.ravel()).reshape(oh, -1)
