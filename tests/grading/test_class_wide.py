"""What strikes much of a class is told before the grades; what strikes a few is theirs."""

from __future__ import annotations

from grader.grading.class_wide import class_wide

TOLD = "helper.py, line 3, in f: PackageNotFoundError: no version"


def line(name, *checks, status="graded"):
    found = [{"id": f"c{k}", "status": one, "feedback": told} for k, (one, told) in enumerate(checks)]
    return {"submission": name, "status": status, "questions": [{"checks": found}]}


def test_the_same_exception_from_the_same_line_is_told():
    """Once, however many checks it strikes, with how many have it."""
    lines = [line(f"s{k}", ("error", f"{TOLD}\nmore {k}"), ("error", TOLD)) for k in range(3)]
    lines += [line(f"t{k}", ("passed", ""), ("partial", "x")) for k in range(5)]
    assert list(class_wide(lines)) == [f"3 of 8 submissions end alike, which smells of the course: {TOLD}"]


def test_a_third_is_not_more_than_a_third():
    """Nor are different lines the same."""
    lines = [line(f"s{k}", ("error", TOLD)) for k in range(2)] + [line(f"t{k}", ("passed", "")) for k in range(4)]
    assert list(class_wide(lines)) == []
    lines = [line(f"s{k}", ("error", TOLD.replace("3", str(k)))) for k in range(5)] + [line("t", ("passed", ""))]
    assert list(class_wide(lines)) == []


def test_a_check_that_nobody_passes_is_told():
    """With what most read; not where somebody gets something, or a person has still to look."""
    lines = [line(f"s{k}", ("failed", f"Differs.\n{k}"), ("partial", "")) for k in range(4)]
    assert list(class_wide(lines)) == [
        "none of 4 submissions gets anything for c0, which smells of the check: Differs."
    ]
    assert list(class_wide([*lines, line("t", ("needs_review", ""), ("passed", ""))])) == []


def test_a_small_class_may_all_be_wrong():
    """And what could not be graded says nothing."""
    assert list(class_wide([line(f"s{k}", ("failed", "")) for k in range(3)])) == []
    assert list(class_wide([line(f"s{k}", ("error", TOLD), status="ungraded") for k in range(9)])) == []
