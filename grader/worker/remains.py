"""What tools keep for themselves and what is hidden: left out of a hand-in, and named where it may be all there is."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from grader.worker.files import LEAVINGS, SKIPPED, TEXTS, is_leaving, kind_of, lies_last

IN_THE_CLOUD = "it stayed in iCloud, and a placeholder came instead"
KEPT_BY_A_TOOL = "it is a copy that a tool keeps for itself"
HIDDEN = "it is hidden by a dot before its name, or before that of a folder around it"
KEPT_APART = "it is what a tool keeps for itself, and nothing lies beside it"
# Copies that Jupyter and Python keep for themselves.
KEPT = frozenset({".ipynb_checkpoints", "__pycache__"})
_HOLD_CODE = ("python", "notebook", "archive")
# Hidden folders in which tools keep what is theirs; a student's own is called otherwise.
_TOOLS = frozenset({
    ".git", ".github", ".gitlab", ".forgejo", ".svn", ".hg", ".vscode", ".vs", ".idea", ".settings", ".metadata",
    ".devcontainer", ".venv", ".env", ".conda", ".tox", ".nox", ".eggs", ".cache", ".config", ".local", ".jupyter",
    ".ipython", ".virtual_documents", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".grader_cache",
    ".attempts", ".importing", ".cursor", ".claude", ".appledouble", ".trashes", ".spotlight-v100", ".fseventsd",
    ".temporaryitems", ".documentrevisions-v100", ".dropbox.cache",
})  # fmt: skip
# How the names of copies begin that systems and editors lay beside a file while it is open.
_BESIDE = ("._", ".#", ".~")
_MAX_COPIES = 10


def placeholder_for(name: str) -> str:
    """The name of the file for which iCloud left a placeholder; empty for every other name.

    >>> placeholder_for(".q1_lenet.py.icloud"), placeholder_for("q1.py")
    ('q1_lenet.py', '')
    """
    return name[1:-7] if name.startswith(".") and name.endswith(".icloud") else ""


def is_kept_copy(path: str) -> bool:
    """Whether a file is a copy that a tool keeps for itself of the student's code, or of a notebook."""
    *folders, name = path.split("/")
    is_own = SKIPPED.intersection(folders) <= KEPT and not lies_last(path)
    return is_own and not KEPT.isdisjoint(folders) and name.lower().endswith((".ipynb", ".py", ".pyc"))


def is_hidden_work(path: str) -> bool:
    """Whether a hidden file may be the student's own: code or a text, in no folder of a tool's.

    >>> is_hidden_work(".hw1/q1.py"), is_hidden_work(".answers.md"), is_hidden_work(".git/q1.py")
    (True, True, False)
    """
    parts = path.lower().split("/")
    name = parts[-1]
    hidden = [part for part in parts if part.startswith(".")]
    is_tool_s = not (_TOOLS | SKIPPED | KEPT).isdisjoint(parts) or name.startswith(_BESIDE) or name in LEAVINGS
    is_text = name.endswith(TEXTS) and not name.lstrip(".").startswith("readme")
    return bool(hidden) and not is_tool_s and (kind_of(name) in _HOLD_CODE or is_text)


def why_left_out(path: str) -> str:
    """Why a file that may be the student's own is left out; empty where it is not, or is a tool's alone."""
    if is_kept_copy(path):
        return KEPT_BY_A_TOOL
    return HIDDEN if is_hidden_work(path) else ""


def left_out_of_use(left_out: Iterable[str], paths: Iterable[str]) -> dict[str, str]:
    """What was left out and may be all there is of what it is, beside other files, and why it was left out.

    >>> left_out_of_use(["__pycache__/q1.cpython-311.pyc", "__pycache__/q2.cpython-311.pyc"], ["q1.py"])
    {'__pycache__/q2.cpython-311.pyc': 'it is a copy that a tool keeps for itself'}
    """
    names = {path.rpartition("/")[2].lower() for path in paths}
    has_code = any(kind_of(name) in _HOLD_CODE for name in names)
    lost = (path for path in left_out if _is_lost(path, names, has_code=has_code))
    return {path: why_left_out(path) for path in islice(lost, _MAX_COPIES)}


def _is_lost(path: str, names: set[str], *, has_code: bool) -> bool:
    name = path.rpartition("/")[2].lower()
    if is_hidden_work(path):
        return name.lstrip(".") not in names
    return not has_code or (_module_of(name) not in names and not name.endswith(".ipynb"))


def _module_of(copy: str) -> str:
    """The module that a copy is of."""
    return f"{copy.partition('.')[0].removesuffix('-checkpoint')}.py"


def nothing_but(paths: Iterable[str]) -> str:
    """What an archive holds that has nothing but what tools leave behind, in words."""
    parts = (part for path in paths for part in path.split("/") if part and is_leaving(part))
    names = list(dict.fromkeys(parts))[:3]
    return f"nothing is in it but what tools leave behind ({', '.join(names)})" if names else "nothing is in it"


def is_environment(name: str) -> bool:
    """Whether a folder that holds something of this name is an environment of Python's, with other people's code."""
    return name in ("pyvenv.cfg", "conda-meta")
