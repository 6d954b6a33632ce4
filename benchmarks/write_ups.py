"""Write-ups of homework 1 for a synthetic class: three ways to answer, and for each part a common mistake."""

from __future__ import annotations

import random
from collections.abc import Callable

Rows = list[tuple[int, ...]]

# Share of the parts with an objective answer that are answered wrong.
MISTAKE_RATE = 0.05

KERNEL_ROWS = (
    (-1, 0, 1, 0, -2, 0, 2, 0, -1, 0, 1, 0, 0, 0, 0, 0),
    (0, -1, 0, 1, 0, -2, 0, 2, 0, -1, 0, 1, 0, 0, 0, 0),
    (0, 0, 0, 0, -1, 0, 1, 0, -2, 0, 2, 0, -1, 0, 1, 0),
    (0, 0, 0, 0, 0, -1, 0, 1, 0, -2, 0, 2, 0, -1, 0, 1),
)
LAYERS = (
    ("Conv2d", (6, 28, 28), 156),
    ("ReLU", (6, 28, 28), 0),
    ("MaxPool2d", (6, 14, 14), 0),
    ("Conv2d", (16, 10, 10), 2416),
    ("ReLU", (16, 10, 10), 0),
    ("MaxPool2d", (16, 5, 5), 0),
    ("Conv2d", (120, 1, 1), 48120),
    ("ReLU", (120, 1, 1), 0),
    ("Linear", (84,), 10164),
    ("ReLU", (84,), 0),
    ("Linear", (10,), 850),
    ("LogSoftmax", (10,), 0),
)
HEADINGS = ("## Question {}", "# Q{}", "**Problem {}**", "### {}.")
BATCHES = ("-1", "N", "None", "")

# ii) and iii) go together: a right formula, the same with a mistake, the right cost, a wrong one.
LOSSES = (
    (r"$$-y \log \hat{y} - (1-y) \log(1-\hat{y})$$", r"$$y \log \hat{y} + (1-y) \log(1-\hat{y})$$", "0.8026", "2.408"),
    (
        r"$$-[y\ln\hat y + (1-y)\ln(1-\hat y)]$$",
        r"$$-[y\ln\hat y - (1-y)\ln(1-\hat y)]$$",
        "0.80 nats",
        r"-\frac13(\ln 0.2 + \ln 0.5 + \ln 0.9) = 1.158",
    ),
    (
        r"$$-y \log_2 \hat{y} - (1-y) \log_2(1-\hat{y})$$",
        r"$$-y \log_2 \hat{y} - y \log_2(1-\hat{y})$$",
        "1.158 bits",
        "3.474 bits",
    ),
)
NORMS = (
    ("Model A's weights have the smaller norm.", "Model A has the larger norm of weights."),
    (r"$\|w_A\| < \|w_B\|$", r"$\|w_A\| > \|w_B\|$"),
    ("B's weights have the larger norm, A's the smaller one.", "The norm of B's weights is smaller than that of A's."),
)
ASSUMPTIONS = (
    "A squared error assumes Gaussian noise around the prediction. A binary label is Bernoulli, so it is wrong here.",
    "MSE is maximum likelihood for a normal Y given X; a Y that is 0 or 1 cannot be normal.",
    "We assume that Y given X is normal with constant variance. That is unreasonable for two possible values.",
)
ROBUSTNESS = (
    "L2 amplifies large errors and shrinks small ones; L1 is linear. With outliers I would use L1.",
    "An outlier dominates the squared loss but counts only in proportion in the absolute loss, so I prefer L1.",
    "Squaring makes big residuals bigger. The L1 loss is more robust, so it is the better one with outliers.",
)
SMALL_BATCHES = (
    "The gradient has a high variance, about 1/B. An outlier dominates a step; the loss curve jumps around.",
    "Tiny batches give noisy gradients. Outliers make it worse, and the loss may even go up for a while.",
    "The smaller the batch, the larger the variance. One outlier moves the weights a lot, so the curve is not smooth.",
)


def write_up(rng: random.Random) -> str:
    """One student's answers.md, with a mistake here and there."""
    heading = rng.choice(HEADINGS)
    answers = [_lenet(rng), _matrix(rng), _losses(rng), rng.choice(ROBUSTNESS), rng.choice(SMALL_BATCHES)]
    parts = [f"{heading.format(number)}\n\n{answer}\n" for number, answer in enumerate(answers, start=1)]
    if rng.random() < MISTAKE_RATE:
        rng.shuffle(parts)
    return "\n".join(parts)


def _slips(rng: random.Random) -> bool:
    return rng.random() < MISTAKE_RATE


def _lenet(rng: random.Random) -> str:
    batch = rng.choice(BATCHES)
    lines = ["| Layer | Output shape | Parameters |", "|---|---|---:|"]
    for number, (layer, shape, parameters) in enumerate(LAYERS, start=1):
        sizes = ", ".join([batch, *map(str, shape)] if batch else map(str, shape))
        biases = shape[0] if parameters else 0
        count = parameters - biases if _slips(rng) else parameters
        lines.append(f"| {layer}-{number} | ({sizes}) | {count} |")
    total = 61470 if _slips(rng) else 61706
    ending = rng.choice((f"| Total | | {total} |", f"\nTotal: {total} parameters."))
    return "\n".join([*lines, ending])


def _matrix(rng: random.Random) -> str:
    rows: Rows = list(KERNEL_ROWS)
    if _slips(rng):
        rows[2] = rows[3]
    show = rng.choice(MATRICES)
    product = 40 if _slips(rng) else -40
    result = 40 if _slips(rng) else -40
    return (
        f"{show(rows)}\n\n$$x = (10, 10, 0, 0, 10, 10, 0, 0, 10, 10, 0, 0, 10, 10, 0, 0)^T$$\n\n"
        f"$$Wx = ({', '.join([str(product)] * 4)})^T$$\n\nAs a 2×2 image:\n\n"
        rf"$$\text{{result}} = \begin{{pmatrix}}{result} & {result} \\ {result} & {result}\end{{pmatrix}}$$"
    )


def _losses(rng: random.Random) -> str:
    formula, wrong_formula, cost, wrong_cost = rng.choice(LOSSES)
    norms, wrong_norms = rng.choice(NORMS)
    return "\n\n".join(
        [
            f"i) {rng.choice(ASSUMPTIONS)}",
            f"ii)\n\n{wrong_formula if _slips(rng) else formula}",
            f"iii) J = {wrong_cost if _slips(rng) else cost}",
            f"iv) {wrong_norms if _slips(rng) else norms}",
        ]
    )


def _latex(rows: Rows) -> str:
    body = r" \\ ".join(" & ".join(map(str, row)) for row in rows)
    return rf"$$W = \begin{{pmatrix}}{body}\end{{pmatrix}}$$"


def _lists(rows: Rows) -> str:
    body = ",\n     ".join(str(list(row)) for row in rows)
    return f"```python\nW = [{body}]\n```"


def _printed(rows: Rows) -> str:
    body = "\n ".join("[" + " ".join(f"{value:2}." for value in row) + "]" for row in rows)
    return f"```\nW = [{body}]\n```"


MATRICES: tuple[Callable[[Rows], str], ...] = (_latex, _lists, _printed)
