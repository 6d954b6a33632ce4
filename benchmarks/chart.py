"""A chart of horizontal bars on a logarithmic axis, as SVG that can be read in light, in dark, and aloud."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

_WIDTH, _LEFT, _RIGHT = 760, 310, 70
_ROW, _BAR, _TOP, _BOTTOM = 34, 20, 48, 34
_STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 } .tick { font-size: 11px; fill: #59636e } .grid { stroke: #d1d9e0 }
.ours { fill: #0969da } .other { fill: #818b98 }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc } .tick { fill: #9198a1 } .grid { stroke: #3d444d }
.ours { fill: #4493f8 } .other { fill: #7d8590 } }
</style>"""


def bars(title: str, rows: Sequence[tuple[str, float, bool]]) -> str:
    """The chart.

    Args:
        rows: label, value above zero, whether the bar is to stand out.
    """
    low = 10.0 ** math.floor(math.log10(min(value for _, value, _ in rows)))
    high = 10.0 ** math.ceil(math.log10(max(value for _, value, _ in rows)))
    height = _TOP + _ROW * len(rows) + _BOTTOM
    told = "; ".join(f"{label}: {value:.2g}" for label, value, _ in rows)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="t d">',
        f'<title id="t">{escape(title)}</title>',
        f'<desc id="d">{escape(told)}</desc>',
        _STYLE,
        f'<text class="title" x="12" y="24">{escape(title)}</text>',
        *_grid(low, high, height),
    ]
    for index, row in enumerate(rows):
        lines += _bar(*row, y=_TOP + _ROW * index, low=low, high=high)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _grid(low: float, high: float, height: int) -> list[str]:
    lines = []
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        x = _x(10.0**power, low, high)
        lines.append(f'<path class="grid" d="M{x:.1f} {_TOP - 8}V{height - _BOTTOM + 2}"/>')
        lines.append(f'<text class="tick" x="{x:.1f}" y="{height - 14}" text-anchor="middle">{10.0**power:g} s</text>')
    return lines


def _bar(label: str, value: float, stands_out: bool, *, y: int, low: float, high: float) -> list[str]:
    end, text_y = _x(value, low, high), y + 15
    kind = "ours" if stands_out else "other"
    return [
        f'<text x="{_LEFT - 10}" y="{text_y}" text-anchor="end">{escape(label)}</text>',
        f'<rect class="{kind}" x="{_LEFT}" y="{y}" width="{end - _LEFT:.1f}" height="{_BAR}" rx="2"/>',
        f'<text x="{end + 6:.1f}" y="{text_y}">{value:.2g}</text>',
    ]


def _x(value: float, low: float, high: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * math.log10(value / low) / math.log10(high / low)
