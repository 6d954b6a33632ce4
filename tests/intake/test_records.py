"""What an import knew of a submission is there when it is read again."""

from __future__ import annotations

import json

import pytest

from grader.errors import UsageError
from grader.intake.records import FILE, Attempt, HandInRecord, read_records, write_records

OLD = Attempt(
    1, "k1", ".attempts/ada/1", "2026-04-21T05:34:13+00:00", "", False, "a.py", (("b.py", "it is encrypted"),)
)
NEW = Attempt(2, "k2", "ada", None, "gestern", True, "b.py")
RECORD = HandInRecord(
    "ada", "canvas", NEW, lms_user_id="678", name="Zoë\u2028 李", members=("ada", "ben"), earlier=(OLD,)
)


def test_they_come_back_as_they_were(tmp_path):
    """Whatever stands in a name."""
    write_records(tmp_path, [RECORD, HandInRecord("ben", "moodle", OLD)])
    assert read_records(tmp_path) == {"ada": RECORD, "ben": HandInRecord("ben", "moodle", OLD)}
    assert (RECORD.attempt, RECORD.submitted_at, RECORD.late, RECORD.original_name) == (2, None, True, "b.py")


def test_none_are_none(tmp_path):
    """A class that was never imported has none."""
    assert read_records(tmp_path) == {}


def test_what_a_later_version_wrote_beside_is_left_alone(tmp_path):
    """Unknown keys are no error."""
    line = RECORD.to_json() | {"colour": "red"}
    line["current"]["mood"] = "good"
    (tmp_path / FILE).write_text(json.dumps(line) + "\n")
    assert read_records(tmp_path) == {"ada": RECORD}


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"student": "ada"}', "null"])
def test_what_is_no_record_is_said_with_its_place(tmp_path, text):
    """File and line."""
    (tmp_path / FILE).write_text(text + "\n")
    with pytest.raises(UsageError, match=r"intake\.jsonl:1: expected a record"):
        read_records(tmp_path)
