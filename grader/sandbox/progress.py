"""Which of a process's replies were seen before it sent them, so that each gives it more time, once."""

from __future__ import annotations

import itertools

from grader import wire
from grader.errors import WireError


class SeenReplies:
    """The replies to one request that were seen in the process's memory: each gives it more time once, and stays.

    They are counted by the judge, whole and in order: what a process writes there besides, writes again, takes back or
    says of another request gives it none.

    Args:
        asked: the request's number, and how many replies there are to it.
    """

    def __init__(self, asked: tuple[int, int]) -> None:
        self._request, self._n_replies = asked
        self._end = 0
        self._first, self._data = -1, b""

    def grows(self, message: bytes) -> bool:
        """Whether a message holds whole replies beyond those seen so far."""
        try:
            request, first, count, data = wire.parse_replies(message)
            n_whole = sum(1 for _ in itertools.islice(wire.parts(memoryview(data)), count + 1))
        except WireError:
            return False
        end = first + count
        if request != self._request or n_whole != count or not self._end < end <= self._n_replies:
            return False
        if self._is_other(first, data):
            return False
        self._first, self._end, self._data = first, end, data
        return True

    def is_taken_back_in(self, message: bytes) -> bool:
        """Whether a message has others in the place of those that were seen."""
        if not self._data:
            return False
        try:
            request, first, _, data = wire.parse_replies(message)
        except WireError:
            return True
        return request == self._request and self._is_other(first, data)

    def _is_other(self, first: int, data: bytes) -> bool:
        return first == self._first and not data.startswith(self._data)
