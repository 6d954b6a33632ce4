"""Arrays that add up in another way: the same mathematics, other rounding."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.model.arrays import Array

# How a variant adds along an axis.
Sum = Callable[[Array, int], Array]
# Beyond this a product is not written out.
_MOST_PRODUCTS = 5_000_000


def backwards(array: Array, axis: int) -> Array:
    """From the last to the first, one by one."""
    return one_by_one(np.flip(array, axis), axis)


def one_by_one(array: Array, axis: int) -> Array:
    """From the first to the last, as a loop does; numpy adds in blocks and pairs."""
    added: Array = np.add.accumulate(array, axis=axis).take(-1, axis=axis)
    return added


def shuffle(array: Array, axis: int) -> Array:
    """In an order of no meaning."""
    order = np.random.default_rng(array.shape[axis]).permutation(array.shape[axis])
    return one_by_one(array.take(order, axis=axis), axis)


def exact(array: Array, axis: int) -> Array:
    """Rounded once, at the end, as fused arithmetic comes near to."""
    added: Array = np.apply_along_axis(lambda row: np.float64(math.fsum(row)), axis, array)
    return added


class Reordered(np.ndarray[Any, Any]):
    """An array whose sums, means and products of matrices add up as `total` says.

    What is computed from it is of the same kind; subclasses set `total`.
    """

    total: Sum
    n_used = 0

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **named: Any) -> Any:
        plain = [_plain(value) for value in inputs]
        result = self._other_sum(ufunc, method, plain, named)
        if result is None:
            result = getattr(ufunc, method)(*plain, **named)
        if out is not None and not isinstance(result, tuple):
            target = out[0]
            _plain(target)[...] = result
            return target
        return result.view(type(self)) if isinstance(result, np.ndarray) else result

    def dot(self, other: Any, out: Any = None) -> Any:
        """`ndarray.dot`, which numpy does not let a subclass see otherwise."""
        return np.matmul(self, other, out=out) if self.ndim and np.ndim(other) in (1, 2) else super().dot(other, out)

    def __array_function__(self, function: Any, types: Any, args: Any, named: Any) -> Any:
        if function in (np.dot, np.inner) and all(np.ndim(arg) == 1 for arg in args):
            return np.matmul(*args)
        if function is np.dot and np.ndim(args[0]) in (1, 2) and np.ndim(args[1]) in (1, 2):
            return np.matmul(*args)
        return super().__array_function__(function, types, args, named)

    def _other_sum(self, ufunc: np.ufunc, method: str, inputs: Sequence[Any], named: dict[str, Any]) -> Any:
        """The result where it is a sum of floats; None for everything else."""
        first = np.asarray(inputs[0])
        if first.dtype != np.float64:
            return None
        if ufunc is np.matmul and method == "__call__":
            return self._product(first, np.asarray(inputs[1], dtype=np.float64))
        plainly = named.get("where", True) is True and "initial" not in named and named.get("dtype") is None
        if ufunc is not np.add or method != "reduce" or not plainly or not first.size:
            return None
        axis = named.get("axis", 0)
        if isinstance(axis, tuple):
            return None
        result = self._add(first.ravel(), 0) if axis is None else self._add(first, axis)
        if named.get("keepdims"):
            return result.reshape([1] * first.ndim) if axis is None else np.expand_dims(result, axis)
        return result[()]

    def _product(self, one: Array, other: Array) -> Any:
        if one.ndim > 2 or other.ndim > 2 or not one.size or not other.size:
            return None
        left, right = np.atleast_2d(one), other.reshape(len(other), -1)
        if left.shape[-1] != len(right) or left.size * right.shape[1] > _MOST_PRODUCTS:
            return None
        shape = one.shape[:-1] + other.shape[1:]
        return self._add(left[:, :, None] * right[None], 1).reshape(shape)[()]

    def _add(self, array: Array, axis: int) -> Array:
        if array.shape[axis] > 2:  # two numbers are added in one way
            type(self).n_used += 1
        return np.asarray(type(self).total(array, axis))


class Single(np.ndarray[Any, Any]):
    """An array of float32 that stays so: what it meets is rounded first."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **named: Any) -> Any:
        result = getattr(ufunc, method)(*[_single(_plain(value)) for value in inputs], **named)
        if out is not None and not isinstance(result, tuple):
            _plain(out[0])[...] = result
            return out[0]
        return result.view(Single) if isinstance(result, np.ndarray) else result


def _single(value: Any) -> Any:
    is_double = isinstance(value, np.ndarray | np.generic) and value.dtype == np.float64
    return value.astype(np.float32) if is_double else value


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, np.ndarray) else value
