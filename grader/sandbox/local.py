"""A session without a boundary: trusted modules in this process, answering as a worker would."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from types import ModuleType

from grader import wire
from grader.model.outcome import Failure, Outcome, Value
from grader.sandbox import Replies
from grader.sandbox.replying import outcome_of
from grader.worker import serving
from grader.worker.calls import calls_of
from grader.worker.loading import ModuleSet
from grader.worker.module_names import file_of
from grader.worker.public_names import outline
from grader.worker.survey import survey
from grader.worker.worker import read_document, unpack_files


class LocalSession:
    """Implements `Session` over modules that are already imported; for the reference, and for tests as a fake."""

    def __init__(self, modules: Mapping[str, ModuleType]) -> None:
        self._modules = dict(modules)
        self._present = modules.present if isinstance(modules, ModuleSet) else contextlib.nullcontext
        self._server = serving.Server(lambda _file: False)
        for name, module in self._modules.items():
            self._server.adopt(name, module)
        self.request = 0
        self.output = ""

    def load(self, module: str) -> Outcome:
        """See `Session.load`."""
        if module not in self._modules:
            return Failure("missing", f"no file {file_of(module)}")
        return Value(outline(self._modules[module]))

    def call(self, packed: bytes, n_calls: int, *, modules: Sequence[str], forget: bool = True) -> Replies:
        """See `Session.call`."""
        for module in modules:
            loaded = self.load(module)
            if isinstance(loaded, Failure):
                return Replies.all_alike(loaded, n_calls)
        if forget:
            self._server.forget()
        self.request += 1
        with self._present():
            replies = [self._server.call(self.request, index, call) for index, call in enumerate(calls_of(packed))]
        return Replies(lambda: [outcome_of(kind, wire.decode(body)) for kind, body in replies])

    def read(self, path: str, data: bytes) -> Outcome:
        """See `Session.read`."""
        return Value(wire.decode(wire.encode(read_document(path, data))))

    def uses(self, functions: Sequence[str], patterns: Sequence[str], calls: bytes, modules: Sequence[str]) -> Outcome:
        """See `Session.uses`; trusted modules are not read."""
        del functions, patterns, calls, modules
        return Value([])

    def places(self, functions: Sequence[str]) -> Outcome:
        """See `Session.places`; trusted modules are not read."""
        return Value([[] for _ in functions])

    def unpack(self, name: str, data: bytes, wanted: Sequence[str] = ()) -> Outcome:
        """See `Session.unpack`."""
        return Value(wire.decode(wire.encode(unpack_files(name, data, wanted))))

    @property
    def stopped_cells(self) -> list[str]:
        """See `Session.stopped_cells`; these modules are no notebooks."""
        return []

    def survey(self, files: Mapping[str, bytes], starters: Mapping[str, bytes]) -> Outcome:
        """See `Session.survey`."""
        return Value(wire.decode(wire.encode(survey(files, starters))))

    def traceless(self, modules: Sequence[str]) -> frozenset[str]:
        """See `Session.traceless`; trusted modules are not read."""
        del modules
        return frozenset()

    def expect(self, n_parts: int) -> None:
        """See `Session.expect`; there are no processes."""

    def apart(self, *, reseeded: bool = False) -> LocalSession:
        """See `Session.apart`; there is one process, and it is trusted."""
        del reseeded
        return self

    @property
    def is_light(self) -> bool:
        """See `Session.is_light`; there is nothing beside it."""
        return True

    def close(self) -> None:
        """Nothing to end."""
