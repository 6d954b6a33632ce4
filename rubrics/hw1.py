"""What is checked in homework 1: strategies with teeth, and a property for every function of the handout.

Cases come in two kinds. Small whole numbers shrink to a case that one can compute by hand. Random numbers of one drawn
magnitude, most of them different, tell a flip from a shift and float32 from float64; they cost hypothesis one draw.
"""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

seeds = st.integers(0, 2**32 - 1)


def scaled(expected, terms):
    """The size that a tolerance of `rtol` is relative to, by the handout's rule.

    rtol * (|expected| + 1e-3 * terms) is, for rtol = 1e-6, a relative 1e-6 plus 1e-9 of the terms that were summed.
    """
    return np.abs(expected) + 1e-3 * np.abs(terms)


def whole_numbers(shape, low=-9, high=9):
    """Arrays of small whole numbers, drawn one by one so that they shrink."""
    return npst.arrays(np.float64, shape, elements=st.integers(low, high).map(float), fill=st.nothing())


# ---------------------------------------------------------------- question 1


@st.composite
def convolutions(draw):
    """height, width, kernel_size, stride, padding, dilation of a convolution whose output is at least 1×1."""
    kernel_size, stride = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    padding, dilation = draw(st.integers(0, 3)), draw(st.integers(1, 3))
    smallest = max(1, dilation * (kernel_size - 1) + 1 - 2 * padding)
    height, width = draw(st.integers(smallest, smallest + 25)), draw(st.integers(smallest, smallest + 25))
    return height, width, kernel_size, stride, padding, dilation


def torch_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    """What torch itself gives, without computing anything."""
    image = torch.empty(1, 1, height, width, device="meta")
    kernel = torch.empty(1, 1, kernel_size, kernel_size, device="meta")
    return tuple(torch.nn.functional.conv2d(image, kernel, None, stride, padding, dilation).shape[2:])


@given(convolution=convolutions())
def output_shape_matches_torch(student, expect, convolution):
    """The output shape is the one torch computes, for every stride, padding and dilation."""
    expect.equal(student.q1_lenet.conv2d_output_shape(*convolution), torch_output_shape(*convolution))


@given(convolution=convolutions())
def output_shape_takes_names_and_defaults(student, expect, convolution):
    """Arguments may be passed by name; stride, padding and dilation may be left out."""
    height, width, kernel_size, stride, padding, dilation = convolution
    by_name = student.q1_lenet.conv2d_output_shape(
        height=height, width=width, kernel_size=kernel_size, dilation=dilation, padding=padding, stride=stride
    )
    expect.equal(by_name, torch_output_shape(*convolution))
    size = max(height, width, kernel_size)
    expect.equal(
        student.q1_lenet.conv2d_output_shape(size, size + 1, kernel_size),
        torch_output_shape(size, size + 1, kernel_size),
    )


channels = st.integers(1, 64)
features = st.integers(1, 500)
kernel_sizes = st.integers(1, 9)


def biases():
    """With or without."""
    return st.booleans()


@given(in_channels=channels, out_channels=channels, kernel_size=kernel_sizes, bias=biases())
def conv2d_num_parameters_matches_torch(student, expect, in_channels, out_channels, kernel_size, bias):
    """As many parameters as torch's Conv2d has."""
    layer = torch.nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias, device="meta")
    count = sum(parameter.numel() for parameter in layer.parameters())
    expect.equal(student.q1_lenet.conv2d_num_parameters(in_channels, out_channels, kernel_size, bias), count)


@given(a=channels, b=channels, kernel_size=kernel_sizes)
def conv2d_num_parameters_has_a_bias_by_default(student, expect, a, b, kernel_size):
    """Left out, the bias is counted."""
    count = student.q1_lenet.conv2d_num_parameters(in_channels=a, out_channels=b, kernel_size=kernel_size)
    expect.equal(count, b * (a * kernel_size**2 + 1))


@given(a=features, b=features)
def linear_num_parameters_has_a_bias_by_default(student, expect, a, b):
    """Left out, the bias is counted."""
    expect.equal(student.q1_lenet.linear_num_parameters(in_features=a, out_features=b), b * (a + 1))


# The ten parameter tensors of the handout's layers; no two have the same shape, so a shape names its tensor.
LENET_SHAPES = [
    (6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 16, 5, 5), (120,), (84, 120), (84,), (10, 84), (10,),
]  # fmt: skip


def parameter_names(model):
    """Shape → name of a model's parameters; a model made of lazy layers has them only after its first call."""
    model(torch.zeros(1, 1, 32, 32))
    return [(tuple(np.shape(value)), name) for name, value in model.named_parameters()]


def lenet_weights(seed):
    """Shape → drawn weights, of a size that keeps the activations of order 1."""
    generator = torch.Generator().manual_seed(seed)
    return {
        shape: torch.randn(shape, generator=generator) * (1.5 / np.sqrt(np.prod(shape[1:]))) for shape in LENET_SHAPES
    }


def lenet_images(seed, n):
    """(n, 1, 32, 32) float32."""
    return torch.randn(n, 1, 32, 32, generator=torch.Generator().manual_seed(seed + 1))


def with_weights(model, seed):
    """Whether the drawn weights could be loaded into the model, whatever its attributes are called."""
    names = parameter_names(model)
    if sorted(shape for shape, _ in names) != sorted(LENET_SHAPES):
        return False
    weights = lenet_weights(seed)
    model.load_state_dict({name: weights[shape] for shape, name in names}, strict=False)
    return True


WRONG_PARAMETERS = "the model does not hold exactly the ten parameter tensors of the handout's layers"


def lenet_has_ten_parameter_tensors(student, expect):
    """The model holds exactly the parameters of three convolutions and two linear layers: 61706 numbers."""
    shapes = [shape for shape, _ in parameter_names(student.q1_lenet.build_model())]
    expect.equal(len(shapes), 10, why="parameter tensors")
    expect.equal(sum(int(np.prod(shape)) for shape in shapes), 61706, why="parameters in all")
    expect.true(sorted(shapes) == sorted(LENET_SHAPES), WRONG_PARAMETERS)


@given(seed=seeds, n=st.integers(1, 3))
def lenet_computes_the_log_probabilities(student, expect, reference, seed, n):
    """With the same weights the model gives the reference's log-probabilities, for any number of images."""
    model, answer = student.q1_lenet.build_model(), reference.q1_lenet.build_model()
    with_weights(answer, seed)
    if not with_weights(model, seed):
        expect.true(False, WRONG_PARAMETERS)
        return
    images = lenet_images(seed, n)
    expected = np.asarray(answer(images))
    expect.close(model(images), expected, scale=np.maximum(1, np.abs(expected)))


@given(seed=seeds)
def lenet_is_the_same_in_training_and_new_each_time(student, expect, seed):
    """Training and evaluation mode compute the same; changing one model does not change the next."""
    images = lenet_images(seed, 2)
    model, other = student.q1_lenet.build_model(), student.q1_lenet.build_model()
    before = np.array(expect.array(other(images)))
    if not with_weights(model, seed):
        expect.true(False, WRONG_PARAMETERS)
        return
    model.train()
    training = expect.array(model(images))
    model.eval()
    expect.close(model(images), training, scale=np.maximum(1, np.abs(training)), why="evaluation against training mode")
    expect.close(
        other(images),
        before,
        scale=np.maximum(1, np.abs(before)),
        why="a second model after weights were loaded into the first",
    )


# ---------------------------------------------------------------- question 2


@st.composite
def images_and_kernels(draw):
    """An image and a kernel that fits, of any proportions down to 1×1 and up to the image itself.

    Numbers have one magnitude within a case, 1e-3 to 1e6. Every third random case has a zero-sum kernel on an image
    with a large common offset: there float32 loses what float64 keeps.
    """
    if draw(st.booleans()):
        shape = draw(st.integers(1, 12)), draw(st.integers(1, 12))
        kernel_shape = draw(st.integers(1, min(5, shape[0]))), draw(st.integers(1, min(5, shape[1])))
        rng = np.random.default_rng(draw(seeds))
        image, kernel = rng.uniform(-1, 1, shape), rng.uniform(-1, 1, kernel_shape)
        if draw(st.integers(0, 2)) == 0 and kernel.size > 1:
            return (image + 1000) * 10.0 ** draw(st.integers(-3, 2)), kernel - kernel.mean()
        return image * 10.0 ** draw(st.integers(-3, 6)), kernel * 10.0 ** draw(st.integers(-3, 6))
    shape = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    kernel_shape = draw(st.integers(1, min(3, shape[0]))), draw(st.integers(1, min(3, shape[1])))
    return draw(whole_numbers(shape)), draw(whole_numbers(kernel_shape))


def torch_conv2d(image, kernel):
    """torch's cross-correlation, (OH, OW)."""
    return torch.nn.functional.conv2d(torch.tensor(image)[None, None], torch.tensor(kernel)[None, None])[0, 0].numpy()


def conv_size(image, kernel):
    """The natural size of a convolution's terms. Global, since an FFT's rounding is that of the whole image."""
    return np.abs(image).max() * np.abs(kernel).sum()


def torch_toeplitz(kernel, shape):
    """Column p of W is the convolution of the image that is 1 at pixel p and 0 elsewhere."""
    basis = torch.eye(shape[0] * shape[1], dtype=torch.float64).reshape(-1, 1, *shape)
    columns = torch.nn.functional.conv2d(basis, torch.tensor(kernel)[None, None])  # (H*W, 1, OH, OW)
    return columns.flatten(1).T.numpy()


@given(pair=images_and_kernels())
def toeplitz_matrix_matches_torch(student, expect, pair):
    """W is the matrix of torch's cross-correlation on row-major images."""
    image, kernel = pair
    W = torch_toeplitz(kernel, image.shape)
    expect.close(student.q2_toeplitz.toeplitz_matrix(kernel, image.shape), W, scale=scaled(W, np.abs(kernel).max()))


@given(pair=images_and_kernels())
def toeplitz_rows_are_shifts_of_the_first(student, expect, pair):
    """Each row of W is the first one, moved to the place of its output pixel."""
    image, kernel = pair
    (height, width), (kh, kw) = image.shape, kernel.shape
    oh, ow = height - kh + 1, width - kw + 1
    W = expect.array(student.q2_toeplitz.toeplitz_matrix(kernel, image.shape), (oh * ow, height * width))
    rows = np.stack([np.roll(W[0], i * width + j) for i in range(oh) for j in range(ow)])
    expect.close(W, rows, scale=scaled(rows, np.abs(kernel).max()))
    expect.true(np.count_nonzero(W[0]) <= kernel.size, "row 0 of W has at most one entry per kernel entry")


@given(pair=images_and_kernels())
def toeplitz_product_is_the_convolution(student, expect, pair):
    """`W @ image.ravel()` is the flattened convolution."""
    image, kernel = pair
    expected = torch_conv2d(image, kernel).ravel()
    W = expect.array(student.q2_toeplitz.toeplitz_matrix(kernel, image.shape), (expected.size, image.size))
    expect.close(W @ image.ravel(), expected, scale=scaled(expected, conv_size(image, kernel)))


@given(pair=images_and_kernels())
def conv2d_matches_torch(student, expect, pair):
    """`conv2d` is torch's cross-correlation: the kernel is not flipped."""
    image, kernel = pair
    expected = torch_conv2d(image, kernel)
    expect.close(student.q2_toeplitz.conv2d(image, kernel), expected, scale=scaled(expected, conv_size(image, kernel)))


@given(pair=images_and_kernels(), seed=seeds, factor=st.sampled_from([2.0, -1.0, 0.5, -3.0]))
def conv2d_is_linear(student, expect, pair, seed, factor):
    """A sum of images, one of them scaled, gives the sum of the results."""
    image, kernel = pair
    other = np.random.default_rng(seed).uniform(-1, 1, image.shape) * np.abs(image).max()
    together = student.q2_toeplitz.conv2d(factor * image + other, kernel)
    apart = factor * expect.array(student.q2_toeplitz.conv2d(image, kernel)) + student.q2_toeplitz.conv2d(other, kernel)
    expect.close(together, apart, scale=scaled(apart, 5 * conv_size(image, kernel)))


@given(pair=images_and_kernels())
def conv2d_moves_with_the_image(student, expect, pair):
    """Leaving out the image's first row, or column, leaves out the result's."""
    image, kernel = pair
    (oh, ow) = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    whole = expect.array(student.q2_toeplitz.conv2d(image, kernel), (oh, ow))
    size = scaled(whole, conv_size(image, kernel))
    if oh > 1:
        expect.close(student.q2_toeplitz.conv2d(image[1:].copy(), kernel), whole[1:], scale=size[1:])
    if ow > 1:
        expect.close(student.q2_toeplitz.conv2d(image[:, 1:].copy(), kernel), whole[:, 1:], scale=size[:, 1:])


# ---------------------------------------------------------------- questions 3 and 4: losses


@st.composite
def predictions_and_targets(draw):
    """y_hat and y of one length, up to 1e3.

    Every third random case has them close together and far from zero: a float32 residual is then a rounding error.
    Residuals stay above 0.1 there, so that expanding the square in float64 is still right to 1e-6.
    """
    if draw(st.booleans()):
        n, rng = draw(st.integers(1, 64)), np.random.default_rng(draw(seeds))
        if draw(st.integers(0, 2)) == 0:
            y = rng.uniform(700, 990, n) * rng.choice([-1, 1])
            return y + rng.uniform(0.1, 1, n) * rng.choice([-1, 1], n), y
        size = 10.0 ** draw(st.integers(-2, 2))
        return rng.uniform(-5, 5, n) * size, rng.uniform(-5, 5, n) * size
    n = draw(st.integers(1, 4))
    return draw(whole_numbers(n)), draw(whole_numbers(n))


def square_terms(y_hat, y):
    """The natural size of a mean square's terms, with room for the rounding of an expanded square."""
    return np.mean((y_hat - y) ** 2) + 1e-5 * np.mean(y_hat**2 + y**2)


def mean_square(y_hat, y):
    """The mean squared error, by torch."""
    return float(torch.nn.functional.mse_loss(torch.tensor(y_hat), torch.tensor(y)))


@given(pair=predictions_and_targets())
def mse_loss_matches_torch(student, expect, pair):
    """`mse_loss` is torch's mean squared error."""
    expected = mean_square(*pair)
    expect.close(student.q3_losses.mse_loss(*pair), expected, scale=scaled(expected, square_terms(*pair)))


@st.composite
def probabilities_and_labels(draw, low=1e-3):
    """y_hat in [low, 1 - low] and labels 0.0 or 1.0, of one length."""
    if draw(st.booleans()):
        n, rng = draw(st.integers(1, 64)), np.random.default_rng(draw(seeds))
        y_hat = np.clip(1 / (1 + np.exp(-rng.normal(0, 4, n))), low, 1 - low)
        return y_hat, rng.integers(0, 2, n).astype(float)
    n = draw(st.integers(1, 3))
    y_hat = draw(npst.arrays(float, n, elements=st.sampled_from([0.5, 0.25, 0.9, 0.125, 0.99]), fill=st.nothing()))
    return y_hat, draw(whole_numbers(n, 0, 1))


@st.composite
def extreme_probabilities_and_labels(draw):
    """y_hat at and near the ends of its domain, right and wrong."""
    n = draw(st.integers(1, 4))
    ends = st.sampled_from([1e-6, 1 - 1e-6, 1e-5, 1 - 1e-5, 1e-4, 1 - 1e-4])
    return draw(npst.arrays(float, n, elements=ends, fill=st.nothing())), draw(whole_numbers(n, 0, 1))


def bce_size(expected, y_hat):
    """The tolerance's size for a cross-entropy: both logarithms are its terms, though a label takes one of them."""
    return scaled(expected, np.mean(np.abs(np.log(y_hat)) + np.abs(np.log1p(-y_hat))))


def torch_bce(y_hat, y):
    """torch's binary cross-entropy in nats."""
    return float(torch.nn.functional.binary_cross_entropy(torch.tensor(y_hat), torch.tensor(y)))


@given(pair=probabilities_and_labels())
def bce_loss_matches_torch(student, expect, pair):
    """`bce_loss` is torch's mean binary cross-entropy, in nats."""
    expected = torch_bce(*pair)
    expect.close(student.q3_losses.bce_loss(*pair), expected, scale=bce_size(expected, pair[0]))


@given(pair=extreme_probabilities_and_labels())
def bce_loss_holds_at_the_ends(student, expect, pair):
    """Probabilities of 1e-6 and 1 - 1e-6 are neither clipped nor shifted."""
    expected = torch_bce(*pair)
    expect.close(student.q3_losses.bce_loss(*pair), expected, scale=bce_size(expected, pair[0]))


@given(pair=probabilities_and_labels())
def bce_loss_is_symmetric(student, expect, pair):
    """Calling 0 what was 1 and the other way round changes nothing."""
    y_hat, y = pair
    loss = expect.scalar(student.q3_losses.bce_loss(y_hat, y))
    expect.close(student.q3_losses.bce_loss(1 - y_hat, 1 - y), loss, scale=bce_size(loss, y_hat))


sigmas = st.integers(-20, 20).map(lambda tenths: float(10 ** (tenths / 10)))


def gaussian_size(expected, y_hat, y, sigma):
    """The tolerance's size for a Gaussian log-likelihood: its logarithm and its mean square are the terms."""
    return scaled(expected, abs(np.log(sigma * np.sqrt(2 * np.pi))) + square_terms(y_hat, y) / (2 * sigma**2))


@given(pair=predictions_and_targets(), sigma=sigmas)
def gaussian_nll_matches_torch(student, expect, pair, sigma):
    """`gaussian_nll` is the mean of -log_prob of torch's Normal(y_hat, sigma), constant included."""
    y_hat, y = pair
    expected = -float(torch.distributions.Normal(torch.tensor(y_hat), sigma).log_prob(torch.tensor(y)).mean())
    expect.close(
        student.q3_losses.gaussian_nll(y_hat, y, sigma), expected, scale=gaussian_size(expected, y_hat, y, sigma)
    )


@given(pair=predictions_and_targets(), sigma=sigmas)
def gaussian_nll_knows_residuals_alone(student, expect, pair, sigma):
    """Moving predictions and targets together, or swapping them, changes nothing."""
    y_hat, y = pair
    loss = expect.scalar(student.q3_losses.gaussian_nll(y_hat, y, sigma))
    moved = student.q3_losses.gaussian_nll(y_hat + 8.0, y + 8.0, sigma)
    size = gaussian_size(loss, np.abs(y_hat) + 8, -np.abs(y) - 8, sigma)
    expect.close(moved, loss, scale=size)
    expect.close(student.q3_losses.gaussian_nll(y, y_hat, sigma), loss, scale=size)


@st.composite
def logistic_problems(draw):
    """X, y, weight_decay, lr, steps; X is small enough that |X @ w| cannot reach 30."""
    n, d, steps = draw(st.integers(1, 20)), draw(st.integers(1, 5)), draw(st.integers(0, 25))
    lr = draw(st.sampled_from([1.0, 0.5, 0.1, 0.03]))
    weight_decay = draw(st.sampled_from([0.0, 1.0, 0.5, 0.1]))
    y = np.random.default_rng(draw(seeds)).integers(0, 2, n).astype(float)
    if draw(st.booleans()):
        largest = min(3.0, np.sqrt(25 / (d * lr * max(1, steps))))
        X = np.random.default_rng(draw(seeds)).uniform(-largest, largest, (n, d))
    else:
        n, d, steps = min(n, 3), min(d, 2), min(steps, 2)
        X, y = draw(whole_numbers((n, d), -2, 2)), y[:n]
    return X, y, weight_decay, lr, steps


@given(problem=logistic_problems())
def fit_logistic_matches_reference(student, expect, reference, problem):
    """Gradient descent from zeros on mean BCE plus weight_decay/2 * ||w||^2 arrives at the reference's weights."""
    X, _, _, lr, steps = problem
    expected = np.asarray(reference.q3_losses.fit_logistic(*problem))
    size = scaled(expected, lr * steps * np.abs(X).mean())
    expect.close(student.q3_losses.fit_logistic(*problem), expected, scale=size)


@given(problem=logistic_problems())
def fit_logistic_takes_one_step_from_zeros(student, expect, problem):
    """No step leaves zeros; one step is lr times the mean of (y - 1/2) * x, whatever the weight decay."""
    X, y, weight_decay, lr, _ = problem
    expect.close(student.q3_losses.fit_logistic(X, y, weight_decay, lr, 0), np.zeros(X.shape[1]))
    step = lr * ((y - 0.5)[:, None] * X).mean(axis=0)
    size = scaled(step, lr * np.abs(X).mean(axis=0))
    expect.close(student.q3_losses.fit_logistic(X, y, weight_decay, lr, 1), step, scale=size)


@given(problem=logistic_problems())
def fit_logistic_shrinks_with_weight_decay(student, expect, problem):
    """More weight decay never ends in larger weights."""
    X, y, _, lr, steps = problem
    lr = min(lr, 0.1)
    fits = [expect.array(student.q3_losses.fit_logistic(X, y, decay, lr, steps), (X.shape[1],)) for decay in (0.0, 1.0)]
    without, decayed = (float(np.linalg.norm(w)) for w in fits)
    expect.true(decayed <= without * (1 + 1e-9) + 1e-12, "the norm of the weights must not grow with weight_decay")
    if steps > 2 and without > 1e-3:
        expect.true(decayed < without * (1 - 1e-6), "weight decay must make the weights smaller")


@given(pair=predictions_and_targets())
def l1_loss_matches_torch(student, expect, pair):
    """`l1_loss` is torch's mean absolute error."""
    y_hat, y = pair
    expected = float(torch.nn.functional.l1_loss(torch.tensor(y_hat), torch.tensor(y)))
    expect.close(student.q4_robust.l1_loss(y_hat, y), expected)


@given(pair=predictions_and_targets())
def l2_loss_matches_torch(student, expect, pair):
    """`l2_loss` is torch's mean squared error."""
    expected = mean_square(*pair)
    expect.close(student.q4_robust.l2_loss(*pair), expected, scale=scaled(expected, square_terms(*pair)))


@st.composite
def samples(draw):
    """A sample of 1 to 64 numbers; ties are frequent among the small ones, outliers among the large."""
    if draw(st.booleans()):
        n, rng = draw(st.integers(1, 64)), np.random.default_rng(draw(seeds))
        y = rng.normal(draw(st.sampled_from([0.0, 3.0, -900.0])), 1, n)
        y[rng.random(n) < 0.15] *= draw(st.sampled_from([1.0, 0.01, -1.0]))
        return y
    return draw(whole_numbers(draw(st.integers(1, 6)), -9, 9))


@given(y=samples())
def l1_minimizer_minimises(student, expect, y):
    """Any constant between the two middle values minimises the mean absolute error; with an odd count there is one."""
    ordered = np.sort(y)
    low, high = ordered[(len(y) - 1) // 2], ordered[len(y) // 2]
    constant = expect.scalar(student.q4_robust.l1_minimizer(y))
    nearest = float(np.clip(constant, low, high))
    expect.close(constant, nearest, scale=scaled(nearest, np.abs(y).max()), why="the nearest minimiser")


# ---------------------------------------------------------------- question 5


@st.composite
def regressions(draw):
    """w, X, y of a linear regression; every third random case fits well, so that its residuals are small differences."""
    if draw(st.booleans()):
        n, d, rng = draw(st.integers(1, 64)), draw(st.integers(1, 6)), np.random.default_rng(draw(seeds))
        w, X = rng.uniform(-1, 1, d) * 10.0 ** draw(st.integers(0, 1)), rng.uniform(-1, 1, (n, d)) * 10
        if draw(st.integers(0, 2)) == 0:
            w, X = rng.uniform(5, 10, d), rng.uniform(5, 10, (n, d))
            return w, X, X @ w + rng.uniform(-1, 1, n)
        return w, X, rng.uniform(-100, 100, n)
    n, d = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    return draw(whole_numbers(d, -3, 3)), draw(whole_numbers((n, d), -3, 3)), draw(whole_numbers(n, -3, 3))


@st.composite
def batches(draw):
    """A regression and the indices of a batch; indices repeat."""
    w, X, y = draw(regressions())
    size = draw(st.integers(1, 8))
    indices = np.array(draw(st.lists(st.integers(0, len(y) - 1), min_size=size, max_size=size)), dtype=np.int64)
    return w, X, y, indices


def residual_terms(w, X, y):
    """The natural size of each example's gradient: |x| (|x| . |w| + |y|), shape (n, d)."""
    return np.abs(X) * (np.abs(X) @ np.abs(w) + np.abs(y))[:, None]


def torch_gradient(w, X, y, indices):
    """torch's gradient of the mean of (x.w - y)^2 / 2 over a batch."""
    weights = torch.tensor(w, requires_grad=True)
    rows = torch.tensor(indices)
    loss = ((torch.tensor(X)[rows] @ weights - torch.tensor(y)[rows]) ** 2 / 2).mean()
    return torch.autograd.grad(loss, weights)[0].numpy()


@given(batch=batches())
def batch_gradient_matches_autograd(student, expect, batch):
    """`batch_gradient` is torch's gradient of the mean loss over the indices, repeated ones included."""
    w, X, y, indices = batch
    expected = torch_gradient(*batch)
    size = scaled(expected, residual_terms(w, X, y)[indices].mean(axis=0))
    expect.close(student.q5_minibatch.batch_gradient(*batch), expected, scale=size)


@given(regression=regressions())
def batch_gradient_is_unbiased(student, expect, regression):
    """The average over all batches of one is the gradient over the whole data set."""
    w, X, y = (part[:6] for part in regression)
    w = regression[0]
    singles = [
        expect.array(student.q5_minibatch.batch_gradient(w, X, y, np.array([i])), w.shape) for i in range(len(y))
    ]
    whole = student.q5_minibatch.batch_gradient(w, X, y, np.arange(len(y)))
    mean = np.mean(singles, axis=0)
    expect.close(whole, mean, scale=scaled(mean, residual_terms(w, X, y).mean(axis=0)))


def exact_variance(w, X, y, batch_size):
    """Trace of the population covariance of the per-example gradients, over the batch size; and its terms' size."""
    gradients = (X @ w - y)[:, None] * X
    variance = float(((gradients - gradients.mean(axis=0)) ** 2).mean(axis=0).sum() / batch_size)
    return variance, float((gradients**2).mean(axis=0).sum() / batch_size)


@given(regression=regressions(), batch_size=st.integers(1, 80))
def gradient_variance_is_exact(student, expect, regression, batch_size):
    """`gradient_variance` is the trace of the population covariance of the per-example gradients, over batch_size."""
    expected, terms = exact_variance(*regression, batch_size)
    actual = student.q5_minibatch.gradient_variance(*regression, batch_size)
    expect.close(actual, expected, scale=scaled(expected, terms))


@given(regression=regressions(), batch_size=st.integers(2, 80))
def gradient_variance_falls_as_one_over_the_batch(student, expect, regression, batch_size):
    """A batch of B has one B-th of the variance of a batch of one."""
    of_one = expect.scalar(student.q5_minibatch.gradient_variance(*regression, 1))
    _, terms = exact_variance(*regression, batch_size)
    actual = student.q5_minibatch.gradient_variance(*regression, batch_size)
    expect.close(actual, of_one / batch_size, scale=scaled(of_one / batch_size, terms))


@given(regression=regressions(), batch_size=st.integers(1, 5))
def gradient_variance_of_one_example_is_zero(student, expect, regression, batch_size):
    """With a single example every batch is the same."""
    w, X, y = regression[0], regression[1][:1].copy(), regression[2][:1].copy()
    actual = student.q5_minibatch.gradient_variance(w, X, y, batch_size)
    expect.close(actual, 0.0, scale=1e-3 * exact_variance(w, X, y, batch_size)[1])


# ---------------------------------------------------------------- rules for all functions


def is_pure(module, name, arguments):
    """The check that a function leaves its arguments alone and answers the same whatever was called before.

    arguments: a strategy for a tuple of arguments.
    """

    @given(first=arguments, second=arguments)
    def check(student, expect, first, second):
        """Inputs stay as they are, and the same arguments give the same answer whatever was called before."""
        function = getattr(getattr(student, module), name)
        expect.unchanged(function, *first)
        answer = expect.array(function(*first))
        function(*second)
        expect.close(
            function(*first), answer, scale=scaled(answer, np.abs(answer).max(initial=0.0)), why="called again"
        )

    check.__name__ = f"{name}_is_pure"
    return check


with_shape = images_and_kernels().map(lambda pair: (pair[1], pair[0].shape))
with_sigma = st.tuples(predictions_and_targets(), sigmas).map(lambda drawn: (*drawn[0], drawn[1]))
with_size = st.tuples(regressions(), st.integers(1, 9)).map(lambda drawn: (*drawn[0], drawn[1]))

toeplitz_matrix_is_pure = is_pure("q2_toeplitz", "toeplitz_matrix", with_shape)
conv2d_is_pure = is_pure("q2_toeplitz", "conv2d", images_and_kernels())
mse_loss_is_pure = is_pure("q3_losses", "mse_loss", predictions_and_targets())
bce_loss_is_pure = is_pure("q3_losses", "bce_loss", probabilities_and_labels())
gaussian_nll_is_pure = is_pure("q3_losses", "gaussian_nll", with_sigma)
fit_logistic_is_pure = is_pure("q3_losses", "fit_logistic", logistic_problems())
l1_loss_is_pure = is_pure("q4_robust", "l1_loss", predictions_and_targets())
l2_loss_is_pure = is_pure("q4_robust", "l2_loss", predictions_and_targets())
l1_minimizer_is_pure = is_pure("q4_robust", "l1_minimizer", samples().map(lambda y: (y,)))
l2_minimizer_is_pure = is_pure("q4_robust", "l2_minimizer", samples().map(lambda y: (y,)))
batch_gradient_is_pure = is_pure("q5_minibatch", "batch_gradient", batches())
gradient_variance_is_pure = is_pure("q5_minibatch", "gradient_variance", with_size)
