"""What `pytest --submission DIR` is called with, seen before pytest looks for its configuration.

pytest takes the ini file nearest to the paths it is called with, imports what that file names, and only then loads its
plugins, whose options it learns from them: until then DIR is a path like any other, and an ini file in it would be
obeyed. `grader-pytest.pth` calls `guard` when Python starts with this option; nothing later is early enough.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path

_OPTION = "--submission"
_ADDED = "PYTEST_ADDOPTS"


def guard() -> None:
    """Let no word of this process's command line, or of `PYTEST_ADDOPTS`, stand for a submission as a path.

    Called in the submission itself, or on it, pytest gets no configuration at all, and the plugin refuses.
    """
    if _is_pytest(sys.orig_argv):
        settle(sys.argv, os.environ, Path.cwd())


def settle(arguments: list[str], environment: MutableMapping[str, str], folder: Path) -> None:
    """See `guard`, for some process."""
    try:
        added = shlex.split(environment.get(_ADDED, ""))
    except ValueError:  # which pytest complains of
        return
    arguments[1:] = join_submission_option(arguments[1:])
    if added:
        environment[_ADDED] = shlex.join(join_submission_option(added))
    words = [*arguments[1:], *join_submission_option(added)]
    paths = [folder, *(folder / word.partition("::")[0] for word in words if not word.startswith("-"))]
    if any(is_inside(path, submissions_in(words), folder) for path in paths):
        arguments[1:1] = ["-c", os.devnull, "--rootdir", str(folder)]


def join_submission_option(words: Sequence[str]) -> list[str]:
    """The words with `--submission DIR` as the one word `--submission=DIR`."""
    found: list[str] = []
    for word in words:
        if found and found[-1] == _OPTION:
            found[-1] = f"{_OPTION}={word}"
        else:
            found.append(word)
    return found


def submissions_in(words: Sequence[str]) -> list[str]:
    """The folders that joined words name as submissions."""
    return [word.partition("=")[2] for word in words if word.startswith(f"{_OPTION}=")]


def is_inside(path: Path, submissions: Sequence[str], folder: Path) -> bool:
    """Whether a path lies in one of some submissions, named from `folder`."""
    return any(path.resolve().is_relative_to((folder / submission).resolve()) for submission in submissions)


def _is_pytest(command: Sequence[str]) -> bool:
    return any(Path(word).name in ("pytest", "py.test", "-mpytest", "pytest.exe", "pytest.py") for word in command[1:])
