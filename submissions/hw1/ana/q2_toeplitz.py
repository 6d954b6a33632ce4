# Ana - homework 1, question 2


def toeplitz_matrix(kernel, input_shape):
    H, W = input_shape
    kh, kw = len(kernel), len(kernel[0])
    rows = []
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            row = [0.0] * (H * W)
            for a in range(kh):
                for b in range(kw):
                    row[(i + a) * W + (j + b)] = float(kernel[a][b])
            rows.append(row)
    return rows


def conv2d(image, kernel):
    kh, kw = len(kernel), len(kernel[0])
    out = []
    for i in range(len(image) - kh + 1):
        line = []
        for j in range(len(image[0]) - kw + 1):
            total = 0.0
            for a in range(kh):
                for b in range(kw):
                    total += float(image[i + a][j + b]) * float(kernel[a][b])
            line.append(total)
        out.append(line)
    return out
