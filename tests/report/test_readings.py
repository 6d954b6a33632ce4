"""Reading a class for its pages: each submission in one worker, which lacks nothing of what it is asked for."""

from __future__ import annotations

import json

import pytest

from grader.intake.submission import Submission
from grader.report.readings import MODULES, _read
from grader.sandbox.isolated import warm_up
from grader.sandbox.zygote import ZygoteProcess

TEXT = "# Question 1\n\n| a | b |\n| - | - |\n| $x^2$ | é |\n\nWe get $\\frac{1}{2}$, and\n\n$$\\sum_i x_i$$\n"
CODE = "def f(x):\n    return x + 1"
BOOK = json.dumps({
    "cells": [{"cell_type": "code", "metadata": {}, "source": CODE, "outputs": []}],
    "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
})  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_submission_is_read_in_one_worker(monkeypatch, encoding):
    """A module that is not there costs a process that loads it and a worker begun anew, for each submission."""
    asked = []
    original = ZygoteProcess.preload
    monkeypatch.setattr(ZygoteProcess, "preload", lambda self, name: asked.append(name) or original(self, name))
    files = {"writeup.md": TEXT.encode(encoding), "m.py": "x = 'é'\n".encode(encoding), "n.ipynb": BOOK.encode()}
    with warm_up(MODULES, "auto", 1) as [sandbox]:
        reading = _read(Submission("ana", files), "writeup.md", sandbox)
    assert [block[0] for block in reading.blocks] == ["heading", "table", "paragraph", "paragraph"]
    assert {source.path: source.code.strip() for source in reading.sources} == {"m.py": "x = 'é'", "n.ipynb": CODE}
    assert asked == []


def test_a_source_that_names_its_encoding_is_read_as_python_reads_it():
    """Also where that is wrong: something is shown, and nothing fails."""
    files = {
        "m.py": "# -*- coding: iso-8859-15 -*-\nprice = '€'\n".encode("iso-8859-15"),
        "w.py": "# coding: none-such\nx = 'é'\n".encode("cp1252"),
    }
    with warm_up(MODULES, "auto", 1) as [sandbox]:
        reading = _read(Submission("ana", files), "writeup.md", sandbox)
    right, wrong = (source.code for source in reading.sources)
    assert "price = '€'" in right and "x = " in wrong


def test_where_no_write_up_is_found_a_person_sees_every_text():
    """Each under its name: what the program leaves to a person must be there to be read."""
    files = {"m.py": b"x = 1\n", "notes.md": b"Because $x$.", "other.txt": b"Or not."}
    with warm_up(MODULES, "auto", 1) as [sandbox]:
        reading = _read(Submission("ana", files), "answers.md", sandbox)
    shown = str(reading.blocks)
    assert all(text in shown for text in ("notes.md", "Because", "other.txt", "Or not."))
