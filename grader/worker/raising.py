"""Makes a call that is meant to raise."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from grader import wire
from grader.worker.messages import message_of
from grader.worker.operations import Unfit, describe

MEANT_TO_RAISE = "expected that it raises"
# So many items of an iterator are asked for: its function's body only runs then.
_MAX_ITEMS = 10_000
_MAX_MESSAGE = 200


def raises(
    wanted: type[BaseException] | tuple[type[BaseException], ...],
    function: Callable[..., Any],
    args: Sequence[Any],
    named: Mapping[str, Any],
) -> bool:
    """True: a call raises one of the `wanted` exceptions.

    Raises:
        Unfit: it returns, or raises another one.
    """
    kinds = wanted if isinstance(wanted, tuple | list) else (wanted,)
    try:
        result = function(*args, **named)
        if isinstance(result, Iterator):
            deque(islice(result, _MAX_ITEMS), 0)
    except BaseException as error:
        if _is_one_of(error, kinds):
            return True
        if isinstance(error, NotImplementedError | MemoryError) or not isinstance(error, Exception):
            raise
        said = f": {message}" if (message := message_of(error)[:_MAX_MESSAGE]) else ""
        raise Unfit("", f"raised {wire.type_name(error).rpartition('.')[2]}{said}; {_expectation(kinds)}") from None
    raise Unfit(describe(result), _expectation(kinds))


def _is_one_of(error: BaseException, kinds: Sequence[type[BaseException]]) -> bool:
    if isinstance(error, NotImplementedError):
        return any(issubclass(kind, NotImplementedError) and isinstance(error, kind) for kind in kinds)
    return isinstance(error, tuple(kinds))


def _expectation(kinds: Sequence[type[BaseException]]) -> str:
    return f"{MEANT_TO_RAISE} {' or '.join(kind.__name__ for kind in kinds)}"
