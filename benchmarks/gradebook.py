"""`python -m benchmarks.gradebook`: what pages, exports and the review of a large class cost."""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from starlette.testclient import TestClient

from benchmarks import measuring
from benchmarks.measuring import ROOT
from grader.course.folders import Course
from grader.grading.class_run import default_workers
from grader.intake.reading import read_submission
from grader.report.readings import read_class
from grader.results.acts import NewAct
from grader.results.database import COLUMNS, with_seal
from grader.results.gradebook import Gradebook
from grader.results.ledger import Ledger
from grader.review.answers import Passages
from grader.review.app import Pages, make_app
from grader.review.desk import Desk
from grader.review.grouping import group_answers

ASSIGNMENT = "hw1"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=1_000)
    options = parser.parse_args()
    measuring.adopt_orphans()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        class_of(folder, options.students)
        for name, cost in itertools.chain(_commands(folder), _review(folder)):
            print(f"{name:<52} {cost}", flush=True)


def class_of(folder: Path, students: int) -> None:
    """A graded class of so many: the sample class again and again, each of other bytes and with a name of its own."""
    sample = ROOT / "submissions" / ASSIGNMENT
    for name in ("reference", "rubrics"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(sample, folder / "submissions" / ASSIGNMENT)
    measuring.grade(folder, ASSIGNMENT, default_workers())
    database = sqlite3.connect(folder / "results" / ASSIGNMENT / "results.sqlite")
    rows = {row[0]: row for row in database.execute("SELECT submission, key, line, basis FROM results")}
    database.execute("DELETE FROM results")
    names = sorted(path.name for path in sample.iterdir() if path.name in rows)
    shutil.rmtree(folder / "submissions" / ASSIGNMENT)
    for number in range(students):
        name, source = f"s{number:05}", names[number % len(names)]
        _hand_in(sample / source, folder / "submissions" / ASSIGNMENT / name, number)
        row = _renamed(rows[source], name, read_submission(folder / "submissions" / ASSIGNMENT / name).digest)
        database.execute(f"INSERT INTO results ({COLUMNS}) VALUES (?, ?, ?, ?, ?)", row)
    database.commit()
    database.close()


def _hand_in(source: Path, target: Path, number: int) -> None:
    """The same work in other bytes: a line of its own at the end of each module and of the write-up."""
    shutil.copytree(source, target)
    draw = random.Random(number)
    for path in sorted(target.glob("*.py")):
        extra = f"def extra_{number}(value):\n    return value" + "".join(
            f" {draw.choice('+-*')} {draw.choice(('value', str(draw.randrange(100))))}" for _ in range(40)
        )
        path.write_bytes(path.read_bytes() + f"\n\n{extra}\n".encode())
    for path in sorted(target.glob("*.md")):
        path.write_bytes(path.read_bytes() + f"\n\nThis took me {number} minutes.\n".encode())


def _renamed(row: tuple[str, str, str, str], name: str, digest: str) -> tuple[str, ...]:
    """A row of results as another student's, each answer a digest of its own."""
    line = json.loads(row[2]) | {"submission": name, "digest": digest}
    basis = json.loads(row[3])
    basis["answers"] = {check: f"{name}-{answer}" for check, answer in basis["answers"].items()}
    return with_seal(name, row[1], json.dumps(line), json.dumps(basis))


def _commands(folder: Path) -> Iterator[tuple[str, str]]:
    """What each command costs, and how large its pages are."""
    command = [sys.executable, "-m", "grader"]
    for name, *arguments in (
        ("report, the first time", "report", ASSIGNMENT), ("report, again", "report", ASSIGNMENT),
        ("export, csv", "export", ASSIGNMENT, "--format", "csv"),
        ("export, json", "export", ASSIGNMENT, "--format", "json"),
        ("export, xlsx", "export", ASSIGNMENT, "--format", "xlsx"),
    ):  # fmt: skip
        cost = measuring.measured(name, 1, lambda given=arguments: _run([*command, *given], folder))  # type: ignore[misc]
        yield name, f"{cost.cpu_s:.1f} s of processor, {cost.wall_s:.1f} s in all"
    pages = folder / "results" / ASSIGNMENT / "report"
    yield "the class page", f"{(pages / 'class.html').stat().st_size / 1e6:.2f} MB"
    font = (pages / "assets" / "stix-two-math.woff2").stat().st_size
    largest = max(path.stat().st_size for path in (pages / "students").iterdir())
    yield "the largest student's page, with its font", f"{(largest + font) / 1e3:.0f} kB"


def _run(command: list[str], folder: Path) -> None:
    ended = measuring.run(command, folder)
    if ended.returncode:
        raise RuntimeError(ended.stderr[-2000:])


def _review(folder: Path) -> Iterator[tuple[str, str]]:
    """How long the server takes for each kind of page, and for the groups of its fullest queue."""
    course = Course(folder)
    ledger = Ledger.read(course, ASSIGNMENT)
    readings = read_class(
        course, ASSIGNMENT, ledger.rubric.write_up, list(ledger.results), policy="auto", workers=default_workers()
    )
    results = course.results(ASSIGNMENT)
    pages = Pages(lambda: Desk(ledger, results, Passages(readings)), results, "greta")
    client = TestClient(make_app(pages), base_url="http://127.0.0.1")
    progress = pages.desk.progress()
    check = max(progress, key=lambda name: progress[name][1])
    yield "review: the fullest queue", f"{progress[check][1]} answers to {check}"
    yield "review: its groups", f"{_cpu(lambda: pages.desk.groups(check)):.2f} s of processor"
    texts = {f"a{number}": f"It converges, since {number % 50} steps of size {number % 7} suffice."
             for number in range(1_000)}  # fmt: skip
    yield "review: groups of 1,000 short answers", f"{_cpu(lambda: group_answers(texts, {})):.2f} s of processor"
    yield from _pages(pages, client, check, "review")
    n = _grade_twice(ledger, results)
    yield "review: then two people grade every write-up", f"{n} acts; read in {_cpu(pages.desk.progress):.1f} s"
    yield from _pages(pages, client, check, "review, with those")
    yield "review: most memory held", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB"


def _pages(pages: Pages, client: TestClient, check: str, label: str) -> Iterator[tuple[str, str]]:
    """Each kind of page, and what saving a grade takes until the next answer is shown."""
    listed = client.get(f"/check/{check}?list=1").text
    answers = re.findall(r'href="(/answer/\w+)"', listed)
    for address in ("/", "/overview", f"/check/{check}?list=1", answers[0]):
        spent = sorted(_cpu(lambda where=address: client.get(where)) for _ in range(9))  # type: ignore[misc]
        yield f"{label}: {re.sub(r'/[0-9a-f]{20}', '/…', address)}", f"{1e3 * spent[4]:.0f} ms of processor"
    spent = sorted(_cpu(lambda where=address: _save(pages, client, where)) for address in answers[:5])  # type: ignore[misc]
    yield f"{label}: saving a grade", f"{1e3 * spent[2]:.0f} ms of processor"


def _save(pages: Pages, client: TestClient, address: str) -> None:
    answer = pages.desk.answer(address.rpartition("/")[2])
    seen = {"version": str(pages.desk.grade(answer).last_act), "digest": answer.version}
    saved = client.post(address, data={**seen, "points": "1", "comment": "Nearly."}, follow_redirects=False)
    assert saved.status_code == 303, saved.text


def _grade_twice(ledger: Ledger, results: Path) -> int:
    """Scores of two people on each write-up answer of the class."""
    acts = [
        NewAct("score", who, student=name, check=check.entry["id"], answer=check.answer, files=result.digest,
               value="1/2", reason="Nearly, see chapter 3.", detail={"of": str(check.max_score)})
        for name, result in ledger.results.items()
        for check in result.checks
        if check.entry["part"] == "writeup"
        for who in ("greta", "hugo")
    ]  # fmt: skip
    with Gradebook(results) as gradebook:
        gradebook.append(*acts)
    return len(acts)


def _cpu(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


if __name__ == "__main__":
    main()
