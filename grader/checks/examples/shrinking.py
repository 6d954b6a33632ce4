"""Hypothesis's search for the smallest failing case of a check, kept for all students of a batch.

What hypothesis tries next depends on nothing but the check, the seed and which of its tries failed so far. Its own
bookkeeping costs many times what a try costs, so the tries are kept, by those answers: whoever fails as somebody did
before is led along the same tries without it. A student's search is the same whoever came before.

A smallest case is found by asking again and again whether a smaller one fails too, and each question is a call into
the sandbox of a student who may be slow. Three rules keep that in bounds: so many tries at most, since most failures
are small by then; a search that ends with much to read begins once more elsewhere, since hypothesis only ever makes
the case at hand smaller; and a case counts as failing only if it fails as the first one did, or a student whose code
is wrong on large inputs and crashes on empty ones would be shown the crash.

What is found is an example, never a verdict: that was reached before, on cases which are the same for everybody.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable

from hypothesis.errors import HypothesisException

from grader.checks.examples.cases import Case, CheckFunction, freeze, size
from grader.checks.examples.drawing import search
from grader.checks.examples.shrink_database import Enough, ShrinkDatabase

# Most failures are small after so many tries; each is a call or two into the sandbox.
MAX_TRIES = 80
# Hypothesis ends where no single step makes a case smaller. If that is still much to read, it begins anew elsewhere.
READABLE, STARTS = 40, 2


class _Failing(Exception):
    """Tells hypothesis that a case fails."""


class Search:
    """The searches for the smallest failing case of one check.

    Args:
        examples: how many cases hypothesis draws before it gives up on finding a failing one.
        tries: what is known of it, and what is learnt.
    """

    def __init__(self, function: CheckFunction, examples: int, seed: int, tries: ShrinkDatabase) -> None:
        self._function = function
        self._examples = examples
        self._seed = seed
        self._tries = tries

    def smallest(self, fails: Callable[[Case], bool]) -> Case | None:
        """The smallest case found for which `fails`; None where none of them does. `fails` may raise `Enough`."""
        tries = 0
        best: tuple[float, Case | None] = math.inf, None
        answers: list[bool] = []

        def attempt(case: Case) -> None:
            nonlocal tries, best
            if tries == MAX_TRIES:
                raise Enough
            tries += 1
            answers.append(fails(case))
            if answers[-1] and size(case) < best[0]:
                best = size(case), case

        self._tries.catch_up()
        with contextlib.suppress(Enough):
            for start in range(STARTS):
                answers.clear()
                if self._follow(attempt, start, answers):
                    self._explore(attempt, start, answers)
                if best[0] <= READABLE or True not in answers:
                    break
        return best[1]

    def _follow(self, attempt: Callable[[Case], None], start: int, answers: list[bool]) -> bool:
        """Make the tries that are known; whether hypothesis has to be asked for more."""
        while self._tries.knows(start, answers):
            case = self._tries.after(start, answers)
            if case is None:
                return False
            attempt(case)
        return True

    def _explore(self, attempt: Callable[[Case], None], start: int, answers: list[bool]) -> None:
        """Lead hypothesis to where the answers end, and make its tries from there."""
        known = list(answers)
        given: list[bool] = []

        def visit(case: Case) -> None:
            if len(given) == len(known):
                case = freeze(case)
                self._tries.keep(start, given, case)
                attempt(case)
                known.append(answers[-1])
            given.append(known[len(given)])
            if given[-1]:
                raise _Failing

        with contextlib.suppress(_Failing, HypothesisException):
            search(self._function, visit, self._examples, self._seed + start, shrink=True)
        self._tries.keep(start, given, None)
