"""What reads a student's bytes, each with what must hold whatever the bytes are.

A target takes bytes and raises where the reader under it does not keep its word. Readers of the first group run in the
judge, on what a worker says; the others run in a worker, on files.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import msgpack.fallback
import numpy as np

from grader import wire
from grader.errors import WireError
from grader.intake.archives import is_listing
from grader.intake.surveying import is_survey
from grader.model.arrays import Mismatch, as_array
from grader.model.outcome import Failure, Handle, Outcome, Value
from grader.rubric.loading import load
from grader.sandbox import Budget
from grader.sandbox.protocols import Ended
from grader.sandbox.session import WorkerSession
from grader.worker import archive, inspection
from grader.worker.files import MAX_FILES, cap_of, is_plain, is_wanted
from grader.worker.notebook import NotANotebook, Notebook, python_source
from grader.worker.reading.document import read_writeup
from grader.worker.reading.formulas import read_formulas
from grader.worker.survey import survey
from grader.worker.worker import read_document, unpack_files
from grader.writeup import judge
from tests.conftest import ROOT
from tests.fuzz.replies import judged

N_CALLS = 3
JUDGED = {"passed", "partial", "failed", "missing", "needs_review"}


def message(data: bytes) -> None:
    """The wire: data in the caps, with plain memory of its own, the same again when sent on; else WireError."""
    _lead(data)
    try:
        value = wire.decode(data)
    except WireError:
        return
    for array in _arrays(value):
        assert array.dtype in wire.DTYPES.values()
        assert array.flags.c_contiguous
        assert array.flags.writeable
        if array.dtype == bool:
            assert not array.size or array.view(np.uint8).max() <= 1
    sent = _encoded(value)
    assert sent is None or wire.encode(wire.decode(sent)) == sent


def stream(data: bytes) -> None:
    """A session: whatever a process answers becomes outcomes, one per call or fewer, and nothing is raised."""
    outcomes = said(data)
    assert 0 < len(outcomes) <= N_CALLS
    for outcome in outcomes:
        assert isinstance(outcome, Value | Handle | Failure)
        if isinstance(outcome, Value):
            try:
                as_array(outcome.data)
            except Mismatch:
                continue


def said(data: bytes) -> list[Outcome]:
    """What a session makes of a process that answers three calls with some bytes."""
    session = WorkerSession(_Scripted(data), {"m.py": ""}, Budget(), seed=1)
    try:
        return list(session.call(wire.encode([]), N_CALLS, modules=["m"]))
    finally:
        session.close()


def listing(data: bytes) -> None:
    """What a worker says is in an archive: files as a folder may hold them, or refused."""
    try:
        said = wire.decode(data)
    except WireError:
        return
    if is_listing(said):
        _refuse_odd_files(dict(said[0]))


def document(data: bytes) -> None:
    """What a worker says was read: each check of a write-up gives a status and a bounded text."""
    try:
        read = wire.decode(data)
    except WireError:
        return
    _judge_all(read)


def packed_folder(data: bytes) -> None:
    """Archives of every kind: plain names within the caps, or a sentence."""
    for name in ("hw1.zip", "hw1.tar.gz", "hw1.tar"):
        said = unpack_files(name, data, ["q2_toeplitz"])
        if isinstance(said, str):
            assert 0 < len(said) <= 300
            continue
        files, _, unread = said
        assert len(unread) <= archive.MAX_TOLD
        _refuse_odd_files(dict(files))
        assert is_listing(wire.decode(wire.encode(said)))


def notebook(data: bytes) -> None:
    """A notebook: cells as text, or refused by name."""
    try:
        book = Notebook.parse("hw1.ipynb", data)
    except NotANotebook:
        return
    assert isinstance(book.write_up, str)
    for kind, number, source in book.cells:
        assert (type(kind), type(number), type(source)) == (str, int, str)
        python_source(source)
    inspection.uses({}, [book], ["q2_toeplitz.conv2d"], ["torch.*"])
    assert is_survey(wire.decode(wire.encode(survey({"hw1.ipynb": data, "q1_lenet.py": data}, {}))), 2)
    assert read_document("hw1.ipynb", data)


def source(data: bytes) -> None:
    """A module's text: places and uses are found by reading, and nothing of it runs."""
    files = {"q2_toeplitz.py": data, "other.py": b"from q2_toeplitz import *\n"}
    found = inspection.uses(files, [], ["q2_toeplitz.conv2d", "other.f"], ["torch.*", "scipy.signal.*"])
    assert len(found) <= inspection.MAX_USES
    [place] = inspection.places(files, [], ["q2_toeplitz.conv2d"])
    assert place[0] == "q2_toeplitz.py"
    assert place[1] >= 1


def write_up(data: bytes) -> None:
    """A write-up: read to the end, sent as data, judged."""
    read, notes = wire.decode(wire.encode(read_document("answers.md", data)))
    assert all(type(note) is str for note in notes)
    _judge_all(read)


def formula(data: bytes) -> None:
    """A formula: read or refused with a reason, and what was read is data."""
    text = data.decode("utf-8", "replace")
    for found in wire.decode(wire.encode(read_formulas(text))):
        assert found["error"] or len(found["sides"]) == len(found["ops"]) + 1
    wire.encode(read_writeup(f"## Question 3\n\nii) ${text}$\n"))


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each
    for each in (message, stream, listing, document, packed_folder, notebook, source, write_up, formula, judged)
}


def hole(data: bytes) -> None:
    """The wire with one of its checks taken out, which fuzzing must find or it proves nothing."""
    with patch.object(wire.values, "_unpack_array", _unpack_careless):
        message(data)


def _unpack_careless(data: bytes) -> Any:
    name, shape, raw = msgpack.unpackb(data)
    if name not in wire.DTYPES or type(raw) is not bytes or np.prod(shape) * wire.DTYPES[name].itemsize != len(raw):
        raise WireError("an array that is none")
    return np.frombuffer(bytearray(raw), dtype=wire.DTYPES[name]).reshape(shape)


def _lead(data: bytes) -> None:
    """Read with msgpack's Python twin: its C code tells a fuzzer nothing of where it has been."""
    try:
        msgpack.fallback.unpackb(data, ext_hook=_lead_inside, strict_map_key=False, timestamp=1)
    except Exception:
        return


def _lead_inside(_code: int, data: bytes) -> None:
    msgpack.fallback.unpackb(data)


def _encoded(value: Any) -> bytes | None:
    """A decoded value as bytes; None where it is nested deeper than a worker would send it."""
    try:
        return wire.encode(value)
    except wire.NotData as reason:
        if "nested deeper" in str(reason):
            return None
        raise


def _arrays(value: Any) -> list[np.ndarray[Any, Any]]:
    if isinstance(value, np.ndarray):
        return [value]
    children = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    return [array for child in children for array in _arrays(child)]


def _refuse_odd_files(files: dict[str, bytes]) -> None:
    assert len(files) <= MAX_FILES
    for path, content in files.items():
        assert is_plain(path)
        assert is_wanted(path)
        assert len(content) <= cap_of(path) + 1
        assert not path.startswith("/")
        assert ".." not in path.split("/")


def _judge_all(read: Any) -> None:
    for spec in _write_up_checks():
        outcome = judge(spec.writeup, read, tolerance=spec.tolerance)
        assert outcome.status in JUDGED
        assert 0 <= outcome.credit <= 1
        assert len(outcome.feedback) < 5_000


@functools.cache
def _write_up_checks() -> list[Any]:
    return [spec for spec in load(ROOT / "rubrics" / "hw1.yaml").checks if spec.writeup is not None]


class _Scripted:
    """A source of workers and the one worker of it: ready, it takes sources and module, then says some bytes."""

    printed_cap = 0
    charged_s = cpu_s = 0.0
    cut = False

    def __init__(self, said: bytes) -> None:
        self.printed = bytearray()
        self._said = said

    def branch(self) -> _Scripted:
        return self

    def spawn(self, *_limits: int, count: int = 1) -> list[_Scripted]:
        del count
        self._frames = wire.Frames()
        self._unread: list[bytes] = []
        self._say(_one_reply(0, wire.READY, b""))
        return [self]

    def preload(self, _module: str) -> bool:
        return False

    def send(self, message: bytes, _wall_s: float) -> None:
        [body] = wire.Frames().feed(message)
        number, operation, _ = wire.decode(body)
        self._say(self._said if operation == "calls" else _one_reply(number, wire.VALUE, wire.encode(None)))

    def traceback(self) -> str:
        return ""

    def receive(self, _wall_s: float, _in_all_s: float = 0.0) -> bytes:
        if not self._unread:
            raise Ended
        return self._unread.pop(0)

    @property
    def has_unread(self) -> bool:
        return bool(self._unread) or self._frames.pending > 0

    @property
    def held_bytes(self) -> float:
        return 0.0

    def left_behind(self) -> bytes:
        """What a process that ended had ready."""
        return self._said[4:]

    def drain(self) -> None:
        """Prints nothing."""

    def release(self) -> None:
        """Nothing to end."""

    def wait(self, *, kill: bool = False) -> tuple[int, float, bytes]:
        """Leaves the same bytes as a message."""
        del kill
        return 0, 0.0, self._said[4:]

    def number_of(self, plan: bytes) -> int | None:
        """Holds no plans."""
        del plan
        return None

    def _say(self, data: bytes) -> None:
        for start in range(0, len(data), 7):
            self._unread.extend(self._frames.feed(data[start : start + 7]))


def _one_reply(number: int, kind: str, body: bytes) -> bytes:
    part = wire.part(kind, body)
    return wire.head_of_replies(number, 0, 1, len(part)) + part
