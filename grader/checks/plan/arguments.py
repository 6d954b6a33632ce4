"""Arguments as they are sent: data as it is, what an earlier call returned by its place, functions by their name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np

from grader import wire
from grader.checks.api.reply import Caller, Reply, data_of, origin_of
from grader.checks.api.steps import Step
from grader.checks.api.student import Function, Module
from grader.checks.plan.making import Making, is_as_it_is, is_tensor, making_of
from grader.model.arrays import Mismatch
from grader.wire import Mark, Ref
from grader.worker.making import MAKERS
from grader.worker.operations import NAMEABLE, attribute, library_object

_AS_THEY_ARE = frozenset({type(None), bool, int, float, str, bytes, Ref})
# What is sent for what it is, whoever else calls it by a name.
_NEVER_NAMED = (
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    list,
    tuple,
    dict,
    set,
    frozenset,
    ModuleType,
    np.ndarray,
    np.generic,
)
# Where functions live that do not say it themselves.
_HOMES = ("builtins", "math", "cmath", "numpy", "numpy.linalg", "torch", "torch.nn.functional", "torch.nn", "operator")


class CannotBeSent(TypeError):
    """A check passes something that no other process can be given; the message says which argument, and a way out."""


def encoded_step(step: Step, located: Callable[[Reply], Ref], caller: Caller | None = None) -> bytes:
    """A step as it is sent.

    Args:
        located: says where the object lies that a reply stands for.
        caller: who carries it out: replies of others are sent as the data that they are.

    Raises:
        CannotBeSent: an argument is none that can be.
    """
    owner, name = step.target
    send = _Sending(located, caller).encode
    sent_owner = located(owner) if isinstance(owner, Reply) else owner
    try:
        args = [send(arg, (step, index)) for index, arg in enumerate(step.args)]
        named = {key: send(arg, (step, key)) for key, arg in step.named.items()} if step.named else {}
        return wire.encode([[sent_owner, name], args, named, step.manner])
    except wire.NotData as reason:
        raise CannotBeSent(f"{step_name(step)} is given {reason}, which cannot be sent to a submission") from None


def step_name(step: Step) -> str:
    """What is called, in words."""
    owner, name = step.target
    return f"{owner}.{name}" if isinstance(owner, str) else f".{name}" if owner is not None else f"`{name}`"


# Where a value stands: the step, the argument's number or name, and then number or key of what is within it.
_Place = tuple[Any, ...]


def _words(place: _Place) -> str:
    """`item 1 of argument 2 of m.f`."""
    step, argument, *within = (key for key in place if key != "…")
    words = f"argument {argument + 1 if isinstance(argument, int) else argument} of {step_name(step)}"
    for key in within:
        words = f"item {key} of {words}" if isinstance(key, int) else f"{words}[{key!r}]"
    return words


@dataclass(frozen=True)
class AsSent:
    """An argument that was sent before: what names it or makes it, kept as it was."""

    mark: Mark
    parts: list[Any]


def value_behind(sent: AsSent) -> Any:
    """What was sent, as it is here; the same as it was sent where it is not to be had here."""
    head, *parts = sent.parts
    try:
        if sent.mark is Mark.NAME:
            return sent if parts[1] else library_object(head, parts[0])
        is_own = any(isinstance(part, Reply | AsSent) for part in sent.parts)
        return sent if is_own else (MAKERS[head] if isinstance(head, str) else head)(*parts)
    except Exception:  # a library that is not installed, or another version of it
        return sent


class _Sending:
    def __init__(self, located: Callable[[Reply], Ref], caller: Caller | None) -> None:
        self._located = located
        self._caller = caller

    def encode(self, value: Any, place: _Place) -> Any:
        """A value as a node of a message; `place` is where it stands in the call."""
        kind = type(value)
        if kind in _AS_THEY_ARE or (kind is np.ndarray and is_as_it_is(value)):
            return value
        if isinstance(value, Reply):
            return self._sent_reply(value, place)
        if isinstance(value, AsSent):
            return [value.mark, *(self.encode(part, place) for part in value.parts)]
        if kind is list or kind is tuple:
            items = [self.encode(item, (*place, at)) for at, item in enumerate(value)]
            return [Mark.TUPLE, *items] if kind is tuple else items
        if kind is dict:
            return self._sent_dict(value, place)
        if is_tensor(value) and is_as_it_is(value):
            return value
        if kind is set or kind is frozenset:
            return self._make(Making(kind, ([*_in_order(value)],)), place)
        return self._sent_other(value, place)

    def _sent_other(self, value: Any, place: _Place) -> Any:
        name = name_of(value)
        if name is not None:
            return [Mark.NAME, *name, False]
        making = making_of(value)
        if making is not None and _is_within_reach(making):
            return self._make(making, place)
        if isinstance(value, np.generic):
            return value.item()  # as it is shown, and as a student would write it
        if isinstance(value, list | tuple):
            return self.encode(list(value) if isinstance(value, list) else tuple(value), place)
        if isinstance(value, Mapping):
            return self._sent_dict(value, place)
        if isinstance(value, str | bytes | float | int):
            return value
        raise CannotBeSent(_no_way(value, _words(place)))

    def _make(self, making: Making, place: _Place) -> list[Any]:
        if len(place) > wire.MAX_DEPTH:
            raise CannotBeSent(f"{_words(place[:2])} is nested deeper than {wire.MAX_DEPTH} levels, or holds itself")
        maker = making.maker
        sent = maker if isinstance(maker, str) else [Mark.NAME, *(name_of(maker) or ()), False]
        return [Mark.MAKE, sent, *(self.encode(part, (*place, "…")) for part in making.parts)]

    def _sent_dict(self, value: Mapping[Any, Any], place: _Place) -> Any:
        keys = [data_of(key._get()) if isinstance(key, Reply) else key for key in value]
        items = [self.encode(item, (*place, key)) for key, item in zip(keys, value.values(), strict=True)]
        if all(type(key) in (str, int) for key in keys):
            return dict(zip(keys, items, strict=True))
        sent_keys = [self.encode(key, (*place, key)) for key in keys]
        return [Mark.PAIRS, *(part for pair in zip(sent_keys, items, strict=True) for part in pair)]

    def _sent_reply(self, reply: Reply, place: _Place) -> Any:
        if self._caller is not None and reply._caller is not self._caller:
            try:
                return self.encode(_as_it_was(reply), place)
            except Mismatch as mismatch:
                raise CannotBeSent(f"{mismatch}: an object of one's code cannot be handed to another's") from None
        if isinstance(reply, Function):
            module, name = reply._target
            return [Mark.NAME, module, name, True]
        return self._located(reply)


def _as_it_was(reply: Reply) -> Any:
    """What the model answer returned, with the tuples and tensors that its data holds as lists and arrays."""
    data = reply._now()
    return _with_kinds(data, reply._ask("kinds")) if isinstance(data, list | dict | np.ndarray) else data


def _with_kinds(data: Any, kinds: Any) -> Any:
    """Data as `worker.operations.kinds` tells that it was."""
    if kinds is None:
        return data
    kind, *within = kinds
    if kind == "tensor":
        import torch

        return torch.tensor(data).to(getattr(torch, within[0]))
    if kind == "dict":
        return {key: _with_kinds(item, one) for (key, item), one in zip(data.items(), within, strict=True)}
    items = map(_with_kinds, data, within)
    return tuple(items) if kind == "tuple" else list(items)


def located_in_case(reply: Reply) -> Ref:
    """Where a reply's object lies, by the number of its step."""
    return origin_of(reply)


def _is_within_reach(making: Making) -> bool:
    """Whether its maker is one of ours, or bears a library's name."""
    maker = making.parts[0] if making.maker == "instance" else making.maker
    return isinstance(maker, str) or name_of(maker) is not None


def _in_order(items: Any) -> list[Any]:
    return sorted(items, key=lambda item: (type(item).__name__, repr(item)))


def name_of(value: Any) -> tuple[str, str] | None:
    """Module and name of a function, class or constant of a library; None for what has none."""
    if issubclass(type(value), _NEVER_NAMED):  # what stands in for others would say what these are
        return None
    for module, name in _names(value) if _is_nobodys(value) else ():
        if module.partition(".")[0] in NAMEABLE and module in sys.modules and _stands_at(module, name, value):
            return module, name
    return _common_name(value) if type(value).__module__.partition(".")[0] in NAMEABLE else None


def shown_name(value: Any) -> tuple[str, str] | None:
    """As `name_of`, from the module that people import it from."""
    found = name_of(value)
    common = found and _common_name(value)
    return common if common and found and common[1] == found[1] else found


def _is_nobodys(value: Any) -> bool:
    """Whether it is not the method of some object, whose name would be that of the class's."""
    return isinstance(getattr(value, "__self__", None), ModuleType | type | None)


def _stands_at(module: str, name: str, value: Any) -> bool:
    try:
        return attribute(sys.modules[module], name) is value
    except (AttributeError, KeyError):
        return False


def _common_name(value: Any) -> tuple[str, str] | None:
    """What a public module of a library calls it."""
    found = _named_somewhere(len(sys.modules)).get(id(value))
    return found if found and _stands_at(*found, value) else None


@lru_cache(maxsize=1)
def _named_somewhere(_n_modules: int) -> dict[int, tuple[str, str]]:
    """What the public modules of libraries call their things, by identity; where one is gone, another may bear it."""
    modules = [name for name in sys.modules if name.partition(".")[0] in NAMEABLE and "._" not in f".{name}"]
    return {
        id(thing): (module, name)
        for module in sorted(modules, key=len, reverse=True)
        for name, thing in vars(sys.modules[module]).items()
        if not name.startswith("_") and not issubclass(type(thing), _NEVER_NAMED)
    }


def _names(value: Any) -> Iterator[tuple[str, str]]:
    name = "Ellipsis" if value is Ellipsis else getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if name is None:
        text = str(value) if type(value).__module__ == "torch" else ""  # torch.float64 has no other name
        home, _, name = text.rpartition(".")
        yield home, name
        return
    homes = (getattr(value, "__module__", None), *_HOMES)
    yield from ((home, name) for home in homes if isinstance(home, str))
    short = getattr(value, "__name__", None)
    if isinstance(short, str) and short != name:
        yield from ((home, short) for home in _HOMES)


def _no_way(value: Any, place: str) -> str:
    if isinstance(value, Module):
        return f"{place} is the module {value._name}: pass one of its functions, as in student.{value._name}.f"
    what = f"{getattr(value, '__qualname__', '') or ''} of type {wire.type_name(value)}".strip()
    if wire.type_name(value).startswith("hypothesis."):
        way_out = "a strategy is drawn from by `@given(x=…)` above the check, which then gets x"
    elif callable(value):
        way_out = "define it in a file of provided/ and pass it as student.<module>.<name>"
    elif isinstance(value, Iterator):
        way_out = "pass a list, or a generator function of a file of provided/"
    else:
        way_out = "pass what it is made of, or make it in a file of provided/"
    return f"{place} is {what}, which cannot be sent to a submission: {way_out}"
