"""What a saved file touches: never too little, and not everything."""

from __future__ import annotations

import pytest

from grader.grading.watch import affected_checks, changed_files, merge_results, restrict
from grader.intake.submission import Submission


def submission(**files):
    return Submission(
        "ana", {name.replace("__", "/").replace("_py", ".py"): text.encode() for name, text in files.items()}
    )


def test_only_what_calls_a_changed_module_is_touched(mini):
    """Another file of the folder touches nothing."""
    before = submission(m_py="x = 1", other_py="y = 1")
    assert changed_files(before, submission(m_py="x = 1", other_py="y = 2")) == ["other.py"]
    assert affected_checks(mini, before, submission(m_py="x = 1", other_py="y = 2")) == frozenset()
    everything = frozenset(spec.id for spec in mini.rubric.checks)
    assert affected_checks(mini, before, submission(m_py="x = 2", other_py="y = 1")) == everything


@pytest.mark.parametrize(
    "source", ["import helper", "from pkg import deep", "__import__('helper')", "from pkg.deep import *"]
)
def test_who_imports_a_changed_module_is_touched(mini, source):
    """Directly or through others, however it is written."""
    before = submission(m_py=source, helper_py="from pkg import deep", pkg__deep_py="z = 1")
    assert affected_checks(
        mini, before, submission(m_py=source, helper_py="from pkg import deep", pkg__deep_py="z = 2")
    )


def test_a_new_and_a_deleted_file_count_as_changed(mini):
    """Whoever names the module may find it now, or miss it."""
    with_helper = submission(m_py="import helper", helper_py="")
    without = submission(m_py="import helper")
    assert affected_checks(mini, with_helper, without) == affected_checks(mini, without, with_helper) != frozenset()


def test_a_notebook_touches_everything(mini):
    """It may stand for any module."""
    before, after = Submission("ana", {"hw.ipynb": b"1"}), Submission("ana", {"hw.ipynb": b"2"})
    assert affected_checks(mini, before, after) == frozenset(spec.id for spec in mini.rubric.checks)


def test_checks_that_wait_for_one_another_are_run_together(mini):
    """Otherwise one that was blocked would stay so, or one that should be blocked would run."""
    part = restrict(mini, frozenset({"conv_is_linear"}))
    assert [spec.id for spec in part.rubric.checks] == ["conv_is_linear"]
    touching = affected_checks(mini, submission(m_py="a"), submission(m_py="b"))
    assert {"conv_matches_torch", "conv_is_linear"} <= touching


def test_a_partial_run_gives_the_result_of_a_whole_one(mini, sandbox, honest):
    """Old verdicts and new ones together are what running everything gives."""
    from grader.grading.one_submission import grade

    wrong = honest.replace("* kernel)", "* kernel[::-1])").encode()
    before, after = Submission("ana", {"m.py": wrong}), Submission("ana", {"m.py": honest.encode()})
    part = restrict(mini, frozenset({"conv_matches_torch", "conv_is_linear", "conv_keeps_inputs"}))
    result = merge_results(grade(mini, before, sandbox), grade(part, after, sandbox))
    whole = grade(mini, after, sandbox)
    assert [(v.id, v.status, v.score) for v in result.verdicts] == [(v.id, v.status, v.score) for v in whole.verdicts]
    assert result.max_score == whole.max_score
