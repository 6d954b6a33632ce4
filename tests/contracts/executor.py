"""What judges keep to wherever they work: a test of some subclasses it, and says how they grade a class."""

from __future__ import annotations

from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from tests.conftest import LIGHT

HONEST = (LIGHT.reference("mini") / "m.py").read_text()
WRONG = HONEST.replace("return float(x.sum())", "return float(x.sum()) + 1")
HANGS = HONEST.replace("return float(x.sum())", "while True: pass")
CLASS = [Submission(name, {"m.py": text.encode()}) for name, text in
         {"ana": HONEST, "ben": WRONG, "eve": "import os\nos._exit(0)\n", "ida": "", "kim": HONEST, "zoe": HANGS}.items()]  # fmt: skip


def timeless(value):
    """A result's line without the seconds that it took and the sandbox that it was made in."""
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if key not in ("seconds", "sandbox")}
    return [timeless(item) for item in value] if isinstance(value, list) else value


class ExecutorContract:
    """Subclass it, and say how the judges grade."""

    def grade_all(self, assignment, submissions):
        """The results as they come."""
        raise NotImplementedError

    def test_each_submission_has_one_result(self, light):
        """Nobody twice, nobody left out, in whatever order."""
        found = [result.submission for result in self.grade_all(light, CLASS)]
        assert sorted(found) == [one.id for one in CLASS]

    def test_a_class_is_graded_as_each_of_it_alone(self, light, sandbox):
        """Whoever judges, and beside whomever."""
        found = {result.submission: timeless(result.to_json()) for result in self.grade_all(light, CLASS)}
        assert found == {one.id: timeless(grade(light, one, sandbox).to_json()) for one in CLASS}

    def test_nobody_is_no_work(self, light):
        """An empty class ends at once."""
        assert list(self.grade_all(light, [])) == []
