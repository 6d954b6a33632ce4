"""Damage to what is kept: none of it is believed, and none of it ends a run."""

from __future__ import annotations

import json
import random
import sqlite3
from dataclasses import replace

import pytest

from grader.errors import MachineFault, UsageError
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from grader.model.tolerance import Tier, Tolerance
from grader.results.ledger import Ledger
from grader.results.machine import read_results
from grader.results.store import Store
from tests.conftest import MINI

KEYS = {"ana": "k1", "ben": "k2"}


@pytest.fixture(scope="module")
def results(mini, sandbox, honest):
    """A right one and a wrong one, graded."""
    wrong = honest.replace("* kernel)", "* kernel[::-1, ::-1])")
    return [grade(mini, Submission(name, {"m.py": text.encode()}), sandbox) for name, text in zip(KEYS, (honest, wrong), strict=True)]  # fmt: skip


def kept(folder, results):
    store = Store(folder)
    for result in results:
        store.put(KEYS[result.submission], result, "auto")
    store.close()
    return folder / "results.sqlite"


def read(folder, results):
    store = Store(folder)
    try:
        earlier = [store.earlier(Submission(one.submission, {}), "auto") for one in results]
        store.sweep()
        store.with_bases()
        return store.results_under(KEYS), store.write(KEYS), earlier, store.set_aside
    finally:
        store.close()


@pytest.mark.parametrize("seed", range(4))
def test_no_flipped_bit_of_the_database_is_believed(tmp_path, results, seed):
    """What is read is what was written, or nothing: the student is graded anew."""
    path = kept(tmp_path, results)
    whole = path.read_bytes()
    right = {one.submission: json.loads(json.dumps(one.to_json())) for one in results}
    rng = random.Random(seed)
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(rng.choice([1, 1, 1, 40])):
            damaged[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
        for old in tmp_path.glob("results.*"):
            old.unlink()
        path.write_bytes(damaged)
        known, lines, _, _ = read(tmp_path, results)
        assert all(right[name] == line for name, line in known.items())
        assert all(right[line["submission"]] == line for line in lines)


@pytest.mark.parametrize(
    "change", ["replace(line, '\"score\": ', '\"score\": 9')", "substr(line, 1, 40)", "'{oops'", "''"]
)
def test_a_changed_row_is_graded_anew(tmp_path, results, change):
    """Whatever it says now, and whether it parses."""
    path = kept(tmp_path, results)
    for column in ("line", "basis"):
        database = sqlite3.connect(path)
        database.execute(f"UPDATE results SET {column} = {change.replace('line', column)} WHERE submission = 'ana'")
        database.execute("UPDATE results SET basis = '[' WHERE submission = 'ana'")
        database.commit()
        database.close()
        known, lines, earlier, aside = read(tmp_path, results)
        assert set(known) == {"ben"}
        assert [line["submission"] for line in lines] == ["ben"]
        assert earlier[0] is None
        assert aside is None


@pytest.mark.parametrize("content", [b"not a database, just text", b"", b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_no_database_is_set_aside(tmp_path, results, content):
    """It stays beside the new one, and the class can be graded."""
    path = kept(tmp_path, results)
    path.write_bytes(content)
    known, _, _, aside = read(tmp_path, results)
    assert not known
    assert not content or aside.read_bytes() == content
    kept(tmp_path, results)
    assert set(read(tmp_path, results)[0]) == set(KEYS)


@pytest.mark.parametrize("content", [b"not a database, just text", b"SQLite format 3\0" + b"\xff" * 5000])
def test_whoever_only_reads_puts_no_empty_class_in_its_place(tmp_path, mini, results, content):
    """A gradebook of nobody would pass for one: it is told, and the file stays for whoever grades."""
    path = kept(tmp_path, results)
    path.write_bytes(content)
    with pytest.raises(MachineFault, match="sets it aside"):
        read_results(tmp_path, mini.rubric)
    assert path.read_bytes() == content


def test_whoever_only_reads_is_told_of_a_changed_row(tmp_path, mini, results):
    """A student who is left out would pass for one who handed in nothing."""
    path = kept(tmp_path, results)
    assert set(read_results(tmp_path, mini.rubric)) == set(KEYS)
    database = sqlite3.connect(path)
    database.execute("UPDATE results SET basis = '[' WHERE submission = 'ana'")
    database.commit()
    database.close()
    with pytest.raises(MachineFault, match="what is stored of ana is damaged"):
        read_results(tmp_path, mini.rubric)


def test_an_empty_database_is_no_class(tmp_path):
    """As no database is none."""
    (tmp_path / "results.sqlite").touch()
    with pytest.raises(UsageError, match="holds no results"):
        Ledger.read(MINI, "mini", tmp_path)


def test_a_database_of_before_there_were_seals_is_taken(tmp_path, results):
    """Nobody is graded again for that."""
    path = kept(tmp_path, results)
    database = sqlite3.connect(path)
    database.execute("ALTER TABLE results DROP COLUMN seal")
    database.commit()
    database.close()
    assert set(read(tmp_path, results)[0]) == set(KEYS)


def test_a_check_with_another_tolerance_judges_by_that_one(mini, sandbox, results):
    """No copy answers with what the first was asked."""
    check = mini.checks["conv_matches_torch"]
    lax = replace(check, spec=replace(check.spec, tolerance=Tolerance((Tier(1e9, 1e9),))))
    assert lax.sheet.tolerance == lax.spec.tolerance
    assert lax.judged is not check.judged


def test_a_damaged_name_within_the_database_is_damage(tmp_path, results):
    """SQLite's own message about it is no text then."""
    path = kept(tmp_path, results)
    data = path.read_bytes()
    assert b"CREATE TABLE" in data
    path.write_bytes(data.replace(b"CREATE TABLE", b"CREAT\xc1 TABLE").replace(b"tableresults", b"table\xc1esults"))
    assert read(tmp_path, results)[3] is not None
