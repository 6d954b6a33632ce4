"""A rubric for an assignment that exists: what its model answer's functions return for numbers, to be changed."""

from __future__ import annotations

import ast
import contextlib
import sys
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import yaml

from grader.checks.examples.drawing import draw
from grader.checks.examples.given import matches_reference
from grader.checks.time_limit import run_within
from grader.course.isolated_runs import Cut, RunLimits, run_forked
from grader.course.loading import given_to, load_reference, reference_sources
from grader.errors import UsageError, display
from grader.grading.class_run import default_workers
from grader.worker.loading import ModuleSet
from grader.worker.module_names import files_by_module, module_name

# What arguments are tried as, plainest first, as `given` writes it.
_TRIED = (
    "{elements: 0.1..9}",
    "{elements: 1..9}",
    "{shape: [n], n: 2..6}",
    "{shape: [n], elements: 0.1..9, n: 2..6}",
    "{shape: [n, n], n: 2..5}",
    "{shape: [n, n], elements: 0.1..9, n: 2..5}",
)
_DRAWN = 60
_WALL_S = 2.0
_CPU_S, _MEMORY_MIB = 30.0, 4096


def rubric_around(assignment: str, reference: Path, tell: Callable[[str, int, int], None]) -> dict[str, str]:
    """The rubric and its Python, by path in the course.

    Args:
        tell: what is being done, how much of it is, of how much.

    Raises:
        UsageError: the model answer has no function and no class.
        RubricError: it does not run.
    """
    modules, sources = load_reference(reference), reference_sources(reference)
    trees = {name: ast.parse(sources[file]) for name, file in sorted(files_by_module(sources).items())}
    functions = {f"{name}.{one.name}": one for name, tree in trees.items() for one in _public(tree, ast.FunctionDef)}
    chosen = _choose_arguments(modules, functions, tell)
    questions: list[str] = []
    python = f'"""What must hold for {assignment}: each function here that {assignment}.yaml names is a check."""\n'
    for name, tree in trees.items():
        file, checks = files_by_module(sources)[name], []
        left: list[ast.ClassDef | ast.FunctionDef] = [*_public(tree, ast.ClassDef)]
        prefix = module_name(file)[0].replace(".", "_")
        for function in _public(tree, ast.FunctionDef):
            given = chosen[f"{name}.{function.name}"]
            if given is None:
                left.append(function)
            else:
                checks.append(_check(f"{prefix}_{function.name}", f"{name}.{function.name}", given))
        if left:
            checks.append(_PRESENT.format(check=f"{prefix}_is_complete"))
            python += _present(prefix, name, [node.name for node in left])
        if checks:
            questions.append(f"  - id: q{len(questions) + 1}\n    title: {file}\n    checks:\n" + "".join(checks))
    if not questions:
        raise UsageError(_nothing_to_ask(reference))
    head = f"# yaml-language-server: $schema=rubric.schema.json\nassignment: {assignment}\ntitle: {assignment}\n"
    libraries = ", ".join(sorted({"numpy", *_libraries(sources, given_to(reference).modules)}))
    text = f"{head}modules: [{libraries}]\nseed: 1\nquestions:\n{''.join(questions)}"
    return {f"rubrics/{assignment}.yaml": text, f"rubrics/{assignment}.py": python}


def _nothing_to_ask(reference: Path) -> str:
    notebooks = sorted(path.name for path in reference.glob("*.ipynb"))
    if not notebooks:
        return f"{display(reference)} has no function and no class that a check could ask: see docs/moving.md"
    module = notebooks[0].replace(".ipynb", ".py")
    return (
        f"{display(reference)} has {notebooks[0]} and no module: a model answer is modules, so save its functions as "
        f"{module} there (jupyter nbconvert --to script, without what only shows); students may hand in notebooks"
    )


# What does not answer to numbers alone is looked for, until it has a check of its own.
_PRESENT = """      - check: {check}                # replace it by checks of what these do
        points: 1
        examples: 1
        tolerance: {{rtol: 0, atol: 0}}
"""


def _present(prefix: str, module: str, names: list[str]) -> str:
    """A check that is there to be replaced."""
    lines = "".join(f'    expect.true(student.{module}.{name}, "{module} has {name}")\n' for name in names)
    return f'\n\ndef {prefix}_is_complete(student, expect):\n    """`{module}` has what the handout names."""\n{lines}'


def _libraries(sources: Mapping[str, str | bytes], given: Collection[str]) -> Iterator[str]:
    """The modules of others that the model answer imports: neither its own, nor given to all, nor Python's."""
    own = {path.partition("/")[0].removesuffix(".py") for path in (*sources, *given)}
    for source in sources.values():
        for node in ast.walk(ast.parse(source)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            tops = {name.partition(".")[0] for name in names}
            yield from tops - own - {*sys.stdlib_module_names} - {""}


_Node = TypeVar("_Node", ast.FunctionDef, ast.ClassDef)


def _public(tree: ast.Module, kind: type[_Node]) -> Iterator[_Node]:
    for node in tree.body:
        if isinstance(node, kind) and not node.name.startswith("_"):
            yield node


def _required_arguments(function: ast.FunctionDef) -> list[str]:
    arguments = function.args
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    needed = positional[: len(positional) - len(arguments.defaults)]
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return needed + [argument.arg for argument, default in named if default is None]


def _choose_arguments(
    modules: ModuleSet, functions: Mapping[str, ast.FunctionDef], tell: Callable[[str, int, int], None]
) -> dict[str, Mapping[str, str] | None]:
    """What to hand to each argument of each function, such that the answer is finite numbers, and not always the same.

    A number may mean anything to who is asked about it, a file that is open among others; so each is asked in a
    process of its own.
    """

    def choose(target: str) -> Mapping[str, str] | None:
        fitting = (given for given in _possible(functions[target]) if _answers(modules, target, given))
        return next(fitting, None)

    limits = RunLimits(_CPU_S, _MEMORY_MIB)
    chosen: dict[str, Mapping[str, str] | None] = {}
    tell("functions tried", 0, len(functions))
    for target, given in run_forked(choose, list(functions), limits=lambda _: limits, workers=default_workers()):
        chosen[target] = None if isinstance(given, Cut) else given
        tell("functions tried", len(chosen), len(functions))
    return chosen


def _possible(function: ast.FunctionDef) -> Iterator[Mapping[str, str]]:
    names = _required_arguments(function)
    for written in _TRIED if names else ():
        # Arguments share their sizes, so only the first declares them.
        bare = written.partition(", n: ")[0] + "}" if ", n: " in written else written
        yield {name: written if name == names[0] else bare for name in names}


def _answers(modules: ModuleSet, target: str, given: Mapping[str, str]) -> bool:
    """Whether a function has finite numbers for all that may be drawn, and not always the same."""
    specs = {name: yaml.safe_load(spec) for name, spec in given.items()}
    function = matches_reference(target, specs, {}, [])
    found: set[str] = set()
    for n_drawn in (1, _DRAWN):  # most functions have no answer to the first already
        for drawn in draw(function, n_drawn, 1):
            answer = _answer(modules, target, deepcopy(drawn["case"]))  # what is drawn cannot be written to
            if answer is None:
                return False
            found.add(str(answer))
    return len(found) > 1


def _answer(modules: ModuleSet, target: str, arguments: Mapping[str, Any]) -> Any:
    """Finite numbers, or None."""
    module, _, function = target.rpartition(".")
    quiet = warnings.catch_warnings()
    with contextlib.suppress(Exception), np.errstate(all="ignore"), quiet, modules.present():
        warnings.simplefilter("ignore")
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
