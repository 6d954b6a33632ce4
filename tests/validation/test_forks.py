"""Work in forked children: answers come back, whatever does not answer is cut."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.course.isolated_runs import Cut, RunLimits, run_forked
from tests.conftest import ROOT


def run(work, items, cpu_s=1.0, workers=2):
    return dict(run_forked(work, items, limits=lambda _item: RunLimits(cpu_s), workers=workers))


def test_each_item_has_its_answer():
    """Large answers too, and more items than workers."""
    assert run(lambda n: b"x" * n, [0, 1, 300_000, 5, 7]) == {n: b"x" * n for n in (0, 1, 300_000, 5, 7)}


def test_what_is_left_alone_by_collections_stays_so():
    """It was somebody's wish, as of these tests, and theirs would look through each other again."""
    before = gc.get_freeze_count()
    assert run(str, [1, 2]) == {1: "1", 2: "2"}
    assert gc.get_freeze_count() == before > 0


def endless(how):
    if how == "looping":
        while True:
            pass
    if how == "dead":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "gone":
        os._exit(0)
    return how


def test_what_does_not_answer_is_cut_and_the_others_go_on():
    """A loop by its processor time; a crash; a process that ends itself."""
    found = run(endless, ["looping", "well", "dead", "gone"])
    assert found == {"looping": Cut("timeout"), "well": "well", "dead": Cut("crashed"), "gone": Cut("crashed")}


def test_what_sleeps_is_cut_by_the_clock(monkeypatch):
    """Waiting takes no processor time."""
    monkeypatch.setattr(RunLimits, "wall_s", 0.5)
    started = time.monotonic()
    assert run(time.sleep, [60]) == {60: Cut("timeout")}
    assert time.monotonic() - started < 20


def test_what_will_not_hear_that_its_time_is_over_is_killed():
    """By the limit after the one that can be ignored; that is a timeout too."""

    def deaf(item):
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        while True:
            pass

    assert run(deaf, [0], cpu_s=0.1) == {0: Cut("timeout")}


def test_what_an_answer_leaves_running_is_ended():
    """The answer counts; whatever its child has started and not waited for is gone with it."""

    def leave_one_behind(item):
        return subprocess.Popen(["sleep", "600"]).pid

    [pid] = run(leave_one_behind, [0]).values()
    deadline = time.monotonic() + 20
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not runs(pid)


def runs(pid):
    """Whether a process goes on; one that has ended may wait for whoever inherits it to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_too_much_memory_is_refused():
    """The child is told so by Python, and its answer is what it makes of it."""

    def greedy(mib):
        try:
            return len(bytearray(mib << 20))
        except MemoryError:
            return "refused"

    assert dict(run_forked(greedy, [4000], limits=lambda _item: RunLimits(5.0, 100), workers=1)) == {4000: "refused"}


def test_an_error_is_raised_here():
    """It is ours: nothing that is tried may raise."""
    with pytest.raises(ZeroDivisionError):
        run(lambda n: 1 // n, [0])


def test_no_child_stays_when_nobody_listens_any_more():
    """Leaving early ends what runs, also what has just begun."""
    before = children()
    answers = run_forked(time.sleep, [0, 60], limits=lambda _item: RunLimits(1.0), workers=2)
    next(answers)
    started = time.monotonic()
    answers.close()
    assert children() == before
    assert time.monotonic() - started < 20


def children():
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def test_a_lower_limit_of_somebody_elses_stays():
    """Work goes on under it, as under `ulimit -t`; here it is that of the child around."""

    def under_a_limit(n):
        return dict(run_forked(lambda n: n + 1, [n], limits=lambda _item: RunLimits(1e6), workers=1))

    assert run(under_a_limit, [1]) == {1: {1: 2}}


def test_threads_of_the_parent_keep_no_child_waiting():
    """What torch shares among threads is computed in a child as well, where these are not."""
    program = (
        "import torch; from grader.course.isolated_runs import RunLimits, run_forked\n"
        "torch.set_num_threads(4); x = torch.ones(4000, 500)\n"
        "def work(n): return float(torch.softmax(x * n, 1).sum())\n"
        "work(1); print(dict(run_forked(work, [1], limits=lambda _: RunLimits(20.0), workers=1)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=100)
    assert done.stdout.startswith("{1: 4000"), done.stdout + done.stderr
