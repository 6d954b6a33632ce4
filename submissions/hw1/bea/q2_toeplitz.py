# hw1 / Q2
import numpy as np

def toeplitz_matrix(kernel, input_shape):
    H = input_shape[0]; W = input_shape[1]
    kh = kernel.shape[0]; kw = kernel.shape[1]
    oh = H - kh + 1; ow = W - kw + 1
    M = np.zeros((oh*ow, H*W))
    r = 0
    while r < oh*ow:
        i = r//ow; j = r%ow     # output pixel
        k = 0
        while k < kh*kw:
            M[r, (i + k//kw)*W + j + k%kw] = kernel[k//kw, k%kw]
            k += 1
        r += 1
    return M

def conv2d(image, kernel):
    oh = image.shape[0] - kernel.shape[0] + 1
    ow = image.shape[1] - kernel.shape[1] + 1
    out = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            s = 0.0
            for a in range(kernel.shape[0]):
                for b in range(kernel.shape[1]):
                    s += image[i+a, j+b]*kernel[a, b]
            out[i, j] = s
    return out

if __name__ == "__main__":
    K = np.array([[-1., 0, 1], [-2, 0, 2], [-1, 0, 1]])
    I = np.array([[10., 10, 0, 0]]*4)
    print(toeplitz_matrix(K, (4, 4)))
    print(conv2d(I, K))
