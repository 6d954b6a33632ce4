"""The page of a step, as GitHub's Markdown reads it."""

from __future__ import annotations

import re

from hypothesis import given

from grader.export import causes, example_of
from grader.export.summary import MAX_BYTES, OPEN, summary
from grader.model.record import checks_of as checks
from tests.export.conftest import check, line, lines
from tests.export.test_escaping import GITHUB


def test_a_page_has_a_table_a_question_and_says_what_to_look_at(every_status):
    """Points in tables; feedback, input and values of what went wrong below; nothing of what went well."""
    page = summary(every_status)
    tokens = [token.type for token in GITHUB.parse(page)]
    assert (tokens.count("table_open"), tokens.count("tr_open")) == (2, 2 + 11)
    assert tokens.count("fence") == 3 * 8
    assert page.startswith("## hw1: not graded")
    assert page.count("–/2") == 1
    assert summary({**every_status, "score": 3.0}).startswith("## hw1: 3 of 22 points")
    assert "It is failed" in page
    assert "It is passed" not in page


def test_a_result_that_is_not_graded_says_so():
    """No score is not a score of nothing."""
    page = summary(line([check("f", "ungraded")], score=None, status="ungraded"))
    assert "not graded" in page.splitlines()[0]
    assert "0 of" not in page.splitlines()[0]


def test_a_page_is_cut_between_two_checks():
    """GitHub refuses more than a MiB as a whole; what is left out is said, in bytes that count as GitHub's."""
    cases = [check(f"f{number}", "error", feedback=f"{chr(97 + number)}" + "ü" * 30_000) for number in range(40)]
    page = summary(line(cases))
    assert MAX_BYTES * 0.9 < len(page.encode()) <= MAX_BYTES
    assert page.rstrip().endswith("The log of this step has everything.*")
    assert page.count("<details>") == page.count("</details>") > 10
    assert page.count("ü" * 30_000) == page.count("ü") // 30_000


def test_one_cause_is_told_once_and_most_stand_behind_a_line():
    """A module that does not load costs eight checks, and is told of once, with their names."""
    cases = [check(f"f{number}", "error", feedback="m.py, line 3: broken") for number in range(8)]
    page = summary(line(cases))
    assert page.count("m\\.py\\, line 3") == 1
    assert "f0\\, f1" in page
    raised = [
        check(
            name, status, feedback=f"m.py, line 3, in f: IndexError: index {name} is out of bounds\nOn others: {name}."
        )
        for name, status in [("r", "failed"), ("s", "error")]
    ]
    assert "r\\, s" in summary(line(raised))
    shown = {"call": "m.build()", "actual": "None", "expected": "an object"}
    same = [check(name, "failed", feedback=f"{name} asks for it.", shown=shown) for name in ("g", "h")]
    others = [check("k", "failed", feedback="k.", shown={**shown, "actual": "[]"}), check("l", "partial", shown=shown)]
    page = summary(line(same + others))
    assert "g\\, h" in page
    assert page.count("asks for it") == 1
    assert page.count("m.build()") == 3
    texts = [
        check(name, "failed", feedback=f"Law of {name}.\n{said}, expected numbers.", shown={**shown, "call": f"m.f({name})"})
        for name, said in [("n", "Returned the text '1'"), ("o", "Returned the text '2'"),
                           ("p", "Returned an array of shape (2,)"), ("q", "Returned an array of shape (2,)")]
    ]  # fmt: skip
    page = summary(line(texts))
    assert "n\\, o" in page
    assert [name for name in "npq" if f"Law of {name}" in page] == ["n", "p", "q"]
    many = [check(f"f{number}", "failed", feedback=f"Differs in {number}.") for number in range(9)]
    page = summary(line(many))
    assert page.count("<details>") == page.count("</details>") == 9 - OPEN
    later = summary(line([check("q1_table", "needs_review"), check("f")]))
    assert "Judged when it is graded: q1\\_table" in later


@given(lines)
def test_any_page_has_the_structure_of_its_result(result):
    """Whatever a student wrote, headings, tables and rows are as many as questions and causes, and nothing links."""
    tokens = GITHUB.parse(summary(result))
    kinds = [token.type for token in tokens]
    cases = checks(result)
    told = [
        cause
        for question in result["questions"]
        for cause in causes(
            one for one in question["checks"] if one["status"] not in ("passed", "blocked", "needs_review")
        )
    ]
    assert kinds.count("table_open") == len(result["questions"])
    assert kinds.count("tr_open") == len(result["questions"]) + len(cases)
    assert kinds.count("heading_open") == 1 + len(result["questions"]) + min(OPEN, len(told)) + bool(result["output"])
    boxes = sum(len(example_of(cause[0])) for cause in told)
    assert kinds.count("fence") == boxes + bool(result["output"])
    inside = {part.type for token in tokens if token.type == "inline" for part in token.children}
    assert inside <= {"text", "softbreak", "html_inline"}
    markup = {
        part.content
        for token in tokens
        if token.type == "inline"
        for part in token.children
        if part.type == "html_inline"
    }
    assert markup <= {"<br>", "<span>", "</span>"}
    blocks = [token.content.strip() for token in tokens if token.type == "html_block"]
    assert all(re.fullmatch(r"</details>|<details><summary>[a-z0-9 ,]+</summary>", block) for block in blocks), blocks


def test_what_cannot_be_pasted_is_not_called_so_and_what_is_not_known_has_no_box():
    """A call with an array that is too large to be written out; a law, which expects no value."""
    shown = {"call": "m.f(<np array of shape (20, 20)>)", "actual": "3.", "expected": ""}
    page = summary(line([check("f", "failed", feedback="Wrong.", shown=shown)]))
    assert "The call, not shown whole" in page
    assert "paste" not in page
    assert "print(m.f(np.zeros((20, 20))))" in page
    assert "wanted" not in page
