"""What a submission has used of what it may use, in all its processes."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from grader.model.outcome import Failure, Outcome, Value
from grader.sandbox import Budget
from grader.sandbox.ends import crash
from grader.sandbox.protocols import WorkerProcess, Workers
from grader.sandbox.replying import MAX_MESSAGE, MAX_PATH
from grader.sandbox.weighing import Weight

MAX_PRINTED = 90_000
MAX_STOPPED = 20
CUT = "\n… the rest of the output was cut"


@dataclass
class Used:
    """What the submission has used of its budget; what a call that hung has used costs nobody else.

    Args:
        by: seconds by the modules that were called.
        heard: what was loaded already: what it prints when it is loaded once more is not told again.
        stopped: what cells of a notebook say that did not end, and where.
        wanted: how many processes are known to be needed.
        spares: those that have been started and not been used.
        own: where the submission's workers come from since it asked for a module.
    """

    wall_s: float = 0.0
    cpu_s: float = 0.0
    by: dict[str, float] = field(default_factory=dict)
    sent: Weight = field(default_factory=Weight)
    printed: bytearray = field(default_factory=bytearray)
    cut: bool = False
    heard: set[tuple[str, str]] = field(default_factory=set)
    stopped: dict[str, str] = field(default_factory=dict)
    wanted: int = 1
    spares: list[WorkerProcess] = field(default_factory=list)
    own: Workers | None = None

    def fresh_child(self, spawn: Callable[..., Sequence[WorkerProcess]]) -> WorkerProcess:
        """A child that nobody has asked anything, with others that will be wanted."""
        if not self.spares:
            self.spares += spawn(count=max(1, self.wanted))
        self.wanted -= 1
        return self.spares.pop(0)

    def own_workers(self, shared: Workers) -> Workers:
        """A source of workers that is this submission's alone, which may get what the shared one must not hold."""
        while self.spares:  # without what is asked for
            self.spares.pop().release()
        if self.own is None:
            self.own = shared.branch()
        return self.own

    def workers(self, shared: Workers) -> Workers:
        """Where fresh workers come from."""
        return self.own or shared

    def close(self, shared: Workers) -> None:
        """End what is this submission's alone."""
        while self.spares:
            self.spares.pop().release()
        if self.own is not None and self.own is not shared:
            self.own.close()
        self.own = None

    @property
    def output(self) -> str:
        """What the code printed in all its processes, as far as a line of results holds it."""
        text = self.printed.decode("utf-8", "replace")
        fitting = _fit(text)
        return fitting + CUT if self.cut or fitting != text else text

    def said_so_far(self) -> tuple[int, bool, frozenset[tuple[str, str]]]:
        """How far the output goes now, for `unsay`."""
        return len(self.printed), self.cut, frozenset(self.heard)

    def unsay(self, before: tuple[int, bool, frozenset[tuple[str, str]]]) -> None:
        """Forget what was printed since: it is about to be printed again."""
        length, self.cut, heard = before
        del self.printed[length:]
        self.heard &= heard

    def ignore(self, child: WorkerProcess | None) -> None:
        """Do not take what a process has printed: it did once more what was heard before."""
        if child is not None:
            child.drain()
            child.printed.clear()

    def take_output(self, child: WorkerProcess) -> None:
        """Take over what a process has printed until now."""
        self.printed += child.printed
        self.cut = self.cut or child.cut
        child.printed.clear()

    def charge(self, name: str, wall_s: float) -> None:
        """Note what calls of some modules took."""
        self.wall_s += wall_s
        self.by[name] = self.by.get(name, 0.0) + wall_s

    def forgive(self, wall_s: float, *, slept: bool) -> None:
        """Take back what a call that did not return has used: it costs its own check, and nothing else.

        Args:
            slept: it did not want to run, so that it used no processor time.
        """
        self.wall_s = max(0.0, self.wall_s - wall_s)
        if not slept:
            self.cpu_s = max(0.0, self.cpu_s - wall_s)

    def note_stopped(self, told: Outcome) -> None:
        """Take what a process says of its notebooks' cells that did not end: [message, where] of each."""
        entries = told.data if isinstance(told, Value) and type(told.data) is list else []
        for entry in entries[:MAX_STOPPED]:
            is_told = type(entry) is list and [type(part) for part in entry] == [str, str]
            if is_told and not (entry[1] and entry[1][:MAX_PATH] in self.stopped.values()):
                self.stopped[entry[0][:MAX_MESSAGE]] = entry[1][:MAX_PATH]

    def is_all_of(self, budget: Budget) -> bool:
        """Whether nothing is left."""
        return self.sent.is_full or self.wall_s >= budget.submission_wall_s or self.cpu_s >= budget.submission_cpu_s

    def end(self, code: int, budget: Budget, name: str, own_s: float) -> Failure:
        """What the end of a process with this exit code is: its own, or that of the budget; see `shortage`."""
        if self.cpu_s >= budget.submission_cpu_s - 0.5 or code == -signal.SIGXCPU:
            self.cpu_s = max(self.cpu_s, budget.submission_cpu_s)
            return self.shortage(budget, name, own_s)
        return crash(code)

    def shortage(self, budget: Budget, name: str, own_s: float) -> Failure:
        """What happens to the calls under which the budget ends: who used most of it answers for that, nobody else.

        Args:
            own_s: seconds that these very calls have taken.
        """
        if self.sent.is_full:
            return Failure("ungraded", f"nothing more is read in this run: {self.sent.excess}")
        limit = f"{budget.submission_wall_s:g} s"
        if self.wall_s < budget.submission_wall_s:
            limit = f"{budget.submission_cpu_s:g} s of processor time"
        if own_s >= max(self.wall_s, self.cpu_s) / 2:
            return Failure("timeout", f"the submission has used up its {limit}")
        most = max(self.by, key=lambda name: self.by[name], default=name)
        return Failure(
            "ungraded",
            f"no time was left for this: the submission has used up its {limit}, {self.by.get(most, 0):.0f} s of it "
            f"in {most}",
        )


def _fit(text: str) -> str:
    """The text, cut where JSON, which writes out what is no character, would make it too long for a line."""
    while len(json.dumps(text, ensure_ascii=False)) > MAX_PRINTED:
        text = text[: len(text) * 3 // 4]
    return text
