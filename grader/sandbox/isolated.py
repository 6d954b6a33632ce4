"""The sandbox proper: a zygote, and a session of workers per submission."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from grader.errors import SandboxRefused
from grader.sandbox import NOTHING_GIVEN, Budget, Given, Sources
from grader.sandbox.session import WorkerSession
from grader.sandbox.zygote import ZygoteProcess

Policy = Literal["auto", "strict", "process"]

ALL_LAYERS = frozenset({"limits", "uid", "namespaces", "landlock", "seccomp"})
PROCESS_ONLY = frozenset({"limits"})


class ForkedSandbox:
    """Implements `Sandbox`.

    Args:
        modules: what submissions may import beside the standard library.
        policy: `auto` takes the strongest that holds and refuses where seccomp is missing, as `strict` does;
            `process` is a plain child process with limits, for code that one trusts.
        warm: those of `modules` to load before one is asked for; all where it is None.

    Raises:
        SandboxRefused: at once or from `name` and `open`, where the machine does not give what the policy asks for.
    """

    def __init__(self, modules: Sequence[str], policy: Policy = "auto", *, warm: Sequence[str] | None = None) -> None:
        if sys.platform != "linux":
            raise SandboxRefused(
                f"student code is isolated with Linux's own means, and this is {sys.platform}: "
                "grade in a Linux container or under WSL2; `grader check` works here on your own code"
            )
        self._modules = tuple(modules)
        self._policy = policy
        self._warm = warm
        self._plans: tuple[bytes, ...] = ()
        self._zygote: ZygoteProcess | None = None

    @property
    def name(self) -> str:
        """How strong it is, and by which layers."""
        return self._start().summary

    def start(self) -> None:
        """Begin to load, without waiting: the first session will find it warmer."""
        if self._zygote is None:
            [zygote] = ZygoteProcess.start(self._modules, _layers(self._policy), warm=self._warm)
            self.begin_with(zygote)

    def begin_with(self, zygote: ZygoteProcess) -> None:
        """Take a zygote that was started."""
        self._zygote = zygote
        self._zygote.learn(self._plans)

    @property
    def has_failed(self) -> bool:
        """Whether it has once not done what it was asked for."""
        return self._zygote is not None and self._zygote.has_failed

    def is_ready(self) -> bool:
        """Whether a sandbox that was started has loaded."""
        return self._zygote is not None and self._zygote.is_ready()

    def hold(self, plans: Iterable[bytes]) -> None:
        """Let workers from now on hold these encoded lists of calls ready: many submissions will be asked for them."""
        self._plans = tuple(plans)
        if self._zygote is not None:
            self._zygote.learn(self._plans)

    def hand_over(self) -> None:
        """Leave a sandbox that has started to the process that was forked since; `close` still ends it."""
        if self._zygote is not None:
            self._zygote.hand_over()

    def open(self, sources: Sources, budget: Budget, seed: int, given: Given = NOTHING_GIVEN) -> WorkerSession:
        """See `Sandbox.open`."""
        return WorkerSession(self._start(), sources, budget, seed, given)

    def restart(self) -> None:
        """Replace a zygote that failed."""
        self.close()
        self.start()

    def close(self) -> None:
        """See `Sandbox.close`."""
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None

    def _start(self) -> ZygoteProcess:
        self.start()
        assert self._zygote is not None
        if self._policy != "process" and not self._zygote.summary.startswith("strong"):
            found = self._zygote.summary
            self.close()
            raise SandboxRefused(
                f"no strong sandbox on this machine (found: {found}): see `grader doctor`; "
                "--sandbox=process grades without one, only for code that you trust"
            )
        return self._zygote


def _layers(policy: Policy) -> frozenset[str]:
    return PROCESS_ONLY if policy == "process" else ALL_LAYERS


@contextlib.contextmanager
def warm_up(
    modules: Sequence[str], policy: Policy, count: int, *, for_many: bool = False
) -> Iterator[list[ForkedSandbox]]:
    """Sandboxes that load, once for all of them, while something else is done; none of them is left.

    Args:
        for_many: see `ZygoteProcess.start`.

    Raises:
        SandboxRefused: see `ForkedSandbox`.
    """
    sandboxes = [ForkedSandbox(modules, policy) for _ in range(count)]
    zygotes = ZygoteProcess.start(modules, _layers(policy), count=count, for_many=for_many)
    try:
        for sandbox, zygote in zip(sandboxes, zygotes, strict=True):
            sandbox.begin_with(zygote)
        yield sandboxes
    finally:
        for sandbox in sandboxes:
            sandbox.close()
