"""Draws a check's cases with hypothesis: once per assignment and seed, the same for every student."""

from __future__ import annotations

import contextlib
import functools
import inspect
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
from hypothesis import core
from hypothesis.internal.conjecture import providers
from hypothesis.internal.conjecture.engine import ConjectureRunner
from hypothesis.internal.constants_ast import Constants
from hypothesis.internal.entropy import deterministic_PRNG

from grader.checks.examples.cases import Case, CheckFunction, freeze, is_drawn

_DRAW = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
_OTHER_SEED = 20_201
_SHRINK = (hypothesis.Phase.generate, hypothesis.Phase.shrink)


class _Enough(BaseException):
    """Ends a search from within; hypothesis lets it through."""


def draw(
    function: CheckFunction, examples: int, seed: int, is_enough: Callable[[], bool] = lambda: False
) -> tuple[Case, ...]:
    """The cases of a check: its explicit examples, then `examples` drawn ones (fewer where there are no more).

    The last ones may be neighbours of one before, see `given.matches_reference`.

    Arrays in them are read-only. The draws depend on the strategies and the seed alone.

    Args:
        is_enough: asked after each case, whether there is time for no more.
    """
    if not is_drawn(function):
        return ({},)
    cases: list[Case] = []

    def take(case: Case) -> None:
        cases.append(freeze(case))
        if is_enough():
            raise _Enough

    with contextlib.suppress(_Enough), _mostly_anew():
        search(function, take, examples, seed)
    beside = function.neighbours(cases) if hasattr(function, "neighbours") else []
    return (*cases[: max(len(cases) - len(beside), len(cases) // 2)], *map(freeze, beside))


def search(
    function: CheckFunction, visit: Callable[[Case], None], examples: int, seed: int, *, shrink: bool = False
) -> None:
    """Let hypothesis call `visit` with cases of `function` (its documented way: another inner_test).

    Args:
        shrink: where `visit` raises, look for smaller cases for which it does; otherwise that ends the search.
    """
    given: Any = function
    body = given.hypothesis.inner_test
    others = dict.fromkeys(inspect.signature(given).parameters)
    given.__dict__.pop("_hypothesis_internal_settings_applied", None)  # settings() refuses a second time
    hypothesis.seed(seed)(given)
    hypothesis.settings(
        max_examples=examples,
        phases=_SHRINK if shrink else _DRAW,
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        verbosity=hypothesis.Verbosity.quiet,
        suppress_health_check=list(hypothesis.HealthCheck),
    )(given)
    given.hypothesis.inner_test = lambda **drawn: visit({k: v for k, v in drawn.items() if k not in others})
    try:
        with _without_local_constants():
            given(**others)
    finally:
        given.hypothesis.inner_test = body


@contextlib.contextmanager
def other_randomness() -> Iterator[None]:
    """In here, what strategies draw from the generators of `random` and numpy, which hypothesis sets back for each
    case, is something else; what they draw from hypothesis is the same."""
    names = vars(core)
    names["deterministic_PRNG"] = functools.partial(deterministic_PRNG, seed=_OTHER_SEED)
    try:
        yield
    finally:
        names["deterministic_PRNG"] = deterministic_PRNG


@contextlib.contextmanager
def _mostly_anew() -> Iterator[None]:
    """Hypothesis follows each case with up to six in which a choice is copied over another like it. Those differ in
    one argument alone, which shows what a function remembers; but few sizes and magnitudes would be tried, in cases
    that are nearly alike. In here half of the cases are drawn by themselves: every sixth is followed so."""
    original, drawn = ConjectureRunner.generate_mutations_from, itertools.count(1)

    def sometimes(self: ConjectureRunner, data: Any) -> None:
        if next(drawn) % 6 == 0:
            original(self, data)

    ConjectureRunner.generate_mutations_from = sometimes  # type: ignore[method-assign]
    try:
        yield
    finally:
        ConjectureRunner.generate_mutations_from = original  # type: ignore[method-assign]


@contextlib.contextmanager
def _without_local_constants() -> Any:
    """Hypothesis also draws constants that it finds in the source of imported local modules: not here, or the
    cases would depend on which modules a process happens to have imported."""
    original = providers._get_local_constants
    providers._get_local_constants = Constants
    try:
        yield
    finally:
        providers._get_local_constants = original
