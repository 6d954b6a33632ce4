"""What a grader sees, in which order, and what nobody may read there."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from grader.errors import UsageError
from grader.intake.submission import identifier
from grader.report.readings import Source, SubmissionReading
from grader.results.acts import Act
from grader.review.answers import Answer, Passages
from grader.review.past import pace_of
from grader.review.requests import take_requests
from tests.review.conftest import SECRETS, WAITS, Page, waiting_class


def test_names_are_nowhere_until_they_are_asked_for(page):
    """Neither in pages nor in addresses nor in headers; one switch shows them."""
    answer = page.first()
    addresses = ["/", f"/check/{WAITS.id}?list=1", f"/answer/{answer.id}", "/overview"]
    for address in addresses:
        found = page.client.get(address)
        assert found.status_code == 200
        told = found.text + str(found.headers) + address
        assert not any(name in told for name in SECRETS), address
    page.client.post("/switch/names", data={"value": "1"})
    assert answer.submission in page.client.get(f"/answer/{answer.id}").text


def test_the_order_is_stable_and_another_for_each_check(page, tmp_path):
    """After a restart too; and nothing of the alphabet."""
    order = [answer.submission for answer, _ in page.desk.queue(WAITS.id)]
    again = Page(tmp_path)
    assert [answer.submission for answer, _ in again.desk.queue(WAITS.id)] == order
    other = [answer.submission for answer in page.desk.all_of(page.desk.rubric.checks[1].id)]
    assert order != sorted(order) and order != other


def test_flags_and_requests_are_seen_answered_and_logged(page):
    """A flag leads to a colleague's list, and is closed there."""
    answer = page.first()
    page.client.post(f"/flag/{answer.id}", data={"text": "is this plagiarism of itself?"})
    home = page.client.get("/").text
    assert "is this plagiarism of itself?" in home
    [flag] = page.acts
    shown = page.client.get(f"/answer/{answer.id}").text
    assert "greta asks a colleague" in shown and "is this plagiarism of itself?" in shown
    page.client.post(f"/resolve/{flag.id}", data={"text": "no"})
    assert "is this plagiarism" not in page.client.get("/").text
    assert [act.kind for act in page.acts] == ["flag", "resolve"]


def test_requests_of_a_table_are_taken_once_and_answered(page, tmp_path):
    """A row is one request, however often the file is given; a wrong row adds nothing, and is named."""
    answer, file = page.first(), tmp_path / "requests.csv"
    file.write_text(f'student,check,text\n{answer.submission},{WAITS.id},"Please, look again"\n', encoding="utf-8")
    ledger = page.desk._ledger
    assert [take_requests(ledger, tmp_path, file) for _ in range(2)] == [1, 0]
    home = page.client.get("/").text
    assert "Please, look again" in home and answer.submission not in home
    [request] = page.acts
    assert "Please, look again" in page.client.get(f"/answer/{answer.id}").text
    page.client.post(f"/resolve/{request.id}", data={"text": "It stays."})
    assert [act.kind for act in page.acts] == ["request", "reply"]
    assert page.desk.grade(answer).answered == (("Please, look again", "It stays."),)
    file.write_text("student,check,text\nnobody,x,y\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"row 2: .* no student 'nobody'"):
        take_requests(ledger, tmp_path, file)


def test_requests_are_read_as_any_table_is(page, tmp_path):
    """However a spreadsheet writes it; rows of nothing are no requests, and no length of a text ends the program."""
    answer, file = page.first(), tmp_path / "requests.csv"
    ledger, who = page.desk._ledger, answer.submission
    for number, (data, said) in enumerate(
        [
            (f"Student ; Check;TEXT\r\n;;\r\n{who};{WAITS.id};Für müde Augen\r\n".encode("cp1252"), "Für müde Augen"),
            (f"student\tcheck\ttext\n{who}\t{WAITS.id}\ttabs\n\n".encode("utf-16"), "tabs"),
            (f"text,student,check\n{'x' * 200_000},{who},{WAITS.id}\n".encode(), "x" * 5_000),
        ],
        start=1,
    ):
        file.write_bytes(data)
        assert take_requests(ledger, tmp_path, file) == 1
        assert len(page.acts) == number and page.acts[-1].reason == said
    file.write_text('student,check,text\n"never closed', encoding="utf-8")
    with pytest.raises(UsageError, match="never closed"):
        take_requests(ledger, tmp_path, file)


def test_every_check_and_every_student_can_be_looked_at(page):
    """Also what the machine settled; a student's name finds the answers, where names are shown."""
    settled = page.desk.rubric.checks[1].id
    assert f"/check/{settled}?list=1" in page.client.get("/").text
    assert page.client.post("/student", data={"name": SECRETS[0]}).status_code == 400
    page.client.post("/switch/names", data={"value": "1"})
    found = re.findall(r"/answer/(\w+)", page.client.post("/student", data={"name": SECRETS[0]}).text)
    assert [page.desk.answer(one).submission for one in found] == [SECRETS[0]] * len(page.desk.rubric.checks)


def test_the_lines_at_fault_are_marked():
    """In the function that the check calls, or around the line where that lies elsewhere."""
    code = "import numpy\n\ndef conv(image):\n    return image +\n\n\n\n\nx = )\n"
    results, readings = waiting_class(["one"])
    feedback = "m.py, line 4: SyntaxError\nm.py (line 9): SyntaxError"
    entry = {**results[0].checks[0].entry, "functions": ["m.conv"], "feedback": feedback}
    answer = Answer("id", "one", WAITS.id, replace(results[0].checks[0], entry=entry), "")
    readings["one"] = SubmissionReading((), (Source("m.py", "", (), code),))
    function, around = Passages(readings).code(answer)
    assert [(number, text) for number, text, marked in function.lines if marked] == [(4, "    return image +")]
    assert [(number, text) for number, text, marked in around.lines if marked] == [(9, "x = )")]


def test_the_pace_is_that_of_late_and_pauses_do_not_count():
    """Answers a minute; a group counts all its members."""
    at = ["10:00:00", "10:00:30", "12:00:00", "12:00:30"]
    members = {"members": [["a", "", ""], ["b", "", ""], ["c", "", ""]]}
    acts = [
        Act("score", "greta", check="x", id=n, at=f"2026-01-01T{text}+00:00", detail=members if n == 3 else {})
        for n, text in enumerate(at)
    ]
    assert pace_of(acts, "greta", "x") == 60 * (1 + 3) / 60
    assert pace_of(acts, "hugo", "x") is None


@pytest.mark.parametrize("folder", ["Müller Hans", "o'neil"])
def test_a_student_is_found_by_the_folders_name(tmp_path, folder):
    """Though the answers are graded under an id that is made of it."""
    page = Page(tmp_path, content=waiting_class([identifier(folder)]))
    page.client.post("/switch/names", data={"value": "1"})
    assert "/answer/" in page.client.post("/student", data={"name": folder}).text
    assert "Nobody of this name" in page.client.post("/student", data={"name": f"{folder}x"}).text
