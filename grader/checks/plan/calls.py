"""The calls of a check as they are sent to each student in one message, and which reply belongs to which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgpack

from grader import wire
from grader.cache.nodes import tensor_of
from grader.checks.api.expect import Claim
from grader.checks.api.places import place_of
from grader.checks.api.reply import origin_of
from grader.checks.api.steps import Step, Target
from grader.checks.api.student import Function
from grader.checks.plan.arguments import encoded_step
from grader.model.outcome import End, Failure, Handle, Outcome
from grader.wire import KEEP, READ, Ref

# By its place in the check, an operator that stood between the reference's objects, so that it is a step; and whether
# it stood between data there as well. Elsewhere objects that work themselves out are not asked: what they say of
# their own difference from what is right is no claim to be judged.
Operators = Mapping[str, bool]


def is_left_to_objects(operators: Operators, name: str, by_kind: Callable[[], bool]) -> bool:
    """Whether an operator is a step, as it was for the reference.

    Args:
        by_kind: whether these operands are objects, which says where it was both.
    """
    is_both = operators.get(place_of(name)) if operators else None
    return is_both is not None and (not is_both or by_kind())


@dataclass(frozen=True)
class Plan:
    """The calls of all cases of a check.

    Args:
        calls: each call as it is sent.
        wanted: of each call, what is wanted of it: bits of `wire.READ` and so on.
        bounds: case i makes the calls bounds[i] … bounds[i+1]-1.
        outcomes: what the reference answered.
        modules: the modules that are called, in order of first use.
        functions: `module.function` of each function called.
        claims: per case, what the check claims, where it never looks at a reply itself; else None, and the check
            must be run again for each student.
        seen: calls by index as the check made them before, with the very objects it passed.
        tree: the dotted names of the modules that lie in packages, and of these packages, see `Module`.
        operators: see `Operators`.
        parameters: the names of the reference's parameters by position, of each of `functions`.
    """

    calls: tuple[bytes, ...]
    wanted: bytes
    bounds: tuple[int, ...]
    outcomes: tuple[Outcome, ...]
    modules: tuple[str, ...]
    functions: tuple[str, ...]
    claims: tuple[tuple[Claim, ...], ...] | None
    seen: dict[int, Step] = field(default_factory=dict, compare=False, repr=False)
    tree: frozenset[str] = frozenset()
    operators: Operators = field(default_factory=dict)
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def is_live(self) -> bool:
        """Whether the calls are made one by one: the check looks at objects, and no two submissions' are alike."""
        return self.claims is None and any(isinstance(outcome, Handle) for outcome in self.outcomes)

    @cached_property
    def message(self) -> bytes:
        """All calls as one list."""
        return packed_list(self.calls, self.wanted)

    @cached_property
    def ends(self) -> dict[int, bool]:
        """Of each step that asks for a next item, whether the reference had none."""
        if not any(isinstance(outcome, End) for outcome in self.outcomes):
            return {}
        is_next = b"\xc0\xa4next"  # [nothing, "next"], as it is encoded
        return {
            index: isinstance(self.outcomes[index], End)
            for index, call in enumerate(self.calls)
            if call[2:8] == is_next
        }


def packed_list(calls: Sequence[bytes], wanted: bytes | None = None) -> bytes:
    """Encoded calls as the encoding of their list, with what is wanted of each before them."""
    packer = msgpack.Packer()
    bits = bytes([READ | KEEP] * len(calls)) if wanted is None else wanted
    return b"".join([packer.pack_array_header(len(calls) + 1), packer.pack(bits), *calls])


def relocate(call: bytes, places: Mapping[int, Ref]) -> bytes:
    """An encoded call that stands elsewhere: `places` says where the objects lie that it names by their steps."""

    def move(node: Any) -> Any:
        if isinstance(node, Ref):
            return places[node.index]
        if isinstance(node, dict):
            return {key: move(item) for key, item in node.items()}
        return [move(item) for item in node] if isinstance(node, list) else node

    if not places:
        return call
    return wire.encode(move(wire.decode(call, tensor=tensor_of, marked=True)))


def encoded_call(target: Target, args: Iterable[Any], named: dict[str, Any], manner: int) -> bytes:
    """A call as it is sent."""
    return encoded_step(Step(target, tuple(args), named, int(manner)), origin_of)


def names_of(step: Step) -> list[tuple[str, str]]:
    """Module and name of each of the submission's functions that a step calls or passes."""
    found = [step.target] if isinstance(step.target[0], str) else []
    passed = [value._target for value in (*step.args, *step.named.values()) if isinstance(value, Function)]
    return [*found, *passed]


def unseen(outcomes: Iterable[Outcome], seen: Sequence[Failure]) -> Failure | None:
    """The first failure that is none of those seen."""
    known = {id(failure) for failure in seen}
    made = (one for one in outcomes if isinstance(one, Failure) and not one.follows)
    return next((failure for failure in made if id(failure) not in known), None)
