"""The gradebook file: only ever added to, whole after every kill, shared by writers, carried over from older versions."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from grader.errors import UsageError
from grader.results import gradebook as module
from grader.results.acts import NewAct
from grader.results.gradebook import Conflict, Gradebook, read_acts


def score(student="ana", value="1", **rest):
    """A score by a tutor."""
    return NewAct("score", "tutor", student=student, check="c1", answer="x", value=value, **rest)


def test_what_is_added_is_there_for_the_next_reader(tmp_path):
    """An act comes back as it went in, with an id and a time."""
    with Gradebook(tmp_path) as gradebook:
        kept = gradebook.append(score(reason="größer 😀", detail={"of": "2"}), score("ben"))
    assert read_acts(tmp_path) == list(kept)
    assert [act.id for act in kept] == [1, 2] and kept[0].time.tzinfo is not None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE acts SET value = '2'",
        "UPDATE acts SET id = 7",
        "DELETE FROM acts",
        "INSERT OR REPLACE INTO acts SELECT * FROM acts",
        "REPLACE INTO acts SELECT * FROM acts",
        "INSERT INTO acts SELECT * FROM acts WHERE true ON CONFLICT (id) DO UPDATE SET value = '2'",
    ],
)
def test_nothing_is_ever_changed(tmp_path, statement):
    """SQLite itself refuses, whoever asks."""
    with Gradebook(tmp_path) as gradebook:
        gradebook.append(score())
    with (
        sqlite3.connect(tmp_path / "gradebook.sqlite") as database,
        pytest.raises(sqlite3.IntegrityError, match="only ever added"),
    ):
        database.execute(statement)
    assert [act.value for act in read_acts(tmp_path)] == ["1"]


def test_columns_hold_what_they_say(tmp_path):
    """The table is strict."""
    Gradebook(tmp_path).close()
    with sqlite3.connect(tmp_path / "gradebook.sqlite") as database, pytest.raises(sqlite3.IntegrityError):
        database.execute("INSERT INTO acts VALUES ('one', x'00', 'a', 's', 'c', '', '', 'score', '1', '', '{}', NULL)")


def test_acts_are_added_together_or_not_at_all(tmp_path):
    """A fault in the second leaves the first out too."""
    with Gradebook(tmp_path) as gradebook:
        with pytest.raises(sqlite3.IntegrityError):
            gradebook.append(score(), score(supersedes=99))
        assert gradebook.acts() == [] and gradebook.last == 0


def test_who_has_not_seen_the_last_act_is_told(tmp_path):
    """Of two who saw the same, one is first and the other is shown what came in between."""
    with Gradebook(tmp_path) as gradebook:
        [first] = gradebook.append(score(value="1"), seen=0)
        with pytest.raises(Conflict) as conflict:
            gradebook.append(score(value="2"), seen=0)
        assert conflict.value.acts == (first,)
        gradebook.append(score("ben"), seen=0)
        gradebook.append(score(value="2"), seen=first.id)


def test_older_gradebooks_are_carried_over(tmp_path):
    """From each version to the newest, with every act."""
    for version in range(module.VERSION + 1):
        folder = tmp_path / str(version)
        folder.mkdir()
        with sqlite3.connect(folder / "gradebook.sqlite") as database:
            for script in module.MIGRATIONS[:version]:
                database.executescript(script)
            database.execute(f"PRAGMA user_version = {version}")
            if version:
                database.execute(
                    "INSERT INTO acts (at, actor, student, check_id, answer, files, kind, value, reason, detail) "
                    "VALUES ('2026-01-01T00:00:00+00:00', 'a', 's', 'c', '', '', 'score', '1', '', '{}')"
                )
        with Gradebook(folder) as gradebook:
            assert len(gradebook.acts()) == (version > 0)
            gradebook.append(score())


def test_files_that_are_no_gradebook_are_named(tmp_path):
    """One message with the way out, for garbage and for what a later version wrote."""
    (tmp_path / "gradebook.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(UsageError, match="expected a gradebook"):
        Gradebook(tmp_path)
    later = tmp_path / "later"
    Gradebook(later).close()
    with sqlite3.connect(later / "gradebook.sqlite") as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(UsageError, match="version 99"):
        Gradebook(later)


def _write(folder, name, n):
    for number in range(n):
        with Gradebook(folder) as gradebook:
            gradebook.append(score(name, str(number)))


def test_writers_at_once_lose_nothing(tmp_path):
    """Three processes that make the same gradebook and write to it: every act is there."""
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write, args=(tmp_path, name, 20)) for name in ("ana", "ben", "chen")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    for name in ("ana", "ben", "chen"):
        assert [act.value for act in read_acts(tmp_path) if act.student == name] == [str(n) for n in range(20)]


_ENDLESS = """
import sys
from pathlib import Path
from grader.results.acts import NewAct
from grader.results.gradebook import Gradebook
folder, number = Path(sys.argv[1]), int(sys.argv[2])
gradebook = Gradebook(folder)
for _ in range(100_000):
    gradebook.append(*(NewAct("score", "t", student="ana", check=str(part), value=str(number)) for part in range(2)))
    sys.stdout.write(f"{number}\\n"), sys.stdout.flush()
    number += 1
"""


def test_a_writer_killed_at_any_moment_leaves_every_act_that_it_was_told_of(tmp_path):
    """Of what was confirmed nothing is lost, no pair of acts is halved, and the next writer goes on."""
    draw, told = random.Random(0), -1
    for _ in range(40):
        process = subprocess.Popen(
            [sys.executable, "-c", _ENDLESS, str(tmp_path), str(told + 1)], stdout=subprocess.PIPE, text=True
        )
        first = process.stdout.readline()
        time.sleep(draw.uniform(0, 0.05))
        os.kill(process.pid, signal.SIGKILL)
        confirmed = [int(line) for line in (first + process.stdout.read()).split()]
        process.wait()
        acts = read_acts(tmp_path)
        assert len(acts) % 2 == 0
        told = int(acts[-1].value)
        assert confirmed[-1] <= told <= confirmed[-1] + 1
        assert [int(act.value) for act in acts[::2]] == list(range(told + 1))
