"""A call with what it did to its arguments, and answers of which one of several is right."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.errors import GraderError
from tests.checks.small import graded, verdict, write_course

EFFECTS = '''
def batch_norm(student, expect):
    """The running mean moves."""
    x, y = np.array([[1.0, 2.0], [3.0, 6.0]]), np.zeros((2, 2))
    called = expect.call(student.m.norm, x, {"momentum": 0.9, "running_mean": np.zeros(2)}, out=y)
    expect.close(called.result, [[-1.0, -2.0], [1.0, 2.0]])
    expect.close(called.args[1]["running_mean"], [0.2, 0.4])
    expect.close(called.named["out"], called.result)
    again = expect.call(student.m.norm, x, called.args[1], out=y)
    expect.close(again.args[1]["running_mean"], [0.38, 0.76])
    expect.true(len(again.args) == 2, "two arguments")

def methods(student, expect):
    """Of an object as well."""
    called = expect.call(student.m.Box().fill, [])
    expect.equal(called.args[0], [1])
    expect.equal(called.result, "done")
'''
NORM = """
def norm(x, state, out):
    mean = x.mean(axis=0)
    state["running_mean"] = 0.9 * state["running_mean"] + 0.1 * mean
    out[:] = x - mean
    return out
class Box:
    def fill(self, items):
        items.append(1)
        return "done"
"""
IN_PLACE = NORM.replace(
    'state["running_mean"] = 0.9 * state["running_mean"] + 0.1 * mean',
    'state["running_mean"] *= 0.9\n    state["running_mean"] += 0.1 * mean',
)
ANEW = NORM.replace("    out[:]", "    state.update(dict(state))\n    out[...]")
COPY = NORM.replace("    state[", "    state = dict(state)\n    state[")


@pytest.mark.parametrize(
    ("source", "lost"),
    [
        (NORM, set()), (IN_PLACE, set()), (ANEW, set()), (COPY, {"batch_norm"}),
        (NORM.replace("out[:] = x - mean\n    return out", "return x - mean"), {"batch_norm"}),
        (NORM.replace("items.append(1)", "items = items + [1]"), {"methods"}),
        (NORM.replace('state["running_mean"] =', 'state["mean"] ='), {"batch_norm"}),
    ],
)  # fmt: skip
def test_changes_of_arguments_are_seen_with_the_result(tmp_path, sandbox, source, lost):
    """Whoever fills what is given, or changes it in place; not whoever changes a copy."""
    found = graded(load_assignment(write_course(tmp_path, EFFECTS, NORM), "small"), source, sandbox)
    assert {one.id for one in found.values() if one.status != "passed"} == lost


CHOICES = '''
@given(angle=st.sampled_from((0.5, 1.0, 2.0)))
def direction(student, expect, angle):
    """Either direction."""
    v = np.array([np.cos(angle), np.sin(angle)])
    expect.close_to_any(student.m.direction(angle), [v, -v])

def shapes(student, expect):
    """A row, a number or a word."""
    expect.close_to_any(student.m.shape(), [np.ones(3), 1.0, "one"])
'''
TOWARDS = """
def direction(angle): return np.array([np.cos(angle), np.sin(angle)])
def shape(): return [1, 1, 1]
"""


@pytest.mark.parametrize(
    ("change", "statuses"),
    [
        ("", ["passed", "passed"]),
        ("def direction(a): return [-np.cos(a), -np.sin(a)]\ndef shape(): return 1", ["passed", "passed"]),
        ("def direction(a): return -torch.tensor([np.cos(a), np.sin(a)])\ndef shape(): return 'one'", ["passed"] * 2),
        ("def direction(a): return [np.cos(a), -np.sin(a)]\ndef shape(): return 'two'", ["failed", "failed"]),
        ("def direction(a): return [np.cos(a), np.sin(a), 0]\ndef shape(): return [1, 1]", ["failed", "failed"]),
        ("def direction(a): return np.float32([np.cos(a), np.sin(a)])", ["partial", "passed"]),
        ("def direction(a): raise ValueError('no')", ["error", "passed"]),
    ],
)
def test_a_whole_answer_is_met(tmp_path, sandbox, change, statuses):
    """Of any shape; in the tier that it is near enough for; and no reply is looked at."""
    tiers = "[{rtol: 1.0e-9, atol: 1.0e-12}, {rtol: 1.0e-3, atol: 1.0e-6, credit: 0.5, feedback: rough}]"
    assignment = load_assignment(write_course(tmp_path, CHOICES, TOWARDS, tolerance=tiers), "small")
    assert all(check.plan.claims is not None for check in assignment.checks.values())
    found = graded(assignment, TOWARDS + change, sandbox)
    assert [one.status for one in found.values()] == statuses, [one.feedback for one in found.values()]


def test_no_choice_is_a_fault_of_the_check(tmp_path, sandbox):
    """Told when the rubric is loaded."""
    check = 'def none(student, expect):\n    """None."""\n    expect.close_to_any(student.m.shape(), [])\n'
    with pytest.raises(GraderError, match="at least one answer"):
        verdict(tmp_path, sandbox, check, TOWARDS)


MIXED = '''
def near(student, expect):
    """Numbers within the tolerance, the rest equal."""
    expect.close(student.m.report(), {"loss": 0.3, "name": "a", "rows": [[1.0, 2.0], None]})

def same(student, expect):
    """All of it exactly."""
    expect.equal(student.m.report(), {"loss": 0.1 + 0.2, "name": "a", "rows": [[1.0, 2.0], None]})
'''
REPORT = "def report(): return {'name': 'a', 'loss': 0.1 + 0.2, 'rows': ([1.0, 2.0], None)}\n"


@pytest.mark.parametrize(
    ("change", "statuses", "told"),
    [
        ("0.1 + 0.2", ["passed", "passed"], ""),
        ("0.3", ["passed", "failed"], ""),
        ("0.4", ["failed", "failed"], "At ['loss']: got 0.4, expected 0.3"),
        ("None", ["failed", "failed"], "At ['loss']: got None, expected 0.3"),
        ("'0.3'", ["failed", "failed"], "At ['loss']: got '0.3', expected 0.3"),
    ],
)
def test_numbers_within_other_data(tmp_path, sandbox, change, statuses, told):
    """`close` and `equal` of dictionaries that hold both."""
    found = graded(
        load_assignment(write_course(tmp_path, MIXED, REPORT), "small"), REPORT.replace("0.1 + 0.2", change), sandbox
    )
    assert [one.status for one in found.values()] == statuses
    assert told in found["near"].feedback


RETURNED = '''
def returned_functions(student, expect, reference):
    """Of what a call returned, be it a closure, an object or an item, as well as of a function by its name."""
    fill = student.m.filler(2)
    expect.equal(expect.call(fill, [1]).args[0], [1, 2])
    expect.unchanged(student.m.makers()["add"], [1], [2])
    expect.within_time(fill, [1], of=reference.m.filler(2), times=50)
'''
FILLER = """
def filler(n):
    def fill(items): items.append(n)
    return fill
def makers(): return {"add": lambda one, other: one + other}
"""
OBJECT = """
class Filler:
    def __init__(self, n): self.n = n
    def __call__(self, items): items.append(self.n)
def filler(n): return Filler(n)
def makers():
    import operator
    return {"add": operator.add}
"""


@pytest.mark.parametrize(
    ("source", "status"),
    [(FILLER, "passed"), (OBJECT, "passed"), (FILLER.replace("one + other", "one.extend(other)"), "failed")],
)
def test_what_was_returned_is_called_with_its_effects(tmp_path, sandbox, source, status):
    """A call whose arguments are looked at may be one of a function that another call returned."""
    [found] = graded(load_assignment(write_course(tmp_path, RETURNED, FILLER), "small"), source, sandbox).values()
    assert found.status == status


LEFT_ALONE = '''
def kinds(student, expect):
    """`total` leaves what it is given alone, whatever it is."""
    x = np.array([2.0, float("nan")])
    expect.unchanged(student.m.total, x, [3.0, float("nan")], {"b": np.ones(2), ("a", 1): {1}}, torch.ones(2))
    x += 1
    expect.unchanged(student.m.total, (1, [2]), np.random.default_rng(3), np.tanh, student.m.total)
    expect.unchanged(student.m.total, np.array(["b", "a"]), np.asfortranarray(np.eye(3, 2)), None, "text")
'''
TOTAL = "def total(a, b, c, d):\n    {}\n    return 0\n"


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("", ""),
        ("getattr(a, 'dtype', None) == np.dtype('U1') and a.sort()", "argument 1"),
        ("hasattr(b, 'random') and b.random()", ""),
        ("isinstance(b, list) and b.sort()", ""),
        ("isinstance(b, list) and b.append(1)", "argument 2"),
        ("isinstance(c, dict) and c.pop('b')", "argument 3"),
        ("isinstance(c, dict) and c['b'].fill(7)", "argument 3"),
        ("isinstance(c, dict) and c['a', 1].add(2)", "argument 3"),
        ("hasattr(d, 'add_') and d.add_(1)", "argument 4"),
        ("isinstance(a, tuple) and a[1].clear()", "argument 1"),
    ],
)
def test_arguments_of_any_kind_are_watched(tmp_path, sandbox, act, told):
    """Lists, dictionaries, tensors and what lies within them stay as they are; what is no data may change."""
    right, source = TOTAL.format("pass"), TOTAL.format(act or "pass")
    [found] = graded(load_assignment(write_course(tmp_path, LEFT_ALONE, right), "small"), source, sandbox).values()
    assert found.status == ("failed" if told else "passed")
    assert told in found.feedback


def test_what_was_changed_is_shown(tmp_path, sandbox):
    """A list as it was and as it is."""
    check = "def alone(student, expect):\n    'It looks.'\n    expect.unchanged(student.m.f, [3, 1])"
    found = verdict(tmp_path, sandbox, check, "def f(x): return sorted(x)", "def f(x): return x.sort()")
    assert (found.counterexample.actual, found.counterexample.expected) == ("[1, 3]", "as before: [3, 1]")
