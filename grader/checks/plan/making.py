"""Of what a value can be made that no message holds as such, and by whom: the other side of `grader.worker.making`."""

from __future__ import annotations

import collections
import copyreg
import functools
import pathlib
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from grader.wire import DTYPES

_KNOWN_DTYPES = frozenset(DTYPES.values())
# Of a long double of 80 bits, which lies in 12 or 16 bytes.
_BITS_OF_80 = 63
# Scalars that Python has too: they are sent, shown, and would be written by a student as Python's.
_AS_PYTHON = (np.float64, np.int64, np.bool_, np.str_, np.bytes_)


@dataclass(frozen=True)
class Making:
    """How a value is made.

    Args:
        maker: a name of `grader.worker.making.MAKERS`, or a callable of a library.
        parts: its arguments, each of which may have to be made in turn.
    """

    maker: Any
    parts: tuple[Any, ...]


def making_of(value: Any) -> Making | None:
    """How a value is made that is not data by itself; None where there is no way."""
    if isinstance(value, np.ndarray | np.generic | np.dtype):
        return _of_numpy(value)
    if isinstance(value, ModuleType):
        return Making("import_module", (value.__name__,))
    if is_tensor(value):
        return _of_tensor(value)
    for kinds, making in _kinds():
        if isinstance(value, kinds):
            return making(value)
    home = type(value).__module__
    if home.startswith("scipy.sparse"):
        return _of_sparse(value)
    return (_of_torch(value) if home.partition(".")[0] == "torch" else None) or _reduce(value)


def is_tensor(value: Any) -> bool:
    """Whether it is a tensor of torch's."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def is_as_it_is(value: Any) -> bool:
    """Whether an array or a tensor is sent as such, and arrives as it is."""
    if type(value) is np.ndarray:
        return value.dtype in _KNOWN_DTYPES
    torch = sys.modules.get("torch")
    if torch is None or type(value) is not torch.Tensor or value.requires_grad:
        return False
    return value.layout is torch.strided and value.dtype is not torch.bfloat16


def _of_numpy(value: Any) -> Making | None:
    if isinstance(value, np.dtype):
        return Making(np.dtype, (value.str,) if value.names is None else (value.descr,))
    if isinstance(value, np.generic):
        return None if isinstance(value, _AS_PYTHON) else Making("scalar", (np.asarray(value),))
    plain = np.asarray(value)
    if isinstance(value, np.ma.MaskedArray):
        return Making(np.ma.MaskedArray, (np.ma.getdata(value), np.ma.getmaskarray(value)))
    if isinstance(value, np.matrix):
        return Making(np.matrix, (plain,))
    if isinstance(value, np.recarray):
        return Making(np.rec.array, (value.view(np.ndarray),))
    if value.dtype.hasobject:
        return Making("objects", (value.ravel().tolist(), value.shape)) if value.dtype.kind == "O" else None
    return Making("array", (_without_gaps(plain).tobytes(), np.lib.format.dtype_to_descr(value.dtype), value.shape))


def _without_gaps(array: Any) -> Any:
    """The array with zeros between its numbers, where those of long doubles and fields have what was there before."""
    if array.dtype.names is not None:
        filled = np.zeros_like(array)
        for name in array.dtype.names:
            filled[name] = _without_gaps(array[name])
        return filled
    if array.dtype.char not in "gG" or np.finfo(np.longdouble).nmant != _BITS_OF_80:
        return array
    filled = np.array(array, ndmin=1, order="C")
    filled.view(np.uint8).reshape(-1, np.dtype(np.longdouble).itemsize)[:, 10:] = 0
    return filled


def _of_tensor(value: Any) -> Making:
    kind = "leaf" if value.requires_grad else ""
    if type(value).__name__ == "Parameter":
        kind = "parameter" if value.requires_grad else "frozen"
    dtype, layout = str(value.dtype).partition(".")[2], str(value.layout).partition(".")[2]
    dense = value.detach() if layout == "strided" else value.detach().to_dense()
    gradient = value.grad if value.is_leaf else None
    return Making("tensor", (dense.float() if dtype == "bfloat16" else dense, dtype, layout, kind, gradient))


def _of_sparse(value: Any) -> Making:
    places = value.tocoo()
    return Making("sparse", (type(value).__name__, places.data, tuple(places.coords), value.shape))


def _of_torch(value: Any) -> Making | None:
    torch = sys.modules["torch"]
    if isinstance(value, torch.device):
        return Making(torch.device, (str(value),))
    if isinstance(value, torch.Generator):
        return Making("torch_generator", (value.initial_seed(), value.get_state()))
    return Making(torch.Size, (list(value),)) if isinstance(value, torch.Size) else None


def _of_generator(value: np.random.Generator) -> Making | None:
    bits = value.bit_generator
    seed = bits.seed_seq
    if not isinstance(seed, np.random.SeedSequence):
        return None
    state = (seed.entropy, seed.spawn_key, seed.n_children_spawned)
    return Making("generator", (type(bits).__name__, state, dict(bits.state)))


def _of_default(value: collections.defaultdict[Any, Any]) -> Making:
    return Making(collections.defaultdict, (value.default_factory, dict(value)))


# Which kinds of values are made how; of what stands in none, Python's own way of copying is asked.
_KINDS: Sequence[tuple[Any, Callable[[Any], Making | None]]] = (
    (complex, lambda value: Making(complex, (value.real, value.imag))),
    (bytearray, lambda value: Making(bytearray, (bytes(value),))),
    (pathlib.PurePath, lambda value: Making(pathlib.Path, (str(value),))),
    (slice, lambda value: Making(slice, (value.start, value.stop, value.step))),
    (memoryview, lambda value: Making(memoryview, (bytes(value),))),
    (collections.OrderedDict, lambda value: Making(collections.OrderedDict, (dict(value),))),
    (collections.Counter, lambda value: Making(collections.Counter, (dict(value),))),
    (collections.defaultdict, _of_default),
    (collections.deque, lambda value: Making(collections.deque, (list(value), value.maxlen))),
    (functools.partial, lambda value: Making("partial", (value.func, value.args, value.keywords))),
    (random.Random, lambda value: Making("python_random", (value.getstate(),))),
)


def _kinds() -> Sequence[tuple[Any, Callable[[Any], Making | None]]]:
    """All of them; numpy's generators where somebody loaded these, which takes a third of the time that numpy takes."""
    random_of_numpy = sys.modules.get("numpy.random")
    return _KINDS if random_of_numpy is None else (*_KINDS, *_generators(random_of_numpy))


@functools.cache
def _generators(random_of_numpy: ModuleType) -> Sequence[tuple[Any, Callable[[Any], Making | None]]]:
    return (
        (random_of_numpy.Generator, _of_generator),
        (random_of_numpy.RandomState, lambda value: Making("random_state", (value.get_state(),))),
    )


def _reduce(value: Any) -> Making | None:
    """What Python itself would make a copy of: a date, a path, a fraction, a regular expression, an exception."""
    if type(value).__module__ == "_io" and hasattr(value, "getvalue"):
        return Making(type(value), (value.getvalue(),))
    # Others register how exceptions are copied with their tracebacks (Dask does): here, their own way counts.
    reduce = None if isinstance(value, BaseException) else copyreg.dispatch_table.get(type(value))
    try:
        reduced = value.__reduce_ex__(2) if reduce is None else reduce(value)
    except Exception:  # it says that it cannot be copied
        return None
    if isinstance(reduced, str):
        return None
    maker, parts, state, items, pairs = (*reduced, None, None, None)[:5]
    if items is not None or pairs is not None:
        return None
    if maker is copyreg.__newobj__:  # type: ignore[attr-defined]
        return Making("instance", (parts[0], parts[1:], state))
    return None if state else Making(maker, tuple(parts))
