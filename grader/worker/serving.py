"""Answers the judge's requests about one submission; the same code runs the reference in the judge."""

from __future__ import annotations

import importlib
import itertools
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from grader import wire
from grader.worker.notebook import Notebook

MAX_ITEMS = 10_000
MAX_MESSAGE = 2_000
MAX_NAMES = 500
NOTEBOOK_MODULE = "notebook"

# Text by which torch and numpy say that memory ran out, beside MemoryError.
_ALLOCATION_FAILED = ("can't allocate memory", "not enough memory", "Unable to allocate")


@dataclass(frozen=True)
class Call:
    """One call to make.

    Args:
        target: the module's name, or the object, and the name of its function.
        named: arguments by name.
        shows_arguments: answer with the arguments as they are after the call.
        has_refs: the target or an argument is, or holds, an object that an earlier call left.
    """

    target: tuple[Any, str]
    args: Any
    named: Any
    shows_arguments: bool
    has_refs: bool

    @classmethod
    def of(cls, call: Sequence[Any]) -> Call:
        """The call that was sent as [target, arguments, named arguments, whether to show them]."""
        (owner, name), args, named, shows = call
        if _holds_ref([owner, args, named]):
            return cls((owner, name), args, named, shows, has_refs=True)
        return cls((owner, name), _plain(args), _plain(named), shows, has_refs=False)


def _holds_ref(value: Any) -> bool:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, wire.Ref) or any(map(_holds_ref, items))


def _plain(value: Any) -> Any:
    return wire.mapped(value, _plain)


class Missing(Exception):
    """A module or a function is not there; the second argument lists the names that are."""


class Server:
    """Holds a submission's modules and the objects its functions returned.

    Args:
        own_frame: whether a file name in a traceback is the student's.
        notebook: stands for every module that the submission has no file of.
    """

    def __init__(self, own_frame: Callable[[str], bool], notebook: Notebook | None = None) -> None:
        self._own_frame = own_frame
        self._notebook = notebook
        self._modules: dict[str, ModuleType] = {}
        self._objects: dict[tuple[int, int], Any] = {}
        self._failed: set[tuple[int, int]] = set()

    def load(self, name: str) -> tuple[str, bytes]:
        """Import a module; the reply's value is the list of its public names."""
        try:
            self._modules[name] = module = importlib.import_module(name)
            return wire.VALUE, wire.encode(_public(vars(module)))
        except ModuleNotFoundError as error:
            if error.name != name:
                return self._failure(error)
            if self._notebook is None:
                return wire.MISSING, wire.encode([f"no file {name}.py", []])
            return self._load_notebook(name, self._notebook)
        except BaseException as error:  # SystemExit and KeyboardInterrupt are a student's too
            return self._failure(error)

    def _load_notebook(self, name: str, notebook: Notebook) -> tuple[str, bytes]:
        """Let the notebook stand for a module; its cells run once for all modules."""
        try:
            module = sys.modules.get(NOTEBOOK_MODULE) or notebook.run(NOTEBOOK_MODULE)
        except BaseException as error:
            return self._failure(error)
        self._modules[name] = module
        return wire.VALUE, wire.encode(_public(vars(module)))

    def adopt(self, name: str, module: ModuleType) -> None:
        """Take a module that is already imported."""
        self._modules[name] = module

    def forget(self) -> None:
        """Drop the objects that earlier requests left."""
        self._objects.clear()
        self._failed.clear()

    def call(self, request: int, index: int, call: Call) -> tuple[str, bytes]:
        """Make one call."""
        key = (request, index)
        try:
            args, named = call.args, call.named
            if call.has_refs:
                args, named = self._dereferenced(args, request), self._dereferenced(named, request)
            result = self._function(call.target, request)(*args, **named)
            if call.shows_arguments:
                return wire.VALUE, wire.encode([[arg, _flags(arg)] for arg in args])
            return self._reply(key, result)
        except Missing as missing:
            self._failed.add(key)
            return wire.MISSING, wire.encode(list(missing.args))
        except BaseException as error:
            self._failed.add(key)
            return self._failure(error)

    def _function(self, target: Sequence[Any], request: int) -> Callable[..., Any]:
        owner, name = target
        if isinstance(owner, wire.Ref):
            thing = self._dereferenced(owner, request)
            described = f"the {wire.type_name(thing)} object"
        else:
            thing = self._modules[owner]
            described = f"{owner}.py" if thing.__name__ != NOTEBOOK_MODULE else "the notebook"
        function = thing if name == "__call__" else getattr(thing, name, None)
        if function is None:
            raise Missing(f"{described} has no {name}", _public(dir(thing)))
        if not callable(function):
            raise TypeError(f"{name} in {described} is not a function, it is of type {wire.type_name(function)}")
        return function  # type: ignore[no-any-return]

    def _dereferenced(self, value: Any, request: int) -> Any:
        if isinstance(value, wire.Ref):
            key = (value.request or request, value.index)
            if key in self._failed:
                raise Missing("the call that should have returned this object did not", [])
            if key not in self._objects:
                raise Missing("the earlier call returned data, not an object that has methods", [])
            return self._objects[key]
        return wire.mapped(value, lambda item: self._dereferenced(item, request))

    def _reply(self, key: tuple[int, int], result: Any) -> tuple[str, bytes]:
        if isinstance(result, Iterator):
            result = list(itertools.islice(result, MAX_ITEMS + 1))
        try:
            body = wire.encode(result)
        except wire.NotData as reason:
            self._objects[key] = result
            return wire.HANDLE, wire.encode([wire.type_name(result), str(reason)])
        if len(body) > wire.MAX_FRAME // 2:
            return wire.TOO_LARGE, wire.encode(f"a result of {len(body) >> 20} MiB")
        return wire.VALUE, body

    def _failure(self, error: BaseException) -> tuple[str, bytes]:
        try:
            text = str(error)[:MAX_MESSAGE]
        except BaseException:
            text = "(its message cannot be read)"
        kind = (
            wire.OUT_OF_MEMORY
            if isinstance(error, MemoryError) or any(mark in text for mark in _ALLOCATION_FAILED)
            else wire.ERROR
        )
        return kind, wire.encode([type.__dict__["__name__"].__get__(type(error)), text, self._place(error)])

    def _place(self, error: BaseException) -> list[Any]:
        """[file, line, function] of the innermost frame of the student's own, or [] where there is none."""
        if isinstance(error, SyntaxError) and error.filename and self._own_frame(str(error.filename)):
            return [str(error.filename), int(error.lineno or 0), ""]
        place: list[Any] = []
        for frame, line in itertools.islice(traceback.walk_tb(error.__traceback__), 2000):
            if self._own_frame(frame.f_code.co_filename):
                place = [frame.f_code.co_filename, line, frame.f_code.co_name]
        return place


def _public(names: Iterable[Any]) -> list[str]:
    return sorted(name for name in names if isinstance(name, str) and not name.startswith("_"))[:MAX_NAMES]


def _flags(value: Any) -> list[bool]:
    if isinstance(value, np.ndarray):
        return [bool(value.flags.c_contiguous), bool(value.flags.writeable)]
    return []


def flush_output() -> None:
    """Push out what the student printed, whatever they did to the streams."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            if stream is not None:
                stream.flush()
        except BaseException:
            continue
