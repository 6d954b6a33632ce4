import torch
from torch.nn import functional as F


def toeplitz_matrix(kernel, input_shape):
    """Column p is the convolution of the image whose only pixel is p."""
    kernel = torch.as_tensor(kernel, dtype=torch.float64)
    H, W = input_shape
    pixels = torch.eye(H * W, dtype=torch.float64).reshape(H * W, 1, H, W)
    windows = F.unfold(pixels, tuple(kernel.shape))  # (H*W, kh*kw, OH*OW)
    return torch.einsum("k,pko->op", kernel.flatten(), windows)


def conv2d(image, kernel):
    image = torch.as_tensor(image, dtype=torch.float64)
    kernel = torch.as_tensor(kernel, dtype=torch.float64)
    kh, kw = kernel.shape
    windows = image.unfold(0, kh, 1).unfold(1, kw, 1)  # (OH, OW, kh, kw)
    return (windows * kernel).sum(dim=(2, 3)).numpy()
