"""Torch's operations computed in another way: the same mathematics, other rounding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map

aten = torch.ops.aten


class Counting(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the operations that come out otherwise."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.n_used = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        del types
        changed = self.change(func, args, kwargs or {})
        if changed is None:
            return func(*args, **(kwargs or {}))
        self.n_used += 1
        return changed

    def change(self, func: Any, args: Any, kwargs: Any) -> Any:
        """The operation's result, or None where it stays as it is."""
        raise NotImplementedError


class Backwards(Counting):  # type: ignore[no-untyped-call]
    """Sums and products of matrices add from the last to the first."""

    def change(self, func: Any, args: Any, kwargs: Any) -> Any:
        flip = _FLIPPED.get(func)
        return None if flip is None or kwargs else flip(func, *args)


def _of_matrices(func: Any, one: Any, other: Any) -> Any:
    return func(one.flip(-1), other.flip(-2 if other.ndim > 1 else -1))


def _of_layer(func: Any, bias: Any, one: Any, other: Any) -> Any:
    return func(bias, one.flip(-1), other.flip(-2))


def _of_images(func: Any, image: Any, weight: Any, *rest: Any) -> Any:
    is_whole = rest[-1] == 1 and not rest[-3]  # one group, not transposed
    return func(image.flip(1), weight.flip(1), *rest) if is_whole else None


def _of_all(func: Any, one: Any, *rest: Any) -> Any:
    return (
        func(one.flip(tuple(range(one.ndim))), *rest)
        if not rest
        else func(one.flip(rest[0]), *rest)
        if rest[0]
        else None
    )


_FLIPPED: dict[Any, Callable[..., Any]] = {
    aten.mm.default: _of_matrices,
    aten.bmm.default: _of_matrices,
    aten.mv.default: lambda func, one, other: func(one.flip(-1), other.flip(-1)),
    aten.dot.default: lambda func, one, other: func(one.flip(-1), other.flip(-1)),
    aten.addmm.default: _of_layer,
    aten.baddbmm.default: _of_layer,
    aten.convolution.default: _of_images,
    aten.sum.default: _of_all,
    aten.mean.default: _of_all,
    aten.sum.dim_IntList: _of_all,
    aten.mean.dim: _of_all,
}


class Precision(Counting):  # type: ignore[no-untyped-call]
    """Every operation on floats of one precision is computed in another, and rounded back."""

    def __init__(self, given: torch.dtype, used: torch.dtype) -> None:
        super().__init__()
        self._given, self._used = given, used

    def change(self, func: Any, args: Any, kwargs: Any) -> Any:
        if func.is_view or func._schema.is_mutable or not _holds(args, self._given):
            return None
        cast = tree_map(lambda value: _cast(value, self._given, self._used), (args, kwargs))
        return tree_map(lambda value: _cast(value, self._used, self._given), func(*cast[0], **cast[1]))


def _holds(args: Any, dtype: torch.dtype) -> bool:
    found: list[bool] = []
    tree_map(lambda value: found.append(isinstance(value, torch.Tensor) and value.dtype == dtype), args)
    return any(found)


def _cast(value: Any, given: torch.dtype, used: torch.dtype) -> Any:
    return value.to(used) if isinstance(value, torch.Tensor) and value.dtype == given else value
