"""What every session keeps to, whatever stands between the judge and the code; a test of one subclasses it."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from grader.checks.plan.calls import encoded_call, packed_list
from grader.model.outcome import Failure, Handle, Kept, Value
from grader.wire import KEEP, READ, Ref

SOURCE = '''
"""One module that answers, keeps, prints, fails and ends."""
import numpy as np
from pathlib import Path

state = []


class Net:
    def __init__(self, width):
        self.width = width

    def area(self):
        return self.width ** 2


def add(a, b):
    return a + b


def array(n):
    return np.arange(n, dtype=np.float32)


def remember(x):
    state.append(x)
    return len(state)


def make(width):
    return Net(width)


def bad():
    raise ValueError("told")


def beside():
    return Path(__file__).with_name("data.csv").name, Path(__file__).name


def words():
    return {"a": [1, 2.5, None, True], "b": ("x", b"y")}
'''


class SessionContract:
    """Subclass it, and say how a session over some source of module `m` is opened."""

    def open(self, source):
        """A fresh session."""
        raise NotImplementedError

    @pytest.fixture
    def session(self):
        """A session over the module above."""
        session = self.open(SOURCE)
        yield session
        session.close()

    @staticmethod
    def calls(session, *calls, forget=True, wanted=READ):
        """The outcomes of calls (function, arguments…), made one after the other."""
        sent = [encoded_call(target, args, {}, 0) for target, *args in calls]
        replies = session.call(packed_list(sent, [wanted] * len(sent)), len(sent), modules=["m"], forget=forget)
        return list(replies)

    def test_loading_tells_the_public_names(self, session):
        """And loading twice is loading once."""
        assert {"add", "array", "Net"} <= set(session.load("m").data)
        assert session.load("m") == session.load("m")

    def test_loading_tells_parameters_and_what_is_not_written(self):
        """With its place, however much its docstring says; of what is no plain function, nothing."""
        todo = 'def f(x, y=1):\n    """Says much."""\n    raise NotImplementedError\n\n'
        others = "def g(x):\n    print(x)\n    raise NotImplementedError\n\nh = f\n\nclass C:\n    f = f\n"
        session = self.open(todo + others)
        [[names, [_file, line]], *rest] = [session.load("m").data[name] for name in ("f", "g", "h", "C")]
        assert (names, line) == (["x", "y"], 3)
        assert rest == [[["x"], []], [["x", "y"], []], []]
        session.close()

    def test_a_module_that_is_not_there_is_missing(self, session):
        """For each call of it, which is not made."""
        assert session.load("other").status == "missing"
        sent = [encoded_call(("other", "f"), [], {}, 0)] * 2
        replies = list(session.call(packed_list(sent), 2, modules=["other"]))
        assert [reply.status for reply in replies] == ["missing"] * 2

    def test_data_comes_back_as_it_is(self, session):
        """Numbers, arrays with their dtype, text, bytes, what is within each other; tuples as lists."""
        total, array, words = self.calls(
            session, (("m", "add"), 1, 2), (("m", "array"), 3), (("m", "words"),)
        )  # fmt: skip
        assert total == Value(3) and type(total.data) is int
        assert array.data.dtype == np.float32 and array.data.tolist() == [0, 1, 2]
        assert words.data == {"a": [1, 2.5, None, True], "b": ["x", b"y"]}

    def test_an_exception_is_an_error_and_ends_nothing(self, session):
        """The message is told, and the next call is made."""
        failed, after = self.calls(session, (("m", "bad"),), (("m", "add"), 1, 1))
        assert isinstance(failed, Failure) and failed.status == "error" and "told" in failed.message
        assert after == Value(2)

    def test_what_is_not_there_names_what_is(self, session):
        """A function that the module lacks."""
        [failed] = self.calls(session, (("m", "ad"),))
        assert failed.status == "missing" and "add" in failed.names

    def test_an_object_stays_and_is_called_by_its_number(self, session):
        """Within a list of calls, and from a later one that forgets nothing."""
        made, area = self.calls(session, (("m", "make"), 3), ((Ref(0, 0), "area"),), wanted=READ | KEEP)
        assert isinstance(made, Handle | Kept) and area == Value(9)
        [again] = self.calls(session, ((Ref(session.request, 0), "area"),), forget=False)
        assert again == Value(9)

    def test_requests_are_numbered(self, session):
        """Each `call` by one more."""
        self.calls(session, (("m", "add"), 1, 1))
        first = session.request
        self.calls(session, (("m", "add"), 1, 1))
        assert session.request == first + 1

    def test_a_write_up_is_read(self, session):
        """Into the same document everywhere."""
        document, notes = session.read("answers.md", b"# Question 1\n\nIt is $42$.\n").data
        assert "42" in str(document) and list(notes) == []

    def test_an_archive_is_opened(self, session):
        """Its files are there with their bytes; what is none says why not."""
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr("in/m.py", "x = 1\n")
        files, *_ = session.unpack("a.zip", data.getvalue()).data
        assert files == [["in/m.py", b"x = 1\n"]]
        assert "zip" in str(session.unpack("a.zip", b"no archive"))

    def test_ending_it_twice_is_ending_it_once(self):
        """Whether it has been used or not."""
        session = self.open(SOURCE)
        session.close()
        session.close()


class BoundedSessionContract(SessionContract):
    """What holds besides where the code runs in a process of its own."""

    def test_a_module_knows_its_file(self, session):
        """As whoever looks for data beside it asks."""
        [beside] = self.calls(session, (("m", "beside"),))
        assert beside == Value(["data.csv", "m.py"])

    def test_what_is_printed_is_kept(self):
        """In the order in which it was printed."""
        session = self.open("def f(x):\n    print('seen', x)\n    return x\n")
        self.calls(session, (("m", "f"), 1), (("m", "f"), 2))
        assert session.output.splitlines() == ["seen 1", "seen 2"]
        session.close()

    def test_a_module_that_fails_fails_each_call(self):
        """With its file and line, once tried."""
        session = self.open("x = 1\nraise KeyError('at load')\n")
        loaded = session.load("m")
        assert (loaded.status, loaded.file, loaded.line) == ("error", "m.py", 2)
        assert self.calls(session, (("m", "f"),), (("m", "g"),)) == [loaded, loaded]
        session.close()

    def test_a_process_that_ends_costs_the_calls_after_it(self):
        """What was answered before counts; the next request finds a fresh process."""
        session = self.open("import os\n\ndef f(x):\n    return x\n\ndef end():\n    os._exit(3)\n")
        answered, *ended = self.calls(session, (("m", "f"), 1), (("m", "end"),), (("m", "f"), 2))
        assert answered == Value(1)
        assert [one.status for one in ended] == ["crashed"]
        assert self.calls(session, (("m", "f"), 4)) == [Value(4)]
        session.close()

    def test_all_calls_after_an_end_share_its_failure(self):
        """Asked for by their numbers: a plan is judged whole, however far the process came."""
        session = self.open("import os\n\ndef end():\n    os._exit(3)\n")
        sent = [encoded_call(("m", "end"), (), {}, 0)] * 3
        replies = session.call(packed_list(sent, [READ] * 3), 3, modules=["m"])
        assert (len(replies), replies[0].status) == (1, "crashed")
        assert replies[2] is replies[0]
        session.close()

    def test_a_session_apart_shares_no_state(self):
        """What one has remembered the other has not."""
        session = self.open(SOURCE)
        apart = session.apart()
        assert self.calls(session, (("m", "remember"), 1), (("m", "remember"), 1)) == [Value(1), Value(2)]
        assert self.calls(apart, (("m", "remember"), 1)) == [Value(1)]
        session.close()

    def test_a_call_that_does_not_return_is_ended(self):
        """At its line; the calls before it count."""
        session = self.open("def f(x):\n    return x\n\ndef hang():\n    while True:\n        pass\n")
        answered, hung = self.calls(session, (("m", "f"), 1), (("m", "hang"),))
        assert answered == Value(1)
        assert (hung.status, hung.file, hung.line) == ("timeout", "m.py", 5)
        session.close()
