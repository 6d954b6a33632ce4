"""Alike answers are one act; whoever is an exception is taken out, and put back."""

from __future__ import annotations

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
