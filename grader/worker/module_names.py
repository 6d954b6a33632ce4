"""The names of modules and the paths of their files."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePosixPath


@lru_cache(1_000)  # each process of a submission asks for the same few
def module_name(path: str) -> tuple[str, bool]:
    """The dotted module name of a source path, and whether it is a package: `a/__init__.py` → `a`, True."""
    parts = PurePosixPath(path).with_suffix("").parts
    if parts[-1] == "__init__" and len(parts) > 1:
        return ".".join(parts[:-1]), True
    return ".".join(parts), False


def file_of(module: str) -> str:
    """Where a module is first looked for: `kitchen.oven` → `kitchen/oven.py`."""
    return module.replace(".", "/") + ".py"


def files_by_module(paths: Iterable[str]) -> dict[str, str]:
    """The path of each module's source, by its dotted name; of a package and a module of one name, the package's."""
    return {module_name(path)[0]: path for path in sorted(paths, key=lambda path: module_name(path)[1])}


def tree_of(paths: Iterable[str]) -> frozenset[str]:
    """The dotted names of all modules that lie in packages, and of the packages that lie in others."""
    names = {module_name(path)[0] for path in paths}
    return frozenset(name.rsplit(".", up)[0] for name in names for up in range(name.count(".")))
