"""Runs a notebook's cells as Jupyter would: IPython's commands do nothing, or what the code after them rests on."""

from __future__ import annotations
import __future__

import ast
import contextlib
import inspect
import io
import linecache
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from grader.worker.ipython import python_of
from grader.worker.limited import OutOfTime, run_limited
from grader.worker.messages import message_of
from grader.worker.notebook import RUNS_BODY, Notebook, written_file
from grader.worker.remembering import CapturedOutput, CellHistory, CellResult, Lines, Timing, is_quiet
from grader.worker.stand_ins import Silent

if TYPE_CHECKING:
    import asyncio

# Cells of other languages, which Jupyter hands to somebody else, and those that only measure.
_SKIPPED = frozenset({
    "bash", "sh", "script", "html", "HTML", "javascript", "js", "latex", "markdown", "svg", "SVG",
    "perl", "ruby", "pypy",
    "python", "python2", "python3", "timeit", "cmd", "system", "sx", "!", "R", "cython", "sql", "bigquery", "ai",
})  # fmt: skip
_FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_FUTURES = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})
_MAX_TOLD = 300
_EXPANDED = re.compile(r"\$(\w+)|\{([^{}]+)\}")
_PYLAB = "import numpy, numpy as np, matplotlib.pyplot as plt\nfrom numpy import *"


@dataclass(frozen=True)
class StoppedCell:
    """A cell that did not run to its end: where, at which line, and why."""

    place: str
    line: int
    why: str
    source: str
    is_endless: bool = False

    def __str__(self) -> str:
        return f"{self.place}" + (f", line {self.line}" if self.line else "") + f": {self.why}"


class Shell:
    """What `get_ipython()` is in a notebook; holds the notebook's names.

    Args:
        write: takes the path and the text of a file that a cell writes.
        read: the text of a file that was handed in or written, or None.
        wall_s: how long the cells may run together.
        endless: the places of cells that are known to run for longer.
    """

    def __init__(
        self,
        module: ModuleType,
        notebook: Notebook,
        write: Callable[[str, str, bool], None] = lambda _path, _text, _append: None,
        read: Callable[[str], str | None] = lambda _path: None,
        *,
        wall_s: float = 0.0,
        endless: frozenset[str] = frozenset(),
    ) -> None:
        self.user_ns: dict[str, Any] = module.__dict__
        self.stopped: list[StoppedCell] = []
        self._notebook = notebook
        self._write, self._read, self._wall_s, self._endless = write, read, wall_s, endless
        self._flags = _FLAGS
        self._place = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._aside: list[StoppedCell] = []
        self._magics: dict[tuple[str, str], Callable[..., Any]] = {}  # the student's own, by kind and name
        self.user_ns.update(get_ipython=lambda: self, display=_do_nothing)
        if notebook.cells:  # a script has no more than that
            self.user_ns.update(exit=_do_nothing, quit=_do_nothing, __IPYTHON__=True)
            self._history = CellHistory(self.user_ns)

    def run_all(self) -> None:
        """Run all cells in their order; one that fails ends where it fails, and the next one runs."""
        with run_limited(self._wall_s), _lenient_chdir():
            for number, source in self._notebook.code_cells:
                self._place = self._notebook.place(number)
                self._history.begin(source)
                try:
                    if self._place in self._endless:
                        raise OutOfTime
                    self._history.take(self._run(source))
                except OutOfTime as end:
                    why = f"was still running when the notebook had had {self._wall_s:g} s, so that it was ended there"
                    self._stop(source, end, why, is_endless=True)
                    break
                except BaseException as error:  # `sys.exit()` ends a cell, and not a kernel
                    self._fail(source, error)

    def _fail(self, source: str, error: BaseException) -> None:
        self._stop(source, error, f"{type(error).__name__}: {_text_of(error)}".removesuffix(": "))

    def _stop(self, source: str, error: BaseException, why: str, *, is_endless: bool = False) -> None:
        stopped = StoppedCell(self._place, _line_of(error, self._place), why[:_MAX_TOLD], source, is_endless)
        self.stopped.append(stopped)
        print(stopped, file=sys.stderr)

    def run_cell(self, source: str, *_args: Any, **_named: Any) -> CellResult:
        """Run a cell in the notebook's names for code that asks for it, and goes on where it fails."""
        try:
            return CellResult(self._run(source))
        except OutOfTime:
            raise
        except BaseException as error:
            self._fail(source, error)
            return CellResult(error_in_exec=error)

    def _run(self, source: str) -> Any:
        """Run a cell in the notebook's names; the value of its last expression."""
        if written_file(source) is None:
            return self._execute(python_of(source))
        head, end, body = source.lstrip().partition("\n")
        written = written_file(self._expand(head) + end + body)
        return self._write(*written) if written else None

    def _execute(self, text: str) -> Any:
        linecache.cache[self._place] = len(text), None, text.splitlines(keepends=True), self._place  # for `inspect`
        tree: ast.Module = compile(text, self._place, "exec", self._flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        value = None
        for statement in tree.body:  # one by one: what cannot be compiled costs nothing that stands above it
            value = self._evaluate(self._compile(statement))
        last = tree.body[-1] if tree.body else None
        return value if isinstance(last, ast.Expr) and not is_quiet(text, last) else None

    def _compile(self, statement: ast.stmt) -> CodeType:
        """A statement of a cell; what it imports from `__future__` holds from then on."""
        if isinstance(statement, ast.Expr):
            code: CodeType = compile(ast.Expression(statement.value), self._place, "eval", self._flags, True)
        else:
            code = compile(ast.Module([statement], []), self._place, "exec", self._flags, True)
        self._flags |= code.co_flags & _FUTURES
        return code

    def _evaluate(self, code: CodeType) -> Any:
        value = eval(code, self.user_ns)
        return self._finish(value) if code.co_flags & inspect.CO_COROUTINE else value

    def _finish(self, coroutine: Any) -> Any:
        import asyncio

        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        return self._loop.run_until_complete(coroutine)

    def _expand(self, line: str) -> str:
        """A magic's line with the values of the names that stand in it as `$name` or `{name}`."""

        def value(found: re.Match[str]) -> str:
            try:
                return str(eval(found[1] or found[2], self.user_ns))
            except Exception:
                return found[0]

        return _EXPANDED.sub(value, line)

    def register_magic_function(self, function: Callable[..., Any], kind: str = "line", name: str | None = None) -> Any:
        """Let `%name` or `%%name` call a function of the student's."""
        for one in ("line", "cell") if kind == "line_cell" else (kind,):
            self._magics[one, name or function.__name__] = function
        return function

    @property
    def of_ipython(self) -> dict[str, Any]:
        """What a notebook can import from IPython that does something."""
        kinds = {f"register_{kind}_magic": kind for kind in ("line", "cell", "line_cell")}
        register = {name: partial(self.register_magic_function, kind=kind) for name, kind in kinds.items()}
        return {"get_ipython": lambda: self, "display": _do_nothing, **register}

    def push(self, names: dict[str, Any], *_args: Any, **_named: Any) -> None:
        """Give the notebook names."""
        self.user_ns.update(names)

    def ev(self, expression: str) -> Any:
        """What an expression comes to in the notebook's names."""
        return eval(expression, self.user_ns)

    def ex(self, statement: str) -> None:
        """Run a statement in the notebook's names."""
        exec(statement, self.user_ns)

    def run_cell_magic(self, name: str, line: str, cell: str) -> Any:
        """`%%name line` above a cell.

        Raises:
            NameError: Jupyter would not know it either, and would not run the cell.
        """
        if ("cell", name) in self._magics:
            return self._magics["cell", name](line, cell)
        if (written := written_file(f"%%{name} {line}\n{cell}")) is not None:
            return self._write(*written)
        if name == "capture":
            return self._capture(line, cell)
        if name in RUNS_BODY:
            return self._run("\n" + cell)
        if name in _SKIPPED:
            why = f"%%{name} keeps to itself what its cell defines"
            self._aside.append(StoppedCell(self._place, 0, why, cell))
            return None
        raise NameError(f"%%{name} is not known here, so that the cell was not run")

    def _capture(self, line: str, cell: str) -> None:
        """`%%capture name`: what the cell prints is kept under the name, and not shown."""
        kept = next((word for word in line.split() if not word.startswith("-")), "")
        out, err = io.StringIO(), io.StringIO()
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                self._run("\n" + cell)
        finally:
            if kept:
                self.user_ns[kept] = CapturedOutput(out.getvalue(), err.getvalue())

    def run_line_magic(self, name: str, line: str, *_args: Any, **_named: Any) -> Any:
        """`%name line`: what runs code or a file does so, the rest does nothing."""
        if ("line", name) in self._magics:
            return self._magics["line", name](line)
        if name in ("time", "prun", "memit"):
            return self._measure(line)
        if name == "timeit":
            return Timing() if "-o" in line.split() else None
        if name in ("env", "set_env"):
            return _environment(self._expand(line))
        if name == "pwd":
            return os.getcwd()  # noqa: PTH109 -- the one that is patched
        if name == "cd":
            words = [word for word in self._expand(line).split() if not word.startswith("-")]
            os.chdir(" ".join(words).strip("'\"") or ".")
        if name == "run":
            self._run_file(self._expand(line))
        if name == "pylab":
            exec(_PYLAB, self.user_ns)
        return None

    def _measure(self, line: str) -> Any:
        """Run a statement in the notebook's names; the value where it is an expression."""
        while line.startswith("-"):  # options
            line = line.partition(" ")[2].lstrip()
        text = python_of(line)
        try:
            code = compile(text, self._place, "eval", self._flags & ~_FLAGS, dont_inherit=True)
        except SyntaxError:
            return self._execute(text)
        return eval(code, self.user_ns)

    def _run_file(self, line: str) -> None:
        """`%run path`: the file's names are then the notebook's."""
        words = line.split()
        names = [word for word in words if not word.startswith("-")]
        path = names[0].strip("'\"").removeprefix("./") if names else ""
        text = self._read(path) if "." in path else self._read(f"{path}.py")
        if text is None:
            raise FileNotFoundError(f"%run {path}: no such file was handed in")
        if path.endswith(".ipynb"):
            self._run_book(Notebook.parse(path, text))
            return
        own = {"__name__": "__main__", "__file__": path, "__loader__": self.user_ns.get("__loader__")}
        fresh = self.user_ns if "-i" in words else {**own, "get_ipython": lambda: self}
        arguments, sys.argv = sys.argv, [path, *words[words.index(names[0]) + 1 :]]
        try:
            exec(compile(text, path, "exec", dont_inherit=True), fresh)
        finally:
            sys.argv = arguments
        self.user_ns.update({name: value for name, value in fresh.items() if not name.startswith("__")})

    def _run_book(self, book: Notebook) -> None:
        """The cells of another notebook, up to the first that fails."""
        place = self._place
        for number, source in book.code_cells:
            self._place = book.place(number)
            self._run(source)
        self._place = place

    def magic(self, line: str) -> Any:
        """`%line`, as it was written in old notebooks."""
        name, _, rest = line.lstrip("%").partition(" ")
        return self.run_line_magic(name, rest)

    def system(self, *_args: Any) -> None:
        """`!command`: there is no shell here."""

    system_raw = system_piped = system

    def getoutput(self, *_args: Any, **_named: Any) -> Lines:
        """`x = !command`: nothing was printed."""
        return Lines()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Silent()

    def why_undefined(self, name: str) -> str:
        """Which cells would have defined a name, had they run to their ends in the notebook's names."""
        word = re.compile(rf"\b(?:def|class)\s+{re.escape(name)}\b|^\s*{re.escape(name)}\s*=", re.MULTILINE)
        return "; ".join(str(cell) for cell in (*self.stopped, *self._aside) if word.search(cell.source))

    @property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """The cells as Python, each after how it is named before a line."""
        return tuple((f"cell {number}, ", python_of(source)) for number, source in self._notebook.code_cells)

    @property
    def why_incomplete(self) -> str:
        """The first cells that stopped."""
        return "; ".join(map(str, self.stopped[:3]))


@contextlib.contextmanager
def _lenient_chdir() -> Iterator[None]:
    """Let cells go to folders that there are on the student's machine alone, and stay where they are."""
    chdir = os.chdir

    def stay(path: Any) -> None:
        with contextlib.suppress(OSError):
            chdir(path)

    os.chdir = stay
    try:
        yield
    finally:
        os.chdir = chdir


def _environment(line: str) -> Any:
    """`%env`: all variables, one of them, or a new value."""
    name, _, value = map(str.strip, line.strip().partition("=" if "=" in line else " "))
    if not name:
        return dict(os.environ)
    if not value:
        return os.environ.get(name, "")
    os.environ[name] = value
    return None


def _do_nothing(*_args: Any, **_named: Any) -> None:
    """Do nothing."""


def _text_of(error: BaseException) -> str:
    try:
        return str(error.msg) if isinstance(error, SyntaxError) else message_of(error)
    except BaseException:
        return "(its message cannot be read)"


def _line_of(error: BaseException, place: str) -> int:
    """The line of a cell at which an error came out of it."""
    if isinstance(error, SyntaxError) and error.filename == place:
        return int(error.lineno or 0)
    line, trace = 0, error.__traceback__
    while trace is not None:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == place else line
        trace = trace.tb_next
    return line
