"""The sandbox for a person's own code: isolated where this machine can, else in a plain child process."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from grader.errors import SandboxError
from grader.sandbox import NOTHING_GIVEN, Budget, Given, Sources
from grader.sandbox.isolated import ForkedSandbox, Policy
from grader.sandbox.session import WorkerSession
from grader.sandbox.subprocess import PlainSandbox


class OwnCodeSandbox:
    """Implements `Sandbox`.

    Args:
        modules: what submissions may import beside the standard library.
        policy: `auto` falls back to a plain child process, `strict` refuses to, `process` wants nothing else.
        keeps_spare: let a plain process be warm before it is asked for.
        warm: those of `modules` to load before one is asked for; all where it is None.

    Raises:
        SandboxRefused: at once or from `name` and `open`, where `strict` is not to be had.
    """

    def __init__(
        self, modules: Sequence[str], policy: Policy, *, keeps_spare: bool = False, warm: Sequence[str] | None = None
    ) -> None:
        self._modules = tuple(modules)
        self._keeps_spare = keeps_spare
        self._warm = warm
        self._plain: PlainSandbox | None = None
        self._forked: ForkedSandbox | None = None
        if policy != "process":
            with contextlib.nullcontext() if policy == "strict" else contextlib.suppress(SandboxError):
                self._forked = ForkedSandbox(modules, "strict", warm=warm)
        self._falls_back = policy != "strict"

    @property
    def name(self) -> str:
        """How strong it is."""
        return self._choose().name

    def start(self) -> None:
        """Begin to load, without waiting."""
        if self._forked is None:
            self._choose()
            return
        with contextlib.suppress(SandboxError):  # what is not to be had is said when it is chosen
            self._forked.start()

    def open(self, sources: Sources, budget: Budget, seed: int, given: Given = NOTHING_GIVEN) -> WorkerSession:
        """See `Sandbox.open`."""
        return self._choose().open(sources, budget, seed, given)

    def close(self) -> None:
        """See `Sandbox.close`."""
        for sandbox in (self._forked, self._plain):
            if sandbox is not None:
                sandbox.close()

    def _choose(self) -> ForkedSandbox | PlainSandbox:
        """The isolated one once it has shown that it holds, else the plain one."""
        if self._forked is not None:
            try:
                _ = self._forked.name
                return self._forked
            except SandboxError:
                if not self._falls_back:
                    raise
                self._forked.close()
                self._forked = None
        if self._plain is None:
            self._plain = PlainSandbox(self._modules, keeps_spare=self._keeps_spare, warm=self._warm)
            self._plain.start()
        return self._plain
