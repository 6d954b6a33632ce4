"""One submission's process: it takes requests from its channel until it is killed."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import random
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.util import decode_source
from typing import Any, NoReturn

import numpy as np

from grader import wire
from grader.worker import archive, inspection, loading, serving, survey, tokens, traceless, tracing, typesetting
from grader.worker.answering import ReplySender
from grader.worker.calls import Call, calls_of
from grader.worker.files import PRINTED
from grader.worker.messages import warning_text
from grader.worker.notebook import NotANotebook, Notebook
from grader.worker.notebooks import Notebooks
from grader.worker.reading.document import read_writeup
from grader.worker.reading.encoding import decode_writeup
from grader.worker.reading.formats import markdown_of
from grader.worker.reading.printed import text_of_printed
from grader.worker.scratch.patching import Scratch
from grader.worker.scratch.tree import ScratchTree
from grader.worker.stand_ins import StandIns

CHANNEL = 3
_CHUNK = 1 << 20


def take_descriptors(channel: int, output: int) -> None:
    """Put /dev/null, the output pipe and the channel where they belong: 0, 1 and 2, 3."""
    null = os.open("/dev/null", os.O_RDONLY)
    high = [os.dup2(fd, 200 + n) for n, fd in enumerate((null, output, channel))]
    for source, target in ((high[0], 0), (high[1], 1), (high[1], 2), (high[2], CHANNEL)):
        os.dup2(source, target)


def settle() -> None:
    """What is done last before the filters close: fresh streams and signals."""
    for name, fd in (("stdout", 1), ("stderr", 2)):
        stream = open(fd, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    for name in ("SIGINT", "SIGTERM", "SIGCHLD"):
        if hasattr(signal, name):  # Windows has no SIGCHLD
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    if hasattr(signal, "SIGUSR1"):  # the judge asks where the code is before it ends a call that took too long
        faulthandler.register(signal.SIGUSR1, file=2, all_threads=False)
    sys.argv[:] = [""]
    warnings.formatwarning = warning_text


def set_random_states(seed: int) -> None:
    """Let what draws numbers without a seed of its own begin at `seed`."""
    random.seed(seed)
    np.random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].default_generator.manual_seed(seed)


def refuse(reason: str, channel: int = CHANNEL) -> None:
    """Tell the judge that this process cannot become a worker."""
    ReplySender(channel).add(wire.NO_CAGE, wire.encode(reason[:500]))


class Worker:
    """Answers requests [number, operation, body].

    Args:
        incoming: the descriptor that requests come from.
        replies: where the answers go.
        importable: top-level names that the zygote can load when asked.
        absent: names that it is known not to find, and why.
        offered: the modules that the course offers beside the standard library.
        plans: lists of calls that requests name by number, each to be made once.
        disk: finds trusted modules where the process is not sealed; without it they are asked for.
        scratch: the folder in memory, made ready and empty.
    """

    def __init__(
        self,
        importable: frozenset[str],
        absent: Mapping[str, str],
        offered: Sequence[str],
        *,
        incoming: int,
        replies: ReplySender,
        plans: Sequence[Sequence[Call]] = (),
        disk: MetaPathFinder | None = None,
        scratch: Scratch | None = None,
    ) -> None:
        self._incoming = incoming
        self._replies = replies
        self._plans = plans
        self._disk = disk
        self._importable = importable
        self._absent = absent
        self._offered = offered
        self._number = self._seed = 0
        self._server = serving.Server(lambda _: False)
        self._modules: dict[str, str | bytes] = {}
        self._provided: dict[str, bytes] = {}
        self._scratch = scratch or Scratch(ScratchTree(), serves_null=disk is None)
        self._books: list[Notebook] = []
        self._notebooks: Notebooks | None = None

    def run(self) -> NoReturn:
        """Serve until the judge closes the channel or kills."""
        self._replies.add(wire.READY, b"")
        self._replies.send()
        operations: dict[str, Callable[[Any], None]] = {
            "sources": self._sources,
            "load": self._load,
            "calls": self._calls,
            "read": self._read,
            "uses": self._uses,
            "places": self._places,
            "unpack": self._unpack,
            "typeset": self._typeset,
            "tokens": self._tokens,
            "survey": self._survey,
            "traceless": self._traceless,
            "stopped": self._stop,
        }
        for message in requests(self._incoming):
            self._number, operation, body = message
            self._replies.begin(self._number)
            operations[operation](body)
            self._replies.send()
        os._exit(0)

    def _sources(self, body: tuple[dict[str, str | bytes], list[dict[str, bytes]], int, float, list[str]]) -> None:
        sources, (self._provided, files), self._seed, cells_wall_s, endless = body
        late = self._disk or loading.LateImporter(self._importable, self._absent, self._ask)
        self._modules = {path: text for path, text in sources.items() if path.endswith(".py")}
        submission = loading.SubmissionImporter({**self._modules, **self._provided})
        stand_ins = StandIns(self._importable, self._of_ipython)
        import_module = loading.install(submission, late, self._offered, self._importable, stand_ins)
        self._scratch.install(files)
        if self._disk is None:
            loading.seal()
        self._books = _notebooks(sources)
        run_by_others = {path: _as_text(text) for path, text in sources.items() if path.endswith(".ipynb")}
        books = Notebooks(self._books, submission, cells_wall_s, endless, run_by_others)
        self._notebooks = books if self._books else None
        self._server = serving.Server(self._is_own_frame, self._notebooks, import_module)
        self._replies.add(wire.VALUE, wire.encode(None))

    def _of_ipython(self) -> dict[str, Any]:
        """What code finds in `IPython` that a notebook has by itself; without a notebook, nothing runs it."""
        module = sys.modules.get("__main__")
        shell = None if self._notebooks is None else self._notebooks.shell_of(module)
        return {} if shell is None else shell.of_ipython

    def _is_own_frame(self, file: str) -> bool:
        return file in self._modules or bool(self._notebooks and self._notebooks.is_own_frame(file))

    def _load(self, module: str) -> None:
        self._scratch.refresh()
        set_random_states(self._seed)  # what a module draws does not hang on which others came before
        kind, body = self._server.load(module)
        serving.flush_output()
        self._replies.add(kind, body)

    def _calls(self, request: tuple[bool, bytes | int]) -> None:
        forget, plan = request
        self._scratch.refresh()
        if forget:
            self._server.forget()
        calls = self._plans[plan] if isinstance(plan, int) else calls_of(plan)
        spent: dict[str, tuple[str, bytes]] = {}  # functions that used up the memory: again would take seconds each
        for index, call in enumerate(calls):
            name = str(call.target)
            kind, body = (
                self._server.refuse(self._number, index, spent[name])
                if name in spent
                else (self._server.call(self._number, index, call))
            )
            if kind == wire.OUT_OF_MEMORY and isinstance(call.target[0], str):
                spent[name] = kind, body
            if index == len(calls) - 1:
                serving.flush_output()
            self._replies.add(kind, body)

    def _read(self, request: tuple[str, bytes]) -> None:
        try:
            self._replies.add(wire.VALUE, wire.encode(read_document(*request)))
        except (Exception, RecursionError) as error:
            self._replies.add(wire.ERROR, wire.encode([type(error).__name__, str(error)[:200], []]))

    def _unpack(self, request: tuple[str, bytes, list[str]]) -> None:
        self._replies.add(wire.VALUE, wire.encode(unpack_files(*request)))

    def _typeset(self, request: tuple[str, bytes, bool]) -> None:
        path, data, draws = request
        try:
            blocks = typesetting.typeset(write_up_text(path, data)[0], draws=draws)
            self._replies.add(wire.VALUE, wire.encode(blocks))
        except (Exception, RecursionError) as error:
            self._replies.add(wire.ERROR, wire.encode([type(error).__name__, str(error)[:200], []]))

    def _tokens(self, sources: dict[str, str | bytes]) -> None:
        self._replies.add(wire.VALUE, wire.encode([list(found) for found in map(_kinds, sources.items())]))

    def _survey(self, request: tuple[list[tuple[str, bytes]], list[tuple[str, bytes]]]) -> None:
        files, starters = request
        self._replies.add(wire.VALUE, wire.encode(survey.survey(dict(files), dict(starters))))

    def _traceless(self, modules: list[str]) -> None:
        found = traceless.traceless({**self._modules, **self._provided}, modules)
        self._replies.add(wire.VALUE, wire.encode(found))

    def _stop(self, _: None) -> None:
        told = [] if self._notebooks is None else self._notebooks.stopped
        self._replies.add(wire.VALUE, wire.encode(told))

    def _uses(self, request: tuple[list[str], list[str], bytes]) -> None:
        """What can be read is told; what cannot be read there is watched for in some calls."""
        functions, patterns, packed = request
        found = inspection.uses({**self._modules, **self._provided}, self._books, functions, patterns)
        found = [use for use in found if use[0] not in self._provided]
        if not found:
            with tracing.trace(self._is_own_frame, patterns) as seen:
                for index, call in enumerate(calls_of(packed)):
                    self._server.call(self._number, index, call)
            found = [[file, line, routine] for (file, line), routine in sorted(seen.items())[: inspection.MAX_USES]]
        self._server.forget()
        self._replies.add(wire.VALUE, wire.encode(found))

    def _places(self, functions: list[str]) -> None:
        self._replies.add(wire.VALUE, wire.encode(inspection.places(self._modules, self._books, functions)))

    def _ask(self, module: str) -> None:
        self._replies.begin(self._number)
        self._replies.add(wire.NEED, wire.encode(module))
        self._replies.send()
        os._exit(0)


def unpack_files(name: str, data: bytes, wanted: Sequence[str]) -> list[Any] | str:
    """Files, names of others, and what was not read of an archive, each as pairs or texts; else why it is none."""
    try:
        contents = archive.members(name, data, wanted)
    except archive.BadArchive as reason:
        return str(reason)[:300]
    return [list(contents.files.items()), contents.others, list(contents.unread.items())]


def read_document(path: str, data: bytes) -> list[Any]:
    """The document and the notes of a write-up: a Markdown file, or a notebook's Markdown cells."""
    text, notes = write_up_text(path, data)
    is_printed = path.lower().endswith(PRINTED)
    return [{**read_writeup(text), "printed": [path, *notes] if is_printed else []}, notes]


def write_up_text(path: str, data: bytes) -> tuple[str, list[str]]:
    """The text of a write-up and what was noticed while decoding it."""
    if path.lower().endswith(PRINTED):
        text, why = text_of_printed(path, data)
        return text, [_what_was_taken(path, text, why)]
    text, notes = decode_writeup(data)
    if path.endswith(".ipynb"):
        return Notebook.parse(path, text).write_up, notes
    text, told = markdown_of(path, text)
    return text, [*notes, *told]


def _what_was_taken(path: str, text: str, why: str) -> str:
    if not why:
        return f"The text was taken out of {path}."
    return f"{'Not all' if text.strip() else 'No'} text could be taken out of {path}: {why}."


def _kinds(entry: tuple[str, str | bytes]) -> tuple[str, list[int], str]:
    """A file's tokens, their lines, and the code that the lines are of: a notebook's is that of its cells, joined."""
    path, source = entry
    code = _code_of_cells(path, source) if path.endswith(".ipynb") else _as_python_reads(source)
    return *tokens.kinds_of(code), code


def _code_of_cells(path: str, source: str | bytes) -> str:
    try:
        cells = Notebook.parse(path, source).cells
    except NotANotebook:
        return ""
    return "\n".join(code for kind, _, code in cells if kind == "code")


def _as_python_reads(source: str | bytes) -> str:
    """A source as Python reads it; of one that Python cannot, as much as can be shown."""
    try:
        return source if isinstance(source, str) else decode_source(source)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return _as_text(source)


def _notebooks(sources: dict[str, str | bytes]) -> list[Notebook]:
    """The submission's notebooks that can be read."""
    found = []
    for path in sorted(path for path in sources if path.endswith(".ipynb") and "/" not in path):
        try:
            found.append(Notebook.parse(path, sources[path]))
        except NotANotebook as reason:
            print(reason, file=sys.stderr)
    return found


def _as_text(source: str | bytes) -> str:
    return source if isinstance(source, str) else source.decode("utf-8", "replace")


def requests(channel: int) -> Iterator[Any]:
    """The messages of the judge as they come, until it closes the channel."""
    frames = wire.Frames()
    while chunk := _read(channel):
        for body in frames.feed(chunk):
            yield wire.decode(body)


def _read(channel: int) -> bytes:
    with contextlib.suppress(OSError):
        return os.read(channel, _CHUNK)
    return b""
