"""A kit as an assignment: its checks rebuilt from data, without the model answer."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from grader.assignment import Assignment
from grader.checks.definition import Check
from grader.checks.drawing import CheckFunction
from grader.checks.packing import unpacked
from grader.checks.recorded import Recorded
from grader.checks.replaying import replaying
from grader.digests import digest, verdict_key
from grader.errors import UsageError, WireError
from grader.importing import load_checks
from grader.kit.cases import SUFFIX, read_cases
from grader.kit.mistakes import Mistakes
from grader.rubric import CheckSpec, Rubric, load
from grader.work import KIT_MARKER, marker


def load_kit(root: Path) -> Assignment:
    """The assignment that a kit holds: all of its checks, ready to run.

    Raises:
        UsageError: the folder is no kit, or one of another version of grader.
        RubricError: its rubric was changed into something that is none.
    """
    told = marker(root)
    name = str(told["assignment"])
    path = root / "rubrics" / f"{name}.yaml"
    rubric = load(path)
    data, mistakes = read_cases(path.with_suffix(SUFFIX))
    try:
        checks = _checks(rubric, path.with_suffix(".py"), data)
    except (WireError, ValueError, TypeError, KeyError):
        raise UsageError(
            f"{root / KIT_MARKER} was made by grader {told.get('grader', '?')}, and its data does not fit this one, "
            f"{version('grader')}: install that version, or unpack the kit once more"
        ) from None
    keys = {
        spec.id: verdict_key(spec, rubric, data.get(spec.id, b""), mistakes.get(spec.id, b"")) for spec in rubric.checks
    }
    seed = next((check.seed for check in checks.values()), rubric.seed)
    content = digest(rubric.digest, *(part for check in sorted(data) for part in (check, data[check])))
    return Assignment(rubric, checks, seed, content, keys, Mistakes(mistakes))


def rebuilt(data: bytes, spec: CheckSpec, function: CheckFunction) -> Check:
    """A check from what a kit holds of it.

    Raises:
        WireError, ValueError, TypeError, KeyError: it is the data of something else.
    """
    check = unpacked(data, spec, function, Recorded())
    return check if check.plan.claims is None else replaying(check)


def _checks(rubric: Rubric, python: Path, data: dict[str, bytes]) -> dict[str, Check]:
    specs = [spec for spec in rubric.checks if spec.part == "code"]
    named = load_checks(python) if specs else {}
    return {spec.id: rebuilt(data[spec.id], spec, named[spec.names[0]]) for spec in specs}
