"""Known wrong implementations: one file each, which replaces one function of the model answer."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.course.loading import load_modules, reference_sources
from grader.errors import Fault, RubricError
from grader.rubric.files import MISCONCEPTIONS as FOLDER
from grader.rubric.files import read_regular
from grader.rubric.names import Definitions, definitions
from grader.worker.module_names import files_by_module

if TYPE_CHECKING:
    from grader.sandbox.local import LocalSession


@dataclass(frozen=True)
class Misconception:
    """A known wrong implementation of one function.

    Args:
        name: the file's name, which the verdict bears.
        replaces: `module.function` of the model answer, the module with its packages.
        sentence: what the student reads.
        credit: the share of a check's points that it keeps.
        source: the file's text.
    """

    name: str
    replaces: str
    sentence: str
    credit: Fraction
    source: str

    @property
    def module(self) -> str:
        """The module that is changed."""
        return self.replaces.rpartition(".")[0]

    @property
    def function(self) -> str:
        """The function that is replaced."""
        return self.replaces.rpartition(".")[2]


def load_misconceptions(reference: Path) -> tuple[Misconception, ...]:
    """The misconceptions in the folder of a model answer, by name; they are read, not run.

    Args:
        reference: the folder of the model answer; its `misconceptions/` holds one file each.

    Raises:
        RubricError: files are malformed; all their faults at once.
    """
    sources = reference_sources(reference)
    known: dict[str, Definitions] = {}
    found: list[Misconception] = []
    faults: list[Fault] = []
    for path in sorted((reference / FOLDER).glob("*.py")):
        try:
            if not known:
                known = {name: definitions(_bytes(sources[p]), p) for name, p in files_by_module(sources).items()}
            found.append(_read(path, known))
        except RubricError as error:
            faults += error.faults
    if faults:
        raise RubricError(faults)
    return tuple(found)


def changed_sources(misconception: Misconception, reference: Path) -> dict[str, bytes]:
    """The model answer with one function replaced, as the files of a submission.

    The module ends by importing the misconception's function over its own, so its other functions call that one; the
    misconception may import from the module in turn, and finds it as it was.
    """
    files = {name: _bytes(text) for name, text in reference_sources(reference).items()}
    instead = f"\n\nfrom {FOLDER}.{misconception.name} import {misconception.function}\n"
    files[files_by_module(files)[misconception.module]] += instead.encode()
    return {**files, f"{FOLDER}/{misconception.name}.py": misconception.source.encode()}


def with_misconception(misconception: Misconception, reference: Path) -> LocalSession:
    """A session over a fresh copy of the model answer with one function replaced, in this process.

    Raises:
        RubricError: the misconception, or the model answer, does not run.
    """
    from grader.sandbox.local import LocalSession

    return LocalSession(load_modules(changed_sources(misconception, reference), reference))


def _read(path: Path, known: Mapping[str, Definitions]) -> Misconception:
    text = read_regular(path)
    names = definitions(text, str(path))
    tree = ast.parse(text)

    def fault(line: int, message: str) -> RubricError:
        return RubricError([Fault(str(path), line, "", message)])

    if not path.stem.isidentifier():
        raise fault(1, f"the name of the file is the misconception's: expected a Python name, got {path.stem!r}")
    sentence = " ".join((ast.get_docstring(tree) or "").split())
    if not sentence:
        raise fault(1, "no docstring: begin the file with the sentence that the student reads")
    replaces, line = _constant(tree, "REPLACES")
    if replaces is None:
        raise fault(1, 'no REPLACES: say which function it stands for, as in REPLACES = "module.function"')
    module, _, function = replaces.rpartition(".") if isinstance(replaces, str) else ("", "", "")
    if not (function.isidentifier() and all(part.isidentifier() for part in module.split("."))):
        raise fault(line, f'REPLACES: expected "module.function", got {replaces!r}')
    if module not in known:
        raise fault(line, f"REPLACES: the reference has no module {module}{_near(module, list(known))}")
    if not known[module].bears(function):
        raise fault(line, f"REPLACES: {known[module].file} has no {function}{_near(function, known[module].public)}")
    if not names.bears(function):
        raise fault(1, f"no function {function}, which it replaces{_near(function, names.public)}")
    credit, line = _constant(tree, "CREDIT")
    share = Fraction(0) if credit is None else _share(credit)
    if share is None:
        raise fault(line, f'CREDIT: expected a share from "0" to below "1", as in CREDIT = "1/4", got {credit!r}')
    return Misconception(path.stem, f"{module}.{function}", sentence, share, text.decode())


def _constant(tree: ast.Module, name: str) -> tuple[Any, int]:
    """What the file assigns to `name` at its top, and the line; None where it does not, `...` where not a constant."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in statement.targets
        ):
            value = statement.value
            return (value.value if isinstance(value, ast.Constant) else ast.unparse(value)), statement.lineno
    return None, 1


def _share(written: Any) -> Fraction | None:
    try:
        share = Fraction(written) if isinstance(written, str | int) else Fraction(-1)
    except (ValueError, ZeroDivisionError):
        return None
    return share if 0 <= share < 1 else None


def _near(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    return f"; did you mean {close[0]}?" if close else f"; there are {', '.join(known) or 'none'}"


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
