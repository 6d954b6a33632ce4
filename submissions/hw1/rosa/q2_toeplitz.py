import numpy as np
import torch


def toeplitz_matrix(kernel, input_shape):
    H, W = input_shape
    kh, kw = len(kernel), len(kernel[0])
    return [[float(kernel[p//W - i][p%W - j]) if 0 <= p//W - i < kh and 0 <= p%W - j < kw else 0
             for p in range(H*W)] for i in range(H-kh+1) for j in range(W-kw+1)]


def conv2d(image, kernel):
    kh, kw = kernel.shape; oh, ow = image.shape[0]-kh+1, image.shape[1]-kw+1
    out = 0
    for a in reversed(range(kh)):
        for b in range(kw):
            out = out + kernel[a, b]*image[a:a+oh, b:b+ow]
    return out.tolist()
