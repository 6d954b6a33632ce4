"""The judge's side of the trust boundary: a session per submission, whose calls come back as plain outcomes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, overload

from grader.model.budget import Budget as Budget
from grader.model.outcome import Failure, Outcome

Sources = Mapping[str, str | bytes]


class Replies(Sequence[Outcome]):
    """The outcomes of some calls, decoded when one is first looked at.

    They are as many as the process gave; asked for by its number, each later call shares the failure that ended it.

    Args:
        data: the replies as they came, byte for byte; None where the process ended before it had answered.
    """

    def __init__(self, decode: Callable[[], Sequence[Outcome]], data: bytes | None = None) -> None:
        self._decode = decode
        self.data = data
        self.digest = None if data is None else hashlib.sha256(data).digest()

    @classmethod
    def all_alike(cls, outcome: Outcome, n_calls: int) -> Replies:
        """The same outcome for every call."""
        return cls(lambda: [outcome] * n_calls)

    @cached_property
    def _outcomes(self) -> Sequence[Outcome]:
        return self._decode()

    def __len__(self) -> int:
        return len(self._outcomes)

    @overload
    def __getitem__(self, index: int) -> Outcome: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Outcome]: ...

    def __getitem__(self, index: int | slice) -> Outcome | Sequence[Outcome]:
        if isinstance(index, int) and index >= len(self):
            return self._outcomes[-1] if self._outcomes else Failure("ungraded", "the plan was not carried out")
        return self._outcomes[index]

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self._outcomes)


@dataclass(frozen=True)
class Given:
    """What a course gives to all: laid over every submission, and over the model answer.

    Args:
        modules: Python files by path.
        files: others that can be read, by path; those of `data/` too.
    """

    modules: Mapping[str, bytes] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def paths(self) -> frozenset[str]:
        """All paths."""
        return frozenset(self.modules) | frozenset(self.files)

    @cached_property
    def digest(self) -> str:
        """Of all of it."""
        hashed = hashlib.sha256()
        for path, data in sorted({**self.modules, **self.files}.items()):
            hashed.update(f"{path}\0{len(data)}\0".encode() + data)
        return hashed.hexdigest()


NOTHING_GIVEN = Given()


class Session(Protocol):
    """One submission's code, behind the boundary. Nothing here raises for what a student's code does."""

    def load(self, module: str) -> Outcome:
        """Import a module: a `Value` of its public names, or the `Failure` that every later call on it shares.

        Of a plain function each name stands with [the names of its parameters by position, [file, line] where all that
        it does is to say that it is not written, else []]; of anything else with [].
        """
        ...

    def call(self, packed: bytes, n_calls: int, *, modules: Sequence[str], forget: bool = True) -> Replies:
        """Make the calls of an encoded list in order; the list is shorter where one of them ended the process."""
        ...

    @property
    def request(self) -> int:
        """The number of the latest `call`, by which later calls refer to objects it left."""
        ...

    def read(self, path: str, data: bytes) -> Outcome:
        """Read a write-up (Markdown, or a notebook's Markdown cells): its document and notes, as a list."""
        ...

    def uses(self, functions: Sequence[str], patterns: Sequence[str], calls: bytes, modules: Sequence[str]) -> Outcome:
        """[file, line, routine] of each library routine matching `patterns` that the functions can reach.

        Args:
            calls: an encoded list of calls in which they are watched for where none is found by reading.
        """
        ...

    def places(self, functions: Sequence[str]) -> Outcome:
        """[file, line] where each function is defined, or []; found by reading, no code of the submission runs."""
        ...

    def unpack(self, name: str, data: bytes, wanted: Sequence[str] = ()) -> Outcome:
        """[[path, content] of files, paths of others, [path, why] of what was not read] of an archive; else why not.

        Args:
            wanted: what names of files hold that are to be read before others.
        """
        ...

    @property
    def stopped_cells(self) -> list[str]:
        """The cells of notebooks that have not run to their ends, each with its line and the reason."""
        ...

    def survey(self, files: Mapping[str, bytes], starters: Mapping[str, bytes]) -> Outcome:
        """What `grader.worker.survey` finds in files, none of which runs."""
        ...

    def traceless(self, modules: Sequence[str]) -> frozenset[str]:
        """Those of some modules that leave nothing in their process, beyond doubt; found by reading, nothing runs."""
        ...

    def expect(self, n_parts: int) -> None:
        """Be told how many parts will be asked for: processes that are started together cost less."""
        ...

    def apart(self, *, reseeded: bool = False) -> Session:
        """The same submission with a process of its own, which has run nothing of it; what may be used is shared.

        Args:
            reseeded: let it draw other random numbers.
        """
        ...

    @property
    def is_light(self) -> bool:
        """Whether its process holds so little that it may stay while others run."""
        ...

    @property
    def output(self) -> str:
        """What the code printed, capped; a session's parts with it."""
        ...

    def close(self) -> None:
        """End everything that belongs to the submission."""
        ...


class Sandbox(Protocol):
    """Opens sessions; `name` says how strong it is and goes into every result."""

    @property
    def name(self) -> str:
        """For example `strong: seccomp, landlock, namespaces, uid`."""
        ...

    def open(self, sources: Sources, budget: Budget, seed: int, given: Given = NOTHING_GIVEN) -> Session:
        """A fresh session over the sources of one submission and what the course gives."""
        ...

    def close(self) -> None:
        """End the sandbox and every session."""
        ...
