"""Wrong ways to write the functions of homework 1, with one mistake each; see `right_answers`."""

WRONG = {
    "q1_lenet.conv2d_output_shape": {
        "ceil": "def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):\n    return tuple(int(np.ceil((s+2*padding-dilation*(kernel_size-1)-1)/stride+1)) for s in (height, width))",
        "dilation ignored": "def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):\n    return tuple((s+2*padding-kernel_size)//stride+1 for s in (height, width))",
        "padding once": "def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):\n    return tuple((s+padding-dilation*(kernel_size-1)-1)//stride+1 for s in (height, width))",
        "stride ignored": "def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):\n    return tuple(s+2*padding-dilation*(kernel_size-1) for s in (height, width))",
        "square only": "def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):\n    return ((height+2*padding-dilation*(kernel_size-1)-1)//stride+1,)*2",
        "swapped": "def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):\n    return tuple((s+2*padding-dilation*(kernel_size-1)-1)//stride+1 for s in (width, height))",
        "dilation times k": "def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):\n    return tuple((s+2*padding-dilation*kernel_size)//stride+1 for s in (height, width))",
        "plus one inside": "def conv2d_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):\n    return tuple((s+2*padding-dilation*(kernel_size-1))//stride for s in (height, width))",
        "other defaults": "def conv2d_output_shape(height, width, kernel_size, stride=1, padding=1, dilation=1):\n    return tuple((s+2*padding-dilation*(kernel_size-1)-1)//stride+1 for s in (height, width))",
        "other names": "def conv2d_output_shape(h, w, k, s=1, p=0, d=1):\n    return tuple((x+2*p-d*(k-1)-1)//s+1 for x in (h, w))",
    },
    "q1_lenet.conv2d_num_parameters": {
        "one bias": "def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):\n    return in_channels*out_channels*kernel_size**2 + int(bias)",
        "bias always": "def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):\n    return (in_channels*kernel_size**2+1)*out_channels",
        "no square": "def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):\n    return (in_channels*kernel_size+bias)*out_channels",
        "bias per input": "def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=True):\n    return in_channels*(out_channels*kernel_size**2+bias)",
        "bias off by default": "def conv2d_num_parameters(in_channels, out_channels, kernel_size, bias=False):\n    return (in_channels*kernel_size**2+bias)*out_channels",
    },
    "q1_lenet.linear_num_parameters": {
        "bias per input": "def linear_num_parameters(in_features, out_features, bias=True):\n    return in_features*(out_features+bias)",
        "no bias": "def linear_num_parameters(in_features, out_features, bias=True):\n    return in_features*out_features",
    },
    "q1_lenet.build_model": {
        name: """
def build_model():
    n = torch.nn
    return n.Sequential(n.Conv2d(1,6,5), n.ReLU(), n.MaxPool2d(2), n.Conv2d(6,16,5), n.ReLU(), n.MaxPool2d(2),
        n.Conv2d(16,120,5), n.ReLU(), n.Flatten(), n.Linear(120,84), n.ReLU(), n.Linear(84,10), n.LogSoftmax(dim=1))""".replace(
            old, new
        )
        for name, old, new in [
            ("no last relu", "n.Linear(120,84), n.ReLU()", "n.Linear(120,84)"),
            ("average pool", "n.ReLU(), n.MaxPool2d(2), n.Conv2d(6", "n.ReLU(), n.AvgPool2d(2), n.Conv2d(6"),
            ("tanh", "n.Conv2d(16,120,5), n.ReLU()", "n.Conv2d(16,120,5), n.Tanh()"),
            ("softmax", "LogSoftmax", "Softmax"),
            ("logits", ", n.LogSoftmax(dim=1)", ""),
            ("over the batch", "LogSoftmax(dim=1)", "LogSoftmax(dim=0)"),
            ("no bias", "n.Linear(84,10)", "n.Linear(84,10,bias=False)"),
            ("dropout", "n.Flatten()", "n.Dropout(0.5), n.Flatten()"),
            ("batch norm", "n.Conv2d(16,120,5)", "n.Conv2d(16,120,5), n.BatchNorm2d(120)"),
            (
                "linear for conv",
                "n.Conv2d(16,120,5), n.ReLU(), n.Flatten()",
                "n.Flatten(), n.Linear(400,120), n.ReLU()",
            ),
            ("leaky", "n.Linear(120,84), n.ReLU()", "n.Linear(120,84), n.LeakyReLU(0.01)"),
            ("a global", "def build_model():\n    n = torch.nn\n    return", "n = torch.nn\nMODEL ="),
        ]
    },
    "q2_toeplitz.toeplitz_matrix": {
        name: """
def toeplitz_matrix(kernel, input_shape):
    H, W = input_shape; kh, kw = kernel.shape; oh, ow = H-kh+1, W-kw+1
    T = np.zeros((oh*ow, H*W))
    for i in range(oh):
        for j in range(ow):
            c = np.zeros((H, W)); c[i:i+kh, j:j+kw] = kernel
            T[i*ow+j] = c.ravel()
    return T""".replace(old, new)
        for name, old, new in [
            ("flipped", "= kernel", "= kernel[::-1, ::-1]"),
            ("transposed", "return T", "return T.T"),
            ("column-major", "c.ravel()", "c.ravel('F')"),
            ("output column-major", "T[i*ow+j]", "T[j*oh+i]"),
            ("shape swapped", "H, W = input_shape", "W, H = input_shape"),
            ("flat", "return T", "return T.ravel()"),
            ("last row forgotten", "range(oh)", "range(max(1, oh-1))"),
            ("batch axis", "return T", "return T[None]"),
            ("sign", "= kernel", "= -kernel"),
            ("square outputs", "T[i*ow+j]", "T[min(i*oh+j, oh*ow-1)]"),
            ("integers", "T = np.zeros((oh*ow, H*W))", "T = np.zeros((oh*ow, H*W), dtype=int)"),
        ]
    },
    "q2_toeplitz.conv2d": {
        name: """
def conv2d(image, kernel):
    kh, kw = kernel.shape; oh, ow = image.shape[0]-kh+1, image.shape[1]-kw+1
    out = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[i, j] = (image[i:i+kh, j:j+kw]*kernel).sum()
    return out""".replace(old, new)
        for name, old, new in [
            ("flipped", "*kernel)", "*kernel[::-1, ::-1])"),
            ("mirrored", "*kernel)", "*kernel[:, ::-1])"),
            ("flat", "return out", "return out.ravel()"),
            ("transposed", "return out", "return out.T"),
            ("mean", ".sum()", ".mean()"),
            ("relu", "return out", "return np.maximum(out, 0)"),
            ("same", "return out", "full = np.zeros(image.shape); full[:oh, :ow] = out; return full"),
            ("square kernel", "j:j+kw", "j:j+kh"),
            ("last pixel", "range(ow)", "range(max(1, ow-1))"),
            ("rounded", "return out", "return np.round(out)"),
            ("in place", "kh, kw =", "image -= image.mean()*0 + 1e-3; kh, kw ="),
        ]
    },
    "q3_losses.mse_loss": {
        "sum": "def mse_loss(y_hat, y):\n    return ((y_hat-y)**2).sum()",
        "root": "def mse_loss(y_hat, y):\n    return np.sqrt(((y_hat-y)**2).mean())",
        "half": "def mse_loss(y_hat, y):\n    return ((y_hat-y)**2).mean()/2",
        "absolute": "def mse_loss(y_hat, y):\n    return abs(y_hat-y).mean()",
        "broadcast": "def mse_loss(y_hat, y):\n    return ((y_hat.reshape(-1, 1)-y)**2).mean()",
        "n-1": "def mse_loss(y_hat, y):\n    return ((y_hat-y)**2).sum()/max(1, len(y)-1)",
        "per example": "def mse_loss(y_hat, y):\n    return (y_hat-y)**2",
        "normalised": "def mse_loss(y_hat, y):\n    return ((y_hat-y)**2).mean()/max(1e-9, (y**2).mean())",
    },
    "q3_losses.bce_loss": {
        name: """
def bce_loss(y_hat, y):
    return -np.mean(y*np.log(y_hat) + (1-y)*np.log(1-y_hat))""".replace(old, new)
        for name, old, new in [
            ("base 2", "np.log(", "np.log2("),
            ("base 10", "np.log(", "np.log10("),
            ("sum", "np.mean", "np.sum"),
            ("sign", "-np.mean", "np.mean"),
            ("one term", " + (1-y)*np.log(1-y_hat)", ""),
            ("labels swapped", "y*np.log(y_hat) + (1-y)*np.log(1-y_hat)", "(1-y)*np.log(y_hat) + y*np.log(1-y_hat)"),
            ("arguments swapped", "def bce_loss(y_hat, y)", "def bce_loss(y, y_hat)"),
            ("eps 1e-7", "np.log(y_hat)", "np.log(y_hat+1e-7)"),
            ("eps 1e-8", "np.log(y_hat)", "np.log(y_hat+1e-8)"),
            ("clip 1e-5", "    return", "    y_hat = np.clip(y_hat, 1e-5, 1-1e-5)\n    return"),
            ("clip 1e-3", "    return", "    y_hat = np.clip(y_hat, 1e-3, 1-1e-3)\n    return"),
            ("rounded", "    return", "    y_hat = np.round(y_hat, 4)\n    return"),
            ("hard labels", "    return", "    y = (y_hat > 0.5).astype(float)\n    return"),
        ]
    },
    "q3_losses.gaussian_nll": {
        name: """
def gaussian_nll(y_hat, y, sigma):
    return np.log(sigma*np.sqrt(2*np.pi)) + np.mean((y_hat-y)**2)/(2*sigma**2)""".replace(old, new)
        for name, old, new in [
            ("no constant", "np.log(sigma*np.sqrt(2*np.pi)) + ", ""),
            ("no pi", "*np.sqrt(2*np.pi)", ""),
            ("sigma not squared", "(2*sigma**2)", "(2*sigma)"),
            (
                "sigma is the variance",
                "np.log(sigma*np.sqrt(2*np.pi)) + np.mean((y_hat-y)**2)/(2*sigma**2)",
                "np.log(np.sqrt(sigma*2*np.pi)) + np.mean((y_hat-y)**2)/(2*sigma)",
            ),
            ("no half", "(2*sigma**2)", "sigma**2"),
            ("sum", "np.mean(", "np.sum("),
            ("sum of all", "return ", "return len(y)*("),
            ("sign", "return np.log", "return -np.log"),
            ("log2", "np.log(", "np.log2("),
            ("absolute", "(y_hat-y)**2", "abs(y_hat-y)"),
        ]
    },
    "q3_losses.fit_logistic": {
        name: """
def fit_logistic(X, y, weight_decay, lr, steps):
    n, d = X.shape
    w = np.zeros(d)
    for _ in range(steps):
        p = 1/(1+np.exp(-(X@w)))
        w = w - lr*(X.T@(p-y)/n + weight_decay*w)
    return w""".replace(old, new)
        for name, old, new in [
            ("decay doubled", "weight_decay*w", "2*weight_decay*w"),
            ("decay halved", "weight_decay*w)", "weight_decay*w/2)"),
            ("decay added", "/n + weight", "/n - weight"),
            ("no decay", " + weight_decay*w", ""),
            ("decay over n", "weight_decay*w", "weight_decay*w/n"),
            ("decay of the norm", "weight_decay*w)", "weight_decay*w/(np.linalg.norm(w)+1e-12))"),
            ("L1 decay", "weight_decay*w)", "weight_decay*np.sign(w))"),
            (
                "decoupled from lr",
                "w = w - lr*(X.T@(p-y)/n + weight_decay*w)",
                "w = w - lr*X.T@(p-y)/n - weight_decay*w",
            ),
            ("sum", "/n", ""),
            ("ascent", "w = w - lr", "w = w + lr"),
            ("one step more", "range(steps)", "range(steps+1)"),
            ("one step less", "range(steps)", "range(steps-1)"),
            ("not from zeros", "np.zeros(d)", "np.full(d, 1e-3)"),
            ("momentum", "    for _", "    v = 0\n    for _"),
            ("no sigmoid", "1/(1+np.exp(-(X@w)))", "X@w"),
            ("mse", "(p-y)/n", "((p-y)*p*(1-p))*2/n"),
            ("minibatch", "X.T@(p-y)/n", "X[:1].T@(p-y)[:1]"),
            ("column", "return w", "return w[:, None]"),
        ]
        if name != "momentum"
    },
    "q4_robust.l1_loss": {
        "sum": "def l1_loss(y_hat, y):\n    return np.abs(y_hat-y).sum()",
        "median": "def l1_loss(y_hat, y):\n    return np.median(np.abs(y_hat-y))",
        "signed": "def l1_loss(y_hat, y):\n    return abs((y_hat-y).mean())",
        "square": "def l1_loss(y_hat, y):\n    return ((y_hat-y)**2).mean()",
        "max": "def l1_loss(y_hat, y):\n    return np.abs(y_hat-y).max()",
        "huber": "def l1_loss(y_hat, y):\n    return float(torch.nn.functional.smooth_l1_loss(torch.tensor(y_hat), torch.tensor(y)))",
        "broadcast": "def l1_loss(y_hat, y):\n    return np.abs(y_hat[:, None]-y).mean()",
    },
    "q4_robust.l2_loss": {
        "root": "def l2_loss(y_hat, y):\n    return np.linalg.norm(y_hat-y)",
        "half": "def l2_loss(y_hat, y):\n    return ((y_hat-y)**2).mean()*0.5",
        "in place": "def l2_loss(y_hat, y):\n    y -= y_hat\n    y **= 2\n    return y.mean()",
    },
    "q4_robust.l1_minimizer": {
        "mean": "def l1_minimizer(y):\n    return y.mean()",
        "midrange": "def l1_minimizer(y):\n    return (y.min()+y.max())/2",
        "mode": "def l1_minimizer(y):\n    v, c = np.unique(y, return_counts=True)\n    return v[c.argmax()]",
        "unsorted": "def l1_minimizer(y):\n    return y[len(y)//2]",
        "of distinct values": "def l1_minimizer(y):\n    return np.median(np.unique(y))",
        "in place": "def l1_minimizer(y):\n    y.sort()\n    return y[len(y)//2]",
        "below": "def l1_minimizer(y):\n    return np.sort(y)[max(0, len(y)//2-1)]",
        "zero": "def l1_minimizer(y):\n    return 0.0",
    },
    "q4_robust.l2_minimizer": {
        "median": "def l2_minimizer(y):\n    return np.median(y)",
        "n-1": "def l2_minimizer(y):\n    return y.sum()/max(1, len(y)-1)",
        "trimmed": "def l2_minimizer(y):\n    from scipy.stats import trim_mean\n    return trim_mean(y, 0.1)",
    },
    "q5_minibatch.batch_gradient": {
        "sum": "def batch_gradient(w, X, y, indices):\n    A = X[indices]\n    return A.T@(A@w-y[indices])",
        "doubled": "def batch_gradient(w, X, y, indices):\n    A = X[indices]\n    return 2*A.T@(A@w-y[indices])/len(indices)",
        "repeats dropped": "def batch_gradient(w, X, y, indices):\n    i = np.unique(indices)\n    A = X[i]\n    return A.T@(A@w-y[i])/len(i)",
        "all of it": "def batch_gradient(w, X, y, indices):\n    return X.T@(X@w-y)/len(y)",
        "sign": "def batch_gradient(w, X, y, indices):\n    A = X[indices]\n    return A.T@(y[indices]-A@w)/len(indices)",
        "over n": "def batch_gradient(w, X, y, indices):\n    A = X[indices]\n    return A.T@(A@w-y[indices])/len(y)",
        "the first ones": "def batch_gradient(w, X, y, indices):\n    A, b = X[:len(indices)], y[:len(indices)]\n    return A.T@(A@w-b)/len(b)",
        "squeezed": "def batch_gradient(w, X, y, indices):\n    A = X[indices]\n    return np.squeeze(A.T@(A@w-y[indices])/len(indices))",
        "in place": "def batch_gradient(w, X, y, indices):\n    indices.sort(); indices[0] = 0\n    A = X[indices]\n    return A.T@(A@w-y[indices])/len(indices)",
    },
    "q5_minibatch.gradient_variance": {
        name: """
def gradient_variance(w, X, y, batch_size):
    n = len(y)
    G = (X@w-y)[:, None]*X
    return G.var(axis=0).sum()/batch_size""".replace(old, new)
        for name, old, new in [
            ("ddof 1", "G.var(axis=0)", "G.var(axis=0, ddof=1 if n > 1 else 0)"),
            ("no batch", "/batch_size", ""),
            ("batch squared", "/batch_size", "/batch_size**2"),
            ("root of batch", "/batch_size", "/np.sqrt(batch_size)"),
            ("without replacement", "/batch_size", "/batch_size*max(0, n-batch_size)/max(1, n-1)"),
            ("mean over dimensions", ".sum()", ".mean()"),
            ("of all entries", "G.var(axis=0).sum()", "G.var()"),
            ("second moment", "G.var(axis=0).sum()", "(G**2).mean(axis=0).sum()"),
            ("deviation", "G.var(axis=0).sum()", "G.std(axis=0).sum()"),
            ("doubled gradient", "*X\n", "*X*2\n"),
            ("of the norms", "G.var(axis=0).sum()", "np.linalg.norm(G, axis=1).var()"),
            ("other axis", "axis=0", "axis=1"),
            ("per coordinate", ".sum()", ""),
        ]
    },
}
WRONG["q1_lenet.build_model"]["a global"] += "\ndef build_model():\n    return MODEL\n"
WRONG["q3_losses.gaussian_nll"]["sum of all"] += ")"

# float64 arrives, float32 computes: part of the points, not all and not none.
FLOAT32 = {
    "q2_toeplitz.conv2d": "def conv2d(image, kernel):\n    t = torch.tensor\n    return torch.nn.functional.conv2d(t(image).float()[None, None], t(kernel).float()[None, None])[0, 0]",
    "q3_losses.mse_loss": "def mse_loss(y_hat, y):\n    return ((y_hat.astype(np.float32)-y.astype(np.float32))**2).mean()",
    "q3_losses.bce_loss": "def bce_loss(y_hat, y):\n    return torch.nn.functional.binary_cross_entropy(torch.tensor(y_hat).float(), torch.tensor(y).float())",
    "q4_robust.l2_loss": "def l2_loss(y_hat, y):\n    return torch.nn.functional.mse_loss(torch.tensor(y_hat).float(), torch.tensor(y).float())",
    "q5_minibatch.batch_gradient": "def batch_gradient(w, X, y, indices):\n    w, X, y = (a.astype(np.float32) for a in (w, X, y))\n    A = X[indices]\n    return A.T@(A@w-y[indices])/np.float32(len(indices))",
    "q5_minibatch.gradient_variance": "def gradient_variance(w, X, y, batch_size):\n    w, X, y = (a.astype(np.float32) for a in (w, X, y))\n    G = (X@w-y)[:, None]*X\n    return G.var(axis=0).sum()/batch_size",
}
