import numpy as np
import torch


def toeplitz_matrix(kernel, input_shape):
    H, W = input_shape; kh, kw = kernel.shape; oh, ow = H-kh+1, W-kw+1
    T = np.zeros((oh*ow, H*W))
    for i in range(oh):
        for j in range(ow):
            c = np.zeros((H, W)); c[i:i+kh, j:j+kw] = kernel
            T[i*ow+j] = c.ravel()
    return T[None]


def conv2d(image, kernel):
    kh, kw = kernel.shape; oh, ow = image.shape[0]-kh+1, image.shape[1]-kw+1
    out = 0
    for a in reversed(range(kh)):
        for b in range(kw):
            out = out + kernel[a, b]*image[a:a+oh, b:b+ow]
    return out.tolist()
