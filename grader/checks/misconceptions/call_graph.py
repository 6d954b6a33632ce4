"""Which checks a change in the model answer can reach: through the functions they call, and those that call these."""

from __future__ import annotations

import ast
import importlib.util
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checks.check import Check
from grader.course.loading import given_to, reference_sources
from grader.rubric.names import bound_names
from grader.worker.inspection import is_main
from grader.worker.module_names import files_by_module, module_name


class CallGraph:
    """Who calls whom in the model answer and in what the course gives, as far as their text shows.

    Args:
        sources: the text of each module of the model answer's by file name.
        given: of those that the course gives to all, which may call it.
    """

    def __init__(self, sources: Mapping[str, str | bytes], given: Mapping[str, str | bytes]) -> None:
        every = {**given, **sources}
        files = files_by_module(every)
        self._own = files_by_module(sources)
        self._texts = {name: every[file] for name, file in files.items()}
        self._imports = {name: [*_imports(name, file, every[file])] for name, file in files.items()}
        self._known: dict[str, frozenset[str]] = {}

    @classmethod
    def of(cls, reference: Path) -> CallGraph:
        """That of the model answer in a folder.

        Raises:
            RubricError: the course gives too much.
        """
        return cls(reference_sources(reference), given_to(reference).modules)

    def functions(self, changed: str) -> frozenset[str]:
        """Every `module.name` that may act differently where `changed`, one of them, does."""
        if changed not in self._known:
            module, _, name = changed.rpartition(".")
            reached = {module: _callers(self._texts[module], name)}
            waiting = [module]
            while waiting:
                at = waiting.pop()
                for importer in self._texts.keys() - {at}:
                    names = self._reached_through(importer, at, reached[at])
                    if not names <= reached.get(importer, frozenset()):
                        reached[importer] = reached.get(importer, frozenset()) | names
                        waiting.append(importer)
            self._known[changed] = frozenset(f"{at}.{name}" for at, names in reached.items() for name in names)
        return self._known[changed]

    def _reached_through(self, importer: str, module: str, changed: frozenset[str]) -> frozenset[str]:
        """The names of a module that lead to what another one has under some names."""
        own = {name for each in self._imports[importer] for name in each.names_of(module, changed)}
        text = self._texts[importer]
        found = frozenset(itertools.chain.from_iterable(_callers(text, name) for name in own))
        if _is_used_beside_definitions(text, found):
            return found | frozenset(definitions(text))
        return found

    def checks(self, changed: str, checks: Sequence[Check]) -> list[Check]:
        """The checks that may see a change of `module.function`."""
        touched = self.functions(changed)
        return [check for check in checks if touched & set(check.plan.functions)]

    def asked_by_given(self) -> set[str]:
        """Every `module.name` of the model answer that code asks for which the course gives."""
        given = self._texts.keys() - self._own.keys()
        return {f"{own}.{name}" for own in self._own for module in given for name in self._asked_by(module, own)}

    def _asked_by(self, module: str, other: str) -> set[str]:
        """The names of another module that a module asks for."""
        tree, imports = ast.parse(self._texts[module]), self._imports[module]
        whole = {name for each in imports for name in each.names_of(other, frozenset())}
        asked = {each.name for each in imports if each.module == other}
        asked |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _top_of(node) in whole}
        if "*" in asked:
            asked |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        return asked & {name for statement in ast.parse(self._texts[other]).body for name in bound_names(statement)}

    def functions_without_check(self, checks: Sequence[Check]) -> list[str]:
        """The public functions that no check calls, directly or through others."""
        every = [f"{module}.{name}" for module in self._own for name in definitions(self._texts[module])]
        return [name for name in every if not name.rpartition(".")[2].startswith("_") and not self.checks(name, checks)]


def _callers(text: str | bytes, name: str) -> frozenset[str]:
    """The names of a module that lead to one of them, itself among them, as far as its text shows."""
    uses = {
        bound: {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        for statement in ast.parse(text).body
        for bound in bound_names(statement)
    }
    found = {name}
    while more := {bound for bound, used in uses.items() if used & found} - found:
        found |= more
    return frozenset(found)


def definitions(text: str | bytes) -> list[str]:
    """The functions and classes at a module's top."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [statement.name for statement in ast.parse(text).body if isinstance(statement, kinds)]


@dataclass(frozen=True)
class _Import:
    """One name of an import.

    Args:
        module: what it comes from; empty where a module is imported itself.
        name: what it is called there, or the module.
        bound: what it is called here; empty where the module's first package is bound.
    """

    module: str
    name: str
    bound: str

    def names_of(self, module: str, changed: frozenset[str]) -> Iterator[str]:
        """What it calls a module that has some changed names, or a package on the way to it, or one of these names."""
        whole = f"{self.module}.{self.name}".strip(".")
        if not self.bound:
            whole = whole.partition(".")[0]
        if f"{module}.".startswith(f"{whole}."):
            yield self.bound or whole
        elif self.module == module:
            yield from changed if self.name == "*" else [self.bound] * (self.name in changed)


def _imports(module: str, file: str, text: str | bytes) -> Iterator[_Import]:
    """What a module imports, within functions too."""
    package = module if module_name(file)[1] else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (_Import("", alias.name, alias.asname or "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = importlib.util.resolve_name("." * node.level + (node.module or ""), package or None)
            yield from (_Import(source, alias.name, alias.asname or alias.name) for alias in node.names)


def _top_of(node: ast.Attribute) -> str:
    """`a` of `a.b.c`; nothing of what is no name."""
    owner: ast.expr = node
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    return owner.id if isinstance(owner, ast.Name) else ""


def _is_used_beside_definitions(text: str | bytes, names: frozenset[str]) -> bool:
    """Whether a statement uses a name and defines none: what it does to what, its text does not say."""
    beside = [statement for statement in ast.parse(text).body if not any(bound_names(statement))]
    used = (node for statement in beside if not _is_script(statement) for node in ast.walk(statement))
    return any(isinstance(node, ast.Name) and node.id in names for node in used)


def _is_script(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and is_main(statement)
