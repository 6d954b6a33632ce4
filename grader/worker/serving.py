"""Answers the judge's requests about one submission; the same code runs the reference in the judge."""

from __future__ import annotations

import importlib
import itertools
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

from grader import wire
from grader.worker.calls import Call
from grader.worker.costs import cost_of
from grader.worker.iterators import Peeked, is_stored
from grader.worker.lacking import lack
from grader.worker.limited import OutOfTime
from grader.worker.loading import SubmissionImporter, find_in
from grader.worker.making import MAKERS
from grader.worker.messages import WHILE_TAKEN, call_at_import, shown_message
from grader.worker.misspelt import misspelt_method
from grader.worker.module_names import file_of
from grader.worker.notebooks import Notebooks
from grader.worker.operations import (
    OPERATIONS,
    TAKES_A_LIST,
    Absent,
    Effects,
    Exhausted,
    Unfit,
    describe,
    in_words,
    is_plain,
    library_object,
    raise_error,
)
from grader.worker.public_names import outline, public_names
from grader.worker.raising import raises
from grader.worker.sending import arguments_after, encode_data, is_large, is_tensor, with_class_name
from grader.worker.shell import Shell
from grader.worker.suggesting import suggestion

MAX_ITEMS = 10_000  # and one more, which says that there are more
MAX_MESSAGE = 2_000
_NOTHING = wire.encode(None)
_ABSENT = object()
# Text by which torch and numpy say that memory ran out, beside MemoryError.
_ALLOCATION_FAILED = ("can't allocate memory", "not enough memory", "Unable to allocate")


class Unmade(Exception):
    """An argument is what another call should have returned, and that one did not."""


class Missing(Exception):
    """A module or a function is not there; the second argument lists the names that are."""


class Server:
    """Holds a submission's modules and the objects its functions returned.

    Args:
        own_frame: whether a file name in a traceback is the student's.
        notebooks: stand for the modules that the submission has no file of.
        import_module: imports a module by its dotted name.
    """

    def __init__(
        self,
        own_frame: Callable[[str], bool],
        notebooks: Notebooks | None = None,
        import_module: Callable[[str], ModuleType] = importlib.import_module,
    ) -> None:
        self._own_frame = own_frame
        self._notebooks = notebooks
        self._import = import_module
        self._modules: dict[str, ModuleType] = {}
        self._objects: dict[tuple[int, int], Any] = {}
        self._failed: set[tuple[int, int]] = set()
        self._takes_items = False  # of an iterator that a call returned

    def load(self, name: str) -> tuple[str, bytes]:
        """Import a module; the reply's value are its public names, see `outline`."""
        try:
            module = self._module(name)
            if module is None:
                return wire.MISSING, wire.encode([f"no file {file_of(name)}", []])
            self._modules[name] = module
            return wire.VALUE, wire.encode(outline(module))
        except BaseException as error:  # SystemExit and KeyboardInterrupt are a student's too
            return self._failure(error)

    def _module(self, name: str) -> ModuleType | None:
        """A module from its file, else the notebook that stands for it: its cells run once, and may write the file."""
        for notebooks in (self._notebooks, None):
            try:
                return self._import_or_lend(name)
            except ModuleNotFoundError as error:
                if not f"{name}.".startswith(f"{error.name}."):
                    raise
            if notebooks is None:
                break
            notebooks.run_for(name)
        return None if self._notebooks is None else self._notebooks.module_for(name)

    def _import_or_lend(self, name: str) -> ModuleType:
        """Import a module; what code that the course gives imports of the submission may stand in a notebook."""
        while True:
            try:
                return self._import(name)
            except ModuleNotFoundError as error:
                if f"{name}.".startswith(f"{error.name}.") or not self._lends(error):
                    raise

    def _lends(self, error: BaseException) -> bool:
        """Whether a notebook stands, from now on, for what code that the course gives could not import."""
        is_given = isinstance(error, ModuleNotFoundError) and not self._place(error)
        return is_given and self._notebooks is not None and self._notebooks.lend(str(error.name))  # type: ignore[attr-defined]

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
        self._takes_items = False
        if call.wanted & wire.FIRST:
            self.forget()
        try:
            if call.target[0] is None:
                return self._reply(key, self._operate(call.target[1], call.args, request), call.wanted)
            args, named = call.args, call.named
            if call.has_refs:
                args, named = self._dereference(args, request), self._dereference(named, request)
            return self._call(key, call, args, named)
        except Missing as missing:
            self._failed.add(key)
            return wire.MISSING, wire.encode(list(missing.args))
        except Unmade:
            self._failed.add(key)
            return wire.UNMADE, _NOTHING
        except Unfit as unfit:
            self._failed.add(key)
            return wire.MISMATCH, wire.encode(list(unfit.args))
        except Exhausted:
            self._failed.add(key)
            return wire.END, _NOTHING
        except OutOfTime:  # in the judge, where somebody waits for the model answer
            raise
        except BaseException as error:
            if self._lends(error):  # to an import within a function, which begins anew
                return self.call(request, index, call)
            self._failed.add(key)
            return self._failure(error)

    def refuse(self, request: int, index: int, known: tuple[str, bytes]) -> tuple[str, bytes]:
        """Answer a call that is not made with what is known to come of it."""
        self._failed.add((request, index))
        return known

    def _call(self, key: tuple[int, int], call: Call, args: Any, named: Any) -> tuple[str, bytes]:
        if call.manner == wire.GET:
            return self._reply(key, self._find(call.target, key[0]), call.wanted)
        function = self._function(call.target, key[0])
        if call.manner == wire.ARGUMENTS:
            return wire.VALUE, wire.encode(arguments_after(function, call.args, args, named))
        if call.manner == wire.RAISES:
            return self._reply(key, raises(args[0], function, args[1:], named), call.wanted)
        if call.manner == wire.COST:
            return self._reply(key, cost_of(function, args, named), call.wanted)
        result = function(*args, **named)
        if call.manner == wire.EFFECTS:
            result = Effects(result, args, named)
        return self._reply(key, result, call.wanted)

    def _operate(self, operation: str, sent: Any, request: int) -> Any:
        """What comes of one of `OPERATIONS`; an error that no code of the submission's raised is told in words."""
        if operation == "peek":
            return self._peek(sent, request)
        if operation in TAKES_A_LIST:
            first = self._settle(sent[0], request)
            args = [first, *(self._dereference(arg, request) for arg in sent[1:])]
        else:
            args = self._dereference(sent, request)
        try:
            return OPERATIONS[operation](*args)
        except (TypeError, AttributeError, LookupError) as error:
            if self._place(error):
                raise
            reason = in_words(operation, args, error)
            if isinstance(reason, Absent):
                raise Missing(reason.args[0], public_names(reason.args[1])) from None
            raise reason from None

    def _peek(self, sent: Any, request: int) -> list[Any]:
        """[each of the next items as data, or nothing for an object; whether they are all], none of them taken.

        Nothing where code of the submission's makes the items: it is to run when it is asked, not before.
        """
        items, n = sent
        iterator = self._dereference(items, request)
        if not is_stored(iterator):
            return []
        found: list[Any] = []
        rest: Iterator[Any] = iterator
        try:
            found.extend(itertools.islice(iterator, n))
        except Exception as error:  # it is raised again when it is this item's turn
            rest = raise_error(error)
        self._objects[items.request or request, items.index] = Peeked(found, rest)
        shown = [
            None if is_large(item) or not is_plain(item) or is_tensor(item) else encode_data(item) for item in found
        ]
        return [shown, len(found) < n and rest is iterator]

    def _settle(self, sent: Any, request: int) -> Any:
        """The object; of an iterator a list of its items, which it still has before it."""
        value = self._dereference(sent, request)
        if not isinstance(sent, wire.Ref) or not isinstance(value, Iterator):
            return value
        items = list(itertools.islice(value, MAX_ITEMS + 1))
        self._objects[sent.request or request, sent.index] = itertools.chain(items, value)
        return items

    def _function(self, target: Sequence[Any], request: int) -> Callable[..., Any]:
        function = self._find(target, request)
        if not callable(function):
            described = self._describe(target[0], request)
            raise TypeError(f"{target[1]} in {described} is not a function, it is of type {wire.type_name(function)}")
        return function  # type: ignore[no-any-return]

    def _find(self, target: Sequence[Any], request: int) -> Any:
        owner, name = target
        thing = self._dereference(owner, request) if isinstance(owner, wire.Ref) else self._modules[owner]
        if name == "__call__":
            if not callable(thing):
                raise Unfit(describe(thing), "expected an object that can be called")
            return thing
        found = getattr(thing, name, _ABSENT)
        if isinstance(thing, ModuleType) and (found is _ABSENT or isinstance(found, ModuleType)):
            found = find_in(thing, name)
            found = _ABSENT if found is None else found
        if found is _ABSENT and isinstance(owner, wire.Ref) and is_plain(thing):
            raise Unfit(describe(thing), f"expected an object that has {name}")
        if found is _ABSENT:
            raise Missing(f"{self._describe(owner, request)} {self._lack(thing, name)}", public_names(dir(thing)))
        return found

    def _describe(self, owner: Any, request: int) -> str:
        if isinstance(owner, wire.Ref):
            return f"the {wire.type_name(self._dereference(owner, request))} object"
        module = self._modules[owner]
        return "the notebook" if self._shell(module) is not None else _file_of(module, owner)

    def _shell(self, module: object) -> Shell | None:
        """What ran the cells of a module that is a notebook."""
        return None if self._notebooks is None else self._notebooks.shell_of(module)

    def _lack(self, thing: object, name: str) -> str:
        """That something has no such name, and why: what its code holds instead, or which cells stopped."""
        shell = self._shell(thing)
        if shell is None:
            return lack(name, _source_of(thing))
        why = shell.why_undefined(name) or shell.why_incomplete
        return f"has no {name}; {why}" if why else lack(name, shell.sources)

    def _dereference(self, value: Any, request: int) -> Any:
        if isinstance(value, wire.Ref):
            key = (value.request or request, value.index)
            if key in self._failed:
                raise Unmade
            if key not in self._objects:
                raise Missing("the object that an earlier call returned is not there any more", [])
            return self._objects[key]
        if isinstance(value, list) and value and isinstance(value[0], wire.Mark):
            if value[0] is wire.Mark.NAME:
                module, name, is_own = value[1:]
                return self._find((module, name), request) if is_own else library_object(module, name)
            if value[0] is wire.Mark.MAKE:
                maker, *args = (self._dereference(item, request) for item in value[1:])
                return (MAKERS[maker] if isinstance(maker, str) else maker)(*args)
        return wire.map_items(value, lambda item: self._dereference(item, request))

    def _reply(self, key: tuple[int, int], result: Any, wanted: int) -> tuple[str, bytes]:
        """The answer to a call; what nobody reads need not be readable, whatever its class does to who looks."""
        try:
            return self._show(key, result, wanted)
        except Exception:
            if wanted & wire.READ:
                raise
            return self._acknowledge(key, result, wanted)

    def _show(self, key: tuple[int, int], result: Any, wanted: int) -> tuple[str, bytes]:
        kind = wire.VALUE
        if isinstance(result, Iterator):
            if not wanted & wire.READ:
                return self._acknowledge(key, result, wanted)
            self._takes_items = True
            items = list(itertools.islice(result, MAX_ITEMS + 1))
            kind, result, rest = wire.ITEMS, items, itertools.chain(items, result)
            if wanted & wire.KEEP:
                self._objects[key] = rest
        elif wanted & wire.KEEP:
            self._objects[key] = result
            if not wanted & wire.READ and (not wanted & wire.SHOW or is_large(result)):
                return self._acknowledge(key, result, wanted)
        try:
            body = wire.encode(result)
        except wire.NotData as reason:
            return wire.HANDLE, wire.encode([wire.type_name(result), str(reason)])
        if len(body) > wire.MAX_FRAME // 2:
            return wire.TOO_LARGE, wire.encode(f"a result of {len(body) >> 20} MiB")
        return (
            (kind, body)
            if is_plain(result) and not is_tensor(result)
            else (wire.DERIVED, with_class_name(result, body))
        )

    def _acknowledge(self, key: tuple[int, int], result: Any, wanted: int) -> tuple[str, bytes]:
        """The answer to who does not read the result; that it is one, where that is asked."""
        if wanted & wire.KEEP:
            self._objects[key] = result
        return wire.KEPT, wire.encode(wire.type_name(result)) if wanted & wire.SHOW else _NOTHING

    def _failure(self, error: BaseException) -> tuple[str, bytes]:
        try:
            text = shown_message(error)[:MAX_MESSAGE]
            if isinstance(error, NameError) and self._notebooks is not None and type(error.name) is str:
                text += "".join(f" ({why})" for why in filter(None, [self._notebooks.stopped_at(error.name)]))
            text += "" if text.endswith((")", "?")) else suggestion(error, self._own_frame)
            text += misspelt_method(error, self._modules.values())
            text += WHILE_TAKEN if self._takes_items else ""
            text = (text + call_at_import(error, self._own_frame)).lstrip(" ")
        except BaseException:
            text = "(its message cannot be read)"
        kind = (
            wire.OUT_OF_MEMORY
            if isinstance(error, MemoryError) or any(mark in text for mark in _ALLOCATION_FAILED)
            else wire.ERROR
        )
        return kind, wire.encode([type.__dict__["__name__"].__get__(type(error)), text, self._place(error)])

    def _place(self, error: BaseException) -> list[Any]:
        """[file, line, function or Class.method] of the student's own innermost frame, or [] where there is none."""
        if isinstance(error, SyntaxError) and error.filename and self._own_frame(str(error.filename)):
            return [str(error.filename), int(error.lineno or 0), ""]
        place: list[Any] = []
        for frame, line in itertools.islice(traceback.walk_tb(error.__traceback__), 2000):
            if self._own_frame(frame.f_code.co_filename):
                place = [frame.f_code.co_filename, line, frame.f_code.co_qualname.rpartition("<locals>.")[2]]
        return place


def _file_of(module: ModuleType, name: str) -> str:
    """Where a module stands in the submission; a package without `__init__` stands nowhere."""
    path = getattr(module, "__file__", None)
    return path if type(path) is str and path.endswith(".py") else file_of(name)


def _source_of(thing: object) -> tuple[tuple[str, str], ...]:
    """The text of a module of the submission's; of nothing else, and of no package, which may well be empty."""
    spec = getattr(thing, "__spec__", None)
    loader = getattr(spec, "loader", None)
    if spec is None or not isinstance(loader, SubmissionImporter) or hasattr(thing, "__path__"):
        return ()
    text = loader.text_of(spec.origin)
    return () if text is None else (("", text),)


def flush_output() -> None:
    """Push out what the student printed, whatever they did to the streams."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            if stream is not None:
                stream.flush()
        except BaseException:
            continue
