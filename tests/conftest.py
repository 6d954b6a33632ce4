"""What tests share: the small course, prepared once, and one sandbox a process."""

from __future__ import annotations

import gc
import os
import shutil
import signal

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

# Processes that tests start find grader compiled, as where it is installed, and do not compile it one by one.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from pathlib import Path

import hypothesis
import pytest

from grader.course.folders import Course

# A shell that starts tests in the background has them ignore Ctrl-C, and so would every command that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A machine that has other things to do is slow, and nothing is wrong with it.
# The same examples each time, so that a red test is a change's fault; `HYPOTHESIS_PROFILE=search` looks for new ones.
SLOW = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("search", **SLOW)
hypothesis.settings.register_profile("grader", derandomize=True, database=None, **SLOW)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "grader"))

ROOT = Path(__file__).parent.parent
MINI = Course(Path(__file__).parent / "courses" / "mini")
# The same checks and points without torch, for tests that start processes, each of which would load it.
LIGHT = Course(Path(__file__).parent / "courses" / "light")


# Tests of several files that share what takes long to make; one process runs all of a line.
TOGETHER = ("acceptance/", "cage/", "extra/gradescope/", "kit/")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Give each test its group, which `--dist loadgroup` keeps in one process: what a file shares is made once."""
    for item in items:
        path = item.path.relative_to(Path(__file__).parent).as_posix() if item.path.is_relative_to(ROOT) else ""
        shared = next((start for start in TOGETHER if path.startswith(start)), path)
        item.add_marker(pytest.mark.xdist_group(shared))


def pytest_collectstart():
    """What tests are made of is looked through for garbage once, when all of it is there."""
    gc.disable()


def pytest_collection_finish():
    """It stays to the end, and takes half a second to look through: never again."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_make_parametrize_id(val):
    """Bytes are told by their length: an archive holds the time it was made at, and names must be alike everywhere."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def mini():
    """The small assignment, ready to grade."""
    from grader.assignment import load_assignment

    return load_assignment(MINI, "mini")


@pytest.fixture(scope="session")
def light_course(tmp_path_factory):
    """The folder of the small course without torch, its cases drawn; tests copy it and leave it as it is."""
    root = tmp_path_factory.mktemp("light") / "course"
    shutil.copytree(LIGHT.root, root, ignore=shutil.ignore_patterns("results", ".grader_cache", "__pycache__"))
    load_light(root)
    return root


def load_light(root):
    """The assignment of that folder."""
    from grader.assignment import load_assignment

    return load_assignment(Course(root), "mini")


@pytest.fixture(scope="session")
def light(light_course):
    """The small assignment without torch, ready to grade."""
    return load_light(light_course)


@pytest.fixture(scope="session")
def sandbox():
    """A warm sandbox with numpy, scipy and torch."""
    from grader.sandbox.isolated import ForkedSandbox

    forked = ForkedSandbox(["numpy", "scipy", "torch"])
    yield forked
    forked.close()


@pytest.fixture
def warm(sandbox):
    """A class that makes the sandbox of this process, for code that would start one of its own."""

    class Warm:
        def __init__(self, *_args, **_named):
            self.name, self.open = sandbox.name, sandbox.open

        def start(self): ...

        def close(self): ...

    return Warm


@pytest.fixture(scope="session")
def honest():
    """The source of the right answer to the small assignment."""
    return (MINI.reference("mini") / "m.py").read_text()


@pytest.fixture(scope="session")
def light_honest():
    """The source of the right answer to the small assignment without torch."""
    return (LIGHT.reference("mini") / "m.py").read_text()


@pytest.fixture
def assignment_of(tmp_path):
    """Makes an assignment `t` of one module `m` from texts, ready to grade."""
    from grader.assignment import load_assignment

    def made(checks, python, reference):
        for name, text in {
            "rubrics/t.yaml": "assignment: t\ntitle: T\nmodules: [numpy]\nquestions:\n"
            f"  - id: q1\n    title: Q\n    checks:\n{checks}",
            "rubrics/t.py": python,
            "reference/t/m.py": reference,
        }.items():
            path = tmp_path / "course" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return load_assignment(Course(tmp_path / "course"), "t")

    return made


@pytest.fixture
def verdict_on(sandbox):
    """Concludes a check on the source of module `m`."""
    from grader.checks.feedback.conclusion import conclude
    from grader.sandbox import Budget

    def verdict(check, source):
        session = sandbox.open({"m.py": source}, Budget(call_wall_s=1.0, load_wall_s=2.0), 0)
        try:
            return conclude(check, session)
        finally:
            session.close()

    return verdict
