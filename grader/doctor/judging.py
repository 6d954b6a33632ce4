"""Attempts what hostile code could do to the judge by what it says: each act is a submission in the real sandbox."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader import wire
from grader.doctor.attempts import Attempted
from grader.doctor.forging import FORGE
from grader.errors import SandboxError
from grader.model.outcome import Handle, Outcome, Value
from grader.sandbox import Budget, Session
from grader.sandbox.isolated import ForkedSandbox

# Past these a judge that has other submissions to grade is harmed by one. Honest ones stay far below.
MOST_MIB, MOST_CPU_S, MOST_WALL_S, MOST_TEXT = 400, 10.0, 30.0, 20_000
_WAIT_S = 1.0
_SECRET = "Kj7wq"  # asked for by a check that is hidden, and looked for by one that is not
_HEAD = "import gc, os, sys, time\nimport numpy as np\nimport forge\nfrom forge import wire\n"


@dataclass(frozen=True)
class JudgeAct:
    """What is attempted against the judge.

    Args:
        attempt: what it achieved, in a sentence; empty where it was stopped.
    """

    name: str
    what: str
    attempt: Callable[[ForkedSandbox], str]


def attempt_on_judge(sandbox: ForkedSandbox) -> dict[str, Attempted]:
    """Each act's end, by its name.

    Raises:
        SandboxError: there is no sandbox at all.
    """
    ends = {}
    for act in JUDGE_ACTS.values():
        try:
            achieved = act.attempt(sandbox)
        except SandboxError:
            raise
        except Exception as error:  # which would have ended the judge
            achieved = f"the judge tripped over it: {type(error).__name__}"
        ends[act.name] = Attempted(bool(achieved), achieved or "stopped")
    return ends


def _answer(session: Session, function: str = "act", argument: object = None) -> Outcome:
    """What a submission's function answers to one call."""
    call = [["m", function], [argument], {}, False]
    return session.call(wire.encode([bytes([wire.READ]), call]), 1, modules=["m"])[0]


def _after(sandbox: ForkedSandbox, code: str, call_wall_s: float = 2.0) -> Outcome:
    """What the function `act(x)` of a submission answers."""
    session = sandbox.open({"m.py": _HEAD + code, "forge.py": FORGE}, Budget(call_wall_s=call_wall_s), seed=0)
    try:
        return _answer(session)
    finally:
        session.close()


# Answers that are odd, too many or too long, as the body of a function; each tripped a judge once.
_ODD = (
    "return 10 ** 400", "return [2 ** 1024, 0.5]", "return {'a': 10 ** 4500}", "return [10 ** 4400, 'a']",
    "forge.send(wire.VALUE, [wire.encode([wire.Ref(1, 1), 2.0])])",
    "forge.send(wire.VALUE, [wire.encode([[wire.Mark.TUPLE]])])",
    "forge.send(wire.ERROR, [wire.encode(['E', 'e', ['m.py', 10 ** 4000, 'f']])])",
    "forge.send(wire.READY, [wire.encode(None)])", "forge.send(wire.VALUE, [b'\\xff' * 50])", "forge.need(['numpy'])",
    "raise type('E' * 900_000, (Exception,), {})('x' * 900_000)",
)  # fmt: skip


_READER = """
def act(x):
    left = [name for name in forge.worker()[0]._absent if "PART" in name]
    left += [name for name in ("wave",) if name in sys.modules]
    return left + ["a flag of numpy's"] * (np.geterr()["over"] == "raise")
"""
_LOOK = """
KEPT = []

def act(x):
    word = "".join(("Kj7", "wq"))
    kept = [held for held in gc.get_objects() if type(held) in (list, tuple, dict)]
    inside = [one for held in kept for one in (held.values() if type(held) is dict else held)]
    texts = [one if type(one) is bytes else one.encode() for one in inside if type(one) in (str, bytes)]
    return sum(word.encode() in text for text in texts)

def hidden(x):
    KEPT.append(x)
"""


def _trip(sandbox: ForkedSandbox) -> str:
    for body in _ODD:
        outcome = _after(sandbox, f"def act(x):\n    {body}\n")
        if not isinstance(outcome, Value | Handle):
            text = json.dumps(str(outcome))
            if len(text) > MOST_TEXT:
                return f"a message of {len(text)} characters came through"
    return ""


def _leave(sandbox: ForkedSandbox) -> str:
    """A text in the place of a module's name, a module that was loaded, and a flag of numpy's."""
    _after(sandbox, "import wave\nnp.seterr(all='raise')\ndef act(x):\n    forge.need('PART000 of a solution')\n")
    outcome = _after(sandbox, _READER)
    return f"the next submission found {outcome.data}" if isinstance(outcome, Value) and outcome.data else ""


def _forge(sandbox: ForkedSandbox) -> str:
    _after(sandbox, "def act(x):\n    forge.need('unittest.__main__')\n")
    outcome = _after(sandbox, "def act(x):\n    return 'unittest.__main__' in sys.modules\n")
    return "unittest.__main__ is loaded for all" if isinstance(outcome, Value) and outcome.data else ""


def _peek(sandbox: ForkedSandbox) -> str:
    """Another process of the same submission is asked for what is hidden, then this one looks for it."""
    session = sandbox.open({"m.py": _HEAD + _LOOK, "forge.py": FORGE}, Budget(), seed=0)
    try:
        _answer(session.apart(), "hidden", _SECRET)
        outcome = _answer(session.apart())
    finally:
        session.close()
    return "what a hidden check asks lies on the heap" if isinstance(outcome, Value) and outcome.data else ""


def _fill(sandbox: ForkedSandbox) -> str:
    lists = "b'\\xdd' + (20).to_bytes(4, 'big') + (b'\\xdd' + (10**6).to_bytes(4, 'big') + b'\\x90' * 10**6) * 20"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _after(sandbox, f"def act(x):\n    forge.send(wire.VALUE, [{lists}])\n")
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10
    return f"the judge took {more} MiB" if more > MOST_MIB else ""


def _busy(sandbox: ForkedSandbox) -> str:
    started = time.process_time()
    for body in (
        "forge.send(wire.MISSING, [wire.encode(['no ' + 'x' * 60_000, ['y' * 60_000] * 15])])",
        "forge.write(b'\\0\\0\\0\\0' * 3_000_000)",
        "return [10 ** 400] * 20_000",
    ):
        _after(sandbox, f"def act(x):\n    {body}\n")
    spent = time.process_time() - started
    return f"the judge worked for {spent:.0f} s" if spent > MOST_CPU_S else ""


def _outlast(sandbox: ForkedSandbox) -> str:
    started = time.monotonic()
    drip = "def act(x):\n    while True:\n        os.write(3, b'\\0')\n        time.sleep(0.2)\n"
    _after(sandbox, drip, _WAIT_S)
    took = time.monotonic() - started
    return f"a call of {_WAIT_S:.0f} s was waited for {took:.0f} s" if took > MOST_WALL_S else ""


JUDGE_ACTS: Mapping[str, JudgeAct] = {
    act.name: act
    for act in (
        JudgeAct("trip_the_judge", "answer with what a judge cannot compute with", _trip),
        JudgeAct("leave_a_word", "leave a text or a module to the next submission", _leave),
        JudgeAct("forge_a_request", "have modules loaded for all that nobody may ask for", _forge),
        JudgeAct("peek_at_hidden_checks", "find what a hidden check asks in another process", _peek),
        JudgeAct("fill_the_judge", "answer with more than fits into the judge's memory", _fill),
        JudgeAct("keep_the_judge_busy", "answer with what takes a judge long to read", _busy),
        JudgeAct("outlast_the_clock", "renew a deadline without answering", _outlast),
    )
}
