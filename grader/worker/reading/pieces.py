"""A piece of text or code as blocks: its tables, matrices and formulas, and the text itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.worker.reading import arrays, tables
from grader.worker.reading.extraction import CLOSE, Extracted
from grader.worker.reading.formulas import read_formulas
from grader.worker.reading.lexer import FORMULA
from grader.worker.reading.statements import read_statements

Block = dict[str, Any]
Runs = Callable[[Sequence[str]], Iterator[tuple[int, int, list[Any]]]]

# A write-up has a few thousand characters of formulas; what is beyond is left for a person.
MAX_MATH = 100_000
MAX_TEXT = 20_000
BEFORE = 160
_MARK = re.compile(f"{FORMULA}(\\d{{1,7}}){CLOSE}")
_BINDS_LEFT = re.compile(r"(?:[=<>≤≥≈+*/^·×−~-]|\d|[(\[])\s*\Z")
_BINDS_RIGHT = re.compile(r"\s*(?:[=<>≤≥≈+*/^·×−~]|-\s*[\d(\\]|\d|\)\s*[*=+(-])")
_CONTINUES = re.compile(r"\s*(?:[=+*/≈<>−]|-\s*[\d(\[a-zA-Z\\])")
_UNFINISHED = re.compile(r"[=+*/(\[{,−-]\s*\Z")
_HAS_WORDS = re.compile(r"\\(?:text|mathrm|hline|textbf)|\\begin\s?\{tabular")
_COMMENT = re.compile(r"^\s*(?:#|//|>>>|In \[\d*\]:|Out\[\d*\]:)\s?", re.MULTILINE)


@dataclass
class Budget:
    """How many characters of formulas may still be read."""

    math: int = MAX_MATH
    is_spent: bool = field(default=False)

    def take(self, text: str) -> bool:
        """Whether a text may be read; it is then paid for."""
        self.is_spent = self.is_spent or len(text) > self.math
        if self.is_spent:
            return False
        self.math -= len(text) + 20
        return True


class Pieces:
    """Reads the pieces of one write-up."""

    def __init__(self, extracted: Extracted, budget: Budget) -> None:
        self._extracted = extracted
        self._budget = budget

    def of_text(self, text: str, before: str) -> Iterator[Block]:
        """The blocks of a paragraph; `before` is the end of the text that stands before it."""
        shown = self._extracted.restored(text)
        if shown.strip():
            yield {"kind": "text", "text": shown[:MAX_TEXT]}
        matrices, rest = arrays.bracketed(text) if "[[" in text or "[ [" in text or "[(" in text else ([], text)
        yield from self._labelled(matrices, before)
        lines = rest.split("\n")
        yield from self._taken(lines, tables.pipe_tables, self._table)
        yield from self._taken(lines, arrays.plain_rows, lambda rows, label: arrays.matrix(rows, label, ""), before)
        for _, _, rows in tables.spaced_tables(lines):
            yield from self._table(rows)
        for line in _joined(lines):
            yield from self._formulas(line, before)
            before = line[-BEFORE:] or before

    def of_code(self, text: str, info: str, before: str) -> Iterator[Block]:
        """The blocks of a fenced or indented block of code."""
        if info.split(" ")[0].lower() in ("math", "latex", "tex", "katex"):
            yield from self.of_math(text, before, True)
            return
        yield {"kind": "text", "text": text[:MAX_TEXT], "code": True}
        plain = _COMMENT.sub("", text)
        matrices, rest = arrays.bracketed(plain) if self._budget.take(text[: MAX_MATH // 2]) else ([], plain)
        yield from self._labelled(matrices, before)
        lines = rest.split("\n")
        yield from self._taken(lines, tables.pipe_tables, self._table)
        yield from self._taken(lines, arrays.plain_rows, lambda rows, label: arrays.matrix(rows, label, ""), before)
        for _, _, rows in tables.spaced_tables(lines):
            yield from self._table(rows)
        for line in _joined(lines):
            yield from self._statements(line)

    def of_rows(self, rows: Sequence[Sequence[str]], before: str) -> Iterator[Block]:
        """The blocks of a Markdown table: the table, and the matrix where all its cells are numbers."""
        restored = [[self._extracted.restored(cell) for cell in row] for row in rows]
        yield from self._table(restored)
        numbers = [arrays.row_of(" ".join(cell.strip("$ ") for cell in row)) for row in restored if any(row)]
        kept = [row for row in numbers if row is not None]
        if len(kept) > 1 and kept[0] in (list(range(len(kept[0]))), list(range(1, len(kept[0]) + 1))):
            del kept[0]  # the columns' numbers
        if kept and len(kept) >= len(numbers) - 2 and len({len(row) for row in kept}) == 1:
            yield {**arrays.matrix(kept, "", "a table"), "before": self._extracted.restored(before)[-BEFORE:]}

    def of_math(self, source: str, before: str, display: bool, after: str = "") -> Iterator[Block]:
        """The blocks of one formula taken out of the text."""
        if not self._budget.take(source):
            return
        shown = self._extracted.restored(before[-3 * BEFORE :])[-BEFORE:]
        if _HAS_WORDS.search(source) and ("{array}" in source or "{tabular" in source):
            for found in tables.latex_tables(source):
                yield {**found, "before": shown}
            if "{tabular" in source:
                return
        for formula in read_formulas(source):
            words = " ".join([formula["words"], *after.split()]).strip()
            yield {**formula, "kind": "formula", "display": display, "before": shown, "words": words[:200]}

    def _labelled(self, matrices: Sequence[Block], before: str) -> Iterator[Block]:
        for found in matrices:
            yield {**found, "before": self._extracted.restored(before)[-BEFORE:]}

    def _table(self, rows: Sequence[Sequence[str]], _label: str = "") -> Iterator[Block]:
        restored = [[self._extracted.restored(cell) for cell in row] for row in rows]
        if self._budget.take("".join(map("".join, restored[: tables.MAX_ROWS]))) and (found := tables.table(restored)):
            yield found

    def _taken(
        self, lines: list[str], runs: Runs, build: Callable[[Any, str], Any], before: str = ""
    ) -> Iterator[Block]:
        """The blocks that runs of lines are; their lines are emptied."""
        for start, end, rows in list(runs(lines)):
            above = "\n".join(lines[max(0, start - 2) : start]) or before
            built = build(rows, arrays.name_before(above[-BEFORE:]))
            for block in [built] if isinstance(built, dict) else built:
                yield {"before": self._extracted.restored(above)[-BEFORE:], **block}
            lines[start:end] = [""] * (end - start)

    def _formulas(self, line: str, before: str) -> Iterator[Block]:
        """The formulas taken out of a line, but for those that are part of a statement around them."""
        kept, at = [], 0
        for match in _MARK.finditer(line):
            source, display = self._extracted.formulas[int(match[1])]
            left, right = line[at : match.start()], line[match.end() : match.end() + 200]
            kept.append(left)
            at = match.end()
            if not display and (_BINDS_LEFT.search(left[-20:]) or _BINDS_RIGHT.match(right[:20])):
                kept.append(f" {source} ")
                continue
            kept.append(FORMULA)
            yield from self.of_math(
                source, line[max(0, match.start() - 3 * BEFORE) : match.start()] or before, display, _words_after(right)
            )
        yield from self._statements("".join(kept) + line[at:])

    def _statements(self, line: str) -> Iterator[Block]:
        if self._budget.take(line):
            for formula in read_statements(line):
                yield {**formula, "kind": "formula", "display": False, "plain": True}


def _words_after(text: str) -> str:
    return _MARK.sub("…", text[:80])


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """The lines, a formula that goes on in the next line in one."""
    line = ""
    for following in lines:
        if line and following.strip() and "=" in line and (_CONTINUES.match(following) or _UNFINISHED.search(line)):
            line = f"{line.rstrip()} {following.strip()}"
        else:
            if line.strip():
                yield line
            line = following
    if line.strip():
        yield line
