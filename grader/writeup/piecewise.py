"""A function told case by case in a sentence: `-log p if y = 1, -log(1 - p) if y = 0`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from grader.worker.reading.vocabulary import IF
from grader.writeup.finding import Block
from grader.writeup.prose import NEGATIONS
from grader.writeup.words import mentions, words_of

_MOST_BETWEEN = 6
_COLONS = ([":"], ["→"], ["⇒"], ["-", ">"], ["=", ">"])


def cases_told(formulas: Sequence[Block], names: Mapping[str, str]) -> Block | None:
    """One formula of the cases that formulas tell; None where they are not values and conditions in turn.

    Args:
        names: how a symbol may be written → symbol.
    """
    conditions = [one for one in formulas if _is_condition(one, names)]
    for leads in (_value_leads, _condition_leads):
        cases = [case for pair in pairwise(formulas) if (case := _case(pair, names, leads)) is not None]
        if len(cases) == len(conditions) > 1:
            tree = ["cases", [[value["sides"][-1], _comparison(condition)] for value, condition in cases]]
            source = ", ".join(f"{value['source']} for {condition['source']}" for value, condition in cases)
            return {**cases[-1][0], "sides": [tree], "ops": [], "label": "", "source": source,
                    "before": "", "words": "", "inside": ""}  # fmt: skip
    return None


def _case(
    pair: tuple[Block, Block], names: Mapping[str, str], leads: Callable[[Block, Block], bool]
) -> tuple[Block, Block] | None:
    """The value and its condition, where two formulas side by side are these."""
    one, other = pair if leads is _value_leads else pair[::-1]
    is_value = bool(one["sides"]) and one["sides"][-1] is not None and not _is_condition(one, names)
    return (one, other) if is_value and _is_condition(other, names) and leads(one, other) else None


def _value_leads(_value: Block, condition: Block) -> bool:
    """`-log p if y = 1`: nothing but the `if` between the two."""
    value_end = str(_value["words"]).strip(" ,(:;$…")
    return _begins_with_if(value_end) and _ends_with_if(condition)


def _condition_leads(value: Block, condition: Block) -> bool:
    """`if y = 1, the loss is -log p`, `y = 1: -log p`: few words between, and none that denies."""
    between = words_of(str(value["before"]).rpartition(str(condition["source"]))[2].strip(" $"))
    is_led = _ends_with_if(condition) or between in _COLONS
    return is_led and len(between) <= _MOST_BETWEEN and not mentions(between, NEGATIONS)


def _begins_with_if(text: str) -> bool:
    return any(word.lower() in IF for word in words_of(text)[:1])


def _ends_with_if(condition: Block) -> bool:
    return any(word.lower() in IF for word in words_of(str(condition["before"]).rstrip(" (:$"))[-1:])


def _is_condition(block: Block, names: Mapping[str, str]) -> bool:
    """Whether a formula says that a symbol is a number: y = 1."""
    sides = block["sides"]
    is_pair = block["ops"] == ["="] and len(sides) == 2 and None not in sides
    return is_pair and sides[0][0] == "sym" and sides[0][1] in names and sides[1][0] == "num"


def _comparison(condition: Block) -> list[object]:
    left, right = condition["sides"]
    return [left, "=", right]
