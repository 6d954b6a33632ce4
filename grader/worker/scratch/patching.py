"""Puts the folder in memory behind Python's names for files, for good or for a while."""

from __future__ import annotations

import builtins
import contextlib
import functools
import importlib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from grader.worker import in_process
from grader.worker.scratch import libraries
from grader.worker.scratch.functions import ByNumber, Functions, open_file
from grader.worker.scratch.stream import NUMBERS
from grader.worker.scratch.tree import TEMPORARY, ScratchTree

_BY_PATH = (
    "open", "stat", "lstat", "access", "listdir", "scandir", "mkdir", "rmdir", "unlink", "remove", "truncate", "chdir",
    "utime", "chmod", "readlink", "listxattr",
)  # fmt: skip
_BY_NUMBER = tuple(name for name in vars(ByNumber) if not name.startswith("_"))
_SUPPORTS = ("supports_dir_fd", "supports_fd", "supports_follow_symlinks", "supports_effective_ids")
# As they are before anything is replaced.
_ORIGINAL, _OPEN = dict(vars(os)), io.open
_WHEN_LOADED = tuple(dict.fromkeys([*libraries.LOADED, *in_process.LOADED]))
# What is replaced: owner, name, and what stands there instead.
Replacement = tuple[Any, str, Any]


class Scratch:
    """A folder in memory and Python's names for what is done to files, which lead to it where they are meant to.

    Args:
        tree: what there is.
        serves_null: whether `os.devnull` is served too, for a process that cannot open it.
    """

    def __init__(self, tree: ScratchTree, *, serves_null: bool = False) -> None:
        self._tree = tree
        self._null = os.devnull if serves_null else None
        self._of_python = list(self._own())
        self._of_libraries: dict[str, list[Replacement]] = {}
        self._replaced: set[str] = set()

    def make_ready(self) -> None:
        """Make what will stand for the names of the libraries that are there, and replace nothing."""
        for name in _WHEN_LOADED:
            if name in sys.modules:
                self._in_library(name)

    def install(self, given: Mapping[str, bytes] | None = None) -> None:
        """Replace the names for good.

        Args:
            given: files for the tree.
        """
        self._tree.give(given or {})
        for owner, name, value in (*self._of_python, *(in_process.no_others() if self._null else ())):
            setattr(owner, name, value)
        self.refresh()
        for name in _SUPPORTS:
            names = {function.__name__ for function in getattr(os, name, ())}
            setattr(os, name, {getattr(os, one) for one in names if hasattr(os, one)})

    def refresh(self) -> None:
        """Replace the names also in libraries that have been loaded since."""
        for name in _WHEN_LOADED:
            if name in sys.modules and name not in self._replaced:
                self._replaced.add(name)
                for owner, attribute, value in self._in_library(name):
                    setattr(owner, attribute, value)

    @contextlib.contextmanager
    def present(self) -> Iterator[None]:
        """Replace the names within the block."""
        importlib.import_module("concurrent.futures.process")  # which `concurrent.futures` loads no earlier than asked
        before = []
        try:
            of_libraries = (one for name in _WHEN_LOADED if name in sys.modules for one in self._in_library(name))
            for owner, name, value in (*self._of_python, *of_libraries):
                before.append((owner, name, getattr(owner, name)))
                setattr(owner, name, value)
            yield
        finally:
            for owner, name, value in reversed(before):
                setattr(owner, name, value)

    def _in_library(self, name: str) -> list[Replacement]:
        if name not in self._of_libraries:
            files = libraries.LOADED.get(name)
            processes = in_process.LOADED.get(name)
            self._of_libraries[name] = [
                *(files(self.is_meant, self.open) if files else ()), *(processes() if processes else ()),
            ]  # fmt: skip
        return self._of_libraries[name]

    def _own(self) -> Iterator[Replacement]:
        functions, by_number = Functions(self._tree), ByNumber()
        for name in filter(_ORIGINAL.__contains__, _BY_PATH):
            yield os, name, self._by_path(_ORIGINAL[name], getattr(functions, name))
        for name in _BY_NUMBER:
            if name in _ORIGINAL:
                yield os, name, _by_number(_ORIGINAL[name], getattr(by_number, name))
        for name in ("rename", "replace"):
            yield os, name, self._by_paths(_ORIGINAL[name], self._tree.move)
        for name in ("symlink", "link"):
            if name in _ORIGINAL:
                yield os, name, self._by_paths(_ORIGINAL[name], functions.symlink)
        yield os, "getcwd", lambda: self._tree.current
        yield os, "getcwdb", lambda: self._tree.current.encode()
        opens = self._opens(_OPEN)
        yield io, "open", opens
        yield builtins, "open", opens
        yield tempfile, "tempdir", TEMPORARY
        yield shutil, "_use_fd_functions", False
        yield from _in_defaults(self._by_path(_ORIGINAL["unlink"], functions.unlink))

    def is_meant(self, path: Any) -> bool:
        """Whether a path is one of the folder in memory."""
        return self._text(path) is not None

    def open(self, path: Any, mode: str = "r") -> Any:
        """Open a file of the folder in memory."""
        return open_file(self._tree, self._text(path), mode)

    def _text(self, path: Any) -> str | None:
        """The path as the tree's functions take it; None where it is not the tree's."""
        if not isinstance(path, str | bytes | os.PathLike):
            return None
        text = os.fsdecode(path)
        if "\0" in text or not text:
            return None
        return text if self._tree.holds(self._tree.absolute(text)) else None

    def _beyond(self, path: Any) -> Any:
        """A path that is not the tree's, as the system is to see it: from the root on, whatever is current there."""
        if not isinstance(path, str | bytes | os.PathLike) or not (text := os.fsdecode(path)) or "\0" in text:
            return path
        return path if os.path.isabs(text) else self._tree.absolute(text)  # noqa: PTH117

    def _by_path(self, original: Callable[..., Any], own: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def function(path: Any = ".", *args: Any, **named: Any) -> Any:
            if named.get("dir_fd") is not None:
                return original(path, *args, **named)
            text = self._text(path)
            if text is None:
                return original(self._beyond(path), *args, **named)
            named.pop("dir_fd", None)
            result = own(text, *args, **named)
            return [os.fsencode(one) for one in result] if type(result) is list and isinstance(path, bytes) else result

        return function

    def _by_paths(self, original: Callable[..., Any], own: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def function(source: Any, target: Any, *args: Any, **named: Any) -> Any:
            here, there = self._text(source), self._text(target)
            if here is None or there is None:
                return original(self._beyond(source), self._beyond(target), *args, **named)
            return own(here, there)

        return function

    def _opens(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def open(file: Any, *args: Any, **named: Any) -> Any:
            if NUMBERS.get(file) is not None or self._text(file) is not None:
                return open_file(self._tree, file, *args, **named)
            if self._null is not None and file == self._null:
                mode = str(args[0] if args else named.get("mode", "r"))
                return io.BytesIO() if "b" in mode else io.StringIO()
            return original(self._beyond(file), *args, **named)

        return open


def _in_defaults(unlink: Callable[..., Any]) -> Iterator[Replacement]:
    """Where `tempfile` took `unlink` from `os` when it was loaded: as the default of arguments."""
    for function in vars(tempfile._TemporaryFileCloser).values():  # type: ignore[attr-defined]
        defaults = getattr(function, "__defaults__", None) or ()
        if _ORIGINAL["unlink"] in defaults:
            yield function, "__defaults__", tuple(unlink if one is _ORIGINAL["unlink"] else one for one in defaults)


def _by_number(original: Callable[..., Any], own: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def function(number: Any, *args: Any) -> Any:
        stream = NUMBERS.get(number)
        return original(number, *args) if stream is None else own(stream, *args)

    return function
