"""Loading a rubric: read, look everywhere, then either every fault at once or the values."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from pydantic import ValidationError

from grader.errors import Fault, RubricError
from grader.model.budget import Budget
from grader.model.tolerance import Tier, Tolerance
from grader.rubric.cursor import Place
from grader.rubric.files import RubricSurroundings
from grader.rubric.given import given_faults
from grader.rubric.installed import taken_name_faults, twice_given_faults
from grader.rubric.late_keys import late_rules
from grader.rubric.model import CheckEntry, QuestionEntry, RubricEntry
from grader.rubric.options import Specs, option_faults, options_of, own_keys, read_options
from grader.rubric.pydantic_errors import complaints
from grader.rubric.references import identity, link_faults
from grader.rubric.rubric import DEFAULT_TOLERANCE, CheckSpec, Question, Rubric, rubric_digest
from grader.rubric.scalars import data
from grader.rubric.tiers import tier_faults
from grader.rubric.writeup_keys import SPECS
from grader.rubric.yaml_tree import parse, read_bytes


def load(path: Path) -> Rubric:
    """Load `rubrics/<name>.yaml` and look, without running anything, at the Python files that it names.

    Raises:
        RubricError: something is wrong with the rubric or with what it names; every fault is told.
    """
    course = RubricSurroundings(path)
    content = read_bytes(path, course.file)
    mapping, faults = parse(content, course.file)
    root = Place(course.file, mapping, mapping.line)
    specs = write_up_specs()
    entry = _entry(root, faults)
    faults += _tree_faults(root, course, specs)
    if entry is None or faults:
        raise RubricError(list(dict.fromkeys(faults)))
    questions = zip(entry.questions, root.items("questions"), strict=True)
    return Rubric(
        assignment=entry.assignment,
        title=entry.title,
        handout=entry.handout,
        modules=entry.modules,
        write_up=entry.write_up,
        seed=entry.seed,
        limits=Budget(**entry.limits.model_dump()),
        late=None if entry.late is None else late_rules(entry.late),
        attempts=entry.attempts,
        questions=tuple(_question(question, place, specs) for question, place in questions),
        digest=rubric_digest(content, course.python_source or b""),
    )


def write_up_specs() -> Specs:
    """The kinds of write-up checks."""
    return SPECS


def _entry(root: Place, faults: list[Fault]) -> RubricEntry | None:
    values = data(root.node)
    for i, question in enumerate(root.items("questions")):
        for j, check in enumerate(question.items("checks")):
            for key, _ in own_keys(check):
                del values["questions"][i]["checks"][j][key]
    try:
        return RubricEntry.model_validate(values)
    except ValidationError as error:
        faults.extend(complaints(error, root, RubricEntry))
        return None


def _tree_faults(root: Place, course: RubricSurroundings, specs: Specs) -> Iterator[Fault]:
    yield from link_faults(root, course)
    yield from taken_name_faults(root, course)
    yield from twice_given_faults(course)
    for question in root.items("questions"):
        for check in question.items("checks"):
            yield from tier_faults(check)
            yield from option_faults(check, specs)
            if given := check.at("given"):
                yield from given_faults(given)


def _question(entry: QuestionEntry, place: Place, specs: Specs) -> Question:
    checks = zip(entry.checks, place.items("checks"), strict=True)
    return Question(entry.id, entry.title, tuple(_check(check, where, specs) for check, where in checks))


def _check(entry: CheckEntry, place: Place, specs: Specs) -> CheckSpec:
    return CheckSpec(
        id=identity(place),
        function=(not entry.kind and entry.check) or None,
        matches_reference=entry.matches_reference or None,
        given=entry.given,
        points=entry.points,
        examples=entry.examples,
        tolerance=_tolerance(entry),
        visibility=entry.visibility,
        hint=entry.hint,
        hints={kind: text for kind, text in entry.hints.model_dump().items() if text},
        title=entry.title,
        forbids=entry.forbids,
        requires=entry.requires,
        kind=entry.kind or None,
        options=options_of(place),
        writeup=read_options(place, specs) if entry.kind else None,
        line=place.line,
    )


def _tolerance(entry: CheckEntry) -> Tolerance:
    tiers = DEFAULT_TOLERANCE.tiers
    if entry.tolerance:
        tiers = tuple(
            Tier(tier.rtol, tier.atol, Fraction(1) if tier.credit is None else tier.credit, tier.feedback)
            for tier in entry.tolerance
        )
    return Tolerance(tiers, entry.measure, entry.equal_nan)
