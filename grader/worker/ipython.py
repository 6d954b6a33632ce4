"""IPython's own rules for what a cell may hold."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from typing import Any

from grader.worker.foreign import inputtransformer2

# A cell may begin like this and still be Python: `In [1]: x` declares a type.
_PROMPTS = ("In [", "...:", ">>>", "[nav]", "[ins]")

_CELL = re.compile(r"^(?=# ?%%)", re.MULTILINE)
_COMMAND = re.compile(r"^[ \t]*(?:[!%]\S|\w+ *= *[!%]\S)", re.MULTILINE)


def python_of(cell: str) -> str:
    """A cell as Python; what is neither Python nor a command of IPython's stays as it is.

    >>> python_of("!ls")
    "get_ipython().system('ls')"
    """
    if _is_python(cell) and not cell.lstrip().startswith(_PROMPTS):
        return cell
    with warnings.catch_warnings(action="ignore"):
        try:
            code = str(_manager().transform_cell(cell)).rstrip("\n")
        except (SyntaxError, ValueError, RecursionError):
            return cell
    blank = len(cell) - len(cell.lstrip("\r\n"))  # so that lines keep their numbers
    return cell[:blank].replace("\r\n", "\n") + code


def python_of_script(text: str, python: Callable[[str], str] = python_of) -> str:
    """A module that was made of a notebook, and has its commands still, as Python; cells begin with `# %%`.

    >>> python_of_script("x = 1\\n# %%\\n!ls\\n")
    "x = 1\\n# %%\\nget_ipython().system('ls')\\n"

    Args:
        python: makes Python of one cell.
    """
    if not _COMMAND.search(text):
        return text
    parts = (part.partition("\n") if part.startswith("#") else ("", "", part) for part in _CELL.split(text))
    return "".join(head + end + python(body).rstrip("\n") + "\n" for head, end, body in parts)


def _manager() -> Any:
    return inputtransformer2.TransformerManager()  # type: ignore[no-untyped-call]


def _is_python(text: str) -> bool:
    with warnings.catch_warnings(action="ignore"):
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
