"""The plain child process: what a student without Linux gets; the same outcomes, and nothing that only Linux has."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

from grader.checks.feedback.refusals import refusal
from grader.checks.plan.calls import encoded_call, packed_list
from grader.errors import SandboxError
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from grader.model.outcome import Failure, Value
from grader.sandbox import Budget
from grader.sandbox.subprocess import PlainSandbox
from tests.conftest import LIGHT

HONEST = (LIGHT.reference("mini") / "m.py").read_text()


@pytest.fixture(scope="module")
def plain():
    """Plain processes with numpy, the next one always warm."""
    sandbox = PlainSandbox(["numpy"], keeps_spare=True)
    yield sandbox
    sandbox.close()


def call(session, function, *args):
    packed = packed_list([encoded_call(("m", function), args, {}, False)])
    [outcome] = session.call(packed, 1, modules=["m"])
    return outcome


def answer(sandbox, source, function="f", *args, budget=Budget()):  # noqa: B008
    session = sandbox.open({"m.py": source}, budget, 0)
    try:
        return call(session, function, *args), session.output
    finally:
        session.close()


def test_verdicts_are_the_sandboxs(light, sandbox):
    """The same submission, the same result but for the sandbox's name."""
    wrong = HONEST.replace("* kernel)", "* kernel[::-1, ::-1])").replace("return float(x.sum())", "while True: pass")
    submission = Submission("ana", {"m.py": wrong.encode()})
    plain = PlainSandbox(light.rubric.modules, keeps_spare=True)
    try:
        mine, theirs = grade(light, submission, plain), grade(light, submission, sandbox)
    finally:
        plain.close()
    assert mine.sandbox == "none: a plain child process"
    assert [timeless(v) for v in mine.verdicts] == [timeless(v) for v in theirs.verdicts]


def timeless(verdict):
    return {key: value for key, value in verdict.to_json().items() if key != "seconds"}


def test_what_is_printed_is_kept_apart_from_replies(plain):
    """Output of Python and of the process itself, to both streams, in any amount; the cap holds."""
    source = (
        "import os, sys\ndef f():\n    print('one'); print('two', file=sys.stderr); os.write(1, b'three'); return 3\n"
    )
    outcome, output = answer(plain, source)
    assert outcome == Value(3)
    assert sorted(output.replace("three", "three\n").split()) == ["one", "three", "two"]
    outcome, output = answer(plain, "def f():\n    print('x' * 10_000_000)\n    return 1\n")
    assert outcome == Value(1)
    assert 64 << 10 <= len(output) < 70 << 10


def test_an_end_of_the_process_costs_one_call(plain):
    """A hang is a time-out and an exit a crash; the next call finds a fresh process."""
    session = plain.open(
        {"m.py": "import os\ndef hang():\n    while True: pass\ndef leave(): os._exit(3)\ndef f(): return 7\n"},
        Budget(call_wall_s=0.5),
        0,
    )
    hung, left, fine = call(session, "hang"), call(session, "leave"), call(session, "f")
    session.close()
    assert isinstance(hung, Failure) and hung.status == "timeout"
    assert isinstance(left, Failure) and (left.status, "exit code 3" in left.message) == ("crashed", True)
    assert fine == Value(7)


def test_the_same_modules_can_be_imported_as_in_the_sandbox(plain):
    """The standard library and what the course offers, late ones too; nothing else that is installed."""
    assert answer(plain, "def f():\n    import wave, numpy.testing\n    return wave.__name__\n")[0] == Value("wave")
    refused, _ = answer(plain, "def f():\n    import click\n")
    assert isinstance(refused, Failure)
    assert "here there are the standard library, numpy" in refused.message
    assert answer(plain, "import numpy as np\ndef f(x): return np.flip(x)", "f", np.arange(3.0))[0].data.tolist() == [
        2,
        1,
        0,
    ]


def test_a_spare_makes_the_next_session_instant(plain):
    """Who watches files does not wait for imports again."""
    answer(plain, "def f(): return 1")
    time.sleep(2.0)  # the spare warms meanwhile, as it does while somebody types
    started = time.perf_counter()
    answer(plain, "def f(): return 1")
    assert time.perf_counter() - started < 1.0


def test_a_module_that_is_not_installed_is_told():
    """Nobody is graded, and nothing is blamed on the code."""
    sandbox = PlainSandbox(["numpy", "not_there"])
    try:
        with pytest.raises(SandboxError, match="No module named 'not_there'"):
            answer(sandbox, "def f(): return 1")
    finally:
        sandbox.close()


# What macOS or Windows do not have, taken away from the process before the code under test is imported.
ELSEWHERE = """
import json, multiprocessing, os, platform, signal, socket, subprocess, sys, tempfile, threading, queue, uuid
for module in ("fcntl", "resource", "pwd", "grp", "syslog", "termios"):
    sys.modules[module] = None
for name in ("fork", "pidfd_open", "sched_getaffinity", "sched_setaffinity", "memfd_create", "wait4", "sysconf",
             "geteuid", "setresuid", "pipe2", "prlimit", "unshare", "killpg", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGCHLD", "SIGXCPU", "SIGXFSZ", "pidfd_send_signal"):
    if hasattr(signal, name):
        delattr(signal, name)
for name in ("AF_UNIX", "SOCK_SEQPACKET", "send_fds", "recv_fds", "socketpair"):
    if hasattr(socket, name):
        delattr(socket, name)
def no_proc(event, args):
    if event == "open" and str(args[0]).startswith("/proc/"):
        raise AssertionError(f"{args[0]} is read")
"""


def test_worker_and_judge_need_nothing_of_linux(tmp_path):
    """Both ends run where fork, process descriptors, /proc, Unix sockets and Unix modules are taken away."""
    worker = tmp_path / "elsewhere.py"
    worker.write_text(
        ELSEWHERE + "from grader.worker.plain import main\nsys.addaudithook(no_proc)\nmain(sys.argv[1:])\n"
    )
    judge = ELSEWHERE + textwrap.dedent(
        f"""
        from grader.sandbox import Budget
        from grader.sandbox.subprocess import PlainSandbox
        from grader.checks.plan.calls import encoded_call, packed_list
        sys.addaudithook(no_proc)
        sandbox = PlainSandbox(["numpy"], command=[sys.executable, {str(worker)!r}])
        session = sandbox.open({{"m.py": "def f(x):\\n    print('said')\\n    return x + 1\\ndef g():\\n    while True: pass"}},
                               Budget(call_wall_s=0.5), 0)
        for name, args in (("f", (41,)), ("g", ()), ("f", (1,))):
            [outcome] = session.call(packed_list([encoded_call(("m", name), args, {{}}, False)]), 1, modules=["m"])
            print(getattr(outcome, "data", None) or outcome.status)
        print(session.output.split())
        session.close()
        sandbox.close()
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", judge],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(LIGHT.root.parent.parent.parent)},
    )
    assert done.stdout.split("\n")[:4] == ["42", "timeout", "2", "['said', 'said']"], done.stderr


REFUSED = (
    "input()",
    "open('settings.txt')",
    "open('/out.log', 'w')",
    "open('/etc/passwd')",
    "os.listdir('/')",
    "os.makedirs('/out')",
    "os.remove('/out')",
    "tempfile.NamedTemporaryFile(dir='/')",
    "os.system('ls')",
    "os.fork()",
    "os.execv('/bin/ls', ['ls'])",
    "os.kill(1, 0)",
    "subprocess.run(['ls'])",
    "socket.socket()",
    "socket.create_connection(('example.org', 80))",
    "urllib.request.urlopen('http://example.org')",
    "__import__('nowhere_at_all')",
    "sys.exit(3)",
    "exit()",
)
ALLOWED = (
    "open('kept.txt', 'w').write('1')",
    "tempfile.TemporaryFile().write(b'1')",
    "threading.Thread(target=len, args=('',)).start()",
    "asyncio.run(asyncio.sleep(0))",
    "__import__('html.parser')",
)
ACTS = "import asyncio, os, socket, subprocess, sys, tempfile, threading, urllib.request\n" + "".join(
    f"def a{number}():\n    {act}\n" for number, act in enumerate((*REFUSED, *ALLOWED))
)


def test_what_grading_refuses_is_refused_here_too(plain, sandbox):
    """Files, processes, network, modules, input, exit: the same error as in the sandbox; what is allowed there is here."""
    ends = []
    for one in (plain, sandbox):
        session = one.open({"m.py": ACTS}, Budget(), 0)
        try:
            ends.append([call(session, f"a{number}") for number in range(len(REFUSED) + len(ALLOWED))])
        finally:
            session.close()
    mine, theirs = ([_kind_of(outcome) for outcome in found] for found in ends)
    assert mine == theirs
    assert mine[len(REFUSED) :] == [""] * len(ALLOWED)
    assert "" not in mine[: len(REFUSED)]


def _kind_of(outcome):
    """How a call ended, without the names of this machine's places."""
    if not isinstance(outcome, Failure):
        return ""
    text = refusal(outcome)
    return text or outcome.message
