"""A submission's session over real workers: restarts, limits, and the translation of ends into failures."""

from __future__ import annotations

import contextlib
import math
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn

from grader import wire
from grader.errors import SandboxError, WireError
from grader.outcome import Failure, Handle, Outcome, Value
from grader.sandbox import Budget, Replies, Sources
from grader.sandbox.workers import Ended, Overdue, WorkerProcess, Workers

MAX_LATE_MODULES = 48
CUT = "\n… the rest of the output was cut"
_BREACH = "the process sent something that is no answer to what it was asked, so it was ended"


@dataclass
class _Request:
    number: int
    operation: str
    body: Any
    n_replies: int


@dataclass
class _Used:
    """What the submission has used of its budget."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    late_modules: int = 0
    printed: bytearray = field(default_factory=bytearray)
    cut: bool = False


@dataclass
class _Taken:
    """The replies to one request as they have come."""

    count: int = 0
    data: list[bytes] = field(default_factory=list)

    def add(self, first: int, count: int, data: bytes) -> None:
        """More of them.

        Raises:
            WireError: they are none, or not the next ones.
        """
        if first != self.count or count < 1:
            raise WireError(_BREACH)
        self.count += count
        self.data.append(data)

    @property
    def whole(self) -> bytes:
        """All of them, as `outcomes_of` reads them."""
        return b"".join(self.data)


class _NeedsModule(Exception):
    """The worker ended itself to be restarted with a module loaded."""


class WorkerSession:
    """Implements `Session`; one child at a time, a fresh one after a crash or a time-out."""

    def __init__(self, workers: Workers, sources: Sources, budget: Budget, seed: int) -> None:
        self._workers = workers
        self._sources = dict(sources)
        self._budget = budget
        self._seed = seed
        self._used = _Used()
        self._child: WorkerProcess | None = None
        self._loaded: dict[str, Outcome] = {}
        self._held: set[str] = set()  # the modules that the child of now has; another may have had others
        self._made: set[int] = set()  # the plans that it has carried out
        self._uses: dict[tuple[tuple[str, ...], tuple[str, ...]], Outcome] = {}
        self._history: list[_Request] = []
        self.request = 0

    @property
    def output(self) -> str:
        """What the code printed in all its processes, capped by the budget."""
        self._collect_output()
        text = bytes(self._used.printed).decode("utf-8", "replace")
        return text + CUT if self._used.cut else text

    def load(self, module: str) -> Outcome:
        """See `Session.load`; a module that failed once is not tried again."""
        if module not in self._loaded:
            self._loaded[module] = self._single("load", module, self._budget.load_wall_s)
        return self._loaded[module]

    def call(self, packed: bytes, n_calls: int, *, modules: Sequence[str], forget: bool = True) -> Replies:
        """See `Session.call`."""
        for module in modules:
            loaded = self.load(module)
            if isinstance(loaded, Failure):
                return Replies.all_alike(loaded, n_calls)
        if forget:
            self._history.clear()
        self.request += 1
        return self._perform(
            _Request(self.request, "calls", [forget, packed], n_calls), self._budget.call_wall_s, modules
        )

    def read(self, path: str, data: bytes) -> Outcome:
        """See `Session.read`."""
        return self._single("read", [path, data], self._budget.load_wall_s)

    def uses(self, functions: Sequence[str], patterns: Sequence[str], calls: bytes, modules: Sequence[str]) -> Outcome:
        """See `Session.uses`."""
        key = (tuple(functions), tuple(patterns))
        if key not in self._uses:
            body = [list(functions), list(patterns), calls]
            self._uses[key] = self._single("uses", body, self._budget.load_wall_s, modules)
        return self._uses[key]

    def unpack(self, name: str, data: bytes) -> Outcome:
        """See `Session.unpack`."""
        return self._single("unpack", [name, data], self._budget.load_wall_s)

    def places(self, functions: Sequence[str]) -> Outcome:
        """See `Session.places`."""
        return self._single("places", list(functions), self._budget.load_wall_s)

    def close(self) -> None:
        """See `Session.close`."""
        if self._child is not None:
            self._collect_output()
            self._child.release()
            self._child = None

    def _single(self, operation: str, body: Any, wall_s: float, modules: Sequence[str] = ()) -> Outcome:
        self.request += 1
        return self._perform(_Request(self.request, operation, body, 1), wall_s, modules)[0]

    def _perform(self, request: _Request, wall_s: float, modules: Sequence[str]) -> Replies:
        """The outcomes of a request, whatever becomes of the process meanwhile."""
        while True:
            taken = _Taken()
            try:
                self._prepare(modules)
                self._exchange(request, wall_s, taken)
            except _NeedsModule:
                if self._used.late_modules > MAX_LATE_MODULES:
                    excess = f"more than {MAX_LATE_MODULES} modules were asked for one by one"
                    return _at_once(self._decoded(request, taken, Failure("error", excess)))
                continue
            except (Overdue, Ended, WireError) as end:
                failure, left = self._buried(end, wall_s)
                _add_left(request, taken, left)
                return _at_once(self._decoded(request, taken, failure))
            if request.operation == "calls":
                self._history.append(request)
            return Replies(partial(self._decoded, request, taken), taken.whole)

    def _decoded(self, request: _Request, taken: _Taken, end: Failure | None = None) -> list[Outcome]:
        """The outcomes, up to `end` or the first reply that is none: a process that sent it is not asked again."""
        outcomes: list[Outcome] = []
        try:
            for outcome in outcomes_of(taken.whole, taken.count):
                outcomes.append(outcome)
        except WireError as breach:
            end, _ = self._buried(breach, 0)
        return [*outcomes, end][: request.n_replies] if end else outcomes

    def _prepare(self, modules: Sequence[str]) -> None:
        """A child that holds the sources, the modules and the objects of the requests so far."""
        is_fresh = self._child is None
        if is_fresh:
            self._begin()
        for name in modules:
            if name not in self._held and not isinstance(self._loaded.get(name), Failure):
                self._exchange(_Request(0, "load", name, 1), self._budget.load_wall_s, _Taken())
        if is_fresh:
            for request in self._history:
                self._exchange(request, self._budget.load_wall_s, _Taken())

    def _begin(self) -> None:
        """A child that holds the sources."""
        self._held.clear()
        self._made.clear()
        cpu_s = self._budget.submission_cpu_s - self._used.cpu_s
        if cpu_s <= 0 or self._used.wall_s >= self._budget.submission_wall_s:
            raise Overdue
        self._child = self._workers.spawn(math.ceil(cpu_s), self._budget.memory_mib, self._seed)
        self._child.printed_cap = max(0, self._budget.output_kib * 1024 - len(self._used.printed))
        [(kind, body)] = wire.parts(wire.parse_replies(self._child.receive(self._budget.load_wall_s))[-1])
        if kind != wire.READY:
            reason = wire.decode(body) if kind == wire.NO_CAGE else kind
            self.close()
            raise SandboxError(f"the worker could not enter the sandbox: {reason}")
        self._exchange(_Request(0, "sources", self._sources, 1), self._budget.load_wall_s, _Taken())

    def _exchange(self, request: _Request, wall_s: float, taken: _Taken) -> None:
        """Send a request and take what comes."""
        assert self._child is not None
        started = time.monotonic()
        try:
            body = wire.encode([request.number, request.operation, self._abridged(request)])
            self._child.send(wire.frame(body), wall_s)
            while taken.count < request.n_replies:
                left = self._budget.submission_wall_s - self._used.wall_s - (time.monotonic() - started)
                self._take(request, self._child.receive(wall_s, max(0.0, left)), taken)
            if self._child.has_unread or taken.count > request.n_replies:
                _refuse_all(taken)
        finally:
            self._used.wall_s += time.monotonic() - started
        if request.operation == "load":
            self._held.add(request.body)

    def _abridged(self, request: _Request) -> Any:
        """The body as it is sent: a plan that the child holds by its number, the one time that it is carried out."""
        if request.operation != "calls":
            return request.body
        forget, packed = request.body
        number = self._workers.number_of(packed)
        if number is None or number in self._made:
            return request.body
        self._made.add(number)
        return [forget, number]

    def _take(self, request: _Request, message: bytes, taken: _Taken) -> None:
        number, first, count, data = wire.parse_replies(message)
        if number != request.number:
            raise WireError(_BREACH)
        for kind, body in wire.parts(data) if count == 1 else ():
            if kind == wire.NEED:
                self._bring(wire.decode(body))
                raise _NeedsModule
        taken.add(first, count, data)

    def _bring(self, module: Any) -> None:
        if type(module) is not str:
            raise WireError(_BREACH)
        self._used.late_modules += 1
        self._end_child()
        self._workers.preload(module[:200])

    def _end_child(self, *, kill: bool = False) -> tuple[int, bytes]:
        """Its exit code, and the message that it left."""
        assert self._child is not None
        self._collect_output()
        code, cpu_s, left = self._child.wait(kill=kill)
        self._collect_output()
        self._child = None
        self._used.cpu_s += cpu_s
        return code, left

    def _buried(self, end: Exception, wall_s: float) -> tuple[Failure, bytes]:
        """The failure that a lost process is, and the message that it left."""
        self._history.clear()
        if isinstance(end, Ended):
            code, left = self._end_child()
            return self._how_it_ended(code), left
        left = self._end_child(kill=True)[1] if self._child is not None else b""
        if isinstance(end, WireError):
            return Failure("crashed", str(end)), b""
        if self._used.wall_s >= self._budget.submission_wall_s or self._used.cpu_s >= self._budget.submission_cpu_s:
            return Failure("timeout", f"the submission has used up its {self._budget.submission_wall_s:g} s"), left
        return Failure("timeout", f"no answer within {wall_s:g} s"), left

    def _how_it_ended(self, code: int) -> Failure:
        if self._used.cpu_s >= self._budget.submission_cpu_s - 0.5 or _signal_name(-code) == "SIGXCPU":
            return Failure(
                "timeout",
                f"the submission has used its {self._budget.submission_cpu_s:g} s of processor time",
            )
        if code >= 0:
            return Failure("crashed", f"the code ended the process itself (exit code {code})")
        return Failure("crashed", f"the process ended with {_signal_name(-code)}")

    def _collect_output(self) -> None:
        if self._child is not None:
            self._child.drain()
            self._used.printed += self._child.printed
            self._used.cut = self._used.cut or self._child.cut
            self._child.printed.clear()
            self._child.printed_cap = max(0, self._budget.output_kib * 1024 - len(self._used.printed))


def _at_once(outcomes: list[Outcome]) -> Replies:
    return Replies(lambda: outcomes)


def _refuse_all(taken: _Taken) -> NoReturn:
    """More came than was asked for: somebody else than the worker answers, perhaps since the first."""
    taken.count = 0
    taken.data.clear()
    raise WireError(_BREACH)


def _add_left(request: _Request, taken: _Taken, message: bytes) -> None:
    """Add the replies that a process had ready when it ended; what it left may be anything."""
    with contextlib.suppress(WireError):
        number, first, count, data = wire.parse_replies(message)
        if number == request.number and taken.count + count <= request.n_replies:
            taken.add(first, count, data)


def outcomes_of(data: bytes, count: int) -> Iterator[Outcome]:
    """The outcomes of replies as they came.

    Raises:
        WireError: before the first where there are not `count` of them, else at the first that is none.
    """
    replies = list(wire.parts(data))
    if len(replies) != count:
        raise WireError(_BREACH)
    for kind, body in replies:
        yield outcome_of(kind, wire.decode(body))


def outcome_of(kind: str, data: Any) -> Outcome:
    """The outcome of a reply of the worker.

    Raises:
        WireError: the kind or the shape of its data is none that a worker sends.
    """
    if kind == wire.VALUE:
        return Value(data)
    if kind == wire.TOO_LARGE and type(data) is str:
        return Failure("error", f"it returned {data}, which is too much")
    if type(data) is list:
        if kind == wire.HANDLE and [type(item) for item in data] == [str, str]:
            return Handle(data[0], data[1])
        if kind == wire.MISSING and len(data) == 2 and type(data[0]) is str and type(data[1]) is list:
            return Failure("missing", data[0], names=tuple(name for name in data[1] if type(name) is str))
        if kind in (wire.ERROR, wire.OUT_OF_MEMORY) and len(data) == 3 and type(data[2]) is list:
            return _raised("error" if kind == wire.ERROR else "out_of_memory", *data)
    raise WireError(_BREACH)


def _raised(status: Any, name: Any, text: Any, place: list[Any]) -> Failure:
    if type(name) is not str or type(text) is not str or [type(item) for item in place] not in ([], [str, int, str]):
        raise WireError(_BREACH)
    message = f"{name[:80]}: {text[:2000]}" if text else name[:80]
    return Failure(status, message, *(place or ["", 0, ""]))


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
