"""Snippets: what is pasted runs, and does what the check did."""

from __future__ import annotations

import ast
import contextlib
import io
import sys
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from grader.checks.api.reply import Caller, Reply
from grader.checks.api.steps import Step
from grader.checks.feedback.python_text import argument_text
from grader.checks.feedback.script import call_lines
from grader.export.snippets import snippet
from grader.model.outcome import Value
from grader.wire import Ref


class Nobody(Caller):
    def make(self, step):
        raise AssertionError(step)


def run(lines, monkeypatch_module):
    sys.modules["m"] = monkeypatch_module
    try:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec("\n".join(lines), {})
    finally:
        del sys.modules["m"]
    return out.getvalue()


@given(
    array=npst.arrays(st.sampled_from([np.float64, np.int64, np.float32]), npst.array_shapes(max_dims=3, max_side=4),
                      elements=st.integers(-9, 9)),
    number=st.floats(allow_nan=False),
    shape=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    width=st.integers(30, 100),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_a_pasted_call_gets_the_very_arguments(array, number, shape, width):
    """Values, dtypes and shapes arrive as the check passed them, at any width."""
    called = Reply(Value(0), Ref(1, 0), Nobody(), Step(("m", "f"), (array, number), {"shape": shape}))
    taken = []
    module = ModuleType("m")
    module.f = lambda *args, **named: taken.append((args, named))
    lines = snippet(call_lines(called, [called], argument_text), width)
    run(lines, module)
    [((got, also), named)] = taken
    assert got.dtype == array.dtype and got.shape == array.shape and (got == array).all()
    assert also == number and named == {"shape": shape}


def test_long_calls_are_broken_at_their_brackets():
    """A matrix a line, a long list filled up."""
    call = "m.f(np.array([[1., 2.], [3., 4.]]), np.array([" + ", ".join(f"{n}." for n in range(20)) + "]), k=2)"
    assert snippet(call, 50) == [
        "import numpy as np",
        "import m",
        "print(m.f(",
        "    np.array([[1., 2.], [3., 4.]]),",
        "    np.array([",
        "        0., 1., 2., 3., 4., 5., 6., 7., 8.,",
        "        9., 10., 11., 12., 13., 14., 15.,",
        "        16., 17., 18., 19.,",
        "    ]),",
        "    k=2,",
        "))",
    ]


@pytest.mark.parametrize(
    "call",
    [
        "list(m.f(np.array([{}])))[0]",
        "m.f(m.g(np.array([{}]))).sum(axis=0)",
        "m.f(np.array([[{}], [{}]]), (1, 2)) @ np.array([{}])",
        "m.Net([{}]).forward(np.array([{}]))[0, 1:]",
        "(m.f(x=(np.array([{}]), 2)) + 1)[0]",
        "m.f({{1: np.array([{}]), 'ä': m.g('ö', [{}])}}).β[0]",
        "m.f(lambda x: x, *[{}], k=[i for i in range(5)], **{{'v': f'{{2}}'}})",
        "-m.f([{}]) < m.f([{}], 2)",
    ],
)
@pytest.mark.parametrize("start", ["", "x = "])
def test_whatever_stands_around_a_call_it_is_broken_within(call, start):
    """An item, an attribute, a sum: the lines fit, and say the same."""
    call = start + call.format(*[", ".join(f"{n}." for n in range(20))] * 3)
    lines = [line for line in snippet(call, 60) if not line.startswith(("import ", "from "))]
    assert max(map(len, lines)) <= 60
    [told], [wanted] = ast.parse("\n".join(lines)).body, ast.parse(call if start else f"print({call})").body
    assert ast.dump(told) == ast.dump(wanted)


def test_a_chain_of_calls_is_pasted_as_it_is_written():
    """What is named by a line is no module; what only stands there is printed."""
    calls = "out, cache = m.relu(np.array([1., 2.]))\nnet.params['w'] = cache\nlen(out)\nm.relu_back(2.5, cache)"
    assert snippet(calls, 40) == [
        "import numpy as np",
        "import m",
        "import net",
        "out, cache = m.relu(np.array([1., 2.]))",
        "net.params['w'] = cache",
        "print(len(out))",
        "print(m.relu_back(2.5, cache))",
    ]


@pytest.mark.parametrize("call", ["m.f(…)", "m.f(<np array of shape (64, 6)>)", "", "m.f({…})", "m.f(" * 3000])
def test_what_cannot_be_written_out_is_no_snippet(call):
    """Then the call is shown as text."""
    assert snippet(call, 80) is None


@pytest.mark.parametrize(
    ("call", "functions", "imports"),
    [
        ("nnet.tokens.merge([1], 2)", ["nnet.tokens.merge"], ["import nnet.tokens"]),
        ("nnet.tokens.Tokenizer.of(nnet.data.load())", ["nnet.tokens.Tokenizer", "nnet.data.load"],
         ["import nnet.data", "import nnet.tokens"]),
        ("m.CONFIG.get(1)", ["m.CONFIG", "n.f"], ["import m"]),
        ("nnet.f(1)", ["nnet.f", "nnet.tokens.merge"], ["import nnet"]),
    ],
)  # fmt: skip
def test_of_a_package_the_module_is_imported(call, functions, imports):
    """`import nnet` alone does not bring `nnet.tokens`; a name in a module is no module."""
    assert snippet(call, 80, functions) == [*imports, f"print({call})"]
