"""What the forms of the page say: points, items, comments, as graders type them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from starlette.datastructures import FormData

from grader.errors import UsageError
from grader.review.ticked import Ticked

# Exact, and never so large or small that reading it takes time.
_POINTS = re.compile(r"[-+]?(\d{1,9}(\.\d{0,9})?|\.\d{1,9}|\d{1,9}/[1-9]\d{0,8})", re.ASCII)
# Scripts and emoji need these, although they cannot be seen.
_JOINERS = "\u200c\u200d"
_MOST = 20_000  # letters of a comment: some ten pages


def read_ticked(form: FormData, *, strict: bool = True) -> Ticked:
    """What a form says.

    Raises:
        UsageError: its points are none, or its comment is too long, where `strict`.
    """
    text, comment = str(form.get("points", "")), str(form.get("comment", ""))
    if strict and len(comment) > _MOST:
        raise UsageError(
            f"a comment may have {_MOST:,} letters, and this has {len(comment):,}: it is kept here, to be made shorter"
        )
    try:
        points = read_points(text)
    except UsageError:
        if strict:
            raise
        points = None
    items = tuple(str(name) for name in form.getlist("item"))
    return Ticked(items, points, readable(comment), form.get("starts") == "full")


def readable(text: str) -> str:
    """A text without what a terminal would obey or what turns the order of its neighbours."""
    kept = text.replace("\r\n", "\n")
    return "".join(sign for sign in kept if sign in "\n\t" or (sign.isprintable() or sign in _JOINERS))


def read_points(text: str) -> Fraction | None:
    """Points as somebody types them; None where nothing is typed.

    Raises:
        UsageError: it is no number.
    """
    text = text.strip().replace(",", ".").replace("−", "-")
    if not text:
        return None
    if not _POINTS.fullmatch(text):
        raise UsageError(f"points: expected a number such as 1, 0.5 or 1/3, got {text[:40]!r}")
    return Fraction(text)


def seen_version(form: FormData) -> int:
    """The last act on the answer that the form's page showed.

    Raises:
        UsageError: it is no number.
    """
    text = str(form.get("version", "0"))
    if not re.fullmatch(r"\d{1,18}", text, re.ASCII):
        raise UsageError("this page is not one that the server made; open the answer again")
    return int(text)


def as_draft(ticked: Ticked, points: str) -> dict[str, Any]:
    """A decision as drafts hold it; `points` as they were typed."""
    return {
        "items": list(ticked.items), "points": points[:40], "comment": ticked.comment,
        "starts": "full" if ticked.starts_full else "none",
    }  # fmt: skip
