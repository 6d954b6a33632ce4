"""Misconceptions are read strictly, and replace one function of a fresh copy of the model answer."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from grader import wire
from grader.checks.misconceptions.files import changed_sources, load_misconceptions, with_misconception
from grader.checks.plan.calls import packed_list
from grader.course.loading import load_modules, load_reference, reference_sources
from grader.errors import RubricError
from grader.model.outcome import Value
from tests.conftest import MINI

DOUBLED = '''"""Every term counts\ntwice."""\nfrom m import total as once\nREPLACES = "m.total"\nCREDIT = "1/4"\n\ndef total(x):\n    return 2 * once(x)\n'''


@pytest.fixture
def reference(tmp_path):
    """The model answer of the small assignment, with a function that calls another."""
    source = (MINI.reference("mini") / "m.py").read_text()
    (tmp_path / "m.py").write_text(source + "\n\ndef mean(x):\n    return total(x) / len(x)\n")
    (tmp_path / "other.py").write_text("from m import total\n\n\ndef same(x):\n    return total(x)\n")
    (tmp_path / "misconceptions").mkdir()
    return tmp_path


def written(reference, source, name="doubled"):
    (reference / "misconceptions" / f"{name}.py").write_text(source)
    return reference


def answer(session, module, function, *args):
    """What a session answers to one call."""
    [outcome] = session.call(
        packed_list([wire.encode([[module, function], list(args), {}, False])]), 1, modules=[module]
    )
    assert isinstance(outcome, Value), outcome
    return outcome.data


def test_a_file_says_all_about_itself(reference):
    """The name of the file, the docstring as one line, what it replaces, and the credit as an exact share."""
    [found] = load_misconceptions(written(reference, DOUBLED))
    assert (found.name, found.replaces, found.sentence) == ("doubled", "m.total", "Every term counts twice.")
    assert (found.module, found.function, found.credit) == ("m", "total", Fraction(1, 4))


def test_without_a_folder_there_are_none():
    """An assignment need not have misconceptions."""
    assert load_misconceptions(MINI.reference("mini")) == ()


def test_functions_of_the_module_change_with_the_one_that_is_replaced(reference):
    """What the misconception imports of the module is right; what calls it there is wrong with it."""
    [found] = load_misconceptions(written(reference, DOUBLED))
    session, x = with_misconception(found, reference), np.array([1.0, 2.0])
    assert [answer(session, "m", name, x) for name in ("total", "mean")] == [6.0, 3.0]
    assert answer(session, "m", "conv", np.eye(2), np.ones((1, 1))).tolist() == [[1, 0], [0, 1]]


def test_the_model_answer_itself_stays_as_it_is(reference):
    """A misconception is put into a copy."""
    modules = load_reference(reference)
    [found] = load_misconceptions(written(reference, DOUBLED))
    with_misconception(found, reference)
    assert modules["m"].total(np.array([1.0, 2.0])) == load_reference(reference)["m"].total(np.array([1.0, 2.0])) == 3


def test_the_changed_model_answer_can_be_handed_in(reference):
    """Its files are a submission like any other."""
    [found] = load_misconceptions(written(reference, DOUBLED))
    files = changed_sources(found, reference)
    assert load_modules(files, reference)["m"].mean(np.array([1.0, 2.0])) == 3
    assert set(files) == {*reference_sources(reference), "misconceptions/doubled.py"}


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('"""Every term counts\ntwice."""', "", 1, "no docstring"),
        ('REPLACES = "m.total"', "", 1, "no REPLACES"),
        ('"m.total"', '"total"', 4, "expected \"module.function\", got 'total'"),
        ('"m.total"', "3", 4, 'expected "module.function", got 3'),
        ('"m.total"', '"n.total"', 4, "no module n; there are m, other"),
        ('"m.total"', '"m.totall"', 4, "m.py has no totall; did you mean total?"),
        ("def total(x)", "def totals(x)", 1, "no function total, which it replaces; did you mean totals?"),
        ('"1/4"', '"1"', 5, "from \"0\" to below \"1\", as in CREDIT = \"1/4\", got '1'"),
        ('"1/4"', '"-1/4"', 5, "got '-1/4'"),
        ('"1/4"', "0.25", 5, "got 0.25"),
        ('"1/4"', '"1/0"', 5, "got '1/0'"),
        ('"1/4"', "1 / 4", 5, "got '1 / 4'"),
        ("return 2", "return return", 8, "Python stops here"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_with_its_line(reference, old, new, line, said):
    """File, line, what was expected and what was got."""
    assert old in DOUBLED
    with pytest.raises(RubricError) as refused:
        load_misconceptions(written(reference, DOUBLED.replace(old, new)))
    [fault] = refused.value.faults
    assert (fault.file, fault.line) == (str(reference / "misconceptions" / "doubled.py"), line)
    assert said in fault.message


def test_all_faults_come_at_once(reference):
    """Two malformed files are two faults."""
    written(reference, DOUBLED.replace("REPLACES", "REPLACE"))
    with pytest.raises(RubricError) as refused:
        load_misconceptions(written(reference, "x = 1\n", "other-name"))
    assert len(refused.value.faults) == 2


def test_one_that_does_not_run_says_where(reference):
    """Its own line, not that of the module which imports it."""
    [found] = load_misconceptions(written(reference, DOUBLED.replace("\n\ndef", "\n1 / 0\ndef")))
    with pytest.raises(RubricError) as refused:
        with_misconception(found, reference)
    assert str(refused.value) == f"{reference / 'misconceptions' / 'doubled.py'}:6: ZeroDivisionError: division by zero"
