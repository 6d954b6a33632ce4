"""What a notebook remembers of its cells as Jupyter does: `_`, `Out[3]`, `In[3]`, and what a cell printed."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Any, SupportsIndex

_LINE_END = re.compile(r"\r\n|\r|\n")
_UNDERSCORES = ("_", "__", "___")


class CellHistory:
    """Keeps the sources of cells and the values of their last expressions, under the names that Jupyter gives them.

    Args:
        names: the notebook's own.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._inputs = [""]
        self._outputs: dict[int, Any] = {}
        self._last: list[Any] = ["", "", ""]
        names.update({"In": self._inputs, "_ih": self._inputs, "Out": self._outputs, "_oh": self._outputs})
        names.update(dict.fromkeys((*_UNDERSCORES, "_i", "_ii", "_iii"), ""))

    def begin(self, source: str) -> None:
        """Note that a cell is run."""
        before = [*self._inputs[:0:-1], "", "", ""]
        self._inputs.append(source)
        self._names.update({"_i": before[0], "_ii": before[1], "_iii": before[2], f"_i{self._number}": source})

    def take(self, value: Any) -> None:
        """Note what a cell's last expression came to; names that the student gave a meaning keep it."""
        if value is None or value is self._outputs:
            return
        are_ours = all(self._names.get(name, last) is last for name, last in zip(_UNDERSCORES, self._last, strict=True))
        self._last = [value, *self._last[:2]]
        if are_ours:
            self._names.update(zip(_UNDERSCORES, self._last, strict=True))
        self._outputs[self._number] = self._names[f"_{self._number}"] = value

    @property
    def _number(self) -> int:
        return len(self._inputs) - 1


def is_quiet(text: str, last: ast.Expr) -> bool:
    """Whether a semicolon after a cell's last expression says that its value is not wanted.

    >>> text = "f(1)  ;"
    >>> is_quiet(text, ast.parse(text).body[0])
    True
    """
    lines = _LINE_END.split(text)[(last.end_lineno or 1) - 1 :]
    rest = lines[0].encode()[last.end_col_offset or 0 :].decode() + "\n".join(lines[1:])
    return rest.lstrip(" \t\n)\\").startswith(";")


class Lines(list[str]):
    """What a command printed: nothing, in the ways in which IPython hands it on."""

    n = s = nlstr = spstr = ""

    @property
    def l(self) -> list[str]:  # noqa: E743 -- so it is called
        """Itself."""
        return self

    list = p = paths = l

    def __getitem__(self, place: SupportsIndex | slice) -> Any:
        """An empty line, wherever one is asked for."""
        return super().__getitem__(place) if isinstance(place, slice) else ""

    def grep(self, *_args: Any, **_named: Any) -> Lines:
        """The lines with a pattern: none."""
        return self

    fields = grep


@dataclass
class CapturedOutput:
    """What a cell under `%%capture` printed."""

    stdout: str = ""
    stderr: str = ""
    outputs: list[Any] = field(default_factory=list)

    def show(self) -> None:
        """Nothing is shown."""

    __call__ = show

    def __str__(self) -> str:
        return self.stdout


@dataclass(frozen=True)
class Timing:
    """What `%timeit -o` returns: nothing is measured, and each time is as short as another."""

    best: float = 1e-6
    worst: float = 1e-6
    average: float = 1e-6
    stdev: float = 0.0
    loops: int = 1
    repeat: int = 1
    timings: tuple[float, ...] = (1e-6,)
    all_runs: tuple[float, ...] = (1e-6,)


@dataclass(frozen=True)
class CellResult:
    """What `get_ipython().run_cell` returns."""

    result: Any = None
    error_in_exec: BaseException | None = None

    @property
    def success(self) -> bool:
        """Whether the cell ran to its end."""
        return self.error_in_exec is None
