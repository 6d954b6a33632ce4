"""Runs one check on one submission: the plan in one message, then the claims judged together."""

from __future__ import annotations

import contextlib
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from grader.checks.api.expect import Claim, Data, Either, Expect, Fact, Numbers, Unchanged
from grader.checks.api.reply import Caller, Endless, Reply, origin_of, outcome_behind
from grader.checks.api.steps import CallFailed
from grader.checks.api.student import Student
from grader.checks.check import Check
from grader.checks.comparison import ExpectedBatch, Marks
from grader.checks.examples.cases import Case, own_copy
from grader.checks.plan.callers import Edit, LeftPlan, Live, Replayer
from grader.checks.plan.calls import Plan, packed_list
from grader.checks.plan.outlines import parameters_of, stub_failure
from grader.checks.plan.recorded_reference import NotRecorded
from grader.errors import RubricError
from grader.model.arrays import Mismatch, as_array
from grader.model.outcome import End, Failure, Handle, Kept, Outcome, Value
from grader.sandbox import Replies, Session
from grader.wire import READ

# Kept per check: right answers, and wrong ones that are common, come back with the very same numbers.
MAX_JUDGED = 100


@dataclass
class CaseRun:
    """What running a check's body on one case led to.

    Args:
        failure: a call did not return.
        problem: a reply was not what the check can work with, in words for the student.
        broken: the check's own code failed.
        is_endless: the problem is that items did not end, which takes long to find out.
        log, made: its steps, and how many of them came before each claim, where they are kept.
        is_tried: it was run, and is not taken to end as another did.
    """

    claims: list[Claim] = field(default_factory=list)
    failure: Failure | None = None
    problem: str | None = None
    broken: BaseException | None = None
    is_endless: bool = False
    log: Sequence[Reply] = ()
    made: Sequence[int] = ()
    is_tried: bool = True


@dataclass(frozen=True)
class Findings:
    """All that the cases of a check showed.

    Args:
        failures: per case in which a call did not return, how.
        fault: what failed in the check's own code, which is never the student's doing.
        departed: the check made other calls than were planned, so its replies are not all that was judged.
        replies: to the planned calls.
        runs: how the check's body ran, case by case; empty where it did not have to.
        digest: equal for equal replies, where the findings rest on them alone; else None.
        is_new: nobody came with these replies before.
    """

    marks: Marks
    failures: dict[int, Failure]
    fault: str | None = None
    departed: bool = False
    replies: Sequence[Outcome] = ()
    runs: Sequence[CaseRun] = ()
    digest: bytes | None = None
    is_new: bool = False

    @property
    def n_tried(self) -> int:
        """How many cases were tried: all, unless finding out takes so long that one stands for the rest."""
        return sum(run.is_tried for run in self.runs) if self.runs else len(self.marks.tier)

    @property
    def failing(self) -> list[int]:
        """The cases that were tried and do not pass in full."""
        tiers = self.marks.tier[: self.n_tried]
        return [case for case, tier in enumerate(tiers) if tier > 0 or case in self.failures]


def run_case(check: Check, case: Case, index: int, caller: Caller) -> CaseRun:
    """Run the check's body on one case.

    Raises:
        NotRecorded: it asks a model answer that is not at hand; nobody's fault.
        RubricError: the check does not load.
    """
    expect = Expect(caller)
    check.reference.begin_case(case)
    run = CaseRun(expect.claims)
    offered: dict[str, Any] = {"student": Student(caller, check.plan.tree), "expect": expect}
    offered["reference"] = Student(check.reference, check.plan.tree)
    if "rng" in check.offered:
        offered["rng"] = np.random.default_rng([check.seed, zlib.crc32(check.id.encode()), index])
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # whoever started this may have made errors of them, which is no verdict
            check.body(**{**{name: offered[name] for name in check.offered}, **own_copy(case)})
    except (LeftPlan, NotRecorded, RubricError):
        raise
    except CallFailed as failed:
        _end(run, failed.failure)
        return run
    except Mismatch as mismatch:
        run.problem, run.is_endless = str(mismatch), isinstance(mismatch, Endless)
    except (Exception, SystemExit) as error:
        run.broken = error
    if run.failure is None and (unseen := caller.finish()) is not None:
        _end(run, unseen)
    return run


def _end(run: CaseRun, failure: Failure) -> None:
    """What a failure means for a case."""
    if failure.part is None:
        run.failure = failure
    else:
        run.problem = failure.message


def rehearse(check: Check) -> None:
    """Run the check's body once on the model answer, as it will run on a student's functions."""
    if check.cases:
        with contextlib.suppress(NotRecorded):
            run_case(check, check.cases[0], 0, check.reference)


class CheckRunner:
    """Runs one check on one submission: all cases as planned, or one of them once more, also in a process of its own.

    Args:
        session: the submission's process.
    """

    def __init__(self, check: Check, session: Session) -> None:
        self.check = check
        self._session = session

    @contextlib.contextmanager
    def apart(self, *, reseeded: bool = False) -> Iterator[CheckRunner]:
        """The same in a process that has done nothing yet, and ends with the block: each holds memory others need."""
        with contextlib.closing(self._session.apart(reseeded=reseeded)) as session:
            yield CheckRunner(self.check, session)

    def run(self, kept: Replies | None = None) -> Findings:
        """All cases; replies that were judged before are not judged again.

        Args:
            kept: what the student answered earlier to the check's calls, which are then not made.
        """
        check = self.check
        if kept is None and (found := self._unwritten()) is not None:
            return found
        if kept is not None:
            replies = kept
        elif check.plan.calls and not check.plan.is_live:
            replies = self.replies(check.plan)
        else:
            replies = Replies(list)
        known: Findings | None = check.judged.get(replies.digest)
        if known is not None:
            return replace(known, replies=replies)
        is_compiled = check.sheet is not None and not _ends_elsewhere(check, replies)
        findings = judge_plan(check, replies) if is_compiled else _replay(check, replies, self.live)
        if findings.departed or findings.fault is not None or _rests_on_more(findings):
            return replace(findings, replies=replies)
        if replies.digest is not None and len(check.judged) < MAX_JUDGED:
            check.judged[replies.digest] = replace(findings, runs=(), digest=replies.digest)
        return replace(findings, replies=replies, digest=replies.digest, is_new=kept is None)

    def replies(self, plan: Plan) -> Replies:
        """What the submission answers to a plan's calls."""
        return self._session.call(plan.message, len(plan.calls), modules=plan.modules)

    def live(self, edit: Edit = lambda step: step) -> Live:
        """What makes a case's calls one by one."""
        return Live(self._session, self.check.plan, edit)

    def parameters_of(self, function: str) -> tuple[str, ...]:
        """See `outlines.parameters_of`."""
        return parameters_of(function, self._session)

    def uses(self, calls: Sequence[bytes]) -> Outcome:
        """The forbidden routines that the check's functions use; where reading shows none, during some calls."""
        plan, forbidden = self.check.plan, self.check.spec.forbids
        return self._session.uses(plan.functions, forbidden, packed_list(calls), plan.modules)

    @property
    def loads(self) -> bool:
        """Whether all that the check calls can be imported."""
        return not any(isinstance(self._session.load(module), Failure) for module in self.check.plan.modules)

    @property
    def output(self) -> str:
        """What the submission printed until now."""
        return self._session.output

    def _unwritten(self) -> Findings | None:
        """The findings where nothing that the check calls is written, which is known before anything is called.

        What the calls are made with, and what a body imports, may take longer than all else that somebody who has just
        begun waits for.
        """
        functions, n_cases = self.check.plan.functions, len(self.check.cases)
        stubs = [stub for function in functions if (stub := stub_failure(function, self._session)) is not None]
        if not stubs or len(stubs) < len(functions):
            return None
        marks = Marks(np.zeros(n_cases, int), np.zeros(n_cases), {})
        failures = dict.fromkeys(range(n_cases), stubs[0])
        return Findings(_failed_too(marks, failures, self.check), failures)


def _rests_on_more(findings: Findings) -> bool:
    """Whether the replies alone do not tell how a call failed: the submission had used up what is read of it, say."""
    return any(failed.ends_process or failed.status == "out_of_memory" for failed in findings.failures.values())


def _ends_elsewhere(check: Check, outcomes: Sequence[Outcome]) -> bool:
    """Whether what is taken item by item has more items than the reference's, or fewer."""
    ends = check.plan.ends
    return any(isinstance(outcomes[index], End) != is_end for index, is_end in ends.items())


def judge_plan(check: Check, outcomes: Sequence[Outcome]) -> Findings:
    """Judge replies to the planned calls without running the check's body: it never looks at a reply."""
    assert check.sheet is not None
    assert check.plan.claims is not None
    bounds = check.plan.bounds
    failures: dict[int, Failure] = {}
    if any(isinstance(outcome, Failure) for outcome in outcomes):
        for case in range(len(check.cases)):
            replies = (outcomes[index] for index in range(bounds[case], bounds[case + 1]))
            failed = next((reply for reply in replies if isinstance(reply, Failure)), None)
            if failed is not None:
                failures[case] = failed
    problems = {case: failed.message for case, failed in failures.items() if failed.part is not None}
    actuals = [_planned_actual(claim, outcomes) for claims in check.plan.claims for claim in claims]
    marks = _failed_too(check.sheet.marks(actuals), failures, check)
    marks.problems.update(problems)
    return Findings(marks, {case: failed for case, failed in failures.items() if case not in problems})


def _planned_actual(claim: Claim, outcomes: Sequence[Outcome]) -> Any:
    if isinstance(claim, Fact):
        return None
    if not isinstance(claim.actual, Reply):
        return claim.actual
    return _data(outcomes[origin_of(claim.actual).index], claim)


def _data(outcome: Outcome, claim: Numbers | Data | Either | Unchanged) -> Any:
    """The data that a claim is about; for a call that failed, what does not add a second complaint."""
    if isinstance(outcome, Value):
        return outcome.data
    if isinstance(outcome, Handle | Kept | End):
        return Handle(outcome.type_name, "") if isinstance(outcome, Kept) else outcome
    if isinstance(claim, Either):
        return claim.choices[0].expected
    return claim.expected if isinstance(claim, Numbers | Data) else [[None, [], None] for _ in claim.before]


def _failed_too(marks: Marks, failures: dict[int, Failure], check: Check) -> Marks:
    """The marks with the cases in which a call failed set to fail."""
    if failures:
        cases = list(failures)
        marks.tier[cases] = len(check.spec.tolerance.tiers)
        marks.excess[cases] = np.nan
    return marks


def _replay(check: Check, outcomes: Sequence[Outcome], live: Callable[[], Live]) -> Findings:
    """Run the check's body on each case: with the planned replies, or live where it departs from the plan."""
    runs: list[CaseRun] = []
    departs = check.plan.is_live
    for index, case in enumerate(check.cases):
        run = None
        if not departs:
            try:
                run = run_case(check, case, index, Replayer(check.plan, index, outcomes))
            except LeftPlan:
                departs = True  # and so will the other cases: a check's course rarely differs between them
            else:
                if run.broken is not None and _all_alike(check, index, outcomes):
                    return _at_fault(run.broken)
        if run is None:
            caller = live()
            run = run_case(check, case, index, caller)
            run.log, run.made = (caller.log, caller.made) if run.is_endless else ((), ())
        runs.append(run)
        if run.failure is not None and run.failure.ends_process:
            runs += [CaseRun(failure=run.failure)] * (len(check.cases) - len(runs))
            break
        if run.is_endless:  # one such case costs seconds, so that all would cost the time of what comes after
            runs += [CaseRun(problem=run.problem, is_tried=False)] * (len(check.cases) - len(runs))
            break
    return replace(collect_findings(check, runs), departed=departs)


def _at_fault(error: BaseException) -> Findings:
    """The findings where the check's own code fails on replies that are like the reference's."""
    return Findings(Marks(np.zeros(0, int), np.zeros(0), {}), {}, f"{type(error).__name__}: {error}")


def _all_alike(check: Check, case: int, outcomes: Sequence[Outcome]) -> bool:
    planned = range(check.plan.bounds[case], check.plan.bounds[case + 1])
    plan = check.plan
    return all(_looks_alike(outcomes[index], plan.outcomes[index], plan.wanted[index]) for index in planned)


def _looks_alike(actual: Outcome, expected: Outcome, wanted: int = READ) -> bool:
    """Whether a student's reply is numbers in the reference's shape, so that a check can work with it."""
    if not wanted & READ:
        return not isinstance(actual, Failure)
    if not (isinstance(actual, Value) and isinstance(expected, Value)):
        return type(actual) is type(expected) is not Failure
    try:
        return as_array(actual.data).shape == as_array(expected.data).shape
    except Mismatch:
        return type(actual.data) is type(expected.data)


def collect_findings(check: Check, runs: Sequence[CaseRun]) -> Findings:
    """The findings of bodies that have run."""
    failures = {case: failed for case, run in enumerate(runs) if (failed := _failure_of(run)) is not None}
    sheet = ExpectedBatch([run.claims for run in runs], check.spec.tolerance)
    actuals = [live_actual(claim) for run in runs for claim in run.claims]
    marks = sheet.marks(actuals)
    for case, run in enumerate(runs):
        problem = run.problem or (run.broken and _unusable(run.broken))
        if problem:
            marks.problems.setdefault(case, problem)
            marks.tier[case] = len(check.spec.tolerance.tiers)
    return Findings(_failed_too(marks, failures, check), failures, runs=runs)


def _failure_of(run: CaseRun) -> Failure | None:
    """The call that did not return; none where something went wrong before, from which that follows."""
    if run.failure is not None or run.problem:
        return run.failure
    behind = (
        outcome_behind(claim.actual)
        for claim in run.claims
        if not isinstance(claim, Fact) and isinstance(claim.actual, Reply)
    )
    return next((outcome for outcome in behind if isinstance(outcome, Failure) and outcome.part is None), None)


def live_actual(claim: Claim) -> Any:
    """The data that a claim of a body that has run is about."""
    if isinstance(claim, Fact):
        return None
    return _data(outcome_behind(claim.actual), claim) if isinstance(claim.actual, Reply) else _as_list(claim.actual)


def _as_list(value: Any) -> Any:
    return [_as_list(item) for item in value] if isinstance(value, tuple) else value


def _unusable(error: BaseException) -> str:
    return f"what was returned cannot be worked with ({type(error).__name__}: {str(error)[:200]})"
