"""Where things lie in a course folder: `rubrics/`, `reference/`, `submissions/`, `results/`."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError


@dataclass(frozen=True)
class Course:
    """A course folder."""

    root: Path

    @classmethod
    def around(cls, start: Path) -> Course:
        """The course that `start` lies in: the nearest folder upwards that has `rubrics/`.

        One that lies in another's `submissions/` was handed in there, and is none.

        Raises:
            UsageError: there is none.
        """
        start = start.resolve()
        courses = [folder for folder in (start, *start.parents) if (folder / "rubrics").is_dir()]
        holding = [folder for folder in courses if start.is_relative_to(folder / "submissions")]
        if courses:
            return cls((holding or courses[:1])[-1])
        raise UsageError(f"{start} is in no course: no folder upwards from it has rubrics/")

    @property
    def assignments(self) -> list[str]:
        """The names of all assignments."""
        return sorted(path.stem for path in (self.root / "rubrics").glob("*.yaml"))

    def rubric(self, assignment: str) -> Path:
        """The rubric's path.

        Raises:
            UsageError: there is no such assignment.
        """
        if assignment not in self.assignments:
            near = difflib.get_close_matches(assignment, self.assignments, 1)
            known = f"did you mean {near[0]}?" if near else f"there are {', '.join(self.assignments) or 'none'}"
            raise UsageError(f"{self.root / 'rubrics'} has no assignment {assignment!r}: {known}")
        return self.root / "rubrics" / f"{assignment}.yaml"

    def reference(self, assignment: str) -> Path:
        """The folder of model answers."""
        return self.root / "reference" / assignment

    def submissions(self, assignment: str) -> Path:
        """The folder that holds one submission per entry."""
        return self.root / "submissions" / assignment

    def cache(self, assignment: str) -> Path:
        """Where what was prepared once is kept."""
        return self.root / ".grader_cache" / assignment

    def results(self, assignment: str) -> Path:
        """Where results go unless told otherwise."""
        return self.root / "results" / assignment
