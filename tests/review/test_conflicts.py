"""Two graders, or a page of yesterday: nobody overwrites unseen what somebody else did."""

from __future__ import annotations

import re

from tests.review.conftest import WAITS, Page


def test_of_two_who_save_one_is_told_and_chooses(page, tmp_path):
    """Both versions are shown; saving again puts one's own in the place of the other's. The log has all."""
    other = Page(tmp_path, "hugo")
    answer = page.first()
    assert other.save(other.desk.answer(answer.id), points="0", comment="theirs").status_code == 303
    refused = page.save(answer, points="1", comment="mine")
    assert refused.status_code == 409 and "theirs" in refused.text and "mine" in refused.text
    version = re.search(r'name="version" value="(\d+)"', refused.text)[1]
    assert page.save(answer, points="1", comment="mine", version=version).status_code == 303
    assert [act.reason for act in page.acts] == ["theirs", "mine"]
    assert page.desk.grade(answer).score == 1


def test_who_keeps_the_others_word_goes_on(page, tmp_path):
    """One's own draft is forgotten, and the log holds one act."""
    other = Page(tmp_path, "hugo")
    answer = page.first()
    other.save(other.desk.answer(answer.id), points="0", comment="theirs")
    assert page.save(answer, points="1", comment="mine").status_code == 409
    assert page.client.post(f"/theirs/{answer.id}").headers["location"] != f"/answer/{answer.id}"
    assert "mine" not in page.client.get(f"/answer/{answer.id}").text
    assert len(page.acts) == 1


def test_items_that_changed_under_ones_feet_are_looked_at_again(page):
    """A page that shows items as they were does not tick them as they are; what was typed is kept."""
    page.client.post(f"/items/{WAITS.id}", data={"text": "sign lost", "points": "-1"})
    [item] = page.desk.items(WAITS.id)
    answer = page.first()
    seen = re.search(r'name="items_seen" value="(\d+)"', page.client.get(f"/answer/{answer.id}").text)[1]
    page.client.post(f"/items/{WAITS.id}", data={"text": "sign lost", "points": "-1/2", "item": item.id})
    done = page.save(answer, item=item.id, starts="full", comment="typed", items_seen=seen)
    assert done.status_code == 400 and page.desk.grade(answer).waits
    assert "typed" in page.client.get(f"/answer/{answer.id}").text


def test_of_a_group_too(page, tmp_path):
    """A colleague who graded one of its members in between is not overwritten unseen."""
    answer = page.first()
    member = next(one for one in page.desk.group_of(answer) if one.id != answer.id)
    Page(tmp_path, "hugo").save(member, points="0")
    assert page.save(answer, points="1", also=[member.id]).status_code == 409
    assert len(page.acts) == 1


def test_a_changed_answer_is_not_graded_by_an_old_page(page):
    """The digest that the page showed is sent along."""
    done = page.save(page.first(), points="1", digest="of yesterday")
    assert done.status_code == 400 and "changed" in done.text
    assert page.acts == []


def test_graders_get_different_answers(page, tmp_path):
    """What a colleague has open is not what comes next."""
    other = Page(tmp_path, "hugo")
    queue = [answer for answer, _ in page.desk.queue(WAITS.id)]
    other.client.get(f"/answer/{queue[1].id}")
    assert page.desk.next_answer(queue[0], "greta").id == queue[2].id
