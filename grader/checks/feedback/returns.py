"""What came back instead of what was asked for: its kind, and the way out where that is plain."""

from __future__ import annotations

import re

from grader.checks.api.expect import Data, Numbers
from grader.checks.api.reply import Reply
from grader.checks.feedback.shown import Shown
from grader.checks.feedback.step_graph import step_of
from grader.model.data import SHOULD_BE
from grader.worker.raising import MEANT_TO_RAISE

# What is plainly the way out, by how a reply is described.
_WAYS_OUT = {
    "of type coroutine": "An `async def` gives it only to who awaits it: write `def`.",
    "of type NotImplementedType": "`NotImplemented` stands for no number: return the result.",
    "eturned an iterator": "An iterator, such as `yield` and `map` make, is no result yet: `return` the numbers.",
    "the first of them the text": "Return the numbers themselves, not texts made of them.",
    "eturned the text": "Return the numbers themselves, not a text made of them.",
}
# The methods by which an object of a class of one's own is what was expected.
_METHODS = {
    "expected something with a length": "`__len__`",
    "expected something with items": "`__getitem__` or `__iter__`",
    "expected something that holds items": "`__contains__`",
    "expected an object for `with`": "`__enter__` and `__exit__`",
}
_IN_ONE_SHAPE = "numbers in one shape"
_MODULE = re.compile(r"eturned an object of type torch\.nn\.modules\.\w+\.(\w+), expected (?:numbers|a single)")
_IS_NONE = re.compile(r"got None, expected (?!None)", re.IGNORECASE)
_NO_RETURN = "For this input it comes to no `return`, or what it returns is None, as `x.sort()` is."


def kind_of_problem(problem: str) -> str:
    """The kind of a reply that could not be compared or is not what was expected, by the sentence that says why."""
    got, _, wanted = problem.partition(", expected ")
    if not wanted:  # a fact that does not hold
        return "value"
    if got.endswith("returned None") or _IS_NONE.match(problem):
        return "none"
    is_shape = "shape" in wanted or (wanted == "a single number" and "shape" in got and "list" not in got)
    if is_shape:
        return "shape"
    is_compared = re.match(r"(at \[.*\]: )?got ", got) is not None
    return "value" if is_compared and SHOULD_BE not in wanted else "type"


def describe_return(problem: str, shown: Shown) -> str:
    """What came back instead of what was expected, and what to do about it where that is plain."""
    if _IN_ONE_SHAPE in problem and isinstance(shown.claim, Numbers):
        shape = shown.claim.expected.shape
        return problem.replace(_IN_ONE_SHAPE, f"{_IN_ONE_SHAPE}, {shape}" if shape else "a single number")
    if module := _MODULE.search(problem):
        return f"{problem} `nn.{module[1]}(…)` makes a module; call that in turn: `nn.{module[1]}(…)(x)`."
    for type_told, way_out in _WAYS_OUT.items():
        if type_told in problem:
            return f"{problem} {way_out}"
    if own := re.search(r"of type [\w.]*\.(\w+), (expected [^.]*)", problem):
        if own[2] in _METHODS:
            return f"{problem} Its class gets that by {_METHODS[own[2]]}."
        if own[1] == _callee(shown):
            return f"{problem} `{own[1]}` is a class, and calling it makes an object: write `def {own[1]}`."
    is_none = "eturned None" in problem or (_IS_NONE.match(problem) and _callee(shown))
    if not is_none or MEANT_TO_RAISE in problem:
        return problem
    printed = shown.printed.strip().rpartition("\n")[2]
    if printed:
        return f"It printed {printed[:60]} and returned nothing: write `return` where it prints."
    return f"{problem} {_NO_RETURN}"


def _callee(shown: Shown) -> str:
    """The function of the submission's whose result the claim is about; empty where it is something else."""
    reply = shown.claim.actual if isinstance(shown.claim, Numbers | Data) else None
    target = step_of(reply).target if isinstance(reply, Reply) else (None, "")
    return str(target[1]) if isinstance(target[0], str) else ""
