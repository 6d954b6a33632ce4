"""One submission, graded: every kind of check and every status, by what the student's code does."""

from __future__ import annotations

import json

import pytest

from grader.grading.one_submission import grade
from grader.intake.submission import Submission


@pytest.fixture
def graded(mini, sandbox):
    """Grades a module's source, or files, as a submission."""

    def run(source, **more):
        files = {"m.py": source} if isinstance(source, str) else source
        files = {name: text.encode() if isinstance(text, str) else text for name, text in {**files, **more}.items()}
        return grade(mini, Submission("ana", files), sandbox)

    return run


def statuses(result):
    return {verdict.id: verdict.status for verdict in result.verdicts}


def named(result, check):
    return next(verdict for verdict in result.verdicts if verdict.id == check)


CHECKS = [
    "conv_matches_torch",
    "conv_is_linear",
    "conv_keeps_inputs",
    "total_matches_reference",
    "model_is_right",
    "worked_example",
]

RIGHT = {
    "torch, a list": "import torch, numpy as np\ndef conv(i, k):\n    c = torch.nn.functional.conv2d\n"
    "    return c(torch.tensor(i)[None, None], torch.tensor(k)[None, None])[0, 0].tolist()\n"
    "def total(x): return torch.tensor(x, requires_grad=True).sum()\n"
    "class Net(torch.nn.Module):\n    def __init__(s):\n        super().__init__(); s.bias_first = torch.nn.Linear(3, 2)\n"
    "    def forward(s, x): return s.bias_first(x)\nbuild = Net\n",
    "a scalar as (1,)": "from helper import *\ndef total(x): return [x.sum()]\n",
    "einsum, partial, lazily built": "from helper import *\nfrom functools import partial\nimport numpy as np\n"
    "def conv(i, k):\n    w = np.lib.stride_tricks.sliding_window_view(i, k.shape)\n    return np.einsum('abij,ij->ab', w, k)\n"
    "total = partial(np.sum, axis=0)\nclass B:\n    def __call__(self): return torch.nn.Sequential(torch.nn.Linear(3, 2))\nbuild = B()\n",
}  # fmt: skip


@pytest.mark.parametrize("style", sorted(RIGHT))
def test_a_right_answer_in_any_style_earns_everything(graded, honest, style):
    """What holds the numbers and how the functions are made is the student's choice."""
    result = graded(RIGHT[style], **{"helper.py": honest})
    assert statuses(result) == dict.fromkeys(CHECKS, "passed")
    assert result.score == result.max_score


def test_the_source_may_be_written_anywhere(graded, honest):
    """BOM, CRLF, tabs, prints at import, packages, imports of each other, a main block."""
    main = (
        "\ufefffrom pkg.core import *\r\nimport pkg.more\r\nprint('hello')\r\nif __name__ == '__main__':\r\n\t1/0\r\n"
    )
    more = "from . import core\nfrom .core import conv\nimport m\n"
    result = graded(
        {"m.py": main, "pkg/__init__.py": "", "pkg/core.py": honest.replace("    ", "\t"), "pkg/more.py": more}
    )
    assert result.score == result.max_score
    assert result.output == "hello\n"


def test_a_notebook_is_a_submission(graded, honest):
    """Code cells become the module, magics and all; a cell that raises is named and the next one runs."""
    cells = [["%matplotlib inline\n", "!pip install x\n", "import numpy as np, torch\n"], "1/0", honest]
    book = {"cells": [{"cell_type": "code", "source": source, "outputs": [{"text": "4"}]} for source in cells]}
    result = graded({"hw.ipynb": json.dumps(book)})
    assert result.score == result.max_score
    assert "hw.ipynb, cell 2, line 1: ZeroDivisionError" in result.output


WRONG = {
    "flipped": ("* kernel)", "* kernel[::-1, ::-1])", {"conv_matches_torch": "failed", "conv_is_linear": "blocked"}),
    "float32": (
        "* kernel).sum()", "* kernel * 1.0001).sum()", {"conv_matches_torch": "partial", "conv_is_linear": "blocked"},
    ),
    "mutates": ("kh, kw =", "image[0, 0] += 0.5; image[0, 0] -= 0.25; kh, kw =", {
        "conv_matches_torch": "failed", "conv_is_linear": "blocked", "conv_keeps_inputs": "failed"}),
    "read-only flag": ("kh, kw =", "kernel.flags.writeable = False; kh, kw =", {"conv_keeps_inputs": "failed"}),
    "shape": ("return out", "return out.ravel()", {"conv_matches_torch": "failed", "conv_is_linear": "blocked"}),
    "text": ("return float(x.sum())", "return str(x.sum())", {"total_matches_reference": "failed", "worked_example": "failed"}),
    "nothing": ("return float(x.sum())", "pass", {"total_matches_reference": "failed", "worked_example": "failed"}),
    "raises": ("return float(x.sum())", "return 1 / 0", {"total_matches_reference": "error", "worked_example": "error"}),
    "exits": ("return float(x.sum())", "raise SystemExit(0)", {"total_matches_reference": "error", "worked_example": "error"}),
    "no function": ("def total(", "def totals(", {"total_matches_reference": "missing", "worked_example": "missing"}),
    "not a function": ("def total(x)", "total = 3\ndef other(x)", {"total_matches_reference": "error", "worked_example": "error"}),
    "hangs": ("return float(x.sum())", "while True: pass", {"total_matches_reference": "timeout", "worked_example": "timeout"}),
    "hangs in C": ("return float(x.sum())", "import itertools; 0 in itertools.repeat(1)", {
        "total_matches_reference": "timeout", "worked_example": "timeout"}),
    "ends the process": ("return float(x.sum())", "import os; os._exit(0)", {
        "total_matches_reference": "crashed", "worked_example": "crashed"}),
    "segfault": ("return float(x.sum())", "import ctypes; ctypes.string_at(0)", {
        "total_matches_reference": "crashed", "worked_example": "crashed"}),
    "memory": ("return float(x.sum())", "return len([np.zeros(1 << 27) for _ in range(99)])", {
        "total_matches_reference": "out_of_memory", "worked_example": "out_of_memory"}),
    "other model": ("Linear(3, 2)", "Linear(3, 3)", {"model_is_right": "failed"}),
    "no model": ("return torch.nn.Linear(3, 2)", "return None", {"model_is_right": "failed"}),
    "model raises": ("return torch.nn.Linear(3, 2)", "return torch.nn.Linear('3', 2)", {"model_is_right": "error"}),
}  # fmt: skip


@pytest.mark.parametrize("bug", sorted(WRONG))
def test_each_bug_costs_its_own_checks_and_no_other(graded, honest, bug):
    """A hang, a crash or a wrong answer in one function leaves the verdicts on the others as they were."""
    old, new, expected = WRONG[bug]
    assert old in honest
    assert statuses(graded(honest.replace(old, new))) == {**dict.fromkeys(CHECKS, "passed"), **expected}


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("def conv(:\n", "error"),
        ("raise RuntimeError('at import')", "error"),
        ("import sys; sys.exit(0)", "error"),
        ("import os; os._exit(0)", "crashed"),
        ("import sympy", "error"),
        ("import pandas", "error"),
        ("x = '\0'", "error"),
        (None, "missing"),
    ],
)
def test_a_module_that_does_not_load_fails_every_check_by_name(graded, source, status):
    """No check vanishes from the result because its module does."""
    result = graded({} if source is None else source)
    assert statuses(result) == {**dict.fromkeys(CHECKS, status), "conv_is_linear": "blocked"}


def test_a_hang_at_import_is_tried_once(graded):
    """Loading has a limit of its own, and is not tried again for each check."""
    result = graded("while True: pass")
    assert set(statuses(result).values()) == {"timeout", "blocked"}
    assert result.seconds < 60  # on a busy machine, three seconds of processor time take long
    assert "still loading m.py (line 1) after" in named(result, CHECKS[0]).feedback


def test_the_smallest_case_is_shown(graded, honest):
    """A flipped kernel needs one pixel and two kernel entries to be seen, and a line that replays it."""
    verdict = named(graded(honest.replace("* kernel)", "* kernel[::-1, ::-1])")), "conv_matches_torch")
    assert verdict.counterexample.call.startswith("m.conv(np.array([[")
    assert verdict.counterexample.call.count("1.") <= 3
    assert 0 < verdict.failed_examples < verdict.examples == 40
    assert "Hint: Write out one window" in verdict.feedback
    assert verdict.worst_error > 1e6


def test_the_shown_call_really_fails(graded, honest):
    """What a student pastes gives what the verdict says it gives."""
    import numpy as np

    buggy = honest.replace("* kernel)", "* kernel[::-1, ::-1])")
    shown = named(graded(buggy), "conv_matches_torch").counterexample
    namespace: dict = {"np": np}
    exec(buggy, namespace)
    result = eval(shown.call.removeprefix("m."), namespace)
    assert result.tolist() == eval(shown.actual) != eval(shown.expected)


def test_partial_credit_says_why(graded, honest):
    """Half the points, with the tier's own sentence."""
    verdict = named(graded(honest.replace("* kernel).sum()", "* kernel * 1.0001).sum()")), "conv_matches_torch")
    assert (verdict.status, verdict.score, verdict.max_score) == ("partial", 2, 4)
    assert verdict.feedback.startswith("Right to float32 only.")


def test_an_error_names_the_students_line(graded, honest):
    """File, line and function of the student's code, never a frame of ours."""
    source = honest.replace("return float(x.sum())", "return 1 / 0")
    line = source[: source.index("1 / 0")].count("\n") + 1
    feedback = named(graded(source), "worked_example").feedback
    assert feedback.startswith(f"m.py, line {line}, in total: ZeroDivisionError: division by zero")
    assert "grader" not in feedback


def test_a_name_nearly_right_is_pointed_out(graded, honest):
    """`totals` is there where `total` is missing."""
    assert "totals" in named(graded(honest.replace("def total(", "def totals(")), "worked_example").feedback


def test_output_is_captured_and_capped(graded, honest):
    """Students see what they printed; a flood costs them nothing but its end."""
    result = graded(honest + "\nprint('x' * 10_000_000)\n")
    assert result.score == result.max_score
    assert 60_000 < len(result.output) < 70_000


def test_the_same_inputs_give_the_same_bytes(graded, honest):
    """Twice graded, twice the same line but for the seconds."""
    buggy = honest.replace("* kernel)", "* kernel[::-1, ::-1])").replace(
        "return float(x.sum())", "import random; return random.random()"
    )

    def line():
        text = json.dumps(graded(buggy).to_json())
        return [part for part in text.split(", ") if '"seconds"' not in part]

    assert line() == line()


def test_points_are_exact_until_they_are_written(mini, graded, honest):
    """A third of a point is a third."""
    result = graded(honest)
    assert result.max_score * 3 == 31
    assert result.to_json()["max_score"] == 10.3333
