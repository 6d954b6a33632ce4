"""Three hundred hostile submissions and their honest neighbours, graded as one class by the command itself."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.worker.cage import kernel
from tests.conftest import MINI
from tests.hostile.corpus import ANSWERS, AT_IMPORT, FILES, IN_CALL

HONEST = (MINI.reference("mini") / "m.py").read_text()
SECRET = "canary-7d1f"
N_HOSTILE = 300
N_SINGLE = len(IN_CALL) + len(AT_IMPORT) + len(ANSWERS) + len(FILES)
ORDINARY_UID = 12_345
# Many attacks use up whatever time they get.
USUAL_LIMITS = "call_wall_s: 1, load_wall_s: 3, submission_wall_s: 30"
LIMITS = "call_wall_s: 0.4, load_wall_s: 1.5, submission_wall_s: 3"
PR_SET_CHILD_SUBREAPER = 36
# One of each is enough: they take seconds, by design of the attack.
SLOW = {
    "a loop at import", "atexit", "a thread that prints", "a big array", "an error with a long text", "a long text",
    "a long list", "a list that never ends", "always equal", "a float that lies", "a numpy scalar that lies", "a deep list",
    "an error that hangs", "sleep", "recursion without limit", "a huge integer", "asking for modules without end",
}  # fmt: skip
# What the interpreter lies in may be closed to other users: this one may read, and nothing more.
AS_USER = [
    "setpriv", "--reuid", str(ORDINARY_UID), "--regid", str(ORDINARY_UID), "--clear-groups",
    "--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search",
    "--bounding-set=-all,+dac_read_search",
]  # fmt: skip
NEIGHBOURS = {
    "right": HONEST,
    "flipped": HONEST.replace("* kernel)", "* kernel[::-1, ::-1])"),
    "raises": HONEST.replace("return float(x.sum())", "return 1 / 0"),
    "prints": HONEST + "\nprint('hello')\n",
    "late imports": HONEST + "\nimport sqlite3, wave, numpy.polynomial\n",
}


@dataclass(frozen=True)
class Batch:
    """A class that was graded.

    Args:
        lines: by submission.
        neighbours: the ids of the honest ones, by what they are.
        left_behind: processes that outlive the run, and files outside its results.
    """

    lines: dict[str, dict[str, Any]]
    hostile: dict[str, str]
    neighbours: dict[str, list[str]]
    planted_text: str
    planted_mode: int
    left_behind: list[str]
    returncode: int
    stderr: str

    def of(self, attack: str) -> dict[str, Any]:
        """The line of the submission with that attack alone."""
        return self.lines[self.hostile[attack]]


def attacks(places: dict[str, str]) -> Iterator[tuple[str, dict[str, str | bytes]]]:
    """Every attack by itself, then two at a time."""
    for name, body in IN_CALL.items():
        yield f"call: {name}", {"m.py": _in_call(body, places)}
    for name, code in AT_IMPORT.items():
        yield f"import: {name}", {"m.py": _at_import(HONEST.replace("return float(x.sum())", "return 99.0"), code)}
    for name, body in ANSWERS.items():
        yield f"answer: {name}", {"m.py": _in_call(body, places)}
    for name, files in FILES.items():
        yield f"files: {name}", files
    imports = {name: code for name, code in AT_IMPORT.items() if name not in SLOW}
    calls = {name: body for name, body in (ANSWERS | IN_CALL).items() if name not in SLOW and "while" not in body}
    for number in itertools.count():
        for (one, code), (other, body) in zip(
            itertools.cycle(imports.items()), [*calls.items()][number:], strict=False
        ):
            yield f"both {number}: {one}, {other}", {"m.py": _at_import(_in_call(body, places), code)}


def _in_call(body: str, places: dict[str, str]) -> str:
    for name, path in places.items():
        body = body.replace(f"{{{name}!r}}", repr(path))
    return HONEST.replace("    return float(x.sum())", textwrap.indent(body, "    "))


def _at_import(source: str, code: str) -> str:
    return f"{source}\n\n{code}\n"


def graded(folder: Path, *, as_user: bool, n_hostile: int) -> Batch:
    """Grade the class in a fresh course in `folder`, with two workers.

    Args:
        as_user: as an ordinary user; the tests run as root then.
    """
    shutil.copytree(MINI.root, folder / "course", ignore=shutil.ignore_patterns("results", ".grader_cache"))
    rubric = folder / "course" / "rubrics" / "mini.yaml"
    assert USUAL_LIMITS in rubric.read_text()
    rubric.write_text(rubric.read_text().replace(USUAL_LIMITS, LIMITS))
    places = {name: str(folder / name) for name in ("canary", "planted")}
    for path in places.values():
        Path(path).write_text(SECRET)
        Path(path).chmod(0o666)
    hostile, neighbours = _hand_in(folder / "course" / "submissions" / "mini", places, n_hostile)
    _open_to_all(folder)
    kernel.prctl(PR_SET_CHILD_SUBREAPER, 1)  # whoever outlives the command becomes a child of this process, for now
    before, shared = _children(), _shared()
    done = subprocess.run(
        [*(AS_USER if as_user else []), sys.executable, "-m", "grader", "grade", "mini", "--workers", "2", "--json"],
        cwd=folder / "course", capture_output=True, text=True, timeout=900, check=False,
        env={**os.environ, "GRADER_TEST_SECRET": SECRET, "HOME": str(folder), "TMPDIR": str(folder)},
    )  # fmt: skip
    left_processes = _children() - before
    kernel.prctl(PR_SET_CHILD_SUBREAPER, 0)
    lines = {line["submission"]: line for line in map(json.loads, done.stdout.splitlines())}
    known = {"course", "canary", "planted"}
    return Batch(
        lines=lines, hostile=hostile, neighbours=neighbours,
        planted_text=Path(places["planted"]).read_text(), planted_mode=Path(places["planted"]).stat().st_mode & 0o777,
        left_behind=[
            *left_processes,
            *(_shared() - shared),
            *(path.name for path in folder.iterdir() if path.name not in known),
        ],
        returncode=done.returncode, stderr=done.stderr,
    )  # fmt: skip


def _hand_in(folder: Path, places: dict[str, str], n_hostile: int) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Write the submissions, an honest neighbour after every tenth; their ids."""
    hostile, neighbours = {}, {name: [] for name in NEIGHBOURS}
    names = itertools.cycle(NEIGHBOURS)
    for number, (attack, files) in enumerate(itertools.islice(attacks(places), n_hostile)):
        hostile[attack] = _write(folder / f"h{number:03}", files)
        if number % 10 == 9:
            name = next(names)
            neighbours[name].append(_write(folder / f"h{number:03}n", {"m.py": NEIGHBOURS[name]}))
    return hostile, neighbours


def _write(folder: Path, files: dict[str, str | bytes]) -> str:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder.name


def _open_to_all(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o777)


def _shared() -> set[str]:
    return {path.name for path in Path("/dev/shm").iterdir()}


def _children() -> set[str]:
    """The processes below this one that still run, and what became of its grandchildren's."""
    pids = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return {pid for pid in pids if not _has_ended(pid)}


def _has_ended(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True
