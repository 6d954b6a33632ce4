"""What a student's answer provokes in the judge costs that answer, and nobody else anything."""

from __future__ import annotations

import base64
import json
import logging
import shutil
import textwrap
from concurrent.futures import Future

import pytest
from click.testing import CliRunner

from grader.cli import cli
from grader.export.gradescope import gradescope
from grader.grading import one_submission, pool
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from tests.conftest import MINI
from tests.hostile.forging import FORGE

TOTAL = ("total_matches_reference", "worked_example")
# What `total` returns or does, each of which ended a class once.
ANSWERS = {
    "an integer beyond floats": "return 10 ** 400",
    "a power of two beyond floats": "return 2 ** 1024",
    "its negative": "return -2 ** 1024",
    "the largest float and one more": "return int(1.7976931348623157e308) * 2",
    "a list of it": "return [10 ** 400]",
    "a list of it and a float": "return [2 ** 1024, 0.5]",
    "lists of both": "return [[2 ** 1024], [0.5]]",
    "a dictionary of 4,500 digits": "return {'a': 10 ** 4500}",
    "a dictionary of 4,200 digits": "return {'a': 10 ** 4200}",
    "a dictionary within a list": "return [{'a': [10 ** 4200]}]",
    "digits beside a text": "return [10 ** 4400, 'a']",
    "lists of digits and text": "return [[10 ** 4500], ['x']]",
    "fewer digits beside a text": "return [10 ** 4200, 'a']",
    "long texts of several lengths": "return ['x' * 1_000_000] + ['y'] * 20_000",
    "bytes beside a text": "return [b'x' * 1_000_000, 'y', 1.0]",
    "an exception of long digits": "raise ValueError(10 ** 4200)",
    "a key of long digits": "return {10 ** 4200: 1}",
    "a fraction of long digits": "import fractions\nreturn fractions.Fraction(10 ** 4200, 3)",
    "a reference": "forge.send(wire.VALUE, [wire.encode(wire.Ref(1, 1))])",
    "references in a list": "forge.send(wire.VALUE, [wire.encode([wire.Ref(1, 1), 2.0])])",
    "a mark": "forge.send(wire.VALUE, [wire.encode(wire.Mark.TUPLE)])",
    "a list of marks": "forge.send(wire.VALUE, [wire.encode([[wire.Mark.TUPLE, wire.Mark.TUPLE], 2.0])])",
    "an exception at a line of 4,000 digits": "forge.send(wire.ERROR, [wire.encode(['E', 'e', ['m.py', 10 ** 4000, 'f']])])",
    "an exception at a negative line": "forge.send(wire.ERROR, [wire.encode(['E', 'e', ['m.py', -1, 'f']])])",
    "an exception in a file without end": "forge.send(wire.ERROR, [wire.encode(['E', 'e', ['m' * 900_000, 1, 'f' * 900_000]])])",
    "a missing name without end": "forge.send(wire.MISSING, [wire.encode(['no ' + 'x' * 900_000, ['y' * 900_000]])])",
    "a handle without end": "forge.send(wire.HANDLE, [wire.encode(['A' * 900_000, 'B' * 900_000])])",
    "too large, at length": "forge.send(wire.TOO_LARGE, [wire.encode('x' * 900_000)])",
    "kinds that are no answer": "forge.send(wire.READY, [wire.encode(None)])",
    "a cage that is none": "forge.send(wire.NO_CAGE, [wire.encode(['x'])])",
    "a module named by a number": "forge.need(17)",
    "a module named by a list": "forge.need(['numpy'])",
    "more answers than calls": "forge.send(wire.VALUE, [wire.encode(6.0)], copies=2)",
}
ARGUMENTS = {
    "references instead of arguments": "forge.send(wire.VALUE, [wire.encode([wire.Ref(1, 1), 2.0])])",
    "numbers instead of pairs": "forge.send(wire.VALUE, [wire.encode([1.0, 2.0])])",
    "pairs of nothing": "forge.send(wire.VALUE, [wire.encode([[], []])])",
    "flags that are a number": "forge.send(wire.VALUE, [wire.encode([[image, 10 ** 4000], [kernel, 7]])])",
    "flags that are a dictionary": "forge.send(wire.VALUE, [wire.encode([[image, {'a': 1}], [kernel, None]])])",
    "an array of another kind": "forge.send(wire.VALUE, [wire.encode([[image.astype(complex) * 1j, [True, True]]] * 2)])",
    "digits instead of an array": "forge.send(wire.VALUE, [wire.encode([[10 ** 4200, [True, True]]] * 2)])",
    "a text": "forge.send(wire.VALUE, [wire.encode('x' * 900_000)])",
}


def hand_in(honest, body, function="total(x)", right="return float(x.sum())"):
    """The right answer with another body of one function, beside the module that forges."""
    source = "import forge\nfrom forge import wire\n" + honest
    if function == "conv(image, kernel)":
        source += f"\ndef conv(image, kernel):\n{textwrap.indent(body, '    ')}\n"
    else:
        source = source.replace(f"    {right}", textwrap.indent(body, "    "))
    return {"m.py": source.encode(), "forge.py": FORGE.encode()}


def timeless(line):
    """A line without what differs between runs."""
    if isinstance(line, dict):
        return {key: timeless(item) for key, item in line.items() if key not in ("seconds", "digest", "submission")}
    return [timeless(item) for item in line] if isinstance(line, list) else line


@pytest.fixture(scope="module")
def graded(mini, sandbox):
    """Grades files as a submission."""
    return lambda files, name="eve": grade(mini, Submission(name, files), sandbox)


@pytest.fixture(scope="module")
def neighbour(graded, honest):
    """The line of a right answer, before anything happened."""
    return timeless(graded({"m.py": honest.encode()}, "ana").to_json())


@pytest.mark.parametrize("answer", sorted(ANSWERS))
def test_an_answer_costs_its_checks_alone(answer, graded, honest, neighbour):
    """The checks of the attacked function earn nothing, the others all, nothing is ungraded, and texts are short."""
    result = graded(hand_in(honest, ANSWERS[answer]))
    by_id = {verdict.id: verdict for verdict in result.verdicts}
    for verdict in result.verdicts:
        if verdict.id in TOTAL:
            assert verdict.score == 0
            assert verdict.status in ("failed", "error", "crashed", "missing"), (verdict.status, verdict.feedback)
        else:
            assert verdict.status == "passed", (verdict.id, verdict.feedback)
    assert len(json.dumps(result.to_json(), allow_nan=False)) < 20_000
    assert by_id["worked_example"].feedback


@pytest.mark.parametrize("answer", sorted(ARGUMENTS))
def test_arguments_that_are_none_cost_their_checks_alone(answer, graded, honest):
    """A reply to a call that shows its arguments may be any data."""
    result = graded(hand_in(honest, ARGUMENTS[answer], "conv(image, kernel)"))
    statuses = {verdict.id: verdict.status for verdict in result.verdicts}
    assert statuses["conv_keeps_inputs"] in ("failed", "error", "crashed")
    assert result.status == "graded"
    assert {statuses[name] for name in TOTAL} == {"passed"}
    assert len(json.dumps(result.to_json(), allow_nan=False)) < 20_000


def notebook(cells, picture_bytes):
    """A notebook with one picture among its outputs."""
    image = base64.b64encode(bytes(range(256)) * (picture_bytes // 256)).decode()
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": image}}
    made = [
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": source, "outputs": [output]}
        for source in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}).encode()


@pytest.mark.parametrize("n_bytes", [900_000, 12_000_000])
def test_a_notebook_with_a_picture_is_graded_as_its_code(n_bytes, graded, honest, neighbour):
    """What the caps on files let in, the messages carry."""
    line = timeless(graded({"hw1.ipynb": notebook([honest], n_bytes)}).to_json())
    assert line["score"] == line["max_score"]
    assert [check["status"] for question in line["questions"] for check in question["checks"]] == ["passed"] * 6


def test_a_neighbour_is_judged_as_before(graded, honest, neighbour):
    """After all of the attacks above the right answer's line is what it was."""
    assert timeless(graded({"m.py": honest.encode()}, "ana").to_json()) == neighbour


@pytest.fixture
def course(tmp_path, honest):
    """A course with a class of three, the one in the middle named eve."""
    shutil.copytree(MINI.root, tmp_path / "course", ignore=shutil.ignore_patterns("results"))
    for name in ("ana", "eve", "zoe"):
        folder = tmp_path / "course" / "submissions" / "mini" / name
        folder.mkdir(parents=True)
        (folder / "m.py").write_text(honest)
    return tmp_path / "course"


@pytest.fixture
def broken(monkeypatch):
    """The judge trips over submission eve, over one check or over all of it."""

    def breaks(check=None):
        judge = one_submission.Run._attempt

        def tried(run, spec, shrink):
            if run._id == "eve" and check in (None, spec.id):
                raise RuntimeError("a text that nobody may see")
            return judge(run, spec, shrink)

        monkeypatch.setattr(one_submission.Run, "_attempt", tried)

    return breaks


def run(course, monkeypatch, *arguments):
    """A command in the course, in this process, so that what is broken here is broken there."""
    monkeypatch.chdir(course)
    return CliRunner().invoke(cli, list(arguments))


def test_a_class_is_graded_but_for_the_one_that_the_judge_trips_over(course, broken, monkeypatch, caplog):
    """That one is ungraded with the exception's type, the run ends with exit code 1, the next run tries again."""
    broken()
    done = run(course, monkeypatch, "grade", "mini", "--workers", "2", "--json")
    assert done.exit_code == 1, done.output
    lines = {line["submission"]: line for line in map(json.loads, done.stdout.splitlines()) if "submission" in line}
    assert {name: line["status"] for name, line in lines.items()} == {
        "ana": "graded",
        "eve": "ungraded",
        "zoe": "graded",
    }
    assert timeless(lines["ana"]) == timeless(lines["zoe"])
    told = json.dumps(lines["eve"])
    assert "RuntimeError" in told
    assert "nobody may see" not in told
    assert (course / "results" / "mini" / "results.jsonl").read_text().count("\n") == 3


@pytest.mark.parametrize("command", ["check", "ci"])
def test_one_check_that_the_judge_trips_over_leaves_the_others(command, course, broken, monkeypatch, caplog):
    """`check` and `ci` tell the results of all the others, and end with exit code 1."""
    broken("worked_example")
    caplog.set_level(logging.ERROR)
    done = run(course, monkeypatch, command, "submissions/mini/eve")
    assert done.exit_code == 1, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "RuntimeError" in caplog.text
    assert ("model_is_right" if command == "ci" else "6 of 6") in done.output
    assert [record.getMessage() for record in caplog.records if "eve, worked_example" in record.getMessage()]


def test_gradescope_has_the_checks_that_could_be_judged(broken, graded, honest):
    """No score, hence no zero, and the others by name."""
    broken("worked_example")
    document = gradescope(graded({"m.py": honest.encode()}).to_json())
    assert "score" not in document
    assert len(document["tests"]) == 5
    assert all("score" not in test for test in document["tests"])


def test_whatever_a_judge_returns_from_its_process_is_one_submission(mini):
    """A result that cannot come back from the judge's process is that submission's alone."""
    future = Future()
    future.set_exception(RecursionError("while unpickling"))
    result = pool.outcome(mini, Submission("eve", {}), future)
    assert result.status == "ungraded"
    assert "RecursionError" in result.verdicts[0].feedback


def test_what_cannot_be_stored_is_one_submission(course, monkeypatch):
    """A line that JSON refuses leaves the others' in place."""
    from grader.model.verdict import Result

    honest_line = Result.to_json

    def line(result):
        text = honest_line(result)
        return {**text, "notes": [float("nan")]} if result.submission == "eve" and result.notes != () else text

    monkeypatch.setattr(Result, "to_json", line)
    (course / "submissions" / "mini" / "eve" / "a:b.py").write_text("")  # a name that leaves a note
    done = run(course, monkeypatch, "grade", "mini", "--workers", "1", "--json")
    assert done.exit_code == 1, done.output
    lines = {
        line["submission"]: line["status"] for line in map(json.loads, done.stdout.splitlines()) if "submission" in line
    }
    assert lines == {"ana": "graded", "eve": "ungraded", "zoe": "graded"}
