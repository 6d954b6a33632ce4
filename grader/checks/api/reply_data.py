"""What the judge says by itself of a reply that is data: which names it has, what it equals, how it is hashed."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from grader.atoms import array_of, atom_of, number_of
from grader.checks.api.operators import DATA_TYPES, item_of
from grader.checks.api.tensors import is_its_own, is_tensor
from grader.model.data import is_beyond_floats
from grader.model.outcome import Kept, Outcome, Value

# Names that data has in the judge too. They are looked up there, since students hold the same data in various classes.
_OF_DATA = frozenset().union(*(dir(kind) for kind in (np.ndarray, np.generic, str, bytes, dict, list, frozenset)))
# … except what changes the object, which is the student's.
_CHANGING = frozenset({
    "append", "extend", "insert", "remove", "pop", "clear", "reverse", "sort", "update", "popitem", "setdefault",
    "fill", "itemset", "partition", "put", "resize", "setfield", "setflags",
})  # fmt: skip
# … and except what is handed on as often as it is looked at.
_VIEWS = frozenset({"T", "mT", "real", "imag"})
_NO_NUMBERS = (str, bytes, dict, set, frozenset, tuple, type(None))
_LISTED_ALREADY = frozenset({bool, int, float, str, bytes, type(None), np.ndarray})


def is_asked_of_data(name: str) -> bool:
    """Whether an attribute is looked up in the judge's copy, where a reply is data."""
    return name in _OF_DATA and name not in _CHANGING


def is_own_attribute(outcome: Outcome, name: str) -> bool:
    """Whether an attribute is that of a class of its own, or shows the same numbers in a view.

    What numpy says of an array's numbers (their sum, their shape) is for the judge to say.
    """
    if isinstance(outcome, Kept):
        return outcome.type_name not in DATA_TYPES
    if isinstance(outcome, Value) and isinstance(outcome.data, np.ndarray) and hasattr(np.ndarray, name):
        is_others = outcome.type_name.startswith("scipy.")  # whose methods count what is not zero
        return name in _VIEWS or is_others or (is_tensor(outcome.type_name) and is_its_own(name, outcome.type_name))
    return not isinstance(outcome, Value) or bool(outcome.type_name)


def compare_data(compare: Callable[[Any, Any], Any], mine: Any, theirs: Any, *, of_replies: bool = False) -> Any:
    """What `==` or `!=` says: numbers as numpy has it, all else as Python does.

    Args:
        of_replies: both are replies, which may be looked for in a set or a `Counter`.
    """
    if not of_replies:
        return _compare_data(compare, mine, theirs)
    try:
        result = _compare_data(compare, mine, theirs)
    except ValueError:  # arrays of shapes that do not fit
        return np.bool_(compare is operator.ne)
    kind = EqualItems if compare is operator.eq else UnequalItems
    return result.view(kind) if isinstance(result, np.ndarray) else result


def _compare_data(compare: Callable[[Any, Any], Any], mine: Any, theirs: Any) -> Any:
    theirs = number_of(theirs) if isinstance(theirs, Fraction | Decimal) else theirs
    is_plain = isinstance(mine, np.ndarray | int | float) and not isinstance(theirs, _NO_NUMBERS)
    if is_plain or isinstance(theirs, np.ndarray):
        asked = np.equal if compare is operator.eq else np.not_equal
        if not any(isinstance(one, int | float) and is_beyond_floats(one) for one in (mine, theirs)):
            return asked(mine, theirs)
        return np.asarray(asked(*(np.asarray(one, dtype=object) for one in (mine, theirs))), dtype=bool)[()]
    return compare(as_reply_data(mine.tolist() if isinstance(mine, np.ndarray) else mine), as_reply_data(theirs))


class EqualItems(np.ndarray):
    """What replies are equal element by element; as one truth value, whether they are as a whole, as tuples are."""

    def __bool__(self) -> bool:
        return bool(np.asarray(self).all())


class UnequalItems(np.ndarray):
    """What elements of replies differ; as one truth value, whether any does."""

    def __bool__(self) -> bool:
        return bool(np.asarray(self).any())


def hash_of(value: Any, otherwise: int) -> int:
    """The hash of data as Python has it, or another one where it is an array, of which it has none."""
    known = hashable(value)
    return otherwise if isinstance(known, np.ndarray) else hash(known)


def hashable(value: Any) -> Any:
    """Data as what can be hashed: lists as tuples, an array of one number as the number."""
    return tuple(map(hashable, value)) if isinstance(value, list) else item_of(value)


def as_reply_data(value: Any) -> Any:
    """Data as a reply would hold it: tuples as lists, a tensor as an array, also within."""
    if isinstance(value, tuple | list):
        return [as_reply_data(item) for item in value]
    if isinstance(value, dict):
        return {key: as_reply_data(item) for key, item in value.items()}
    if type(value) in _LISTED_ALREADY:
        return value
    if hasattr(value, "detach") and hasattr(value, "layout"):
        return array_of(value)
    if isinstance(value, np.generic):
        return np.asarray(value)
    if isinstance(value, Fraction | Decimal):
        return number_of(value)
    return atom_of(value) or value
