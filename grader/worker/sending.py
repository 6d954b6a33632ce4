"""What of a value is sent to the judge: data, unless it is large, or would be used up by being read."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader import wire
from grader.atoms import hides_dtype, is_dense_small, is_sparse
from grader.worker.operations import is_plain

# Data of more bytes waits until somebody reads it.
MAX_SHOWN = 1 << 18


def is_large(value: Any, depth: int = 3) -> bool:
    """Whether it is not worth its way to the judge unless somebody reads it there."""
    if depth and type(value) in (list, tuple, dict):
        items = list(value.values() if type(value) is dict else value)
        return len(items) > MAX_SHOWN // 64 or any(is_large(item, depth - 1) for item in items)
    kind = type(value)
    if depth and "__dataclass_fields__" in kind.__dict__:
        return any(is_large(item, depth - 1) for item in getattr(value, "__dict__", {}).values())
    if is_sparse(value):
        return not is_dense_small(value) or 8 * math.prod(value.shape) > MAX_SHOWN
    size = getattr(value, "nbytes", 0) if isinstance(value, np.ndarray) or is_tensor(value) else 0
    return type(size) is int and size > MAX_SHOWN


def encode_data(value: Any) -> bytes | None:
    """Data as it is now; None for an object, or for what would be used up."""
    try:
        return None if isinstance(value, Iterator) else wire.encode(value)
    except wire.NotData:
        return None


def _as_read(value: Any) -> Any:
    """Data as it is now, as who reads it gets it; None for an object."""
    body = encode_data(value)
    return None if body is None else wire.decode(body)


def _flags(value: Any) -> list[bool]:
    if isinstance(value, np.ndarray):
        return [bool(value.flags.c_contiguous), bool(value.flags.writeable)]
    return []


def arguments_after(function: Callable[..., Any], sent: Any, args: Any, named: Any) -> list[Any]:
    """[value, flags] of an array after the call; [value, flags, value before] of what else can be told of."""
    is_known = [isinstance(one, np.ndarray) for one in sent]
    before = [None if known else _as_read(arg) for known, arg in zip(is_known, args, strict=True)]
    function(*args, **named)
    return [
        [arg, _flags(arg)] if known else [None if then is None else _as_read(arg), _flags(arg), then]
        for known, arg, then in zip(is_known, args, before, strict=True)
    ]


def is_tensor(value: Any) -> bool:
    """Whether it is a tensor of torch's, where that was imported at all."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def with_class_name(value: Any, body: bytes) -> bytes:
    """A reply of data of a class of its own or of torch's, after that class's name, or that of a dtype of torch's."""
    name = str(value.dtype) if is_tensor(value) and is_plain(value) and hides_dtype(value) else wire.type_name(value)
    return b"\x92" + wire.encode(name) + body
