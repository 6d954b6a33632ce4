"""Names that must lead somewhere: to a check, a function of the rubric's Python, a model answer, a file."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterable, Iterator

from grader.errors import Fault, display
from grader.rubric.cursor import Place
from grader.rubric.files import RubricSurroundings
from grader.rubric.messages import closest, mismatch, near
from grader.rubric.model import is_name
from grader.rubric.names import Definitions

Checks = list[tuple[str, Place]]


def link_faults(root: Place, course: RubricSurroundings) -> Iterator[Fault]:
    """Follow every name of a rubric, also of one whose other values are at fault."""
    yield from _file_faults(root, course)
    questions = [(question.text_at("id") or "", question) for question in root.items("questions")]
    checks = [(identity(check), check) for _, question in questions for check in question.items("checks")]
    yield from _repetitions(questions, "question")
    yield from _repetitions(checks, "check")
    yield from _requirement_faults(checks)
    for _, check in checks:
        yield from _purpose_faults(check)
        yield from _reference_faults(check, course)
    yield from _python_faults(checks, course)
    yield from course.faults


def identity(check: Place) -> str:
    """A check's id as its text gives it; empty where it has none."""
    target = check.text_at("matches_reference")
    matches = f"{target.rpartition('.')[2]}_matches_reference" if target else ""
    return check.text_at("id") or check.text_at("check") or matches


def _file_faults(root: Place, course: RubricSurroundings) -> Iterator[Fault]:
    assignment, handout = root.at("assignment"), root.at("handout")
    stem = course.rubric.stem
    if assignment and is_name(assignment.text or "") and assignment.text != stem:
        yield assignment.fault(mismatch(f"{stem}, the file's name", assignment.text, "rename one of the two"))
    if handout and handout.text and "/" not in handout.text and not _is_file(course, handout.text):
        yield handout.fault(mismatch("a file beside the rubric", handout.text, "write it, or delete this line"))


def _is_file(course: RubricSurroundings, name: str) -> bool:
    try:
        return (course.rubric.parent / name).is_file()
    except (OSError, ValueError):
        return False


def _repetitions(named: Iterable[tuple[str, Place]], what: str) -> Iterator[Fault]:
    first: dict[str, Place] = {}
    for name, place in named:
        if name and name in first:
            where = f"first on line {first[name].line}"
            way_out = "give this one an `id:` of its own" if what == "check" else "rename one"
            at = place.at("id") or place
            yield at.fault(f"expected each {what} id once, got {name!r} again ({where}); {way_out}")
        first.setdefault(name, place)


def _requirement_faults(checks: Checks) -> Iterator[Fault]:
    places = {name: check for name, check in reversed(checks) if name}
    edges: dict[str, dict[str, Place]] = {name: {} for name in places}
    for name, check in checks:
        for required in check.items("requires"):
            wanted = required.text or ""
            if wanted and wanted == name:
                yield required.fault(mismatch("another check's id", wanted, "a check cannot require itself; delete it"))
            elif wanted in places and name:
                edges[name][wanted] = required
            elif is_name(wanted):
                yield required.fault(mismatch("the id of a check", wanted, near(wanted, places)))
    yield from _cycles(edges)


def _cycles(edges: dict[str, dict[str, Place]]) -> Iterator[Fault]:
    while True:
        try:
            graphlib.TopologicalSorter(edges).prepare()
        except graphlib.CycleError as error:
            circle = list(reversed(error.args[1]))
            place = edges[circle[0]].pop(circle[1])
            yield place.fault(f"expected no circle of requirements, got {' → '.join(circle)}; delete one of them")
        else:
            return


def _purpose_faults(check: Place) -> Iterator[Fault]:
    """A check is a function of the rubric's Python, a comparison with the reference or an answer of the write-up."""
    function, target, given = check.at("check"), check.at("matches_reference"), check.at("given")
    if bool(function) == bool(target):
        got = "both" if target else "neither"
        yield check.fault(f"expected exactly one of check and matches_reference, got {got}; keep the one that is meant")
    elif target and check.at("kind"):
        yield target.fault("expected check, which names an answer of the write-up, got matches_reference beside kind")
    elif given and not target:
        yield given.fault("expected given beside matches_reference, got it beside check; delete it")


def _reference_faults(check: Place, course: RubricSurroundings) -> Iterator[Fault]:
    target = check.at("matches_reference")
    if target is None or "." not in (dotted := target.text or "") or not all(map(is_name, dotted.split("."))):
        return
    module, function = course.target(dotted)
    folder = display(course.reference_path)
    if not course.has_module(module):
        yield target.fault(mismatch(f"a module of {folder}", module, near(module, course.modules)))
        return
    found = course.module(module)
    if found and not found.bears(function):
        yield target.fault(mismatch(f"a function of {found.file}", function, near(function, found.public)))
    elif found and function in found.functions:
        yield from _argument_faults(check, target, found.functions[function])


def _argument_faults(check: Place, target: Place, signature: ast.arguments) -> Iterator[Fault]:
    positional = [argument.arg for argument in (*signature.posonlyargs, *signature.args)]
    optional = positional[len(positional) - len(signature.defaults) :]
    keywords = [argument.arg for argument in signature.kwonlyargs]
    optional += [name for name, default in zip(keywords, signature.kw_defaults, strict=True) if default is not None]
    names = [*positional, *keywords]
    given = check.at("given")
    arguments = dict(given.entries()) if given else {}
    for name, place in arguments.items():
        if name not in names and signature.kwarg is None:
            yield place.fault(mismatch(f"an argument of {target.text}", name, near(name, names)))
    # A misspelt argument has been told; that its right name lacks a strategy is no second fault.
    covered = {closest(name, names) for name in arguments}
    lacking = [name for name in names if name not in (*optional, *arguments) and name not in covered]
    if lacking:
        message = f"expected a strategy for every argument of {target.text}, got none for {', '.join(lacking)}"
        yield (given or target).fault(f"{message}; add it under given")


def _python_faults(checks: Checks, course: RubricSurroundings) -> Iterator[Fault]:
    wanted = [(place, what) for _, check in checks for place, what in _python_names(check)]
    if wanted and course.python_source is None:
        python = display(course.python_path)
        yield wanted[0][0].fault(f"expected {python}, which holds this {wanted[0][1]}, got no such file; write it")
    elif wanted and course.python:
        yield from _unborne(wanted, course.python)


def _python_names(check: Place) -> Iterator[tuple[Place, str]]:
    function, given = check.at("check"), check.at("given")
    if function and is_name(function.text or "") and not check.at("kind"):
        yield function, "function"
    for _, argument in given.entries() if given and not function else []:
        if is_name(argument.text or ""):
            yield argument, "strategy"


def _unborne(wanted: Iterable[tuple[Place, str]], python: Definitions) -> Iterator[Fault]:
    for place, what in wanted:
        name = place.text or ""
        if not python.bears(name):
            yield place.fault(mismatch(f"a {what} of {python.file}", name, near(name, python.public)))
