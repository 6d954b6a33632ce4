"""A check that proves nothing is refused when the rubric is loaded."""

from __future__ import annotations

import shutil

import pytest

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.errors import RubricError
from tests.conftest import MINI

BODIES = {
    "    return\n": "makes no claim in any of its",
    "    student.m.total(x)\n": "makes no claim in any of its",
    "    expect.close(student.m.total(x), x.sum())\n    yield\n": "it is a generator",
}
# What the model answer itself does not pass: got and expected are told, not what nobody can see.
FAILING = {
    "    expect.equal(student.m.total(x), 3)\n": "the reference does not pass on case 0 (): got 2., expected 3.",
    "    expect.equal(student.m.total(x), 2 + 1e-13)\n": "got 2.0, expected 2.0000000000001",
    "    expect.close(student.m.total(x), 4)\n": "got 2., expected 4.; the error is ",
    "    expect.close(student.m.total(x), 2)\n    expect.close(student.m.total(-x), np.array([1.0]).sum())\n": "got -2., expected 1.",
    "    expect.close(student.m.total(x * np.nan), 4)\n": "its own answer is nan or infinite there",
    "    expect.true(student.m.total(x) > 3, 'it is more than 3')\n": "it is more than 3",
}


@pytest.mark.parametrize(("head", "body", "words"), [
    *(("def", body, words) for body, words in (BODIES | FAILING).items()),
    ("async def", "    expect.close(student.m.total(x), x.sum())\n", "it is a coroutine"),
])  # fmt: skip
def test_a_check_that_proves_nothing_is_refused(tmp_path, head, body, words):
    """By file, line and name."""
    for name in ("rubrics", "reference"):
        shutil.copytree(MINI.root / name, tmp_path / name)
    path = tmp_path / "rubrics/mini.py"
    text = path.read_text()
    start = text.index("def worked_example(")
    text = text[:start] + f"{head} worked_example(student, expect):\n    import numpy as np\n    x = np.ones(2)\n{body}"
    path.write_text(text)
    with pytest.raises(RubricError) as refused:
        load_assignment(Course(tmp_path), "mini", only=frozenset())
    assert words in str(refused.value)
    assert "mini.yaml:" in str(refused.value)
    assert "check worked_example" in str(refused.value)
