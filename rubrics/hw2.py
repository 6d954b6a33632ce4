"""Homework 2: what must hold for a student's functions; how much each check counts stands in hw2.yaml.

No shape is square and no two sizes are alike, so that a mix-up of axes shows.
"""

import operator

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 -- its usual name
from hypothesis import given
from hypothesis import strategies as st

SEEDS = st.integers(0, 9999)


def close(expect, actual, expected, terms):
    """Judge by the handout's rule: relative 1e-6, plus 1e-9 times the natural size of the `terms` summed.

    The rubric's rtol of 1e-6 multiplies this scale, and 1e-6 * 1e-3 = 1e-9.
    """
    expect.close(actual, expected, scale=np.abs(expected) + 1e-3 * terms)


def repeatable(expect, function, first, second, answer):
    """`function` leaves its arguments alone and answers alike, whatever it was asked before.

    Between two times `first` come calls that differ from it in a single argument: whatever part of the arguments a
    cache forgets in its key, some neighbouring calls differ in just that part.
    """
    mixed = [(*first[:i], second[i], *first[i + 1 :]) for i in range(len(first))]
    for args in (first, *mixed, second, first):
        close(expect, function(*args), *answer(*args))
    expect.unchanged(function, *first)
    earlier = function(*first)
    function(*second)
    later = expect.call(operator.is_, earlier, None).args[0]  # as it is by now
    close(expect, later, *answer(*first))


def readable(rng, *shape, largest=4.0):
    """Numbers within ±largest with one decimal."""
    return np.round(rng.uniform(-largest, largest, shape), 1)


# ── Question 1: softmax ───────────────────────────────────────────────────────────────────────────────────────────────

SHAPES = st.sampled_from(((2, 3), (3, 2), (1, 4), (5, 1), (4, 7), (7, 4), (30, 5), (3, 30)))


@st.composite
def logits(draw):
    """z, shape (n, k): small whole numbers, or all digits at one magnitude, each row at its own place."""
    rng, (n, k) = np.random.default_rng(draw(SEEDS)), draw(SHAPES)
    if draw(st.integers(0, 3)) == 0:
        return rng.integers(-4, 5, (n, k)).astype(float)
    magnitude = draw(st.sampled_from((0.1, 1.0, 5.0, 20.0)))
    # so far from zero that float32 has few digits left, and not so far that one of its exponentials overflows
    place = rng.choice([-1.0, 1.0], (n, 1)) * rng.uniform(40, 66, (n, 1))
    return rng.uniform(-magnitude, magnitude, (n, k)) + place


@st.composite
def large_logits(draw):
    """z with rows far from zero, up or down, which overflow or vanish unless their largest entry is taken away.

    In half of the cases the row itself spreads so far that softmax has zeros, of which there is no logarithm.
    """
    rng, (n, k) = np.random.default_rng(draw(SEEDS)), draw(SHAPES)
    places = rng.choice([-9e3, -800.0, 800.0, 9e3], (n, 1))
    spread = draw(st.sampled_from((15.0, 900.0)))
    return np.round(places + rng.uniform(-spread, spread, (n, k)), 2)


def torch_softmax(z):
    """torch's, in float64, and its natural size: nothing cancels."""
    return torch.softmax(torch.tensor(z), dim=1).numpy(), 0.0


def torch_log_sum_exp(z):
    """torch's, in float64, and the size of what is added: the largest logit and a logarithm."""
    return torch.logsumexp(torch.tensor(z), dim=1).numpy(), np.abs(z).max(axis=1) + 1


@given(z=logits())
def softmax_matches_torch(student, expect, z):
    """`softmax` is torch's, row by row."""
    close(expect, student.q1_softmax.softmax(z), *torch_softmax(z))


@given(z=large_logits())
def softmax_of_large_logits(student, expect, z):
    """`softmax` stays right where a logit's exponential does not fit into a float."""
    close(expect, student.q1_softmax.softmax(z), *torch_softmax(z))


@given(z=logits(), seed=SEEDS)
def softmax_ignores_a_shift(student, expect, z, seed):
    """Each row is a distribution, and the same one when a constant is added to the row's logits."""
    shift = np.random.default_rng(seed).uniform(-10, 10, (z.shape[0], 1))
    rows = expect.array(student.q1_softmax.softmax(z), z.shape)
    expect.close(rows.sum(axis=1), np.ones(len(z)), why="each row sums to 1")
    close(expect, student.q1_softmax.softmax(z + shift), rows, 0.0)


@given(seed=SEEDS, shape=st.sampled_from(((2, 3), (3, 2))))
def softmax_is_repeatable(student, expect, seed, shape):
    """`softmax` leaves the logits alone and answers alike, whatever was asked before."""
    rng = np.random.default_rng(seed)
    first, second = (readable(rng, *shape),), (readable(rng, *shape),)
    repeatable(expect, student.q1_softmax.softmax, first, second, torch_softmax)


@given(z=large_logits())
def log_sum_exp_of_large_logits(student, expect, z):
    """`log_sum_exp` stays right where a logit's exponential does not fit into a float."""
    close(expect, student.q1_softmax.log_sum_exp(z), *torch_log_sum_exp(z))


@given(z=logits(), k=st.integers(2, 30))
def log_sum_exp_of_equal_logits(student, expect, z, k):
    """Of a single logit it is that logit, of k equal ones it is log k more."""
    column = z[:, :1]
    close(expect, student.q1_softmax.log_sum_exp(column), column[:, 0], np.abs(column[:, 0]))
    expected = column[:, 0] + np.log(k)
    close(expect, student.q1_softmax.log_sum_exp(np.repeat(column, k, axis=1)), expected, np.abs(column[:, 0]) + 1)


@given(seed=SEEDS, shape=st.sampled_from(((2, 3), (3, 2))))
def log_sum_exp_is_repeatable(student, expect, seed, shape):
    """`log_sum_exp` leaves the logits alone and answers alike, whatever was asked before."""
    rng = np.random.default_rng(seed)
    first, second = (readable(rng, *shape),), (readable(rng, *shape),)
    repeatable(expect, student.q1_softmax.log_sum_exp, first, second, torch_log_sum_exp)


# ── Question 2: attention ─────────────────────────────────────────────────────────────────────────────────────────────

# n queries, m keys, width d, value width p; d = 1 among them, where a scaling by d or sqrt(d) would not show.
SIZES = st.sampled_from(
    ((2, 3, 4, 5), (3, 2, 5, 1), (1, 4, 2, 3), (4, 1, 3, 2), (2, 4, 1, 3), (5, 7, 16, 6), (7, 30, 9, 4))
)


@st.composite
def queries_with_keys(draw, spread=3.0):
    """Q (n, d), K (m, d), V (m, p); whole numbers, or all digits."""
    rng, (n, m, d, p) = np.random.default_rng(draw(SEEDS)), draw(SIZES)
    if draw(st.booleans()):
        return tuple(rng.integers(-3, 4, shape).astype(float) for shape in ((n, d), (m, d), (m, p)))
    values = rng.normal(0, draw(st.sampled_from((1e-3, 1.0, 1e3))), (m, p))
    return rng.normal(0, spread, (n, d)), rng.normal(0, spread, (m, d)), values


def mask_for(Q, K, seed):
    """A mask (n, m) with at least one True in each row; seldom symmetric, seldom empty."""
    rng = np.random.default_rng(seed)
    mask = rng.random((len(Q), len(K))) < 0.6
    mask[np.arange(len(Q)), rng.integers(0, len(K), len(Q))] = True
    return mask


def torch_attention(Q, K, V, mask=None):
    """torch's attention in float64, and its natural size: each output is a mean of values."""
    kept = None if mask is None else torch.tensor(mask)[None]
    out = F.scaled_dot_product_attention(*(torch.tensor(part)[None] for part in (Q, K, V)), attn_mask=kept)
    return out[0].numpy(), np.abs(V).max()


def torch_weights(Q, K, mask=None):
    """The weights, as what attention makes of the unit matrix, and their natural size."""
    return torch_attention(Q, K, np.eye(len(K)), mask)[0], 1e-3  # a thousandth: a weight of 1e-9 still counts


@given(case=queries_with_keys())
def attention_weights_match_torch(student, expect, case):
    """Each query's weights over the keys are softmax of the scaled scores."""
    Q, K, _ = case
    close(expect, student.q2_attention.attention_weights(Q, K), *torch_weights(Q, K))


@given(case=queries_with_keys(), seed=SEEDS)
def attention_weights_follow_the_mask(student, expect, case, seed):
    """Where the mask is False the weight is 0, and the others sum to 1."""
    Q, K, _ = case
    mask = mask_for(Q, K, seed)
    weights = expect.array(student.q2_attention.attention_weights(Q, K, mask), mask.shape)
    expect.close(weights[~mask], np.zeros((~mask).sum()), why="where the mask is False")
    expect.close(weights.sum(axis=1), np.ones(len(Q)), why="each row sums to 1")
    close(expect, weights, *torch_weights(Q, K, mask))


@given(case=queries_with_keys())
def attention_matches_torch(student, expect, case):
    """`attention` is torch's scaled dot-product attention."""
    close(expect, student.q2_attention.attention(*case), *torch_attention(*case))


@given(case=queries_with_keys(), seed=SEEDS)
def attention_with_mask_matches_torch(student, expect, case, seed):
    """With a mask, by position and by name, `attention` is torch's."""
    Q, K, V = case
    mask = mask_for(Q, K, seed)
    close(expect, student.q2_attention.attention(Q, K, V, mask), *torch_attention(Q, K, V, mask))
    close(expect, student.q2_attention.attention(Q, K, V, mask=mask), *torch_attention(Q, K, V, mask))


@given(case=queries_with_keys(), seed=SEEDS)
def attention_ignores_the_order_of_keys(student, expect, case, seed):
    """Keys and values in another order give the same, and a hidden key is as good as none."""
    Q, K, V = case
    order = np.random.default_rng(seed).permutation(len(K))
    close(expect, student.q2_attention.attention(Q, K[order], V[order]), *torch_attention(Q, K, V))
    mask = np.ones((len(Q), len(K) + 1), bool)
    mask[:, -1] = False
    longer = np.vstack([K, 2 * Q[:1]]), np.vstack([V, V[:1] + 5])
    close(expect, student.q2_attention.attention(Q, *longer, mask), *torch_attention(Q, K, V))


@given(case=queries_with_keys(spread=60.0), seed=SEEDS)
def attention_of_large_scores(student, expect, case, seed):
    """Scores whose exponentials do not fit into a float do no harm, with a mask and without, whichever it hides."""
    Q, K, V = case
    mask = mask_for(Q, K, seed)
    close(expect, student.q2_attention.attention_weights(Q, K), *torch_weights(Q, K))
    close(expect, student.q2_attention.attention(Q, K, V, mask), *torch_attention(Q, K, V, mask))
    d, along = Q.shape[1], np.where(mask[0], -1.0, 1.0)[:, None]
    query, keys = (
        np.full((1, d), 90.0),
        along * np.full((1, d), 90.0 / d**0.5),
    )  # scores of ±8100, the hidden ones higher
    close(expect, student.q2_attention.attention_weights(query, keys, mask[:1]), *torch_weights(query, keys, mask[:1]))
    close(expect, student.q2_attention.attention(query, keys, V, mask[:1]), *torch_attention(query, keys, V, mask[:1]))


@given(seed=SEEDS, sizes=st.sampled_from(((2, 3, 4, 1), (3, 2, 2, 4))))
def attention_is_repeatable(student, expect, seed, sizes):
    """Both functions leave their arguments alone, the mask too, and answer alike, whatever was asked before."""
    rng, (n, m, d, p) = np.random.default_rng(seed), sizes
    first, second = ([readable(rng, n, d), readable(rng, m, d), readable(rng, m, p)] for _ in range(2))
    masks = mask_for(*first[:2], seed), mask_for(*first[:2], seed + 1)
    repeatable(expect, student.q2_attention.attention, (*first, masks[0]), (*second, masks[1]), torch_attention)
    close(expect, student.q2_attention.attention(*first), *torch_attention(*first))
    weights = student.q2_attention.attention_weights
    repeatable(expect, weights, (*first[:2], masks[0]), (*second[:2], masks[1]), torch_weights)
    close(expect, weights(*first[:2]), *torch_weights(*first[:2]))


# ── Question 3: loss and gradient ─────────────────────────────────────────────────────────────────────────────────────


def labels_for(z, seed):
    """A label per row, now and then the same one twice."""
    return np.random.default_rng(seed).integers(0, z.shape[1], len(z))


def torch_cross_entropy(z, labels):
    """torch's, in float64, and the size of the logits that are subtracted."""
    return F.cross_entropy(torch.tensor(z), torch.tensor(labels)).item(), np.abs(z).max() + 1


def autograd_gradient(z, labels):
    """The gradient that torch's autograd finds, and its natural size."""
    leaf = torch.tensor(z, requires_grad=True)
    F.cross_entropy(leaf, torch.tensor(labels)).backward()
    return leaf.grad.numpy(), 1 / len(z)


@given(z=logits(), seed=SEEDS)
def cross_entropy_matches_torch(student, expect, z, seed):
    """`cross_entropy` is torch's, in nats."""
    labels = labels_for(z, seed)
    close(expect, student.q3_gradient.cross_entropy(z, labels), *torch_cross_entropy(z, labels))


@given(z=large_logits(), seed=SEEDS)
def cross_entropy_of_large_logits(student, expect, z, seed):
    """`cross_entropy` stays right where a logit's exponential does not fit into a float."""
    labels = labels_for(z, seed)
    close(expect, student.q3_gradient.cross_entropy(z, labels), *torch_cross_entropy(z, labels))


@given(seed=SEEDS, shape=st.sampled_from(((2, 3), (3, 4))))
def cross_entropy_is_repeatable(student, expect, seed, shape):
    """`cross_entropy` leaves its arguments alone and answers alike, whatever was asked before."""
    rng = np.random.default_rng(seed)
    first, second = ((z := readable(rng, *shape), labels_for(z, seed + i)) for i in range(2))
    repeatable(expect, student.q3_gradient.cross_entropy, first, second, torch_cross_entropy)


@given(z=logits(), seed=SEEDS)
def gradient_matches_autograd(student, expect, z, seed):
    """`cross_entropy_gradient` is what torch's autograd finds."""
    labels = labels_for(z, seed)
    close(expect, student.q3_gradient.cross_entropy_gradient(z, labels), *autograd_gradient(z, labels))


@given(z=large_logits(), seed=SEEDS)
def gradient_of_large_logits(student, expect, z, seed):
    """The gradient stays right where a logit's exponential does not fit into a float."""
    labels = labels_for(z, seed)
    close(expect, student.q3_gradient.cross_entropy_gradient(z, labels), *autograd_gradient(z, labels))


@given(z=logits(), seed=SEEDS)
def gradient_rows_sum_to_zero(student, expect, z, seed):
    """A constant added to a row changes no loss: its gradient sums to 0; the label's entry is not positive."""
    labels = labels_for(z, seed)
    rows = expect.array(student.q3_gradient.cross_entropy_gradient(z, labels), z.shape)
    close(expect, rows.sum(axis=1), np.zeros(len(z)), 1 / len(z))
    own = rows[np.arange(len(z)), labels]
    expect.true(bool((own <= 0).all()), "the loss falls as the label's own logit grows")


@given(seed=SEEDS, shape=st.sampled_from(((2, 3), (3, 4))))
def gradient_is_repeatable(student, expect, seed, shape):
    """`cross_entropy_gradient` leaves its arguments alone and answers alike, whatever was asked before."""
    rng = np.random.default_rng(seed)
    first, second = ((z := readable(rng, *shape), labels_for(z, seed + i)) for i in range(2))
    repeatable(expect, student.q3_gradient.cross_entropy_gradient, first, second, autograd_gradient)
