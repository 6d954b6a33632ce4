"""Draws calibrations in the terminal: right answers, tolerances and wrong answers on a log axis, 80 columns."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence

from rich.text import Text

from grader.export.escaping import terminal
from grader.validation.calibrating import Calibration

# The axis: a decade takes four characters, from below float64's unit to beyond 1.
_FIRST, _LAST, _PER_DECADE = -18, 1, 4
_WIDTH = (_LAST - _FIRST) * _PER_DECADE + 1
_EVERY = 3
_COLUMNS = 80
_LEGEND = (
    "▒ right answers, up to the farthest   f the same in float32   × nearest wrong",
    "┃ the rubric's tolerance   ╎ its further tiers   ◆ the tolerance to write",
)


def plot(calibrations: Sequence[Calibration]) -> Iterator[Text]:
    """A few lines per check, and a legend."""
    for line in _LEGEND:
        yield Text(line, style="dim")
    yield Text()
    for one in calibrations:
        yield from _of_check(one)
    in_danger = sum(any(True for _ in one.dangers) for one in calibrations)
    total = len(calibrations)
    if in_danger:
        yield Text(f"{in_danger} of {total} tolerances lie in a danger zone.", style="bold yellow")
    else:
        yield Text(f"All {total} tolerances lie well between right and wrong answers.", style="bold green")


def _of_check(one: Calibration) -> Iterator[Text]:
    tolerance = ", ".join(f"{value:g}" for value in one.present)
    yield Text.assemble((one.check, "bold"), f"  {one.axis} {tolerance}", (f"  {_advice(one)}", "dim"))
    if not one.is_exact or one.nearest:
        yield Text(f"  {line(one)}")
        yield Text(f"  {scale()}", style="dim")
    yield from _wrap(_words(one), "dim")
    for danger in one.dangers:
        yield from _wrap(f"! {danger}", "yellow")
    if one.among:
        yield from _wrap(f"among the right ones here: {_list_names(one.among)}", "dim")
    if one.elsewhere:
        yield from _wrap(f"not for this tolerance, other checks tell it clearly: {_list_names(one.elsewhere)}", "dim")
    yield Text()


def _list_names(names: Sequence[str]) -> str:
    """The first few of some names, and how many there are."""
    return ", ".join(names[:3]) + (f", … ({len(names)} in all)" if len(names) > 3 else "")


def _wrap(sentence: str, style: str) -> Iterator[Text]:
    for text in textwrap.wrap(terminal(sentence), _COLUMNS, initial_indent="  ", subsequent_indent="    "):
        yield Text(text, style=style)


def _advice(one: Calibration) -> str:
    if one.is_exact:
        return "exact, as it should be"
    return "no tolerance fits" if one.advice is None else f"write {one.advice:g}"


def _words(one: Calibration) -> str:
    applied = ", ".join(measured.name for measured in one.right)
    wrong = f"nearest wrong: {one.nearest.name} at {one.nearest.distance:.2g}" if one.nearest else "no number is near"
    return f"right within {one.spread:.2g} ({applied}); {wrong}"


def line(one: Calibration) -> str:
    """The axis with its marks; later marks cover earlier ones."""
    cells = ["─"] * _WIDTH
    if one.spread > 0:
        for column in range(_column(one.spread) + 1):
            cells[column] = "▒"
    marks = [(one.advice, "◆"), (one.single.distance if one.single else None, "f")]
    marks += [(one.nearest.distance if one.nearest else None, "×")]
    marks += [(value, "╎") for value in one.present[1:]] + [(one.present[0], "┃")]
    for value, mark in marks:
        if value is not None and value > 0 and math.isfinite(value):
            cells[_column(value)] = mark
    return "".join(cells)


def scale() -> str:
    """The powers of ten under the axis."""
    cells = [" "] * (_WIDTH + 4)
    for power in range(_FIRST, _LAST + 1, _EVERY):
        label = f"1e{power}" if power else "1"
        start = (power - _FIRST) * _PER_DECADE
        cells[start : start + len(label)] = label
    return "".join(cells).rstrip()


def _column(value: float) -> int:
    if math.isinf(value):
        return _WIDTH - 1
    place = round((math.log10(value) - _FIRST) * _PER_DECADE)
    return min(max(place, 0), _WIDTH - 1)
