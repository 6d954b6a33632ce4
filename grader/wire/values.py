"""What a message's body may hold: data of a few kinds, packed by msgpack, and never code.

Beyond msgpack's own types there are
    array   a numpy array of a numeric dtype              ext 1: [dtype, shape, bytes]
    tensor  a CPU torch tensor of a numeric dtype         ext 2: the same
    big     an integer beyond 64 bits                     ext 3: its hexadecimal digits
    ref     an object that stays in the worker            ext 4: [request, index]
    mark    what a list begins with that stands for       ext 5: one letter, see `Mark`
            something else
"""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgpack
import numpy as np

from grader.atoms import MAX_BITS, NUMBERS, Atom, Ratio, array_of, atom_of, data_within, is_sparse, items_of, number_of
from grader.errors import WireError

MAX_FRAME = 64 << 20
# Workers asked for together cost less: after a fork, memory that is used is copied page by page in both processes.
MAX_AT_ONCE = 16
MAX_DEPTH = 32
MAX_NODES = 1 << 20
MAX_TEXT = 1 << 20
MAX_HEX_DIGITS = MAX_BITS // 4  # 4,215 decimal ones: Python writes down no integer of more than 4,300
MAX_RANK = 32

_ARRAY, _TENSOR, _BIG, _REF, _MARK = 1, 2, 3, 4, 5
DTYPES = {
    name: np.dtype(name)
    for name in (
        "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
        "float16", "float32", "float64", "complex64", "complex128",
    )
}  # fmt: skip
_NAMES = {dtype: name for name, dtype in DTYPES.items()}  # dtype.name is slow
# A packer made for each message would be a large piece of memory each time, for which malloc tidies up all small ones.
_packer, _KEPT_BUFFER = msgpack.Packer(), 1 << 20
_FLOATS = frozenset({float, bool, type(None)})
# A union would be made anew at each use.
_ARRAYS, _LISTS, _WHOLE, _SETS = (np.ndarray, np.generic), (list, tuple, range), (bool, int), (set, frozenset)
_RATIOS, _KEYS = (Fraction, Decimal), frozenset({str, int})


Bytes = bytes | memoryview


class NotData(Exception):
    """A value is an object, not data; the message names its type."""


@dataclass(frozen=True)
class Ref:
    """An object in the worker: the result of call `index` of request `request` (0: the request it stands in)."""

    request: int
    index: int


class Mark(enum.Enum):
    """What is said of a list by its first item: that the rest of it is something else.

    TUPLE  the items of a tuple; in replies only within keys and sets, elsewhere lists and tuples are the same
    SET    the items of a set
    PAIRS  key, value, key, value, … of a dictionary whose keys are more than text and whole numbers
    ATOM   kind and text of an `Atom`
    RATIO  numerator and denominator of a `Ratio`
    NAME   module, name, whether the module is the submission's: what it names. Never in a reply
    MAKE   a callable, arguments: what it returns. Never in a reply
    """

    TUPLE = b""
    SET = b"s"
    PAIRS = b"p"
    ATOM = b"a"
    RATIO = b"r"
    NAME = b"n"
    MAKE = b"m"


def encode(value: Any) -> bytes:
    """The message body for `value`.

    Raises:
        NotData: something in it is neither data nor a `Ref`.
    """
    return _pack(_plain(value, 0))


def _pack(value: Any) -> bytes:
    """What `_plain` returned, packed. No Python runs meanwhile, so threads can share the packer."""
    global _packer
    try:
        packed: bytes = _packer.pack(value)
    except BaseException:
        _packer = msgpack.Packer()
        raise
    if len(packed) > _KEPT_BUFFER:
        _packer = msgpack.Packer()
    return packed


def _plain(value: Any, depth: int) -> Any:
    """`value` with subclasses of the builtin types reduced to them, so that none of their methods is used."""
    if depth > MAX_DEPTH:
        raise NotData(f"nested deeper than {MAX_DEPTH} levels")
    kind = type(value)
    if value is None or kind in (bool, float, bytes):
        return value
    if kind is str:
        return _text(value)
    if kind is int:
        return value if -(2**63) <= value < 2**64 else msgpack.ExtType(_BIG, _hexadecimal(value))
    if kind in (list, tuple):
        return value if _FLOATS.issuperset(map(type, value)) else [_plain(item, depth + 1) for item in value]
    if kind is np.float64:
        return float(value)
    if kind is Ref:
        return msgpack.ExtType(_REF, _pack([value.request, value.index]))
    if kind is Mark:
        return msgpack.ExtType(_MARK, value.value)
    if isinstance(value, _ARRAYS):
        return _pack_array(value, depth)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return msgpack.ExtType(_TENSOR, _array_bytes(array_of(value)))
    if isinstance(value, dict) and not is_sparse(value):
        return _plain_dict(value, depth)
    if isinstance(value, range) and value[MAX_NODES:]:
        raise NotData("range")
    if isinstance(value, _LISTS):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, _SETS):
        items = [_plain_key(item, depth + 1) for item in value]
        return [_plain(Mark.SET, depth), *sorted(items, key=_pack)]
    if isinstance(value, bytearray):
        return bytes(value)
    if isinstance(value, _WHOLE):
        return _plain(int.__int__(value), depth)
    if isinstance(value, _RATIOS):
        value = number_of(value)
    if isinstance(value, Ratio):
        return [_plain(part, depth) for part in (Mark.RATIO, value.exact.numerator, value.exact.denominator)]
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, str):
        return _text(str.__str__(value))
    if isinstance(value, complex):
        return _pack_array(np.asarray(complex(value)), depth)
    if (atom := atom_of(value)) is not None:
        return [_plain(Mark.ATOM, depth), _text(atom.kind), _text(atom.text)]
    within = data_within(value)
    if within is None:
        raise NotData(type_name(value))
    return _plain(within, depth + 1)


def type_name(value: Any) -> str:
    """`module.Type` of an object, without asking the object."""
    kind = type(value)
    module, name = type.__dict__["__module__"].__get__(kind), type.__dict__["__qualname__"].__get__(kind)
    return str(name) if module in ("builtins", "__main__") else f"{module}.{name}"


def _text(value: str) -> str:
    if len(value) > MAX_TEXT:
        raise NotData(f"a text of {len(value)} characters")
    data = value.encode("utf-8", "replace")  # a lone surrogate is no UTF-8
    if len(data) > MAX_TEXT:
        raise NotData(f"a text of {len(data)} bytes")
    return data.decode()


def _hexadecimal(value: int) -> bytes:
    if value.bit_length() > 4 * MAX_HEX_DIGITS:
        raise NotData(f"an integer of more than {MAX_HEX_DIGITS} hexadecimal digits")
    return format(value, "x").encode()


def _plain_dict(value: dict[Any, Any], depth: int) -> Any:
    items = dict.items(value)
    kinds = set(map(type, dict.keys(value)))
    if kinds <= _KEYS and (int not in kinds or all(_fits(key) for key in dict.keys(value))):
        return {key: _plain(item, depth + 1) for key, item in items}
    pairs = [part for key, item in items for part in (_plain_key(key, depth + 1), _plain(item, depth + 1))]
    return [_plain(Mark.PAIRS, depth), *pairs]


def _fits(key: str | int) -> bool:
    return type(key) is str or -(2**63) <= key < 2**64  # type: ignore[operator]


def _plain_key(key: Any, depth: int) -> Any:
    """A key or an item of a set: a tuple among them stays one."""
    if isinstance(key, tuple):
        return [_plain(Mark.TUPLE, depth), *(_plain_key(item, depth + 1) for item in tuple.__iter__(key))]
    if isinstance(key, frozenset | Mark | Ref):
        return _plain(key, depth)
    if isinstance(key, np.generic):
        key = key.item()
    if key is None or isinstance(key, bool | int | float | str | bytes | Fraction | Decimal):
        return _plain(key, depth)
    if atom_of(key) is not None:
        return _plain(key, depth)
    raise NotData(f"a dictionary key or an item of a set of type {type_name(key)}")


def _pack_array(value: Any, depth: int) -> Any:
    array = np.asarray(value)
    if array.dtype.kind not in NUMBERS:
        return _plain(items_of(array), depth + 1)
    if "numpy.ma" in sys.modules and isinstance(value, np.ma.MaskedArray):  # numpy loads it where it is first named
        array = np.ma.filled(value.astype(np.result_type(array, np.float16)), np.nan)
    return msgpack.ExtType(_ARRAY, _array_bytes(array))


def _array_bytes(array: np.ndarray[Any, Any]) -> bytes:
    name = _NAMES.get(array.dtype)
    if name is None:
        array = _of_known_dtype(array)
        name = _NAMES[array.dtype]
    return _pack([name, array.shape, array.tobytes()])


def _of_known_dtype(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array in this machine's byte order, and in double precision where it has more: that is what is judged."""
    if array.dtype.kind in "fc" and array.dtype.itemsize > (8 if array.dtype.kind == "f" else 16):
        return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    array = array.astype(array.dtype.newbyteorder("="))
    if array.dtype not in _NAMES:
        raise NotData(f"an array of dtype {array.dtype}")
    return array


def decode(
    body: Bytes, *, tensor: Callable[[Any], Any] = lambda array: array, refs: bool = True, marked: bool = False
) -> Any:
    """The value of a message body; arrays are fresh, C-contiguous and writeable, `tensor` makes tensors of theirs.

    Args:
        refs: whether it may hold references; what a worker says bears none.
        marked: leave marked lists as they are, for `map_items`: they are a call's, which was bounded when it was
            encoded, on this side.

    Raises:
        WireError: the body is not exactly one value, or is larger or deeper than the caps.
    """
    marks: list[Mark] = []

    def extension(code: int, data: bytes) -> Any:
        if code == _ARRAY:
            return _unpack_array(data)
        if code == _TENSOR:
            return tensor(_unpack_array(data))
        if code == _BIG and 0 < len(data) <= MAX_HEX_DIGITS + 1:
            return int(data.decode("ascii"), 16)
        if code == _REF and refs:
            return _unpack_ref(data)
        if code == _MARK and data in _MARKS:
            marks.append(_MARKS[data])
            return marks[-1]
        raise WireError(f"an extension of type {code} and {len(data)} bytes")

    try:
        value = msgpack.unpackb(
            body, ext_hook=extension, strict_map_key=False, timestamp=1, raw=False, max_str_len=MAX_TEXT,
            max_bin_len=MAX_FRAME, max_ext_len=MAX_FRAME, max_array_len=MAX_NODES, max_map_len=4096,
        )  # fmt: skip
    except (ValueError, TypeError, msgpack.UnpackException, RecursionError, OverflowError) as error:
        raise WireError(f"a message cannot be read: {type(error).__name__}: {str(error)[:120]}") from None
    if marked:
        return value
    _refuse_depth(value)
    return _unmark(value) if marks else value


_MARKS = {mark.value: mark for mark in Mark}


def _unmark(value: Any) -> Any:
    """A reply with what its marked lists stand for.

    Raises:
        WireError: one of them stands for nothing that a reply may hold.
    """
    if isinstance(value, dict):
        return {key: _unmark(item) for key, item in value.items()}
    if not isinstance(value, list):
        if isinstance(value, Mark):
            raise WireError("a mark that no list begins with")
        return value
    if not value or not isinstance(value[0], Mark):
        return [_unmark(item) for item in value]
    mark, items = value[0], [_unmark(item) for item in value[1:]]
    try:
        if mark is Mark.SET:
            return frozenset(items)
        if mark is Mark.TUPLE:
            return tuple(items)
        if mark is Mark.ATOM and [type(item) for item in items] == [str, str]:
            return Atom(*items)
        if mark is Mark.RATIO and [type(item) for item in items] == [int, int] and items[1] > 0:
            return number_of(Fraction(*items))
        if mark is Mark.PAIRS and len(items) % 2 == 0:
            return dict(zip(items[::2], items[1::2], strict=True))
    except TypeError as error:
        raise WireError(f"a key that is none: {error}") from None
    raise WireError("a marked list that no reply may hold")


def map_items(value: Any, each: Callable[[Any], Any]) -> Any:
    """What was decoded of a call, with its tuples, and with `each` done to the items of lists, tuples, dictionaries."""
    if isinstance(value, dict):
        return {key: each(item) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    mark = value[0] if value and isinstance(value[0], Mark) else None
    if mark is None:
        return [each(item) for item in value]
    items = [each(item) for item in value[1:]]
    if mark is Mark.TUPLE:
        return tuple(items)
    if mark is Mark.SET:
        return set(items)
    if mark is Mark.ATOM:
        return Atom(*items)
    if mark is Mark.RATIO:
        return Fraction(*items)
    return dict(zip(items[::2], items[1::2], strict=True))


def _refuse_depth(value: Any) -> None:
    level = [value] if type(value) in (list, dict) else []
    nodes = 0
    for _ in range(MAX_DEPTH + 4):
        if not level:
            return
        below: list[Any] = []
        for item in level:
            children = item if type(item) is list else _values_of(item)
            nodes += len(children)
            if not {list, dict}.isdisjoint(map(type, children)):
                below += [child for child in children if type(child) in (list, dict)]
        if nodes > MAX_NODES:
            raise WireError(f"a message of more than {MAX_NODES} values")
        level = below
    raise WireError(f"a message nested deeper than {MAX_DEPTH} levels")


def _values_of(item: dict[Any, Any]) -> Collection[Any]:
    if not {str, int}.issuperset(map(type, item)):
        raise WireError("a dictionary with a key that is neither text nor a number")
    return item.values()


def _unpack_array(data: bytes) -> np.ndarray[Any, Any]:
    fields = msgpack.unpackb(data, max_array_len=MAX_RANK + 3, max_map_len=0, max_ext_len=0)
    if type(fields) is not list or len(fields) != 3:
        raise WireError("an array without dtype, shape and bytes")
    name, shape, raw = fields
    if type(name) is not str or name not in DTYPES or type(raw) is not bytes or type(shape) is not list:
        raise WireError("an array of another dtype or without bytes")
    if len(shape) > MAX_RANK or any(type(size) is not int or size < 0 for size in shape):
        raise WireError("an array with a shape that is none")
    count = 1
    for size in shape:
        count *= size
    if count * DTYPES[name].itemsize != len(raw):
        raise WireError(f"an array of shape {shape} and {len(raw)} bytes")
    if name == "bool" and raw.strip(b"\0\1"):
        raise WireError("a bool array with a byte beside 0 and 1")
    try:
        return np.frombuffer(bytearray(raw), dtype=DTYPES[name]).reshape(shape)
    except ValueError as error:  # sizes that overflow beside a zero
        raise WireError(f"an array of shape {shape}: {error}") from None


def _unpack_ref(data: bytes) -> Ref:
    fields = msgpack.unpackb(data, max_array_len=2, max_map_len=0, max_ext_len=0)
    if type(fields) is not list or [type(field) for field in fields] != [int, int]:
        raise WireError("a reference without request and index")
    return Ref(*fields)
