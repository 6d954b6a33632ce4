"""Makes a kit: from a course, the part of an assignment that its students may have."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from string import Template

import numpy as np
import yaml

from grader.assignment import Assignment, load_assignment
from grader.checks.definition import Check
from grader.checks.naming import Misconceptions
from grader.checks.packing import packed
from grader.checks.plan import Departed, Replayer
from grader.checks.recorded import NotRecorded
from grader.checks.replaying import outlined
from grader.checks.running import run_case
from grader.course import Course
from grader.errors import Fault, RubricError
from grader.importing import reference_sources
from grader.kit.cases import SUFFIX, cases_file
from grader.kit.cutting import exact, python_files, rubric_text
from grader.kit.handout import descriptions, shown_files
from grader.kit.loading import rebuilt
from grader.kit.mistakes import packed_mistakes
from grader.kit.starters import starters, undescribed
from grader.kit.wheel import wheel
from grader.outcome import Outcome, Value
from grader.rubric import CheckSpec, Rubric
from grader.wire import NotData
from grader.work import KIT_MARKER
from grader.writeup.spec import Kind, MatrixSpec

WORKFLOW = ".github/workflows/checks.yml"


@dataclass(frozen=True)
class Kit:
    """The files of a kit by path, and what its maker should know before it is handed out."""

    files: Mapping[str, bytes]
    notes: Sequence[str]


def public_seed(assignment: str, *taken: int) -> int:
    """The seed of a kit's cases: told by the assignment's name alone, and none of those `taken` for grading."""
    seed = int.from_bytes(hashlib.sha256(f"kit of {assignment}".encode()).digest()[:4], "big")
    while seed in taken:
        seed = (seed + 1) % 2**32
    return seed


def make_kit(
    course: Course,
    name: str,
    *,
    seed: int,
    install_from: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Kit:
    """What the students of an assignment get.

    Args:
        seed: of the kit's cases; never the one that submissions are graded with.
        install_from: lines of the requirements file; without one that names grader, the kit brings a wheel of it.

    Raises:
        RubricError: the assignment is at fault, or its kit would tell of a hidden check.
    """
    assignment = load_assignment(course, name, seed=seed, progress=progress)
    checks, notes = _shippable(assignment)
    rubric = assignment.rubric
    shipped = frozenset(checks) | {spec.id for spec in rubric.checks if spec.part == "writeup" and _is_visible(spec)}
    path = course.rubric(name)
    handout = (path.parent / rubric.handout).read_text(encoding="utf-8") if rubric.handout else ""
    called = sorted(
        {name for check in assignment.checks.values() for name in check.plan.functions} | _by_writeup(rubric)
    )
    sources = reference_sources(course.reference(name))
    python = python_files(path.with_suffix(".py"), list(checks.values())) if checks else {}
    brought = {} if any(not line.startswith("-") for line in install_from) else dict([wheel()])
    texts = {
        **starters(sources, called, descriptions(handout), _pointer(rubric)),
        rubric.write_up: skeleton(rubric),
        f"rubrics/{name}.yaml": rubric_text(rubric, shipped, seed),
        **{f"rubrics/{file}": text for file, text in python.items()},
        "requirements.txt": "".join(f"{line}\n" for line in [*install_from, *(f"./{name}" for name in brought)]),
        ".gitignore": "/.venv/\n__pycache__/\n",
        WORKFLOW: _template("workflow.yml"),
        "README.md": _readme(rubric, called),
    }
    _refuse_leaks(texts, rubric, shipped, str(path))
    files = {file: text.encode() for file, text in texts.items()}
    files |= {} if not rubric.handout else {rubric.handout: handout.encode(), **shown_files(handout, path.parent)}
    cases = {check.id: packed(check) for check in checks.values()}
    files |= brought
    files[f"rubrics/{name}{SUFFIX}"] = cases_file(cases, _mistakes(cases, assignment, course.reference(name)))
    files[KIT_MARKER] = _marker(rubric, shipped, seed, sorted(files)).encode()
    own = undescribed(sources, called, descriptions(handout))
    notes += (
        [f"the handout has no row for {', '.join(own)}: the model answer's docstrings are in the kit"] if own else []
    )
    return Kit(dict(sorted(files.items())), notes)


def _mistakes(cases: Mapping[str, bytes], assignment: Assignment, reference: Path) -> dict[str, bytes]:
    """What the kit's checks see of each known mistake."""
    known = Misconceptions(reference, assignment.misconceptions.known)
    found = {}
    for name, data in cases.items():
        whole = assignment.checks[name]
        if known.about(whole):
            found[name] = packed_mistakes(rebuilt(data, whole.spec, whole.body), whole, known, reference)
    return found


def _is_visible(spec: CheckSpec) -> bool:
    return spec.visibility == "visible"


def _shippable(assignment: Assignment) -> tuple[dict[str, Check], list[str]]:
    """The visible code checks that run without the model answer; and a note on each that does not."""
    found: dict[str, Check] = {}
    notes = []
    for spec in assignment.rubric.checks:
        if spec.part != "code" or not _is_visible(spec):
            continue
        check = outlined(assignment.checks[spec.id])
        if not _stands_alone(check, assignment.checks[spec.id]):
            notes.append(f"{spec.id} is not in the kit: it asks the model answer about what students return")
        elif not _is_data(check):
            notes.append(f"{spec.id} is not in the kit: its cases hold objects that no file can hold")
        else:
            found[spec.id] = check
    return found, notes


def _is_data(check: Check) -> bool:
    try:
        packed(check)
    except NotData:
        return False
    return True


def _stands_alone(check: Check, whole: Check) -> bool:
    """Whether what was recorded of the model answer is enough, for right answers and for others."""
    if "reference" not in check.offered or check.plan.claims is not None:
        return True
    check = replace(check, plan=replace(whole.plan, seen={}))
    for outcomes in (whole.plan.outcomes, tuple(map(_off, whole.plan.outcomes))):
        for index, case in enumerate(check.cases):
            try:
                run_case(check, case, index, Replayer(check.plan, index, outcomes))
            except NotRecorded:
                return False
            except Departed:
                continue
    return True


def _off(outcome: Outcome) -> Outcome:
    """A wrong answer of the same shape."""
    if isinstance(outcome, Value) and isinstance(outcome.data, int | float | np.ndarray):
        return Value(outcome.data * 1.25 + 1)
    return outcome


def _by_writeup(rubric: Rubric) -> set[str]:
    """The functions that a write-up is compared with."""
    return {
        spec.writeup.code.call for spec in rubric.checks if isinstance(spec.writeup, MatrixSpec) and spec.writeup.code
    }


def _pointer(rubric: Rubric) -> str:
    return f"{rubric.assignment}: what these functions do is told in {rubric.handout or 'the handout'}."


def skeleton(rubric: Rubric) -> str:
    """The write-up with a heading for each question and part that is asked for, and no word of an answer."""
    lines = [f"# {rubric.title}"]  # the headings below bear no title: it could be read as an answer
    for question in rubric.questions:
        found = [spec.writeup.find for spec in question.checks if isinstance(spec.writeup, Kind)]
        for number in dict.fromkeys(find.question for find in found):
            lines += ["", f"## Question {number}"]
            parts = dict.fromkeys(find.part for find in found if find.question == number and find.part)
            lines += [line for part in parts for line in ("", f"### {part})")]
    return "\n".join(lines) + "\n"


def _marker(rubric: Rubric, shipped: frozenset[str], seed: int, files: list[str]) -> str:
    left_out = rubric.restricted(lambda spec: spec.id not in shipped)
    told = {
        "assignment": rubric.assignment,
        "title": rubric.title,
        "grader": version("grader"),
        "seed": seed,
        "modules": list(rubric.modules),
        "left_out": {
            question.id: {"checks": len(question.checks), "points": exact(question.points)}
            for question in left_out.questions
        },
        "files": files,
    }
    text: str = yaml.safe_dump(told, sort_keys=False, allow_unicode=True)
    return "# What `grader check` and `grader ci` know this folder by.\n" + text


def _readme(rubric: Rubric, called: Sequence[str]) -> str:
    return Template(_template("README.md")).substitute(
        title=rubric.title,
        assignment=rubric.assignment,
        handout=rubric.handout or "the handout",
        modules=", ".join(f"`{module}.py`" for module in dict.fromkeys(name.partition(".")[0] for name in called)),
        write_up=rubric.write_up,
        question=rubric.questions[0].id,
    )


def _template(name: str) -> str:
    return resources.files("grader.kit").joinpath("templates", name).read_text(encoding="utf-8")


def _refuse_leaks(texts: Mapping[str, str], rubric: Rubric, shipped: frozenset[str], file: str) -> None:
    """Refuse a kit in whose texts something stands that only a hidden check has.

    Raises:
        RubricError: there is such a text.
    """
    told = {text for spec in rubric.checks if spec.id in shipped for text in _own_texts(spec)}
    faults = [
        Fault(file, spec.line, f"check {spec.id}", f"the kit's {name} would tell {text!r}: {_WAY_OUT}")
        for spec in rubric.checks
        if not _is_visible(spec)
        for text in sorted(_own_texts(spec) - told)
        for name, content in texts.items()
        if re.search(rf"(?<!\w){re.escape(text)}(?!\w)", content)
    ]
    if faults:
        raise RubricError(faults)


_WAY_OUT = "take it out of what visible checks share with this one"


def _own_texts(spec: CheckSpec) -> set[str]:
    """What would tell of a check: its names, its hint, the feedback of its tiers."""
    texts = {spec.id, spec.function or spec.id, spec.hint, *(tier.feedback for tier in spec.tolerance.tiers)}
    return {text for text in texts if text.strip()}
