"""What is to be pasted shows what is said: a sample of `python -m benchmarks.snippets`, which tries hundreds."""

from __future__ import annotations

import pytest

from benchmarks.pasting import Pasting
from benchmarks.snippets import SHOWN, findings, wrong_functions
from tests.conftest import MINI

N_WRONG = 24


@pytest.fixture(scope="module")
def pasting():
    """One warm Python for all lines."""
    with Pasting() as warm:
        yield warm


def test_pasted_lines_print_what_was_got(mini, sandbox, pasting):
    """Of a seeded sample of mutants: numbers, laws, arguments that change, objects that are asked several times."""
    told = [
        finding
        for wrong in wrong_functions(MINI, ["mini"], N_WRONG)
        for finding in findings(MINI, mini, wrong, sandbox, pasting)
    ]
    assert {one.check for one in told} >= {"conv_matches_torch", "conv_keeps_inputs", "worked_example"}
    # A model's own weights are drawn from torch's global seed, which is another one wherever the lines are pasted.
    firm = [one for one in told if one.check != "model_is_right"]
    wrong = [f"{one.kind}: {one.details}" for one in firm if one.kind not in (SHOWN, "cannot be pasted")]
    assert not wrong, "\n\n".join(wrong)
    assert sum(one.kind == SHOWN for one in told) > N_WRONG / 2


def test_pasting_is_a_new_process_each_time(pasting, tmp_path):
    """What a module keeps, prints or raises stays with its own lines."""
    (tmp_path / "m.py").write_text("print('loaded')\nseen = []\ndef f(x):\n    seen.append(x)\n    return seen\n")
    lines = ["import m", "print(m.f(1))", "print(m.f(2), 1 / 0)"]
    assert pasting.printed(lines, tmp_path) == ["[1]", "ZeroDivisionError: division by zero"]
    assert pasting.printed(lines[:2], tmp_path) == ["[1]"]
