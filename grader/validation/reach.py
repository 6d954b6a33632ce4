"""Which checks a change in the model answer can reach: through the functions they call, and those that call these."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from grader.checks.definition import Check
from grader.checks.misconceptions import callers


class Reach:
    """Who calls whom in some modules, as far as their text shows.

    Args:
        sources: the text of each module by file name.
    """

    def __init__(self, sources: Mapping[str, str | bytes]) -> None:
        self._texts = {file.removesuffix(".py"): text for file, text in sources.items()}
        self._importers = {name: _importers(name, self._texts) for name in self._texts}
        self._known: dict[str, frozenset[str]] = {}

    def functions(self, changed: str) -> frozenset[str]:
        """Every `module.function` that may act differently where `changed`, one of them, does."""
        if changed not in self._known:
            module, _, name = changed.partition(".")
            found = {f"{module}.{caller}" for caller in callers(self._texts[module], name)}
            for importer in self._importers[module]:  # which of its names use the import is not asked
                found |= {f"{importer}.{name}" for name in defined(self._texts[importer])}
            self._known[changed] = frozenset(found)
        return self._known[changed]

    def checks(self, changed: str, checks: Sequence[Check]) -> list[Check]:
        """The checks that may see a change of `module.function`."""
        touched = self.functions(changed)
        return [check for check in checks if touched & set(check.plan.functions)]

    def uncalled(self, checks: Sequence[Check]) -> list[str]:
        """The public functions that no check calls, directly or through others."""
        every = [f"{module}.{name}" for module, text in self._texts.items() for name in defined(text)]
        return [name for name in every if not name.partition(".")[2].startswith("_") and not self.checks(name, checks)]


def defined(text: str | bytes) -> list[str]:
    """The functions and classes at a module's top."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [statement.name for statement in ast.parse(text).body if isinstance(statement, kinds)]


def _importers(module: str, texts: Mapping[str, str | bytes]) -> set[str]:
    """The modules that import `module`, directly or through others."""
    found: set[str] = set()
    while more := {name for name, text in texts.items() if _imported(text) & (found | {module})} - found - {module}:
        found |= more
    return found


def _imported(text: str | bytes) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names
