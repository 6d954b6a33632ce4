"""One submission's process: it takes requests from its channel until it is killed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.abc import MetaPathFinder
from typing import Any, NoReturn

import numpy as np

from grader import wire
from grader.worker import archive, inspection, loading, reading, serving, tracing
from grader.worker.answering import Replies
from grader.worker.notebook import NotANotebook, Notebook

CHANNEL = 3
_CHUNK = 1 << 20


def take_descriptors(channel: int, output: int) -> None:
    """Put /dev/null, the output pipe and the channel where they belong: 0, 1 and 2, 3."""
    null = os.open("/dev/null", os.O_RDONLY)
    high = [os.dup2(fd, 200 + n) for n, fd in enumerate((null, output, channel))]
    for source, target in ((high[0], 0), (high[1], 1), (high[1], 2), (high[2], CHANNEL)):
        os.dup2(source, target)


def settle(seed: int) -> None:
    """What is done last before the filters close: fresh streams, signals and random states."""
    for name, fd in (("stdout", 1), ("stderr", 2)):
        stream = open(fd, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    for name in ("SIGINT", "SIGTERM", "SIGCHLD"):
        if hasattr(signal, name):  # Windows has no SIGCHLD
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    set_random_states(seed)
    sys.argv[:] = [""]


def set_random_states(seed: int) -> None:
    """Let what draws numbers without a seed of its own begin at `seed`."""
    random.seed(seed)
    np.random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].default_generator.manual_seed(seed)


def refuse(reason: str, channel: int = CHANNEL) -> None:
    """Tell the judge that this process cannot become a worker."""
    Replies(channel).add(wire.NO_CAGE, wire.encode(reason[:500]))


class Worker:
    """Answers requests [number, operation, body].

    Args:
        incoming: the descriptor that requests come from.
        replies: where the answers go.
        importable: top-level names that the zygote can load when asked.
        absent: names that it is known not to find, and why.
        offered: the modules that the course offers beside the standard library.
        plans: lists of calls that requests name by number, each to be made once.
        disk: finds trusted modules where the process is not sealed; without it they are asked for.
    """

    def __init__(
        self,
        importable: frozenset[str],
        absent: Mapping[str, str],
        offered: Sequence[str],
        *,
        incoming: int,
        replies: Replies,
        plans: Sequence[Sequence[serving.Call]] = (),
        disk: MetaPathFinder | None = None,
    ) -> None:
        self._incoming = incoming
        self._replies = replies
        self._plans = plans
        self._disk = disk
        self._importable = importable
        self._absent = absent
        self._offered = offered
        self._number = 0
        self._server = serving.Server(lambda _: False)
        self._modules: dict[str, str | bytes] = {}
        self._notebook: Notebook | None = None

    def run(self) -> NoReturn:
        """Serve until the judge closes the channel or kills."""
        self._replies.add(wire.READY, b"")
        self._replies.send()
        operations: dict[str, Callable[[Any], None]] = {
            "sources": self._sources,
            "load": self._load,
            "calls": self._calls,
            "read": self._read,
            "uses": self._uses,
            "places": self._places,
            "unpack": self._unpack,
        }
        for message in requests(self._incoming):
            self._number, operation, body = message
            self._replies.begin(self._number)
            operations[operation](body)
            self._replies.send()
        os._exit(0)

    def _sources(self, sources: dict[str, str | bytes]) -> None:
        late = self._disk or loading.LateImporter(self._importable, self._absent, self._ask)
        modules = {path: text for path, text in sources.items() if path.endswith(".py")}
        loading.install(loading.SubmissionImporter(modules), late, self._offered, self._importable)
        if self._disk is None:
            loading.seal()
        book = _notebook(sources)
        self._modules, self._notebook = modules, book
        self._server = serving.Server(self._is_own_frame, book)
        self._replies.add(wire.VALUE, wire.encode(None))

    def _is_own_frame(self, file: str) -> bool:
        return file in self._modules or bool(self._notebook and self._notebook.is_own_frame(file))

    def _load(self, module: str) -> None:
        kind, body = self._server.load(module)
        serving.flush_output()
        self._replies.add(kind, body)

    def _calls(self, request: tuple[bool, bytes | int]) -> None:
        forget, plan = request
        if forget:
            self._server.forget()
        calls = self._plans[plan] if isinstance(plan, int) else calls_of(plan)
        for index, call in enumerate(calls):
            kind, body = self._server.call(self._number, index, call)
            if index == len(calls) - 1:
                serving.flush_output()
            self._replies.add(kind, body)

    def _read(self, request: tuple[str, bytes]) -> None:
        try:
            self._replies.add(wire.VALUE, wire.encode(read_document(*request)))
        except (Exception, RecursionError) as error:
            self._replies.add(wire.ERROR, wire.encode([type(error).__name__, str(error)[:200], []]))

    def _unpack(self, request: tuple[str, bytes]) -> None:
        self._replies.add(wire.VALUE, wire.encode(unpacked(*request)))

    def _uses(self, request: tuple[list[str], list[str], bytes]) -> None:
        """What can be read is told; what cannot be read there is watched for in some calls."""
        functions, patterns, packed = request
        found = inspection.uses(self._modules, self._notebook, functions, patterns)
        if not found:
            with tracing.traced(self._is_own_frame, patterns) as seen:
                for index, call in enumerate(calls_of(packed)):
                    self._server.call(self._number, index, call)
            found = [[file, line, routine] for (file, line), routine in sorted(seen.items())[: inspection.MAX_USES]]
        self._server.forget()
        self._replies.add(wire.VALUE, wire.encode(found))

    def _places(self, functions: list[str]) -> None:
        self._replies.add(wire.VALUE, wire.encode(inspection.places(self._modules, self._notebook, functions)))

    def _ask(self, module: str) -> None:
        self._replies.begin(self._number)
        self._replies.add(wire.NEED, wire.encode(module))
        self._replies.send()
        os._exit(0)


def calls_of(packed: bytes) -> list[serving.Call]:
    """The calls of an encoded list, with arrays and tensors of their own."""
    return [serving.Call.of(call) for call in wire.decode(packed, tensor=_tensor)]


def unpacked(name: str, data: bytes) -> list[Any] | str:
    """The files and the notes of an archive; else why it cannot be read."""
    try:
        files, notes = archive.members(name, data)
    except archive.BadArchive as reason:
        return str(reason)[:300]
    return [list(files.items()), notes]


def read_document(path: str, data: bytes) -> list[Any]:
    """The document and the notes of a write-up: a Markdown file, or a notebook's Markdown cells."""
    text, notes = reading.decode_writeup(data)
    if path.endswith(".ipynb"):
        text = Notebook.parse(path, text).write_up
    return [reading.read_writeup(text), notes]


def _notebook(sources: dict[str, str | bytes]) -> Notebook | None:
    """The submission's notebook, where it has one that can be read."""
    for path in sorted(sources):
        if path.endswith(".ipynb") and "/" not in path:
            try:
                return Notebook.parse(path, sources[path])
            except NotANotebook as reason:
                print(reason, file=sys.stderr)
    return None


def _tensor(array: Any) -> Any:
    return sys.modules["torch"].from_numpy(array)


def requests(channel: int) -> Iterator[Any]:
    """The messages of the judge as they come, until it closes the channel."""
    frames = wire.Frames()
    while chunk := _read(channel):
        for body in frames.feed(chunk):
            yield wire.decode(body)


def _read(channel: int) -> bytes:
    with contextlib.suppress(OSError):
        return os.read(channel, _CHUNK)
    return b""
