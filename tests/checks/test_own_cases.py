"""What a check does to the values that were drawn for it reaches nobody who is graded after."""

from __future__ import annotations

from grader.assignment import load_assignment
from grader.checks.runner import CheckRunner
from grader.sandbox.local import LocalSession
from tests.checks.small import write_course

CHECK = '''
@given(rng=st.builds(np.random.default_rng, st.integers(0, 9)), words=st.just(["a", "b"]), state=st.just({"n": [1]}),
       bag=st.just({1}), t=st.builds(torch.ones, st.just(2)))
def uses_up(student, expect, rng, words, state, bag, t):
    """Whatever is drawn is used up."""
    x = rng.normal(size=3)
    expect.equal(student.m.same(words.pop()), "b")
    expect.equal(student.m.same(state["n"].pop()), 1)
    state["m"] = 1
    bag.add(len(bag))
    t += 1
    expect.true(expect.scalar(student.m.total(x)) < 9, "small")
    expect.equal(student.m.same(bag), {1} if len(bag) == 1 else {1, len(bag) - 1})
    expect.close(student.m.same(t), [2.0, 2.0])
    expect.close(student.m.drawn(rng), rng.normal())
'''
REFERENCE = "def same(x): return x\ndef total(x): return x.sum()\ndef drawn(rng): return rng.normal()\n"


def test_every_run_begins_with_what_was_drawn(tmp_path):
    """Twice and three times the same: the same calls, and none that departs from the plan."""
    check = load_assignment(write_course(tmp_path, CHECK, REFERENCE), "small").checks["uses_up"]
    space: dict[str, object] = {}
    exec(REFERENCE, space)
    module = type("M", (), {name: staticmethod(space[name]) for name in ("same", "total", "drawn")})
    for _ in range(3):
        check.judged.clear()
        findings = CheckRunner(check, LocalSession({"m": module})).run()
        assert (findings.failing, findings.fault, findings.departed) == ([], None, False)
