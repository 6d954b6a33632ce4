"""All the ways to write homework 1's functions: `right_answers`, `wrong_answers`, and the functions in text files beside it."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from grader.course.folders import Course
from grader.course.loading import load_reference
from grader.sandbox.local import LocalSession
from tests.conftest import ROOT
from tests.hw1 import right_answers, wrong_answers

COURSE = Course(ROOT)
# By target, `module.function`, and by name: the source.
Functions = dict[str, dict[str, str]]


def _written(kind: str) -> Functions:
    """Functions from text files in which `#@ function/kind_name` begins each."""
    modules = {target.split(".")[1]: target for target in right_answers.RIGHT}
    table: Functions = {}
    for path in sorted((ROOT / "tests" / "hw1").glob("functions_*.txt")):
        for entry in path.read_text().split("#@ ")[1:]:
            head, _, source = entry.partition("\n")
            function, _, name = head.strip().partition("/")
            if name.startswith(f"{kind}_"):
                table.setdefault(modules[function], {})[name] = source
    return table


def _together(*tables: Functions) -> Functions:
    return {
        target: {k: v for table in tables for k, v in table.get(target, {}).items()} for target in right_answers.RIGHT
    }


RIGHT = _together(right_answers.RIGHT, _written("right"))
WRONG = _together(wrong_answers.WRONG, _written("wrong"))


def session_of(target: str, source: str) -> LocalSession:
    """The reference with one function replaced; no process is needed."""
    _, function = target.split(".")
    reference, changed = _copied(target)
    exec(f"import numpy as np, torch\n{source}", vars(changed))
    assert function in vars(changed)
    return LocalSession({**reference, changed.__name__: changed})


def session_without(target: str) -> LocalSession:
    """The reference with one function taken out."""
    reference, changed = _copied(target)
    del vars(changed)[target.split(".")[1]]
    return LocalSession({**reference, changed.__name__: changed})


def _copied(target: str) -> tuple[Mapping[str, ModuleType], ModuleType]:
    """The reference's modules, and a copy of the target's."""
    reference = load_reference(COURSE.reference("hw1"))
    changed = ModuleType(target.split(".")[0])
    vars(changed).update(vars(reference[changed.__name__]))
    return reference, changed
