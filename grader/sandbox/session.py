"""A submission's session over real workers: restarts, limits, and the translation of ends into failures."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from grader import wire
from grader.errors import SandboxError, WireError
from grader.model.outcome import Failure, Outcome, Value
from grader.sandbox import NOTHING_GIVEN, Budget, Given, Replies, Sources
from grader.sandbox.budgeting import Used
from grader.sandbox.ends import overdue, own_place
from grader.sandbox.protocols import Ended, Overdue, WorkerProcess, Workers
from grader.sandbox.replying import BREACH, MAX_PATH, outcomes_of
from grader.sandbox.requests import Request, Taken, add_left, refuse_all
from grader.sandbox.weighing import TooMuchAnswered, TooMuchInAll, Weight
from grader.worker.module_names import files_by_module

MAX_LATE_MODULES = 48
# Of the time for a module, what the cells of a notebook have before one is ended and what was defined by then counts.
CELLS_SHARE = 0.7
# What a process may have taken on that stays while others run.
MAX_LIGHT = 32 << 20
# What runs something of the submission's.
_RUNNING = frozenset({"load", "calls", "uses"})
# A process that was forked is ready in milliseconds, one that loads by itself has been waited for before.
START_WALL_S = 60.0


class _NeedsModule(Exception):
    """The worker ended itself to be restarted with a module loaded."""


class _NothingLeft(Exception):
    """The submission has used up what it may use, before this was asked."""


class WorkerSession:
    """Implements `Session`; one child at a time, a fresh one after a crash or a time-out.

    Args:
        given: what the course lays beside the submission's files.
        used: what other parts of the same submission have used.
    """

    def __init__(
        self,
        workers: Workers,
        sources: Sources,
        budget: Budget,
        seed: int,
        given: Given = NOTHING_GIVEN,
        *,
        used: Used | None = None,
    ) -> None:
        self._workers = workers
        self._sources = {path: text for path, text in sources.items() if path not in given.modules}
        self._given = given
        self._budget = budget
        self._seed = seed
        self._used = used or Used()
        self._is_whole = used is None
        self._files = files_by_module(self._sources)
        self._parts: list[WorkerSession] = []
        self._late_modules = 0
        self._has_run = False  # anything of the submission, in the child of now
        self._child: WorkerProcess | None = None
        self._loaded: dict[str, Outcome] = {}
        self._held: set[str] = set()  # the modules that the child of now has; another may have had others
        self._made: set[int] = set()  # the plans that it has carried out
        self._held_bytes = 0.0  # by the child of now, when it was fresh
        self._uses: dict[tuple[tuple[str, ...], tuple[str, ...]], Outcome] = {}
        self._history: list[Request] = []
        self.request = 0

    @property
    def output(self) -> str:
        """What the code printed in all its processes, capped by the budget."""
        for session in (self, *self._parts):
            session._collect_output()
        return self._used.output

    def load(self, module: str) -> Outcome:
        """See `Session.load`; a module that failed once is not tried again."""
        if module not in self._loaded:
            self._loaded[module] = self._single("load", module, self._budget.load_wall_s)
            if any(path.endswith(".ipynb") for path in self._sources) and isinstance(self._loaded[module], Value):
                self._note_stopped()
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
            Request(self.request, "calls", [forget, packed], n_calls), self._budget.call_wall_s, modules
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

    def unpack(self, name: str, data: bytes, wanted: Sequence[str] = ()) -> Outcome:
        """See `Session.unpack`."""
        return self._single("unpack", [name, data, list(wanted)], self._budget.load_wall_s)

    @property
    def stopped_cells(self) -> list[str]:
        """See `Session.stopped_cells`."""
        return list(self._used.stopped)

    def _note_stopped(self) -> None:
        """Ask which cells of notebooks have stopped by now; one that would run for ever is not tried again."""
        self._used.note_stopped(self._single("stopped", None, self._budget.load_wall_s))

    def survey(self, files: Mapping[str, bytes], starters: Mapping[str, bytes]) -> Outcome:
        """See `Session.survey`."""
        return self._single("survey", [list(files.items()), list(starters.items())], self._budget.load_wall_s)

    def traceless(self, modules: Sequence[str]) -> frozenset[str]:
        """See `Session.traceless`."""
        outcome = self._single("traceless", list(modules), self._budget.load_wall_s)
        found = outcome.data if isinstance(outcome, Value) and isinstance(outcome.data, list) else []
        return frozenset(modules).intersection(one for one in found if isinstance(one, str))

    def typeset(self, path: str, data: bytes, *, draws: bool) -> Outcome:
        """The blocks of a write-up, to be shown (`worker.typesetting`)."""
        return self._single("typeset", [path, data, draws], self._budget.load_wall_s)

    def tokens(self, sources: Mapping[str, str | bytes]) -> Outcome:
        """[kinds, lines, code] of each source (`worker.tokens`)."""
        return self._single("tokens", dict(sources), self._budget.load_wall_s)

    def places(self, functions: Sequence[str]) -> Outcome:
        """See `Session.places`."""
        return self._single("places", list(functions), self._budget.load_wall_s)

    def expect(self, n_parts: int) -> None:
        """See `Session.expect`."""
        self._used.wanted = n_parts

    def apart(self, *, reseeded: bool = False) -> WorkerSession:
        """See `Session.apart`; a child that has run nothing yet is handed on."""
        seed = (self._seed + 1) % 2**32 if reseeded else self._seed
        part = WorkerSession(self._workers, self._sources, self._budget, seed, self._given, used=self._used)
        if not self._has_run and not reseeded:
            part._child, self._child = self._child, None
            part._held_bytes = self._held_bytes
        self._parts.append(part)
        return part

    @property
    def is_light(self) -> bool:
        """See `Session.is_light`."""
        return self._child is None or self._child.held_bytes - self._held_bytes < MAX_LIGHT

    def close(self) -> None:
        """See `Session.close`."""
        if self._child is not None:
            self._used.cpu_s += self._child.cpu_s
        for part in self._parts:
            part.close()
        if self._child is not None:
            self._collect_output()
            self._child.release()
            self._child = None
        if self._is_whole:
            self._used.close(self._workers)

    def _single(self, operation: str, body: Any, wall_s: float, modules: Sequence[str] = ()) -> Outcome:
        self.request += 1
        return self._perform(Request(self.request, operation, body, 1), wall_s, modules)[0]

    def _perform(self, request: Request, wall_s: float, modules: Sequence[str]) -> Replies:
        """The outcomes of a request, whatever becomes of the process meanwhile.

        What may have come from outside (a kill, a wait that did not end) is tried once more in a fresh process.
        """
        self._collect_output()
        has_doubt, said = False, self._used.said_so_far()
        while True:
            self._used.unsay(said)
            taken, used_s = Taken(self._sent_with(request)), self._used.wall_s
            was_there, history = self._child is not None, list(self._history)
            try:
                self._prepare(modules, bounded=request.operation in _RUNNING)
                used_s = self._used.wall_s
                self._exchange(request, wall_s, taken, ", ".join(modules) or str(request.body)[:80])
            except _NeedsModule:
                if self._late_modules > MAX_LATE_MODULES:
                    excess = f"more than {MAX_LATE_MODULES} modules were asked for one by one"
                    return _at_once(self._decode(request, taken, Failure("error", excess)))
                continue
            except _NothingLeft:
                return _at_once([self._used.shortage(self._budget, ", ".join(modules), 0.0)])
            except (Overdue, Ended, WireError) as end:
                if isinstance(end, Ended) and was_there and not taken.count and self._ended_before(request):
                    continue  # a fresh one gets the request: what ended the process was asked by another
                failure = self._bury(end, request, wall_s, taken, self._used.wall_s - used_s)
                if failure.is_doubtful and not has_doubt:
                    has_doubt, self._history = True, history
                    continue
                return _at_once(self._decode(request, taken, failure))
            if request.operation == "calls":
                self._history.append(request)
            return Replies(partial(self._decode, request, taken), taken.whole)

    def _sent_with(self, request: Request) -> Weight:
        """What the answers count to: all that the submission sends, unless no code of its own has run there."""
        return self._used.sent if self._has_run or request.operation in _RUNNING else Weight()

    def _decode(self, request: Request, taken: Taken, end: Failure | None = None) -> list[Outcome]:
        """The outcomes, up to `end` or the first reply that is none: a process that sent it is not asked again."""
        outcomes: list[Outcome] = []
        started = time.thread_time()
        try:
            for outcome in outcomes_of(taken.whole, taken.count):
                outcomes.append(outcome)
        except WireError as breach:
            end = self._bury(breach, request, 0, Taken(), 0)
        finally:
            self._used.wall_s += time.thread_time() - started  # reading what it sends is the submission's time too
        return [*outcomes, end][: request.n_replies] if end else outcomes

    def _prepare(self, modules: Sequence[str], *, bounded: bool) -> None:
        """A child that holds the sources, the modules and the objects of the requests so far."""
        if bounded and self._used.is_all_of(self._budget):
            raise _NothingLeft
        is_fresh = self._child is None
        if is_fresh:
            self._begin()
        for name in modules:
            if name not in self._held and not isinstance(self._loaded.get(name), Failure):
                self._exchange(Request(0, "load", name, 1), self._budget.load_wall_s, Taken(self._used.sent), name)
        if is_fresh:
            for request in self._history:
                self._exchange(request, self._budget.load_wall_s, Taken(self._used.sent), ", ".join(modules))
                self._used.ignore(self._child)

    def _begin(self) -> None:
        """A child that holds the sources."""
        self._held.clear()
        self._made.clear()
        self._has_run = False
        cpu_s = max(1, math.ceil(self._budget.submission_cpu_s - self._used.cpu_s))
        spawn = self._used.workers(self._workers).spawn
        self._child = self._used.fresh_child(partial(spawn, cpu_s, self._budget.memory_mib, self._seed))
        self._child.printed_cap = max(0, self._budget.output_kib * 1024 - len(self._used.printed))
        [(kind, body)] = wire.parts(wire.parse_replies(self._child.receive(START_WALL_S))[-1])
        if kind != wire.READY:
            reason = wire.decode(body) if kind == wire.NO_CAGE else kind
            self.close()
            raise SandboxError(f"the worker could not enter the sandbox: {reason}")
        self._held_bytes = self._child.held_bytes
        given = [dict(self._given.modules), dict(self._given.files)]
        endless = [place for place in self._used.stopped.values() if place]
        sources = [self._sources, given, self._seed, self._budget.load_wall_s * CELLS_SHARE, endless]
        self._exchange(Request(0, "sources", sources, 1), self._budget.load_wall_s, Taken(), "")

    def _exchange(self, request: Request, wall_s: float, taken: Taken, name: str) -> None:
        """Send a request and take what comes; what that takes is noted under a name."""
        assert self._child is not None
        self._has_run = self._has_run or request.operation in _RUNNING
        before_s = self._child.charged_s
        self._collect_output()
        try:
            self._child.asked = request.number, request.n_replies
            body = wire.encode([request.number, request.operation, self._abridge(request)])
            self._child.send(wire.frame(body), wall_s)
            while taken.count < request.n_replies:
                left = self._budget.submission_wall_s - self._used.wall_s - (self._child.charged_s - before_s)
                in_all_s = max(0.0, left) if request.operation in _RUNNING else math.inf
                self._take(request, self._child.receive(wall_s, in_all_s), taken)
            if self._child.has_unread or taken.count > request.n_replies:
                refuse_all(taken)
        finally:
            if self._child is not None and request.operation in _RUNNING:
                self._used.charge(name, self._child.charged_s - before_s)
        if request.operation in ("sources", "load"):
            self._hush(request)
        if request.operation == "load":
            self._held.add(request.body)

    def _hush(self, request: Request) -> None:
        """Forget what loading printed, where that was heard before; a notebook stands for every missing module."""
        name = request.body if request.operation == "load" else ""
        loaded = request.operation, name if name in self._files else ""
        if loaded in self._used.heard:
            self._used.ignore(self._child)
        self._used.heard.add(loaded)

    def _abridge(self, request: Request) -> Any:
        """The body as it is sent: a plan that the child holds by its number, the one time that it is carried out."""
        if request.operation != "calls":
            return request.body
        forget, packed = request.body
        number = self._workers.number_of(packed)
        if number is None or number in self._made:
            return request.body
        self._made.add(number)
        return [forget, number]

    def _take(self, request: Request, message: bytes, taken: Taken) -> None:
        number, first, count, data = wire.parse_replies(message)
        if number != request.number:
            raise WireError(BREACH)
        taken.sent.add_bytes(len(data))
        kind, body = next(wire.parts(data), ("", b"")) if count == 1 else ("", b"")
        if kind == wire.NEED:
            self._bring(body)
            raise _NeedsModule
        taken.add(first, count, data)

    def _bring(self, body: wire.Bytes) -> None:
        module = wire.decode(body, refs=False) if len(body) <= MAX_PATH else None
        if type(module) is not str:
            raise WireError(BREACH)
        started = time.monotonic()
        self._late_modules += 1
        self._end_child()
        self._used.own_workers(self._workers).preload(module)
        self._used.wall_s += time.monotonic() - started

    def _end_child(self, *, kill: bool = False) -> tuple[int, bytes]:
        """Its exit code, and the message that it left."""
        assert self._child is not None
        started = time.monotonic()
        self._collect_output()
        code, cpu_s, left = self._child.wait(kill=kill)
        self._collect_output()
        self._child = None
        self._used.cpu_s += cpu_s
        self._used.wall_s += time.monotonic() - started
        return code, left

    def _ended_before(self, request: Request) -> bool:
        """Whether the process is gone without a reply to this request; where it left one, it stays to be buried."""
        assert self._child is not None
        taken = Taken()
        add_left(request, taken, self._child.left_behind())
        if not taken.count:
            self._end_child()
        return not taken.count

    def _bury(self, end: Exception, request: Request, wall_s: float, taken: Taken, took_s: float) -> Failure:
        """The failure that a lost process is; replies that it left are taken.

        Args:
            took_s: what the request has taken of the submission's time.
        """
        self._history.clear()
        if isinstance(end, Ended):
            code, left = self._end_child()
            add_left(request, taken, left)
            return self._used.end(code, self._budget, str(request.operation), took_s)
        place = self._place() if isinstance(end, Overdue) and self._child is not None else ("", 0, "")
        left = self._end_child(kill=True)[1] if self._child is not None else b""
        if isinstance(end, TooMuchAnswered) and not isinstance(end, TooMuchInAll):
            return Failure("out_of_memory", f"{end}, which is more than is read")
        if isinstance(end, WireError) and not isinstance(end, TooMuchInAll):
            return Failure("crashed", str(end))
        add_left(request, taken, left)
        if self._used.is_all_of(self._budget):
            return self._used.shortage(self._budget, str(request.operation), took_s)
        assert isinstance(end, Overdue)
        self._used.forgive(wall_s, slept=end.slept)
        return overdue(request, taken, wall_s, place, slept=end.slept)

    def _place(self) -> tuple[str, int, str]:
        """Where in the student's own code the child is, as far as it says so: file, line, function."""
        assert self._child is not None
        self._collect_output()
        return own_place(self._child.traceback(), self._sources)

    def _collect_output(self) -> None:
        if self._child is not None:
            self._child.drain()
            self._used.take_output(self._child)
            self._child.printed_cap = max(0, self._budget.output_kib * 1024 - len(self._used.printed))


def _at_once(outcomes: list[Outcome]) -> Replies:
    return Replies(lambda: outcomes)
