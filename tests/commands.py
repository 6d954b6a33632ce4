"""The command `grader` in a process of its own, forked from one that has loaded what commands load.

A command takes a second or two to load numpy, torch and hypothesis, and most tests of one are not about that. What
loading itself does (the streams it finds, its environment, `-X` options) is tested by `python -m grader`.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import grader.cli

_COMMANDS = sorted(path.stem for path in Path(grader.cli.__file__).parent.glob("[!_]*.py"))
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(
    [
        "pytest",  # which a fork would load as the main module of its parent
        "scipy.stats", "torch", "hypothesis.extra.numpy",
        "grader.assignment", "grader.kit", "grader.grading.pool", "grader.grading.one_submission",
        *(f"grader.cli.{name}" for name in _COMMANDS),
    ]
)  # fmt: skip


class Command:
    """A command that runs; in a session of its own, so that its group can be ended as a whole."""

    def __init__(self, *words: object, cwd: Path, env: Mapping[str, str] = os.environ) -> None:
        self._words = [str(word) for word in words]
        self._told = tempfile.TemporaryDirectory()
        self._files = [str(Path(self._told.name) / name) for name in ("stdout", "stderr")]
        self._process = _FORKING.Process(target=_run, args=(self._words, str(cwd), dict(env), self._files))
        self._process.start()

    @property
    def pid(self) -> int:
        """Its number, and that of its group."""
        return self._process.pid

    def has_ended(self) -> bool:
        return self._process.exitcode is not None

    def wait(self, timeout_s: float = 300) -> subprocess.CompletedProcess[str]:
        """How it ended, and what it said.

        Raises:
            TimeoutError: it goes on; then it is ended.
        """
        self._process.join(timeout_s)
        if not self.has_ended():
            self._process.kill()
            raise TimeoutError(self._words)
        with self._told:
            told = [Path(file).read_text() for file in self._files]
        return subprocess.CompletedProcess(self._words, self._process.exitcode, *told)


def grader_command(*words: object, cwd: Path, env: Mapping[str, str] = os.environ) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return Command(*words, cwd=cwd, env=env).wait()


def _run(words: Sequence[str], cwd: str, env: Mapping[str, str], files: Sequence[str]) -> None:
    os.setsid()
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    for number, path in enumerate([os.devnull, *files]):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, "w" if number else "r", closefd=False)  # noqa: SIM115
        for number in range(3)
    )
    sys.argv = ["grader", *words]
    grader.cli.main()
