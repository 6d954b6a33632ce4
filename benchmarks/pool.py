"""Ways to write each function of homework 1: those the rubric's own tests use, a few more, and bodies that do harm."""

from __future__ import annotations

from tests.hw1.right_answers import RIGHT as RIGHT_ANSWERS
from tests.hw1.wrong_answers import WRONG as WRONG_ANSWERS

MORE_RIGHT = {
    "q1_lenet.linear_num_parameters": {
        "weights and biases": """
def linear_num_parameters(in_features, out_features, bias=True):
    weights, biases = in_features * out_features, out_features
    return weights + biases if bias else weights""",
        "one more input": """
def linear_num_parameters(in_features, out_features, bias=True):
    return (in_features + (1 if bias else 0)) * out_features""",
        "asked of torch": """
def linear_num_parameters(in_features, out_features, bias=True):
    layer = torch.nn.Linear(in_features, out_features, bias=bias)
    return sum(p.numel() for p in layer.parameters())""",
    },
    "q4_robust.l2_loss": {
        "mean of squares": """
def l2_loss(y_hat, y):
    return np.mean(np.square(y_hat - y))""",
        "loop": """
def l2_loss(y_hat, y):
    total = 0.0
    for guess, truth in zip(y_hat, y):
        total += (guess - truth) ** 2
    return total / len(y)""",
    },
}


def _with_more(known: dict[str, dict[str, str]], more: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    return {target: [*sources.values(), *more.get(target, {}).values()] for target, sources in known.items()}


# By module and function, "q3_losses.mse_loss": the sources, in an order that does not change between runs.
RIGHT = _with_more(RIGHT_ANSWERS, MORE_RIGHT)
WRONG = _with_more(WRONG_ANSWERS, {})

# By what it does: the body of a function that brings its process down or keeps it busy, whatever its arguments are.
HOSTILE = {
    "never returns": """
    count = 0
    while count >= 0:
        count += 1""",
    "ends the process": """
    import os
    os._exit(0)""",
    "reads address 0": """
    import ctypes
    return ctypes.string_at(0)""",
    "takes all memory": """
    held = []
    while True:
        held.append(np.ones(1 << 22))""",
    "calls itself for ever": """
    def deeper(n):
        return deeper(n + 1)
    return deeper(0)""",
    "raises SystemExit": """
    raise SystemExit("done")""",
    "prints 10 MB": """
    for _ in range(100):
        print("debug " * 20_000)
    return 0.0""",
}
