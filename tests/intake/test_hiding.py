"""Files of a submission that bear the name of a library."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from tests.checks.small import write_course

CHECK = """
    def two(student, expect):
        \"\"\"Two.\"\"\"
        expect.equal(student.m.two(), 2)
    """
USES = {
    "torch": "import torch\ndef two(): return int(torch.relu(torch.tensor(2)))\n",
    "numpy": "import torch\ndef two(): return int(torch.tensor([2]).numpy().mean())\n",
    "statistics": "from statistics import mean\ndef two(): return mean([2])\n",
    "json": "import json.decoder\ndef two(): return 2\n",
    "random": "import random\ndef two(): return random.two()\n",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A course with one check."""
    return load_assignment(write_course(tmp_path_factory.mktemp("hiding"), CHECK, "def two(): return 2\n"), "small")


@pytest.mark.parametrize("name", USES)
def test_a_file_that_hides_a_library_is_told_of(name, small, sandbox):
    """The error alone says that the library lacks something, which it does not."""
    hiding = b"import random\nx = random.random()\n" if name == "random" else b"x = 1\n"
    submission = Submission("ana", {"m.py": USES[name].encode(), f"{name}.py": hiding})
    [found] = grade(small, submission, sandbox).verdicts
    assert found.feedback.count(f"Your file {name}.py hides the library `{name}`") == 1
    assert "hand it in" not in found.feedback


def test_a_file_that_hides_a_library_is_not_told_of_elsewhere(small, sandbox):
    """A helper may have such a name; an error that does not speak of it is another matter."""
    submission = Submission("ana", {"m.py": b"def two(): return 1 / 0\n", "statistics.py": b"x = 1\n"})
    [found] = grade(small, submission, sandbox).verdicts
    assert found.status == "error"
    assert "hides" not in found.feedback
