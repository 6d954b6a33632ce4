"""The reader turns anything into bounded plain data, and never raises."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from writeup_checks import outcomes

from grader import wire
from grader.worker.reading.document import read_writeup
from grader.worker.reading.encoding import decode_writeup
from grader.worker.reading.formulas import read_formulas
from grader.worker.reading.headings import label_of_heading, label_of_line
from grader.writeup.evaluation import Evaluation, Unreadable

MACROS = "".join(
    f"\\newcommand{{\\{one}}}{{\\{following}\\{following}\\{following}}}"
    for one, following in zip("abcde", "bcdef", strict=True)
)
HOSTILE = {
    "macros that multiply": MACROS + "\n\n## Q3\n\n" + "$\\a\\a$ " * 1_400,
    "a macro of itself": "\\def\\a{\\a\\a}\n\n## Q3\nii) " + "$\\a$ " * 1_500,
    "boxes": "## Q3\nii) $" + "\\boxed{" * 3_000 + "$",
    "struck out": "## Q3\n" + "~~a " * 200_000,
    "tables of HTML": "<table>" * 100_000,
    "a list": "## Q1\n" + "- Conv: output (1,2,3), 4 parameters\n" * 7_000,
    "Chinese": "## Q3\niv) " + "模型A的范数比模型B的小。模型B的范数更小。" * 30_000,
    "a tower of powers": "## Q3\nii) $$l = 9^{9^{9^9}}$$\niii) $J = 9^{9^{9^9}}$",
    "open brackets": "[" * 2_000_000,
    "open brackets in a formula": "$" + "(" * 15_000 + "$",
    "braces": "$" + "{" * 100_000 + "$",
    "dollars": "$" * 500_000,
    "a long table": "## Q1\n| a | b |\n|---|---|\n" + "| 1*5+2 | [1,2,3] |\n" * 250_000,
    "a wide table": "|" + "a|" * 300_000 + "\n|" + "-|" * 300_000 + "\n",
    "many wide tables": ("|" + "a|" * 200 + "\n|" + "-|" * 200 + "\n" + ("|" + "1|" * 200 + "\n") * 3 + "\n") * 500,
    "named formulas": "## Q1\n" + "total $x = 1$, " * 30_000,
    "NUL": "\0" * 500_000,
    "nested quotes": ">" * 100_000 + " a",
    "quotes line by line": "\n".join(">" * depth for depth in range(1, 800)),
    "nested lists": "- " * 200_000,
    "ten megabytes": "a " * 5_000_000,
    "many formulas": "$x=1$ " * 150_000,
    "environments": "\\begin{pmatrix}" * 60_000,
    "fractions": "$$" + "\\frac" * 3_900 + "$$",
    "powers": "$$" + "2^" * 9_000 + "2$$",
    "bars": "$$" + "|" * 15_000 + "$$",
    "tags": "<b " * 250_000,
    "comments": "<!--" * 250_000,
    "backticks": "".join("`" * count + " " for count in range(1, 1_300)),
    "stars": "**a" * 300_000,
    "numbers": ("1 " * 30 + "\n") * 16_000,
    "headings": "# Q1\n" * 7_900,
    "relations": "## Q3\niv) " + "A smaller B not " * 60_000,
    "accents": "y" + "\u0302" * 500_000,
    "digits": "$J = " + "9" * 3_900 + "$",
    "decimal commas": "## Q3\niii) (" + "1,2 + " * 60_000 + ")",
    "a line of code": "## Q3\nii) l = a" + " + b * - c" * 20_000 + "!",
    "lone surrogates": "\ud800" * 1_000,
    "escapes": "\x1b[31m<script>=cmd|' /C calc'!A0</script>\n" * 5_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read_and_judged_in_bounded_time_and_size(text: str) -> None:
    """Whatever is handed in ends within two seconds with a status that is no zero."""
    started = time.process_time()
    document = read_writeup(text)
    found = outcomes(text)
    assert time.process_time() - started < 2  # read twice, and a busy machine counts more: at most 0.4 s each alone
    assert len(wire.encode([document, []])) < 4 << 20
    assert {outcome.status for outcome in found.values()} <= {"needs_review", "missing"}
    assert all("\x1b" not in outcome.feedback + outcome.read for outcome in found.values())


@pytest.mark.parametrize(
    "text",
    ["| 1 | 2 |\n" * 7_000, "$x = 1$ " * 900, "= 1 " * 30_000, "a\n" * 5_000],
    ids=["bars", "formulas", "statements", "lines"],
)
def test_what_is_beyond_the_bounds_is_for_a_person(text: str) -> None:
    """The document says that it is cut, and no answer behind it is called missing or wrong."""
    cut = "## Question 3\n\n" + text + "\n\n"
    document = read_writeup(cut + "iii) J = 0.8206")
    assert document["cut"]
    assert outcomes(cut + "iii) J = 0.8206")["q3_cost"].status == "needs_review"


def test_a_whole_write_up_costs_little() -> None:
    """Reading and judging the checks of one write-up stays within 60 ms once warm."""
    from test_writeup_samples import SAMPLES

    text = SAMPLES[0].with_name("sheet.md").read_text(encoding="utf-8")
    outcomes(text)
    costs = []
    for _ in range(5):
        started = time.process_time()
        outcomes(text)
        costs.append(time.process_time() - started)
    assert min(costs) < 0.060


PIECES = st.sampled_from(
    ["$", "$$", "\\frac", "{", "}", "(", ")", "[", "]", "\\begin{pmatrix}", "\\end{pmatrix}", "&", "\\\\", "^", "_",
     "-", "log", "\\log", "\\hat", "y", "p", "1", "0.5", "=", "<", "|", "\\|", "\\text{if}", "\n", "\n\n", "# Q3\n",
     "ii) ", "```\n", "| a | b |\n|---|---|\n", "- ", "> ", "1. ", "`", "**", "\\[", "\\]", ",", " ", "x",
     "\\begin{cases}", "\\end{cases}", "\\left\\{", "∈", "ŷ", "½", "\u0302"]
)  # fmt: skip
ANYTHING = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join))


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
def test_any_text_becomes_plain_data(text: str) -> None:
    """No text makes the reader raise, and what it returns is msgpack's own types within the wire's depth."""
    document = read_writeup(text)
    assert msgpack.unpackb(wire.encode(document)) == msgpack.unpackb(msgpack.packb(document, unicode_errors="replace"))


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
def test_any_formula_is_read_or_refused(text: str) -> None:
    """A formula has sides and relations that fit together, or an error; a side has a value or says why not."""
    for formula in read_formulas(text):
        assert formula["error"] or len(formula["sides"]) == len(formula["ops"]) + 1
        for side in filter(None, formula["sides"]):
            with suppress(Unreadable):
                Evaluation().of(side)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_become_text(data: bytes) -> None:
    """Decoding never fails."""
    text, notes = decode_writeup(data)
    assert isinstance(text, str) and len(notes) <= 1


NUMBERS = st.integers(0, 99).map(str)
TREES = st.recursive(
    NUMBERS,
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda parts: f"({''.join(parts)})"),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_arithmetic_is_read_as_python_reads_it(text: str) -> None:
    """Brackets, precedence and signs mean what they mean everywhere."""
    [formula] = read_formulas(text)
    assert float(Evaluation().of(formula["sides"][0])) == float(eval(text))


def test_bytes_are_decoded_by_what_they_are() -> None:
    """UTF-8 with and without BOM is silent; anything else is noted."""
    assert decode_writeup("ŷ".encode()) == ("ŷ", [])
    assert decode_writeup("\ufeffŷ".encode()) == ("ŷ", [])
    assert decode_writeup("größer".encode("cp1252"))[0] == "größer"
    assert decode_writeup("größer".encode("cp1252"))[1]
    assert decode_writeup("ŷ".encode("utf-16"))[0] == "ŷ"
    for name in ("utf-16-le", "utf-16-be", "utf-32"):
        text, notes = decode_writeup("größer".encode(name))
        assert (text, len(notes)) == ("größer", 1)


@pytest.mark.parametrize(
    ("line", "question", "part"),
    [
        ("Question 3", "3", ""), ("Q3", "3", ""), ("**Problem 3 (iii)**", "3", "3"), ("3c)", "3", "3"),
        ("3.c", "3", "3"), ("iii)", "", "3"), ("(b)", "", "2"), ("Aufgabe 3", "3", ""), ("Exercise 3.2", "3", "2"),
        ("Question Three", "3", ""), ("Q3 - Losses", "3", ""), ("Part b: loss", "", "2"),
        ("**3.** Losses", "3", ""), ("Q3(ii): l", "3", "2"),
    ],
)  # fmt: skip
def test_a_line_can_announce_a_question_or_part(line: str, question: str, part: str) -> None:
    """The usual shapes are known, as headings and as lines."""
    for label in (label_of_heading(line), label_of_line(line)):
        assert label is not None and (label.question, label.part) == (question, part)


@pytest.mark.parametrize(
    "line",
    [
        "Question 3 asks whether it fits",
        "3x3 kernel",
        "1.158 is the cost",
        "a loss",
        "A: the weights",
        "i.e. this",
        "10 10 0 0",
    ],
)
def test_a_sentence_announces_nothing(line: str) -> None:
    """Prose that begins with a number or a letter is no heading."""
    assert label_of_line(line) is None


def test_a_code_fence_is_never_a_formula() -> None:
    """Dollars in code stay code."""
    document: dict[str, Any] = read_writeup("## Q1\n```sh\necho $A and $B\n```\n")
    kinds = {block["kind"] for section in document["sections"] for block in section["blocks"]}
    assert kinds == {"text"}
