"""Time: a process is charged for what it runs and for what it waits for, not for what keeps it from running."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest

from grader.checks.plan.calls import encoded_call, packed_list
from grader.model.outcome import Failure, Value
from grader.sandbox import Budget
from grader.sandbox.clock import PATIENCE, Clock, Pace
from grader.sandbox.protocols import Overdue

SOURCE = """
import os, threading, time
def right(x):
    return x
def burns(x):
    end = time.process_time() + x
    while time.process_time() < end:
        pass
    return x
def sleeps(x):
    time.sleep(x)
    return x
def hangs(x):
    while True:
        x += 1
def waits(x):
    time.sleep(10**6)
def locks(x):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
def dies(x):
    os.kill(os.getpid(), 9)
def stops(x):
    os.kill(os.getpid(), 19)
"""


def calls(session, function, *values, module="m"):
    packed = packed_list([encoded_call((module, function), (value,), {}, False) for value in values])
    return list(session.call(packed, len(values), modules=[module]))


@pytest.fixture
def session(sandbox):
    opened = []

    def open_one(budget, **more):
        opened.append(sandbox.open({"m.py": SOURCE, **more}, budget, 0))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def busy():
    """Others that want all processors, several times."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(4 * (os.cpu_count() or 1))]
    yield
    for loop in loops:
        loop.kill()
        loop.wait()


HANGS = {
    "hangs": ("while True:", "no answer within 0.4 s of processor time"),
    "waits": ("time.sleep(10**6)", "no answer within 0.4 s, most of which it waited"),
    "locks": ("lock.acquire()\n    lock", "no answer within 0.4 s, most of which it waited"),
}


@pytest.mark.parametrize("function", HANGS)
def test_a_call_that_does_not_return_says_where_it_was_and_which_limit_it_met(session, function):
    """File, line and function, by a traceback of the worker; what waited is in doubt, what ran is not."""
    start, message = HANGS[function]
    line = SOURCE[: SOURCE.index(start)].count("\n") + (1 if function == "waits" else 2)
    [failure] = calls(session(Budget(call_wall_s=0.4)), function, 1.0)
    expected = Failure(
        "timeout", message, "m.py", line, function, called=f"m.{function}", is_doubtful=function != "hangs"
    )
    assert replace(failure, line=max(line, failure.line)) == expected


def test_what_hangs_costs_the_others_nothing(session):
    """However many functions hang, there is time for the right ones."""
    opened = session(Budget(call_wall_s=0.3, submission_wall_s=1.0, submission_cpu_s=5))
    for function in ("hangs", "waits", "locks"):
        assert calls(opened, function, 1.0)[0].status == "timeout"
    assert calls(opened, "right", 1.0, 2.0) == [Value(1.0), Value(2.0)]


def test_what_is_left_without_time_has_no_zero_and_knows_who_used_it(session):
    """The calls under which the time ends answer for it where they used most of it; what comes after is ungraded."""
    opened = session(Budget(call_wall_s=1, submission_wall_s=1.0))
    assert calls(opened, "sleeps", *[0.2] * 20)[-1].status == "timeout"
    [failure] = calls(opened, "right", 1.0)
    assert failure.status == "ungraded"
    assert "used up its 1 s" in failure.message
    assert " in m" in failure.message
    assert opened.read("answers.md", b"# 1\n42\n").data, "reading the write-up calls nothing"


def test_a_busy_machine_takes_no_time_from_a_submission(session, busy):
    """Processor time decides: a call that computes for less than its limit returns, however long that takes."""
    opened = session(Budget(call_wall_s=0.8, submission_wall_s=4, submission_cpu_s=10))
    assert calls(opened, "burns", *[0.3] * 6) == [Value(0.3)] * 6
    assert calls(opened, "sleeps", *[0.2] * 3) == [Value(0.2)] * 3
    assert calls(opened, "hangs", 1.0)[0].message == "no answer within 0.8 s of processor time"


def test_time_in_which_it_was_stopped_does_not_count(session):
    """Whoever stops the worker, as Ctrl-Z does, takes nothing from it."""
    opened = session(Budget(call_wall_s=0.5))
    calls(opened, "right", 1.0)
    pid = opened._child._clock._pid()

    def stop_and_go():
        time.sleep(0.2)
        os.kill(pid, signal.SIGSTOP)
        time.sleep(1.5)
        os.kill(pid, signal.SIGCONT)

    thread = threading.Thread(target=stop_and_go)
    thread.start()
    assert calls(opened, "burns", 0.35) == [Value(0.35)]
    thread.join()


def test_a_judge_that_was_stopped_charges_nobody(monkeypatch):
    """More time cannot have passed than the judge wanted to wait."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    clock = Clock(lambda: -1)
    now[0] += 75
    clock.tick(0.25)
    assert clock.charged_s < 0.35


def test_who_stops_themselves_is_not_waited_for_for_ever():
    """Patience with a process that does not run has an end."""
    clock = Clock(lambda: -1)
    pace = Pace(clock, 0.5, 60)
    clock.kept_s = PATIENCE * 0.5 + 1
    with pytest.raises(Overdue) as overdue:
        pace.check(has_progress=False)
    assert overdue.value.slept


@pytest.mark.parametrize(("code", "line"), [("def f(x):\n    return x\n\nwhile True:\n    pass\n", "[45]"),
                                            ("import time\ndef f(x):\n    return x\ntime.sleep(10**6)\n", "4")])  # fmt: skip
def test_a_module_that_does_not_end_says_which_line_it_is_at(session, code, line):
    """And what is behind the main guard is not run."""
    opened = session(Budget(load_wall_s=0.6), **{"q3.py": code, "q4.py": "if __name__ == '__main__':\n    while True: pass\ndef f(x): return x\n"})  # fmt: skip
    [failure] = calls(opened, "f", 1.0, module="q3")
    assert re.fullmatch(rf"still loading q3.py \(line {line}\) after 0.6 s", failure.message)
    assert calls(opened, "f", 1.0, module="q4") == [Value(1.0)]


def test_a_process_killed_from_outside_is_tried_once_more(session):
    """What kills itself again is the student's own."""
    opened = session(Budget(call_wall_s=5))
    calls(opened, "right", 1.0)
    pid = opened._child._clock._pid()
    threading.Timer(0.3, os.kill, [pid, signal.SIGKILL]).start()
    assert calls(opened, "sleeps", 0.6) == [Value(0.6)]
    [failure] = calls(opened, "dies", 1.0)
    assert (failure.status, failure.message) == ("crashed", "the process ended with SIGKILL")


def test_what_is_done_once_more_is_heard_once(session):
    """A kill from outside leaves no trace in the output, neither of the call nor of those that it rests on."""
    code = (
        "import os, time\nprint('loaded', flush=True)\n\ndef f(x):\n    print('called', x, flush=True)\n"
        "    time.sleep(x)\n    return x\n"
    )
    opened = session(Budget(call_wall_s=5), **{"m.py": code})
    calls(opened, "f", 0.0)
    pid = opened._child._clock._pid()
    threading.Timer(0.3, os.kill, [pid, signal.SIGKILL]).start()
    assert calls(opened, "f", 0.6) == [Value(0.6)]
    assert opened.output.split("\n")[:3] == ["loaded", "called 0.0", "called 0.6"]
    assert opened.output.count("called") == 2
