"""A prepared check as bytes and back: its cases, its planned calls, and what the reference answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from grader import wire
from grader.cache.nodes import node_of, tensor_of, value_of
from grader.checks.api.expect import Claim, Data, Either, Fact, Numbers, Unchanged
from grader.checks.api.reply import Caller, Reply, origin_of
from grader.checks.api.steps import Step
from grader.checks.check import Check, Reference, offered_by
from grader.checks.comparison import ExpectedBatch
from grader.checks.examples.cases import CheckFunction, body_of, freeze
from grader.checks.misconceptions.observation import CaseEvidence, Figures, Item
from grader.checks.plan.calls import Plan
from grader.errors import WireError
from grader.model.outcome import End, Failure, Handle, Kept, Outcome, Value
from grader.rubric import CheckSpec
from grader.wire import Ref

# Raised whenever what is packed, or how, changes.
_FORMAT = 7


def pack(check: Check) -> bytes:
    """All of a prepared check that its strategies and the reference were needed for.

    Raises:
        NotData: a case, a call or an answer holds an object that bytes cannot stand for.
    """
    plan = check.plan
    return wire.encode([
        _FORMAT,
        check.seed,
        [node_of(dict(case)) for case in check.cases],
        list(plan.calls),
        plan.wanted,
        list(plan.bounds),
        [_outcome_node(outcome) for outcome in plan.outcomes],
        list(plan.modules),
        list(plan.functions),
        sorted(plan.tree),
        dict(sorted(plan.operators.items())),
        {function: list(names) for function, names in plan.parameters.items()},
        None if plan.claims is None else [[_claim_node(claim) for claim in claims] for claims in plan.claims],
        [[call, _outcome_node(outcome)] for call, outcome in check.reference.known.items()],
    ])  # fmt: skip


def unpack(
    data: bytes,
    spec: CheckSpec,
    function: CheckFunction,
    reference: Reference,
    drawn: Callable[[], CheckFunction] | None = None,
) -> Check:
    """The check that was packed, for the same entry of the rubric and the same function.

    Args:
        reference: is told what the reference answered while the check was prepared.
        drawn: brings the function with what draws its cases, where it comes without.

    Raises:
        WireError: these are not the bytes of a check.
    """
    fields = wire.decode(data, tensor=tensor_of)
    if not isinstance(fields, list) or len(fields) != 14 or fields[0] != _FORMAT:
        raise WireError("the bytes of a check in another format")
    _, seed, cases, calls, wanted, bounds, outcomes, modules, functions, tree, operators, named, claims, known = fields
    answers = tuple(map(_outcome, outcomes))
    made = None if claims is None else tuple(tuple(_claim(node, answers) for node in of_case) for of_case in claims)
    plan = Plan(
        tuple(calls), wanted, tuple(bounds), answers, tuple(modules), tuple(functions), made, tree=frozenset(tree),
        operators=operators, parameters={function: tuple(names) for function, names in named.items()},
    )  # fmt: skip
    for call, outcome in known:
        reference.known[call] = _outcome(outcome)
    body = body_of(function)
    return Check(
        spec, drawn or (lambda: function), body, offered_by(body), tuple(freeze(value_of(case)) for case in cases),
        seed, plan, None if made is None else ExpectedBatch(made, spec.tolerance), reference,
    )  # fmt: skip


def packed_evidence(evidence: Sequence[CaseEvidence]) -> bytes:
    """What a check saw of somebody's answers."""
    return wire.encode([_FORMAT, [_item_node(of_case) for of_case in evidence]])


def unpacked_evidence(data: bytes) -> tuple[CaseEvidence, ...]:
    """The inverse of `packed_evidence`.

    Raises:
        WireError: these are not its bytes.
    """
    fields = wire.decode(data)
    if not isinstance(fields, list) or len(fields) != 2 or fields[0] != _FORMAT:
        raise WireError("the bytes of evidence in another format")
    return tuple(map(_item, fields[1]))


def _item_node(item: Item) -> Any:
    if isinstance(item, Figures):
        return ["figures", item.array, item.size]
    return ["tuple", *map(_item_node, item)] if isinstance(item, tuple) else item


def _item(node: Any) -> Item:
    if type(node) is not list:
        return node
    kind, *content = node
    return Figures(*content) if kind == "figures" else tuple(map(_item, content))


def _outcome_node(outcome: Outcome) -> list[Any]:
    if isinstance(outcome, Value):
        return ["value", node_of(outcome.data), outcome.type_name]
    if isinstance(outcome, Kept | End):
        return ["kept", outcome.type_name] if isinstance(outcome, Kept) else ["end"]
    if isinstance(outcome, Handle):
        return ["handle", outcome.type_name, outcome.reason]
    place = [outcome.file, outcome.line, outcome.function]
    return ["failure", outcome.status, outcome.message, *place, list(outcome.names)]


def _outcome(node: list[Any]) -> Outcome:
    kind, *fields = node
    if kind == "value":
        return Value(value_of(fields[0]), fields[1])
    if kind in ("kept", "end"):
        return Kept(*fields) if kind == "kept" else End()
    if kind == "handle":
        return Handle(*fields)
    status, message, file, line, function, names = fields
    return Failure(status, message, file, line, function, tuple(names))


def _claim_node(claim: Claim) -> list[Any]:
    if isinstance(claim, Fact):
        return ["fact", claim.holds, claim.why]
    actual = origin_of(claim.actual) if isinstance(claim.actual, Reply) else node_of(claim.actual)
    if isinstance(claim, Data):
        return ["data", actual, node_of(claim.expected), claim.exact, claim.why]
    if isinstance(claim, Either):
        return ["either", actual, [_claim_node(choice) for choice in claim.choices], claim.why]
    if isinstance(claim, Unchanged):
        return ["unchanged", actual, node_of(claim.before)]
    return ["numbers", actual, claim.expected, claim.scale, claim.exact, claim.why]


def _claim(node: list[Any], outcomes: Sequence[Outcome]) -> Claim:
    kind, *fields = node
    if kind == "fact":
        return Fact(*fields)
    actual = fields[0]
    actual = Reply(outcomes[actual.index], actual, _Nobody()) if isinstance(actual, Ref) else value_of(actual)
    if kind == "data":
        return Data(actual, value_of(fields[1]), *fields[2:])
    if kind == "either":
        return Either(actual, tuple(_claim(choice, outcomes) for choice in fields[1]), fields[2])  # type: ignore[misc]
    return Unchanged(actual, value_of(fields[1])) if kind == "unchanged" else Numbers(actual, *fields[1:])


class _Nobody(Caller):
    """The caller behind replies that are only compared."""

    def make(self, step: Step) -> Reply:
        """Nothing of a claim that was packed is called."""
        raise AssertionError(step)
