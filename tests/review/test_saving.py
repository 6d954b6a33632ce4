"""What graders decide is kept as it was meant, and can be undone."""

from __future__ import annotations

import os
import re
import sqlite3
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.errors import MachineFault
from grader.results.acts import NewAct, fraction_text
from grader.results.gradebook import Gradebook
from tests.review.conftest import SECRETS, WAITS, Page, waiting_class


def test_points_and_a_comment_are_kept_and_the_next_answer_follows(page):
    """One act a save, bound to the answer; the queue goes on from there."""
    answer = page.first()
    done = page.save(answer, points="0.5", comment="Nearly.")
    assert done.status_code == 303
    [act] = page.acts
    assert (act.kind, act.actor, act.student, act.answer) == (
        "score",
        "greta",
        answer.submission,
        answer.machine.answer,
    )
    assert Fraction(act.value) == Fraction(1, 2) and act.reason == "Nearly."
    assert not page.desk.grade(answer).waits
    following = done.headers["location"].rpartition("/")[2]
    assert following != answer.id and page.desk.grade(page.desk.answer(following)).waits


def test_thirty_answers_are_graded_to_the_end(page):
    """Until nothing waits; the last save leads to the list."""
    for number in range(30):
        done = page.save(page.desk.answer(page.desk.queue(WAITS.id)[number][0].id), points="1")
        assert done.status_code == 303
    assert page.desk.progress()[WAITS.id] == (30, 30)
    assert done.headers["location"].endswith("?list=1")


def test_a_regrade_and_a_new_student_move_nobody_who_is_graded(page, tmp_path):
    """Thirty grades, one of them a group's, stay what they are when all code is judged anew and somebody comes late."""
    queue = [answer for answer, _ in page.desk.queue(WAITS.id)]
    page.save(queue[0], points="0.5", comment="alike", also=[one.id for one in queue[1:5]])
    for answer in queue[5:]:
        page.save(answer, points="1", comment=f"on {answer.id}")
    before = {answer.submission: page.desk.grade(answer) for answer in queue}
    results, readings = waiting_class([*SECRETS, "latecomer"])
    anew = [
        replace(one, line=one.line | {"digest": f"anew-{one.submission}", "rubric_digest": "another"}, checks=tuple(
            replace(check, score=check.max_score / 2, entry=check.entry | {"status": "partial", "feedback": "anew"})
            for check in one.checks
        )) for one in results
    ]  # fmt: skip
    again = Page(tmp_path, content=(anew, readings))
    after = {answer.submission: again.desk.grade(answer) for answer in again.desk.all_of(WAITS.id)}
    assert after.pop("latecomer").source == "machine"
    assert {name: (one.score, one.comment, one.actor) for name, one in after.items()} == {
        name: (one.score, one.comment, one.actor) for name, one in before.items()
    }
    assert all(one.machine_score == WAITS.points / 2 for one in after.values())


def test_items_add_up_change_and_can_be_deleted(page):
    """Changed points re-score all that carry the item, a changed text nobody; a new item changes nobody."""
    page.client.post(f"/items/{WAITS.id}", data={"text": "sign lost", "points": "-1"})
    [item] = page.desk.items(WAITS.id)
    one, two = (answer for answer, _ in page.desk.queue(WAITS.id)[:2])
    for answer in (one, two):
        page.save(answer, item=item.id, starts="full")
    worth = WAITS.points
    assert [page.desk.grade(answer).score for answer in (one, two)] == [worth - 1] * 2
    page.client.post(f"/items/{WAITS.id}", data={"text": "sign lost", "points": "-1/2", "item": item.id})
    assert page.desk.grade(one).score == worth - Fraction(1, 2)
    page.client.post(f"/items/{WAITS.id}", data={"text": "a sign is lost", "points": "-1/2", "item": item.id})
    page.client.post(f"/items/{WAITS.id}", data={"text": "another", "points": "-1"})
    assert page.desk.grade(two).score == worth - Fraction(1, 2)
    page.client.post(f"/items/{WAITS.id}", data={"item": item.id, "delete": "1"})
    assert page.desk.grade(one).score == worth


def test_undo_goes_back_as_far_as_one_likes(page):
    """One's own acts only, the last first."""
    one, two = (answer for answer, _ in page.desk.queue(WAITS.id)[:2])
    page.save(one, points="1")
    page.save(two, points="1")
    page.client.post("/undo")
    assert (page.desk.grade(one).waits, page.desk.grade(two).waits) == (False, True)
    page.client.post("/undo")
    assert page.desk.grade(one).waits
    assert page.client.post("/undo").status_code == 303


def test_a_draft_is_kept_on_the_server_until_it_is_saved(page, tmp_path):
    """After a restart it stands in the form again; a colleague does not see it."""
    answer = page.first()
    done = page.client.post(f"/draft/{answer.id}", data={"comment": "half a sent", "points": "x"})
    assert done.json() == {"kept": True}
    assert "half a sent" in Page(tmp_path).client.get(f"/answer/{answer.id}").text
    assert "half a sent" not in Page(tmp_path, "hugo").client.get(f"/answer/{answer.id}").text
    page.save(answer, points="1", comment="whole")
    assert "half a sent" not in page.client.get(f"/answer/{answer.id}").text
    assert page.acts[0].reason == "whole"


@pytest.mark.parametrize("points", ["-1", "1000", "many", "1/0", "nan", "inf", "9" * 400, "1e999999999", "1_0"])
def test_points_that_are_none_are_refused_in_words(page, points):
    """Nothing is saved, and the page says what was expected."""
    done = page.save(page.first(), points=points, comment="typed")
    assert done.status_code == 400 and "expected" in done.text
    assert page.acts == []
    assert "typed" in page.client.get(f"/answer/{page.first().id}").text


def test_saving_again_what_is_shown_changes_nothing(page):
    """A later comment stands in the form, and points that were given out of others stand as what they count now."""
    answer = page.first()
    half = WAITS.points / 2
    common = {"student": answer.submission, "check": WAITS.id, "answer": answer.machine.answer, "files": answer.files}
    with Gradebook(page.folder) as gradebook:
        of = {"of": fraction_text(2 * WAITS.points)}
        gradebook.append(
            NewAct("score", "hugo", value=fraction_text(WAITS.points), reason="first", detail=of, **common)
        )
        gradebook.append(NewAct("comment", "hugo", reason="second", **common))
    before = page.desk.grade(answer)
    assert (before.score, before.comment) == (half, "second")
    text = page.client.get(f"/answer/{answer.id}").text
    shown = re.search(r'name="points"[^>]*? value="([^"]*)" aria', text)[1]
    comment = re.search(r"<textarea[^>]*>(.*?)</textarea>", text)[1]
    page.save(answer, points=shown, comment=comment, version=str(before.last_act))
    after = page.desk.grade(answer)
    assert (after.score, after.comment, after.actor) == (half, "second", "greta")


def test_a_comment_that_is_too_long_is_refused_and_kept(page):
    """Nothing of it is cut off unseen."""
    answer, text = page.first(), "long " * 5000 + "end"
    done = page.save(answer, points="1", comment=text)
    assert done.status_code == 400 and "20,000" in done.text and page.acts == []
    assert "long end" in page.client.get(f"/answer/{answer.id}").text


def test_who_writes_what_no_student_reads_is_told(tmp_path, monkeypatch):
    """A comment on a hidden check stays among colleagues."""
    page = Page(tmp_path)
    told = "students see what it adds to their sum, and no comment on it"
    assert told not in page.client.get(f"/answer/{page.first().id}").text
    monkeypatch.setattr(page.desk, "spec", lambda check: replace(WAITS, visibility="hidden"))
    assert told in page.client.get(f"/answer/{page.first().id}").text


def test_a_comment_that_is_taken_out_of_the_form_is_gone(page):
    """The points stay; undoing it brings the comment back."""
    answer = page.first()
    page.save(answer, points="1", comment="too harsh")
    page.save(answer, points="1", version=str(page.desk.grade(answer).last_act))
    grade = page.desk.grade(answer)
    assert (grade.score, grade.comment) == (1, "")
    page.client.post("/undo")
    assert page.desk.grade(answer).comment == "too harsh"


def test_all_points_without_an_item_are_a_decision(page):
    """Where items take away and none was ticked, all points are given."""
    answer = page.first()
    assert page.save(answer, starts="full").status_code == 303
    assert page.desk.grade(answer).score == WAITS.points


def test_a_rubric_that_is_being_changed_loses_nothing(page, monkeypatch):
    """Whatever cannot be read anew is told in a sentence, and what was typed stands as a draft."""
    answer = page.first()

    def fail():
        raise MachineFault("rubrics/mini.yaml:3: expected a known key")

    with monkeypatch.context() as broken:
        broken.setattr(page.pages, "_make", fail)
        os.utime(page.folder / "results.sqlite", ns=(1, 1))
        done = page.save(answer, points="1", comment="typed just now")
        assert done.status_code == 400 and "expected a known key" in done.text and "Not saved" in done.text
        shown = page.client.get("/")
        assert shown.status_code == 400 and "Not to be shown" in shown.text
    assert page.acts == []
    assert "typed just now" in page.client.get(f"/answer/{answer.id}").text


def test_a_gradebook_that_cannot_be_written_is_told(page, monkeypatch):
    """In a sentence, with what was typed kept."""
    answer = page.first()

    def refuse(*_acts, **_seen):
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as full:
        full.setattr(Gradebook, "append", refuse)
        done = page.save(answer, points="1", comment="typed just now")
    assert done.status_code == 503 and "disk is full" in done.text and page.acts == []
    assert "typed just now" in page.client.get(f"/answer/{answer.id}").text
