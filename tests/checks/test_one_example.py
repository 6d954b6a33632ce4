"""Single cases that are made ready once: judged as the check itself would, and only where it can be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.examples import one_example
from grader.checks.feedback import shown_case
from grader.checks.runner import CheckRunner, run_case
from grader.sandbox import Budget

FLIPPED = "def conv(image, kernel):\n    return right(image, kernel[::-1, ::-1])\n"
RAISES = (
    "def conv(image, kernel):\n    if image[0, 0] > 0: raise ValueError(str(image))\n    return right(image, kernel)\n"
)
NO_ARRAY = "def conv(image, kernel):\n    return right(image, kernel) if image.any() else {'a': object()}\n"
FEWER = "def conv(image, kernel):\n    return right(image, kernel)[1:]\n"
WRITES = "def conv(image, kernel):\n    result = right(image, kernel)\n    image += 1\n    return result\n"


@pytest.fixture
def fresh(mini):
    """Checks that nobody has asked before."""
    for check in mini.checks.values():
        check.singles.clear()
    return mini.checks


@pytest.mark.parametrize("source", [FLIPPED, RAISES, NO_ARRAY, FEWER, WRITES])
@pytest.mark.parametrize("name", ["conv_matches_torch", "conv_keeps_inputs"])
def test_it_comes_to_what_the_check_comes_to(fresh, sandbox, honest, name, source):
    """Case by case, with every kind of answer: whether it fails, and as what."""
    check = fresh[name]
    session = sandbox.open({"m.py": f"{honest}\nright = conv\n{source}"}, Budget(), 0)
    for index, case in enumerate(check.cases[:12]):
        assert one_example.single(check, case) is not None
        quick = shown_case._try(CheckRunner(check, session), case, index)
        whole = shown_case._run(CheckRunner(check, session), case, index).findings
        assert quick.failing == whole.failing
        assert {n: f.message.partition(":")[0] for n, f in quick.failures.items()} == {
            n: f.message.partition(":")[0] for n, f in whole.failures.items()
        }
    session.close()


def test_who_looks_at_replies_is_asked_live(fresh):
    """Its calls may depend on them, or it works with them in the judge."""
    for name in ("conv_is_linear", "model_is_right"):
        assert one_example.single(fresh[name], fresh[name].cases[0]) is None


@given(image=st.just(np.ones((2, 2))), looks=st.booleans())
def looks_at_times(student, expect, image, looks):
    """Looks at its reply in some cases alone, and lets nobody know."""
    reply = student.m.conv(image, image)
    try:
        expect.close(np.asarray(reply) if looks else reply, [[4.0]])
    except Exception:
        expect.true(True, "it is hidden that it looked")


def test_a_look_that_is_hidden_is_noticed(mini):
    """A case is ready only where the check's body did not look in that very case."""
    from dataclasses import replace

    check = replace(mini.checks["conv_matches_torch"], body=looks_at_times.hypothesis.inner_test)
    ready = {looks: one_example.single(check, {"image": np.ones((2, 2)), "looks": looks}) for looks in (True, False)}
    assert (ready[True], ready[False] is None) == (None, False)


def test_it_is_made_ready_once_and_bounded(fresh, monkeypatch):
    """The check's body runs once a case; what is kept has an end, and goes with the check."""
    from dataclasses import replace

    ran = []
    monkeypatch.setattr(one_example, "run_case", lambda *call: ran.append(1) or run_case(*call))
    monkeypatch.setattr(one_example, "MAX_KEPT", 2)
    check = fresh["conv_matches_torch"]
    for case in [*check.cases[:3], *check.cases[:2]]:
        assert one_example.single(check, case).cases == (case,)
    assert (len(ran), len(check.singles)) == (3, 2)
    assert not replace(check, seed=1).singles
