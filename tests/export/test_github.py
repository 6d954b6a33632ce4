"""Annotations, held against a reading of GitHub's own rules."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from grader.export.github import MAX_OF_A_KIND, RepositoryPlace, annotation_commands, fence, report_commands
from tests.export.conftest import check, line, scored_lines
from tests.export.test_escaping import command, texts


def failing(n):
    """A result of `n` failed checks, and where each is."""
    cases = [check(f"f{number}", "failed", feedback=f"Wrong {number}.") for number in range(n)]
    return line(cases), {case["id"]: RepositoryPlace("m.py", number) for number, case in enumerate(cases, start=1)}


def test_ten_are_told_of_one_by_one_and_more_together():
    """GitHub shows ten a step and drops the rest without a word."""
    assert len(annotation_commands(*failing(10))) == 10
    told = [command(text) for text in annotation_commands(*failing(13))]
    assert len(told) == 10
    assert told[0] == ("error", {"file": "m.py", "line": "1", "title": "f0"}, "Wrong 0.")
    assert told[-1] == ("error", {"title": "more checks"}, "4 more: f9, f10, f11, f12")


def test_a_function_is_marked_once_for_all_that_fails_on_it():
    """Four checks of one function are one mark with four lines."""
    result, _ = failing(4)
    [told] = annotation_commands(result, {f"f{number}": RepositoryPlace("m.py", 7) for number in range(4)})
    name, properties, message = command(told)
    assert (name, properties) == ("error", {"file": "m.py", "line": "7", "title": "4 checks"})
    assert message.splitlines() == [f"f{number}: Wrong {number}." for number in range(4)]


def test_each_status_has_its_kind(every_status):
    """A part earned is a warning, a text for a person a notice; what passed or waits for another is silent."""
    told = [command(text) for text in annotation_commands(every_status, {})]
    by_kind = {name: properties["title"] + message for name, properties, message in told}
    assert set(by_kind) == {"error", "warning", "notice"}
    assert "is_partial" in by_kind["warning"]
    assert "is_ungraded" in by_kind["warning"]
    assert "is_needs_review" in by_kind["notice"]
    assert all(f"is_{status}" in by_kind["error"] for status in ("failed", "missing", "error", "timeout", "crashed"))
    assert "is_passed" not in str(told)
    assert "is_blocked" not in str(told)


places = st.dictionaries(st.sampled_from(["a", "b"]), st.builds(RepositoryPlace, texts, st.integers(1, 99)))


@given(scored_lines, places)
def test_any_result_is_lines_that_say_what_was_meant(result, where):
    """One command a line, of three kinds, never more than GitHub shows, whatever a student wrote."""
    printed = "\n".join([*annotation_commands(result, where), *report_commands(result)]).splitlines()
    told = [command(text) for text in printed]
    assert all(told)
    counts = Counter(name for name, _, _ in told)
    assert set(counts) <= {"error", "warning", "notice"}
    assert max(counts.values()) <= MAX_OF_A_KIND
    assert all(set(properties) <= {"file", "line", "title"} for _, properties, _ in told)


def test_a_long_message_is_cut():
    """A megabyte in one annotation helps nobody."""
    [told] = annotation_commands(line([check("f", "error", feedback="x" * 1_000_000)]), {})
    assert len(told) < 5_000


def test_a_fence_has_a_new_word_each_time(capsys):
    """Nobody whose output stands within knows the word that ends it, and it ends also where something fails."""
    words = []
    for _ in range(2):
        try:
            with fence():
                print("::error::x")
                raise OSError
        except OSError:
            begun, said, *_, ended = capsys.readouterr().out.splitlines()
        words.append(begun.removeprefix("::stop-commands::"))
        assert (said, ended) == ("::error::x", f"::{words[-1]}::")
    assert words[0] != words[1]
    assert all(len(word) == 32 for word in words)
