"""Takes formulas out of Markdown before Markdown could change them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from grader.worker.reading.lexer import FORMULA
from grader.worker.reading.macros import GAP, Expansion, TooMuch, take_macros
from grader.worker.reading.marks import without_marks
from grader.worker.reading.markup import outside_code, without_emphasis_commands, without_html, without_struck

CLOSE = "\ue001"
# A write-up has some dozens; each is looked at by every check.
MAX_FORMULAS = 800
MAX_INLINE = 4_000
_OPENERS = re.compile(
    r"^[ \t]{0,3}(?P<fence>`{3,}|~{3,})|(?P<code>`+)|(?P<escaped>\\[\\$])|(?P<display>\$\$)|(?P<bracket>\\\[)"
    r"|(?P<paren>\\\()|\\begin\s{0,3}\{(?P<environment>[A-Za-z]{1,20}\*?)\}|(?P<dollar>\$)",
    re.MULTILINE,
)
_ENVIRONMENTS = frozenset(
    [
        "equation",
        "align",
        "aligned",
        "alignat",
        "gather",
        "gathered",
        "multline",
        "eqnarray",
        "displaymath",
        "math",
        "cases",
        "pmatrix",
        "bmatrix",
        "Bmatrix",
        "vmatrix",
        "matrix",
        "smallmatrix",
        "array",
        "tabular",
        "tabularx",
        "longtable",
        "split",
        "flalign",
    ]
)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


@dataclass
class Extracted:
    """A text with placeholders, and the formulas they stand for as (source, whether it is a display)."""

    text: str
    formulas: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether formulas may stand in the text that were not taken out."""
        return len(self.formulas) >= MAX_FORMULAS

    def restore(self, text: str) -> str:
        """The text with its formulas between dollars again."""
        return _PLACEHOLDER.sub(lambda match: f"${self.formulas[int(match[1])][0].strip()}$", text)


_PLACEHOLDER = re.compile(f"{FORMULA}(\\d{{1,7}}){CLOSE}")


def extract(source: str) -> Extracted:
    """Take every formula out of a Markdown text, with the macros in it expanded; struck text is taken out."""
    source, macros = take_macros(without_html(_without_marks(source)))
    extracted = _Extraction(source, Expansion(macros)).run()
    extracted.text = without_emphasis_commands(without_struck(extracted.text.replace(GAP, "")))
    extracted.text = outside_code(extracted.text, without_marks)
    return extracted


def take_formulas(source: str) -> Extracted:
    """Take every formula out of a Markdown text, and leave its HTML as it is."""
    source, macros = take_macros(_without_marks(source))
    extracted = _Extraction(source, Expansion(macros)).run()
    extracted.text = extracted.text.replace(GAP, "")
    return extracted


def _without_marks(source: str) -> str:
    for sign in (FORMULA, CLOSE, GAP):
        source = source.replace(sign, "�")
    return source


def change_prose(source: str, change: Callable[[str], str]) -> str:
    """A text changed everywhere but in its formulas."""
    for sign in (FORMULA, CLOSE, GAP):
        source = source.replace(sign, "�")
    extracted = _Extraction(source, Expansion({})).run()
    written = [f"$${formula}$$" if display and "\\begin" not in formula[:20] else formula if display else f"${formula}$"
               for formula, display in extracted.formulas]  # fmt: skip
    return _PLACEHOLDER.sub(lambda match: written[int(match[1])], change(extracted.text))


class _Extraction:
    def __init__(self, source: str, expansion: Expansion) -> None:
        self._source = source
        self._expansion = expansion
        self._kept: list[str] = []
        self._formulas: list[tuple[str, bool]] = []
        self._absent: set[str] = set()

    def run(self) -> Extracted:
        at = 0
        while len(self._formulas) < MAX_FORMULAS and (match := _OPENERS.search(self._source, at)):
            self._kept.append(self._source[at : match.start()])
            at = self._take(match)
        self._kept.append(self._source[at:])
        return Extracted("".join(self._kept), self._formulas)

    def _take(self, match: re.Match[str]) -> int:
        kind = match.lastgroup
        if kind == "fence":
            return self._code(match, "\n" + match["fence"])
        if kind == "code":
            return self._code(match, match["code"])
        if kind == "escaped":
            return self._keep(match.start(), match.end())
        if kind == "display":
            return self._formula(match, "$$", True)
        if kind == "bracket":
            return self._formula(match, "\\]", True)
        if kind == "paren":
            return self._formula(match, "\\)", False)
        if kind == "dollar":
            return self._dollar(match)
        return self._environment(match)

    def _keep(self, start: int, end: int) -> int:
        self._kept.append(self._source[start:end])
        return end

    def _find(self, sign: str, start: int) -> int:
        """Where `sign` next stands; once it is known to stand nowhere further on, that is not looked for again."""
        if sign in self._absent:
            return -1
        found = self._source.find(sign, start)
        if found < 0:
            self._absent.add(sign)
        return found

    def _code(self, match: re.Match[str], closing: str) -> int:
        end = self._find(closing, match.end())
        if end < 0 or (closing[0] == "`" and end - match.end() > MAX_INLINE):
            return self._keep(match.start(), match.end() if closing[0] == "`" else len(self._source))
        return self._keep(match.start(), end + len(closing))

    def _formula(self, match: re.Match[str], closing: str, display: bool, keep: bool = False) -> int:
        end = self._find(closing, match.end())
        if end < 0:
            return self._keep(match.start(), match.end())
        stop = end + len(closing)
        self._put(self._source[match.start() : stop] if keep else self._source[match.end() : end], display)
        return stop

    def _put(self, source: str, display: bool) -> None:
        source = source.replace(GAP, " ")
        if not source.strip():
            return
        try:
            source = self._expansion.of(source)
        except TooMuch:
            source = f"\\toomuch {source}"  # a command that no one knows: a person reads it
        mark = f"{FORMULA}{len(self._formulas)}{CLOSE}"
        self._formulas.append((source, display))
        self._kept.append(f"\n\n{mark}\n\n" if display and "\n" in source else mark)

    def _environment(self, match: re.Match[str]) -> int:
        name = match["environment"]
        if name.rstrip("*") not in _ENVIRONMENTS:
            return self._keep(match.start(), match.end())
        return self._formula(match, f"\\end{{{name}}}", True, keep=True)

    def _dollar(self, match: re.Match[str]) -> int:
        """$…$ within one paragraph; a lone dollar is money. GitHub's $`…`$ is the same."""
        start = match.end()
        end = self._find("$", start)
        while end > 0 and self._source[end - 1] == "\\":
            end = self._find("$", end + 1)
        inner = self._source[start : max(end, start)]
        if end < 0 or len(inner) > MAX_INLINE or _BLANK_LINE.search(inner) or not inner.strip():
            return self._keep(match.start(), start)
        if len(inner) > 2 and inner[0] == inner[-1] == "`":
            inner = inner[1:-1]
        self._put(inner, False)
        return end + 1
