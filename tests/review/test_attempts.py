"""Attempts before the newest: where they count they are graded like any answer; a changed one is shown with its change."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from grader.intake.records import Attempt, HandInRecord
from grader.report.pages import student_page
from grader.results.gradebook import read_acts
from grader.results.ledger import Ledger
from grader.results.roll import collect
from grader.review.answers import Passages
from grader.review.changes import MAX_TEXT, pieces_of_change
from grader.review.desk import Desk
from grader.review.ticked import Ticked
from tests.report.classes import RUBRIC, ledger
from tests.review.conftest import WAITS, Page, waiting_class


def attempts_desk(folder, counts="best", acts=()):
    """Two students who each handed in twice; every answer to the first check waits."""
    results, readings = waiting_class(["ana", "ben"], ["of late"])
    older, old_readings = waiting_class(["ana@1", "ben@1"], ["of before"])
    older = [
        replace(one, line={**one.line, "digest": f"older-{one.submission}"}, checks=tuple(
            replace(check, score=None if check.entry["id"] == WAITS.id else check.score) for check in one.checks
        )) for one in older
    ]  # fmt: skip
    records = {
        name: HandInRecord(name, "canvas", Attempt(2, "k2", name), earlier=(Attempt(1, "k1", f".attempts/{name}/1"),))
        for name in ("ana", "ben")
    }
    book = ledger(results, acts, replace(RUBRIC, attempts=counts))
    book = replace(book, records=records, attempts={one.submission: one for one in older})
    return Desk(book, folder, Passages(readings | old_readings)), book


def grades(book: Ledger, folder):
    """The final grades with what the gradebook holds by now."""
    return {grade.student: grade for grade in replace(book, acts=read_acts(folder)).grades()}


@pytest.mark.parametrize("counts", ["best", "average"])
def test_earlier_attempts_that_count_are_in_the_queue(tmp_path, counts):
    """Each attempt is an answer of its own, with its own text; once all are graded there is a final grade."""
    desk, book = attempts_desk(tmp_path, counts)
    queue = [answer for answer, _ in desk.queue(WAITS.id)]
    assert sorted((one.submission, one.attempt or 2) for one in queue) == [
        ("ana", 1), ("ana", 2), ("ben", 1), ("ben", 2),
    ]  # fmt: skip
    assert all(("of before" if one.attempt else "of late") in desk.text(one) for one in queue)
    for one in queue:
        points = Fraction(1 if one.attempt else 0)
        desk.save(one, Ticked(points=points), "greta", desk.grade(one).last_act)
        assert desk.grade(one).score == points
    found = grades(book, tmp_path)
    assert all(grade.score is not None for grade in found.values())
    assert found["ana"].attempt == (1 if counts == "best" else 2)


def test_a_students_page_is_about_the_attempt_that_counts(tmp_path):
    """Its text, its notes and what its code printed are of that attempt, which is named; so are records for others."""
    desk, book = attempts_desk(tmp_path, "best")
    for one, _ in desk.queue(WAITS.id):
        desk.save(one, Ticked(points=Fraction(1 if one.attempt else 0)), "greta", desk.grade(one).last_act)
    older = {name: replace(one, line=one.line | {"notes": ["noticed before"]}) for name, one in book.attempts.items()}
    book = replace(book, acts=read_acts(tmp_path), attempts=older)
    [ana] = [one for one in collect(book).students if one.student == "ana"]
    assert ana.record["notes"] == ["noticed before"]
    page = student_page(book, ana.grade, desk._passages._readings)
    assert "noticed before" in page and "of before" in page and "of late" not in page
    assert "Attempt 1 of 2 counts, as the best one." in page


def test_where_the_last_attempt_counts_earlier_ones_wait_for_nobody(tmp_path):
    """They are in no queue."""
    desk, _ = attempts_desk(tmp_path, "last")
    assert {one.attempt for one, _ in desk.queue(WAITS.id)} == {None}


def test_a_word_on_the_newest_attempt_reopens_no_earlier_one(tmp_path):
    """What the machine found of an attempt that nobody spoke of stands; an undo says which attempt it was about."""
    desk, book = attempts_desk(tmp_path)
    settled = desk.rubric.checks[1].id
    newest = next(one for one in desk.all_of(settled) if one.submission == "ana" and one.attempt is None)
    desk.save(newest, Ticked(points=Fraction(0)), "greta", 0)
    earlier = next(one for one in desk.all_of(settled) if one.submission == "ana" and one.attempt == 1)
    assert desk.grade(newest).score == 0
    assert not desk.grade(earlier).waits and desk.grade(earlier).source == "machine"
    assert "attempt 1" in grades(book, tmp_path)["ana"].warnings[0]  # the first check of it still waits
    [act] = desk.acts
    assert desk.answer_of(act).attempt is None
    first = next(one for one, _ in desk.queue(WAITS.id) if one.attempt == 1)
    desk.flag(first, "greta", "look")
    assert desk.answer_of(desk.acts[-1]).id == first.id


def test_a_changed_answer_is_shown_with_what_changed(tmp_path):
    """Beside the old word; it waits again, and saving settles it."""
    results, readings = waiting_class(["one"], ["It converges, since <b> is small."])
    page = Page(tmp_path, content=(results, readings))
    page.save(page.first(), points="0.5", comment="Nearly.")
    [result] = results
    checks = tuple(replace(one, answer=f"new-{one.answer}") for one in result.checks)
    _, rewritten = waiting_class(["one"], ["It diverges, since <b> is small."])
    changed = ([replace(result, line={**result.line, "digest": "new files"}, checks=checks)], rewritten)
    page = Page(tmp_path, content=changed)
    answer = page.first()
    assert page.desk.grade(answer).waits
    shown = page.client.get(f"/answer/{answer.id}").text
    assert "It <del>converges, </del><ins>diverges, </ins>since &lt;b&gt; is small." in shown
    assert "0.5" in shown and "Nearly." in shown
    page.save(answer, points="1", version=str(page.desk.grade(answer).last_act))
    assert page.desk.grade(answer).score == 1
    assert "<del>" not in page.client.get(f"/answer/{answer.id}").text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("a", ""),
        ("", "a"),
        ("a b\nc\n", "a c\nc\nd"),
        ("x\n" * 3000, "y\n" * 3000),
        ("a " * 199, "a b " * 99),
    ],
)
def test_the_pieces_give_both_texts_back(old, new):
    """What is not new is the old text, what is not gone the new one."""
    pieces = pieces_of_change(old, new)
    assert "".join(text for kind, text in pieces if kind != "new") == old
    assert "".join(text for kind, text in pieces if kind != "gone") == new


def test_a_text_of_few_words_that_come_again_and_again_is_told_as_new():
    """To find what two such have in common takes seconds, for which no page waits."""
    signs = [chr(0x4E00 + at % 105) for at in range(10_000)]
    for joined in (" ", "\n"):
        old, new = joined.join(signs), joined.join(reversed(signs))
        assert pieces_of_change(old, new) == [("gone", old[:MAX_TEXT]), ("new", new[:MAX_TEXT])]
