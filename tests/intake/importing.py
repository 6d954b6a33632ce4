"""Imports into a course of two, and what came of them."""

from __future__ import annotations

from grader.intake.importing import import_download
from grader.intake.records import read_records
from tests.contracts.importer import visible, zipped

ROSTER = "student,name,login,email,sis_id,lms_user_id\nada,Ada Lovelace,al1,ada@uni.edu,0042,678\nalan,Alan Turing,at1,alan@uni.edu,0043,679\n"


def run(course, files, *, name="d.zip", **options):
    """Import a zip of path → bytes; tables that are given as text become files."""
    path = course.root.parent / name
    path.write_bytes(zipped(files) if isinstance(files, dict) else files)
    for option in {"roster", "groups"} & set(options):
        file = course.root.parent / f"{option}.csv"
        file.write_bytes(options[option] if isinstance(options[option], bytes) else options[option].encode())
        options[option] = file
    return import_download(course, "hw1", path, **options)


def records(course):
    """What is known of the class."""
    return read_records(course.submissions("hw1"))


def files(course):
    """The paths that would be graded."""
    return sorted(visible(course.submissions("hw1")))
