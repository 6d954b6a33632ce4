"""A rubric for an assignment that exists: what its model answer's functions return for numbers, to be changed."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grader.checks.time_limit import run_within
from grader.course.loading import load_reference, reference_sources
from grader.errors import UsageError
from grader.worker.loading import ModuleSet
from grader.worker.module_names import files_by_module, module_name

# What arguments are tried as, plainest first: as `given` writes it, and one array of that kind.
_TRIED: Mapping[str, tuple[int, ...]] = {
    "{elements: 0.1..9}": (),
    "{elements: 1..9}": (),
    "{shape: [n], n: 2..6}": (4,),
    "{shape: [n, n], n: 2..5}": (3, 3),
}
_WALL_S = 2.0


def rubric_around(assignment: str, reference: Path) -> dict[str, str]:
    """The rubric and its Python, by path in the course.

    Raises:
        UsageError: no function of the model answer can be asked with numbers alone.
        RubricError: the model answer does not run.
    """
    modules, sources = load_reference(reference), reference_sources(reference)
    questions, left = [], []
    for number, (name, file) in enumerate(sorted(files_by_module(sources).items()), start=1):
        checks = []
        for function in _functions(ast.parse(sources[file])):
            given = _choose_arguments(modules, name, function)
            target = f"{name}.{function.name}"
            if given is None:
                left.append(target)
            else:
                checks.append(_check(f"{module_name(file)[0].replace('.', '_')}_{function.name}", target, given))
        if checks:
            questions.append(f"  - id: q{number}\n    title: {file}\n    checks:\n" + "".join(checks))
    if not questions:
        raise UsageError(
            f"no function of {reference} answers to numbers alone: make {assignment} with `grader new {assignment}` in "
            "an empty course and copy its rubric, or see docs/moving.md"
        )
    head = f"# yaml-language-server: $schema=rubric.schema.json\nassignment: {assignment}\ntitle: {assignment}\n"
    told = "".join(
        f"# {target} needs a check in {assignment}.py: it does not answer to numbers alone\n" for target in left
    )
    text = f"{head}modules: [numpy]\nseed: 1\nquestions:\n{''.join(questions)}{told}"
    python = f'"""What must hold for {assignment}: each function here that {assignment}.yaml names is a check."""\n'
    return {f"rubrics/{assignment}.yaml": text, f"rubrics/{assignment}.py": python}


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def _required_arguments(function: ast.FunctionDef) -> list[str]:
    arguments = function.args
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    needed = positional[: len(positional) - len(arguments.defaults)]
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return needed + [argument.arg for argument, default in named if default is None]


def _choose_arguments(modules: ModuleSet, module: str, function: ast.FunctionDef) -> dict[str, str] | None:
    """What to hand to each argument, such that the answer is finite numbers, and not always the same."""
    names = _required_arguments(function)
    if not names:
        return None
    for written, shape in _TRIED.items():
        answers = [_answer(modules, module, function.name, _draw(names, written, shape, seed)) for seed in (1, 2, 3)]
        if all(answer is not None for answer in answers) and len({str(answer) for answer in answers}) > 1:
            # Arguments share their sizes, so only the first declares them.
            bare = written.partition("], ")[0] + "]}" if "], " in written else written
            return {name: written if name == names[0] else bare for name in names}
    return None


def _draw(names: list[str], written: str, shape: tuple[int, ...], seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    if shape:
        return {name: rng.uniform(-9, 9, shape) for name in names}
    whole = "0.1" not in written
    return {name: int(rng.integers(1, 9)) if whole else float(rng.uniform(0.1, 9)) for name in names}


def _answer(modules: ModuleSet, module: str, function: str, arguments: dict[str, Any]) -> Any:
    """Finite numbers, or None."""
    with contextlib.suppress(Exception), np.errstate(all="ignore"), modules.present():
        answer = run_within(lambda: getattr(modules[module], function)(**arguments), _WALL_S)
        array = np.asarray(answer, dtype=float)
        return array if array.size and np.isfinite(array).all() else None
    return None


def _check(identity: str, target: str, given: Mapping[str, str]) -> str:
    spec = ", ".join(f"{name}: {written}" for name, written in given.items())
    return (
        f"      - matches_reference: {target}\n        id: {identity}\n        given: {{{spec}}}\n"
        "        points: 1\n        examples: 20\n        tolerance: {rtol: 1.0e-6, atol: 1.0e-9}\n"
    )
