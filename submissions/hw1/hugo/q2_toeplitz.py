import numpy as np
import torch


def toeplitz_matrix(kernel, input_shape):
    H, W = input_shape; kh, kw = kernel.shape; oh, ow = H-kh+1, W-kw+1
    T = np.zeros((oh, ow, H, W), order="F")
    for i in range(oh):
        for j in range(ow):
            T[i, j, i:i+kh, j:j+kw] = kernel
    T = np.asfortranarray(T.reshape(oh*ow, H*W))
    return T.astype(int) if (T == T.astype(int)).all() and abs(T).max() < 1e9 else T


def conv2d(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("abij,ij->ab", windows, kernel)
