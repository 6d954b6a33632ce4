"""Which checks a change in the model answer can reach: through the functions they call, and those that call these."""

from __future__ import annotations

import ast
import importlib.util
import itertools
from collections.abc import Mapping, Sequence

from grader.checks.check import Check
from grader.checks.misconceptions.files import callers
from grader.worker.module_names import files_by_module, module_name


class CallGraph:
    """Who calls whom in some modules, as far as their text shows.

    Args:
        sources: the text of each module by file name.
    """

    def __init__(self, sources: Mapping[str, str | bytes]) -> None:
        self._texts = {name: sources[file] for name, file in files_by_module(sources).items()}
        imported = {
            name: _imported_modules(name, file, sources[file]) for name, file in files_by_module(sources).items()
        }
        self._importers = {name: _importers(name, imported) for name in imported}
        self._known: dict[str, frozenset[str]] = {}

    def functions(self, changed: str) -> frozenset[str]:
        """Every `module.function` that may act differently where `changed`, one of them, does."""
        if changed not in self._known:
            module, _, name = changed.rpartition(".")
            found = {f"{module}.{caller}" for caller in callers(self._texts[module], name)}
            for importer in self._importers[module]:  # which of its names use the import is not asked
                found |= {f"{importer}.{name}" for name in definitions(self._texts[importer])}
            self._known[changed] = frozenset(found)
        return self._known[changed]

    def checks(self, changed: str, checks: Sequence[Check]) -> list[Check]:
        """The checks that may see a change of `module.function`."""
        touched = self.functions(changed)
        return [check for check in checks if touched & set(check.plan.functions)]

    def functions_without_check(self, checks: Sequence[Check]) -> list[str]:
        """The public functions that no check calls, directly or through others."""
        every = [f"{module}.{name}" for module, text in self._texts.items() for name in definitions(text)]
        return [name for name in every if not name.rpartition(".")[2].startswith("_") and not self.checks(name, checks)]


def definitions(text: str | bytes) -> list[str]:
    """The functions and classes at a module's top."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [statement.name for statement in ast.parse(text).body if isinstance(statement, kinds)]


def _importers(module: str, imported: Mapping[str, frozenset[str]]) -> set[str]:
    """The modules that import `module`, directly or through others."""
    found: set[str] = set()
    while more := {name for name, names in imported.items() if names & (found | {module})} - found - {module}:
        found |= more
    return found


def _imported_modules(module: str, file: str, text: str | bytes) -> frozenset[str]:
    """What may be a module among the names that a module imports, packages on the way included."""
    package = module if module_name(file)[1] else module.rpartition(".")[0]
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = importlib.util.resolve_name("." * node.level + (node.module or ""), package or None)
            names |= {source, *(f"{source}.{alias.name}" for alias in node.names)}
    return frozenset(part for name in names for part in itertools.accumulate(name.split("."), "{}.{}".format))
