"""A write-up as a page shows it: blocks from the sandbox, of which every one is looked at before it becomes HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup, escape

from grader.export.escaping import visible
from grader.report.mathml import safe_mathml

_TAGS = {"strong": "strong", "em": "em", "code": "code"}
_KINDS = {"heading", "paragraph", "item", "quote", "code", "table"}


def writeup_html(blocks: Sequence[Any]) -> Markup:
    """The blocks as HTML; what is none of those that the sandbox sends is left out."""
    return Markup("\n").join(_block(block) for block in blocks if _is_block(block))


def _is_block(block: Any) -> bool:
    return isinstance(block, list) and len(block) == 3 and block[0] in _KINDS and type(block[1]) is int


def _block(block: Sequence[Any]) -> Markup:
    kind, level, content = block
    if kind == "code":
        return Markup('<pre tabindex="0"><code>{}</code></pre>').format(visible(str(content)))
    if kind == "table":
        return _table(content)
    inner = _inline(content)
    if kind == "heading":  # below the page's own headings, whatever the student wrote
        return Markup('<p class="heading">{}</p>').format(inner)
    if kind == "item":
        return Markup('<p class="item depth{}">{}</p>').format(min(max(level, 1), 4), inner)
    return Markup("<p>{}</p>").format(inner)


def _table(rows: Any) -> Markup:
    if not isinstance(rows, list) or not rows:
        return Markup()
    head, *body = [row for row in rows if isinstance(row, list)] or [[]]
    top = Markup("").join(Markup('<th scope="col">{}</th>').format(_inline(cell)) for cell in head)
    lines = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(_inline(cell)) for cell in row))
        for row in body
    )
    return Markup(
        '<div class="wide" tabindex="0" role="group" aria-label="A table of the write-up"><table><thead><tr>{}</tr>'
        "</thead><tbody>{}</tbody></table></div>"
    ).format(top, lines)


def _inline(pieces: Any) -> Markup:
    return Markup("").join(_pieces(pieces)) if isinstance(pieces, list) else Markup()


def _pieces(pieces: Sequence[Any]) -> Iterator[Markup]:
    for piece in pieces:
        if not (isinstance(piece, list) and piece and all(type(part) is str for part in piece)):
            continue
        kind, *rest = piece
        if kind in ("math", "display", "source") and len(rest) == 2:
            yield _formula(kind, *rest)
        elif len(rest) == 1:
            text = escape(visible(rest[0]))
            yield Markup("<{0}>{1}</{0}>").format(Markup(_TAGS[kind]), text) if kind in _TAGS else text


def _formula(kind: str, drawn: str, source: str) -> Markup:
    """The formula drawn; where that is not to be had its source, with the reason."""
    mathml = safe_mathml(drawn) if kind != "source" else None
    if mathml is not None:
        wrapper = '<span class="display" tabindex="0">{}</span>' if kind == "display" else "{}"
        return Markup(wrapper).format(mathml)
    reason = drawn if kind == "source" else "its drawing was refused"
    title = Markup(' <span class="why">({})</span>').format(visible(reason)) if reason else Markup()
    return Markup('<code class="latex">{}</code>{}').format(visible(source), title)
