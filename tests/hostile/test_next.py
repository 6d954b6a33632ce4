"""What a submission says or loads reaches nobody who is graded after it, and what runs it tells it nothing."""

from __future__ import annotations

import json

import pytest

from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from grader.sandbox import Budget
from grader.sandbox.fallback import OwnCodeSandbox
from grader.sandbox.isolated import warm_up
from grader.worker.loading import may_be_asked_for
from tests.hostile.forging import FORGE
from tests.hostile.test_judge import timeless

CODE = "def total(x): return float(x.sum())\n"
PARTS = {f"PART{at:03}:" + CODE[at : at + 12]: "" for at in range(0, len(CODE), 12)}
# A reader looks for what the one before may have left; its `total` is wrong unless it finds something.
READER = """
import sys, gc
def worker():
    frame = sys._getframe()
    while frame and not hasattr(frame.f_locals.get("self"), "_absent"):
        frame = frame.f_back
    return frame.f_locals["self"]
left = worker()._absent
exec("".join(name[8:] for name in sorted(left) if name.startswith("PART")))
heard = sorted(left)
def total(x, found=globals().get("total")):
    if found: return found(x)
    names = [name for name in NAMES if name in sys.modules or name in heard]
    raise ValueError(repr((names, np.geterr()["over"], torch.get_default_dtype(), locale.setlocale(locale.LC_ALL), random.random() and None)))
NAMES = ["sqlite3.dbapi2", "this", "wave", "numpy.conftest", "unittest.__main__", "numpy.nothing", "PART000:def total(", "colorsys"]
import numpy as np, torch, locale, random
"""
WRITERS = {
    "names as a channel": f"import forge\nfor part in {list(PARTS)!r}:\n    if part not in forge.worker()[0]._absent:\n        forge.need(part)\n",
    "submodules that are not there": "for name in ('nothing', 'nowhere'):\n    try: __import__('numpy.' + name)\n    except ImportError: pass\n",
    "importlib": "import importlib\nfor name in ('numpy.nothing', 'sqlite3.dbapi2', 'colorsys'):\n    try: importlib.import_module(name)\n    except ImportError: pass\n",
    "a module that prints": "import this\n",
    "a module that is loaded": "import wave, sqlite3.dbapi2, colorsys\n",
    "a module that changes numpy": "import forge\nforge.need('numpy.conftest')\n",
    "a module that runs": "import forge\nforge.need('unittest.__main__')\n",
    "state of its own": "import numpy, torch, locale, random\nnumpy.seterr(all='raise'); torch.set_default_dtype(torch.float64); random.seed(5)\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def alone(mini):
    """A sandbox that nobody else uses."""
    with warm_up(["numpy", "scipy", "torch"], "auto", 1) as [sandbox]:
        yield sandbox


@pytest.fixture(scope="module")
def reader(mini, alone, honest):
    """Grades the reader; its line."""
    files = {"m.py": (honest + READER).encode(), "forge.py": FORGE.encode()}
    return lambda: timeless(grade(mini, Submission("reader", files), alone).to_json())


@pytest.mark.parametrize("writer", sorted(WRITERS))
def test_a_reader_earns_the_same_before_and_after(writer, mini, alone, reader, honest):
    """Whoever was graded before by the same judge, and whatever they asked for."""
    before = reader()
    files = {"m.py": (WRITERS[writer] + honest).encode(), "forge.py": FORGE.encode()}
    assert grade(mini, Submission("writer", files), alone).status == "graded"
    assert reader() == before
    assert "[]" in json.dumps(before), "the reader tells what it found"


@pytest.mark.parametrize(
    "name",
    ["numpy.conftest", "unittest.__main__", "test.support", "torch._internal", "PART000:def total(", "numpy.é", "numpy..a", "",
     ".", "numpy/../os", "antigravity", "idlelib.run", "numpy." + "a" * 200, "numpy.a b", "grader.wire", "_pytest", "os\n"],
)  # fmt: skip
def test_a_name_that_may_not_be_asked_for_is_not_tried(name, alone):
    """The rule is looked at where the module would be loaded, whatever the worker says."""
    assert not may_be_asked_for(name, frozenset({"numpy", "unittest", "test", "torch", "os", "antigravity", "idlelib"}))
    branch = alone._start().branch()
    try:
        assert not branch.preload(name)
    finally:
        branch.close()


def test_the_shared_process_loads_nothing_on_request(alone):
    """Only a submission's own copy of it does."""
    assert not alone._start().preload("wave")
    branch = alone._start().branch()
    try:
        assert branch.preload("wave")
    finally:
        branch.close()


TELLING = "import os, sys\nraise ValueError(repr((sys.orig_argv, sys.argv, dict(os.environ), sys.path, sys.flags)))\n"


def told(sandbox):
    session = sandbox.open({"m.py": TELLING}, Budget(), 0)
    try:
        return session.load("m").message
    finally:
        session.close()


def test_a_submission_cannot_tell_who_runs_it(alone):
    """The same words in a class of many, in one of one, and in a student's own check; no path of the course."""
    with warm_up(["numpy", "torch"], "auto", 2, for_many=True) as sandboxes:
        many = {told(sandbox) for sandbox in sandboxes}
    own = OwnCodeSandbox(["numpy", "torch"], "auto")
    try:
        assert many | {told(own)} == {told(alone)}
    finally:
        own.close()
    assert "PYTHONPATH" not in told(alone)
