"""Homework 1: what must hold for a student's functions; how much each check counts stands in hw1.yaml.

Strategies make few choices, so that drawing is fast, and have teeth: shapes are rarely square, entries mostly distinct.
Some cases are small whole numbers, which shrink to what one can check by hand; the others use all digits.
"""

import functools
import itertools
import math
import operator

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 -- its usual name
from hypothesis import given
from hypothesis import strategies as st

SEEDS = st.integers(0, 9999)
DIGITS = st.integers(-9, 9)
SHAPES = st.sampled_from(((3, 2), (2, 3), (5, 1), (1, 2), (9, 4)))  # (n, d) where nothing else varies
biases = st.booleans()


def close(expect, actual, expected, terms):
    """Judge by the handout's rule: relative 1e-6, plus 1e-9 times the natural size of the `terms` summed.

    The rubric's rtol of 1e-6 multiplies this scale, and 1e-6 * 1e-3 = 1e-9.
    """
    expect.close(actual, expected, scale=np.abs(expected) + 1e-3 * terms)


def repeatable(expect, function, first, second, answer):
    """`function` leaves its arguments alone and answers alike, whatever it was asked before.

    Between two times `first` come calls that differ from it in a single argument, and all of `second`: whatever
    part of the arguments a cache forgets in its key, some neighbouring calls differ in just that part.

    Args:
        answer: what a right function returns, and the natural size of its terms, of the same arguments.
    """
    mixed = [(*first[:i], second[i], *first[i + 1 :]) for i in range(len(first))]
    for args in (first, *mixed, second, first):
        close(expect, function(*args), *answer(*args))
    expect.unchanged(function, *first)
    earlier = function(*first)
    function(*second)
    later = expect.call(operator.is_, earlier, None).args[0]  # as it is by now
    close(expect, later, *answer(*first))


def readable(rng, *shape, largest=9.0):
    """Numbers within ±largest with one decimal."""
    return np.round(rng.uniform(-largest, largest, shape), 1)


class Numbers:
    """Fills the arrays of one case: with small whole numbers, or with all digits of float64 at one magnitude."""

    def __init__(self, draw, *magnitudes):
        self.draw = draw
        # One in six: hypothesis varies cases of many choices more often, which makes it a third in the end.
        self.whole = draw(st.integers(0, 5)) == 0
        self.rng = np.random.default_rng(draw(SEEDS) if not self.whole else 0)
        self.magnitude = 1.0 if self.whole else draw(st.sampled_from(magnitudes or (1.0,)))
        # What hypothesis finds in all digits it can then show in few, by this choice alone.
        self.short = not self.whole and draw(st.sampled_from((True, False, False, False)))

    def size(self, low, few, many):
        """A length: up to `few` where each entry is a choice of its own, else up to `many`."""
        return self.draw(st.integers(low, few if self.whole else many))

    def array(self, *shape, magnitude=1.0):
        """Entries within ±9 (whole) or ±magnitude of the case."""
        if self.whole:
            n = math.prod(shape)
            return np.array(self.draw(st.lists(DIGITS, min_size=n, max_size=n)), float).reshape(shape)
        entries = self.rng.uniform(-1, 1, shape)
        return (np.round(entries, 1) if self.short else entries) * self.magnitude * magnitude

    def labels(self, n):
        """0.0 or 1.0 each."""
        if self.whole:
            return np.array(self.draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)), float)
        return self.rng.integers(0, 2, n).astype(float)


# ── Question 1: LeNet-5 by the numbers ────────────────────────────────────────────────────────────────────────────────


@st.composite
def convolutions(draw):
    """height, width, kernel_size, stride, padding, dilation, for an output of at least 1×1."""
    kernel_size, stride, dilation = draw(st.integers(1, 7)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    padding = draw(st.integers(0, 5))
    smallest = max(1, dilation * (kernel_size - 1) + 1 - 2 * padding)
    height, width = draw(st.integers(smallest, smallest + 16)), draw(st.integers(smallest, smallest + 16))
    return height, width, kernel_size, stride, padding, dilation


def torch_output_shape(height, width, kernel_size, stride=1, padding=0, dilation=1):
    """The shape that torch finds, on tensors without data."""
    image, kernel = torch.empty(1, 1, height, width, device="meta"), torch.empty(1, 1, kernel_size, kernel_size)
    return tuple(F.conv2d(image, kernel.to("meta"), None, stride, padding, dilation).shape[2:])


@given(sizes=convolutions())
def conv2d_output_shape_matches_torch(student, expect, sizes):
    """`conv2d_output_shape` is the shape of what torch's convolution returns."""
    expect.equal(student.q1_lenet.conv2d_output_shape(*sizes), torch_output_shape(*sizes))


@given(height=st.integers(10, 20), width=st.integers(10, 20), kernel_size=st.integers(2, 4), option=st.integers(2, 3))
def conv2d_output_shape_takes_names_and_defaults(student, expect, height, width, kernel_size, option):
    """Arguments of `conv2d_output_shape` may be given by name, and stride, padding and dilation be left out."""
    shape = student.q1_lenet.conv2d_output_shape
    expect.equal(shape(height, width, kernel_size), torch_output_shape(height, width, kernel_size))
    for name in ("stride", "padding", "dilation"):
        sizes = {"kernel_size": kernel_size, name: option, "width": width, "height": height}
        expect.equal(shape(**sizes), torch_output_shape(**sizes), why=f"{name} by name, the others left out")


@given(sizes=convolutions())
def conv2d_output_shape_is_consistent(student, expect, sizes):
    """Padding acts as a larger image, dilation as a larger kernel; a 1×1 kernel leaves the size alone."""
    shape = student.q1_lenet.conv2d_output_shape
    height, width, kernel_size, stride, padding, dilation = sizes
    outcome = shape(*sizes)
    wider = shape(height + 2 * padding, width + 2 * padding, kernel_size, stride, 0, dilation)
    expect.equal(outcome, expect.array(wider, (2,)), why="padding adds its rows and columns on both sides")
    spread = kernel_size + (dilation - 1) * (kernel_size - 1)
    wider = shape(height, width, spread, stride, padding)
    expect.equal(outcome, expect.array(wider, (2,)), why="dilation spreads taps")
    expect.equal(shape(height, width, 1), (height, width), why="a 1×1 kernel fits at every pixel")


@given(in_channels=st.integers(1, 400), out_channels=st.integers(1, 400), kernel_size=st.integers(1, 7), bias=biases)
def conv2d_num_parameters_matches_torch(student, expect, in_channels, out_channels, kernel_size, bias):
    """`conv2d_num_parameters` counts what torch's Conv2d holds, with its bias and without."""
    count = student.q1_lenet.conv2d_num_parameters
    layer = torch.nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias, device="meta")
    wanted = sum(parameter.numel() for parameter in layer.parameters())
    expect.equal(count(in_channels, out_channels, kernel_size, bias), wanted)
    expect.equal(count(in_channels, out_channels, kernel_size, bias=bias), wanted, why="bias by name")
    if bias:
        expect.equal(count(in_channels, out_channels, kernel_size), wanted, why="bias left out means with a bias")


@given(in_features=st.integers(1, 400), out_features=st.integers(1, 400))
def linear_num_parameters_takes_names_and_defaults(student, expect, in_features, out_features):
    """`bias` of `linear_num_parameters` may be given by name or be left out; each bias adds one parameter an output."""
    count = student.q1_lenet.linear_num_parameters
    weights = in_features * out_features
    expect.equal(count(in_features, out_features), weights + out_features, why="bias left out means with a bias")
    expect.equal(count(out_features=out_features, in_features=in_features, bias=False), weights, why="by name")


LENET_SHAPES = (
    (6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 16, 5, 5), (120,), (84, 120), (84,), (10, 84), (10,),
)  # fmt: skip


@functools.lru_cache(maxsize=32)
def lenet_weights(seed):
    """Weights by shape (no two of LeNet's are alike), large enough that no layer fades out: variance 2 / fan-in.

    Those of the scores are such that log-probabilities reach down to -30 or so: what is added within the logarithm,
    or cut off, would be seen; a logarithm of what softmax returns is right there still, and is not from -87 on.
    """
    rng = np.random.default_rng(seed)
    weights = {
        shape: torch.tensor(rng.normal(0, math.sqrt(2 / math.prod(shape[1:])), shape), dtype=torch.float32)
        for shape in LENET_SHAPES
    }
    answers = lenet(weights, digits(seed, 4))
    weights[10, 84] *= 30 / (answers.amax(dim=1) - answers.amin(dim=1)).max()
    return weights


@functools.lru_cache(maxsize=32)
def digits(seed, n):
    """Images of noise, shape (n, 1, 32, 32)."""
    return torch.tensor(np.random.default_rng(seed).normal(size=(n, 1, 32, 32)), dtype=torch.float32)


def lenet(weights, x):
    """LeNet-5 on images (n, 1, 32, 32), written with the weights themselves; log-probabilities (n, 10)."""
    conv1, bias1, conv2, bias2, conv3, bias3, linear4, bias4, linear5, bias5 = (weights[s] for s in LENET_SHAPES)
    x = F.max_pool2d(F.relu(F.conv2d(x, conv1, bias1)), 2)  # (n, 6, 14, 14)
    x = F.max_pool2d(F.relu(F.conv2d(x, conv2, bias2)), 2)  # (n, 16, 5, 5)
    x = F.relu(F.conv2d(x, conv3, bias3)).flatten(1)  # (n, 120)
    x = F.relu(x @ linear4.T + bias4)  # (n, 84)
    return F.log_softmax(x @ linear5.T + bias5, dim=1)  # (n, 10)


@functools.lru_cache(maxsize=32)
def lenet_answers(weights_seed, digits_seed, n):
    """What LeNet-5 with these weights answers to these images, (n, 10): the same for all students."""
    return lenet(lenet_weights(weights_seed), digits(digits_seed, n))


def parameters_of(model):
    """Names and shapes of a model's parameters, once a first image has gone through: a lazy layer then has its own."""
    model(digits(0, 1))
    named = [(name, value) for name, value in model.named_parameters()]  # all of them, before one is looked at
    return [(str(name), np.shape(value)) for name, value in named]


def loaded(model, weights):
    """The model with these weights, whatever its parameters are called and in whatever order they stand."""
    found = parameters_of(model)
    if sorted(shape for _, shape in found) == sorted(LENET_SHAPES):
        model.load_state_dict({name: weights[shape] for name, shape in found}, strict=False)
    return model


def model_has_lenets_parameters(student, expect):
    """The model holds the ten parameter tensors of LeNet-5 and nothing else: 61706 numbers."""
    found = sorted(shape for _, shape in parameters_of(student.q1_lenet.build_model()))
    expect.true(len(found) > 0, "the model has parameters: torch sees layers in nn.Sequential, not in a plain list")
    for shape in LENET_SHAPES:
        expect.true(shape in found, f"one parameter tensor has the shape {shape}")
    expect.true(len(found) == 10, f"there are ten parameter tensors; the model has {len(found)}")
    expect.true(sum(map(math.prod, found)) == 61706, f"they hold 61706 numbers; here {sum(map(math.prod, found))}")


@given(seed=SEEDS, n=st.integers(1, 3))
def model_matches_lenet(student, expect, seed, n):
    """With the same weights the model's log-probabilities are those of LeNet-5."""
    model = loaded(student.q1_lenet.build_model(), lenet_weights(seed))
    expect.close(model(digits(seed + 1, n)), lenet_answers(seed, seed + 1, n))


@given(seed=SEEDS)
def model_is_new_and_has_one_mode(student, expect, seed):
    """Each call builds a model of its own, and a model computes the same in training and in evaluation mode."""
    first, second = student.q1_lenet.build_model(), student.q1_lenet.build_model()
    ours, others, x = lenet_weights(seed), lenet_weights(seed + 1), digits(seed, 2)
    loaded(first, ours)
    loaded(second, others)
    wanted = lenet_answers(seed, seed, 2)
    expect.close(first(x), wanted, why="a second model has weights of its own")
    first.train()
    expect.close(first(x), wanted, why="in training mode")
    first.eval()
    expect.close(first(x), wanted, why="in evaluation mode")


@given(seed=SEEDS, n=st.integers(1, 3))
def model_returns_log_probabilities(student, expect, seed, n):
    """As it is built, the model returns ten log-probabilities an image, which depend on the image."""
    outcome = expect.array(student.q1_lenet.build_model()(digits(seed, n)), (n, 10))
    expect.close(np.exp(outcome).sum(axis=1), np.ones(n), why="the ten probabilities sum to 1")
    expect.true(bool((outcome.std(axis=1) > 0).all()), "the ten classes have different probabilities")


# ── Question 2: convolution as a Toeplitz matrix ──────────────────────────────────────────────────────────────────────

MAGNITUDES = (1.0, 1e-3, 1e3, 1e6)
KERNEL_SHAPES = ((1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (3, 2), (1, 3), (4, 3), (3, 5), (5, 4), (5, 1), (3, 3), (2, 5))
ROOMS = ((0, 1), (1, 0), (1, 2), (2, 1), (0, 0), (2, 2), (3, 1), (0, 6), (5, 3), (3, 4), (4, 5))


@st.composite
def images_with_kernels(draw):
    """An image and a kernel, with the room that the kernel has to move."""
    numbers = Numbers(draw, *MAGNITUDES)
    kernel_shape = kh, kw = draw(st.sampled_from(KERNEL_SHAPES[:7] if numbers.whole else KERNEL_SHAPES))
    down, right = draw(st.sampled_from(ROOMS[:6] if numbers.whole else ROOMS))
    return numbers.array(kh + down, kw + right), numbers.array(*kernel_shape)


@st.composite
def bright_images_with_edge_kernels(draw):
    """A bright image with faint detail and a kernel that sums to zero: the brightness cancels, the detail stays."""
    rng, brightness = np.random.default_rng(draw(SEEDS)), draw(st.sampled_from((1e4, 1e5)))
    image = brightness + rng.uniform(-1, 1, (draw(st.integers(4, 7)), draw(st.integers(5, 8))))
    kernel = rng.uniform(-1, 1, (draw(st.integers(1, 3)), draw(st.integers(2, 5))))
    return image, kernel - kernel.mean()


@st.composite
def extreme_images_with_kernels(draw):
    """A single pixel, row or column; a 1×1 kernel; a kernel as large as the image."""
    numbers = Numbers(draw, *MAGNITUDES)
    height, width = draw(st.sampled_from(((1, 1), (1, 5), (5, 1), (2, 4), (4, 3), (1, 12), (5, 5))))
    tall, wide = draw(st.booleans()), draw(st.booleans())
    return numbers.array(height, width), numbers.array(min(height, 5) if tall else 1, min(width, 5) if wide else 1)


def torch_conv2d(image, kernel):
    """torch's cross-correlation, in float64."""
    return F.conv2d(torch.tensor(image)[None, None], torch.tensor(kernel)[None, None])[0, 0].numpy()


def torch_matrix(kernel, input_shape):
    """Column p is the cross-correlation of the image whose only pixel is p, a 1."""
    height, width = input_shape
    pixels = torch.eye(height * width, dtype=torch.float64).reshape(-1, 1, height, width)
    return F.conv2d(pixels, torch.tensor(kernel)[None, None]).flatten(1).T.numpy()


def convolved(image, kernel):
    """The cross-correlation, and its natural size: one for all pixels, since an FFT spreads errors over all."""
    return torch_conv2d(image, kernel), np.abs(image).max() * np.abs(kernel).sum()


def matrix_of(kernel, input_shape):
    """The Toeplitz matrix, and its natural size."""
    return torch_matrix(kernel, input_shape), np.abs(kernel).max()


@given(pair=images_with_kernels())
def toeplitz_matrix_matches_torch(student, expect, pair):
    """Each column of W is torch's answer to an image with a single 1."""
    image, kernel = pair
    close(expect, student.q2_toeplitz.toeplitz_matrix(kernel, image.shape), *matrix_of(kernel, image.shape))


@given(pair=st.one_of(images_with_kernels(), bright_images_with_edge_kernels()))
def toeplitz_product_is_the_convolution(student, expect, pair):
    """`W @ image.ravel()` is the cross-correlation, row by row."""
    image, kernel = pair
    expected, natural = convolved(image, kernel)
    W = expect.array(student.q2_toeplitz.toeplitz_matrix(kernel, image.shape), (expected.size, image.size))
    close(expect, W @ image.ravel(), expected.ravel(), natural)


@given(pair=images_with_kernels())
def toeplitz_rows_are_shifted_kernels(student, expect, pair):
    """Row 0 of W is the kernel in the corner of an empty image, and every row is row 0 moved along."""
    image, kernel = pair
    (height, width), (kh, kw) = image.shape, kernel.shape
    corners = [i * width + j for i in range(height - kh + 1) for j in range(width - kw + 1)]
    W = expect.array(student.q2_toeplitz.toeplitz_matrix(kernel, image.shape), (len(corners), image.size))
    in_corner = np.zeros(image.shape)
    in_corner[:kh, :kw] = kernel
    close(expect, W[0], in_corner.ravel(), np.abs(kernel).max())
    close(expect, W, np.array([np.roll(W[0], corner) for corner in corners]), np.abs(kernel).max())


@given(pair=extreme_images_with_kernels())
def toeplitz_matrix_at_the_edges(student, expect, pair):
    """W is right for a single pixel, row or column, for a 1×1 kernel and for one as large as the image."""
    image, kernel = pair
    close(expect, student.q2_toeplitz.toeplitz_matrix(kernel, image.shape), *matrix_of(kernel, image.shape))


@given(seed=SEEDS, sides=st.permutations((3, 4, 5)), shape=st.sampled_from(((2, 3), (3, 2), (1, 3))))
def toeplitz_matrix_is_repeatable(student, expect, seed, sides, shape):
    """`toeplitz_matrix` leaves the kernel alone and answers alike, whatever was asked before."""
    rng = np.random.default_rng(seed)
    first, second = (readable(rng, *shape), tuple(sides[:2])), (readable(rng, *shape), tuple(sides[1::-1]))
    repeatable(expect, student.q2_toeplitz.toeplitz_matrix, first, second, matrix_of)


@given(pair=st.one_of(images_with_kernels(), bright_images_with_edge_kernels()))
def conv2d_matches_torch(student, expect, pair):
    """`conv2d` is torch's cross-correlation."""
    close(expect, student.q2_toeplitz.conv2d(*pair), *convolved(*pair))


@given(pair=images_with_kernels(), seed=SEEDS, a=st.sampled_from((0.5, 0.25)), b=st.sampled_from((-0.5, 0.125)))
def conv2d_is_linear(student, expect, pair, seed, a, b):
    """Mixing two images mixes their results, and mixing two kernels too; an image of ones gives the kernel's sum."""
    conv2d, rng = student.q2_toeplitz.conv2d, np.random.default_rng(seed)
    image, kernel = pair
    shape = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    image2 = rng.uniform(-1, 1, image.shape) * np.abs(image).max()
    kernel2 = rng.uniform(-1, 1, kernel.shape) * np.abs(kernel).max()
    natural = np.abs(image).max() * kernel.size * np.abs(kernel).max()
    of_both = expect.array(conv2d(image, kernel), shape)
    mixed = a * of_both + b * expect.array(conv2d(image2, kernel), shape)
    close(expect, conv2d(a * image + b * image2, kernel), mixed, natural)
    mixed = a * of_both + b * expect.array(conv2d(image, kernel2), shape)
    close(expect, conv2d(image, a * kernel + b * kernel2), mixed, natural)
    close(expect, conv2d(np.ones(image.shape), kernel2), np.full(shape, kernel2.sum()), np.abs(kernel2).sum())


@given(pair=images_with_kernels(), i=st.integers(0, 11), j=st.integers(0, 11))
def conv2d_of_one_window(student, expect, pair, i, j):
    """A window as large as the kernel, cut out of the image, gives one pixel: the sum of its products."""
    image, kernel = pair
    shape = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    i, j = i % shape[0], j % shape[1]
    window = image[i : i + kernel.shape[0], j : j + kernel.shape[1]]
    pixel, natural = np.sum(window * kernel), np.abs(image).max() * np.abs(kernel).sum()
    close(expect, student.q2_toeplitz.conv2d(window, kernel), np.array([[pixel]]), natural)
    whole = expect.array(student.q2_toeplitz.conv2d(image, kernel), shape)
    close(expect, whole[i, j], pixel, natural)


@given(pair=extreme_images_with_kernels())
def conv2d_at_the_edges(student, expect, pair):
    """`conv2d` is right for a single pixel, row or column, for a 1×1 kernel and for one as large as the image."""
    close(expect, student.q2_toeplitz.conv2d(*pair), *convolved(*pair))


@given(seed=SEEDS, image_shape=st.permutations((4, 5)), kernel_shape=st.sampled_from(((2, 3), (3, 2), (1, 4))))
def conv2d_is_repeatable(student, expect, seed, image_shape, kernel_shape):
    """`conv2d` leaves image and kernel alone and answers alike, whatever was asked before."""
    rng = np.random.default_rng(seed)
    first, second = ((readable(rng, *image_shape), readable(rng, *kernel_shape)) for _ in range(2))
    repeatable(expect, student.q2_toeplitz.conv2d, first, second, convolved)


# ── Question 3: which loss for a binary label? ────────────────────────────────────────────────────────────────────────

# A mean of squares may be written out, (a-b)² = a² - 2ab + b². Then float64 errs by its unit of 1e-16 times the squares
# and the number of terms, up to 64: their part of the scale allows for 1e-13.
WRITTEN_OUT = 1e-4


@st.composite
def predictions(draw):
    """y_hat and y, at times both far from zero and close together: float32 has no digits left there."""
    numbers = Numbers(draw, 1.0, 1e-3, 1e3)
    n = numbers.size(1, 5, 64)
    y_hat, y = numbers.array(n), numbers.array(n)
    if not numbers.whole and draw(st.booleans()):
        return 0.9e3 + y_hat / numbers.magnitude, 0.9e3 + y / numbers.magnitude
    return y_hat, y


@st.composite
def pairs_of_predictions(draw):
    """Two times y_hat and y, all of one length."""
    rng, n = np.random.default_rng(draw(SEEDS)), draw(st.integers(2, 6))
    return [(readable(rng, n), readable(rng, n)) for _ in range(2)]


def squared_error(y_hat, y):
    """Torch's mean squared error, and the natural size of its terms."""
    return F.mse_loss(torch.tensor(y_hat), torch.tensor(y)).item(), size_of_squared_error(y_hat, y)


def size_of_squared_error(y_hat, y):
    """The natural size of the terms, also where the square is written out."""
    return np.mean((y_hat - y) ** 2 + WRITTEN_OUT * (y_hat**2 + y**2))


def absolute_error(y_hat, y):
    """Torch's mean absolute error, and the natural size of its terms."""
    expected = F.l1_loss(torch.tensor(y_hat), torch.tensor(y)).item()
    return expected, expected + WRITTEN_OUT * np.mean(np.abs(y_hat) + np.abs(y))


@given(case=predictions())
def mse_loss_matches_torch(student, expect, case):
    """`mse_loss` is torch's."""
    close(expect, student.q3_losses.mse_loss(*case), *squared_error(*case))


@given(cases=pairs_of_predictions())
def mse_loss_is_repeatable(student, expect, cases):
    """`mse_loss` leaves its arguments alone and answers alike, whatever was asked before."""
    repeatable(expect, student.q3_losses.mse_loss, *cases, squared_error)


@st.composite
def probabilities_with_labels(draw):
    """Probabilities from 0.05 to 0.95, some of them alike and round, and labels."""
    numbers = Numbers(draw)
    n = numbers.size(1, 4, 64)
    y_hat = np.round(0.5 + 0.05 * numbers.array(n), 2) if numbers.whole else 0.5 + 0.45 * numbers.array(n)
    return y_hat, numbers.labels(n)


@st.composite
def extreme_probabilities_with_labels(draw):
    """Probabilities at and near the ends of [1e-6, 1 - 1e-6]; half of the time a single one."""
    n = draw(st.one_of(st.just(1), st.integers(2, 6)))
    ends = st.sampled_from((1e-6, 1 - 1e-6, 3e-6, 1 - 2e-5, 1e-4, 0.999, 0.5))
    return np.array([draw(ends) for _ in range(n)]), np.array([draw(st.integers(0, 1)) for _ in range(n)], float)


def binary_cross_entropy(y_hat, y):
    """Torch's binary cross-entropy, and the natural size of its terms: the logits, where it is written with them."""
    expected = F.binary_cross_entropy(torch.tensor(y_hat), torch.tensor(y)).item()
    return expected, expected + np.mean(np.abs(np.log(y_hat / (1 - y_hat))) + np.log(2))


@given(case=probabilities_with_labels())
def bce_loss_matches_torch(student, expect, case):
    """`bce_loss` is torch's binary cross-entropy."""
    close(expect, student.q3_losses.bce_loss(*case), *binary_cross_entropy(*case))


@given(case=probabilities_with_labels())
def bce_loss_is_symmetric(student, expect, case):
    """Naming the classes the other way round changes nothing; one who does not know pays log 2."""
    bce_loss, (y_hat, y) = student.q3_losses.bce_loss, case
    close(expect, bce_loss(1 - y_hat, 1 - y), expect.scalar(bce_loss(y_hat, y)), binary_cross_entropy(y_hat, y)[1])
    close(expect, bce_loss(np.full(len(y), 0.5), y), np.log(2), 1.0)


@given(case=extreme_probabilities_with_labels())
def bce_loss_at_the_edges(student, expect, case):
    """`bce_loss` is right for every probability from 1e-6 to 1 - 1e-6."""
    close(expect, student.q3_losses.bce_loss(*case), *binary_cross_entropy(*case))


@given(seed=SEEDS, n=st.integers(2, 6))
def bce_loss_is_repeatable(student, expect, seed, n):
    """`bce_loss` leaves its arguments alone and answers alike, whatever was asked before."""
    rng = np.random.default_rng(seed)
    y_hats, y = rng.integers(1, 10, (2, n)) / 10, rng.integers(0, 2, n).astype(float)
    repeatable(expect, student.q3_losses.bce_loss, (y_hats[0], y), (y_hats[1], 1 - y), binary_cross_entropy)


SIGMAS = st.sampled_from((1.0, 2.0, 0.5, 0.1, 3.7, 0.01, 100.0, 27.0))


@st.composite
def gaussian_observations(draw):
    """y_hat, y and sigma, y a few sigma away from y_hat; at times both are far from zero."""
    numbers, sigma = Numbers(draw), draw(SIGMAS)
    n = numbers.size(1, 4, 64)
    y_hat = numbers.array(n)
    y = y_hat + numbers.array(n) * (1 if numbers.whole else 3) * sigma
    offset = 0.0 if numbers.whole or sigma < 0.1 else draw(st.sampled_from((0.0, 600.0)))
    return y_hat + offset, y + offset, sigma


def gaussian(y_hat, y, sigma):
    """The mean negative log-density by torch's Normal, and the natural size of its terms."""
    normal = torch.distributions.Normal(torch.tensor(y_hat), sigma, validate_args=False)
    return -normal.log_prob(torch.tensor(y)).mean().item(), size_of_gaussian(y_hat, y, sigma)


def size_of_gaussian(y_hat, y, sigma):
    """The natural size of the terms."""
    return 1 + abs(math.log(sigma)) + size_of_squared_error(y_hat, y) / (2 * sigma**2)


@given(case=gaussian_observations())
def gaussian_nll_matches_torch(student, expect, case):
    """`gaussian_nll` is minus the mean log-density of torch's Normal, with its constant."""
    close(expect, student.q3_losses.gaussian_nll(*case), *gaussian(*case))


@given(case=gaussian_observations(), unit=st.sampled_from((2.0, 0.5, 10.0)))
def gaussian_nll_in_other_units(student, expect, case, unit):
    """Measured in a unit `unit` times smaller, a density is `unit` times lower: the loss grows by its logarithm."""
    gaussian_nll, (y_hat, y, sigma) = student.q3_losses.gaussian_nll, case
    unit = 1 / unit if not 1e-2 <= unit * sigma <= 1e2 or np.abs(unit * np.array([y_hat, y])).max() > 1e3 else unit
    before = expect.scalar(gaussian_nll(y_hat, y, sigma))
    after = expect.scalar(gaussian_nll(unit * y_hat, unit * y, unit * sigma))
    right, terms = gaussian(*case)  # not the student's own, near which, where it is huge, anything is
    close(expect, after - before, math.log(unit), terms + 1e3 * abs(right))


# Near 1 / sqrt(2 pi): close to its mean, a density is 1 there, and a constant's last digits show.
SIGMA_OF_NO_LOSS = 0.4


@given(
    seed=SEEDS,
    n=st.integers(1, 4),
    sigma=st.sampled_from((0.01, 100.0, SIGMA_OF_NO_LOSS)),
    far=st.sampled_from((1.0, 30.0, 1000.0, 1e-2)),
)
def gaussian_nll_at_the_edges(student, expect, seed, n, sigma, far):
    """`gaussian_nll` stays finite and right for the smallest and largest sigma, at its zero and a thousand away."""
    y_hat, residual = np.random.default_rng(seed).uniform(-1, 1, (2, n))
    case = y_hat, np.clip(y_hat + far * residual, -1e3, 1e3), sigma
    close(expect, student.q3_losses.gaussian_nll(*case), *gaussian(*case))


@given(cases=pairs_of_predictions(), sigmas=st.permutations((0.5, 1.0, 4.0)))
def gaussian_nll_is_repeatable(student, expect, cases, sigmas):
    """`gaussian_nll` leaves its arguments alone and answers alike, whatever was asked before."""
    first, second = ((*case, sigma) for case, sigma in zip(cases, sigmas, strict=False))
    repeatable(expect, student.q3_losses.gaussian_nll, first, second, gaussian)


@st.composite
def logistic_problems(draw, steps=(0, 1, 2, 3, 4, 40)):
    """X, y, weight_decay, lr, steps, with lr at most 1.5 over the loss's curvature.

    Below 2, a step never takes two weights further apart, so errors of rounding do not grow.
    """
    numbers = Numbers(draw, 1.0, 0.1, 100.0)
    n, d = numbers.size(1, 5, 8), numbers.size(1, 3, 5)
    X, y = numbers.array(n, d), numbers.labels(n)
    if not numbers.whole and draw(st.booleans()):
        # Each example gets a near twin of the other label: the gradients all but cancel, which float32 cannot follow.
        X, y = np.concatenate([X, 1.001 * X]), np.concatenate([y, 1 - y])
    weight_decay = draw(st.sampled_from((0.0, 0.1, 0.5, 1.0)))
    curvature = (X**2).sum(axis=1).max() / 4 + weight_decay
    rates = [lr for lr in (1.0, 0.5, 0.1, 0.03, 0.01, 1e-3, 1e-4) if lr * curvature <= 1.5]
    return X, y, weight_decay, draw(st.sampled_from(rates)), draw(st.sampled_from(steps))


@st.composite
def separated_problems(draw):
    """X, y, weight_decay, lr, steps, whose first step takes each example 8 to 28 to its own label's side.

    There the sigmoid all but reaches its label, so that errors of rounding do not grow, and a cut-off shows.
    """
    rng, n = np.random.default_rng(draw(SEEDS)), draw(st.integers(1, 6))
    direction, y = rng.normal(size=draw(st.integers(1, 4))), rng.integers(0, 2, n).astype(float)
    direction *= math.sqrt(2 * draw(st.sampled_from((12.0, 16.0, 28.0)))) / np.linalg.norm(direction)
    X = np.outer((2 * y - 1) * rng.uniform(0.9, 1.0, n), direction)
    return X, y, draw(st.sampled_from((0.0, 0.1))), 1.0, draw(st.integers(2, 4))


def descended(X, y, weight_decay, lr, steps):
    """The weights, with the sigmoid written as tanh, and the natural size of the steps they are summed from."""
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        residual = 0.5 * np.tanh(X @ w / 2) + 0.5 - y  # (n,)
        w = w - lr * (residual @ X / len(y) + weight_decay * w)  # (d,)
    return w, np.abs(w).max() + lr * np.abs(X).max() * min(steps, 1)


@given(problem=logistic_problems() | separated_problems())
def fit_logistic_matches_descent(student, expect, problem):
    """`fit_logistic` returns the weights of full-batch gradient descent from zeros."""
    close(expect, student.q3_losses.fit_logistic(*problem), *descended(*problem))


@given(problem=logistic_problems(steps=(0,)))
def fit_logistic_begins_at_zero(student, expect, problem):
    """Without a step the weights are zero; one step goes lr along the mean of (y - 1/2) x, whatever the decay."""
    X, y, weight_decay, lr, _ = problem
    fit_logistic, slope = student.q3_losses.fit_logistic, (y - 0.5) @ X / len(y)
    expect.close(fit_logistic(X, y, weight_decay, lr, 0), np.zeros(X.shape[1]))
    named = {"steps": 1, "lr": lr, "weight_decay": weight_decay, "y": y, "X": X}
    close(expect, fit_logistic(**named), lr * slope, lr * np.abs(X).max())


@given(seed=SEEDS, shape=SHAPES, steps=st.integers(2, 3), more=st.sampled_from((1.0, 0.1)))
def fit_logistic_shrinks_with_weight_decay(student, expect, seed, shape, steps, more):
    """More weight decay gives weights of a smaller norm."""
    rng, fit_logistic = np.random.default_rng(seed), student.q3_losses.fit_logistic
    X, y = rng.uniform(-1, 1, shape), rng.integers(0, 2, shape[0]).astype(float)
    plain, decayed = (expect.array(fit_logistic(X, y, decay, 0.3, steps), shape[1:]) for decay in (0.0, more))
    expect.true(
        np.linalg.norm(decayed) < np.linalg.norm(plain),
        f"the norm of the weights is smaller with weight_decay={more} than without",
    )


@given(seed=SEEDS, shape=SHAPES, steps=st.permutations((1, 2, 3)))
def fit_logistic_is_repeatable(student, expect, seed, shape, steps):
    """`fit_logistic` leaves its arguments alone and begins anew each time, whatever was asked before."""
    rng = np.random.default_rng(seed)
    X, y = readable(rng, 2, *shape, largest=1.0), rng.integers(0, 2, shape[0]).astype(float)
    first, second = (X[0], y, 0.0, 1.0, steps[0]), (X[1], 1 - y, 0.5, 0.3, steps[1])
    repeatable(expect, student.q3_losses.fit_logistic, first, second, descended)


# ── Question 4: outliers, L1 or L2? ───────────────────────────────────────────────────────────────────────────────────


@st.composite
def targets(draw):
    """y: a few whole numbers, often with ties, or up to 64 of any, at times around a mean of zero."""
    numbers = Numbers(draw, 1.0, 1e-3, 1e3)
    y = numbers.array(numbers.size(1, 7, 64))
    return y if numbers.whole or draw(st.booleans()) else (y - y.mean()) / 2


@st.composite
def targets_with_an_outlier(draw):
    """y with an odd count of at least 3, the same with its largest value pushed out, and by how much."""
    numbers = Numbers(draw, 1.0, 1e-3)
    y = numbers.array(2 * numbers.size(1, 3, 20) + 1)
    push = draw(st.sampled_from((1.0, 10.0, 100.0))) * numbers.magnitude
    outlier = y.copy()
    outlier[np.argmax(y)] += push
    return y, outlier, push


@given(case=predictions())
def l1_loss_matches_torch(student, expect, case):
    """`l1_loss` is torch's."""
    close(expect, student.q4_robust.l1_loss(*case), *absolute_error(*case))


@given(cases=pairs_of_predictions())
def l1_loss_is_repeatable(student, expect, cases):
    """`l1_loss` leaves its arguments alone and answers alike, whatever was asked before."""
    repeatable(expect, student.q4_robust.l1_loss, *cases, absolute_error)


@given(case=predictions())
def l2_loss_grows_with_the_square(student, expect, case):
    """Errors ten times as large cost a hundred times as much, and a single error of 3 costs 9."""
    l2_loss, (y_hat, y) = student.q4_robust.l2_loss, case
    nearer = y + (y_hat - y) / 10
    close(expect, l2_loss(y_hat, y), 100 * expect.scalar(l2_loss(nearer, y)), 100 * size_of_squared_error(nearer, y))
    close(expect, l2_loss(np.array([5.0]), np.array([2.0])), 9.0, 9.0)


@given(cases=pairs_of_predictions())
def l2_loss_is_repeatable(student, expect, cases):
    """`l2_loss` leaves its arguments alone and answers alike, whatever was asked before."""
    repeatable(expect, student.q4_robust.l2_loss, *cases, squared_error)


def nearest_median(y, c):
    """Of all constants that minimise the mean absolute error to y, the one nearest to c; and the natural size."""
    low, high = np.sort(y)[[(len(y) - 1) // 2, len(y) // 2]]
    return np.clip(c, low, high), np.abs(y).max()


@given(y=targets())
def l1_minimizer_is_a_minimiser(student, expect, y):
    """No constant has a smaller mean absolute error to y; between the two middle values all are equally good."""
    answer = student.q4_robust.l1_minimizer(y)
    close(expect, answer, *nearest_median(y, expect.scalar(answer)))


@given(case=targets_with_an_outlier())
def l1_minimizer_ignores_an_outlier(student, expect, case):
    """Pushing the largest value further out leaves `l1_minimizer` where it was."""
    y, outlier, _ = case
    for values in (y, outlier):
        close(expect, student.q4_robust.l1_minimizer(values), np.median(y), np.abs(values).max())


@given(seed=SEEDS, n=st.sampled_from((3, 5, 1, 7)))
def l1_minimizer_is_repeatable(student, expect, seed, n):
    """`l1_minimizer` leaves y alone (unsorted too) and answers alike, whatever was asked before."""
    first, second = readable(np.random.default_rng(seed), 2, n)
    first = np.sort(first)[::-1].copy()
    repeatable(expect, student.q4_robust.l1_minimizer, (first,), (second,), lambda y: (np.median(y), np.abs(y).max()))


@given(case=targets_with_an_outlier())
def l2_minimizer_follows_an_outlier(student, expect, case):
    """Pushing one of n values out moves `l2_minimizer` by an n-th of the push."""
    y, outlier, push = case
    before, after = (expect.scalar(student.q4_robust.l2_minimizer(values)) for values in (y, outlier))
    # the difference, since a huge answer is near anything that is reckoned from it
    close(expect, after - before, push / len(y), np.abs(outlier).max())


@given(seed=SEEDS, n=st.integers(1, 7))
def l2_minimizer_is_repeatable(student, expect, seed, n):
    """`l2_minimizer` leaves y alone and answers alike, whatever was asked before."""
    first, second = readable(np.random.default_rng(seed), 2, n)
    repeatable(expect, student.q4_robust.l2_minimizer, (first,), (second,), lambda y: (np.mean(y), np.abs(y).max()))


# ── Question 5: very small mini-batches ───────────────────────────────────────────────────────────────────────────────


@st.composite
def regressions(draw, low=1, few=4, many=64):
    """w, X and y; at times the fit is good, so that the residuals are small differences of large numbers.

    At times the examples are much alike, so that their gradients are, and what differs is in the later digits.
    """
    numbers = Numbers(draw, 1.0, 1e-2, 10.0, 100.0)
    n, d = numbers.size(low, few, many), numbers.size(1, 3, 6)
    # At the largest magnitude one of the two is so small that y stays below 1e3: a clip of either would be seen.
    sizes = (1.0, 1.0) if numbers.magnitude < 100 else (8e-3, 1.0) if n % 2 else (1.0, 8e-3)
    w, X = numbers.array(d, magnitude=sizes[0]), numbers.array(n, d, magnitude=sizes[1])
    if numbers.whole:
        return w, X, numbers.array(n)
    relative = numbers.array(n) / numbers.magnitude
    if draw(st.sampled_from((False, False, True))):
        X, relative = X[:1] + 1e-2 * X, relative[:1] + 1e-2 * relative
    # y stays below 1e3 in the handout, and the gradient reaches up to 1e5 there.
    fits = (1.0, 1e-3) if numbers.magnitude < 100 else (1.0, 1e-3, 100.0)
    return w, X, X @ w + relative * np.abs(X @ w).max() * draw(st.sampled_from(fits))


def gradients(w, X, y):
    """Row i is the gradient of loss_i, and the natural size of its terms; (n, d) each."""
    return (X @ w - y)[:, None] * X, (np.abs(X) @ np.abs(w) + np.abs(y))[:, None] * np.abs(X)


def differentiated(w, X, y, indices):
    """The mini-batch gradient by automatic differentiation."""
    weights = torch.tensor(w, requires_grad=True)
    (((torch.tensor(X) @ weights - torch.tensor(y)) ** 2)[indices] / 2).mean().backward()
    return weights.grad.numpy()


def mean_gradient(w, X, y, indices):
    """The mini-batch gradient, and the natural size of its terms."""
    exact, natural = gradients(w, X, y)
    return exact[indices].mean(axis=0), natural[indices].mean()


def trace_of_covariance(w, X, y, batch_size):
    """E‖g - E g‖² of one draw over batch_size, and the natural size of its terms, E‖g‖²."""
    exact, _ = gradients(w, X, y)
    spread = ((exact - exact.mean(axis=0)) ** 2).sum(axis=1).mean()
    return spread / batch_size, size_of_trace(w, X, y, batch_size)


def size_of_trace(w, X, y, batch_size):
    """E‖g‖² over batch_size, with 1e-15 of the squares that residuals are differences of."""
    exact, natural = gradients(w, X, y)
    return ((exact**2).sum() + 1e-6 * (natural**2).sum()) / len(y) / batch_size


@given(problem=regressions(), seed=SEEDS, batch_size=st.sampled_from((1, 2, 3, 5, 8, 20, 64)))
def batch_gradient_matches_autograd(student, expect, problem, seed, batch_size):
    """`batch_gradient` is torch's gradient of the mean loss over the drawn examples."""
    indices = np.random.default_rng(seed).integers(0, len(problem[2]), batch_size)
    _, natural = mean_gradient(*problem, indices)
    answer = student.q5_minibatch.batch_gradient(*problem, indices)
    close(expect, answer, differentiated(*problem, indices), natural)


@given(problem=regressions(many=6))
def batch_gradient_is_unbiased(student, expect, problem):
    """The mean over all batches of one example is the gradient of the whole, which is the slope of the loss."""
    batch_gradient, (n, d) = student.q5_minibatch.batch_gradient, problem[1].shape
    whole, natural = mean_gradient(*problem, np.arange(n))
    singles = [expect.array(batch_gradient(*problem, np.array([i])), (d,)) for i in range(n)]
    close(expect, batch_gradient(*problem, np.arange(n)), np.mean(singles, axis=0), natural)
    close(expect, np.mean(singles, axis=0), whole, natural)


@given(problem=regressions(low=2, many=9), times=st.integers(2, 5))
def batch_gradient_counts_repeats(student, expect, problem, times):
    """An example that was drawn several times counts several times."""
    indices = np.array([1] * times + [0])
    close(expect, student.q5_minibatch.batch_gradient(*problem, indices), *mean_gradient(*problem, indices))


@given(seed=SEEDS, shape=SHAPES)
def batch_gradient_is_repeatable(student, expect, seed, shape):
    """`batch_gradient` leaves its arguments alone and answers alike, whatever was asked before."""
    rng, (n, d) = np.random.default_rng(seed), shape
    first, second = ((*_regression(rng, n, d), rng.integers(0, n, 3)) for _ in range(2))
    repeatable(expect, student.q5_minibatch.batch_gradient, first, second, mean_gradient)


def _regression(rng, n, d):
    return readable(rng, d), readable(rng, n, d), readable(rng, n)


BATCH_SIZES = st.sampled_from((1, 2, 3, 5, 10, 64, 100))


@given(problem=regressions(), batch_size=BATCH_SIZES)
def gradient_variance_is_the_trace(student, expect, problem, batch_size):
    """`gradient_variance` is the trace of the per-example gradients' covariance over the batch size."""
    answer = student.q5_minibatch.gradient_variance(*problem, batch_size)
    close(expect, answer, *trace_of_covariance(*problem, batch_size))


@given(problem=regressions(few=3, many=3), batch_size=st.integers(1, 4))
def gradient_variance_matches_enumeration(student, expect, problem, batch_size):
    """`gradient_variance` is what all possible mini-batches, each written out, give."""
    exact, _ = gradients(*problem)
    batches = np.array(list(itertools.product(range(len(exact)), repeat=batch_size)))  # (n**B, B)
    means = exact[batches].mean(axis=1)  # (n**B, d)
    variance = ((means - means.mean(axis=0)) ** 2).sum(axis=1).mean()
    natural = trace_of_covariance(*problem, batch_size)[1]
    close(expect, student.q5_minibatch.gradient_variance(*problem, batch_size), variance, natural)


@given(seed=SEEDS, shape=st.sampled_from(((2, 1), (4, 3), (9, 2))), batch_size=st.integers(2, 100))
def gradient_variance_falls_with_batch_size(student, expect, seed, shape, batch_size):
    """A mini-batch B times as large has a B-th of the variance, also where B exceeds n; it is never zero for n > 1."""
    problem, gradient_variance = (
        _regression(np.random.default_rng(seed), *shape),
        student.q5_minibatch.gradient_variance,
    )
    one, natural = expect.scalar(gradient_variance(*problem, 1)), size_of_trace(*problem, batch_size)
    close(expect, gradient_variance(*problem, batch_size), one / batch_size, natural)
    # a hair of the terms' size is zero, and comparisons with infinity hold
    expect.true(
        1e-9 * natural < one < np.inf, "the gradients of different examples differ, so their variance is above zero"
    )


@given(seed=SEEDS, shape=SHAPES, sizes=st.permutations((1, 4, 7)))
def gradient_variance_is_repeatable(student, expect, seed, shape, sizes):
    """`gradient_variance` leaves its arguments alone and answers alike, whatever was asked before."""
    rng = np.random.default_rng(seed)
    first, second = ((*_regression(rng, *shape), size) for size in sizes[:2])
    repeatable(expect, student.q5_minibatch.gradient_variance, first, second, trace_of_covariance)
