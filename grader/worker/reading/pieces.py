"""A piece of text or code as blocks: its tables, matrices and formulas, and the text itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grader.worker.reading import arrays, tables
from grader.worker.reading.conditionals import told_as_cases
from grader.worker.reading.extraction import CLOSE, Extracted
from grader.worker.reading.formulas import read_formulas
from grader.worker.reading.lexer import FORMULA
from grader.worker.reading.listings import listed_tables
from grader.worker.reading.statements import is_worth_reading, read_statements

Block = dict[str, Any]
Runs = Callable[[Sequence[str]], Iterator[tuple[int, int, list[Any]]]]

# A write-up has a few thousand characters of formulas; what is beyond is left for a person.
MAX_MATH = 40_000
MAX_TEXT = 20_000
BEFORE = 160
_MARK = re.compile(f"{FORMULA}(\\d{{1,7}}){CLOSE}")
_BINDS_LEFT = re.compile(r"(?:[=<>≤≥≈+*/^·×−~-]|\d|[(\[])\s*\Z")
_BINDS_RIGHT = re.compile(r"\s*(?:[=<>≤≥≈+*/^·×−~]|-\s*[\d(\\]|\d|\)\s*[*=+(-])")
_CONTINUES = re.compile(r"\s*(?:[=+*/≈<>−]|-\s*[\d(\[a-zA-Z\\])")
_UNFINISHED = re.compile(r"[=+*/(\[{,−-]\s*\Z")
_PICTURE = re.compile(
    r"!\[[^\]\n]{0,200}\]\(\s?<?([^)\s>]{1,300})[^)\n]{0,200}\)|!\[\[([^\]\n|]{1,200})[^\]\n]{0,100}\]\]"
)
_RULE = re.compile(r"\s*(?:={2,}|-{3,}|_{3,})\s*")
_CODE_SPAN = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]{3,1000})\1(?!`)")
_REMARK = re.compile(r"\s(?:#|//)\s.*\Z")
# What a remark says the line before it comes to: `# = 61706`, `# -> 0.80`, `# 61706`.
_VALUE_IN_REMARK = re.compile(r"\s(?:#|//)\s*(?:=+>?|->|→|≈|~)?\s*(?=-?\d[\d.,_]*\s*\Z)")
_ASSIGNS = re.compile(r"[\w)\]}]\s*:?=(?!=)\s*\S")
# A line of code without marks around it: names, signs and numbers, no two words side by side.
_TERM = r"-?+\s?+[\w.]{1,40}+(?:\([\w.,\s]{0,40}\))?+"
_CODE_LIKE = re.compile(
    rf"\s*+[A-Za-z_]\w{{0,30}}+\s*+=\s*+\(?+{_TERM}(?>\s?+[-+*/@)]{{1,2}}+\s?+\(?+{_TERM}){{1,12}}+\)?+\s*+[.;]?+\s*+(?:\s#.*)?"
)
_NUMBER_WITH_REMARK = re.compile(r"\s*[A-Za-z_]\w{0,30}\s*=\s*-?\d[\d.,_]*\s+#\s")
_ROWS = re.compile(r"\s*\[[-\d.,;\s]+\]\s*")
_LOGARITHM = re.compile(r"log|ln|exp")
_HAS_WORDS = re.compile(r"\\(?:text|mathrm|hline|textbf)|\\begin\s?\{tabular")
_COMMENT = re.compile(r"^\s*(?:#|//|>>>|In \[\d*\]:|Out\[\d*\]:)\s?", re.MULTILINE)


@dataclass
class ReadingBudget:
    """How many characters of formulas may still be read; what is not read for lack of it is left for a person."""

    math: int = MAX_MATH
    is_spent: bool = False

    def take(self, text: str) -> bool:
        """Whether a text may be read; it is then paid for."""
        self.is_spent = self.is_spent or len(text) > self.math
        if self.is_spent:
            return False
        self.math -= len(text) + 20
        return True


class Pieces:
    """Reads the pieces of one write-up."""

    def __init__(self, extracted: Extracted, budget: ReadingBudget) -> None:
        self._extracted = extracted
        self._budget = budget

    def of_text(self, text: str, before: str) -> Iterator[Block]:
        """The blocks of a paragraph; `before` is the end of the text that stands before it."""
        shown = self._extracted.restore(text)
        if shown.strip():
            yield {"kind": "text", "text": shown[:MAX_TEXT]}
        for match in _PICTURE.finditer(shown) if "![" in shown else ():
            yield {"kind": "image", "name": (match[1] or match[2]).rpartition("/")[2][:100]}
        text = _PICTURE.sub(" ", text) if "![" in text else text
        matrices, rest = arrays.read_brackets(text) if "[[" in text or "[ [" in text or "[(" in text else ([], text)
        yield from self._label(matrices, before)
        lines = arrays.put_names_apart(rest.split("\n"))
        yield from self._take(lines, tables.grid_tables, self._table)
        yield from self._take(lines, tables.pipe_tables, lambda rows, label: self.of_rows(rows, before))
        yield from self._take(lines, tables.comma_tables, self._table)
        yield from self._take(lines, arrays.plain_rows, lambda rows, label: arrays.matrix(rows, label, ""), before)
        for _, _, rows in tables.spaced_tables(lines):
            yield from self._table(rows)
        for line in _join_lines(lines):
            yield from self._formulas(line, before)
            before = line[-BEFORE:] or before

    def of_code(self, text: str, info: str, before: str) -> Iterator[Block]:
        """The blocks of a fenced or indented block of code."""
        if info.split(" ")[0].lower() in ("math", "latex", "tex", "katex"):
            yield from self.of_math(text, before, True)
            return
        yield {"kind": "text", "text": text[:MAX_TEXT], "code": True}
        plain = told_as_cases(_COMMENT.sub("", text))
        matrices, rest = arrays.read_brackets(plain) if self._budget.take(text[: MAX_MATH // 2]) else ([], plain)
        yield from self._label(matrices, before)
        lines = arrays.put_names_apart(rest.split("\n"))
        yield from self._take(lines, tables.grid_tables, self._table)
        yield from self._take(lines, tables.pipe_tables, lambda rows, label: self.of_rows(rows, before))
        yield from self._take(lines, tables.comma_tables, self._table)
        yield from self._take(lines, arrays.plain_rows, lambda rows, label: arrays.matrix(rows, label, ""), before)
        for _, _, rows in tables.spaced_tables(lines):
            yield from self._table(rows)
        for line in _join_lines(lines):
            yield from self._code_line(line)

    def of_rows(self, rows: Sequence[Sequence[str]], before: str) -> Iterator[Block]:
        """The blocks of a Markdown table: the table, and the matrix where all its cells are numbers."""
        restored = [[self._extracted.restore(cell) for cell in row] for row in rows]
        yield from self._table(restored)
        filled = _without_names([row for row in restored if any(row)])
        numbers = [arrays.row_of(" ".join(cell.strip("$ ") for cell in row)) for row in filled]
        kept = [row for row in numbers if row is not None]
        if len(kept) > 1 and _counts_up(kept[0]):
            del kept[0]  # the columns' numbers
        elif len(kept) > 1 and numbers[0] is None and _counts_up([row[0] for row in kept]) and len(kept[0]) > 2:
            kept = [row[1:] for row in kept]  # the rows' numbers
        if kept and len(kept) >= len(numbers) - 2 and len({len(row) for row in kept}) == 1:
            yield {**arrays.matrix(kept, "", "a table"), "before": self._extracted.restore(before)[-BEFORE:]}

    def of_lists(self, lines: Sequence[str]) -> Iterator[Block]:
        """The tables that lists of lines of one build are."""
        for rows, has_more in listed_tables(lines):
            yield from ({**found, "cut": found["cut"] or has_more} for found in self._table(rows))

    def of_math(self, source: str, before: str, display: bool, after: str = "") -> Iterator[Block]:
        """The blocks of one formula taken out of the text."""
        if not self._budget.take(source):
            return
        shown = self._extracted.restore(before[-3 * BEFORE :])[-BEFORE:]
        if _HAS_WORDS.search(source) and ("{array}" in source or "{tabular" in source):
            for found in tables.latex_tables(source):
                yield {**found, "before": shown}
            if "{tabular" in source:
                return
        for formula in read_formulas(source):
            words = " ".join([formula["words"], *after.split()]).strip()
            yield {**formula, "kind": "formula", "display": display, "before": shown, "words": words[:200]}

    def _label(self, matrices: Sequence[Block], before: str) -> Iterator[Block]:
        for found in matrices:
            yield {**found, "before": self._extracted.restore(before)[-BEFORE:]}

    def _table(self, rows: Sequence[Sequence[str]], _label: str = "") -> Iterator[Block]:
        restored = [[self._extracted.restore(cell) for cell in row] for row in rows]
        if self._budget.take("".join(map("".join, restored[: tables.MAX_ROWS]))) and (found := tables.table(restored)):
            yield found

    def _take(
        self, lines: list[str], runs: Runs, build: Callable[[Any, str], Any], before: str = ""
    ) -> Iterator[Block]:
        """The blocks that runs of lines are; their lines are emptied."""
        for start, end, rows in list(runs(lines)):
            above = "\n".join(lines[max(0, start - 2) : start]) or before
            built = build(rows, arrays.name_before(above[-BEFORE:]))
            for block in [built] if isinstance(built, dict) else built:
                yield {"before": self._extracted.restore(above)[-BEFORE:], **block}
            lines[start:end] = [""] * (end - start)

    def _formulas(self, line: str, before: str) -> Iterator[Block]:
        """The formulas taken out of a line, but for those that are part of a statement around them."""
        for span in _CODE_SPAN.finditer(line) if "`" in line else ():
            found = list(self._of_span(span[2], line[: span.start()] or before, line[span.end() :]))
            if found:
                yield from found
                line = line[: span.start()] + " " * len(span[0]) + line[span.end() :]
        kept, at = [], 0
        taken: list[str] = []
        for match in _MARK.finditer(line):
            source, display = self._extracted.formulas[int(match[1])]
            left, right = line[at : match.start()], line[match.end() : match.end() + 200]
            kept.append(left)
            at = match.end()
            if not display and (_BINDS_LEFT.search(left[-20:]) or _BINDS_RIGHT.match(right[:20])):
                kept.append(f" {source} ")
                continue
            kept.append(FORMULA)
            taken.append(source.strip()[:BEFORE])
            yield from self.of_math(
                source, line[max(0, match.start() - 3 * BEFORE) : match.start()] or before, display, _words_after(right)
            )
        yield from self._statements("".join(kept) + line[at:], taken)

    def _of_span(self, code: str, before: str, after: str) -> Iterator[Block]:
        """The formulas of inline code: there every word is a name, and what follows # is a comment."""
        plain = told_as_cases(_without_remark(code))
        if not (_ASSIGNS.search(plain) or _ROWS.fullmatch(plain)) or not self._budget.take(plain):
            return
        formulas = read_formulas(plain)
        if all(formula["error"] == "" and any(formula["sides"][len(formula["ops"]) > 0 :]) for formula in formulas):
            shown = self._extracted.restore(before[-3 * BEFORE :])[-BEFORE:]
            for formula in formulas:
                words = _words_after(after)
                yield {**formula, "kind": "formula", "display": False, "before": shown, "words": words}

    def _code_line(self, line: str) -> Iterator[Block]:
        """A line of code that assigns a formula with a logarithm is one, in the names that it uses."""
        found = list(self._of_span(line, "", "")) if _LOGARITHM.search(line) else []
        yield from found or self._statements(_without_remark(line))

    def _statements(self, line: str, taken: Sequence[str] = ()) -> Iterator[Block]:
        if _CODE_LIKE.fullmatch(line) and (found := list(self._of_span(line, "", ""))):
            yield from found
            return
        line = _without_remark(line) if _NUMBER_WITH_REMARK.match(line) else line
        if is_worth_reading(line) and self._budget.take(line):
            for formula in read_statements(line, taken):
                yield {**formula, "kind": "formula", "display": False, "plain": True}


def _without_names(rows: list[list[str]]) -> list[list[str]]:
    """The rows of a table of numbers without their names, `row 1`, `y2`, in its first column."""
    below = rows[1:]
    is_named = below and all(arrays.row_of(row[0].strip("$ ")) is None for row in below)
    others = [row[1:] for row in below]
    are_numbers = all(arrays.row_of(cell.strip("$ ")) is not None for row in others for cell in row)
    if not is_named or not are_numbers or min(map(len, others)) < 2:
        return rows
    return [rows[0][1:], *others]


def _without_remark(code: str) -> str:
    """Code without the remark behind it; a remark that is a number is what the code comes to."""
    return _REMARK.sub("", _VALUE_IN_REMARK.sub(" = ", code, count=1))


def _counts_up(numbers: Sequence[float]) -> bool:
    return list(numbers) in (list(range(len(numbers))), list(range(1, len(numbers) + 1)))


def _words_after(text: str) -> str:
    return _MARK.sub("…", text[:80])


def _join_lines(lines: Sequence[str]) -> Iterator[str]:
    """The lines, a formula that goes on in the next line in one."""
    line = ""
    for following in (one for one in lines if not _RULE.fullmatch(one)):
        if line and following.strip() and "=" in line and (_CONTINUES.match(following) or _UNFINISHED.search(line)):
            line = f"{line.rstrip()} {following.strip()}"
        else:
            if line.strip():
                yield line
            line = following
    if line.strip():
        yield line
