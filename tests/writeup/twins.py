"""Right answers and their wrong twins: `‹a | b›` in a line has a in the right one and b in the wrong one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from grader.worker.reading.formats import markdown_of

FOLDER = Path(__file__).with_name("twins")
BATCHES = sorted(Path(__file__).with_name("batches").glob("*.txt"))
PLACES = {
    "q1_table": ("hw1", "1", ""), "q1_total": ("hw1", "1", ""), "q2_matrix": ("hw1", "2", ""),
    "q2_product": ("hw1", "2", ""), "q2_result": ("hw1", "2", ""), "q3_formula": ("hw1", "3", "ii"),
    "q3_cost": ("hw1", "3", "iii"), "q3_norms": ("hw1", "3", "iv"), "q1_by_hand": ("hw2", "1", "i"),
    "q2_table": ("hw2", "2", "i"), "q2_total": ("hw2", "2", "i"), "q2_scaling": ("hw2", "2", "ii"),
    "q3_derivative": ("hw2", "3", "i"), "q3_initial_loss": ("hw2", "3", "ii"),
    "n_table": ("hw3", "1", "i"), "n_total": ("hw3", "1", "i"), "n_dw": ("hw3", "1", "ii"), "n_kept": ("hw3", "1", "iii"),
    "n_momentum": ("hw3", "2", "i"), "n_velocity": ("hw3", "2", "ii"), "n_faster": ("hw3", "2", "iii"),
    "n_start": ("hw3", "3", "i"), "n_reg": ("hw3", "3", "ii"),
    "o_flops": ("facts", "1", "a"), "o_params": ("facts", "1", "b"), "o_eps": ("facts", "1", "c"),
    "o_prob": ("facts", "1", "d"), "o_bytes": ("facts", "1", "e"), "o_l": ("facts", "2", "a"), "o_eig": ("facts", "2", "b"),
    "o_cond": ("facts", "2", "c"), "o_faster": ("facts", "2", "d"), "o_sum": ("facts", "3", "a"),
    "o_relu": ("facts", "3", "b"), "o_newton": ("facts", "3", "c"), "o_sigmoid": ("facts", "3", "d"),
}  # fmt: skip
_FORKED = re.compile(r"‹([^‹›]*?)\|([^‹›]*?)›")
_FORKED_WORDS = re.compile(r"‹([^‹›]*?) \| ([^‹›]*?)›")


class Twin(NamedTuple):
    """One answer to one check, under its heading."""

    check: str
    assignment: str
    text: str
    is_right: bool
    name: str


def twins() -> Iterator[Twin]:
    """All of them: those of the files, tables in every style, write-ups under every heading."""
    for file in sorted(FOLDER.glob("*.txt")):
        yield from twins_of(file)
    for number, style in enumerate(STYLES):
        yield from _tables(style, f"table-{number}")
    for number, heading in enumerate(HEADINGS):
        yield from _headed(heading, f"heading-{number}")


def twins_of(file: Path) -> Iterator[Twin]:
    """Those of one file: `check: answer` under its heading, or `check@tex: document` as it stands; # is a remark."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("# "):
            place, _, text = line.partition(": ")
            check, _, kind = place.partition("@")
            write = _documents(kind) if kind else _pair
            yield from write(check, text.replace("⏎", "\n"), f"{file.stem}-{number}")


def _documents(kind: str) -> Callable[[str, str, str], Iterator[Twin]]:
    def pair(check: str, text: str, name: str) -> Iterator[Twin]:
        for at, is_right in ((1, True), (2, False)):
            document, _ = markdown_of(f"answers.{kind}", _FORKED_WORDS.sub(rf"\{at}", text))
            yield Twin(check, PLACES[check][0], document, is_right, f"{name}-{at}")

    return pair


def _pair(check: str, text: str, name: str) -> Iterator[Twin]:
    assignment, question, part = PLACES[check]
    before = f"## Question {question}\n\n" + (f"{part}) " if part else "")
    before += "\n\n" if part and text[:1] in "#|`>$-" else ""
    for at, is_right in ((1, True), (2, False)):
        yield Twin(check, assignment, before + _FORKED_WORDS.sub(rf"\{at}", text), is_right, f"{name}-{at}")


LAYERS = [
    ("Conv2d", "6,28,28", 156), ("ReLU", "6,28,28", 0), ("MaxPool2d", "6,14,14", 0), ("Conv2d", "16,10,10", 2416),
    ("ReLU", "16,10,10", 0), ("MaxPool2d", "16,5,5", 0), ("Conv2d", "120,1,1", 48120), ("ReLU", "120,1,1", 0),
    ("Linear", "84", 10164), ("ReLU", "84", 0), ("Linear", "10", 850), ("LogSoftmax", "10", 0),
]  # fmt: skip
BEFORE = ["1,32,32", *(shape for _, shape, _ in LAYERS[:7]), "120", "84", "84", "10"]
Rows = Sequence[tuple[str, str, int]]


def _markdown(header: Sequence[str], cells: Callable[[int, str, str, int], Sequence[object]]) -> Callable[[Rows], str]:
    def table(rows: Rows) -> str:
        lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
        lines += ["| " + " | ".join(map(str, cells(at, *row))) + " |" for at, row in enumerate(rows)]
        return "\n".join(lines)

    return table


def _plain(line: Callable[[int, str, str, int], str], before: str = "", after: str = "") -> Callable[[Rows], str]:
    return lambda rows: before + "\n".join(line(at, *row) for at, row in enumerate(rows)) + after


def _x(shape: str) -> str:
    return shape.replace(",", "×")


def _times(shape: str) -> str:
    return shape.replace(",", " \\times ")


def _spaced(shape: str) -> str:
    return shape.replace(",", ", ")


def _bias(name: str, count: int) -> int:
    sizes = {156: 6, 2416: 16, 48120: 120, 10164: 84, 850: 10}
    return sizes.get(count, 6 if count else 0)


STYLES: list[Callable[[Rows], str]] = [
    _markdown(["Layer", "Output shape", "Parameters"], lambda at, n, s, c: [n, _x(s), c]),
    _markdown(["Layer", "Input", "Output", "# params"], lambda at, n, s, c: [n, _x(BEFORE[at]), _x(s), f"{c:,}"]),
    _markdown(["Layer", "Shape before", "Shape after", "Params"], lambda at, n, s, c: [n, _x(BEFORE[at]), _x(s), c]),
    _markdown(["#", "Layer", "Kernel size", "Output size", "Param count"], lambda at, n, s, c: [at, n, "5×5", _x(s), c]),
    _markdown(["Layer", "Out", "Weights", "Biases", "Total"],
              lambda at, n, s, c: [n, f"({_spaced(s)})", c - _bias(n, c), _bias(n, c), c]),
    _markdown(["Layer", "Out", "Weights", "Biases"],
              lambda at, n, s, c: [n, f"({_spaced(s)})", c - _bias(n, c), _bias(n, c)]),
    _markdown(["Layer", "Output shape", "Params", "Memory (KB)", "MACs"],
              lambda at, n, s, c: [n, _x(s), c, f"{4 * c / 1024:.2f}", 100 * c]),
    _markdown(["Layer", "Output", "Params", "% of total"], lambda at, n, s, c: [n, _x(s), c, f"{c / 617.06:.1f}"]),
    _markdown(["Schicht", "Ausgabe-Shape", "Anzahl Parameter"], lambda at, n, s, c: [n, _x(s), c or "–"]),
    _markdown(["layer", "output shape", "parameters"], lambda at, n, s, c: [n, f"${_spaced(s)}$", f"${c}$"]),
    _markdown(["layer", "output shape", "parameters"],
              lambda at, n, s, c: [n, f"$({_times(s)})$", f"{c:,}".replace(",", " ")]),
    _markdown(["layer", "shape (N, C, H, W)", "params"], lambda at, n, s, c: [n, f"(N, {_spaced(s)})", c]),
    _markdown(["Layer", "Output shape", "Parameters"], lambda at, n, s, c: [f"**{n}**", f"`{_x(s)}`", f"**{c}**"]),
    _markdown(["Layer", "Params", "Output shape"], lambda at, n, s, c: [n, c, _x(s)]),
    _markdown(["Layer", "Output shape", "Params", "Remark"], lambda at, n, s, c: [n, _x(s), c, "no bias: 3" if c else ""]),
    _markdown(["Layer", "Input shape", "Output shape", "Kernel", "Stride", "Parameters"],
              lambda at, n, s, c: [n, f"[{BEFORE[at]}]", f"[{s}]", "5", "1", c]),
    _plain(lambda at, n, s, c: f"{at + 1}. {n}: output shape ({_spaced(s)}), {c} parameters"),
    _plain(lambda at, n, s, c: f"- {n} -> {_x(s) if ',' in s else '(' + s + ')'}, {c} params"),
    _plain(lambda at, n, s, c: f"{n + '-' + str(at + 1):>20}  {'[-1, ' + _spaced(s) + ']':>24}  {c:>14,}",
           "```\n        Layer (type)               Output Shape         Param #\n" + "=" * 62 + "\n", "\n```"),
    _plain(lambda at, n, s, c: f"├─{n + ': 1-' + str(at + 1):<28}{'[1, ' + _spaced(s) + ']':<26}{format(c, ',') if c else '--'}",
           "```\n" + "=" * 66 + "\nLayer (type:depth-idx)        Output Shape              Param #\n" + "=" * 66 + "\n", "\n```"),
    _plain(lambda at, n, s, c: f" {n.lower() + '_' + str(at):<28}{'(None, ' + _spaced(s) + ')':<26}{c}\n",
           "```\n Layer (type)                Output Shape              Param #\n" + "=" * 66 + "\n", "```"),
    _plain(lambda at, n, s, c: f"<tr><td>{n}</td><td>{_x(s)}</td><td>{c}</td></tr>",
           "<table>\n<tr><th>Layer</th><th>Output shape</th><th>Parameters</th></tr>\n", "\n</table>"),
    _plain(lambda at, n, s, c: f"  <tr>\n    <td>{n}</td>\n    <td>({_spaced(s)})</td>\n    <td>{c}</td>\n  </tr>",
           "<table>\n<thead><tr>\n<th>layer</th>\n<th>output</th>\n<th>params</th>\n</tr></thead>\n<tbody>\n", "\n</tbody>\n</table>"),
    _plain(lambda at, n, s, c: f"{n} & ${_times(s)}$ & {c} \\\\",
           "\\begin{tabular}{lll}\nLayer & Output shape & Parameters \\\\\n\\hline\n", "\n\\end{tabular}"),
    _plain(lambda at, n, s, c: f"│ {n:<12} │ ({_spaced(s):<12}) │ {c:>8} │",
           "```\n┌──────────────┬────────────────┬──────────┐\n│ Layer        │ Output shape   │   Params │\n"
           "├──────────────┼────────────────┼──────────┤\n", "\n└──────────────┴────────────────┴──────────┘\n```"),
    _plain(lambda at, n, s, c: f"| {n:<12} | [{_spaced(s)}] | {c:>8} |\n+------+-----+-----+",
           "```\n+------+-----+-----+\n| Layer | Output shape | Params |\n+======+=====+=====+\n", "\n```"),
    _plain(lambda at, n, s, c: f"{n}\t({_spaced(s)})\t{c}", "```\nlayer\toutput shape\tparams\n", "\n```"),
    _plain(lambda at, n, s, c: f"{at:<3} {n:<12}  {'(' + _spaced(s) + ')':<16}  {c:>8}",
           "```\n    layer         output shape        params\n", "\n```"),
]  # fmt: skip


def _tables(style: Callable[[Rows], str], name: str) -> Iterator[Twin]:
    wrong_count = [*LAYERS[:3], ("Conv2d", "16,10,10", 2412), *LAYERS[4:]]
    wrong_shape = [*LAYERS[:5], ("MaxPool2d", "16,4,4", 0), *LAYERS[6:]]
    for rows, suffix in ((LAYERS, "right"), (wrong_count, "count"), (wrong_shape, "shape")):
        text = "## Question 1\n\n" + style(rows)
        yield Twin("q1_table", "hw1", text, suffix == "right", f"{name}-{suffix}")


# How people head questions and parts; {} is what stands there. Each is the frame of a whole write-up.
HEADINGS: list[tuple[str, str]] = [
    ("## Question {}", "{}) "), ("# Problem {}\n\n## Solution", "({}) "), ("**Question {}**", "**{})** "),
    ("### Exercise {}", "### Part {}\n\n"), ("## {}.", "{}. "), ("# {}", "## {})\n\n"), ("Question {}\n==========", "{}) "),
    ("## Exercise 1.{}", "{}) "), ("## Aufgabe {}", "{}) "), ("## Exercice {}", "{}) "), ("## Ejercicio {}", "{}) "),
    ("## Esercizio {}", "{}) "), ("## 问题{}", "{}) "), ("# Homework 1, Question {}", "{}) "), ("## Q{}", "- {}) "),
    ("## Task {} – my answer", "*{})* "), ("## Question {}\n\n### Some words\n\n#### More words", "{}) "),
    ("Problem {}:", "{}) "), ("## Answer to question {}", "({}) "), ("<h2>Question {}</h2>", "{}) "),
]  # fmt: skip


def _headed(heading: tuple[str, str], name: str) -> Iterator[Twin]:
    title, part = heading
    letters = {"2": "ii", "3": "iii", "4": "iv"}
    for is_right in (True, False):
        sign, cost, model, total = ("-", "0.8026", "A", "61706") if is_right else ("+", "0.8206", "B", "61760")
        formula = f"$l=-y\\log\\hat y{sign}(1-y)\\log(1-\\hat y)$"
        answers = {"2": formula, "3": f"J = {cost}", "4": f"Model {model} has the smaller norm."}
        parts = "\n\n".join(part.format(letters[at]) + text for at, text in answers.items())
        text = "\n\n".join([
            "# My homework", title.format("1"), f"Total: {total}", title.format("2"), "See the code.", title.format("3"),
            part.format("i") + "A Gaussian.", parts, title.format("4"), "L1, because of outliers.", title.format("5"), "Noise.",
        ])  # fmt: skip
        for check in ("q1_total", "q3_formula", "q3_cost", "q3_norms"):
            yield Twin(check, "hw1", text, is_right, f"{name}-{check}-{'right' if is_right else 'wrong'}")
