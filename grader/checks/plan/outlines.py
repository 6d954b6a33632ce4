"""What a submission's module tells of a function before it is called: its parameters, and that it is not written."""

from __future__ import annotations

from typing import Any

from grader.model.outcome import Failure, Value
from grader.sandbox import Session
from grader.sandbox.replying import MAX_LINE, MAX_NAME, MAX_PATH


def parameters_of(function: str, session: Session) -> tuple[str, ...]:
    """The names of the parameters of `module.function` by position; none where it is no plain function."""
    match _outline(function, session):
        case [[*names], _]:
            return tuple(name[:MAX_NAME] for name in names if isinstance(name, str))
    return ()


def stub_failure(function: str, session: Session) -> Failure | None:
    """How `module.function` fails, where all that it does is to say that it is not written."""
    match _outline(function, session):
        case [_, [str(file), int(line)]] if 0 < line <= MAX_LINE:
            name = function.rpartition(".")[2]
            return Failure("error", "NotImplementedError", file[:MAX_PATH], line, name, called=function)
    return None


def _outline(function: str, session: Session) -> Any:
    """What `Session.load` says of one name."""
    module, _, name = function.rpartition(".")
    loaded = session.load(module)
    known = loaded.data if isinstance(loaded, Value) and isinstance(loaded.data, dict) else {}
    return known.get(name)
