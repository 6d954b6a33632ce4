"""Plain data compared as Python would, with words for where two values first differ."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from grader.atoms import NUMBERS, Atom, Ratio, atom_of, data_within, items_of, number_of
from grader.model.arrays import MOST_ITEMS, Array, Items, Mismatch, as_array, describe, in_shape, without_end
from grader.model.outcome import Handle

# Each integer up to this one is a float; of these types every value is told by one, or is no number.
_ALL_FLOATS, _TOLD_BY_FLOATS = 2**53, frozenset({float, bool, type(None), str, bytes})
# How much of a value is shown around the place where it differs.
MAX_SHOWN, AROUND = 300, 40
_PLAIN = (bool, int, float, complex, str, bytes, type(None), np.ndarray)
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})


class Difference(Exception):
    """Two values differ: where, what was got, what was expected, and what to look at.

    Args:
        path: keys and indices that lead there.
    """

    def __init__(self, path: tuple[Any, ...], got: str, wanted: str, remark: str = "") -> None:
        super().__init__()
        self.path, self.got, self.wanted, self.remark = path, got, wanted, remark

    def __str__(self) -> str:
        place = "".join(f"[{data_text(key)}]" for key in self.path)
        words = f"got {self.got}, expected {self.wanted}"
        remark = f": {self.remark}" if self.remark else ""
        return f"at {place}: {words}{remark}" if place else f"{words}{remark}"


# Is told of each place with numbers: path, actual, expected, in one shape.
OfNumbers = Callable[[tuple[Any, ...], Array, Array], None]


def canonical(value: Any) -> Any:
    """Data as it is compared: tuples as lists, all kinds of sets, dictionaries, bytes and scalars as Python's own."""
    if isinstance(value, np.datetime64 | np.timedelta64):
        return atom_of(value) or value.item()
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype == bool):
        return canonical(value.item())
    if isinstance(value, np.ndarray) and value.dtype.kind not in NUMBERS:
        return canonical(items_of(value))
    if isinstance(value, Mapping):
        return {_key(key): canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    if isinstance(value, set | frozenset):
        return frozenset(map(_key, value))
    if isinstance(value, bytearray):
        return bytes(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, _PLAIN):
        return bytes(value) if isinstance(value, bytes) else value
    within = atom_of(value) or data_within(value)
    return value if within is None else within if isinstance(within, Atom) else canonical(within)


def _key(key: Any) -> Any:
    if not isinstance(key, _PLAIN) and (atom := atom_of(key)) is not None:
        return atom
    if isinstance(key, np.generic):
        return key.item()
    if isinstance(key, Fraction | Decimal):
        return number_of(key)
    if isinstance(key, tuple):
        return tuple(map(_key, key))
    return frozenset(map(_key, key)) if isinstance(key, frozenset) else key


def is_beyond_floats(value: Any) -> bool:
    """Whether some number in data is none that a float is: a fraction, an integer of many digits."""
    if isinstance(value, list):
        return not _TOLD_BY_FLOATS.issuperset(map(type, value)) and any(map(is_beyond_floats, value))
    if isinstance(value, dict):
        return any(map(is_beyond_floats, value.values()))
    if isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.size:
        return max(-int(value.min()), int(value.max())) > _ALL_FLOATS
    return isinstance(value, Ratio) or (type(value) is int and abs(value) > _ALL_FLOATS)


def with_ratios(value: Any) -> Any:
    """Canonical data in which each number that is beyond floats is a fraction, which `compare` takes as it is."""
    if isinstance(value, list):
        return [with_ratios(item) for item in value]
    if isinstance(value, dict):
        return {key: with_ratios(item) for key, item in value.items()}
    if not is_beyond_floats(value):
        return value
    if isinstance(value, np.ndarray):
        return with_ratios(value.tolist())
    return value.exact if isinstance(value, Ratio) else Fraction(value)


def with_floats(value: Any) -> Any:
    """What `with_ratios` gave, as floats again."""
    if isinstance(value, list):
        return [with_floats(item) for item in value]
    if isinstance(value, dict):
        return {key: with_floats(item) for key, item in value.items()}
    return number_of(value) if isinstance(value, Fraction) else value


def is_numeric(value: Any) -> bool:
    """Whether all of it is numbers in one shape; one truth value is none."""
    if isinstance(value, bool):
        return False
    try:
        as_array(value)
    except Mismatch:
        return False
    return True


def compare(actual: Any, expected: Any, numbers: OfNumbers, path: tuple[Any, ...] = ()) -> None:
    """Compare what was returned with canonical data; what it says of numbers is for `numbers` to judge.

    Raises:
        Difference: the first one.
    """
    if isinstance(actual, Handle):
        raise Difference(path, describe(actual), data_text(expected))
    if isinstance(actual, Items) and isinstance(expected, str):
        raise Difference(path, describe(actual), data_text(expected), f"{SHOULD_BE}a text, as `''.join(…)` makes of it")
    if isinstance(actual, Items) and actual.is_endless and not _is_as_long(expected):
        raise Difference(path, describe(actual), data_text(expected), f"it {without_end(MOST_ITEMS)}")
    actual = canonical(actual)
    if isinstance(expected, bool) or expected is None:
        if actual is not expected and not (expected is True and _is_one(actual)):
            raise Difference(path, data_text(actual), data_text(expected), _kind_wanted(actual, expected))
    elif isinstance(expected, str | bytes):
        _compare_text(actual, expected, path)
    elif isinstance(expected, Atom):
        if actual != expected:
            raise Difference(path, data_text(actual), data_text(expected))
    elif isinstance(expected, dict):
        _compare_dicts(actual, expected, numbers, path)
    elif isinstance(expected, frozenset):
        _compare_sets(actual, expected, path)
    elif isinstance(expected, Fraction):
        _compare_ratio(actual, expected, path)
    elif is_numeric(expected):
        _compare_numbers(actual, expected, numbers, path)
    elif isinstance(expected, list):
        _compare_lists(actual, expected, numbers, path)
    else:
        raise TypeError(
            f"expected data (numbers, text, bytes, lists, dictionaries, sets, None, dates, dtypes), got {expected!r}"
        )


def _is_as_long(expected: Any) -> bool:
    return isinstance(expected, list) and len(expected) > MOST_ITEMS


# What a value has to be, whatever stands in it.
SHOULD_BE = "it should be "
_KINDS = {bool: "True or False", str: "a text", bytes: "bytes", dict: "a dictionary", frozenset: "a set",
    list: "a list or a tuple"}  # fmt: skip


def _kind_wanted(actual: Any, expected: Any) -> str:
    """What it should be where something of another kind came; nothing where nothing came."""
    kind = _KINDS.get(type(expected), "")
    return SHOULD_BE + kind if kind and actual is not None and type(actual) is not type(expected) else ""


def _is_one(value: Any) -> bool:
    """Whether it is the number 1, which is true; be it the only one of an array."""
    return is_numeric(value) and np.size(value) == 1 and bool(np.all(value == 1))


def is_equal(one: Any, other: Any) -> bool:
    """Whether two values are the same data; NaN is NaN here."""

    def numbers(path: tuple[Any, ...], actual: Array, expected: Array) -> None:
        if not np.array_equal(actual, expected, equal_nan=True):
            raise Difference(path, data_text(actual), data_text(expected))

    try:
        compare(one, canonical(other), numbers)
    except (Difference, TypeError):
        return False
    return True


def _compare_text(actual: Any, expected: str | bytes, path: tuple[Any, ...]) -> None:
    if type(actual) is not type(expected):
        raise Difference(path, data_text(actual), data_text(expected), _kind_wanted(actual, expected))
    if actual == expected:
        return
    at = next((at for at, (a, b) in enumerate(zip(actual, expected, strict=False)) if a != b), None)
    at = min(len(actual), len(expected)) if at is None else at
    if at >= len(actual):
        remark = f"it ends at position {at}, where {data_text(expected[at : at + AROUND])} should follow"
    elif at >= len(expected):
        remark = f"it should end at position {at}; {data_text(actual[at : at + AROUND])} is too much"
    else:
        got, wanted = data_text(actual[at : at + 1]), data_text(expected[at : at + 1])
        remark = f"they first differ at position {at}, {got} for {wanted}"
    raise Difference(path, _around(actual, at), _around(expected, at), remark)


def _around(text: str | bytes, at: int) -> str:
    """A text, or as much of it as lies around a place."""
    if len(text) <= MAX_SHOWN // 2:
        return data_text(text)
    start, end = max(0, at - AROUND), at + AROUND
    return f"{'… ' if start else ''}{data_text(text[start:end])}{' …' if end < len(text) else ''}"


def _compare_dicts(actual: Any, expected: dict[Any, Any], numbers: OfNumbers, path: tuple[Any, ...]) -> None:
    if not isinstance(actual, dict):
        raise Difference(path, data_text(actual), data_text(expected), _kind_wanted(actual, expected))
    missing = [key for key in expected if key not in actual]
    extra = [key for key in actual if key not in expected]
    if missing or extra:
        raise Difference(path, data_text(actual), data_text(expected), _missing_and_extra("key", missing, extra))
    for key, wanted in expected.items():
        compare(actual[key], wanted, numbers, (*path, key))


def _compare_sets(actual: Any, expected: frozenset[Any], path: tuple[Any, ...]) -> None:
    remark = _kind_wanted(actual, expected)
    if isinstance(actual, frozenset):
        if actual == expected:
            return
        remark = _missing_and_extra("item", _sort(expected - actual), _sort(actual - expected))
    raise Difference(path, data_text(actual), data_text(expected), remark)


def _missing_and_extra(kind: str, missing: list[Any], extra: list[Any]) -> str:
    words = []
    for keys, what in ((missing, "missing"), (extra, "too much")):
        if keys:
            shown = ", ".join(map(data_text, keys[:5])) + (" …" if len(keys) > 5 else "")
            words.append(
                f"{kind + (' ' if len(keys) == 1 else 's ')}{shown} {'is' if len(keys) == 1 else 'are'} {what}"
            )
    return "; ".join(words)


def _compare_numbers(actual: Any, expected: Any, numbers: OfNumbers, path: tuple[Any, ...]) -> None:
    wanted = as_array(expected)
    try:
        got = in_shape(actual, wanted.shape)
    except Mismatch as mismatch:
        if isinstance(actual, list) and isinstance(expected, list) and not is_numeric(actual):
            _compare_lists(actual, expected, numbers, path)
        remark = str(mismatch) if np.ndim(wanted) and is_numeric(actual) else ""
        raise Difference(path, data_text(actual), data_text(expected), remark) from None
    numbers(path, got, wanted)


def _compare_ratio(actual: Any, expected: Fraction, path: tuple[Any, ...]) -> None:
    one = actual.tolist() if isinstance(actual, np.ndarray) and actual.size == 1 else actual
    one = one[0] if isinstance(one, list) and len(one) == 1 else one
    is_number = isinstance(one, int | float | complex) and not isinstance(one, bool)
    if is_number and one == expected:
        return
    remark = "near it, and not exactly it" if is_number and one == float(expected) else ""
    raise Difference(path, data_text(actual), data_text(expected), remark)


def _compare_lists(actual: Any, expected: list[Any], numbers: OfNumbers, path: tuple[Any, ...]) -> None:
    if isinstance(actual, np.ndarray) and actual.ndim:
        actual = list(actual)
    if not isinstance(actual, list):
        raise Difference(path, data_text(actual), data_text(expected), _kind_wanted(actual, expected))
    for index, (got, wanted) in enumerate(zip(actual, expected, strict=False)):
        compare(got, wanted, numbers, (*path, index))
    if len(actual) < len(expected):
        remark = f"item {len(actual)} is missing, {data_text(expected[len(actual)])}"
        raise Difference(path, data_text(actual), data_text(expected), remark)
    if len(actual) > len(expected):
        remark = f"item {len(expected)} is too much, {data_text(actual[len(expected)])}"
        raise Difference(path, data_text(actual), data_text(expected), remark)


def data_text(value: Any) -> str:
    """Data as Python, of bounded length, with nothing in it that could not be read on a screen."""
    text = "".join(_pieces(value))
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]} …"


def _pieces(value: Any, room: int = MAX_SHOWN) -> Iterator[str]:
    """The text in pieces, about as many as fit."""
    if isinstance(value, np.ndarray | np.generic):
        yield from _pieces(value.tolist(), room)
    elif isinstance(value, str):
        yield _quote(value[: room + 1])
    elif isinstance(value, bytes):
        yield repr(value[: room + 1])
    elif isinstance(value, list | tuple):
        opening, closing = "[]" if isinstance(value, list) else "()"
        yield from _join(opening, (_pieces(item, room) for item in value), "," * (closing == ")" and len(value) == 1))
        yield closing
    elif isinstance(value, frozenset | set):
        yield from _join("{" if value else "set(", (_pieces(item, room) for item in _sort(value)))
        yield "}" if value else ")"
    elif isinstance(value, dict):
        pairs = ((*_pieces(key, room), ": ", *_pieces(item, room)) for key, item in value.items())
        yield from _join("{", pairs)
        yield "}"
    elif isinstance(value, Ratio | Fraction):
        yield str(value)
    else:
        yield f"{value:.10g}" if isinstance(value, float) else repr(value)


def _join(opening: str, parts: Iterator[Any], last: str = "") -> Iterator[str]:
    yield opening
    length = 0
    for index, part in enumerate(parts):
        piece = (", " if index else "") + "".join(part)
        yield piece
        length += len(piece)
        if length > MAX_SHOWN:
            return
    yield last


def _quote(text: str) -> str:
    """A text in quotes; escaped where it would run against the line."""
    runs_back = any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)
    return ascii(text) if runs_back else repr(text)


def _sort(items: Any) -> list[Any]:
    return sorted(items, key=lambda item: (type(item).__name__, repr(item)))
