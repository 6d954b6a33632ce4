"""Charts of the class page: matplotlib's SVG, the same bytes each time, in the page's own colours."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import matplotlib
from markupsafe import Markup

matplotlib.use("svg")

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from grader.report.statistics import CheckStatistics

# A colour that nothing else has stands for the page's ink, which a scheme decides.
_INK = "#010203"
_SETTINGS: Any = {
    "svg.hashsalt": "grader", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10,
    "text.color": _INK, "axes.edgecolor": _INK, "axes.labelcolor": _INK, "xtick.color": _INK, "ytick.color": _INK,
    "axes.spines.top": False, "axes.spines.right": False,
}  # fmt: skip
_BAR = "#4c78c8"


def distribution_chart(histogram: Sequence[int], max_score: Fraction) -> Markup:
    """How many scores lie in each tenth of the points."""
    width = float(max_score) / len(histogram)
    with matplotlib.rc_context(_SETTINGS):
        figure = Figure(figsize=(7, 2.8), layout="constrained")
        axes = figure.add_subplot()
        middles = [width * (number + 0.5) for number in range(len(histogram))]
        bars = axes.bar(middles, histogram, width * 0.92, color=_BAR)
        axes.bar_label(bars, [str(count) if count else "" for count in histogram])
        axes.set_xlabel("score")
        axes.set_ylabel("students")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        tenths = [f"{width * number:g} to {width * (number + 1):g}" for number in range(len(histogram))]
        label = "; ".join(f"{name}: {count}" for name, count in zip(tenths, histogram, strict=True) if count)
        return _svg(figure, f"Histogram of scores, students by tenth of the points. {label}")


def difficulty_chart(checks: Sequence[CheckStatistics]) -> Markup:
    """The mean share of the points earned, check by check."""
    known = [check for check in checks if check.difficulty is not None][::-1]
    with matplotlib.rc_context(_SETTINGS):
        figure = Figure(figsize=(7, max(1.5, 0.22 * len(known) + 0.6)), layout="constrained")
        axes = figure.add_subplot()
        axes.barh([check.id for check in known], [100 * (check.difficulty or 0) for check in known], color=_BAR)
        axes.set_xlim(0, 100)
        axes.set_xlabel("mean share of the points earned, %")
        axes.tick_params(axis="y", labelsize=7)
        axes.margins(y=0.01)
        return _svg(figure, "Mean share of the points earned on each check; the numbers stand in the table below.")


def _svg(figure: Figure, label: str) -> Markup:
    text = io.StringIO()
    figure.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = text.getvalue()[text.getvalue().index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL).replace(_INK, "currentColor")
    head, rest = svg.split(">", 1)
    head = re.sub(r' (width|height)="[^"]*"', "", head)
    return Markup('{} role="img" aria-label="{}">{}').format(Markup(head), label, Markup(rest))
