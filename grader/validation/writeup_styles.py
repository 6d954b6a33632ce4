"""The reference answer of a write-up check in the styles that students write, and each with one value changed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from grader.model.tolerance import Tolerance
from grader.rubric.writeup_keys import FormulaSpec, Kind, MatrixSpec, NumberSpec, RelationSpec, TableSpec
from grader.worker.reading.formulas import read_formulas


class AnswerStyle(NamedTuple):
    """One way to write an answer: its name, the right text and the text with one value changed."""

    name: str
    right: str
    wrong: str


def styles_of(spec: Kind, tolerance: Tolerance) -> Iterator[AnswerStyle]:
    """All styles for a check; none for a text, which a person reads."""
    makers: dict[type[Kind], Callable[[Any, Tolerance], Iterator[AnswerStyle]]] = {
        NumberSpec: _numbers, MatrixSpec: _matrices, FormulaSpec: _formulas, RelationSpec: _relations,
        TableSpec: _tables,
    }  # fmt: skip
    maker = makers.get(type(spec))
    for style in maker(spec, tolerance) if maker else ():
        assert isinstance(spec, Kind)
        before = f"## Question {spec.find.question}\n\n" + (f"{spec.find.part})\n\n" if spec.find.part else "")
        yield AnswerStyle(style.name, before + style.right, before + style.wrong)


def _write(name: str, write: Callable[[Any], str], right: Any, wrong: Any) -> AnswerStyle:
    return AnswerStyle(name, write(right), write(wrong))


def _numbers(spec: NumberSpec, tolerance: Tolerance) -> Iterator[AnswerStyle]:
    right = next((one.value for one in spec.accept if not one.only_stated), spec.accept[0].value)
    label = next((label for label in spec.find.label if len(label) > 2 and label.isalpha()), "")
    symbol = next((label for label in spec.find.label if len(label) == 1), "")
    known = [one.value for one in spec.accept] + [one.value for one in spec.alternatives]
    pair = (right, _other_number(right, known, tolerance))
    if label:
        yield _write("a sentence", lambda v: f"The {label} is {_plain(v)}.", *pair)
        yield _write("after a colon", lambda v: f"{label.capitalize()}: {_plain(v)}", *pair)
        yield _write("in bold", lambda v: f"**{label.capitalize()}: {_plain(v)}**", *pair)
        yield _write("in braces", lambda v: f"$\\text{{{label}}} = {_brace(v)}$", *pair)
    if symbol:
        yield _write("an equation", lambda v: f"${symbol} = {_plain(v)}$", *pair)
        yield _write("boxed", lambda v: f"$$\\boxed{{{symbol} = {_plain(v)}}}$$", *pair)
        yield _write("a power of ten", lambda v: f"${symbol} = {_power(v)}$", *pair)
    if name := symbol or (f"\\text{{{label}}}" if label else ""):
        yield _write("siunitx", lambda v: f"${name} = \\num{{{_plain(v)}}}$", *pair)
    if label and right == int(right) and abs(right) >= 1000:
        for sign, of in ((",", "commas"), (" ", "spaces"), ("'", "apostrophes")):
            yield _write(f"thousands with {of}", partial(_group_digits, label, sign), *pair)


def _group_digits(label: str, sign: str, value: float) -> str:
    return f"{label}: {value:,.0f}".replace(",", sign)


def _other_number(right: float, known: Sequence[float], tolerance: Tolerance) -> float:
    step = max(abs(right) * 0.1, 20 * max(tier.atol for tier in tolerance.tiers), 1.0 if right == int(right) else 0.0)
    candidate = right + (round(step) if right == int(right) else step)
    while any(tolerance.tier_of(candidate, value) for value in known):
        candidate += step
    return candidate


def _plain(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.6g}"


def _brace(value: float) -> str:
    return f"{value:,.0f}".replace(",", "{,}") if value == int(value) else _plain(value).replace(".", "{,}")


def _power(value: float) -> str:
    exponent = math.floor(math.log10(abs(value))) if value else 0
    return f"{value / 10**exponent:.6g} \\cdot 10^{{{exponent}}}"


def _matrices(spec: MatrixSpec, tolerance: Tolerance) -> Iterator[AnswerStyle]:
    rows = [list(row) for row in spec.rows]
    known = [[entry for row in other.rows for entry in row] for other in spec.alternatives]
    changed = [list(row) for row in rows]
    while True:
        changed[-1][-1] += max(1.0, 20 * max(tier.atol for tier in tolerance.tiers))
        flat = [entry for row in changed for entry in row]
        if all(len(one) != len(flat) or tolerance.tier_of(flat, one) is None for one in known):
            break
    for name, write in _MATRICES.items():
        if name == "rows one by one" and len(rows[0]) == 1:
            continue
        yield _write(name, write, rows, changed)


def _lines(rows: Sequence[Sequence[float]], between: str, end: str) -> str:
    return end.join(between.join(f"{entry:.6g}" for entry in row) for row in rows)


_MATRICES: dict[str, Callable[[Sequence[Sequence[float]]], str]] = {
    "pmatrix": lambda rows: "$$\\begin{pmatrix}" + _lines(rows, " & ", " \\\\ ") + "\\end{pmatrix}$$",
    "bmatrix*": lambda rows: "$$\\begin{bmatrix*}[r]" + _lines(rows, " & ", " \\\\ ") + "\\end{bmatrix*}$$",
    "nested lists": lambda rows: "[[" + _lines(rows, ", ", "], [") + "]]",
    "as numpy prints": lambda rows: "```\n[[" + _lines(rows, " ", "]\n [") + "]]\n```",
    "MATLAB": lambda rows: "`[" + _lines(rows, " ", "; ") + "]`",
    "rows one by one": lambda rows: "\n\n".join(
        f"Row {at}: ({_lines([row], ', ', '')})" for at, row in enumerate(rows, 1)),
    "a table": lambda rows: "\n".join(
        [f"| {_lines(rows[:1], ' | ', '')} |", "|" + "---|" * len(rows[0]),
         *(f"| {_lines([row], ' | ', '')} |" for row in rows[1:])]),
}  # fmt: skip


def _formulas(spec: FormulaSpec, _tolerance: Tolerance) -> Iterator[AnswerStyle]:
    tree = read_formulas(spec.equals)[0]["sides"][-1]
    terms = tree[1:] if tree[0] == "add" else [tree]
    last = terms[-1][1] if terms[-1][0] == "neg" else ["neg", terms[-1]]
    wrong = ["add", *terms[:-1], last] if len(terms) > 1 else ["add", tree, ["num", "1"]]
    label = next((one for one in spec.find.label if one.startswith("\\") or len(one) == 1), "")
    name = f"{label} = " if label else ""
    for style, write in (
        ("inline", lambda text: f"${name}{text}$"),
        ("a display", lambda text: f"$$\n{name}{text}\n$$"),
        ("boxed", lambda text: f"$$\\boxed{{{name}{text}}}$$"),
        ("aligned", lambda text: f"$$\\begin{{align}} {label or 'f'} &= {text} \\end{{align}}$$"),
        ("with a comment", lambda text: f"$$\n% the answer\n{name}{text}\n$$"),
        ("in brackets", lambda text: f"${name}\\left[{text}\\right]$"),
    ):
        yield _write(style, write, _latex(tree), _latex(wrong))


def _latex(tree: Any, inner: bool = False) -> str:
    """A tree of a rubric's formula in LaTeX."""
    kind, *parts = tree
    if kind in ("num", "sym"):
        return str(parts[0])
    if kind == "add":
        text = " ".join(_term(part, at) for at, part in enumerate(parts))
        return f"({text})" if inner else text
    if kind == "neg":
        return f"-{_latex(parts[0], True)}"
    if kind == "mul":
        return " \\cdot ".join(_latex(part, True) for part in parts)
    if kind == "div":
        return f"\\frac{{{_latex(parts[0])}}}{{{_latex(parts[1])}}}"
    if kind == "pow":
        return f"{_latex(parts[0], True)}^{{{_latex(parts[1])}}}"
    if kind == "log":
        return f"\\log({_latex(parts[1])})" if parts[0] is None else f"\\log_{{{_latex(parts[0])}}}({_latex(parts[1])})"
    if kind == "call":
        return f"\\operatorname{{{parts[0]}}}({_latex(parts[1])})"
    return f"\\left|{_latex(parts[0])}\\right|"


def _term(part: Any, at: int) -> str:
    if part[0] == "neg":
        return f"- {_latex(part[1], True)}"
    return _latex(part, at > 0) if at == 0 else f"+ {_latex(part, True)}"


def _relations(spec: RelationSpec, _tolerance: Tolerance) -> Iterator[AnswerStyle]:
    larger = next(name for name in spec.subjects if name != spec.smaller)
    names = {subject: patterns[0].replace("*", "") for subject, patterns in spec.subjects.items()}
    quantity = next((one.rstrip("*") for one in spec.quantity if one.rstrip("*").isalpha()), "value")
    pair = ((names[spec.smaller], names[larger]), (names[larger], names[spec.smaller]))
    if names[spec.smaller].split()[0] in ("with", "without", "after", "before"):
        yield _write("it is smaller", lambda of: f"It is smaller {of[0]}.", *pair)
        yield _write("the other is larger", lambda of: f"It is larger {of[1]}.", *pair)
        yield _write("the quantity named", lambda of: f"The {quantity} is smaller {of[0]} than {of[1]}.", *pair)
        return
    yield _write("has the smaller", lambda of: f"{of[0]} has the smaller {quantity}.", *pair)
    yield _write("the other is larger", lambda of: f"The {quantity} of {of[1]} is larger.", *pair)
    yield _write("than", lambda of: f"The {quantity} of {of[0]} is smaller than that of {of[1]}.", *pair)
    yield _write("by name", lambda of: f"{of[0]}", *pair)


Cells = list[tuple[str, list[str]]]


def _tables(spec: TableSpec, _tolerance: Tolerance) -> Iterator[AnswerStyle]:
    rows: Cells = [
        (_word(row.words, row.name), [_cell(row.cells.get(column.name)) for column in spec.columns])
        for row in spec.rows
    ]
    changed = [(name, list(cells)) for name, cells in rows]
    filled = [
        (at, place) for at, row in enumerate(spec.rows) for place, column in enumerate(spec.columns)
        if row.cells.get(column.name)
    ]  # fmt: skip
    at, place = filled[-1]
    changed[at][1][place] = _change(changed[at][1][place])
    header = ["", *(_word(one.header, one.name) for one in spec.columns)]
    for name, write in _TABLES.items():
        yield _write(name, partial(write, header), rows, changed)


def _word(patterns: Sequence[str], name: str) -> str:
    return next((one.rstrip("*") for one in patterns if one.rstrip("*").isalpha() and len(one) > 2), name)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"({', '.join(map(str, value))})" if isinstance(value, tuple) else _plain(value)


def _change(cell: str) -> str:
    at = max(place for place, sign in enumerate(cell) if sign.isdigit())
    return cell[:at] + str((int(cell[at]) + 3) % 10) + cell[at + 1 :]


def _markdown(header: Sequence[str], rows: Cells) -> str:
    lines = [f"| {' | '.join([name, *cells])} |" for name, cells in rows]
    return "\n".join([f"| {' | '.join(header)} |", "|" + "---|" * len(header), *lines])


def _turn(header: Sequence[str], rows: Cells) -> str:
    return _markdown([header[0], *header[:0:-1]], [(name, cells[::-1]) for name, cells in rows])


def _html(header: Sequence[str], rows: Cells) -> str:
    top = "".join(f"<th>{cell}</th>" for cell in header)
    lines = ["".join(f"<td>{cell}</td>" for cell in (name, *cells)) for name, cells in rows]
    return "<table>\n" + "\n".join(f"<tr>{line}</tr>" for line in (top, *lines)) + "\n</table>"


def _tabular(header: Sequence[str], rows: Cells) -> str:
    lines = [" & ".join([name, *cells]) + " \\\\" for name, cells in rows]
    top = "\\begin{tabular}{" + "l" * len(header) + "}"
    return "\n".join([top, " & ".join(header) + " \\\\ \\hline", *lines, "\\end{tabular}"])


def _box(header: Sequence[str], rows: Cells) -> str:
    lines = [f"| {' | '.join([name, *cells])} |\n+---+---+" for name, cells in rows]
    return "\n".join(["```", "+---+---+", f"| {' | '.join(header)} |", "+===+===+", *lines, "```"])


def _spaces(header: Sequence[str], rows: Cells) -> str:
    lines = [["layer", *header[1:]], *([name, *cells] for name, cells in rows)]
    return "\n".join(["```", *("".join(f"{cell:<26}" for cell in line).rstrip() for line in lines), "```"])


_TABLES: dict[str, Callable[[Sequence[str], Cells], str]] = {
    "Markdown": _markdown, "columns turned": _turn, "HTML": _html, "tabular": _tabular, "a box": _box,
    "columns of spaces": _spaces,
}  # fmt: skip
