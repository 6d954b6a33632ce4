"""What a call costs: processor time, and memory of Python and numpy."""

from __future__ import annotations

import copy
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from typing import Any

# A call is made so often, or until so much time is spent; the least that it took counts, for that is its own.
_RUNS, _ENOUGH_S = 7, 0.2
_process_time, _deepcopy = time.process_time, copy.deepcopy


def cost_of(function: Callable[..., Any], args: Sequence[Any], named: Mapping[str, Any]) -> list[float]:
    """[processor seconds, bytes at the peak] of a call, made several times with arguments as they were."""
    seconds = [_seconds(function, *_deepcopy((list(args), dict(named))))]
    while len(seconds) < _RUNS and sum(seconds) < _ENOUGH_S:
        seconds.append(_seconds(function, *_deepcopy((list(args), dict(named)))))
    return [min(seconds), float(_peak(function, *_deepcopy((list(args), dict(named)))))]


def _seconds(function: Callable[..., Any], args: list[Any], named: dict[str, Any]) -> float:
    started = _process_time()
    function(*args, **named)
    return _process_time() - started


def _peak(function: Callable[..., Any], args: list[Any], named: dict[str, Any]) -> int:
    tracemalloc.start()
    try:
        function(*args, **named)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
