import numpy as np


def toeplitz_matrix(kernel, input_shape):
    from scipy.linalg import toeplitz
    H, W = input_shape; kh, kw = kernel.shape; oh, ow = H-kh+1, W-kw+1
    def block(row):
        first = np.r_[row, np.zeros(W-kw)]
        return toeplitz(np.r_[row[0], np.zeros(ow-1)], first)
    out = np.zeros((oh*ow, H*W))
    for i in range(oh):
        for a in range(kh):
            out[i*ow:(i+1)*ow, (i+a)*W:(i+a+1)*W] = block(kernel[a])
    return out


def conv2d(image, kernel):
    kh, kw = kernel.shape
    full = np.fft.irfft2(np.fft.rfft2(image) * np.conj(np.fft.rfft2(kernel, s=image.shape)), s=image.shape)
    return full[:image.shape[0]-kh+1, :image.shape[1]-kw+1]
