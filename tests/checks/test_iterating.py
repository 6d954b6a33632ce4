"""Items are asked for one by one where code of the submission's makes them, and looked up ahead elsewhere."""

from __future__ import annotations

import pytest

from grader.checks.api import reply
from grader.sandbox.worker_process import Child
from tests.checks.small import verdict

WALK = """
    def walk(student, expect):
        \"\"\"Names and shapes.\"\"\"
        model = student.m.build()
        named = [(name, part) for name, part in model.named_parameters()]
        expect.equal([str(name) for name, _ in named], [f"{n}.{kind}" for n in range(20) for kind in ("weight", "bias")])
        expect.true(all(np.shape(part)[0] == 1 for _, part in named), "one number out")
        expect.equal(student.m.seen(), 41)
    """
WALKED = """
    looked = []
    class Net(torch.nn.Sequential):
        def named_parameters(self, *args, **named):
            for found in super().named_parameters(*args, **named):
                looked.append(found)
                yield found
            looked.append(None)
    def build():
        return torch.nn.Sequential(*[torch.nn.Linear(1, 1) for _ in range(20)])
    def seen():
        return 41
    """


def test_a_walk_over_a_modules_parts_is_looked_up_ahead(tmp_path, sandbox, monkeypatch):
    """Torch's own generators run nothing of the submission's, so their items need not be asked for one by one."""
    messages = []
    send = Child.send
    monkeypatch.setattr(Child, "send", lambda *a: messages.append(a[1]) or send(*a))
    assert verdict(tmp_path, sandbox, WALK, WALKED).status == "passed"
    assert len(messages) < 30  # of the reference's session and the student's


def test_a_walk_of_the_submissions_own_runs_when_it_is_asked(tmp_path, sandbox):
    """A generator that a student puts in its place is run no further than the check goes."""
    check = """
    def walk(student, expect):
        \"\"\"No further than asked.\"\"\"
        for name, _ in student.m.build().named_parameters():
            expect.equal(student.m.seen(), 1)
            break
    """
    own = WALKED.replace("torch.nn.Sequential(*", "looked.clear() or Net(*").replace("return 41", "return len(looked)")
    assert verdict(tmp_path, sandbox, check, own).status == "passed"


ONE_NUMBER = """
def loss(student, expect):
    expect.close(student.m.loss([1.0, 2.0]), 5.0)
"""
ASKED_FOR = """
def loss(student, expect):
    expect.true(expect.scalar(student.m.loss([1.0, 2.0])) > 1, "more than one")
"""
LOSS = """
def loss(x):
    return float(np.sum(np.square(x)))
"""
NO_NUMBERS = ("yield np.sum(np.square(x))", "return iter([5.0])", "return (v for v in [5.0])", "return map(float, [5])")


@pytest.mark.parametrize("check", [ONE_NUMBER, ASKED_FOR])
@pytest.mark.parametrize("body", NO_NUMBERS)
def test_an_iterator_over_one_number_is_no_number(check, body, tmp_path, sandbox):
    """`yield` in the place of `return` is a mistake, whatever the iterator holds."""
    found = verdict(tmp_path, sandbox, check, LOSS, f"def loss(x):\n    {body}\n")
    assert found.status == "failed"
    assert "Returned an iterator over 1 item, expected a single number" in found.feedback


@pytest.mark.parametrize("check", [ONE_NUMBER, ASKED_FOR])
@pytest.mark.parametrize(
    "value", ["np.array([5.0])", "torch.tensor([5.0])", "[5.0]", "np.float32(5)", "torch.tensor(5.0)"]
)
def test_one_number_in_whatever_holds_it_is_one(check, value, tmp_path, sandbox):
    """A sum that kept its dimension is still the number."""
    assert verdict(tmp_path, sandbox, check, LOSS, f"def loss(x):\n    return {value}\n").status == "passed"


def test_a_set_is_told_as_one(tmp_path, sandbox):
    """It is no number, whatever it holds."""
    found = verdict(tmp_path, sandbox, ONE_NUMBER, LOSS, "def loss(x):\n    return {5.0}\n")
    assert found.feedback.startswith("Returned a set of 1, expected")


def test_an_iterator_over_numbers_is_as_good_as_a_list(tmp_path, sandbox):
    """Where several are expected, also one in a shape of its own."""
    check = """
    def several(student, expect):
        expect.close(student.m.several(3), [0.0, 1.0, 2.0])
        expect.close(student.m.several(1), [0.0])
    """
    lists, generator = "def several(n): return [float(i) for i in range(n)]", "def several(n): yield from range(n)"
    assert verdict(tmp_path / "a", sandbox, check, lists, generator).status == "passed"
    assert verdict(tmp_path / "b", sandbox, check, generator, lists).status == "passed"


def test_items_without_end_are_told_of_in_one_case(tmp_path, sandbox, monkeypatch):
    """To find out that they do not end takes long: done in every case, no time would be left for other checks."""
    check = """
    @given(n=st.integers(1, 50))
    def walk(student, expect, n):
        \"\"\"One by one.\"\"\"
        expect.equal([int(item) for item in student.m.count(n)], list(range(n)))
    """
    endless = "def count(n):\n    while True:\n        yield 0\n"
    monkeypatch.setattr(reply, "MAX_PARTS", 60)
    asked = []
    send = Child.send
    monkeypatch.setattr(Child, "send", lambda *a: asked.append(a[1]) or send(*a))
    found = verdict(tmp_path, sandbox, check, "def count(n): yield from range(n)\n", endless, examples=20)
    assert found.status == "failed"
    assert "Gives items without end: 60 were taken" in found.feedback
    assert found.failed_examples == found.examples
    assert len(asked) < 4 * 60  # of a case, of the same once more to be shown, and of whatever else there is


@pytest.mark.parametrize("body", ["yield 1 / (n - n)", "return map(lambda i: i / 0, range(n))"])
@pytest.mark.parametrize("asked", ["len(list(student.m.count(n)))", "len(student.m.count(n))"])
def test_the_lines_that_count_what_an_iterator_gives_can_be_run(asked, body, tmp_path, sandbox):
    """It has no length: pasted, the lines would end in another error than the one that is told."""
    check = f"""
    def counted(student, expect):
        \"\"\"So many.\"\"\"
        n = 3
        expect.equal({asked}, n)
    """
    reference = "def count(n): return list(range(n))\n"
    found = verdict(tmp_path, sandbox, check, reference, f"def count(n):\n    {body}\n")
    assert found.counterexample.call == "len(list(m.count(3)))"
    assert "ZeroDivisionError" in found.counterexample.actual
