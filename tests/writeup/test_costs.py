"""What a write-up costs: an ordinary one some milliseconds, one made to cost time at most half a second."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from writeup_checks import checks, judged, verdict_of

from grader.worker.reading.document import read_writeup
from grader.writeup import judge

ROOT = Path(__file__).parents[2]
MOST_S = 0.5
ORDINARY_S = 0.040
# What a fixed piece of work takes where nothing else runs; beside busy processes the same code costs up to twice that.
PIECE_S = 0.025
_BYTES = 1 << 20
_QUESTION_1, _NORMS = "## Question 1\n\n", "## Question 3\n\niv) "


def _filled(piece: str, size: int = _BYTES) -> str:
    """A piece again and again."""
    return (piece * (size // len(piece) + 1))[:size]


def _table(cell: str, columns: int, rows: int) -> str:
    row = "|" + f" {cell} |" * columns + "\n"
    return "\n\n" + row + "|" + "---|" * columns + "\n" + row * rows


# Each as long as is read, or longer: what stands in it again and again is looked at by every check.
BOMBS = {
    "numbers": _filled("61706 0.8026 ", 60_000), "lines": _filled("J = 0.8026\n"), "a sum": "J" + _filled(" = 1", 60_000),
    "sums on lines": _filled("J = 1\n= 2\n", 30_000), "arrows": _filled("J → 0.8 → ", 60_000),
    "sentences": _filled("Model A has the smaller norm than model B. "),
    "clauses": _filled("model A is smaller, model B is larger, "), "denials": _filled("It is not A. But it is not B. "),
    "comparatives": _filled("smaller larger not less model A B than with without scaling "),
    "claims in a list": "\n\n" + _filled("- Model A has the smaller norm, since it is not B but A\n"),
    "claims in paragraphs": _filled("The norm of A is smaller than that of B.\n\n"),
    "suppositions": "\n\n" + _filled("- if A is smaller then B is not larger, because of the decay\n"),
    "corrections": _filled("Correction: J = 0.8.\n\n"), "Chinese": _filled("模型的权重范数较小，总参数量为六万，"),
    "Chinese without a stop": _filled("模型权重范数较小总参数量为"), "Chinese lines": _filled("总参数量为61706。" * 20 + "\n"),
    "Chinese paragraphs": _filled("因为正则化，所以模型A的权重较小，\n\n"),
    "a list": "\n\n" + _filled("- conv 1: 6 x 28 x 28, 5*5*6+6 = 156\n"),
    "a numbered list": "\n\n" + "".join(f"{at}. J = {at}, smaller A\n" for at in range(4_000)),
    "a list of formulas": "\n\n" + _filled("- $\\|w_A\\| < \\|w_B\\|$\n"), "boxes": "\n\n" + _filled("- [ ] J = 0.8\n"),
    "a wide table": _table("1", 5_000, 1), "a table of counts": _table("156", 60, 200),
    "a table of shapes": _table("6x28x28", 60, 200), "a table of both": _table("6x28x28 | 156+1=157", 30, 200),
    "a table of rows": _table("6 28 28 156 6 28 28", 200, 90), "a table of claims": _table("model A smaller than model B", 60, 160),
    "a long table": _table("(6, 28, 28)", 3, 3_000), "many tables": _table("conv | 6x28x28 | 156", 1, 12) * 100,
    "columns of spaces": "\n```\n" + _filled("conv2d    6x28x28    156    1    2    3    4    5\n") + "\n```\n",
    "semicolons": "\nlayer;shape;params\n" + _filled("conv;6x28x28;156\n"),
    "boxes of signs": "\n```\n" + _filled("+---+---+---+\n| conv | 6x28x28 | 156 |\n") + "\n```\n",
    "tables of HTML": _filled("<table><tr><td>conv</td><td>6x28x28</td><td>156</td></tr></table>\n"),
    "nested HTML": _filled("<table><tr><td>"), "dollars": _filled("$J=0.8$ and "), "displays": _filled("$$J=0.8$$\n\n"),
    "a long formula": "$J=" + _filled(r"-y\log\hat y-(1-y)\log(1-\hat y)", 3_900) + "$",
    "many formulas": _filled(r"$-y\log\hat y-(1-y)\log(1-\hat y)$, ", 40_000),
    "matrices": _filled(r"$\begin{pmatrix}-40&-40\\-40&-40\end{pmatrix}$ ", 40_000),
    "cases": _filled("$$l=\\begin{cases}-\\log p & y=1\\\\-\\log(1-p) & y=0\\end{cases}$$\n\n", 40_000),
    "a large matrix": "$$W=\\begin{pmatrix}" + r"\\".join(["&".join("1" * 120)] * 120) + "\\end{pmatrix}$$",
    "lists of lists": _filled("[[1,2],[3,4]] "), "printed arrays": "\n```\n" + _filled("[[1. 2. 3.]\n [4. 5. 6.]]\n") + "\n```\n",
    "braces": _filled("{{1,2},{3,4}} "), "open braces": _filled("{{1,"), "combined": _filled("c(1, 2, 3) "), "open calls": _filled("c(1,2,"),
    "code": "\n```python\n" + _filled("loss = -(y*np.log(p) + (1-y)*np.log(1-p))\n") + "\n```\n",
    "branches": "\n```python\n" + _filled("    if y == 1:\n        return -log(p)\n") + "\n```\n",
    "spans of branches": _filled("`l = a if y == 1 else b` "), "steps": "\n```python\n" + _filled("v = m * v\nv -= g\n") + "\n```\n",
    "accents": _filled("hat(y) "), "rows by index": "\n\n" + _filled("W[0] = [1, 2]\n"),
    "struck": _filled("~~J = 0.8~~ "), "bold": _filled("**J = 0.8** "), "quotes": _filled("> J = 0.8\n\n"),
    "open brackets": "(" * 60_000, "brackets": _filled("(a)", 60_000), "powers": "2^" * 1_500 + "1", "one word": "a" * 60_000,
    "macros": "".join(f"\\newcommand{{\\a{chr(97 + at % 26)}{chr(97 + at // 26)}}}{{\\alpha}}\n" for at in range(600))
    + _filled("$\\aaa$ ", 60_000),
    "footnotes": _filled("J[^1] = 0.8\n\n[^1]: x\n\n"), "parts": _filled("i) a\n\nii) b\n\niii) c\n\niv) d\n\n"),
    "headings": _filled("## Question 3\n\niii) J = 0.8\n\n"), "transposes": _filled("(−40, −40, −40, −40)ᵀ ", 60_000),
    "thousands": _filled("61.706 61,706 61'706 ", 60_000), "emphasis": "*a " * 100_000, "backticks": "`" * 200_001,
    "links": "[a](" * 50_000, "a huge number": "9" * 500_000, "environments": "$$" + "\\begin{pmatrix}" * 20_000 + "$$",
}  # fmt: skip


def cost_of(text: str) -> float:
    """Seconds of processor to read a write-up and to judge all checks."""
    before = time.process_time()
    document = read_writeup(text)
    for check in checks("hw1").values():
        assert check.writeup is not None
        judge(check.writeup, document, tolerance=check.tolerance, homework="1")
    return time.process_time() - before


def slowness() -> float:
    """How many times longer than on a quiet machine a fixed piece of work takes now, which is nothing of ours."""
    words = re.compile(r"(\w+)\s+(\d+)|[^\w\s]")
    before = time.process_time()
    for _ in range(400):
        counted: dict[str, int] = {}
        for found in words.finditer("weights 12, biases 345; kernels 6 " * 30):
            counted[found.group()] = counted.get(found.group(), 0) + len(found.group())
    return max(1.0, (time.process_time() - before) / PIECE_S)


def is_within(text: str, most_s: float, tries: int) -> bool:
    """Whether some try costs no more, by the slower of the paces that the machine has before and after it."""
    return any((before := slowness()) and cost_of(text) <= most_s * max(before, slowness()) for _ in range(tries))


@pytest.mark.parametrize("name", BOMBS)
def test_a_write_up_made_to_cost_time_is_bounded(name: str) -> None:
    """Tables under the question with the table, all else where claims are read; a busy machine slows down a try."""
    text = (_QUESTION_1 if "table" in name or "matri" in name else _NORMS) + BOMBS[name]
    assert is_within(text, MOST_S, 8)


def test_an_ordinary_write_up_costs_some_milliseconds() -> None:
    """Once its readers are loaded, the model answers and the samples cost less than a blink."""
    samples = sorted(Path(__file__).with_name("samples").glob("*.md"))
    texts = [path.read_text() for path in (ROOT / "reference/hw1/answers.md", *samples)]
    for text in texts:
        cost_of(text)
    assert all(is_within(text, ORDINARY_S, 6) for text in texts)


def test_claims_beyond_what_is_read_are_for_a_person() -> None:
    """A passage of many pages is not judged by its beginning."""
    many = "## Question 3\n\niv) " + "Model A has the smaller norm.\n\n" * 300
    assert verdict_of(judged("q3_norms", many)) == "person"
    assert verdict_of(judged("q3_norms", many[:200])) == "right"
