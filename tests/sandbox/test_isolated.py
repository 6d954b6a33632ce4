"""The sandbox as the judge uses it: what it refuses, what it survives, what it never blames on a student."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from grader.checks.plan.calls import encoded_call, packed_list
from grader.errors import SandboxRefused
from grader.grading import pool
from grader.intake.submission import Submission
from grader.model.outcome import Failure, Value
from grader.sandbox import Budget, isolated
from grader.sandbox.isolated import ForkedSandbox
from tests.conftest import LIGHT

HONEST = (LIGHT.reference("mini") / "m.py").read_text()


def call(session, function, *args, module="m"):
    packed = packed_list([encoded_call((module, function), args, {}, False)])
    [outcome] = session.call(packed, 1, modules=[module])
    return outcome


def submissions(n):
    return [Submission(f"s{i}", {"m.py": f"{HONEST}\n# {i}\n".encode()}) for i in range(n)]


def test_it_says_how_strong_it_is(sandbox):
    """The layers that hold are in the name, and so in every result."""
    assert sandbox.name.startswith("strong: seccomp")


def test_another_system_is_refused_with_what_to_do(monkeypatch):
    """Nobody is graded without isolation because the machine has none."""
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SandboxRefused, match="Linux container or under WSL2"):
        ForkedSandbox([])


def test_without_seccomp_nothing_is_graded(monkeypatch, light):
    """`auto` is no silent fall-back: the batch ends with the reason and the way out."""
    monkeypatch.setattr(isolated, "ALL_LAYERS", isolated.PROCESS_ONLY)
    with pytest.raises(SandboxRefused, match="--sandbox=process"):
        list(pool.grade_all(light, submissions(2), policy="auto", only=frozenset(), workers=1))


def test_a_plain_process_is_named_as_one(light):
    """Asked for, the weak sandbox grades, and every result says so."""
    [result] = pool.grade_all(light, submissions(1), policy="process", only=frozenset(), workers=1)
    assert result.score == result.max_score
    assert result.sandbox == "weak: limits"


def test_a_zygote_that_dies_costs_nobody_anything(light, monkeypatch):
    """The submission under way is graded again by a new one."""
    original = pool.grade

    def killing(assignment, submission, sandbox, only, earlier):
        if submission.id == "s1" and not hasattr(killing, "done"):
            killing.done = True
            _ = sandbox.name
            os.killpg(sandbox._zygote._warm.process.pid, signal.SIGKILL)
        return original(assignment, submission, sandbox, only, earlier)

    monkeypatch.setattr(pool, "grade", killing)
    results = list(pool.grade_all(light, submissions(3), policy="auto", only=frozenset(), workers=1))
    assert [result.score == result.max_score for result in results] == [True] * 3


def test_a_judge_that_dies_leaves_the_one_ungraded(light, monkeypatch):
    """Others are graded; the one that is to blame is ungraded, never zero."""
    original = pool.grade

    def dying(assignment, submission, sandbox, only, earlier):
        if submission.id == "s1":
            os.kill(os.getpid(), signal.SIGKILL)
        return original(assignment, submission, sandbox, only, earlier)

    monkeypatch.setattr(pool, "grade", dying)
    results = {
        r.submission: r for r in pool.grade_all(light, submissions(3), policy="auto", only=frozenset(), workers=2)
    }
    assert {name: result.status for name, result in results.items()} == {
        "s0": "graded",
        "s1": "ungraded",
        "s2": "graded",
    }
    assert results["s1"].to_json()["score"] is None


def test_installed_modules_are_loaded_when_asked_for(sandbox):
    """A sealed worker reads no file; scipy.signal, sqlite3 and torch.optim come all the same."""
    source = (
        "def f(x):\n    import scipy.signal, sqlite3, torch\n"
        "    w = torch.zeros(1, requires_grad=True)\n    o = torch.optim.SGD([w], 1.0)\n    (w - 1).backward()\n    o.step()\n"
        "    return float(w.detach()) + len(scipy.signal.hann(3)) if hasattr(scipy.signal, 'hann') else float(w.detach())\n"
    )
    session = sandbox.open({"m.py": source}, Budget(), 0)
    assert call(session, "f", np.ones(2)) == Value(-1.0)
    session.close()


def test_a_module_stays_loaded_when_a_later_request_needs_another_process(sandbox):
    """A second module, or a write-up, whose reading asks for something new; calls on the first go on as before."""
    sources = {"a.py": "def one(): return 1\n", "b.py": "import pyclbr\ndef two(): return 2\n"}
    session = sandbox.open(sources, Budget(), 0)
    try:
        assert call(session, "one", module="a") == Value(1)
        packed = packed_list(
            [encoded_call((module, name), (), {}, False) for module, name in (("a", "one"), ("b", "two"))]
        )
        assert list(session.call(packed, 2, modules=["a", "b"])) == [Value(1), Value(2)]
        assert call(session, "one", module="a") == Value(1)
    finally:
        session.close()


def test_a_process_that_is_handed_on_holds_what_it_took_on_since_it_was_fresh(sandbox):
    """Else each question that gets the one in which the write-up was read would count as one that holds much."""
    session = sandbox.open({"m.py": "def f():\n    return 1"}, Budget(), 0)
    session.read("answers.md", b"# Text")
    part = session.apart()
    assert part.load("m") == Value({"f": [[], []]})
    assert part.is_light
    session.close()


def test_a_module_that_is_not_there_is_not_there(sandbox):
    """`except ImportError` works; what the course does not offer is said by name."""
    source = "try:\n    import scipy.nothing\nexcept ImportError:\n    found = False\ndef f():\n    return found\ndef g():\n    import pandas\n"
    session = sandbox.open({"m.py": source}, Budget(), 0)
    assert call(session, "f") == Value(False)
    failure = call(session, "g")
    assert isinstance(failure, Failure)
    assert "numpy, scipy, torch" in failure.message
    session.close()


def test_nothing_is_left_behind(sandbox):
    """Sessions closed, no process of theirs is there and no descriptor of the judge's is open."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        session = sandbox.open({"m.py": "import threading\ndef f():\n    return 1\n"}, Budget(), 0)
        assert call(session, "f") == Value(1)
        session.close()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1


def test_requests_are_answered_in_their_order_and_memory_is_bounded(sandbox):
    """What a function keeps is its submission's; a fresh session starts afresh."""
    source = "kept = []\ndef f(x):\n    kept.append(x)\n    return len(kept)\n"
    for _ in range(2):
        session = sandbox.open({"m.py": source}, Budget(), 0)
        assert [call(session, "f", 1.0) for _ in range(3)] == [Value(1), Value(2), Value(3)]
        session.close()


def calls(function, arguments, module="m"):
    return packed_list([encoded_call((module, function), args, {}, False) for args in arguments])


@pytest.mark.parametrize("end", ["os._exit(3)", "os.abort()", "import time; time.sleep(60)", "while True: pass"])
def test_what_was_answered_before_the_end_counts(sandbox, end):
    """Replies wait in the process until all are there; one that dies or hangs meanwhile loses none of them."""
    source = f"import os\ndef f(n):\n    if n == 40:\n        {end}\n    return n\n"
    session = sandbox.open({"m.py": source}, Budget(call_wall_s=0.5), 0)
    outcomes = list(session.call(calls("f", [(n,) for n in range(60)]), 60, modules=["m"]))
    assert outcomes[:40] == [Value(n) for n in range(40)]
    assert len(outcomes) == 41
    assert isinstance(outcomes[40], Failure)
    assert outcomes[40].status == ("timeout" if "sleep" in end or "while" in end else "crashed")
    assert call(session, "f", 5) == Value(5)
    session.close()


def test_the_limit_is_for_each_call(sandbox):
    """Calls that take long together, but not each, are all answered; one that hangs after them is found out in time."""
    source = "import time\ndef f(n):\n    time.sleep(n)\n    return n\n"
    session = sandbox.open({"m.py": source}, Budget(call_wall_s=1.0), 0)
    assert list(session.call(calls("f", [(0.4,)] * 5), 5, modules=["m"])) == [Value(0.4)] * 5
    started = time.monotonic()
    outcomes = list(session.call(calls("f", [(0.5,), (0.5,), (60,)]), 3, modules=["m"]))
    assert [isinstance(outcome, Value) for outcome in outcomes] == [True, True, False]
    assert time.monotonic() - started < 9  # what waited is tried once more
    session.close()


def test_the_submission_has_no_more_than_its_time(sandbox):
    """Many calls that keep their own limit do not add up to more than what the submission has."""
    session = sandbox.open(
        {"m.py": "import time\ndef f(n):\n    time.sleep(n)\n"}, Budget(call_wall_s=1, submission_wall_s=2), 0
    )
    started = time.monotonic()
    outcomes = list(session.call(calls("f", [(0.2,)] * 50), 50, modules=["m"]))
    # all would take 10 s; on a busy machine more than 2 s pass, since what the process waited for is not charged
    assert time.monotonic() - started < 8
    assert outcomes[-1].status == "timeout"
    assert 5 < len(outcomes) < 40
    session.close()


FORGERS = {
    "writes over what waits": "m[:] = b'\\xff' * len(m)",
    "answers in advance": (
        "import struct\n"
        "    part = struct.pack('!BI', 0, 1) + b'\\xc3'\n"
        "    m[:16] = struct.pack('!IIII', 12 + 60 * len(part), 2, 0, 60)\n"
        "    m[16:16 + 60 * len(part)] = part * 60\n"
        "    os._exit(0)"
    ),
    "says that it goes on": "[m.__setitem__(15, i % 256) or time.sleep(0.01) for i in range(100_000)]",
    "gives the memory back": "m.madvise(9)",
    "takes it away": "m.close()",
}


@pytest.mark.parametrize("act", FORGERS)
def test_who_finds_the_memory_gains_nothing(sandbox, act):
    """What lies there is a claim like any other: the judge goes on, within the limits, and the next process is whole."""
    source = (
        "import gc, mmap, os, time\n"
        "def f(n):\n"
        "    found = [o for o in gc.get_objects() if type(o).__name__ == 'ReplySender']\n"
        "    m = found[0]._memory if found else None\n"
        "    if m is None: os._exit(9)\n"
        f"    {FORGERS[act]}\n"
        "    return n\n"
        "def g(n):\n    return n\n"
    )
    session = sandbox.open({"m.py": source}, Budget(call_wall_s=0.5, submission_wall_s=3), 0)
    started = time.monotonic()
    outcomes = list(session.call(calls("f", [(n,) for n in range(60)]), 60, modules=["m"]))
    assert time.monotonic() - started < 6
    assert 0 < len(outcomes) <= 60
    assert "exit code 9" not in str(outcomes[-1]), "the memory is there to be found"
    session.close()
    session = sandbox.open({"m.py": source}, Budget(), 0)
    assert call(session, "g", 4) == Value(4)
    session.close()


def test_plans_that_workers_hold_are_made_as_if_they_were_sent():
    """A held plan gives the same outcomes, the second time too, whatever the first did to its arguments."""
    spoil = "def f(x, y):\n    x *= 2\n    y.append(1)\n    return [float(x.sum()), len(y)]\n"
    plan = calls("f", [(np.arange(3.0), [5]), (np.ones(2), [])])
    other = calls("f", [(np.zeros(2), [1, 2])])
    sandbox = ForkedSandbox(["numpy"])
    sandbox.hold([plan, plan, calls("f", [])])
    wanted = [Value([6.0, 2]), Value([4.0, 1])]
    for _ in range(2):
        session = sandbox.open({"m.py": spoil}, Budget(), 0)
        assert list(session.call(plan, 2, modules=["m"])) == wanted
        assert list(session.call(other, 1, modules=["m"])) == [Value([0.0, 3])]
        assert list(session.call(plan, 2, modules=["m"])) == wanted
        session.close()
    sandbox.restart()
    session = sandbox.open({"m.py": "import os\n" + spoil + "def end():\n    os._exit(1)\n"}, Budget(), 0)
    assert isinstance(call(session, "end"), Failure)
    assert list(session.call(plan, 2, modules=["m"])) == wanted, "also in the process after one that died"
    session.close()
    sandbox.close()


def test_a_library_that_is_not_warm_is_loaded_when_it_is_asked_for_and_then_as_a_warm_one_is():
    """What nobody asks for is not loaded; what is, works sealed: torch draws a seed without a file."""
    sandbox = ForkedSandbox(["numpy", "torch"], warm=["numpy"])
    without = sandbox.open({"m.py": "import sys\ndef f():\n    return 'torch' in sys.modules\n"}, Budget(), 0)
    assert call(without, "f") == Value(False)
    without.close()
    text = (
        "import torch.nn.functional as F, torch\ndef f():\n    torch.seed()\n    return float(F.relu(torch.ones(1)))\n"
    )
    within = sandbox.open({"m.py": text}, Budget(), 0)
    assert call(within, "f") == Value(1.0)
    within.close()
    sandbox.close()
