"""Messages between judge and worker: length-prefixed msgpack that can hold data and nothing else.

Both sides use this module; neither ever unpickles. Beyond msgpack's own types a message may hold
    array   a numpy array of a numeric dtype              ext 1: [dtype, shape, bytes]
    tensor  a CPU torch tensor of a numeric dtype         ext 2: the same
    big     an integer beyond 64 bits                     ext 3: its hexadecimal digits
    ref     an object that stays in the worker            ext 4: [request, index]
    tuple   what a list begins with that stands for one   ext 5: nothing
"""

from __future__ import annotations

import enum
import struct
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgpack
import numpy as np

from grader.errors import WireError

MAX_FRAME = 64 << 20
MAX_DEPTH = 32
MAX_NODES = 1 << 20
MAX_TEXT = 1 << 20
MAX_HEX_DIGITS = 4096
MAX_RANK = 32

_ARRAY, _TENSOR, _BIG, _REF, _TUPLE = 1, 2, 3, 4, 5
_HEADER = struct.Struct("!I")
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
_ARRAYS, _LISTS, _WHOLE, _EXACT = (np.ndarray, np.generic), (list, tuple, range), (bool, int), (Fraction, Decimal)


class NotData(Exception):
    """A value is an object, not data; the message names its type."""


@dataclass(frozen=True)
class Ref:
    """An object in the worker: the result of call `index` of request `request` (0: the request it stands in)."""

    request: int
    index: int


class Mark(enum.Enum):
    """What is said of a list by its first item. Replies bear none: there, lists and tuples are the same numbers."""

    TUPLE = enum.auto()


def encode(value: Any) -> bytes:
    """The message body for `value`.

    Raises:
        NotData: something in it is neither data nor a `Ref`.
    """
    return _packed(_plain(value, 0))


def _packed(value: Any) -> bytes:
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
        return msgpack.ExtType(_REF, _packed([value.request, value.index]))
    if kind is Mark:
        return msgpack.ExtType(_TUPLE, b"")
    if isinstance(value, _ARRAYS):
        return _pack_array(value, depth)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return msgpack.ExtType(_TENSOR, _array_bytes(_tensor_array(value)))
    if isinstance(value, dict):
        return {_key(key): _plain(item, depth + 1) for key, item in dict.items(value)}
    if isinstance(value, _LISTS):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, _WHOLE):
        return _plain(int.__int__(value), depth)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, str):
        return _text(str.__str__(value))
    if isinstance(value, _EXACT):
        return float(value)
    if isinstance(value, complex):
        return _pack_array(np.asarray(complex(value)), depth)
    raise NotData(type_name(value))


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


def _key(key: Any) -> str | int:
    if type(key) in (str, int):
        return key  # type: ignore[no-any-return]
    raise NotData(f"a dictionary key of type {type_name(key)}")


def _pack_array(value: Any, depth: int) -> Any:
    array = np.asarray(value)
    if array.dtype == object:
        return _plain(array.tolist(), depth + 1)
    return msgpack.ExtType(_ARRAY, _array_bytes(array))


def _array_bytes(array: np.ndarray[Any, Any]) -> bytes:
    name = _NAMES.get(array.dtype)
    if name is None:
        array = _of_known_dtype(array)
        name = _NAMES[array.dtype]
    return _packed([name, array.shape, array.tobytes()])


def _of_known_dtype(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array in this machine's byte order, and in double precision where it has more: that is what is judged."""
    if array.dtype.kind in "fc" and array.dtype.itemsize > (8 if array.dtype.kind == "f" else 16):
        return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    array = array.astype(array.dtype.newbyteorder("="))
    if array.dtype not in _NAMES:
        raise NotData(f"an array of dtype {array.dtype}")
    return array


def _tensor_array(tensor: Any) -> np.ndarray[Any, Any]:
    torch = sys.modules["torch"]
    if tensor.layout is not torch.strided:
        tensor = torch.Tensor.to_dense(torch.Tensor.detach(tensor))
    if tensor.dtype is torch.bfloat16:
        tensor = torch.Tensor.to(tensor, torch.float32)
    array: np.ndarray[Any, Any] = torch.Tensor.numpy(tensor, force=True)
    return array


def decode(body: bytes, *, tensor: Callable[[Any], Any] = lambda array: array) -> Any:
    """The value of a message body; arrays are fresh, C-contiguous and writeable, `tensor` makes tensors of theirs.

    Raises:
        WireError: the body is not exactly one value, or is larger or deeper than the caps.
    """

    def extension(code: int, data: bytes) -> Any:
        if code == _ARRAY:
            return _unpack_array(data)
        if code == _TENSOR:
            return tensor(_unpack_array(data))
        if code == _BIG and 0 < len(data) <= MAX_HEX_DIGITS + 1:
            return int(data.decode("ascii"), 16)
        if code == _REF:
            return _unpack_ref(data)
        if code == _TUPLE and not data:
            return Mark.TUPLE
        raise WireError(f"an extension of type {code} and {len(data)} bytes")

    try:
        value = msgpack.unpackb(
            body, ext_hook=extension, strict_map_key=False, timestamp=1, raw=False, max_str_len=MAX_TEXT,
            max_bin_len=MAX_FRAME, max_ext_len=MAX_FRAME, max_array_len=MAX_NODES, max_map_len=4096,
        )  # fmt: skip
    except (ValueError, TypeError, msgpack.UnpackException, RecursionError, OverflowError) as error:
        raise WireError(f"a message cannot be read: {type(error).__name__}: {str(error)[:120]}") from None
    _refuse_depth(value)
    return value


def mapped(value: Any, each: Callable[[Any], Any]) -> Any:
    """What was decoded of a call, with its tuples, and with `each` done to the items of lists, tuples, dictionaries."""
    if isinstance(value, dict):
        return {key: each(item) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    is_tuple = bool(value) and value[0] is Mark.TUPLE
    items = map(each, value[is_tuple:])
    return tuple(items) if is_tuple else list(items)


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


# What a reply is about: a call's outcome, or the worker itself.
KINDS = ("value", "handle", "missing", "error", "out_of_memory", "too_large", "need", "ready", "no_cage")
VALUE, HANDLE, MISSING, ERROR, OUT_OF_MEMORY, TOO_LARGE, NEED, READY, NO_CAGE = KINDS
_KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
_REPLIES = struct.Struct("!III")
_PART = struct.Struct("!BI")

# Where a frame of replies is put together: the head, before the first of them.
REPLIES_HEAD = _HEADER.size + _REPLIES.size


def head_of_replies(request: int, first: int, count: int, size: int) -> bytes:
    """What stands before `count` replies of `size` bytes: their frame's header, whom they answer, and from which on."""
    return _HEADER.pack(_REPLIES.size + size) + _REPLIES.pack(request, first, count)


def part(kind: str, body: bytes) -> bytes:
    """One reply."""
    return _PART.pack(_KIND_NUMBERS[kind], len(body)) + body


def parse_replies(message: bytes) -> tuple[int, int, int, bytes]:
    """Request, index of the first reply, how many there are, and the replies themselves, for `parts`.

    Raises:
        WireError: the message is too short to be one of replies.
    """
    if len(message) < _REPLIES.size:
        raise WireError("replies without request, index and count")
    request, first, count = _REPLIES.unpack_from(message)
    return request, first, count, message[_REPLIES.size :]


def parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Kind and body of each reply.

    Raises:
        WireError: the bytes end within a reply, or one is of no known kind.
    """
    at = 0
    while at < len(data):
        start = at + _PART.size
        if start > len(data):
            raise WireError("a reply without kind and size")
        kind, size = _PART.unpack_from(data, at)
        at = start + size
        if kind >= len(KINDS) or at > len(data):
            raise WireError("a reply of no known kind, or one cut short")
        yield KINDS[kind], data[start:at]


def frame(body: bytes) -> bytes:
    """`body` with its length before it."""
    return _HEADER.pack(len(body)) + body


class Frames:
    """Cuts a stream of bytes into message bodies."""

    def __init__(self, max_frame: int = MAX_FRAME) -> None:
        self._buffer = bytearray()
        self._max = max_frame

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies that `data` completes.

        Raises:
            WireError: a header announces more than the cap; what was complete before it came from the call before.
        """
        self._buffer += data
        bodies: list[bytes] = []
        at, there = 0, len(self._buffer)
        while there - at >= _HEADER.size:
            (size,) = _HEADER.unpack_from(self._buffer, at)
            if size > self._max:
                if bodies:
                    break
                raise WireError(f"a message of {size} bytes; at most {self._max} are allowed")
            start = at + _HEADER.size
            if there - start < size:
                break
            at = start + size
            bodies.append(bytes(self._buffer[start:at]))
        del self._buffer[:at]
        return bodies

    @property
    def pending(self) -> int:
        """How many bytes of an unfinished message are waiting."""
        return len(self._buffer)
