"""Homework 3: what must hold for a student's small library; how much each check counts stands in hw3.yaml.

Caches belong to the students: a check hands them on and never looks into one.
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

SEEDS = st.integers(0, 9999)
SHAPES = st.sampled_from(((3, 4, 2), (2, 5, 3), (5, 1, 4), (1, 3, 2), (4, 2, 1), (6, 3, 3)))  # N, D, M
MAGNITUDES = st.sampled_from((1.0, 10.0, 1e-3))


def numbers(seed, *shape, magnitude=1.0):
    """Entries of all digits within ±magnitude."""
    return np.random.default_rng([seed, *shape]).uniform(-magnitude, magnitude, shape)


def labels(seed, n, n_classes):
    return np.random.default_rng([seed, 7]).integers(0, n_classes, n)


# ── Question 1: layers ────────────────────────────────────────────────────────────────────────────────────────────────


@given(shape=SHAPES, seed=SEEDS, magnitude=MAGNITUDES)
def affine_goes_forward(student, expect, shape, seed, magnitude):
    """`affine_forward` returns x w + b, and a cache besides."""
    n, d, m = shape
    x, w, b = numbers(seed, n, d, magnitude=magnitude), numbers(seed + 1, d, m), numbers(seed + 2, m)
    out, _ = student.nnet.layers.affine_forward(x, w, b)
    expect.close(out, x @ w + b)


@given(shape=SHAPES, seed=SEEDS, magnitude=MAGNITUDES)
def affine_goes_backward(student, expect, shape, seed, magnitude):
    """`affine_backward` returns the gradients of x, w and b, from the cache of its own call."""
    n, d, m = shape
    x, w, b = numbers(seed, n, d, magnitude=magnitude), numbers(seed + 1, d, m), numbers(seed + 2, m)
    other, dout = numbers(seed + 3, n, d), numbers(seed + 4, n, m, magnitude=magnitude)
    _, cache = student.nnet.layers.affine_forward(x, w, b)
    student.nnet.layers.affine_forward(other, w + 1, b)
    dx, dw, db = student.nnet.layers.affine_backward(dout, cache)
    expect.close(dx, dout @ w.T)
    expect.close(dw, x.T @ dout)
    expect.close(db, dout.sum(axis=0))


@given(shape=st.sampled_from(((7,), (3, 4), (2, 3, 5), (1, 6))), seed=SEEDS, magnitude=MAGNITUDES)
def relu_there_and_back(student, expect, shape, seed, magnitude):
    """`relu_forward` is max(0, x), and `relu_backward` passes the gradient where x > 0 alone, at 0 none."""
    x, dout = numbers(seed, *shape, magnitude=magnitude), numbers(seed + 1, *shape, magnitude=magnitude)
    x.flat[0] = 0.0
    out, cache = student.nnet.layers.relu_forward(x)
    student.nnet.layers.relu_forward(-x)
    expect.equal(out, np.where(x > 0, x, 0))
    expect.equal(student.nnet.layers.relu_backward(dout, cache), np.where(x > 0, dout, 0))


@given(shape=st.sampled_from(((9,), (3, 5), (4, 4), (2, 9))), seed=SEEDS, keep=st.sampled_from((0.25, 0.5, 0.8, 1.0)))
def dropout_there_and_back(student, expect, shape, seed, keep):
    """`dropout_forward` keeps what its seed decides and divides by `keep`; the gradient goes the same way."""
    x, dout = numbers(seed, *shape), numbers(seed + 1, *shape)
    stays = np.random.default_rng(seed).random(shape) < keep
    out, cache = student.nnet.layers.dropout_forward(x, keep, seed)
    student.nnet.layers.dropout_forward(x, 0.5, seed + 1)
    expect.close(out, x * stays / keep)
    expect.close(student.nnet.layers.dropout_backward(dout, cache), dout * stays / keep)


@given(
    shape=st.sampled_from(((3, 4), (1, 2), (5, 3), (4, 1), (3, 3))), seed=SEEDS, magnitude=st.sampled_from((1.0, 5.0))
)
def softmax_loss_matches(student, expect, shape, seed, magnitude):
    """`softmax_loss` returns the mean cross-entropy, and its gradient (p - 1 at the label) / N."""
    scores, y = numbers(seed, *shape, magnitude=magnitude), labels(seed, *shape)
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    wanted = p.copy()
    wanted[np.arange(len(y)), y] -= 1
    loss, dscores = student.nnet.layers.softmax_loss(scores, y)
    expect.close(loss, -np.log(p[np.arange(len(y)), y]).mean())
    expect.close(dscores, wanted / len(y))


@given(shift=st.sampled_from((-900.0, 800.0, 2000.0)), seed=SEEDS)
def softmax_loss_is_stable(student, expect, shift, seed):
    """Scores of any size give a finite loss: a number added to a whole row changes nothing."""
    scores, y = numbers(seed, 4, 3, magnitude=4.0), labels(seed, 4, 3)
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    loss, _ = student.nnet.layers.softmax_loss(scores + shift * np.arange(4)[:, None], y)
    expect.close(loss, -np.log(p[np.arange(4), y]).mean())


@given(seed=SEEDS)
def layers_leave_arguments_alone(student, expect, seed):
    """No layer writes into what it was given, on its way forward or backward."""
    layers = student.nnet.layers
    x, w, b, dout = (numbers(seed + k, *shape) for k, shape in enumerate(((3, 2), (2, 4), (4,), (3, 4))))
    expect.unchanged(layers.affine_forward, x, w, b)
    expect.unchanged(layers.relu_forward, x)
    expect.unchanged(layers.softmax_loss, dout, labels(seed, 3, 4))
    expect.equal(expect.call(layers.dropout_forward, x, 0.5, seed).args[0], x)
    _, affine = layers.affine_forward(x, w, b)
    _, relu = layers.relu_forward(dout)
    _, dropout = layers.dropout_forward(dout, 0.5, seed)
    for name, cache in {"affine": affine, "relu": relu, "dropout": dropout}.items():
        called = expect.call(getattr(layers, f"{name}_backward"), dout, cache)
        expect.equal(called.args[0], dout, why=f"{name}_backward changed its dout")


@given(seed=SEEDS)
def layers_do_not_remember(student, expect, seed):
    """Calls that differ in one argument alone have answers of their own."""
    layers = student.nnet.layers
    x, w, b = numbers(seed, 3, 2), numbers(seed + 1, 2, 4), numbers(seed + 2, 4)
    for matrix, bias in ((w, b), (w + 1, b), (w, b - 1)):
        expect.close(layers.affine_forward(x, matrix, bias)[0], x @ matrix + bias)
    for keep, chosen in ((0.5, seed), (0.8, seed), (0.5, seed + 1)):
        stays = np.random.default_rng(chosen).random(x.shape) < keep
        expect.close(layers.dropout_forward(x, keep, chosen)[0], x * stays / keep)


# ── Question 2: the optimiser ─────────────────────────────────────────────────────────────────────────────────────────


@given(
    seed=SEEDS, shape=st.sampled_from(((3,), (2, 4), (4, 2), (3, 1))), momentum=st.sampled_from((0.0, 0.5, 0.9, 0.99))
)
def momentum_over_three_steps(student, expect, seed, shape, momentum):
    """Each step's velocity comes from the configuration that the step before returned."""
    w, v, rate = numbers(seed, *shape), np.zeros(shape), 0.1 + seed % 7
    actual, config = w, {"learning_rate": rate, "momentum": momentum}
    for step in range(3):
        dw = numbers(seed + step, *shape, magnitude=2.0)
        v = momentum * v - rate * dw
        w = w + v
        actual, config = student.nnet.optim.sgd_momentum(actual, dw, config)
        expect.close(actual, w)


@given(seed=SEEDS, rate=st.floats(0.01, 2.0))
def momentum_has_defaults(student, expect, seed, rate):
    """Momentum is 0.9 and the velocity 0 where the configuration does not say."""
    w, dw = numbers(seed, 2, 3), numbers(seed + 1, 2, 3)
    first, config = student.nnet.optim.sgd_momentum(w, dw, {"learning_rate": rate})
    second, _ = student.nnet.optim.sgd_momentum(first, dw, config)
    expect.close(first, w - rate * dw)
    expect.close(second, w - rate * dw - 1.9 * rate * dw)


# ── Question 3: the network, its data, its training ───────────────────────────────────────────────────────────────────


def filled(network, seed, n_in, n_hidden, n_classes):
    """Set a network's parameters, and return what they are."""
    shapes = {"W1": (n_in, n_hidden), "b1": (n_hidden,), "W2": (n_hidden, n_classes), "b2": (n_classes,)}
    values = {name: numbers(seed + k, *shape) for k, (name, shape) in enumerate(shapes.items())}
    for name, value in values.items():
        network.params[name] = value
    return values


def answer(p, X, y, reg):
    """Scores, loss and gradients, written out."""
    hidden = X @ p["W1"] + p["b1"]
    scores = np.maximum(hidden, 0) @ p["W2"] + p["b2"]
    q = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    loss = -np.log(q[np.arange(len(y)), y]).mean() + reg / 2 * sum((p[name] ** 2).sum() for name in ("W1", "W2"))
    q[np.arange(len(y)), y] -= 1
    q /= len(y)
    back = q @ p["W2"].T * (hidden > 0)
    grads = {"W1": X.T @ back + reg * p["W1"], "b1": back.sum(axis=0),
             "W2": np.maximum(hidden, 0).T @ q + reg * p["W2"], "b2": q.sum(axis=0)}  # fmt: skip
    return scores, loss, grads


SIZES = st.sampled_from(((4, 3, 5, 2), (2, 2, 4, 3), (5, 4, 3, 4), (3, 1, 2, 2)))  # N, inputs, hidden, classes


@given(sizes=SIZES, seed=SEEDS)
def network_scores(student, expect, sizes, seed):
    """Without labels `loss` returns the scores."""
    n, *widths = sizes
    network = student.nnet.network.TwoLayerNet(*widths)
    p = filled(network, seed, *widths)
    X = numbers(seed + 9, n, widths[0])
    expect.close(network.loss(X), answer(p, X, labels(seed, n, widths[2]), 0)[0])


@given(sizes=SIZES, seed=SEEDS, reg=st.sampled_from((0.0, 0.1, 3.0)))
def network_loss_and_gradients(student, expect, sizes, seed, reg):
    """The loss with its regularisation, and the gradient of every parameter."""
    n, *widths = sizes
    network = student.nnet.network.TwoLayerNet(*widths, reg=reg)
    p = filled(network, seed, *widths)
    X, y = numbers(seed + 9, n, widths[0]), labels(seed, n, widths[2])
    loss, grads = network.loss(X, y)
    _, wanted, gradients = answer(p, X, y, reg)
    expect.close(loss, wanted)
    for name, gradient in gradients.items():
        expect.close(grads[name], gradient, why=name)


def network_begins_small(student, expect):
    """Weights are drawn with the scale and the seed that are asked for, biases are 0, `reg` is kept."""
    network = student.nnet.network.TwoLayerNet(40, 30, 20, reg=0.25, scale=0.1, seed=5)
    again = student.nnet.network.TwoLayerNet(40, 30, 20, scale=0.1, seed=5)
    other = student.nnet.network.TwoLayerNet(40, 30, 20, seed=6)
    for name, shape in {"W1": (40, 30), "W2": (30, 20)}.items():
        w = expect.array(network.params[name], shape)
        expect.true(abs(w.std() - 0.1) < 0.02, f"{name} has the standard deviation that is asked for")
        expect.true(abs(w.mean()) < 0.02, f"{name} has a mean of 0")
        expect.equal(again.params[name], w, why="the same seed, the same weights")
        expect.true(
            0.4 < expect.array(other.params[name], shape).std() < 0.6, f"the scale of {name} is 0.5 if not told"
        )
        expect.true(not np.allclose(expect.array(other.params[name], shape) / 5, w), "another seed, other weights")
    default = [student.nnet.network.TwoLayerNet(4, 3, 2, **seed).params["W1"] for seed in ({}, {"seed": 0})]
    expect.equal(default[0], expect.array(default[1], (4, 3)), why="the seed is 0 if not told")
    expect.equal(network.params["b1"], np.zeros(30))
    expect.equal(network.params["b2"], np.zeros(20))
    expect.equal(network.reg, 0.25)
    expect.equal(other.reg, 0.0)


def points_are_read(student, expect):
    """data/spiral.csv as points (36, 2) and labels (36,): its first and last lines."""
    X, y = student.nnet.data.load_points("data/spiral.csv")
    loss, _ = student.nnet.layers.softmax_loss(np.zeros((36, 3)), y)
    expect.close(loss, np.log(3), why="the labels can be used as such")
    X, y = expect.array(X, (36, 2)), expect.array(y, (36,))
    expect.equal(y, np.arange(36) % 3)
    expect.true(np.abs(X).max() < 2 and np.abs(X).min() < 0.05, "the points are those of the file")
    expect.close(X.sum(axis=0), SUMS)


SUMS = (1.764, 0.56)  # of the two columns of data/spiral.csv


@given(seed=SEEDS)
def weights_go_to_a_file_and_back(student, expect, seed):
    """`load_weights` returns what `save_weights` wrote, of several files each its own."""
    first = {"W1": numbers(seed, 2, 3), "b1": numbers(seed, 3)}
    student.nnet.data.save_weights("first.npz", first)
    student.nnet.data.save_weights("second.npz", {"W1": numbers(seed + 1, 1, 2)})
    loaded = student.nnet.data.load_weights("first.npz")
    expect.equal(loaded["W1"], first["W1"])
    expect.equal(loaded["b1"], first["b1"])


@given(seed=st.integers(0, 50))
def training_follows_the_gradient(student, expect, reference, seed):
    """Ten steps of the given solver have the losses that the gradients and the update rule lead to."""
    network = student.nnet.network.TwoLayerNet(2, 6, 3, reg=0.01)
    p = filled(network, seed, 2, 6, 3)
    X, y = numbers(seed, 20, 2, magnitude=2.0), labels(seed, 20, 3)
    losses = student.nnet.solver.Solver(network, X, y, learning_rate=0.2, seed=seed).train(10)
    velocity = {name: np.zeros_like(w) for name, w in p.items()}
    rng, wanted = np.random.default_rng(seed), []
    for _ in range(10):
        chosen = rng.choice(20, 8, replace=False)
        _, loss, grads = answer(p, X[chosen], y[chosen], 0.01)
        wanted.append(loss)
        for name in p:
            velocity[name] = 0.9 * velocity[name] - 0.2 * grads[name]
            p[name] = p[name] + velocity[name]
    expect.close(losses, np.array(wanted))


# ── Question 4: tokens ────────────────────────────────────────────────────────────────────────────────────────────────

LETTERS = st.sampled_from("abc")
FEW = st.sampled_from("ab")  # so that pairs occur, and overlap
LONGER = {"a": "ab", "b": "b"}  # one symbol ends as the other is written
WORD = st.lists(LETTERS, min_size=1, max_size=7).map(tuple)


@given(words=st.dictionaries(WORD, st.integers(1, 5), min_size=1, max_size=5))
def pairs_are_counted(student, expect, words):
    """`pair_counts` counts neighbours, each word as often as it occurs."""
    wanted = {}
    for symbols, n in words.items():
        for i in range(len(symbols) - 1):
            wanted[symbols[i : i + 2]] = wanted.get(symbols[i : i + 2], 0) + n
    expect.equal(student.nnet.tokens.pair_counts(words), wanted)


@given(symbols=st.lists(FEW, min_size=1, max_size=8).map(tuple), pair=st.tuples(FEW, FEW))
def pairs_are_merged(student, expect, symbols, pair):
    """`merge` joins a pair from the left, and never a symbol twice."""
    for names in ({}, LONGER):
        text, joined = ([names.get(symbol, symbol) for symbol in part] for part in (symbols, pair))
        wanted, i = [], 0
        while i < len(text):
            step = 2 if text[i : i + 2] == joined else 1
            wanted.append("".join(text[i : i + step]))
            i += step
        expect.equal(student.nnet.tokens.merge(tuple(text), tuple(joined)), wanted)


TEXTS = st.lists(st.text("ab", min_size=1, max_size=7), min_size=2, max_size=8).map(" ".join)


@given(text=TEXTS, n_merges=st.integers(0, 6))
def tokens_match(student, expect, reference, text, n_merges):
    """The merges of a text, most frequent first and of equals the last in the alphabet, and the tokens of its words."""
    tokenizer = student.nnet.tokens.Tokenizer(text, n_merges)
    wanted = reference.nnet.tokens.Tokenizer(text, n_merges)
    for word in text.split():
        expect.equal(tokenizer.tokenize(word), wanted.tokenize(word)._value())


@given(text=st.one_of(TEXTS, st.sampled_from(("a b", "ab", "ba ab"))), n_merges=st.integers(0, 9))
def tokens_go_there_and_back(student, expect, text, n_merges):
    """`decode` of `encode` is the word; numbers are small, and different for different symbols."""
    tokenizer = student.nnet.tokens.Tokenizer(text, n_merges)
    for word in text.split():
        ids = tokenizer.encode(word)
        expect.equal(tokenizer.decode(ids), word)


def tokens_of_an_example(student, expect):
    """ "low low lower newest newest" with three merges."""
    tokenizer = student.nnet.tokens.Tokenizer("low low lower newest newest", 3)
    expect.equal(tokenizer.tokenize("lower"), LOWER)
    expect.equal(tokenizer.encode("low"), LOW)


LOWER, LOW = ["lo", "we", "r"], [9, 7]
