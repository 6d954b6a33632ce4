"""The sessions that we ship keep to one contract: over a sealed worker, over a plain process, and over no process."""

from __future__ import annotations

from types import ModuleType

import pytest

from grader.sandbox import Budget
from grader.sandbox.local import LocalSession
from grader.sandbox.subprocess import PlainSandbox
from tests.contracts.session import BoundedSessionContract, SessionContract

BUDGET = Budget(call_wall_s=1.0)


class TestTheSealedWorker(BoundedSessionContract):
    """A fork of the zygote, behind all layers."""

    @pytest.fixture(autouse=True)
    def _sandbox(self, sandbox):
        self.sandbox = sandbox

    def open(self, source):
        return self.sandbox.open({"m.py": source}, BUDGET, 0)


@pytest.fixture(scope="module")
def plain():
    """Plain processes with numpy, the next one always warm."""
    sandbox = PlainSandbox(["numpy"], keeps_spare=True)
    yield sandbox
    sandbox.close()


class TestThePlainProcess(BoundedSessionContract):
    """What a student without Linux gets."""

    @pytest.fixture(autouse=True)
    def _plain(self, plain):
        self.sandbox = plain

    def open(self, source):
        return self.sandbox.open({"m.py": source}, BUDGET, 0)


class TestNoProcess(SessionContract):
    """The judge's own, for the reference."""

    def open(self, source):
        module = ModuleType("m")
        exec(source, vars(module))
        return LocalSession({"m": module})
