"""A verdict is the same for any subset of questions, in any order: what one module sets never reaches another question."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from grader.assignment import load_assignment
from grader.checks.plan.calls import encoded_call, packed_list
from grader.course.folders import Course
from grader.grading.one_submission import Run, grade
from grader.grading.pool import plans_to_hold
from grader.grading.separation import groups, turns
from grader.intake.placing import Placed
from grader.intake.submission import Submission

# What a module sets for its whole process, at its import or in a call: a pair of its head and of the call's first line.
LEAKS = {
    "grad mode": "torch.set_grad_enabled(False)",
    "default dtype": "torch.set_default_dtype(torch.float64)",
    "numpy errors": "np.seterr(all='raise')",
    "warnings": "warnings.simplefilter('error')",
    "recursion": "sys.setrecursionlimit(120)",
    "seeds": "random.seed(5); np.random.seed(5); torch.manual_seed(5)",
    "environment": "os.environ['SECRET_SWITCH'] = '1'",
    "path": "sys.path.insert(0, 'here')",
    "a library's function": "np.linalg.norm = lambda *_: -1.0",
    "a helper's attribute": "import shared; shared.SCALE = 7.0",
    "a builtin": "import builtins; builtins.sum = lambda *_: -1",
    "a timer": "import signal; signal.setitimer(signal.ITIMER_REAL, 0.05)",
    "a thread": "import threading; threading.Thread(target=lambda: [i for i in iter(int, 1)], daemon=True).start()",
    "closed streams": "sys.stdout.close(); sys.stderr.close()",
    "a trace": "sys.settrace(lambda *_: 1 / 0)",
    "a class": "import fractions; fractions.Fraction.__add__ = lambda *_: 5",
    "print options": "np.set_printoptions(precision=1)",
    "an importer": "sys.meta_path.clear()",
    "decimal": "import decimal; decimal.getcontext().prec = 2",
    "garbage": "import gc; gc.disable(); gc.freeze()",
}

HEAD = "import os, random, sys, warnings\nimport numpy as np\nimport torch\n"
# Right by itself; sees each of the leaks.
VICTIM = """
import decimal, fractions
import shared
DRAWN = [random.random(), float(np.random.rand()), float(torch.rand(1))]
def f(x):
    with np.errstate():
        pass
    assert "SECRET_SWITCH" not in os.environ and sys.path[:1] != ["here"]
    np.array([1.0]) / np.zeros(1)
    warnings.warn("old", DeprecationWarning)
    def down(n):
        return n and 1 + down(n - 1)
    down(150)
    w = torch.tensor([2.0], requires_grad=True)
    (w * w).sum().backward()
    assert torch.tensor([0.1]).dtype is torch.float32
    assert sum([1, 2]) == 3 and fractions.Fraction(1, 2) + fractions.Fraction(1, 2) == 1
    assert str(decimal.Decimal(1) / 3).endswith("33333")
    assert str(np.array([0.123456])) == "[0.123456]"
    assert sys.gettrace() is None
    import colorsys
    print("said")
    return float(x) * shared.SCALE * float(np.linalg.norm([3.0, 4.0])) / 5 * float(w.grad) / 4
def drawn():
    return DRAWN
"""

RUBRIC = """
assignment: leaks
title: Leaks
modules: [numpy, torch]
limits: {call_wall_s: 1, load_wall_s: 10, submission_wall_s: 60, submission_cpu_s: 60, memory_mib: 1024, output_kib: 64}
questions:
"""
QUESTION = """
  - id: {q}
    title: {q}
    checks:
      - {{check: {q}_shown, points: 1, examples: 3, tolerance: {{rtol: 1.0e-6, atol: 0}}}}
      - {{check: {q}_hidden, points: 1, examples: 3, visibility: hidden, tolerance: {{rtol: 1.0e-6, atol: 0}}}}
"""
CHECKS = """
@given(x=st.integers(1, 50))
def {q}_shown(student, expect, x):
    expect.close(student.{q}_m.f(float(x)), float(x))

@given(x=st.integers(1, 50))
def {q}_hidden(student, expect, x):
    expect.close(student.{q}_m.f(-float(x)), -float(x))
"""
QUESTIONS = ["qa", "qb", "qc", "qd"]


@pytest.fixture(scope="module")
def leaks(tmp_path_factory):
    """Four questions, each with a visible and a hidden check of a function of its own module."""
    root = tmp_path_factory.mktemp("leaks")
    (root / "rubrics").mkdir()
    (root / "reference/leaks").mkdir(parents=True)
    (root / "rubrics/leaks.yaml").write_text(RUBRIC + "".join(QUESTION.format(q=q) for q in QUESTIONS))
    head = "from hypothesis import given\nimport hypothesis.strategies as st\n"
    (root / "rubrics/leaks.py").write_text(head + "".join(CHECKS.format(q=q) for q in QUESTIONS))
    for q in QUESTIONS:
        (root / f"reference/leaks/{q}_m.py").write_text("def f(x):\n    return x\n")
    return load_assignment(Course(root), "leaks")


def submission(culprits):
    """Each question's module is the victim; some of them leak as well, at their import or in each call."""
    files = {"shared.py": b"SCALE = 1.0\n"}
    for q in QUESTIONS:
        text = HEAD + VICTIM
        if q in culprits:
            act, when = culprits[q]
            text = (
                HEAD + f"{act}\ndef f(x):\n    return x\n"
                if when == "import"
                else HEAD + f"def f(x):\n    {act}\n    return x\n"
            )
        files[f"{q}_m.py"] = text.encode()
    return Submission("ana", files)


def verdicts(assignment, handed_in, sandbox, only=()):
    result = grade(assignment, handed_in, sandbox, frozenset(only))
    return {one.id: {**one.to_json(), "seconds": 0} for one in result.verdicts}


def reordered(assignment, order):
    by_id = {question.id: question for question in assignment.rubric.questions}
    return replace(assignment, rubric=replace(assignment.rubric, questions=tuple(by_id[q] for q in order)))


@pytest.mark.parametrize("when", ["import", "call"])
@pytest.mark.parametrize("leak", sorted(LEAKS))
def test_what_a_module_sets_never_reaches_another_question(leaks, sandbox, leak, when):
    """The victims behind it and before it earn everything."""
    found = verdicts(leaks, submission({"qb": (LEAKS[leak], when)}), sandbox)
    lost = {check: one["feedback"] for check, one in found.items() if one["status"] != "passed" and "qb" not in check}
    assert lost == {}


@pytest.mark.parametrize("seed", range(6))
def test_random_subsets_in_random_order_get_the_same_verdicts(leaks, sandbox, seed):
    """Check by check, word by word, whatever else is asked and whatever came before."""
    rng = random.Random(seed)
    culprits = {
        q: (rng.choice(sorted(LEAKS.values())), rng.choice(["import", "call"])) for q in rng.sample(QUESTIONS, 2)
    }
    handed_in = submission(culprits)
    whole = verdicts(leaks, handed_in, sandbox)
    for _ in range(3):
        order = rng.sample(QUESTIONS, len(QUESTIONS))
        subset = rng.sample(QUESTIONS, rng.randint(1, 3))
        found = verdicts(reordered(leaks, order), handed_in, sandbox, subset)
        assert found == {check: whole[check] for check in found}


def test_random_numbers_begin_alike_in_each_module(leaks, sandbox):
    """What a module draws at its import does not hang on which others were imported before."""
    session = sandbox.open(submission({}).sources, leaks.budget, leaks.seed)
    try:

        def drawn(of, q):
            calls = packed_list([encoded_call((f"{q}_m", "drawn"), (), {}, False)])
            return of.call(calls, 1, modules=[f"{q}_m"])[0]

        apart = [drawn(session.apart(), q) for q in QUESTIONS]
        together = [drawn(session, q) for q in QUESTIONS]
    finally:
        session.close()
    assert all(one == apart[0] for one in [*apart, *together])


SPY = """
import gc
SEEN = []
def f(x):
    SEEN.append(x)
    if {fails}:
        held = [o for o in gc.get_objects() if type(o) in (list, tuple, dict)][-20000:]
        raise ValueError("seen " + repr(SEEN[:-1]) + repr([o for o in held if "-" in repr(o)[:40]])[:1500])
    return x
"""


def test_what_students_read_now_comes_from_processes_that_held_nothing_hidden(leaks, sandbox):
    """A module that tells all it has seen, and all it finds, tells no visible check what a hidden one asked."""
    spies = {f"{q}_m.py": SPY.format(fails="x > 0").encode() for q in QUESTIONS}
    found = verdicts(leaks, Submission("eve", spies), sandbox)
    for q in QUESTIONS:
        told = json.dumps(found[f"{q}_shown"])
        assert "seen" in told
        asked = {str(case["x"]) for case in leaks.checks[f"{q}_hidden"].cases}
        assert not any(f"-{x}.0" in told for x in asked)


def test_a_visible_check_behind_a_hidden_one_gets_a_process_of_its_own(leaks, sandbox):
    """Where the order is turned round, as `requires` can, the process that was asked is not asked again."""
    handed_in = Submission("eve", {f"{q}_m.py": SPY.format(fails="x > 0").encode() for q in QUESTIONS})
    session = sandbox.open(handed_in.sources, leaks.budget, leaks.seed)
    try:
        run = Run(leaks, Placed(handed_in), session)
        specs = leaks.rubric.questions[0].checks
        for spec in reversed(specs):
            run.verdict(spec)
        assert "seen []" in run.known["qa_shown"].feedback
    finally:
        session.close()


def test_hidden_plans_are_not_held_where_workers_come_from(leaks):
    """The zygote knows the calls of visible checks alone."""
    held = list(plans_to_hold(leaks))
    assert held == [leaks.checks[f"{q}_shown"].plan.message for q in QUESTIONS]


def test_checks_of_a_question_that_share_no_module_share_no_process(leaks):
    """And which visible ones share one does not hang on the hidden ones."""
    question = leaks.rubric.questions[0]
    base = question.checks[0]
    uses = {"a": ("x",), "ab": ("x", "y"), "c": ("z",), "h": ("y", "z"), "d": ()}
    specs = tuple(replace(base, id=name, visibility="hidden" if name == "h" else "visible") for name in uses)
    checks = {
        name: replace(leaks.checks[base.id], plan=replace(leaks.checks[base.id].plan, modules=m))
        for name, m in uses.items()
    }
    rubric = replace(leaks.rubric, questions=(replace(question, checks=specs),))
    found = groups(replace(leaks, rubric=rubric, checks=checks))
    assert found["a"] == found["ab"] != found["c"]
    visible = replace(rubric, questions=(replace(question, checks=tuple(s for s in specs if s.id != "h")),))
    assert groups(replace(leaks, rubric=visible, checks=checks)) == {k: v for k, v in found.items() if k != "h"}
    assert len(set(found.values())) == 4


QUIET = "import numpy as np\ndef f(x):\n    return float(np.sum([x]))\n"
WRONG = "import numpy as np\ndef f(x):\n    return float(np.sum([x, x > 1]))\n"


class _Counting:
    """A session that counts the parts that are asked of it."""

    def __init__(self, session):
        self._session = session
        self.parts = 0

    def __getattr__(self, name):
        return getattr(self._session, name)

    def apart(self, **named):
        self.parts += 1
        return self._session.apart(**named)


def run_of(leaks, sandbox, sources):
    """The verdicts on some modules, and how many parts of the session questions took."""
    handed_in = Submission("ana", {path: text.encode() for path, text in sources.items()})
    session = _Counting(sandbox.open(handed_in.sources, leaks.budget, leaks.seed))
    try:
        run = Run(leaks, Placed(handed_in), session)
        for specs in turns([spec for question in leaks.rubric.questions for spec in question.checks]):
            for spec in specs:
                run.verdict(spec)
        return run.known, session.parts
    finally:
        session.close()


@pytest.mark.parametrize(
    ("others", "n"), [(QUIET, 1), (WRONG, 1), (HEAD + "def f(x):\n    np.random.seed(1)\n    return x\n", 2)]
)
def test_what_leaves_no_trace_shares_a_process(leaks, sandbox, others, n):
    """Whether it is right or wrong; whoever may leave one has one alone."""
    sources = {f"{q}_m.py": QUIET for q in QUESTIONS} | {"qb_m.py": others}
    known, parts = run_of(leaks, sandbox, sources)
    assert parts == n
    assert {check: one.status for check, one in known.items() if "qb" not in check} == {
        f"{q}_{kind}": "passed" for q in QUESTIONS if q != "qb" for kind in ("shown", "hidden")
    }


HOARDING = "def f(x):\n    return x + len('x' * (1 << 31))\n"


def test_memory_that_runs_out_is_asked_for_again_in_a_process_of_its_own(leaks, sandbox):
    """So that no other question's share of it counts."""
    known, parts = run_of(leaks, sandbox, {f"{q}_m.py": QUIET for q in QUESTIONS} | {"qc_m.py": HOARDING})
    assert known["qc_shown"].status == "out_of_memory"
    assert parts == 2
    assert all(one.status == "passed" for check, one in known.items() if "qc" not in check)
