"""Import of a submission's modules from memory: no file of a student is ever on `sys.path`."""

from __future__ import annotations

import builtins
import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec, PathFinder
from pathlib import PurePosixPath
from types import CodeType, ModuleType
from typing import Any

# Parts of module names that the zygote never imports for a student: they do something, to itself or to the screen.
NEVER = frozenset({"antigravity", "idlelib", "test", "turtledemo", "__main__", "conftest", "_internal"})


def module_name(path: str) -> tuple[str, bool]:
    """The dotted module name of a source path, and whether it is a package: `a/__init__.py` → `a`, True."""
    parts = PurePosixPath(path).with_suffix("").parts
    if parts[-1] == "__init__" and len(parts) > 1:
        return ".".join(parts[:-1]), True
    return ".".join(parts), False


class SubmissionImporter(MetaPathFinder, Loader):
    """Finds and runs the modules that a submission's own sources define.

    A source is its text, or bytes where the text's encoding is for Python to read (PEP 263).
    """

    def __init__(self, sources: Mapping[str, str | bytes]) -> None:
        self._sources: dict[str, tuple[str, str | bytes]] = {}
        self._packages: set[str] = set()
        for path, text in sources.items():
            name, is_package = module_name(path)
            self._sources[name] = (path, text)
            self._packages |= {name} if is_package else set()
            self._packages |= {name.rsplit(".", k)[0] for k in range(1, name.count(".") + 1)}

    @property
    def top_level(self) -> frozenset[str]:
        """The names that the submission adds to what can be imported."""
        return frozenset(name.partition(".")[0] for name in self._sources)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module of the submission, or None for every other name."""
        if fullname not in self._sources and fullname not in self._packages:
            return None
        origin = self._sources.get(fullname, (f"{fullname}/", ""))[0]
        return importlib.util.spec_from_loader(fullname, self, origin=origin, is_package=fullname in self._packages)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """None: an ordinary module will do."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's source."""
        if module.__name__ in self._sources:
            path, text = self._sources[module.__name__]
            module.__file__ = path
            exec(_compiled(text, path), module.__dict__)

    def get_source(self, fullname: str) -> str | None:
        """The text of a module, for `inspect` and tracebacks."""
        text = self._sources.get(fullname, ("", ""))[1]
        return text if isinstance(text, str) else None


def _compiled(text: str | bytes, path: str) -> CodeType:
    code: CodeType = compile(text, path, "exec", dont_inherit=True)
    return code


class LateImporter(MetaPathFinder):
    """Asks for trusted modules that are installed but not loaded yet: the sealed worker cannot read files itself."""

    def __init__(self, importable: frozenset[str], absent: Mapping[str, str], ask: Callable[[str], None]) -> None:
        self._importable = importable
        self._absent = absent
        self._ask = ask

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None for what cannot be there; `ask` does not return for what may be.

        Raises:
            ModuleNotFoundError: it was asked for before, and this is why it could not be loaded.
        """
        if fullname in self._absent:
            raise ModuleNotFoundError(self._absent[fullname], name=fullname)
        parts = fullname.split(".")
        if parts[0] in self._importable and not NEVER & set(parts):
            self._ask(fullname)
        return None


class DiskImporter(MetaPathFinder):
    """Finds trusted modules on disk, for a process that is not sealed."""

    def __init__(self, importable: frozenset[str]) -> None:
        self._importable = importable
        self._path = list(sys.path)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None for what a sealed process would not be given either.

        Private modules at the top level, such as `_sysconfigdata_…`, belong to trusted ones that ask for them.
        """
        parts = fullname.split(".")
        if not (parts[0] in self._importable or parts[0].startswith("_")) or NEVER & set(parts):
            return None
        return PathFinder.find_spec(fullname, self._path if path is None else path, target)


def install(
    submission: SubmissionImporter, late: MetaPathFinder, offered: Sequence[str], importable: frozenset[str]
) -> None:
    """Make imports see the submission, the loaded modules and what `late` can bring, and nothing else."""
    own = submission.top_level - importable
    if any(name in sys.modules for name in own):  # looking at all names would copy the pages of all of them
        for name in [name for name in sys.modules if name.partition(".")[0] in own]:
            del sys.modules[name]
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter, submission, late]
    visible = frozenset(sys.stdlib_module_names) | frozenset(offered) | own
    builtins.__import__ = _courteous_import(visible, own, tuple(offered))


def seal() -> None:
    """Forget where modules lie on disk."""
    sys.path_hooks.clear()
    sys.path_importer_cache.clear()
    sys.path[:] = []


def _courteous_import(visible: frozenset[str], own: frozenset[str], offered: Sequence[str]) -> Any:
    """`__import__` that tells a student which modules there are, instead of lending what torch happens to load."""
    original = builtins.__import__

    def __import__(  # noqa: N807
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        top = name.partition(".")[0]
        if level == 0 and top not in visible:
            importer = str((globals or {}).get("__name__", "")).partition(".")[0]
            if importer in own:
                offer = ", ".join(("the standard library", *offered, "the submission's own files"))
                raise ModuleNotFoundError(f"No module named {name!r}; here there are {offer}", name=name)
        return original(name, globals, locals, fromlist, level)

    return __import__
