# Question 2
from itertools import product

import numpy as np


def toeplitz_matrix(kernel, input_shape):
    H, W = input_shape
    kh, kw = kernel.shape
    entries = {(a, b): float(kernel[a, b]) for a, b in product(range(kh), range(kw))}

    def line(i, j):
        return [entries.get((r - i, c - j), 0.0) for r, c in product(range(H), range(W))]

    return [line(i, j) for i, j in product(range(H - kh + 1), range(W - kw + 1))]


def conv2d(image, kernel):
    n = len(image)  # pixels of a side
    spectrum = np.fft.fft2(image) * np.fft.fft2(kernel, s=image.shape).conj()
    return np.fft.ifft2(spectrum).real[: n - kernel.shape[0] + 1, : n - kernel.shape[1] + 1].tolist()
