"""Import of a submission's modules from memory: no file of a student is ever on `sys.path`."""

from __future__ import annotations

import builtins
import contextlib
import importlib
import importlib.util
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec, PathFinder
from types import CodeType, ModuleType
from typing import Any

from grader.worker.ipython import python_of_script
from grader.worker.module_names import files_by_module, module_name, tree_of
from grader.worker.notebook import Notebook
from grader.worker.scratch.patching import Scratch
from grader.worker.scratch.tree import ScratchTree
from grader.worker.shell import Shell
from grader.worker.stand_ins import StandIns

# Parts of module names that the zygote never imports for a student: they do something, to itself or to the screen.
NEVER = frozenset({"antigravity", "idlelib", "test", "turtledemo", "__main__", "conftest", "_internal"})
MAX_NAME = 120


def find_in(module: ModuleType, name: str) -> Any:
    """What a module has of this name; of a package that has only a module so called, the function in that one.

    None where there is neither.
    """
    found = getattr(module, name, None)
    if (found is None or isinstance(found, ModuleType)) and hasattr(module, "__path__"):
        inner = f"{module.__name__}.{name}"
        try:
            return find_in(importlib.import_module(inner), name)
        except ModuleNotFoundError as error:
            if error.name != inner:
                raise
    return found


class SubmissionImporter(MetaPathFinder, Loader):
    """Finds and runs the modules that a submission's own sources define.

    A source is its text, or bytes where the text's encoding is for Python to read (PEP 263).

    Args:
        root: what stands before the paths where Python tells them.
    """

    def __init__(self, sources: Mapping[str, str | bytes], root: str = "") -> None:
        self._root = root
        self._sources: dict[str, tuple[str, str | bytes]] = {}
        self._packages: set[str] = set()
        self._written: set[str] = set()
        self._lent: set[str] = set()
        for name, path in files_by_module(sources).items():
            self._sources[name] = (path, sources[path])
            self._packages |= {name} if module_name(path)[1] else set()
            self._packages |= {name.rsplit(".", k)[0] for k in range(1, name.count(".") + 1)}

    @cached_property
    def names(self) -> frozenset[str]:
        """The dotted names of all modules and packages that the sources make."""
        return frozenset(self._packages) | self._sources.keys() | self._lent

    @property
    def top_level(self) -> frozenset[str]:
        """The names that the submission adds to what can be imported."""
        return frozenset(name.partition(".")[0] for name in self._sources)

    @property
    def in_order(self) -> list[str]:
        """The modules as their sources were given, then the packages that are only folders."""
        return list(dict.fromkeys([*self._sources, *sorted(self._packages)]))

    def add(self, path: str, text: str, *, more: bool = False) -> None:
        """Take a module that the submission's own code wrote; what was handed in under its name stays.

        Args:
            more: put the text after what was written before.
        """
        name, is_package = module_name(path)
        before = self._sources.get(name)
        if before is None or path in self._written:
            old = before[1] if before is not None and more else ""
            self._sources[name] = (path, (str(old) + text).removeprefix("\ufeff"))
            self._written.add(path)
            self._packages |= {name} if is_package else set()
            self._packages |= {name.rsplit(".", k)[0] for k in range(1, name.count(".") + 1)}
            vars(self).pop("names", None)

    def lend(self, name: str, module: ModuleType) -> None:
        """Let a module be imported under another name than its own."""
        self._lent.add(name)
        sys.modules[name] = module
        vars(self).pop("names", None)

    def text_of(self, path: str) -> str | None:
        """The text of a source by its path."""
        text = next((text for own, text in self._sources.values() if own == path), None)
        return text.decode("utf-8", "replace") if isinstance(text, bytes) else text

    def defines(self, name: str) -> bool:
        """Whether the submission has a module or a package of this dotted name."""
        return name in self.names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module of the submission, or None for every other name."""
        if not self.defines(fullname):
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
            module.__file__ = self._root + path
            code, has_commands = _compile(text, self._root + path)
            if has_commands:  # a notebook that was saved as a script
                Shell(module, Notebook(path, ()), read=self.text_of)
            exec(code, module.__dict__)

    def get_source(self, fullname: str) -> str | None:
        """The text of a module, for `inspect` and tracebacks."""
        text = self._sources.get(fullname, ("", ""))[1]
        return text if isinstance(text, str) else None


def _compile(text: str | bytes, path: str) -> tuple[CodeType, bool]:
    """A module's code, and whether it calls on IPython."""
    code: CodeType
    try:
        code = compile(text, path, "exec", dont_inherit=True, optimize=0)
    except SyntaxError:
        if not isinstance(text, str) or (python := python_of_script(text)) == text:
            raise
        code, text = compile(python, path, "exec", dont_inherit=True, optimize=0), python
    return code, ("get_ipython" if isinstance(text, str) else b"get_ipython") in text  # type: ignore[operator]


class _Silence(io.TextIOBase):
    """Takes what is printed, and keeps nothing of it."""

    def write(self, text: str, /) -> int:
        """How much was taken: all."""
        return len(text)


_SILENCE = _Silence()


class ModuleSet(dict[str, ModuleType]):
    """Modules of some sources by dotted name, which are importable only while they are present.

    The files that they read and write are in a folder of their own, in memory.

    So the modules of several sets, all named alike, live in one process: each call of one finds its own, also those
    that it imports no earlier than now.
    """

    def __init__(
        self, sources: Mapping[str, str | bytes], files: Mapping[str, bytes] | None = None, root: str = ""
    ) -> None:
        super().__init__()
        self._scratch = Scratch(ScratchTree(files))
        self._importer = SubmissionImporter(sources, root)
        self._own: dict[str, ModuleType] = {}
        self.tree = tree_of(sources)

    @property
    def names(self) -> list[str]:
        """The dotted names of what there is to be imported: the modules as they were given, then bare packages."""
        return self._importer.in_order

    def function(self, dotted: str) -> Any:
        """What `kitchen.oven.bake.minutes` names; where a module and its function are called alike, the function."""
        module, _, name = dotted.rpartition(".")
        with self.present():
            return find_in(self[module], name)

    @contextlib.contextmanager
    def present(self) -> Iterator[None]:
        """Let imports find the set's modules within the block, and nothing else of their names."""
        others = _take_modules(self._importer.names)
        sys.modules.update(self._own)
        sys.meta_path.insert(0, self._importer)
        try:
            with self._scratch.present(), contextlib.redirect_stdout(_SILENCE):
                yield
        finally:
            sys.meta_path.remove(self._importer)
            self._own = _take_modules(self._importer.names)
            sys.modules.update(others)


def _take_modules(names: Iterable[str]) -> dict[str, ModuleType]:
    """What `sys.modules` holds under these names, taken out of it."""
    return {name: sys.modules.pop(name) for name in names if name in sys.modules}


def may_be_asked_for(name: str, importable: frozenset[str]) -> bool:
    """Whether a module's name is one that a worker may ask for; looked at where it is asked and where it is loaded."""
    parts = name.split(".")
    return (
        len(name) <= MAX_NAME
        and all(part.isascii() and part.isidentifier() for part in parts)
        and parts[0] in importable
        and not NEVER & set(parts)
    )


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
        if may_be_asked_for(fullname, self._importable):
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
    submission: SubmissionImporter,
    late: MetaPathFinder,
    offered: Sequence[str],
    importable: frozenset[str],
    stand_ins: StandIns | None = None,
) -> Callable[[str], ModuleType]:
    """Make imports see the submission, the loaded modules and what `late` can bring, and nothing else.

    Returns:
        What imports a module of the submission by its dotted name.
    """
    stand_ins = stand_ins or StandIns(importable)
    own = submission.top_level - importable
    if any(name in sys.modules for name in own):  # looking at all names would copy the pages of all of them
        for name in [name for name in sys.modules if name.partition(".")[0] in own]:
            del sys.modules[name]
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter, submission, stand_ins, late]
    imports = _Imports(submission, tuple(offered), stand_ins)
    builtins.__import__ = imports  # type: ignore[assignment]
    return imports.import_module


def seal() -> None:
    """Forget where modules lie on disk."""
    sys.path_hooks.clear()
    sys.path_importer_cache.clear()
    sys.path[:] = []


class _Imports:
    """`__import__` that tells a student which modules there are, instead of lending what torch happens to load.

    A module of the submission's own that is called as one of the standard library is found by the submission, as
    Python would, and by nobody else, who would break.
    """

    def __init__(self, submission: SubmissionImporter, offered: Sequence[str], stand_ins: StandIns) -> None:
        self._original: Callable[..., ModuleType] = builtins.__import__
        self._submission = submission
        self._offered = offered
        self._visible = frozenset(sys.stdlib_module_names) | frozenset(offered) | stand_ins.names
        self._shadowing: dict[str, ModuleType] = {}  # the submission's own, which lie elsewhere than in `sys.modules`

    def __call__(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        if level == 1 and self._is_own(globals) and not globals.get("__package__"):  # type: ignore[union-attr]
            return self._beside(name, globals, locals, fromlist)
        if level:
            return self._original(name, globals, locals, fromlist, level)
        top = name.partition(".")[0]
        if top in self._visible:
            if self._shadows(top) and self._is_own(globals):
                with self._own_names(top):
                    return self._original(name, globals, locals, fromlist, level)
        elif self._is_own(globals) and not self._submission.defines(top):
            offer = ", ".join(("the standard library", *self._offered, "the submission's own files"))
            raise ModuleNotFoundError(f"No module named {name!r}; here there are {offer}", name=name)
        return self._original(name, globals, locals, fromlist, level)

    def _beside(
        self, name: str, globals: Mapping[str, Any] | None, locals: Mapping[str, Any] | None, fromlist: Sequence[str]
    ) -> ModuleType:
        """What `from .name import …` finds in a module that is asked for without its package: what lies beside it."""
        if name:
            return self(name, globals, locals, fromlist)
        found = ModuleType(".")
        vars(found).update({own: self(own, globals, locals) for own in fromlist if self._submission.defines(own)})
        return found

    def import_module(self, name: str) -> ModuleType:
        """Import a module of the submission."""
        top = name.partition(".")[0]
        if not self._shadows(top):
            return importlib.import_module(name)
        with self._own_names(top):
            return importlib.import_module(name)

    def _is_own(self, names: Mapping[str, Any] | None) -> bool:
        """Whether code with these global names is the submission's."""
        return bool(names) and names.get("__loader__") is self._submission  # type: ignore[union-attr]

    def _shadows(self, top: str) -> bool:
        """Whether the submission has a module that Python would find before its own of this name."""
        return (
            self._submission.defines(top)
            and top in self._visible
            and BuiltinImporter.find_spec(top) is None
            and FrozenImporter.find_spec(top) is None
        )

    @contextlib.contextmanager
    def _own_names(self, top: str) -> Iterator[None]:
        """Let the submission's modules have their names for as long as one of them is being imported."""
        trusted = _below(top)
        sys.modules.update({name: self._shadowing[name] for name in list(self._shadowing) if _is_below(name, top)})
        try:
            yield
        finally:
            self._shadowing.update(_below(top))
            sys.modules.update(trusted)


def _below(top: str) -> dict[str, ModuleType]:
    """A module and all that lies in it, taken out of `sys.modules`."""
    return _take_modules([name for name in sys.modules if _is_below(name, top)])


def _is_below(name: str, top: str) -> bool:
    return name == top or name.startswith(f"{top}.")
