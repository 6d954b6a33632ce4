"""Examines the machine: every act under each layer, under seccomp alone and under all, and an honest submission."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from grader import wire
from grader.doctor.attacks import ACTS, ForbiddenAct
from grader.doctor.attempts import Attempted, Round, attempt
from grader.doctor.judging import JUDGE_ACTS, attempt_on_judge
from grader.doctor.missing import MissingLayer, missing_layers
from grader.doctor.stage import stage
from grader.errors import SandboxError
from grader.model.outcome import Outcome, Value
from grader.sandbox import Budget
from grader.sandbox.isolated import ALL_LAYERS, ForkedSandbox
from grader.worker.zygote import readable_paths

Require = Literal["strong", "any"]

# What one layer stops by itself, what seccomp stops where there is nothing else (limits hold everywhere), and all.
SECCOMP_ALONE, ALL = "seccomp + limits", "all layers"
ROUNDS: dict[str, frozenset[str]] = {
    "limits": frozenset({"limits"}),
    "uid": frozenset({"uid"}),
    "namespaces": frozenset({"namespaces"}),
    "landlock": frozenset({"landlock"}),
    SECCOMP_ALONE: frozenset({"seccomp", "limits"}),
    ALL: ALL_LAYERS,
}
# An act that does not work without any layer proves nothing; that these do not would mean that the examination fails.
ESSENTIAL = frozenset({"read_hidden_tests", "forge_results", "signal_judge", "fork"})
# What plain limits stop on every machine.
LIMITED = frozenset({"take_memory", "take_shared_memory", "forge_results", "open_many_descriptors"})

_TOKEN = "GRADER_DOCTOR_SECRET"
_MODULES = ("numpy", "scipy", "torch")
# What homework needs of a machine; each function returns whether it went well.
_SOURCE = f"""
import os
import numpy as np
import scipy.linalg
import torch

def numpy_solves():
    return bool(np.allclose(np.linalg.solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 8.0]), [1.0, 2.0]))

def numpy_transforms():
    return bool(np.allclose(np.fft.ifft(np.fft.fft(np.arange(8.0))), np.arange(8.0)))

def scipy_factors():
    a = np.array([[4.0, 1.0], [1.0, 3.0]])
    return bool(np.allclose(scipy.linalg.expm(scipy.linalg.logm(a)), a))

def torch_differentiates():
    x = torch.arange(3.0, requires_grad=True)
    (x ** 2).sum().backward()
    return x.grad.tolist() == [0.0, 2.0, 4.0]

def torch_trains():
    layer = torch.nn.Conv2d(1, 2, 3)
    optimizer = torch.optim.Adam(layer.parameters())
    before = layer.weight.detach().clone()
    layer(torch.ones(1, 1, 8, 8)).pow(2).mean().backward()
    optimizer.step()
    return not torch.equal(before, layer.weight)

def the_environment_is_empty():
    return "{_TOKEN}" not in os.environ
"""
_PROGRAMS = tuple(re.findall(r"^def (\w+)", _SOURCE, re.MULTILINE))


@dataclass(frozen=True)
class Honest:
    """How a submission fared that does nothing forbidden."""

    ok: bool
    how: str
    seconds: float


@dataclass(frozen=True)
class Examination:
    """What the examination found.

    Args:
        control: every act in a plain process, where it should work.
        rounds: by the names of `ROUNDS`.
        judge: how each act against the judge itself ended.
        missing: the layers that are not to be had here.
    """

    require: Require
    sandbox: str
    control: Round
    rounds: dict[str, Round]
    honest: Honest
    judge: dict[str, Attempted]
    missing: dict[str, MissingLayer]
    seconds: float

    @property
    def is_strong(self) -> bool:
        """Whether seccomp holds and nothing works, neither under it alone nor under all layers."""
        return all("seccomp" in one.holds and not one.worked for one in self._decisive)

    @property
    def unproved(self) -> list[str]:
        """The acts that fail on this machine without any layer, so that a refusal shows nothing."""
        return [name for name, end in self.control.ends.items() if not end.worked]

    @property
    def faults(self) -> list[str]:
        """Why the machine is not fit for what is required; empty where it is."""
        faults = [
            f"{name}: {one.fault}" for name, one in {"no layer": self.control, **self.rounds}.items() if one.fault
        ]
        missing = sorted(ESSENTIAL & set(self.unproved))
        if missing:
            faults.append(f"the examination proves nothing: {', '.join(missing)} failed without any layer")
        if not self.honest.ok:
            faults.append(f"an honest submission is not graded: {self.honest.how}")
        for name, one in self.rounds.items():
            works = (
                one.worked if "seccomp" in one.holds else sorted(LIMITED & set(one.worked) if name == "limits" else ())
            )
            faults += [f"{name}: {act} works: {one.ends[act].how}" for act in works]
        faults += [f"the judge: {act} works: {end.how}" for act, end in self.judge.items() if end.worked]
        if self.require == "strong" and not all("seccomp" in one.holds for one in self._decisive):
            faults.append("seccomp does not hold: student code would be limited, but not isolated")
        return faults

    @property
    def ok(self) -> bool:
        """Whether the machine is fit for what is required."""
        return not self.faults

    @property
    def _decisive(self) -> tuple[Round, Round]:
        return self.rounds[SECCOMP_ALONE], self.rounds[ALL]

    def to_json(self) -> dict[str, Any]:
        """Plain data; each act with what became of it in each round."""
        rounds = {"no layer": self.control, **self.rounds}
        return {
            "ok": self.ok,
            "require": self.require,
            "sandbox": self.sandbox,
            "faults": self.faults,
            "honest": {"ok": self.honest.ok, "how": self.honest.how, "seconds": round(self.honest.seconds, 3)},
            "rounds": {
                name: {"holds": sorted(one.holds), "acts": len(one.ends), "worked": one.worked, "fault": one.fault}
                for name, one in rounds.items()
            },
            "missing": {layer: {"why": one.why, "means": one.means} for layer, one in self.missing.items()},
            "judge": {
                act: {"what": JUDGE_ACTS[act].what, "worked": end.worked, "how": end.how}
                for act, end in self.judge.items()
            },
            "unproved": self.unproved,
            "acts": {
                act: {
                    "group": ACTS[act].group,
                    "what": ACTS[act].what,
                    **{name: one.ends[act].how for name, one in rounds.items() if act in one.ends},
                }
                for act in self.control.ends
            },
            "seconds": round(self.seconds, 2),
        }


def examine(require: Require = "strong", *, acts: Iterable[ForbiddenAct] | None = None) -> Examination:
    """Attempt the acts (all of them by default) in throw-away processes, and run an honest submission."""
    started = time.monotonic()
    chosen = tuple(ACTS.values() if acts is None else acts)
    readable = readable_paths()
    with stage() as target:
        control = attempt(chosen, target, None, readable)
        rounds = {name: attempt(chosen, target, layers, readable) for name, layers in ROUNDS.items()}
    missing = missing_layers(rounds[ALL].holds, readable)
    honest, judge = _grade(is_strong=rounds[ALL].summary.startswith("strong"))
    spent = time.monotonic() - started
    return Examination(require, rounds[ALL].summary, control, rounds, honest, judge, missing, spent)


def _grade(*, is_strong: bool) -> tuple[Honest, dict[str, Attempted]]:
    """How an honest submission fares in the sandbox, and the acts against the judge."""
    sandbox = ForkedSandbox(_MODULES, "auto" if is_strong else "process")
    try:
        honest = _honest(sandbox)
        return honest, attempt_on_judge(sandbox) if honest.ok else {}
    finally:
        sandbox.close()


def _honest(sandbox: ForkedSandbox) -> Honest:
    """Grade a submission as `grader grade` would, with a token in the judge's environment that it must not see."""
    started = time.monotonic()
    os.environ[_TOKEN] = "42"
    try:
        session = sandbox.open({"honest.py": _SOURCE}, Budget(), seed=0)
        calls = [[["honest", name], [], {}, False] for name in _PROGRAMS]
        wanted = bytes([wire.READ] * len(calls))  # stands before them, one byte for each
        outcomes = session.call(wire.encode([wanted, *calls]), len(calls), modules=["honest"])
        session.close()
        how = _objection(outcomes)
    except SandboxError as error:
        how = str(error)
    finally:
        os.environ.pop(_TOKEN)
    return Honest(not how, how or "graded", time.monotonic() - started)


def _objection(outcomes: Sequence[Outcome]) -> str:
    """What is wrong with the answers, if anything."""
    failed = [
        f"{name} gave {outcome}" for name, outcome in zip(_PROGRAMS, outcomes, strict=False) if outcome != Value(True)
    ]
    return failed[0] if failed else "" if len(outcomes) == len(_PROGRAMS) else "it ended early"
