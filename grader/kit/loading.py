"""A kit as an assignment: its checks rebuilt from data, without the model answer."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from importlib import import_module
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any

from grader import __version__
from grader.assignment import Assignment
from grader.cache.digests import digest
from grader.checks.check import Check, side_by_side
from grader.checks.examples.cases import CheckFunction
from grader.checks.plan.packing import unpack
from grader.checks.plan.recorded_reference import RecordedReference
from grader.checks.plan.without_reference import replayable
from grader.course.loading import given_to, run_checks, slices_of
from grader.course.workspace import marker
from grader.errors import UsageError, WireError
from grader.kit.cases import SUFFIX, read_cases
from grader.kit.mistakes import Mistakes
from grader.kit.rubric import read_rubric
from grader.rubric import CheckSpec, Rubric
from grader.sandbox import Given
from grader.worker.files import kind_of
from grader.worker.scratch.tree import DATA


def load_kit(root: Path, only: Collection[str] = (), meanwhile: Collection[str] = ()) -> Assignment:
    """The assignment that a kit holds: all of its checks, ready to run.

    Args:
        only: the questions whose checks are wanted; all where none is named.
        meanwhile: libraries that a sandbox is loading: what of them the checks import as well is loaded now, for later
            the one would wait for the other.

    Raises:
        UsageError: the folder is no kit, or one of another version of grader, or a file of it was changed.
    """
    told = marker(root)
    name = str(told["assignment"])
    path = root / "rubrics" / f"{name}.yaml"
    rubric = read_rubric(path, str(told.get("rubric", "")))
    specs = _specs(rubric, only)
    data, mistakes = read_cases(path.with_suffix(SUFFIX), [spec.id for spec in specs])
    try:
        checks = _checks(specs, path.with_suffix(".py"), data, meanwhile)
    except (WireError, ValueError, TypeError, KeyError):
        raise UsageError(_unfit(path, str(told.get("grader", "?")))) from None
    given = _given_parts(root, name, told)
    seed = next((check.seed for check in checks.values()), rubric.seed)
    content = digest(rubric.digest, path.with_suffix(SUFFIX).read_bytes())
    return Assignment(
        rubric,
        side_by_side(checks),
        seed,
        content,
        {},  # whoever checks their own work keeps no verdict
        Mistakes(mistakes),
        given=given,
        documents=_documents(rubric, told),
    )


def _unfit(rubric: Path, made_by: str) -> str:
    """What to do where the files of a kit do not fit: it is of another grader, or is put together of two."""
    cases = rubric.with_suffix(SUFFIX)
    if made_by != __version__:
        told = f"{cases} was made by grader {made_by}, and this is {__version__}"
        return f"{told}: install that version, as with `pip install -r requirements.txt`, or unpack the kit once more"
    return (
        f"{rubric} and {cases.name} beside it do not fit each other: one is of an older kit. Unpack the newest kit "
        "into a folder of its own, copy your files there, and in it run "
        "`pip install --force-reinstall -r requirements.txt`"
    )


def _documents(rubric: Rubric, told: Mapping[str, Any]) -> dict[str, bytes]:
    """The texts that came with the kit, by name: whoever has a kit has these, and they hold no answers."""
    names = [str(path).rpartition("/")[2] for path in told.get("files", [])]
    return {name: b"" for name in names if kind_of(name) == "document" and name != rubric.write_up}


def _given_parts(root: Path, name: str, told: Mapping[str, Any]) -> Given:
    """What the kit says that the course gives; of modules as they were handed out, whatever became of the copies."""
    given = given_to(root / "reference" / name)
    paths = {f"{DATA}/{file}": root / DATA / str(file) for file in told.get(DATA, [])}
    data = {file: path.read_bytes() for file, path in paths.items() if path.is_file()}
    return Given(given.modules, {**given.files, **data})


def rebuilt(
    data: bytes, spec: CheckSpec, body: CheckFunction, drawn: Callable[[], CheckFunction] | None = None
) -> Check:
    """A check from what a kit holds of it.

    Args:
        drawn: brings the check with what draws its cases; without, no smaller failing case is looked for.

    Raises:
        WireError, ValueError, TypeError, KeyError: it is the data of something else.
    """
    check = unpack(data, spec, body, RecordedReference(), drawn)
    return check if check.plan.claims is None else replayable(check)


def _specs(rubric: Rubric, only: Collection[str]) -> list[CheckSpec]:
    """The code checks that are wanted."""
    questions = [question for question in rubric.questions if not only or question.id in only]
    return [spec for question in questions for spec in question.checks if spec.part == "code"]


def _checks(
    specs: Sequence[CheckSpec], python: Path, data: dict[str, bytes], meanwhile: Collection[str]
) -> dict[str, Check]:
    if not specs:
        return {}
    code = _Python(python)
    checks = {
        spec.id: rebuilt(data[spec.id], spec, code.body(spec.names[0]), partial(code.load_with_drawing, spec.names[0]))
        for spec in specs
    }
    if meanwhile:
        running = [check.spec.names[0] for check in checks.values() if check.plan.claims is None]
        for library in sorted(code.libraries(running) & {*meanwhile}):
            import_module(library)
    return checks


class _Python:
    """The checks of a kit, each loaded when it runs: most of them never do, and what they import takes seconds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._slices = slices_of(path, with_drawing=False)

    def body(self, name: str) -> CheckFunction:
        """A check without what draws its cases, for those lie in the kit."""
        definition = self._slices.function(name)
        return self._load(name) if definition is None else _late(definition, partial(self._load, name))

    def libraries(self, names: Iterable[str]) -> frozenset[str]:
        """What some checks import, by its first name."""
        imports = [one for one in self._slices.tree(names).body if isinstance(one, ast.Import | ast.ImportFrom)]
        found = [one.module for one in imports if isinstance(one, ast.ImportFrom)]
        found += [alias.name for one in imports if isinstance(one, ast.Import) for alias in one.names]
        return frozenset(str(name).partition(".")[0] for name in found)

    def load_with_drawing(self, name: str) -> CheckFunction:
        """The check with it, to look for a smaller case that fails."""
        function: CheckFunction = run_checks(self._path, slices_of(self._path, with_drawing=True).tree({name}))[name]
        return function

    def _load(self, name: str) -> CheckFunction:
        function: CheckFunction = run_checks(self._path, self._slices.tree({name}))[name]
        return function


def _late(definition: ast.FunctionDef, load: Callable[[], CheckFunction]) -> CheckFunction:
    """A function that is made of its definition when it is first called."""
    loaded = cache(load)

    def body(**arguments: Any) -> None:
        loaded()(**arguments)

    names = [one.arg for one in (*definition.args.posonlyargs, *definition.args.args, *definition.args.kwonlyargs)]
    body.__doc__ = ast.get_docstring(definition, clean=False)
    body.__signature__ = Signature([Parameter(one, Parameter.KEYWORD_ONLY) for one in names])  # type: ignore[attr-defined]
    return body
