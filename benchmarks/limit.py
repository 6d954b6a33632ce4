"""The limit: one process, cases drawn once, functions called without isolation, one lean comparison a check."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks.direct import DirectModules
from grader import wire
from grader.assignment import Assignment
from grader.checks.definition import Check
from grader.checks.expect import Fact
from grader.checks.reply import Reply, origin_of
from grader.worker import serving


def grade_directly(assignment: Assignment, folder: Path) -> dict[str, bool]:
    """Per check, whether the submission passes in full; nothing is isolated, shrunk or explained."""
    with DirectModules(folder) as modules:
        return {check.id: _passes(check, modules) for check in assignment.checks.values()}


def _passes(check: Check, modules: DirectModules) -> bool:
    calls = [wire.decode(call, tensor=sys.modules["torch"].from_numpy) for call in check.plan.calls]
    try:
        if check.sheet is None:
            return _all_cases(check, modules)
        replies: list[Any] = []
        for (owner, name), args, named, show in calls:
            thing = replies[owner.index] if isinstance(owner, wire.Ref) else getattr(modules, owner)
            result = thing(*args, **named) if name == "__call__" else getattr(thing, name)(*args, **named)
            replies.append([[arg, serving._flags(arg)] for arg in args] if show else result)
        assert check.plan.claims is not None
        actuals = [
            None if isinstance(claim, Fact) else _plain(replies[origin_of(claim.actual).index])
            for claims in check.plan.claims
            for claim in claims
            if isinstance(claim, Fact) or isinstance(claim.actual, Reply)
        ]
        return not check.sheet.marks(actuals).tier.any()
    except Exception:
        return False


def _plain(value: Any) -> Any:
    if hasattr(value, "detach"):
        return value.detach().numpy()
    return (
        list(value)
        if isinstance(value, tuple)
        else float(value)
        if hasattr(value, "dtype") and not value.shape
        else value
    )


def _all_cases(check: Check, modules: DirectModules) -> bool:
    from grader.checks.plan import Live
    from grader.checks.running import judged, run_case
    from grader.sandbox.local import LocalSession

    session = LocalSession({name: getattr(modules, name) for name in check.plan.modules})
    runs = [run_case(check, case, index, Live(session, check.plan.modules)) for index, case in enumerate(check.cases)]
    return not judged(check, runs).failing
