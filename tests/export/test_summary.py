"""The page of a step, as GitHub's Markdown reads it."""

from __future__ import annotations

from hypothesis import given

from grader.export import checks
from grader.export.summary import MAX_BYTES, summary
from tests.export.conftest import check, line, lines
from tests.test_escaping import GITHUB


def test_a_page_has_a_table_a_question_and_says_what_to_look_at(every_status):
    """Points in tables; feedback, input and values of what went wrong below; nothing of what went well."""
    page = summary(every_status)
    tokens = [token.type for token in GITHUB.parse(page)]
    assert (tokens.count("table_open"), tokens.count("tr_open")) == (2, 2 + 11)
    assert tokens.count("fence") == 3 * 9
    assert page.startswith("## hw1: 3 of 22 points")
    assert "It is failed" in page
    assert "It is passed" not in page


def test_a_result_that_is_not_graded_says_so():
    """No score is not a score of nothing."""
    page = summary(line([check("f", "ungraded")], score=None, status="ungraded"))
    assert "not graded" in page.splitlines()[0]
    assert "0 of" not in page.splitlines()[0]


def test_a_page_is_cut_between_two_checks():
    """GitHub refuses more than a MiB as a whole; what is left out is said, in bytes that count as GitHub's."""
    cases = [check(f"f{number}", "error", feedback="ü" * 30_000) for number in range(40)]
    page = summary(line(cases))
    assert MAX_BYTES * 0.9 < len(page.encode()) <= MAX_BYTES
    assert page.rstrip().endswith("The log of this step has everything.*")
    assert all(
        len(part.strip()) in (0, 30_004) for part in page.split("####")[2:-1] if not part.strip().startswith("f")
    )


@given(lines)
def test_any_page_has_the_structure_of_its_result(result):
    """Whatever a student wrote, headings, tables and rows are as many as questions and checks, and nothing links."""
    tokens = GITHUB.parse(summary(result))
    kinds = [token.type for token in tokens]
    cases = checks(result)
    told = [found for found in cases if found["status"] not in ("passed", "blocked")]
    assert kinds.count("table_open") == len(result["questions"])
    assert kinds.count("tr_open") == len(result["questions"]) + len(cases)
    assert kinds.count("heading_open") == 1 + len(result["questions"]) + len(told) + bool(result["output"])
    assert kinds.count("fence") == 3 * sum(bool(found["counterexample"]) for found in told) + bool(result["output"])
    inside = {part.type for token in tokens if token.type == "inline" for part in token.children}
    assert inside <= {"text", "softbreak", "html_inline"}
    html = {
        part.content
        for token in tokens
        if token.type == "inline"
        for part in token.children
        if part.type == "html_inline"
    }
    assert html <= {"<br>", "<span>", "</span>"}
    assert "html_block" not in kinds
