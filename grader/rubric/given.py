"""Array specs under `given`: ranges such as `1..20`, and shapes whose dimensions are declared once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from grader.errors import Fault
from grader.rubric.cursor import Place
from grader.rubric.messages import mismatch
from grader.rubric.model import is_name
from grader.rubric.scalars import data, resolve
from grader.rubric.yaml_tree import Listing, Mapping, Scalar

# A drawn array of 8 MB is more than a call of two seconds can be asked to judge a hundred times.
MAX_ELEMENTS = 1_000_000

_KEYS = ("shape", "elements")
_NUMBER = r"[-+]?\d{1,15}(?:\.\d{1,15})?(?:[eE][-+]?\d{1,2})?"
_ELEMENTS = re.compile(rf"({_NUMBER})(?:\.\.({_NUMBER}))?", re.ASCII)
_SIZES = re.compile(r"(\d{1,7})(?:\.\.(\d{1,7}))?", re.ASCII)


def given_faults(given: Place) -> Iterator[Fault]:
    """Look at each argument of a check and at the dimensions that they share."""
    sizes: dict[str, Place] = {}
    for name, argument in given.entries():
        if not is_name(name):
            yield argument.fault(mismatch("an argument's name", name, "write it as the function's signature does"))
        if isinstance(argument.node, Mapping):
            yield from _declarations(argument, sizes)
        elif not is_name(argument.text or ""):
            way_out = "write a name, or a spec such as {elements: 0.1..10} or {shape: [n], n: 1..20}"
            yield argument.fault(mismatch("a strategy's name or an array spec", _display(argument), way_out))
    used: set[str] = set()
    for _, argument in given.entries():
        yield from _spec_faults(argument, sizes, used)
    # Where a shape names a size that nobody declares, one that nobody uses is most likely the same slip.
    for name in sorted(sizes.keys() - used) if used <= sizes.keys() else ():
        way_out = f"known here: shape, elements and the sizes that a shape names; {name} is in no shape"
        yield sizes[name].fault(mismatch("a size of some shape", name, way_out))


def _declarations(spec: Place, sizes: dict[str, Place]) -> Iterator[Fault]:
    for name, size in spec.entries():
        if name in _KEYS:
            continue
        if name in sizes:
            message = f"expected one declaration of {name}, got a second (first on line {sizes[name].line})"
            yield size.fault(f"{message}; arguments share their sizes, so delete one")
        else:
            sizes[name] = size
            if _bounds(size, _SIZES) is None:
                yield size.fault(mismatch("a range of sizes such as 1..20, low to high", _display(size)))


def _spec_faults(spec: Place, sizes: dict[str, Place], used: set[str]) -> Iterator[Fault]:
    elements, shape = spec.at("elements"), spec.at("shape")
    if elements and _bounds(elements, _ELEMENTS) is None:
        yield elements.fault(mismatch("a range of numbers such as -10..10, low to high", _display(elements)))
    if isinstance(spec.node, Mapping) and not elements and not (shape and shape.items()):
        yield spec.fault("expected elements, or a shape for an array, got neither; write such as {elements: 0.1..10}")
    if shape and not isinstance(shape.node, Listing):
        used.add(shape.text or "")
        yield shape.fault(mismatch("a list of sizes", _display(shape), "write it such as [n, 3]"))
    n_elements = 1
    for size in shape.items() if shape else []:
        declared = sizes.get(size.text or "")
        if is_name(size.text or ""):
            used.add(size.text or "")
        bounds = _bounds(declared or size, _SIZES)
        if declared is None and (bounds is None or bounds[0] != bounds[1]):
            way_out = "write an int, or declare the name beside shape, such as n: 1..20"
            yield size.fault(mismatch("an int or a name declared in this given", _display(size), way_out))
        n_elements *= int(bounds[1]) if bounds else 1
    if n_elements > MAX_ELEMENTS:
        yield spec.fault(f"expected at most {MAX_ELEMENTS} elements, got up to {n_elements}; narrow the ranges")


def _bounds(place: Place, pattern: re.Pattern[str]) -> tuple[float, float] | None:
    found = pattern.fullmatch(place.text or "")
    if not found:
        return None
    low, high = float(found[1]), float(found[2] or found[1])
    return (low, high) if low <= high and math.isfinite(high) else None


def _display(place: Place) -> object:
    return resolve(data(place.node)) if isinstance(place.node, Scalar) else data(place.node)
