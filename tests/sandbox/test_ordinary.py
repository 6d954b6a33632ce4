"""Legitimate code is not hurt: ordinary programs do in a sealed worker what they do outside."""

from __future__ import annotations

import pytest

from grader.checks.plan.calls import encoded_call, packed_list
from grader.model.outcome import Value
from grader.sandbox import Budget
from tests.sandbox.ordinary import PROGRAMS

HEAD = "import numpy as np\nimport torch\n"


@pytest.fixture(scope="module")
def session(sandbox):
    """All programs as one module, so that each starts in a process that others have used."""
    functions = [
        f"def program_{number}():\n" + "".join(f"    {line}\n" for line in body.splitlines())
        for number, body in enumerate(PROGRAMS.values())
    ]
    session = sandbox.open({"m.py": HEAD + "\n".join(functions)}, Budget(call_wall_s=20), 0)
    yield session
    session.close()


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_ordinary_program_does_what_it_does_outside(session, name):
    """It returns True, as it does where nothing is sealed."""
    number = list(PROGRAMS).index(name)
    call = encoded_call(("m", f"program_{number}"), (), {}, False)
    [outcome] = session.call(packed_list([call]), 1, modules=["m"])
    assert outcome == Value(True)
