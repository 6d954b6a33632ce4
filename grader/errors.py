"""The errors of grader, sorted by who must act.

GraderError
├── UsageError          the person at the keyboard: a path, an option, a folder that is not a course
├── RubricError         the instructor: rubrics/*.yaml, rubrics/*.py or reference/ (all at once)
├── SubmissionError     the student: a file that cannot be taken as it is
├── SandboxError        the machine: the zygote does not start, a worker cannot be had
│   ├── SandboxRefused  a layer is missing that the policy asks for: nothing is graded
│   └── WireError       a message broke the protocol; the judge kills who sent it
├── MachineFault        the machine: a disk, a file that cannot be written, memory
└── ClusterLost         other machines: the scheduler went away; what was graded until then is kept

What a student's code raises never becomes one of these: it is data (`model.outcome`). Everything else is our bug.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class GraderError(Exception):
    """Anything that grader itself can explain; `exit_code` is what the command ends with."""

    exit_code = 2


class UsageError(GraderError):
    """The command cannot do what was asked, and says what would work."""


def display(path: Path) -> str:
    """A path as messages name it: from the working directory where it is inside."""
    path = path.absolute()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def first_of(names: Sequence[str], most: int = 5) -> str:
    """`ana, ben and 3 more`."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file that an instructor wrote."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{display(Path(self.file))}:{self.line}"
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class RubricError(GraderError):
    """All faults of an assignment at once, in the order of their lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line)))
        super().__init__("\n".join(map(str, self.faults)))


class SubmissionError(GraderError):
    """A submission cannot be read as one."""


class SandboxError(GraderError):
    """The machine does not give what the sandbox needs."""


class SandboxRefused(SandboxError):
    """This machine cannot isolate student code as the policy asks; says what would."""


class WireError(SandboxError):
    """A message is not what the protocol allows."""


class ClusterLost(GraderError):
    """The scheduler of the other machines went away."""

    exit_code = 1


class MachineFault(GraderError):
    """Something of the machine cannot be read, written or had; says what, and what to do."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code
