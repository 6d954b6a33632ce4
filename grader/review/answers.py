"""One student's answer to one check, and the words of it that a grader reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from grader.report.readings import Source, SubmissionReading
from grader.report.writeup import writeup_html
from grader.results.ledger import attempt_id
from grader.results.machine import MachineCheck
from grader.rubric import CheckSpec
from grader.worker.reading.headings import label_of_heading, label_of_line, part_number

# So many lines are shown before and after one that is at fault.
_BESIDE = 3
# `Read 61706 from '…'`: what the check's reader made of an answer, before the place where it found it.
_READ = re.compile(r"^Read (.{1,300}?)(?: from '|\. |\.$|; |, as )", re.DOTALL)
_EXCERPT = re.compile(r"from '(.{1,400}?)'(?:\.|;| |$)", re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """What one submission answers to one check.

    Args:
        id: tells nobody whose it is.
        submission: under which acts are kept; all attempts of one have the same.
        files: digest of all its files.
        attempt: the number of an attempt before the newest; None for the newest.
    """

    id: str
    submission: str
    check: str
    machine: MachineCheck
    files: str
    attempt: int | None = None

    @property
    def reading(self) -> str:
        """Under which name its files were read."""
        return self.submission if self.attempt is None else attempt_id(self.submission, self.attempt)

    @property
    def version(self) -> str:
        """Of what is shown: the answer's digest, else that of all files."""
        return self.machine.answer or self.files


@dataclass(frozen=True)
class CodeExcerpt:
    """A function's source, where it stands, and the lines that the machine names as at fault."""

    path: str
    source: str
    first: int
    at_fault: frozenset[int] = frozenset()

    @property
    def lines(self) -> list[tuple[int, str, bool]]:
        """Each line with its number, and whether it is at fault."""
        return [(n, text, n in self.at_fault) for n, text in enumerate(self.source.split("\n"), self.first)]

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of its lines."""
        return frozenset(n for n, _, _ in self.lines)

    def with_faults(self, at_fault: frozenset[int]) -> CodeExcerpt:
        """The same with those lines marked that are in it."""
        return replace(self, at_fault=at_fault & self.numbers)


class Passages:
    """The words of answers, from what was read of each submission inside the sandbox."""

    def __init__(self, readings: Mapping[str, SubmissionReading]) -> None:
        self._readings = readings

    def note(self, answer: Answer) -> str:
        """Why there is less to see than there should be."""
        reading = self._readings.get(answer.reading)
        return "The submission lies here no more." if reading is None else reading.note

    def blocks(self, answer: Answer, spec: CheckSpec) -> Sequence[Any]:
        """The blocks of the write-up that answer the check's question; all of them where that is not told."""
        reading = self._readings.get(answer.reading)
        blocks = list(reading.blocks) if reading else []
        find = getattr(spec.writeup, "find", None)
        question = str(find.question) if find is not None else re.sub(r"\D", "", answer.machine.question)
        return list(_of_question(blocks, question)) or blocks

    def text(self, answer: Answer, spec: CheckSpec) -> str:
        """The answer as text: the part of the write-up, or the code of the functions that the check calls."""
        if spec.part == "code":
            return "\n\n".join(excerpt.source for excerpt in self.code(answer))
        part = part_number(str(getattr(getattr(spec.writeup, "find", None), "part", "")))[0]
        lines = [line for block in self.blocks(answer, spec) if block[0] != "heading" for line in _lines(block)]
        return "\n".join(_of_part(lines, part))

    def draw(self, answer: Answer, spec: CheckSpec) -> Markup:
        """The same with its mathematics drawn."""
        return writeup_html(self.blocks(answer, spec))

    def excerpt(self, answer: Answer) -> str:
        """The passage that the machine read; empty where it does not say."""
        found = _EXCERPT.search(answer.machine.entry["feedback"])
        return found[1] if found else ""

    def what_was_read(self, answer: Answer) -> str:
        """What the check's own reader made of it; empty where it only looked for key ideas."""
        feedback = answer.machine.entry["feedback"]
        found = _READ.match(feedback)
        return "" if found is None or found[1].startswith("a text") else found[1]

    def code(self, answer: Answer) -> list[CodeExcerpt]:
        """The functions that a check calls; whole files where they cannot be told apart."""
        reading = self._readings.get(answer.reading)
        found = []
        for dotted in answer.machine.entry["functions"]:
            for source in _sources_of(dotted, reading.sources if reading else ()):
                at_fault = _lines_named(answer.machine.entry["feedback"], source.path)
                excerpt = CodeExcerpt(source.path, *_function(source.code, dotted.rpartition(".")[2]))
                found.append(excerpt.with_faults(at_fault))
                found += _around(source, at_fault - found[-1].numbers)
        return found


def _sources_of(dotted: str, sources: Sequence[Source]) -> list[Source]:
    """The module that has a function; where there is none, notebooks and files of other names that define it."""
    module, _, name = dotted.rpartition(".")
    exact = [source for source in sources if source.path.removesuffix(".py").replace("/", ".") == module]
    return exact or [source for source in sources if _line_of(source.code.split("\n"), name) is not None]


def _lines_named(feedback: str, path: str) -> frozenset[int]:
    """The lines of a file that feedback names: `m.py, line 16` or `m.py (line 16)`."""
    return frozenset(int(n) for n in re.findall(rf"{re.escape(path)}(?:, | \()line (\d{{1,6}})", feedback))


def _around(source: Source, at_fault: frozenset[int]) -> list[CodeExcerpt]:
    """The lines around each line at fault of a file."""
    lines = source.code.split("\n")
    firsts = {line: max(1, line - _BESIDE) for line in sorted(at_fault) if line <= len(lines)}
    return [
        CodeExcerpt(source.path, "\n".join(lines[first - 1 : line + _BESIDE]), first, frozenset([line]))
        for line, first in firsts.items()
    ]


def _function(code: str, name: str) -> tuple[str, int]:
    """A function's lines by their indentation, and where they begin; the whole code where it is not found."""
    lines = code.split("\n")
    start = _line_of(lines, name)
    if start is None:
        return code, 1
    depth = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > depth):
        end += 1
    return "\n".join(lines[start:end]).rstrip(), start + 1


def _line_of(lines: Sequence[str], function: str) -> int | None:
    """Where a function begins; None where it is not defined."""
    begins = re.compile(rf"\s*(async )?def {re.escape(function)}\b")
    return next((at for at, line in enumerate(lines) if begins.match(line)), None)


def _of_question(blocks: Sequence[Any], question: str) -> Iterator[Any]:
    """The blocks from a heading that announces the question until one that announces another."""
    inside = False
    for block in blocks:
        if block[0] == "heading":
            label = label_of_heading(_plain(block[2]))
            if label is not None and label.question:
                inside = label.question == question
        if inside:
            yield block


def _of_part(lines: Sequence[str], part: str) -> list[str]:
    """The lines from the one that announces a part until one that announces another; all where none does."""
    if not part:
        return list(lines)
    found: list[str] = []
    inside = False
    for line in lines:
        label = label_of_line(line)
        if label is not None and label.part:
            inside = label.part == part
        if inside:
            found.append(line)
    return found or list(lines)


def _lines(block: Any) -> list[str]:
    kind, _, content = block
    if kind == "code":
        return str(content).split("\n")
    if kind == "table":
        return [" | ".join(_plain(cell) for cell in row) for row in content if isinstance(row, list)]
    return [_plain(content)]


def _plain(pieces: Any) -> str:
    """Inline pieces as text; a formula as its source."""
    if not isinstance(pieces, list):
        return ""
    return "".join(str(piece[-1]) for piece in pieces if isinstance(piece, list) and len(piece) > 1)
