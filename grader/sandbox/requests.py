"""One request to a worker, and its replies as they come."""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass, field
from typing import Any, NoReturn

from grader import wire
from grader.errors import WireError
from grader.sandbox.replying import BREACH
from grader.sandbox.weighing import MAX_REQUEST_BYTES, MAX_UNWEIGHED, Scales, TooMuchAnswered, Weight


@dataclass
class Request:
    """What is asked: an operation of the worker's, with so many replies."""

    number: int
    operation: str
    body: Any
    n_replies: int

    def target(self, index: int) -> str:
        """`module.function` of one of the calls that are asked for; empty for a method of an object."""
        if self.operation != "calls":
            return ""
        _, *calls = wire.decode(self.body[1], marked=True)  # before them stands how much of each is wanted
        owner, name = calls[index][0] if index < len(calls) else ("", "")
        return f"{owner}.{name}" if type(owner) is str and owner else ""


@dataclass
class Taken:
    """The replies to one request as they have come.

    They are weighed when they come, whether or not they are read: answers that somebody else gave as well are judged
    without reading them again, and count all the same.

    Args:
        sent: what the submission has sent so far.
    """

    sent: Weight = field(default_factory=Weight)
    count: int = 0
    n_bytes: int = 0
    data: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._scales = Scales(self.sent)

    def add(self, first: int, count: int, data: bytes) -> None:
        """More of them.

        Raises:
            TooMuchAnswered: they are too many bytes, or those from one on, which is not added, hold too much.
            TooMuchInAll: likewise, with all that the submission has sent before.
            WireError: they are none, or not the next ones.
        """
        self.n_bytes += len(data)
        if self.n_bytes > MAX_REQUEST_BYTES:
            raise TooMuchAnswered(f"the answers to one check are more than {MAX_REQUEST_BYTES >> 20} MiB")
        if first != self.count or count < 1:
            raise WireError(BREACH)
        if self.n_bytes <= MAX_UNWEIGHED and not self.sent.is_half_full:
            self.sent.add_values(len(data) // 8)  # as many as there are floats in it: counting takes as long as reading
        else:
            self._weigh(data, count)
        self.count += count
        self.data.append(data)

    def _weigh(self, data: bytes, count: int) -> None:
        """Count the values of each reply; those before the first that is too much are taken nevertheless."""
        end = n_fitting = 0
        try:
            for _, body in itertools.islice(wire.parts(memoryview(data)), count):
                self._scales.put(body)
                end += wire.PART_HEAD + len(body)
                n_fitting += 1
        except TooMuchAnswered:
            self.count += n_fitting
            self.data.append(data[:end])
            raise
        except WireError:
            pass  # whoever reads them finds what is wrong

    @property
    def whole(self) -> bytes:
        """All of them, as `outcomes_of` reads them."""
        if len(self.data) > 1:
            self.data[:] = [b"".join(self.data)]
        return self.data[0] if self.data else b""


def refuse_all(taken: Taken) -> NoReturn:
    """More came than was asked for: somebody else than the worker answers, perhaps since the first."""
    taken.count = 0
    taken.data.clear()
    raise WireError(BREACH)


def add_left(request: Request, taken: Taken, message: bytes) -> None:
    """Add the replies that a process had ready when it ended; what it left may be anything."""
    with contextlib.suppress(WireError):
        number, first, count, data = wire.parse_replies(message)
        if number == request.number and taken.count + count <= request.n_replies:
            taken.add(first, count, data)
