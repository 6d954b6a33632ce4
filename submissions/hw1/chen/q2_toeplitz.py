import torch


def toeplitz_matrix(kernel, input_shape):
    H, W = input_shape
    idx = torch.arange(H*W, dtype=torch.float64).reshape(1, 1, H, W)
    cols = torch.nn.functional.unfold(idx, kernel.shape)[0].long()
    out = torch.zeros(cols.shape[1], H*W, dtype=torch.float64)
    out.scatter_(1, cols.T, torch.tensor(kernel).reshape(1, -1).repeat(cols.shape[1], 1))
    return out


def conv2d(image, kernel):
    t = torch.tensor(image, requires_grad=True)[None, None]
    cols = torch.nn.functional.unfold(t, kernel.shape)
    return (torch.tensor(kernel).reshape(1, -1) @ cols[0]).reshape(image.shape[0]-kernel.shape[0]+1, -1)
