"""What tests share: the small course, prepared once, and one sandbox a process."""

from __future__ import annotations

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

from pathlib import Path

import pytest

from grader.course import Course

ROOT = Path(__file__).parent.parent
MINI = Course(Path(__file__).parent / "courses" / "mini")


# Tests that share what takes long to make; one process runs all of a line.
TOGETHER = (
    "acceptance/", "cage/", "cli/test_ci.py", "cli/test_seeds.py", "gradescope/", "hostile/test_code.py", "kit/",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Give each such test its group, which `--dist loadgroup` keeps in one process."""
    for item in items:
        for shared in TOGETHER:
            if f"/tests/{shared}" in item.path.as_posix():
                item.add_marker(pytest.mark.xdist_group(shared))


@pytest.fixture(scope="session")
def mini():
    """The small assignment, ready to grade."""
    from grader.assignment import load_assignment

    return load_assignment(MINI, "mini")


@pytest.fixture(scope="session")
def sandbox():
    """A warm sandbox with numpy, scipy and torch."""
    from grader.sandbox.forked import ForkedSandbox

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
