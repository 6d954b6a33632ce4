"""What an earlier run found out about the same files: taken over where nothing it rests on changed."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.grading import one_submission as grading
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from grader.model.record import checks_of
from grader.model.tolerance import Tier, Tolerance
from grader.results.store import Store


class Used(BaseException):
    """Something was used that must not be; the judge does not catch it."""


class Nothing:
    """A sandbox whose sessions cannot be asked anything."""

    name = "none"
    is_light = True

    def open(self, *_):
        return self

    def apart(self):
        return self

    def __getattr__(self, name):
        raise Used(f"session.{name} was used")

    def close(self):
        """Nothing to end."""


@pytest.fixture
def ana(honest):
    """Right but for a flipped kernel."""
    return Submission("ana", {"m.py": honest.replace("* kernel)", "* kernel[::-1, ::-1])").encode()})


@pytest.fixture
def earlier(mini, sandbox, ana, tmp_path):
    """Ana's results as a store gives them back, and the result itself."""
    result = grade(mini, ana, sandbox)
    store = Store(tmp_path)
    store.put("key", result, "auto")
    yield result, store.earlier(ana, "auto")
    store.close()


@pytest.fixture
def concluded(monkeypatch):
    """The ids of the checks that are judged and not taken over."""
    ids = []

    def spy(check, *rest, **named):
        ids.append(check.id)
        return original(check, *rest, **named)

    original = grading.conclude
    monkeypatch.setattr(grading, "conclude", spy)
    return ids


def entries(result):
    return [verdict.to_json() for verdict in result.verdicts]


def test_nothing_is_run_where_everything_is_known(mini, ana, earlier):
    """The student's code is not even loaded, and the result is the same."""
    before, known = earlier
    after = grade(mini, ana, Nothing(), earlier=known)
    assert entries(after) == entries(before)
    assert after.output == before.output


def test_one_changed_check_is_judged_alone(mini, sandbox, ana, earlier, concluded):
    """Another key, as of another tolerance: that check is run, the others are not."""
    before, known = earlier
    changed = replace(mini, verdict_keys={**mini.verdict_keys, "conv_keeps_inputs": "another"})
    after = grade(changed, ana, sandbox, earlier=known)
    assert concluded == ["conv_keeps_inputs"]
    assert [verdict.status for verdict in after.verdicts] == [verdict.status for verdict in before.verdicts]


def test_other_points_are_only_added_up(mini, ana, earlier):
    """Thirds stay exact when what a check is worth changes."""
    before, known = earlier

    def dearer(spec):
        return replace(spec, points=spec.points * Fraction(7, 3))

    questions = [replace(q, checks=tuple(map(dearer, q.checks))) for q in mini.rubric.questions]
    other = replace(
        mini,
        rubric=replace(mini.rubric, questions=tuple(questions)),
        checks={name: replace(check, spec=dearer(check.spec)) for name, check in mini.checks.items()},
    )
    after = grade(other, ana, Nothing(), earlier=known)
    assert after.score == before.score * Fraction(7, 3)
    assert after.max_score == before.max_score * Fraction(7, 3)


def test_a_counterexample_is_looked_for_again_where_its_check_no_longer_fails(mini, sandbox, ana, earlier, concluded):
    """The first failing check of a function carries the counterexample: if it changes, those after it are judged too."""
    _, known = earlier
    first = mini.checks["conv_matches_torch"]
    loose = replace(first, spec=replace(first.spec, tolerance=Tolerance((Tier(1e9, 1e9),))), sheet=None)
    changed = replace(
        mini,
        checks={**mini.checks, first.id: loose},
        verdict_keys={**mini.verdict_keys, first.id: "another"},
    )
    fresh = grade(changed, ana, sandbox)
    concluded.clear()
    assert entries_but_seconds(grade(changed, ana, sandbox, earlier=known)) == entries_but_seconds(fresh)
    assert first.id in concluded


def entries_but_seconds(result):
    return [{key: value for key, value in entry.items() if key != "seconds"} for entry in entries(result)]


@pytest.mark.parametrize("change", ["files", "policy"])
def test_only_the_same_files_under_the_same_policy_count(mini, sandbox, ana, tmp_path, change):
    """What was found out about other files, or with a weaker sandbox, is no evidence."""
    store = Store(tmp_path)
    store.put("key", grade(mini, ana, sandbox), "process" if change == "policy" else "auto")
    other = Submission("ana", {"m.py": b""}) if change == "files" else ana
    assert store.earlier(other, "auto") is None
    store.close()


def test_what_was_our_fault_is_tried_again(mini, ana, tmp_path, monkeypatch, sandbox):
    """An ungraded check has no key, so the next run does it."""
    with monkeypatch.context() as broken:
        broken.setattr(grading, "conclude", lambda check, *_, **__: grading.verdict_of_unrun(check, "ungraded", "ours"))
        store = Store(tmp_path)
        store.put("key", grade(mini, ana, sandbox), "auto")
    known = store.earlier(ana, "auto")
    assert known.verdicts == {}
    [line] = store.write(["ana"])
    ungraded = [check for check in checks_of(line) if check["status"] == "ungraded"]
    assert {part["score"] for part in (line, line["questions"][0], *ungraded)} == {None}  # there is no number anywhere
    assert {verdict.status for verdict in grade(mini, ana, sandbox, earlier=known).verdicts} >= {"passed", "failed"}
    store.close()


def test_the_files_hold_what_was_kept_with_marks_and_whatever_text(mini, sandbox, ana, tmp_path):
    """A line is written as it was kept, what UTF-8 cannot bear included; a mark that came later is in it."""
    result = replace(grade(mini, ana, sandbox), output="größer \udcff \u2028")
    store = Store(tmp_path)
    store.put("key", result, "auto")
    [line] = store.write(["ana", "nobody"])
    assert line["output"] == result.output
    text = (tmp_path / "results.jsonl").read_text(encoding="utf-8")
    assert "größer \\udcff" in text
    assert (
        [json.loads(one) for one in text.split("\n")[:-1]]
        == [line]
        == list(store.results_under({"ana": "key"}).values())
    )
    check = line["questions"][0]["checks"][0]["id"]
    store.mark("ana", {check: {"flaky": True}})
    store.write(["ana"])
    assert json.loads((tmp_path / "results.jsonl").read_text())["questions"][0]["checks"][0]["flaky"] is True
    store.close()


class Stored:
    """A store that is told results, and gives back what holds while some checks' keys do not."""

    def __init__(self, assignment, folder):
        self.store = Store(folder)
        self._assignment = assignment

    def graded(self, submission, sandbox):
        result = grade(self._assignment, submission, sandbox)
        self.store.put("key", result, "auto")
        return result

    def earlier(self, submission, *stale):
        """As when other tolerances made the verdicts of the checks `stale` void."""
        keys = {**self._assignment.verdict_keys, **dict.fromkeys(stale, "another")}
        changed = replace(self._assignment, verdict_keys=keys)
        return changed, self.store.earlier(submission, "auto", grading.holding_keys(changed))

    def count(self):
        """How many sets of replies are kept."""
        [[found]] = self.store._database.execute("SELECT COUNT(*) FROM replies")
        return found


@pytest.fixture
def stored(mini, tmp_path):
    for check in mini.checks.values():
        check.judged.clear()  # what this process met before it does not hand on again
    kept = Stored(mini, tmp_path)
    yield kept
    kept.store.close()


def test_another_tolerance_is_judged_from_kept_replies(honest, sandbox, stored, concluded):
    """Nobody's code is run again where only the judging changes."""
    bob = Submission("bob", {"m.py": honest.encode()})
    before = stored.graded(bob, sandbox)
    changed, known = stored.earlier(bob, "conv_matches_torch", "conv_is_linear", "worked_example")
    assert set(known.replies) == {"conv_matches_torch", "conv_is_linear", "worked_example"}
    concluded.clear()
    after = grade(changed, bob, Nothing(), earlier=known)
    assert concluded == ["conv_matches_torch", "conv_is_linear", "worked_example"]
    assert entries_but_seconds(after) == entries_but_seconds(before)
    stored.store.put("key", after, "auto")
    _, again = stored.earlier(bob, "conv_is_linear")
    assert entries_but_seconds(grade(changed, bob, Nothing(), earlier=again)) == entries_but_seconds(before)


def test_a_wrong_answer_stays_wrong_when_it_is_judged_from_kept_replies(ana, sandbox, stored):
    """Its counterexample is looked for in the student's process, as ever."""
    before = stored.graded(ana, sandbox)
    changed, known = stored.earlier(ana, *stored._assignment.checks)
    assert "conv_matches_torch" in known.replies
    assert entries_but_seconds(grade(changed, ana, sandbox, earlier=known)) == entries_but_seconds(before)


def test_a_looser_tolerance_forgives_what_was_kept(honest, sandbox, stored):
    """The new rubric decides: what failed by a little passes, and is not asked for again."""
    near = Submission(
        "near", {"m.py": (honest + "\nexact = conv\ndef conv(i, k):\n    return exact(i, k) + 1e-4\n").encode()}
    )
    assert "failed" in {verdict.status for verdict in stored.graded(near, sandbox).verdicts}
    changed, known = stored.earlier(near, *stored._assignment.checks)
    first = changed.checks["conv_matches_torch"]
    spec = replace(first.spec, tolerance=Tolerance((Tier(0, 1e-3),)))
    sheet = type(first.sheet)(first.plan.claims, spec.tolerance)
    loose = replace(first, spec=spec, sheet=sheet)
    changed = replace(changed, checks={**changed.checks, first.id: loose})
    found = {verdict.id: verdict.status for verdict in grade(changed, near, sandbox, earlier=known).verdicts}
    assert found[first.id] == "passed"


def test_the_same_replies_are_kept_once_and_dropped_when_nobody_has_them(mini, honest, ana, sandbox, stored):
    """The store grows with answers that differ, not with students, and forgets those of code that is gone."""
    for number in range(3):
        stored.graded(Submission(f"s{number}", {"m.py": f"{honest}\n# {number}".encode()}), sandbox)
    alike = stored.count()
    assert 0 < alike <= len(mini.checks)
    stored.graded(ana, sandbox)
    assert stored.count() > alike
    stored.graded(Submission("ana", {"m.py": honest.encode()}), sandbox)
    stored.store.sweep()
    assert stored.count() == alike


@pytest.mark.parametrize("spoil", ["DELETE FROM replies", "UPDATE replies SET data = x'00ff'"])
def test_replies_that_are_lost_are_asked_for_again(honest, sandbox, stored, spoil):
    """A store that something else wrote to costs time, no points."""
    bob = Submission("bob", {"m.py": honest.encode()})
    before = stored.graded(bob, sandbox)
    stored.store._database.execute(spoil)
    changed, known = stored.earlier(bob, "conv_matches_torch")
    assert entries_but_seconds(grade(changed, bob, sandbox, earlier=known)) == entries_but_seconds(before)


def test_replies_to_other_calls_are_of_no_use(honest, sandbox, stored):
    """Other cases, another limit, another seed: what was answered then does not count."""
    bob = Submission("bob", {"m.py": honest.encode()})
    stored.graded(bob, sandbox)
    changed, known = stored.earlier(bob, "conv_matches_torch")
    other = replace(changed, calls_keys={**changed.calls_keys, "conv_matches_torch": "other"})
    with pytest.raises(Used, match="was used"):
        grade(other, bob, Nothing(), earlier=known)


@pytest.mark.parametrize("end", ["import os; os._exit(1)", "raise ValueError"])
def test_only_answers_are_kept(honest, sandbox, stored, end):
    """An exception is an answer; what the judge says of a process that ended is none."""
    source = f"{honest}\ndef conv(image, kernel):\n    {end}\n"
    result = stored.graded(Submission("bob", {"m.py": source.encode()}), sandbox)
    kept = {verdict.id for verdict in result.verdicts if verdict.replies}
    assert ("conv_matches_torch" in kept) == ("ValueError" in end)
    assert "worked_example" in kept
