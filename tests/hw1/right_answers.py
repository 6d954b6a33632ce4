"""Right ways to write the functions of homework 1, in many styles.

Each entry is the source of one function (or what stands for one); numpy is `np`, torch `torch`, and the reference's
own version is not in reach.
"""

RIGHT = {
    "q1_lenet.conv2d_output_shape": {
        "list": """
def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    import math
    return [math.floor((s + 2*padding - dilation*(kernel_size-1) - 1)/stride + 1) for s in (height, width)]""",
        "floats": """
def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    f = lambda s: np.floor((s + 2*padding - dilation*(kernel_size-1) - 1)/stride) + 1
    return np.array([f(height), f(width)])""",
        "torch": """
def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    out = torch.nn.Conv2d(1, 1, kernel_size, stride, padding, dilation)(torch.zeros(1, 1, height, width))
    return out.shape[2], out.shape[3]""",
        "a torch.Size": """
def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    return torch.nn.Conv2d(1, 1, kernel_size, stride, padding, dilation)(torch.zeros(1, 1, height, width)).shape[-2:]""",
        "len of range": """
def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    reach = dilation * (kernel_size - 1)
    return tuple(len(range(0, s + 2 * padding - reach, stride)) for s in (height, width))""",
    },
    "q1_lenet.conv2d_num_parameters": {
        "numpy": "def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):\n    return np.int32(in_channels*out_channels*kernel_size**2 + out_channels*bias)",
        "float": "def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):\n    return float((in_channels*kernel_size**2 + int(bias))*out_channels)",
        "tensor": "def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):\n    c = torch.nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias)\n    return torch.tensor(sum(p.numel() for p in c.parameters()))",
    },
    "q1_lenet.linear_num_parameters": {
        "one line": "linear_num_parameters = lambda in_features, out_features, bias=True: in_features*out_features + bias*out_features",
    },
    "q1_lenet.build_model": {
        "own class, other order": """
class LeNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.out = torch.nn.Linear(84, 10)
        self.fc = torch.nn.Linear(120, 84)
        self.c = torch.nn.ModuleList([torch.nn.Conv2d(16, 120, 5), torch.nn.Conv2d(1, 6, kernel_size=(5, 5)), torch.nn.Conv2d(6, 16, 5)])
    def forward(self, x):
        F = torch.nn.functional
        x = F.max_pool2d(F.relu(self.c[1](x)), 2)
        x = F.max_pool2d(torch.relu(self.c[2](x)), (2, 2), 2)
        x = self.c[0](x).clamp(min=0).view(x.size(0), -1)
        x = self.fc(x).relu()
        return F.log_softmax(self.out(x), dim=-1)
build_model = LeNet""",
        "named Sequential": """
def build_model():
    from collections import OrderedDict
    n = torch.nn
    return n.Sequential(OrderedDict([("features", n.Sequential(n.Conv2d(1,6,5), n.ReLU(inplace=True), n.MaxPool2d(2,2),
        n.Conv2d(6,16,5), n.ReLU(inplace=True), n.MaxPool2d(2,2), n.Conv2d(16,120,5), n.ReLU(inplace=True))), ("flat", n.Flatten()),
        ("head", n.Sequential(n.Linear(120,84), n.ReLU(), n.Linear(84,10), n.LogSoftmax(-1)))]))""",
        "lazy": """
def build_model():
    n = torch.nn
    return n.Sequential(n.LazyConv2d(6,5), n.ReLU(), n.MaxPool2d(2), n.LazyConv2d(16,5), n.ReLU(), n.MaxPool2d(2),
        n.LazyConv2d(120,5), n.ReLU(), n.Flatten(), n.LazyLinear(84), n.ReLU(), n.LazyLinear(10), n.LogSoftmax(dim=1))""",
        "log of softmax, pool before relu": """
def build_model():
    n = torch.nn
    class Net(n.Module):
        def __init__(s):
            super().__init__()
            s.a, s.b, s.d, s.e, s.f = n.Conv2d(1,6,5), n.Conv2d(6,16,5), n.Conv2d(16,120,5), n.Linear(120,84), n.Linear(84,10)
            s.pool = n.MaxPool2d(2); s.register_buffer("steps", torch.zeros(1))
        def forward(s, x):
            x = torch.relu(s.pool(s.a(x))); x = torch.relu(s.pool(s.b(x)))
            x = torch.relu(s.d(x)).squeeze(-1).squeeze(-1)
            return torch.log(torch.softmax(s.f(torch.relu(s.e(x))), 1))
    return Net()""",
    },
    "q2_toeplitz.toeplitz_matrix": {
        "nested lists": """
def toeplitz_matrix(kernel, input_shape):
    H, W = input_shape
    kh, kw = len(kernel), len(kernel[0])
    return [[float(kernel[p//W - i][p%W - j]) if 0 <= p//W - i < kh and 0 <= p%W - j < kw else 0
             for p in range(H*W)] for i in range(H-kh+1) for j in range(W-kw+1)]""",
        "scipy blocks": """
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
    return out""",
        "unfold of indices": """
def toeplitz_matrix(kernel, input_shape):
    H, W = input_shape
    idx = torch.arange(H*W, dtype=torch.float64).reshape(1, 1, H, W)
    cols = torch.nn.functional.unfold(idx, kernel.shape)[0].long()
    out = torch.zeros(cols.shape[1], H*W, dtype=torch.float64)
    out.scatter_(1, cols.T, torch.tensor(kernel).reshape(1, -1).repeat(cols.shape[1], 1))
    return out""",
        "integers where it can, Fortran order": """
def toeplitz_matrix(kernel, input_shape):
    H, W = input_shape; kh, kw = kernel.shape; oh, ow = H-kh+1, W-kw+1
    T = np.zeros((oh, ow, H, W), order="F")
    for i in range(oh):
        for j in range(ow):
            T[i, j, i:i+kh, j:j+kw] = kernel
    T = np.asfortranarray(T.reshape(oh*ow, H*W))
    return T.astype(int) if (T == T.astype(int)).all() and abs(T).max() < 1e9 else T""",
    },
    "q2_toeplitz.conv2d": {
        "fft": """
def conv2d(image, kernel):
    kh, kw = kernel.shape
    full = np.fft.irfft2(np.fft.rfft2(image) * np.conj(np.fft.rfft2(kernel, s=image.shape)), s=image.shape)
    return full[:image.shape[0]-kh+1, :image.shape[1]-kw+1]""",
        "complex fft": """
def conv2d(image, kernel):
    kh, kw = kernel.shape
    full = np.fft.ifft2(np.fft.fft2(image) * np.conj(np.fft.fft2(kernel, s=image.shape)))
    return full[:image.shape[0]-kh+1, :image.shape[1]-kw+1]""",
        "einsum": """
def conv2d(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("abij,ij->ab", windows, kernel)""",
        "shifted sums": """
def conv2d(image, kernel):
    kh, kw = kernel.shape; oh, ow = image.shape[0]-kh+1, image.shape[1]-kw+1
    out = 0
    for a in reversed(range(kh)):
        for b in range(kw):
            out = out + kernel[a, b]*image[a:a+oh, b:b+ow]
    return out.tolist()""",
        "unfold": """
def conv2d(image, kernel):
    t = torch.tensor(image, requires_grad=True)[None, None]
    cols = torch.nn.functional.unfold(t, kernel.shape)
    return (torch.tensor(kernel).reshape(1, -1) @ cols[0]).reshape(image.shape[0]-kernel.shape[0]+1, -1)""",
    },
    "q3_losses.mse_loss": {
        "expanded": "def mse_loss(y_hat, y):\n    return np.mean(y_hat**2) - 2*np.mean(y_hat*y) + np.mean(y**2)",
        "torch": "def mse_loss(y_hat, y):\n    return torch.nn.MSELoss()(torch.tensor(y_hat, requires_grad=True), torch.tensor(y))",
        "loop": "def mse_loss(y_hat, y):\n    s = 0\n    for a, b in zip(y_hat, y): s += (a-b)*(a-b)\n    return s/len(y)",
        "norm": "def mse_loss(y_hat, y):\n    return [np.linalg.norm(y_hat-y)**2/y.size]",
    },
    "q3_losses.bce_loss": {
        "torch": "def bce_loss(y_hat, y):\n    return torch.nn.BCELoss()(torch.from_numpy(y_hat), torch.from_numpy(y))",
        "where": "def bce_loss(y_hat, y):\n    return -np.log(np.where(y == 1, y_hat, 1-y_hat)).mean()",
        "logits": "def bce_loss(y_hat, y):\n    z = np.log(y_hat/(1-y_hat))\n    return np.mean(np.maximum(z, 0) - z*y + np.log1p(np.exp(-abs(z))))",
        "power": "def bce_loss(y_hat, y):\n    return float(-np.log(y_hat**y * (1-y_hat)**(1-y)).sum()/len(y))",
        "tiny clip": "def bce_loss(y_hat, y):\n    p = np.clip(y_hat, 1e-12, 1-1e-12)\n    return -(y*np.log(p) + (1-y)*np.log(1-p)).mean()",
        "xlogy": "def bce_loss(y_hat, y):\n    from scipy.special import xlogy, xlog1py\n    return -np.mean(xlogy(y, y_hat) + xlog1py(1-y, -y_hat))",
    },
    "q3_losses.gaussian_nll": {
        "scipy": "def gaussian_nll(y_hat, y, sigma):\n    from scipy.stats import norm\n    return -norm.logpdf(y, y_hat, sigma).mean()",
        "torch": "def gaussian_nll(y_hat, y, sigma):\n    t = torch.from_numpy\n    return torch.nn.GaussianNLLLoss(full=True, eps=0)(t(y_hat), t(y), torch.full((len(y),), sigma**2, dtype=torch.float64))",
        "halves": "def gaussian_nll(y_hat, y, sigma):\n    return 0.5*np.log(2*np.pi*sigma**2) + 0.5*np.mean(((y_hat-y)/sigma)**2)",
        "expanded": "def gaussian_nll(y_hat, y, sigma):\n    m = np.mean(y_hat**2) - 2*np.mean(y_hat*y) + np.mean(y**2)\n    return np.log(sigma) + np.log(2*np.pi)/2 + m/2/sigma**2",
    },
    "q3_losses.fit_logistic": {
        "SGD": """
def fit_logistic(X, y, weight_decay, lr, steps):
    X, y = torch.tensor(X), torch.tensor(y)
    w = torch.zeros(X.shape[1], dtype=torch.float64, requires_grad=True)
    opt = torch.optim.SGD([w], lr=lr, weight_decay=weight_decay)
    for _ in range(steps):
        opt.zero_grad(); torch.nn.functional.binary_cross_entropy_with_logits(X @ w, y).backward(); opt.step()
    return w""",
        "autograd of the whole": """
def fit_logistic(X, y, weight_decay, lr, steps):
    X, y = torch.tensor(X), torch.tensor(y)
    w = torch.zeros(X.shape[1], dtype=X.dtype)
    for _ in range(steps):
        w = w.detach().requires_grad_()
        p = torch.sigmoid(X @ w)
        loss = -(y*torch.log(p) + (1-y)*torch.log(1-p)).mean() + weight_decay/2*(w*w).sum()
        g, = torch.autograd.grad(loss, w)
        w = w - lr*g
    return w.detach().numpy()""",
        "loops": """
def fit_logistic(X, y, weight_decay, lr, steps):
    import math
    n, d = len(X), len(X[0]); w = [0.0]*d
    for _ in range(steps):
        g = [weight_decay*wj for wj in w]
        for i in range(n):
            p = 1/(1+math.exp(-sum(X[i][j]*w[j] for j in range(d))))
            for j in range(d): g[j] += (p-y[i])*X[i][j]/n
        w = [a-lr*b for a, b in zip(w, g)]
    return w""",
        "expit, decay first": """
def fit_logistic(X, y, weight_decay, lr, steps):
    from scipy.special import expit
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = (1-lr*weight_decay)*w - lr*(expit(X@w)-y)@X/len(y)
    return w""",
    },
    "q4_robust.l1_loss": {
        "torch": "def l1_loss(y_hat, y):\n    return torch.nn.L1Loss()(torch.tensor(y_hat), torch.tensor(y)).item()",
        "norm": "def l1_loss(y_hat, y):\n    return np.linalg.norm(y_hat-y, 1)/len(y)",
        "sum of parts": "def l1_loss(y_hat, y):\n    d = y_hat-y\n    return (d[d > 0].sum() - d[d < 0].sum())/d.size",
    },
    "q4_robust.l2_loss": {
        "dot": "def l2_loss(y_hat, y):\n    d = y_hat-y\n    return d@d/len(d)",
        "expanded": "def l2_loss(y_hat, y):\n    return (y_hat@y_hat - 2*y_hat@y + y@y)/len(y)",
    },
    "q4_robust.l1_minimizer": {
        "lower": "def l1_minimizer(y):\n    return sorted(y)[(len(y)-1)//2]",
        "upper": "def l1_minimizer(y):\n    return np.sort(y)[len(y)//2]",
        "torch median": "def l1_minimizer(y):\n    return torch.tensor(y).median()",
        "argmin": "def l1_minimizer(y):\n    return y[np.argmin(np.abs(y[:, None]-y[None]).sum(0))]",
        "statistics": "def l1_minimizer(y):\n    import statistics\n    return statistics.median(y.tolist())",
        "a third between": "def l1_minimizer(y):\n    s = np.sort(y)\n    return (2*s[(len(y)-1)//2] + s[len(y)//2])/3",
        "quantile": "def l1_minimizer(y):\n    return np.quantile(y, 0.5)",
    },
    "q4_robust.l2_minimizer": {
        "sum": "def l2_minimizer(y):\n    return sum(y)/len(y)",
        "lstsq": "def l2_minimizer(y):\n    return np.linalg.lstsq(np.ones((len(y), 1)), y, rcond=None)[0]",
        "fmean": "def l2_minimizer(y):\n    import statistics\n    return statistics.fmean(y)",
    },
    "q5_minibatch.batch_gradient": {
        "loop": """
def batch_gradient(w, X, y, indices):
    g = np.zeros(len(w))
    for i in indices: g += (X[i]@w - y[i])*X[i]
    return g/len(indices)""",
        "autograd": """
def batch_gradient(w, X, y, indices):
    w = torch.tensor(w, requires_grad=True); X = torch.tensor(X)[indices]; y = torch.tensor(y)[indices]
    (0.5*((X@w-y)**2).mean()).backward()
    return w.grad""",
        "normal equations": "def batch_gradient(w, X, y, indices):\n    A, b = X[indices], y[indices]\n    return (A.T@A@w - A.T@b)/len(b)",
        "bincount": "def batch_gradient(w, X, y, indices):\n    c = np.bincount(indices, minlength=len(y))\n    return ((X@w-y)*c)@X/c.sum()",
    },
    "q5_minibatch.gradient_variance": {
        "cov": "def gradient_variance(w, X, y, batch_size):\n    G = (X@w-y)[:, None]*X\n    return np.trace(np.atleast_2d(np.cov(G.T, bias=True)))/batch_size",
        "moments": "def gradient_variance(w, X, y, batch_size):\n    G = (X@w-y)[:, None]*X\n    return ((G**2).mean(0) - G.mean(0)**2).sum()/batch_size",
        "norms": "def gradient_variance(w, X, y, batch_size):\n    G = X*(X@w-y).reshape(-1, 1)\n    return (np.mean(np.sum(G*G, 1)) - np.sum(np.mean(G, 0)**2))/batch_size",
        "torch": "def gradient_variance(w, X, y, batch_size):\n    X, w, y = map(torch.tensor, (X, w, y))\n    return (X*(X@w-y)[:, None]).var(dim=0, unbiased=False).sum()/batch_size",
        "pairs": "def gradient_variance(w, X, y, batch_size):\n    G = (X@w-y)[:, None]*X\n    D = G[:, None]-G[None]\n    return (D**2).sum()/(2*len(y)**2*batch_size)",
    },
}
