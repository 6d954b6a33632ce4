"""What a person's word is bound to: the answer that was read, or all that a person has to look through."""

from __future__ import annotations

import shutil

import pytest

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from grader.sandbox.isolated import ForkedSandbox
from tests.conftest import MINI

HONEST = (MINI.reference("mini") / "m.py").read_text()
ESSAY = """  - id: q3
    title: Words
    checks:
      - check: essay
        kind: text
        points: 3
        find: {question: 1}
        ideas: [{name: the family, any: [bernoulli*]}]
"""


@pytest.fixture(scope="module")
def answer_of(tmp_path_factory):
    """Digests of what two checks read of some files."""
    root = tmp_path_factory.mktemp("answers") / "course"
    shutil.copytree(MINI.root, root, ignore=shutil.ignore_patterns("results", ".grader_cache"))
    rubric = root / "rubrics" / "mini.yaml"
    rubric.write_text(rubric.read_text() + ESSAY)
    assignment = load_assignment(Course(root), "mini")
    sandbox = ForkedSandbox(assignment.rubric.modules)

    def find(files, check):
        result = grade(assignment, Submission("ana", {name: text.encode() for name, text in files.items()}), sandbox)
        return next((one.status, one.answer) for one in result.verdicts if one.id == check)

    yield find
    sandbox.close()


def test_a_word_is_bound_to_the_answer_that_was_read(answer_of):
    """Another module, or another question's part of the write-up, does not reopen it; another answer does."""
    essay = "## Question 1\n\nBernoulli.\n\n## Question 2\n\nNothing.\n"
    before = answer_of({"m.py": HONEST, "answers.md": essay}, "essay")
    assert answer_of({"m.py": HONEST + "\n", "answers.md": essay.replace("Nothing", "More")}, "essay") == before
    assert answer_of({"m.py": HONEST, "answers.md": essay.replace("Bern", "No Bern")}, "essay")[1] != before[1]


@pytest.mark.parametrize("name", ["writeup.md", "notes.txt"])
def test_where_a_person_looks_for_the_answer_every_file_is_the_answer(answer_of, name):
    """What the program did not find, a person did: a change of it is a change of the answer."""
    files = {"m.py": HONEST, name: "# Question 1\n\nBecause it is Bernoulli, as we saw in the lecture of May.\n"}
    status, before = answer_of(files, "essay")
    assert status == "needs_review"
    assert answer_of(files | {name: files[name].replace("May", "June")}, "essay")[1] != before
    assert answer_of(files, "essay")[1] == before


def test_what_is_not_there_stays_so_whatever_else_changes(answer_of):
    """Points for a write-up that came by other ways stand while none is handed in."""
    before = answer_of({"m.py": HONEST}, "essay")
    assert before[0] == "missing"
    assert answer_of({"m.py": HONEST + "\n# more\n"}, "essay") == before
