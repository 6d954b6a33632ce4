"""Makes a kit: from a course, the part of an assignment that its students may have."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml

from grader import __version__
from grader.assignment import Assignment, Preparing, load_assignment
from grader.checks.check import Check
from grader.checks.misconceptions.call_graph import CallGraph
from grader.checks.misconceptions.diagnosis import Misconceptions
from grader.checks.plan.callers import LeftPlan, Replayer
from grader.checks.plan.packing import pack
from grader.checks.plan.recorded_reference import NotRecorded
from grader.checks.plan.without_reference import outline
from grader.checks.runner import run_case
from grader.course.folders import Course
from grader.course.loading import reference_sources
from grader.course.workspace import KIT_MARKER
from grader.errors import Fault, RubricError
from grader.kit.cases import SUFFIX, cases_file
from grader.kit.cutting import exact, python_files, rubric_text
from grader.kit.handout import descriptions, shown_files
from grader.kit.loading import rebuilt
from grader.kit.mistakes import packed_mistakes
from grader.kit.rubric import seal
from grader.kit.starters import starters, without_description
from grader.kit.texts import has_write_up, readme, skeleton, template, where_told
from grader.kit.wheel import CPU_TORCH, pins, wheel
from grader.model.outcome import Outcome, Value
from grader.rubric import CheckSpec, Rubric
from grader.rubric.files import given_files
from grader.rubric.writeup_keys import MatrixSpec
from grader.wire import NotData
from grader.worker.scratch.tree import DATA

CONSTRAINTS = "constraints.txt"
# By the path in a kit, the template.
WORKFLOWS = {
    ".github/workflows/checks.yml": "workflow.yml",
    ".forgejo/workflows/checks.yml": "forgejo.yml",
    ".gitlab-ci.yml": "gitlab.yml",
}


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
    progress: Preparing = lambda _done, _total, _check: None,
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
        {name for check in assignment.checks.values() for name in check.plan.functions}
        | _by_writeup(rubric)
        | CallGraph.of(course.reference(name)).asked_by_given()
    )
    given = {kind: _given_files(course.reference(name), kind) for kind in ("provided", "starter", DATA)}
    sources = {
        file: text for file, text in reference_sources(course.reference(name)).items() if file not in given["starter"]
    }
    python = python_files(path.with_suffix(".py"), list(checks.values())) if checks else {}
    brought = {} if any(not line.startswith("-") for line in install_from) else dict([wheel()])
    stubs = starters(sources, called, descriptions(handout), _pointer(rubric))
    texts = {
        **stubs,
        **({rubric.write_up: skeleton(rubric)} if has_write_up(rubric) else {}),
        f"rubrics/{name}.yaml": rubric_text(rubric, shipped, seed),
        **{f"rubrics/{file}": text for file, text in python.items()},
        "requirements.txt": requirements(install_from, brought),
        **({CONSTRAINTS: "".join(f"{line}\n" for line in pins())} if brought else {}),
        ".gitignore": "/.venv/\n__pycache__/\n",
        **{path: template(name) for path, name in WORKFLOWS.items()},
        "README.md": readme(rubric, [*dict.fromkeys([*stubs, *given["starter"]])]),
    }
    _refuse_leaks(texts, rubric, shipped, str(path))
    files = {file: text.encode() for file, text in texts.items()}
    files |= {} if not rubric.handout else {rubric.handout: handout.encode(), **shown_files(handout, path.parent)}
    cases = {check.id: pack(check) for check in checks.values()}
    files |= brought | given["starter"] | given["provided"]
    files |= {f"{DATA}/{file}": content for file, content in given[DATA].items()}
    files |= {f"rubrics/{name}/provided/{file}": content for file, content in given["provided"].items()}
    files[f"rubrics/{name}{SUFFIX}"] = cases_file(cases, _mistakes(cases, assignment, course.reference(name)))
    calls = _modules_by_question(assignment)
    sealed = seal(files[f"rubrics/{name}.yaml"])
    files[KIT_MARKER] = _marker(rubric, shipped, seed, sealed, calls, sorted(files), sorted(given[DATA])).encode()
    own = without_description(sources, called, descriptions(handout))
    notes += (
        [f"the handout has no row for {', '.join(own)}: the model answer's docstrings are in the kit"] if own else []
    )
    return Kit(dict(sorted(files.items())), notes)


def requirements(install_from: Sequence[str], brought: Iterable[str]) -> str:
    """The requirements file: the wheel that comes along, the versions that grade, torch for the processor alone.

    Where another index is named, it is the instructor's to say where torch comes from.
    """
    names_an_index = any("index-url" in line for line in install_from)
    lines = [] if names_an_index or not brought else [f"--extra-index-url {CPU_TORCH}"]
    pinned = [f"--constraint {CONSTRAINTS}"] if brought else []
    return "".join(f"{line}\n" for line in [*lines, *install_from, *pinned, *(f"./{name}" for name in brought)])


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
        check = outline(assignment.checks[spec.id])
        if lack := _lack(check, assignment.checks[spec.id]):
            notes.append(f"{spec.id} is not in the kit: {lack}")
        elif not _is_data(check):
            notes.append(f"{spec.id} is not in the kit: its cases hold objects that no file can hold")
        else:
            found[spec.id] = check
    return found, notes


def _is_data(check: Check) -> bool:
    try:
        pack(check)
    except NotData:
        return False
    return True


def _lack(check: Check, whole: Check) -> str:
    """What the check asks of the model answer beyond what was recorded of it; empty where that is enough."""
    if "reference" not in check.offered or check.plan.claims is not None:
        return ""
    check = replace(check, plan=replace(whole.plan, seen={}))
    if not _is_recorded(check, whole.plan.outcomes):
        return "it works with objects of the model answer's, and a kit holds its numbers alone"
    if not _is_recorded(check, tuple(map(_off, whole.plan.outcomes))):
        return "it asks the model answer about what students return"
    return ""


def _is_recorded(check: Check, outcomes: Sequence[Outcome]) -> bool:
    """Whether all that the check asks of the model answer was recorded, where students return this."""
    for index, case in enumerate(check.cases):
        try:
            run_case(check, case, index, Replayer(check.plan, index, outcomes))
        except NotRecorded:
            return False
        except LeftPlan:
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
    return f"{rubric.assignment}: what these functions do is told {where_told(rubric)}."


def _modules_by_question(assignment: Assignment) -> dict[str, list[str]]:
    """The modules that a question's visible checks call, so that one question loads no other's libraries."""
    return {
        question.id: sorted(
            {
                module
                for spec in question.checks
                if _is_visible(spec) and spec.id in assignment.checks
                for module in assignment.checks[spec.id].plan.modules
            }
        )
        for question in assignment.rubric.questions
    }


def _marker(
    rubric: Rubric,
    shipped: frozenset[str],
    seed: int,
    sealed: str,
    calls: Mapping[str, Sequence[str]],
    files: list[str],
    data: list[str],
) -> str:
    left_out = rubric.restrict(lambda spec: spec.id not in shipped)
    told = {
        "assignment": rubric.assignment,
        "title": rubric.title,
        "grader": __version__,
        "seed": seed,
        "rubric": sealed,
        "modules": list(rubric.modules),
        "calls": {question: list(modules) for question, modules in calls.items() if modules},
        "left_out": {
            question.id: {"checks": len(question.checks), "points": exact(question.points)}
            for question in left_out.questions
        },
        "files": files,
        **({DATA: data} if data else {}),
    }
    text: str = yaml.safe_dump(told, sort_keys=False, allow_unicode=True)
    return "# What `grader check` and `grader ci` know this folder by.\n" + text


def _given_files(reference: Path, kind: str) -> dict[str, bytes]:
    return {file: path.read_bytes() for file, path in given_files(reference, kind).items()}


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
    texts = {
        spec.id,
        spec.function or spec.id,
        spec.title,
        spec.hint,
        *spec.hints.values(),
        *(tier.feedback for tier in spec.tolerance.tiers),
    }
    return {text for text in texts if text.strip()}
