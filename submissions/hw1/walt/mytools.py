# walt


def n_windows(size, kernel, stride=1, padding=0, dilation=1):
    """Places of a kernel on a side of `size` pixels."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
