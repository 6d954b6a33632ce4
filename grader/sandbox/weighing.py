"""What a worker's answers weigh before anything is made of them: their values are counted, their bytes told."""

from __future__ import annotations

from dataclasses import dataclass

from grader import wire
from grader.errors import WireError

# msgpack's first bytes: those of text, bytes and extensions that tell their size in so many bytes, …
_WIDTHS = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xC7: 1, 0xC8: 2, 0xC9: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}
_EXTENSIONS = frozenset({0xC7, 0xC8, 0xC9})
# … and the whole length of all others, of lists and tables that of their heads; 0 for the former.
_FIXED = [1] * 256
_FIXED[0xA0:0xC0] = range(1, 33)
for _code, _size in {
    0xCA: 5, 0xCB: 9, 0xCC: 2, 0xCD: 3, 0xCE: 5, 0xCF: 9, 0xD0: 2, 0xD1: 3, 0xD2: 5, 0xD3: 9, 0xD4: 3, 0xD5: 4,
    0xD6: 6, 0xD7: 10, 0xD8: 18, 0xDC: 3, 0xDD: 5, 0xDE: 3, 0xDF: 5, **dict.fromkeys(_WIDTHS, 0),
}.items():  # fmt: skip
    _FIXED[_code] = _size


# Bounds of the judge's, for what one submission sends: of one message, of the answers to one request, of all answers.
# A request's are held some five times while they are judged; all of them are read in a few seconds.
MAX_MESSAGE_BYTES = 34 << 20  # a result of 32 MiB, which a worker sends at most
MAX_REQUEST_BYTES = 48 << 20
MAX_REQUEST_WEIGHT = 112 << 20
MAX_BYTES = 4 << 30
MAX_VALUES = 4 << 20
MAX_UNWEIGHED = 256 << 10  # bytes of answers that cannot become large, whatever they hold
_VALUE_BYTES = 64  # of a small object of Python's
EXTENSION_VALUES = 16  # an array or an integer beyond 64 bits takes as long to make as so many numbers


class TooMuchAnswered(WireError):
    """A submission's answers are more than the judge takes."""


class TooMuchInAll(TooMuchAnswered):
    """Not those to one request, but all that it has sent before together with them."""


@dataclass
class Weight:
    """How much a submission has sent.

    Args:
        wall_s: how long it took to read it.
    """

    n_bytes: int = 0
    values: int = 0
    wall_s: float = 0.0

    def add_bytes(self, n_bytes: int) -> None:
        """So many more came.

        Raises:
            TooMuchInAll: they are more than one submission may send.
        """
        self.n_bytes += n_bytes
        self._end_where_full()

    @property
    def is_full(self) -> bool:
        """Whether it is more than one submission may send."""
        return bool(self.excess)

    @property
    def excess(self) -> str:
        """What is too much; empty where nothing is."""
        if self.n_bytes > MAX_BYTES:
            return f"the answers of the submission are more than {MAX_BYTES >> 20} MiB in all"
        if self.values > MAX_VALUES:
            return f"the answers of the submission hold more than {MAX_VALUES >> 20} million values in all"
        return ""

    @property
    def is_half_full(self) -> bool:
        """Whether it is so much that small answers, whose values are estimated by their bytes, are worth counting."""
        return self.values > MAX_VALUES // 2

    def add_values(self, values: int) -> None:
        """So many more will be made.

        Raises:
            TooMuchInAll: they are more than one submission may send.
        """
        self.values += values
        self._end_where_full()

    def _end_where_full(self) -> None:
        if self.is_full:
            raise TooMuchInAll(self.excess)


@dataclass
class Scales:
    """Weighs the answers to one request, each before it is decoded."""

    of: Weight
    weight: int = 0
    values: int = 0

    def put(self, body: wire.Bytes) -> None:
        """Take one answer.

        Raises:
            TooMuchAnswered: with it they are too many, or too large.
            TooMuchInAll: with it all that the submission has sent is too much.
        """
        self.of.add_values(0)  # past what it may send in all, nothing more is weighed, which takes time as well
        try:
            values, weight = weigh(body)
        except TooMuchAnswered:
            self.of.values += wire.MAX_NODES  # they were counted, which took its time
            raise
        self.values += values
        self.weight += weight + _VALUE_BYTES * values
        if self.values > wire.MAX_NODES:
            raise TooMuchAnswered(f"the answers hold more than {wire.MAX_NODES >> 20} million values")
        if self.weight > MAX_REQUEST_WEIGHT:
            raise TooMuchAnswered(f"the answers take more than {MAX_REQUEST_WEIGHT >> 20} MiB as numbers")
        self.of.add_values(values)


def weigh(body: wire.Bytes, most: int = wire.MAX_NODES) -> tuple[int, int]:
    """How many values a message body holds, and how many bytes they take as the judge computes with them.

    An array, or an integer beyond 64 bits, counts as several values, since it takes as long.
    Nothing is made of them meanwhile. Whatever is malformed is left to `decode`.

    Raises:
        TooMuchAnswered: there are more values than `most`.
    """
    values, numbers, at, end = 0, 0, 0, len(body)
    while at < end:
        values += 1
        if values > most:
            raise TooMuchAnswered(f"an answer holds more than {most} values")
        code = body[at]
        fixed = _FIXED[code]
        if fixed:
            at += fixed
            continue
        width = _WIDTHS.get(code, 1)
        start = at + 1 + width
        size = int.from_bytes(body[at + 1 : start], "big")
        if code in _EXTENSIONS:
            values += EXTENSION_VALUES - 1
            numbers += size * _growth(body, start + 1)
            start += 1
        at = start + size
    return values, end + numbers


def _growth(body: wire.Bytes, at: int) -> int:
    """How much longer the numbers of an array become as double precision, judged by its dtype's name."""
    name = bytes(body[at + 2 : at + 2 + (body[at + 1] & 31)]).decode("ascii", "replace") if at + 1 < len(body) else ""
    return 8 // wire.DTYPES[name].itemsize if name in wire.DTYPES and wire.DTYPES[name].itemsize < 8 else 0
