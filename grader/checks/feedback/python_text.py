"""Values as the Python that a student would write, of bounded length."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from grader import wire
from grader.checks.plan.arguments import AsSent, shown_name
from grader.checks.plan.making import Making, is_as_it_is, is_tensor, making_of
from grader.model.arrays import number_text

MAX_SHOWN = 200
# Characters of a value.
MAX_TEXT = 1200
# What students call a library.
_SHORT = {"numpy": "np"}


def argument_text(value: Any) -> str:
    """An argument as Python."""
    if type(value) is np.ndarray and is_as_it_is(value):
        return _array_text(value, "np.array", "" if value.dtype == np.float64 and value.size else f"np.{value.dtype}")
    if is_tensor(value) and is_as_it_is(value):
        return _array_text(value.resolve_conj().resolve_neg().numpy(), "torch.tensor", str(value.dtype))
    if type(value) is dict:
        return "{…}" if len(value) > 3 else _dict_text(value)
    if type(value) in (list, tuple):
        inner = ", ".join(argument_text(item) for item in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, np.generic):
        return _scalar_text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return number_text(int(value))
    return repr(value) if value is None or isinstance(value, bool | float | str | bytes) else _other_text(value)


def _scalar_text(value: np.generic) -> str:
    """One of numpy's scalars as it is sent: as Python's own, or under its name."""
    return repr(value) if making_of(value) else argument_text(value.item())


def _dict_text(value: dict[Any, Any]) -> str:
    return "{" + ", ".join(f"{key!r}: {argument_text(item)}" for key, item in value.items()) + "}"


def _other_text(value: Any) -> str:
    if isinstance(value, AsSent):
        return _sent_text(value)
    name = shown_name(value)
    if name is not None:
        return _name_text(*name)
    making = making_of(value)
    if making is None:
        return _in_one_line(value)
    if type(value).__module__ in _WELL_SHOWN and not repr(value).startswith("<"):
        return repr(value)[:MAX_TEXT]
    return _TEXTS[making.maker](value) if isinstance(making.maker, str) else _made_text(making)


def _in_one_line(value: Any) -> str:
    return " ".join(repr(value).split())[:MAX_TEXT]


def _name_text(module: str, name: str) -> str:
    library, dot, within = module.partition(".")
    return name if module == "builtins" else f"{_SHORT.get(library, library)}{dot}{within}.{name}"


def _made_text(making: Making) -> str:
    """A call of what makes a value."""
    name = shown_name(making.maker)
    maker = _name_text(*name) if name else repr(making.maker)
    return f"{maker}({', '.join(map(argument_text, making.parts))})"


def _sent_text(sent: AsSent) -> str:
    """What was sent before, and cannot be had here."""
    if sent.mark is wire.Mark.NAME:
        module, name, _ = sent.parts
        return _name_text(module, name)
    maker, *parts = sent.parts
    return f"{maker if isinstance(maker, str) else argument_text(maker)}({', '.join(map(argument_text, parts))})"


def _odd_array_text(value: Any) -> str:
    """An array of text, dates, fields by name, or in another byte order."""
    kind = value.dtype.kind
    dtype = "" if kind in "US" else str(value.dtype) if kind in "mM" or value.dtype.names is None else value.dtype.descr
    items = value.astype({"M": "U", "m": np.int64}[kind]).tolist() if kind in "mM" else value.tolist()
    return _array_text(items, "np.array", repr(dtype) if dtype else "", value.shape)


def _sparse_text(value: Any) -> str:
    dense = "…" if np.prod(value.shape) > MAX_SHOWN else _brief(value.toarray().tolist())
    return f"scipy.sparse.{type(value).__name__}({dense})"


def _tensor_text(value: Any) -> str:
    made = making_of(value)
    assert made is not None
    dense, _, layout, kind, gradient = made.parts
    text = _array_text(dense.numpy(), "torch.tensor", str(value.dtype))
    text += "" if layout == "strided" else f".to_sparse(layout={value.layout})"
    if kind in ("parameter", "frozen"):
        text = f"torch.nn.Parameter({text}{', requires_grad=False' if kind == 'frozen' else ''})"
    elif kind == "leaf" and text.endswith(")"):
        text = f"{text[:-1]}, requires_grad=True)"
    return text if gradient is None else f"<{text} whose .grad is {argument_text(gradient)}>"


def _generator_text(value: Any) -> str:
    seed = value.bit_generator.seed_seq.entropy
    is_new = (
        isinstance(seed, int | list) and value.bit_generator.state == np.random.default_rng(seed).bit_generator.state
    )
    return f"np.random.default_rng({seed})" if is_new else "<a generator of numpy's that was used before>"


def _torch_generator_text(value: Any) -> str:
    torch, seed = _torch(), value.initial_seed()
    is_new = torch.equal(torch.Generator().manual_seed(seed).get_state(), value.get_state())
    return f"torch.Generator().manual_seed({seed})" if is_new else "<a generator of torch's that was used before>"


def _partial_text(value: Any) -> str:
    named = (f"{key}={argument_text(item)}" for key, item in value.keywords.items())
    return f"functools.partial({', '.join([*map(argument_text, (value.func, *value.args)), *named])})"


def _torch() -> Any:
    return sys.modules["torch"]


# Modules whose things say what they are in Python.
_WELL_SHOWN = ("builtins", "datetime", "re")
# What is made by one of `grader.worker.making`, as a student would make it.
_TEXTS: Mapping[str, Callable[[Any], str]] = {
    "array": _odd_array_text,
    "objects": lambda value: f"np.array({argument_text(value.tolist())}, dtype=object)",
    "sparse": _sparse_text,
    "tensor": _tensor_text,
    "generator": _generator_text,
    "torch_generator": _torch_generator_text,
    "random_state": lambda value: "<a generator of numpy's older kind>",
    "python_random": lambda value: "<a generator of Python's>",
    "partial": _partial_text,
    "instance": lambda value: f"<{_in_one_line(value).strip('<>')}>",
    "import_module": lambda value: _SHORT.get(value.__name__, value.__name__),
}


def is_cut(value: Any) -> bool:
    """Whether an array is too large to be written out."""
    is_array = type(value) is np.ndarray or is_tensor(value)
    return is_array and math.prod(value.shape) > MAX_SHOWN and "array of shape" in argument_text(value)


def without_numbers(value: Any) -> Any:
    """Zeros for an array that is too large to be written out; everything else as it is."""
    if not is_cut(value):
        return value
    return np.zeros_like(value) if isinstance(value, np.ndarray) else value.new_zeros(value.shape)


def _array_text(array: Any, maker: str, dtype: str, shape: tuple[int, ...] = ()) -> str:
    shape = shape or np.shape(array)
    if not math.prod(shape):  # brackets would tell neither the shape nor the dtype
        named = f", dtype={dtype}" if dtype else ""
        return f"{maker}([]{named})" if len(shape) == 1 else f"{maker.partition('.')[0]}.zeros({shape}{named})"
    dtype = "" if dtype in ("np.int64", "torch.int64") else dtype
    if math.prod(shape) > MAX_SHOWN:
        library = "np" if maker.startswith("np") else "torch"
        return _made_by_rule(array, library, dtype, shape) or f"<{library} array of shape {shape}>"
    items = array.tolist() if isinstance(array, np.ndarray) else array
    return f"{maker}({_brief(items)}{', dtype=' + dtype if dtype else ''})"


def _made_by_rule(array: Any, library: str, dtype: str, shape: tuple[int, ...]) -> str:
    """What makes a large array whose numbers are all alike, or count from 0; empty for any other."""
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biufc":
        return ""
    flat = array.ravel()
    dtype = dtype or (f"{library}.int64" if array.dtype.kind == "i" else "")
    named = "" if dtype in ("", "torch.float32") else f", dtype={dtype}"
    if (flat == flat[0]).all() and not (flat[0] == 0 and array.dtype.kind == "f" and np.signbit(flat).any()):
        start = {0: f"zeros({shape}", 1: f"ones({shape}"}.get(flat[0].item(), f"full({shape}, {_brief(flat[0])}")
        return f"{library}.{start}{named})"
    if array.dtype.kind in "iu" and (flat == np.arange(flat.size)).all():
        return f"{library}.arange({flat.size}{named}).reshape({shape})"
    return ""


def numbers_text(data: Any) -> str:
    """Numbers as one reads them, of bounded length."""
    text, length = [], 0
    for piece in _pieces(data, rounded=True):
        text.append(piece)
        length += len(piece)
        if length > MAX_TEXT:
            return "".join(text)[:MAX_TEXT] + " …"
    return "".join(text)


def _brief(data: Any) -> str:
    """Python for nested lists of numbers, with `1.` for 1.0."""
    return "".join(_pieces(data, rounded=False))


def _pieces(data: Any, *, rounded: bool) -> Iterator[str]:
    """Such Python piece by piece, so that whoever has seen enough can stop; long lists and texts are cut."""
    if isinstance(data, np.ndarray) and not data.ndim:
        data = data.item()
    if isinstance(data, list | np.ndarray):
        yield "["
        for number, item in enumerate(itertools.islice(data, MAX_SHOWN)):
            yield ", " if number else ""
            yield from _pieces(item, rounded=rounded)
        yield "]"
    elif isinstance(data, dict):
        yield "{"
        for number, (key, item) in enumerate(itertools.islice(data.items(), MAX_SHOWN)):
            yield f"{', ' if number else ''}{_one(key, rounded)}: "
            yield from _pieces(item, rounded=rounded)
        yield "}"
    else:
        yield _one(data, rounded)


def _one(value: Any, rounded: bool) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        text = repr(float(f"{value:.10g}") if rounded else value)
        return text.removesuffix("0") if text.endswith(".0") else text
    if isinstance(value, str | bytes):
        return repr(value[:200])
    return number_text(value) if isinstance(value, int) else repr(value)
