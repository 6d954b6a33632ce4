"""What one submission sends costs the judge bounded memory and time, and a line of bounded length."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest

from grader import wire
from grader.checks.plan.calls import encoded_call, packed_list
from grader.errors import WireError
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from grader.model.outcome import Value
from grader.model.verdict import PreviousResult
from grader.sandbox import Budget, weighing
from grader.sandbox.requests import Taken
from tests.hostile.test_judge import TOTAL, hand_in

# 2 to 6 s were seen on two cores that others used as well.
MAX_MIB, MAX_CPU_S, MAX_LINE = 360, 10.0, 120_000
LISTS = 'b"\\xdd" + (20).to_bytes(4, "big") + (b"\\xdd" + (1000000).to_bytes(4, "big") + b"\\x90" * 1000000) * 20'
ANSWERS = {
    "arrays of 32 MiB": "return np.zeros(4_190_000)",
    "bytes that become floats": "return np.zeros(30_000_000, dtype=bool)",
    "halves that become floats": "return np.zeros(15_000_000, dtype=np.float16)",
    "integers that become floats": "return np.zeros(30_000_000, dtype=np.int8)",
    "a tensor of bytes": "return torch.zeros(30_000_000, dtype=torch.uint8)",
    "twenty lists of a million lists": f"forge.send(wire.VALUE, [{LISTS}])",
    "nested lists that are not complete": 'forge.send(wire.VALUE, [(b"\\xdd" + (1000000).to_bytes(4, "big") + b"\\xcd\\x11\\x11" * 999_999) * 8])',
    "heads of lists alone": 'forge.send(wire.VALUE, [(b"\\xdd" + (1000000).to_bytes(4, "big")) * 500])',
    "a million texts": 'forge.send(wire.VALUE, [b"\\xdd" + (1048000).to_bytes(4, "big") + b"\\xa3abc" * 1048000])',
    "a million arrays": 'forge.send(wire.VALUE, [b"\\xdd" + (1048000).to_bytes(4, "big") + wire.encode(np.zeros(1)) * 1048000])',
    "as many arrays as are read": 'forge.send(wire.VALUE, [b"\\xdd" + (60000).to_bytes(4, "big") + wire.encode(np.zeros(1)) * 60000])',
    "a million integers of many digits": "return [10 ** 400] * 20_000",
    "tables of many keys": "return [{i * 8192: i for i in range(4000)} for _ in range(60)]",
    "a set of many": "return set(range(300_000))",
    "pairs of many": "return {(i, i): i for i in range(200_000)}",
    "a list of floats": "return [1.5] * 1_000_000",
    "a list of texts": "return ['x' * 1000] * 30_000",
    "a list that is too long": "return [1.0] * 3_000_000",
    "many short lists": "return [[1.0]] * 300_000",
    "a deep list of wide ones": "a = [0.0] * 30_000\nfor _ in range(30): a = [a] + [0.0] * 30_000\nreturn a",
    "a name unlike all others": (
        "import random\na = ''.join(chr(0x4e00 + i % 150) for i in range(60_000))\nb = ''.join(random.sample(a, len(a)))\n"
        "forge.send(wire.MISSING, [wire.encode(['no ' + a, [b]])])"
    ),
    "many names unlike all others": (
        "a = ['%079d' % i for i in range(20_000)]\nforge.send(wire.MISSING, [wire.encode(['no ' + 'x' * 70, a])])"
    ),
    "a type of a long name": "return type('A' * 900_000, (), {})()",
    "a module of a long name": "return type('A', (), {'__module__': 'm' * 900_000})()",
    "an exception of a long name": "raise type('E' * 900_000, (Exception,), {})('x' * 900_000)",
    "an exception of what JSON makes long": "raise ValueError('\\x00' * 5_000)",
    "a key of a long name": "return {'k' * 900_000: 1}",
    "a text": "return 'x' * 1_000_000",
    "a text of what JSON makes long": "return '\\x01' * 1_000_000",
    "parts without end": "forge.send(wire.VALUE, [b''], copies=100_000)",
    "a frame of empty parts": "import struct\ndata = struct.pack('!BI', 0, 0) * 6_000_000\nown, n = forge.worker()\nforge.write(wire.head_of_replies(own._number, 0, n, len(data)) + data)",
    "empty frames without end": "forge.write(b'\\0\\0\\0\\0' * 3_000_000)",
    "printed without end": "for _ in range(3000): print('\\x00' * 10_000)",
}  # fmt: skip


# What may befall what comes after the attack, be it that it shares its question or that it is hidden: all that the
# submission may send, or its time, is used up by then. Nothing is gained so.
BESIDE = dict.fromkeys(("model_is_right", "conv_keeps_inputs"), ("passed", "out_of_memory", "timeout", "ungraded"))


def peak_mib():
    """The most memory that this process held since `reset_peak`."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


def reset_peak():
    """Let the peak be what is held now, which is returned."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak_mib()


@pytest.mark.parametrize("answer", sorted(ANSWERS))
def test_an_answer_costs_the_judge_little(answer, mini, sandbox, honest):
    """Memory and processor time of the judge, which is this thread; the other question keeps its points."""
    submission = Submission("eve", hand_in(honest, ANSWERS[answer]))
    held, started = reset_peak(), time.thread_time()
    result = grade(mini, submission, sandbox)
    spent, more = time.thread_time() - started, peak_mib() - held
    for verdict in result.verdicts:
        if verdict.id in TOTAL:
            assert verdict.score == 0, verdict
            assert verdict.status in ("failed", "error", "crashed", "missing", "out_of_memory", "timeout", "ungraded")
        else:
            assert verdict.status in BESIDE.get(verdict.id, ("passed",)), (verdict.id, verdict.feedback)
            assert verdict.score == (verdict.max_score if verdict.status == "passed" else 0)
    assert len(json.dumps(result.to_json())) < MAX_LINE
    assert spent < MAX_CPU_S
    assert more < MAX_MIB


def test_values_are_counted_as_they_are():
    """The count is that of what decoding would make; an array takes as long as several."""
    for value, values in [
        (1.0, 1), ([1.0] * 1000, 1001), ({"a": [1, 2**70, "x" * 300, b"y" * 70_000, None]}, 7 + weighing.EXTENSION_VALUES), ([[[]]], 3), ("é" * 20, 1),
        ([np.zeros((3, 3), dtype=np.float32)] * 5, 1 + 5 * weighing.EXTENSION_VALUES), (-(2**62), 1), ({i: i for i in range(100)}, 201), ("x" * 70_000, 1),
    ]:  # fmt: skip
        assert weighing.weigh(wire.encode(value))[0] == values
    assert weighing.weigh(wire.encode(np.zeros(1000, dtype=bool)))[1] >= 8000
    assert weighing.weigh(wire.encode(np.zeros(1000)))[1] < 9000


@pytest.mark.parametrize("bound", ["MAX_BYTES", "MAX_VALUES"])
def test_all_answers_together_are_bounded(mini, sandbox, honest, monkeypatch, bound):
    """Past what one submission may send in all its checks wait, none of them is failed for it, and the judge goes on."""
    monkeypatch.setattr(weighing, bound, 7_000 if bound == "MAX_BYTES" else 700)  # of the right answers about half
    result = grade(mini, Submission("eve", {"m.py": honest.encode()}), sandbox)
    assert {verdict.status for verdict in result.verdicts} == {"passed", "ungraded"}
    assert any(" in all" in verdict.feedback for verdict in result.verdicts)


def test_what_waits_is_judged_by_itself(mini, sandbox, honest, monkeypatch):
    """By the runs that follow: what is known then is not sent again, so that nothing hangs on what was asked before."""
    monkeypatch.setattr(weighing, "MAX_VALUES", 1_000)
    known = {}
    for _ in range(3):
        result = grade(mini, Submission("eve", {"m.py": honest.encode()}), sandbox, earlier=PreviousResult(known))
        known = {verdict.id: verdict for verdict in result.verdicts if verdict.status == "passed"}
    assert len(known) == len(result.verdicts)


def test_a_write_up_is_read_whatever_the_code_sent(sandbox, monkeypatch):
    """No code of the submission has run where it is read."""
    session = sandbox.open({"m.py": "def f(): return [1.0] * 1000\n"}, Budget(), 0)
    try:
        monkeypatch.setattr(weighing, "MAX_VALUES", 500)
        calls = packed_list([encoded_call(("m", "f"), (), {}, False)])
        part = session.apart()
        [outcome] = part.call(calls, 1, modules=["m"])
        assert (outcome.status, "in all" in outcome.message) == ("ungraded", True)
        assert isinstance(session.read("answers.md", b"# One\n\nx = 1\n"), Value)
    finally:
        session.close()


@pytest.mark.parametrize("who_is_first", ["eve", "ana"])
def test_what_one_has_sent_in_all_counts_for_that_one_alone(mini, sandbox, honest, monkeypatch, who_is_first):
    """Answers are judged once for all who give them; what the bounds make of one of these is that one's own."""
    source = honest.replace("import torch\n", f"import torch\n\nWHO_IS_FIRST = {who_is_first!r}\n")
    judged = {}
    for who in sorted(("eve", "ana"), key=who_is_first.__ne__):
        with monkeypatch.context() as patched:
            if who == "eve":
                patched.setattr(weighing, "MAX_VALUES", 700)
            result = grade(mini, Submission(who, {"m.py": source.encode()}), sandbox)
        judged[who] = [verdict.status for verdict in result.verdicts]
    assert set(judged["ana"]) == {"passed"}
    assert set(judged["eve"]) == {"passed", "ungraded"}


def test_the_replies_before_what_is_too_much_count():
    """One message may hold some of the replies that are still read, and one that no longer is."""
    sent, one = weighing.Weight(), wire.part(wire.VALUE, wire.encode([1.0] * 100_000))
    sent.values = weighing.MAX_VALUES - 250_000
    taken = Taken(sent)
    with pytest.raises(weighing.TooMuchAnswered):
        taken.add(0, 4, one * 4)
    assert (taken.count, taken.whole) == (2, one * 2)
    with pytest.raises(WireError, match="no answer"):
        Taken(weighing.Weight()).add(1, 1, one)


def test_many_small_arrays_are_few_values():
    """Small answers are taken by their bytes at first, and counted where that comes to much."""
    sent = weighing.Weight()
    data = wire.part(wire.VALUE, wire.encode(np.zeros(30_000)))
    for _ in range(3 * weighing.MAX_VALUES * 8 // len(data)):
        Taken(sent).add(0, 1, data)
    assert sent.values < weighing.MAX_VALUES
    full = wire.part(wire.VALUE, wire.encode([1.0] * 25_000))
    sent.values = weighing.MAX_VALUES - 25_000
    with pytest.raises(weighing.TooMuchAnswered):
        Taken(sent).add(0, 1, full)
