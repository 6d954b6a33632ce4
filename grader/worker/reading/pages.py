"""HTML, as learning platforms keep text entries: what is shown of it, as Markdown; scripts and styles are left out."""

from __future__ import annotations

from html.parser import HTMLParser

# Beyond this depth nothing is told apart any more.
MAX_DEPTH = 200
_HIDDEN = frozenset(
    ("script", "style", "head", "title", "template", "noscript", "svg", "iframe", "object", "mrow", "math")
)
_BREAKS = frozenset(
    ("p", "div", "section", "article", "ul", "ol", "blockquote", "pre", "hr", "table", "figure", "details")
)
_KEPT = frozenset(("table", "tr", "td", "th", "del", "s", "strike", "sub", "sup", "thead", "tbody"))
_MARKED = {"b": "**", "strong": "**", "em": "*", "i": "*", "code": "`"}
_VOID = frozenset(
    ("br", "hr", "img", "input", "meta", "link", "wbr", "col", "source", "area", "base", "embed", "track")
)


def markdown_of_html(source: str) -> str:
    """The text of a page as Markdown, with its tables, pictures' names and formulas."""
    page = _Page()
    page.feed(source)
    page.close()
    return "".join(page.parts)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden: list[str] = []
        self._counts: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._hidden:
            if tag not in _VOID and len(self._hidden) < MAX_DEPTH:
                self._hidden.append(tag)
            if tag == "annotation" and "tex" in given.get("encoding", ""):
                self.parts.append("$")
            return
        if tag == "script" and given.get("type", "").startswith("math/tex"):
            self.parts.append("\n\n$$" if "display" in given["type"] else "$")
            self._hidden.append("formula")
        elif tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag == "img":
            self.parts.append(_picture(given))
        else:
            self._open(tag, given)

    def _open(self, tag: str, given: dict[str, str]) -> None:
        if tag in _KEPT:
            self.parts.append(f"\n<{tag}>" if tag in ("table", "tr") else f"<{tag}>")
        elif tag in ("ul", "ol"):
            self._counts.append(0 if tag == "ol" else -1)
            self.parts.append("\n\n")
        elif tag == "li":
            self.parts.append(f"\n\n{self._mark()}")
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.parts.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag == "br":
            self.parts.append("\n")
        elif tag in _BREAKS:
            self.parts.append("\n\n")
        else:
            self.parts.append(_MARKED.get(tag, ""))

    def _mark(self) -> str:
        if not self._counts or self._counts[-1] < 0:
            return "- "
        self._counts[-1] += 1
        return f"{self._counts[-1]}. "

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if self._hidden[-1] == "formula" and tag == "script":
                self.parts.append("$$\n\n" if self._is_display() else "$")
            elif tag == "annotation" and self._hidden[-1] == tag:
                self.parts.append("$")
            if self._hidden[-1] in (tag, "formula"):
                self._hidden.pop()
            return
        if tag in _KEPT:
            self.parts.append(f"</{tag}>")
        elif tag in ("ul", "ol"):
            self._counts = self._counts[:-1]
            self.parts.append("\n\n")
        elif tag in _BREAKS or (len(tag) == 2 and tag[0] == "h"):
            self.parts.append("\n\n")
        elif tag in _MARKED:
            self.parts.append(_MARKED[tag])

    def _is_display(self) -> bool:
        return next((part for part in reversed(self.parts) if part.endswith("$")), "").endswith("$$")

    def handle_data(self, data: str) -> None:
        if not self._hidden or self._hidden[-1] in ("formula", "annotation"):
            self.parts.append(data.replace("<", "&lt;"))


def _picture(given: dict[str, str]) -> str:
    """The formula that a picture shows where it says so, else its name."""
    formula = given.get("data-equation-content") or given.get("data-latex")
    if not formula and given.get("alt", "").startswith("LaTeX:"):
        formula = given["alt"].removeprefix("LaTeX:")
    if formula:
        return f"${formula.strip()}$"
    return f"![picture]({given.get('src', '')[:200].rpartition('/')[2] or 'without a name'})"
