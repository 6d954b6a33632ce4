"""Sandboxes that are warmed up together before judges take them, and that end with them."""

from __future__ import annotations

import io
import os
import signal
import time
import zipfile
from pathlib import Path

import pytest

from grader import assignment
from grader.grading import pool
from grader.model.outcome import Value
from grader.sandbox import Budget, isolated
from grader.sandbox.zygote import ZygoteProcess
from tests.sandbox.test_isolated import call, submissions


def pids(sandboxes):
    """Of the zygotes, in their order, when they have all been forked by the process that loaded."""
    warm = sandboxes[0]._zygote._warm.process.pid
    children = Path(f"/proc/{warm}/task/{warm}/children")
    assert awaited(lambda: len(children.read_text().split()) == len(sandboxes))
    return [int(pid) for pid in children.read_text().split()]


def is_there(pid):
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):  # it may end between the two
        return False


def awaited(condition, wall_s=20):
    until = time.monotonic() + wall_s
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


@pytest.mark.parametrize("workers", [1, 3])
def test_judges_take_sandboxes_that_have_begun(light, workers):
    """Each judge has one of its own, a judge without one starts its own, and afterwards none is left."""
    with isolated.warm_up(["numpy"], "auto", 2) as sandboxes:
        started = pids(sandboxes)
        graded = pool.grade_all(
            light, submissions(4), policy="auto", only=frozenset(), workers=workers, sandboxes=sandboxes[:workers]
        )
        assert [result.score == result.max_score for result in graded] == [True] * 4
        assert awaited(lambda: not any(map(is_there, started[:workers]))), "they end with their judges"
    assert awaited(lambda: not any(map(is_there, started))), "whoever is killed needs a moment to be gone"


def test_a_sandbox_ends_with_its_judge_while_others_go_on(light, monkeypatch):
    """Nobody else holds its socket: what ran in it does not burn a processor for the rest of the batch."""
    original = pool.grade
    with isolated.warm_up(["numpy"], "auto", 2) as sandboxes:
        started = pids(sandboxes)

        def dying(assignment, submission, sandbox, only, earlier):
            if submission.id == "s0":
                _ = sandbox.name
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(1.0)
            return original(assignment, submission, sandbox, only, earlier)

        monkeypatch.setattr(pool, "grade", dying)
        found = pool.grade_all(light, submissions(2), policy="auto", only=frozenset(), workers=2, sandboxes=sandboxes)
        assert {result.submission: result.status for result in found}["s0"] == "ungraded"
        assert awaited(lambda: not any(map(is_there, started)))


def test_sandboxes_that_nobody_took_are_ended():
    """A rubric with a fault in it leaves no process behind."""
    started = []

    def fail():
        with isolated.warm_up(["numpy"], "auto", 2) as sandboxes:
            started.extend([*pids(sandboxes), sandboxes[0]._zygote._warm.process.pid])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert len(started) == 3
    assert awaited(lambda: not any(map(is_there, started)))


def test_a_sandbox_that_is_replaced_leaves_its_siblings_alone():
    """They were loaded together, and each is closed for itself."""
    with isolated.warm_up(["numpy"], "auto", 3) as sandboxes:
        started = pids(sandboxes)
        sessions = [sandbox.open({"m.py": "def f(x):\n    return 2 * x\n"}, Budget(), 0) for sandbox in sandboxes]
        sandboxes[1].restart()
        assert awaited(lambda: not is_there(started[1]))
        assert [call(session, "f", 3) for session in (sessions[0], sessions[2])] == [Value(6)] * 2
        again = sandboxes[1].open({"m.py": "def f(x):\n    return 3 * x\n"}, Budget(), 0)
        assert call(again, "f", 3) == Value(9)
        os.kill(started[0], signal.SIGKILL)
        assert call(sessions[2], "f", 4) == Value(8)
        for session in (again, *sessions):
            session.close()


def test_what_many_will_ask_for_is_there_at_once(monkeypatch):
    """For a class, an optimizer's first step starts no worker anew; for one submission, nothing is loaded in advance."""
    asked = []
    original = ZygoteProcess.preload
    monkeypatch.setattr(ZygoteProcess, "preload", lambda self, name: asked.append(name) or original(self, name))
    source = (
        "import scipy.stats, torch\n"
        "def f(x):\n    w = torch.zeros(1, requires_grad=True)\n    (w - x).pow(2).sum().backward()\n"
        "    torch.optim.SGD([w], 0.5).step()\n    return float(w)\n"
    )
    found = {}
    for for_many in (True, False):
        asked.clear()
        with isolated.warm_up(["numpy", "scipy", "torch"], "auto", 1, for_many=for_many) as [sandbox]:
            session = sandbox.open({"m.py": source}, Budget(), 0)
            assert call(session, "f", 3.0) == Value(3.0)
            session.close()
        found[for_many] = list(asked)
    assert found[True] == []
    assert found[False]


def test_what_numpy_and_archives_load_late_is_there(monkeypatch):
    """A median, or an archive of Windows, starts no worker anew: numpy is warm though the wire has imported it before."""
    asked = []
    original = ZygoteProcess.preload
    monkeypatch.setattr(ZygoteProcess, "preload", lambda self, name: asked.append(name) or original(self, name))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("m.py", "import numpy as np\ndef f(x):\n    return float(np.median([x, x, 9]))\n")
    with isolated.warm_up(["numpy"], "auto", 1) as [sandbox]:
        session = sandbox.open({}, Budget(), 0)
        [[_, source]] = session.unpack("hand-in.zip", packed.getvalue(), ()).data[0]
        session.close()
        session = sandbox.open({"m.py": source.decode()}, Budget(), 0)
        assert call(session, "f", 3.0) == Value(3.0)
        session.close()
    assert asked == []


def test_what_earlier_runs_learnt_is_recalled_while_sandboxes_load(light, monkeypatch):
    """As long as there is nothing else to do, and no longer."""
    seen, rehearsed = [], []
    monkeypatch.setattr(type(light.misconceptions), "recall", lambda self, check: seen.append(check.id))
    monkeypatch.setattr(assignment, "rehearse", lambda check: rehearsed.append(check.id))
    light.recall(lambda: len(seen) < 2)
    assert (seen, rehearsed) == (list(light.checks)[:2], [])
    seen.clear()
    light.recall(lambda: True)
    assert seen == rehearsed == list(light.checks)
    seen.clear()
    with isolated.warm_up(["numpy"], "auto", 1) as sandboxes:
        assert not sandboxes[0].is_ready()
        assert len(list(pool.grade_all(
            light, submissions(1), policy="auto", only=frozenset(), workers=1, sandboxes=sandboxes
        ))) == 1  # fmt: skip
        assert sandboxes[0]._zygote is not None
    assert seen
