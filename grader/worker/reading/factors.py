"""What stands around a list of numbers and changes them: a factor, a sign, a divisor, percent; or a function."""

from __future__ import annotations

import re
from typing import NamedTuple

_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3}|/[1-9]\d{0,8})?"
_TIMES = r"(?:[*·⋅∙×]|\\cdot|\\times|x(?=[\s\[(]))"
# Functions whose result is the numbers that they are given, and methods of such.
_MAKERS = (
    r"(?:np\.|numpy\.|torch\.)?(?:array|asarray|matrix|tensor|as_tensor|Tensor|FloatTensor|Matrix|print|list|round)"
)
_MADE = re.compile(rf"(?<![\w.]){_MAKERS}\(\s?\Z")
_MADE_END = re.compile(r"\s?(?:,[^()\[\]]{0,60})?\)(?:\.(?:round|astype|tolist|copy|numpy)\([\w. ]{0,20}\))?")
_FACTOR = re.compile(rf"(?:(?<![\w.)\]])|(?<=[-−]))([-+−]?{_NUMBER})\s?{_TIMES}\s?\Z|=\s?([-+−]?{_NUMBER})\s?\Z")
_MINUS = re.compile(r"(?:[=(:`]\s?|\A)[-−]\Z|=\s?[-−]\s\Z")
_PERCENT = re.compile(r"(?:percent\w*|per cent|prozent)\W{0,3}\Z", re.IGNORECASE)
_FACTOR_BEHIND = re.compile(rf"\s?{_TIMES}\s?([-+−]?{_NUMBER})(?![\w.])")
_DIVISOR = re.compile(rf"\s?/\s?({_NUMBER})(?![\w.])")
_PERCENT_BEHIND = re.compile(r"\s?\\?%")
# What is more than can be followed: another operation, a power, a method, a function's name before the bracket.
_CHANGE = re.compile(r"(?<![\w.])[A-Za-z][\w.]{0,30}\(\s?\Z|[)\]]\s?[-+−/]\s?\Z|\d[-+−/]\Z|[@^]\s?\Z")
_CHANGE_BEHIND = re.compile(
    r"\s?(?:\*\*|\^(?!\s?\{?\s?(?:T|\\top|⊤))|[-+−]\s?[\d\[(.]|//?\s?[\w\[(]|\.(?!T\b)[A-Za-z]\w*\()"
)


class Around(NamedTuple):
    """The factor of a list of numbers, and the text beside it that may change it in another way."""

    factor: float = 1.0
    change: str = ""


def around(before: str, behind: str) -> Around:
    """What a line says directly before a list of numbers, and behind it."""
    factor = 1.0
    while (made := _MADE.search(before)) and (end := _MADE_END.match(behind)):
        before, behind = before[: made.start()], behind[end.end() :]
    if found := _FACTOR.search(before):
        factor *= _value(found[1] or found[2])
    elif found := _MINUS.search(before):
        factor = -factor
    elif found := _PERCENT.search(before):
        factor /= 100
    elif found := _CHANGE.search(before):
        return Around(change=found[0].strip())
    if found := _FACTOR_BEHIND.match(behind):
        factor *= _value(found[1])
    elif found := _DIVISOR.match(behind):
        factor /= _value(found[1]) or 1.0
    elif found := _PERCENT_BEHIND.match(behind):
        factor /= 100
    rest = behind[found.end() :] if found and behind.startswith(found[0]) else behind
    if found := _CHANGE_BEHIND.match(rest):
        return Around(change=rest[:20].strip())
    return Around(factor)


def _value(text: str) -> float:
    above, sign, below = text.replace("−", "-").partition("/")
    return float(above) / (float(below) if sign else 1.0)
