"""The search for a smallest failing case: the same for everybody, and cheap for whoever fails like others."""

from __future__ import annotations

import random
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import wire
from grader.cache.preparations import AppendLog
from grader.checks.examples import shrink_database as tries_module
from grader.checks.examples import shrinking
from grader.checks.examples.cases import size
from grader.checks.examples.shrink_database import ShrinkDatabase
from grader.checks.examples.shrinking import Enough, Search


@given(numbers=st.lists(st.integers(-50, 50), max_size=8), factor=st.integers(1, 9))
def check(student, expect, numbers, factor):
    """What cases are drawn for."""


# Ways to fail: by what a case must be like.
WAYS = {
    "always": lambda case: True,
    "never": lambda case: False,
    "two different": lambda case: len(set(case["numbers"])) > 1,
    "a large one": lambda case: any(abs(number) > 20 for number in case["numbers"]),
    "not sorted": lambda case: case["numbers"] != sorted(case["numbers"]),
    "a large factor": lambda case: case["factor"] > 4 and len(case["numbers"]) > 2,
}


def alone(fails):
    """What is found by who comes first, with all tries."""
    tries = []

    def counted(case):
        tries.append(case)
        return fails(case)

    return Search(check, 40, 0, ShrinkDatabase()).smallest(counted), tries


def test_a_failure_becomes_small():
    """Two different numbers are needed: two there are, as small as they come."""
    found, tries = alone(WAYS["two different"])
    assert sorted(map(abs, found["numbers"])) == [0, 1]
    assert len(tries) <= shrinking.MAX_TRIES


def test_where_nothing_fails_nothing_is_found():
    """All of the cases pass."""
    assert alone(WAYS["never"])[0] is None


@pytest.mark.parametrize("order", range(5))
def test_whoever_came_before_changes_nothing(order):
    """In any order, each finds what is found alone, by the same tries."""
    names = random.Random(order).sample(list(WAYS), len(WAYS))
    search = Search(check, 40, 0, ShrinkDatabase())
    for name in [*names, *names]:
        tries = []

        def fails(case, name=name, tries=tries):
            tries.append(case)
            return WAYS[name](case)

        found, alone_tries = alone(WAYS[name])
        assert search.smallest(fails) == found
        assert tries == alone_tries


def test_hypothesis_is_not_asked_twice(monkeypatch):
    """The second student who fails in the same way is led along what is known."""
    search = Search(check, 40, 0, ShrinkDatabase())
    first = search.smallest(WAYS["not sorted"])
    monkeypatch.setattr(shrinking, "search", None)
    assert search.smallest(WAYS["not sorted"]) == first


def test_another_way_to_fail_is_followed_from_where_it_parts(monkeypatch):
    """What is known is tried once, not again while hypothesis is led to the new part."""
    search = Search(check, 40, 0, ShrinkDatabase())
    search.smallest(WAYS["two different"])
    tries = []

    def fails(case):
        tries.append(case)
        return WAYS["not sorted"](case)

    search.smallest(fails)
    assert len(tries) == len(alone(WAYS["not sorted"])[1])


@pytest.mark.parametrize("before", [0, 1, 5])
def test_it_ends_when_told(before):
    """A process that ends gives no further answer: the best so far is taken, and the next student is not affected."""
    search = Search(check, 40, 0, ShrinkDatabase())
    answers = []

    def fails(case):
        if len(answers) == before:
            raise Enough
        answers.append(WAYS["a large one"](case))
        return answers[-1]

    found = search.smallest(fails)
    assert found is None or WAYS["a large one"](found)
    assert search.smallest(WAYS["a large one"]) == alone(WAYS["a large one"])[0]


def test_answers_that_change_break_nothing():
    """Of a student whose function draws lots, something that failed once is found, or nothing."""
    rng, failed = random.Random(1), []

    def fails(case):
        if rng.random() < 0.5:
            failed.append(case)
            return True
        return False

    search = Search(check, 40, 0, ShrinkDatabase())
    for _ in range(5):
        found = search.smallest(fails)
        assert found is None or found in failed


def test_what_is_kept_is_bounded(monkeypatch):
    """Many ways to fail fill a check's memory up to the bound, and each is still found."""
    monkeypatch.setattr(tries_module, "MAX_KEPT", 50)
    kept = ShrinkDatabase()
    search = Search(check, 40, 0, kept)
    for name, fails in WAYS.items():
        assert search.smallest(fails) == alone(fails)[0], name
    assert len(kept) == 50


@given(
    y=st.integers(1, 3).map(lambda n: np.arange(float(n))),
    pair=st.tuples(st.sampled_from([np.float32(0.1), 0.1, -0.0, float("nan")]), st.integers(-(2**70), 2**70)),
    options=st.fixed_dictionaries({"bias": st.booleans(), "at": st.none() | st.text(max_size=2)}),
)
def of_many_kinds(student, expect, y, pair, options):
    """Whose cases hold what a check's may."""


def fails_somehow(case):
    """Now and then."""
    return len(case["y"]) > 1 or not case["options"]["bias"]


def test_another_process_goes_on_from_what_was_learnt(tmp_path, monkeypatch):
    """With a journal hypothesis is asked once, by whoever comes first, also when they come at the same time."""
    first, second = (Search(of_many_kinds, 40, 0, ShrinkDatabase(AppendLog(tmp_path / "a.journal"))) for _ in range(2))
    second.smallest(lambda case: False)
    made = {first: [], second: []}
    found = first.smallest(lambda case: made[first].append(case) or fails_somehow(case))
    monkeypatch.setattr(shrinking, "search", None)
    assert repr(second.smallest(lambda case: made[second].append(case) or fails_somehow(case))) == repr(found)
    assert repr(made[second]) == repr(made[first])
    assert [type(case["pair"][0]) for case in made[second]] == [type(case["pair"][0]) for case in made[first]]
    assert not any(case["y"].flags.writeable for case in made[second])


def test_what_something_else_wrote_down_is_passed_over(tmp_path):
    """A journal that says nothing costs time."""
    journal = AppendLog(tmp_path / "a.journal")
    for record in (b"junk", *map(wire.encode, [[], 5, [0, 1, "x"], [[], 1, None], [0, 1, ["dict", 3]], [0, 1, ["x"]]])):
        journal.add(record)
    search = Search(check, 40, 0, ShrinkDatabase(AppendLog(tmp_path / "a.journal")))
    assert search.smallest(WAYS["not sorted"]) == alone(WAYS["not sorted"])[0]


def test_cases_that_hold_objects_are_for_one_process(tmp_path):
    """They are tried as any other, and not written down."""

    @given(one=st.integers(0, 99).map(lambda number: SimpleNamespace(number=number)))
    def of_objects(student, expect, one):
        """Objects."""

    search = Search(of_objects, 20, 0, ShrinkDatabase(AppendLog(tmp_path / "a.journal")))
    assert search.smallest(lambda case: case["one"].number > 4).keys() == {"one"}
    assert all(wire.decode(record)[2] is None for record in AppendLog(tmp_path / "a.journal").news())


def test_cases_are_read_only():
    """One student's try cannot become another's."""

    @given(y=st.integers(1, 5).map(np.ones))
    def of_arrays(student, expect, y):
        """Arrays."""

    def fails(case):
        with pytest.raises(ValueError, match="read-only"):
            case["y"][0] = 5
        return True

    assert size(Search(of_arrays, 10, 0, ShrinkDatabase()).smallest(fails)) == 2


@given(numbers=st.lists(st.integers(1000, 9999), min_size=12, max_size=12), factor=st.integers(1, 9))
def long_check(student, expect, numbers, factor):
    """Whose cases are all much to read."""


def test_what_is_still_much_to_read_is_looked_for_from_elsewhere_too(monkeypatch):
    """A search that ends early has tries left; one that ends with little to read does not go on."""
    counts = {}
    for starts in (1, 2):
        monkeypatch.setattr(shrinking, "STARTS", starts)
        for one in (check, long_check):
            tries = []
            Search(one, 40, 0, ShrinkDatabase()).smallest(
                lambda case, tries=tries: tries.append(case) or sum(case["numbers"]) > 0
            )
            counts[one, starts] = len(tries)
    assert counts[long_check, 2] > counts[long_check, 1]
    assert counts[check, 2] == counts[check, 1]
    assert max(counts.values()) <= shrinking.MAX_TRIES
