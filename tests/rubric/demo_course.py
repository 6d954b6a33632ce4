"""A small course on disk, and a rubric that is right until a test changes one thing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Literal

import pytest

from grader.errors import Fault, RubricError
from grader.rubric import Rubric
from grader.rubric.loading import load
from grader.rubric.writeup_keys import Part, key

RUBRIC = """\
assignment: demo
title: Convolution and losses
handout: demo.md
modules: [numpy, torch]
limits: {call_wall_s: 2, memory_mib: 512}
questions:
  - id: q1
    title: Convolution
    checks:
      - check: conv_is_linear
        points: 8
        tolerance:
          - {rtol: 1.0e-6, atol: 1.0e-9}
          - {rtol: 1.0e-3, atol: 1.0e-5, credit: 0.5}
      - check: conv_shifts
        points: 0.1
        requires: [conv_is_linear]
  - id: q2
    title: Losses
    checks:
      - matches_reference: losses.bce
        given: {y_hat: probabilities, y: {shape: [n], n: 1..20, elements: 0..1}}
        points: "1/3"
      - check: total
        kind: number
        points: 2
        question: 1
        value: 61706
"""

PYTHON = '''\
"""Checks."""
from strategies import probabilities

def conv_is_linear(student, expect):
    """Linear."""

if True:
    conv_shifts = conv_is_linear
'''

REFERENCE = """\
def bce(y_hat, y, eps=0.0):
    return 0.0
"""


Change = Callable[[str, str], str]


class Number(Part):
    """The keys of a fake kind of write-up check."""

    judges_numbers: ClassVar[bool] = True
    question: int = key("The question.")
    value: float | str = key("The number.")
    unit: Literal["nats", "bits"] = key("Its unit.", default="nats")
    label: tuple[str, ...] = key("Its label.", default=())


class Course:
    """A course folder; `load` takes the text of a rubric."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.yaml = root / "rubrics" / "demo.yaml"
        self.python = self.yaml.with_suffix(".py")
        self.reference = root / "reference" / "demo" / "losses.py"
        for path, text in (
            (self.python, PYTHON),
            (self.yaml.with_suffix(".md"), "# Demo\n"),
            (self.reference, REFERENCE),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def load(self, rubric: str | bytes = RUBRIC) -> Rubric:
        """Write the rubric and load it, by its path from the course."""
        self.yaml.write_bytes(rubric.encode() if isinstance(rubric, str) else rubric)
        return load(Path("rubrics/demo.yaml"))

    def faults(self, rubric: str | bytes = RUBRIC) -> tuple[Fault, ...]:
        """The faults of a rubric that has some."""
        with pytest.raises(RubricError) as caught:
            self.load(rubric)
        return caught.value.faults
