"""`python -m benchmarks.gradescope`: what hw1's autograder takes of a container's memory.

A control group with Gradescope's default bound is made, as a container's is, below the group of whoever runs this,
who is root as a rule. The image is set up in it, then a right, a failing, a hanging and a hoarding submission are
graded as Gradescope does it. What the kernel counts is printed, pages of files among it.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.course.folders import Course
from grader.extra.gradescope.building import autograder

ROOT = Path(__file__).parent.parent
DEFAULT_MIB = 768
_MIB = 1 << 20
_GROUPS = Path("/sys/fs/cgroup")
# Of the two versions of control groups: bound, most that was used, processes.
_FILES = {
    "memory": ("memory.limit_in_bytes", "memory.max_usage_in_bytes", "cgroup.procs"),
    "": ("memory.max", "memory.peak", "cgroup.procs"),
}
_LOOPS = "while True:\n        pass"
_HOARDS = "kept = []\n    while True:\n        kept.append(bytearray(1 << 20))"


@dataclass(frozen=True)
class MemoryGroup:
    """A control group whose memory is bounded."""

    folder: Path
    peak_file: str

    @property
    def peak_mib(self) -> int:
        """The most that was in use."""
        return int((self.folder / self.peak_file).read_text()) // _MIB

    def run(self, command: list[str], **options: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command in it; the variables of the environment beside our own."""
        enter = ["sh", "-c", 'echo $$ > "$0" && exec "$@"', str(self.folder / "cgroup.procs"), *command]
        variables = {name: str(value) for name, value in options.items()}
        return subprocess.run(enter, env={**os.environ, **variables}, capture_output=True, text=True, check=False)


@contextlib.contextmanager
def memory_group(limit_mib: int) -> Iterator[MemoryGroup]:
    """A control group below this process's own.

    Raises:
        OSError: this machine lets us make none.
    """
    version, parent = _own_group()
    bound, peak, _ = _FILES[version]
    folder = parent / f"numgrade-{os.getpid()}"
    folder.mkdir()
    try:
        (folder / bound).write_text(str(limit_mib * _MIB))
        yield MemoryGroup(folder, peak)
    finally:
        folder.rmdir()


def _own_group() -> tuple[str, Path]:
    """The version of the hierarchy that bounds memory, and where this process stands in it."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "memory":
            return "memory", _GROUPS / "memory" / path.lstrip("/")
    if "memory" not in (_GROUPS / "cgroup.subtree_control").read_text().split():
        raise OSError("no control group of this process's bounds memory")
    return "", _GROUPS


def unpack(course: Course, assignment: str, root: Path) -> None:
    """Lay autograder.zip where Gradescope lays it."""
    with zipfile.ZipFile(io.BytesIO(autograder(course, assignment))) as archive:
        archive.extractall(root / "source")


def spoil(source: str, body: str) -> str:
    """A module whose functions do something else."""
    names = re.findall(r"^def ([a-z]\w*)\(", source, re.MULTILINE)
    return source + "".join(f"\n\ndef {name}(*args, **named):\n    {body}\n" for name in names)


def nearly_right(source: str) -> str:
    """A module whose functions return other numbers."""
    names = re.findall(r"^def ([a-z]\w*)\(", source, re.MULTILINE)
    wrap = "\n\ndef _other(f):\n    return lambda *args, **named: f(*args, **named) * 1.01 + 0.1\n"
    return source + wrap + "".join(f"\n{name} = _other({name})\n" for name in names if name != "build_model")


def main() -> None:
    """The command line."""
    limit = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_MIB
    files = {path.name: path.read_text() for path in Course(ROOT).reference("hw1").iterdir() if path.is_file()}
    sources = {name: text for name, text in files.items() if name.endswith(".py")}
    classes = {
        "right": {},
        "failing": {name: nearly_right(text) for name, text in sources.items()},
        "hanging": {name: spoil(text, _LOOPS) for name, text in sources.items()},
        "hoarding": {name: spoil(text, _HOARDS) for name, text in sources.items()},
    }
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        unpack(Course(ROOT), "hw1", root)
        with memory_group(limit) as group:
            done = group.run([sys.executable, "-P", "-m", "grader.extra.gradescope", "prepare", folder])
            print(f"set-up: {group.peak_mib} of {limit} MiB; {done.stdout}{done.stderr}")
        for name, changed in classes.items():
            (root / "submission").mkdir(exist_ok=True)
            for file, text in (files | changed).items():
                (root / "submission" / file).write_text(text)
            with memory_group(limit) as group:
                script = str(root / "source" / "run_autograder")
                done = group.run(["bash", script], AUTOGRADER=root, GRADER_PYTHON=sys.executable)
                told = json.loads((root / "results" / "results.json").read_text())
                print(
                    f"{name}: {group.peak_mib} of {limit} MiB, {told.get('score')} points, exit code {done.returncode}"
                )


if __name__ == "__main__":
    main()
