"""Alike answers are one act; whoever is an exception is taken out, and put back."""

from __future__ import annotations

from dataclasses import replace

from grader.intake.records import Attempt, HandInRecord
from grader.results.acts import NewAct, fraction_text
from grader.results.gradebook import Gradebook
from tests.review.conftest import WAITS


def test_a_group_is_one_act_and_exceptions_stay_out(page):
    """Ten answers say the same; one of them is left out, the act names the others."""
    answer = page.first()
    alike = [one for one in page.desk.group_of(answer) if one.id != answer.id]
    assert len(alike) == 9
    page.save(answer, points="1", also=[one.id for one in alike[1:]])
    [act] = page.acts
    assert {member.student for member in act.members} == {answer.submission, *(one.submission for one in alike[1:])}
    assert page.desk.grade(alike[0]).waits and not page.desk.grade(alike[1]).waits
    assert "saved 8 acts" in page.client.get(f"/check/{WAITS.id}?list=1").text
    page.client.post("/undo")
    assert all(page.desk.grade(one).waits for one in alike)


def test_one_is_taken_out_of_its_group_and_put_back(page):
    """It waits again while the others keep their grade; undoing that puts it back, undoing again takes all back."""
    answer = page.first()
    alike = [one for one in page.desk.group_of(answer) if one.id != answer.id]
    page.save(answer, points="1", also=[one.id for one in alike])
    assert "Take it out" in page.client.get(f"/answer/{alike[0].id}").text
    page.client.post(f"/out/{alike[0].id}")
    assert page.desk.grade(alike[0]).waits and not page.desk.grade(answer).waits
    page.client.post("/undo")
    assert not page.desk.grade(alike[0]).waits
    page.client.post("/undo")
    assert page.desk.grade(answer).waits
    assert page.client.post(f"/out/{answer.id}").status_code == 400


def test_a_word_on_one_of_a_group_is_seen_before_it_is_replaced(page, monkeypatch):
    """Whose it is stands there where names are shown."""
    answer = page.first()
    team = HandInRecord(answer.submission, "canvas", Attempt(1, "k", "x"), group="T", members=("memberone", "two"))
    monkeypatch.setattr(page.desk, "_ledger", replace(page.desk._ledger, records={answer.submission: team}))
    act = NewAct("score", "hugo", student="memberone", check=WAITS.id, answer=answer.machine.answer, value="1")
    with Gradebook(page.folder) as gradebook:
        gradebook.append(replace(act, reason="for her part", detail={"of": fraction_text(WAITS.points)}))
    text = page.client.get(f"/answer/{answer.id}").text
    assert "Said of one of the group alone" in text and "for her part" in text and "memberone" not in text
    page.client.post("/switch/names", data={"value": "1"})
    assert "memberone" in page.client.get(f"/answer/{answer.id}").text
