"""What code may not do where it is graded: for each such act a sentence, known by Python's own error."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from grader.model.outcome import Failure

# The name that Python gives to what stands outside of functions.
MODULE_LEVEL = "<module>"
_MAIN = 'if __name__ == "__main__":'


@dataclass(frozen=True)
class Refusal:
    """An act, the error that it ends in (`Type: text`), and what to do instead."""

    act: str
    error: str
    instead: str | Callable[[Failure, re.Match[str]], str]


def _missing_module(failure: Failure, found: re.Match[str]) -> str:
    if found[2]:
        return f"there is no {found[1]}: {found[2]} is a single file, not a package"
    return (
        f"{found[1]} is not there when your work is graded: hand it in if it is a file of yours, else do without it, "
        f"or import it under `{_MAIN}`"
    )


def _input_refusal(failure: Failure, found: re.Match[str]) -> str:
    nobody = "nobody is there to type when your work is graded"
    if failure.function in ("", MODULE_LEVEL):
        return f"{nobody}: write the value into the module, or put this under `{_MAIN}`"
    return f"{nobody}: take the value as an argument"


def _exit(failure: Failure, found: re.Match[str]) -> str:
    if failure.function in ("", MODULE_LEVEL):
        return f"this ends the program, so nothing below it counts: take it out, or put it under `{_MAIN}`"
    return "this ends the program instead of the function: write `return`, or raise an error"


# The first that fits is told.
REFUSALS = (
    Refusal(
        "wait for somebody to type (`input()`)",
        r"EOFError: EOF when reading a line|OSError: .*reading from stdin",
        _input_refusal,
    ),
    Refusal(
        "start other processes (`subprocess`, `os.fork`)",
        r"\w+: .*no other processes here|BlockingIOError: \[Errno 11\]|RuntimeError: can't start new thread",
        "no other process can be started when your work is graded: do it in this one, in a plain loop",
    ),
    Refusal(
        "use the network (a download, a server)",
        (
            r"gaierror: |(Connection|Timeout)\w*Error: \[Errno (10[14]|11[0-3])\]|OSError: \[Errno (101|113)\]"
            r"|(URLError|HTTPError|MaxRetryError|ConnectionError): .*(urlopen|resol|[Cc]onnect|Errno)"
        ),
        "there is no network when your work is graded: put what is needed into the module",
    ),
    Refusal(
        "open sockets, or change how the process runs",
        r"(PermissionError|OSError): \[Errno 1\] Operation not permitted(?: \(called while .*)?$",
        "the system does not allow this when your work is graded, as little as the network: do without it",
    ),
    Refusal(
        "read files other than those that came with the task",
        r"FileNotFoundError: (\[Errno 2\]|.* not found)|OSError: .*[Nn]o such file",
        "this file is not there when your work is graded: put the values into the module",
    ),
    Refusal(
        "write files outside of the folder that it runs in, or large ones",
        r"(PermissionError|OSError|IsADirectoryError): \[Errno (1|13|21|27|28|30|122)\]",
        f"this place cannot be read or written when your work is graded: print it, or do it under `{_MAIN}`",
    ),
    Refusal(
        "open windows",
        r"TclError: .*display|ImportError: .*(display|headless|libGL|libtk)",
        f"there is no screen when your work is graded: show pictures under `{_MAIN}`",
    ),
    Refusal(
        "import libraries that the task does not name",
        r"ModuleNotFoundError: No module named '([^']+)'(?:; '([^']+)' is not a package)?",
        _missing_module,
    ),
    Refusal(
        "end the program (`sys.exit`, `exit`, `quit`)",
        r"SystemExit\b",
        _exit,
    ),
)


def refusal(failure: Failure) -> str:
    """What was not allowed and what to do instead; empty where it is an error like any other."""
    for one in REFUSALS:
        if found := re.match(one.error, failure.message):
            return one.instead if isinstance(one.instead, str) else one.instead(failure, found)
    return ""
