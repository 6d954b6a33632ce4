"""Looks for one wanted file among all that was handed in: found, ambiguous or absent, and why in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.intake.near_names import is_near, is_near_stem
from grader.worker.files import kind_of

# Suffixes of what holds data or pictures, which no code or text is lost in.
_DATA = (
    ".csv", ".tsv", ".npy", ".npz", ".pt", ".pth", ".pkl", ".h5", ".png", ".jpg", ".jpeg", ".gif", ".svg",
    ".log", ".onnx", ".ckpt", ".yaml", ".yml", ".toml", ".cfg", ".ini", ".bib", ".pyc", ".mp4",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """Where a wanted file was found; `root` is the folder that its own folders begin in, empty or with a last `/`."""

    path: str
    root: str = ""
    note: str = ""


@dataclass(frozen=True)
class Unclear:
    """Why it is for a person to decide what stands for a wanted file."""

    reason: str


@dataclass(frozen=True)
class HandInTree:
    """All that was handed in, from the folder on that holds it.

    Args:
        top: that folder, empty or with a last `/`.
    """

    files: Mapping[str, bytes]
    others: Sequence[str] = ()
    unread: Mapping[str, str] = field(default_factory=dict)
    top: str = ""

    @classmethod
    def of(
        cls,
        files: Mapping[str, bytes],
        others: Sequence[str],
        unread: Mapping[str, str],
        packages: frozenset[str] = frozenset(),
    ) -> HandInTree:
        """The tree from the first folder on in which there is more than a folder, or that is a wanted package."""
        paths = [path for path in (*files, *unread) if kind_of(path) in ("python", "notebook", "document", "archive")]
        top = ""
        while len(heads := {path[len(top) :].partition("/")[0] for path in paths}) == 1:
            [head] = heads
            if top + head in paths or head in packages:
                break
            top += f"{head}/"
        return cls(files, tuple(others), dict(unread), top)

    def without(self, paths: Iterable[str]) -> HandInTree:
        """The tree without some files."""
        left = set(paths)
        return replace(self, files={path: data for path, data in self.files.items() if path not in left})

    def holds(self, path: str) -> bool:
        """Whether something readable lies at a path from the top on."""
        return self.top + path in self.files

    def display(self, path: str) -> str:
        """A path as its author knows it; signs that cannot be seen are written out."""
        shown = path.removeprefix(self.top) or path
        return shown if shown.isprintable() else repr(shown)[1:-1]

    def within_archive(self, path: str) -> bool:
        """Whether a file was packed in an archive that lies beside others."""
        return any(kind_of(part) == "archive" for part in path.split("/")[:-1])


def search(tree: HandInTree, wanted: str, names: Iterable[str] = ()) -> Found | Unclear | None:
    """Where a wanted file is: at its place, else under a near name or in another place if there is but one.

    Args:
        names: of all wanted files; a file that bears one of them stands for no other.
    """
    if tree.holds(wanted):
        return Found(tree.top + wanted, tree.top)
    exact, near = _candidates(tree, wanted, frozenset(names))
    if tree.top + wanted in exact and tree.top + wanted in tree.unread:
        return Unclear(f"{wanted} was not read: {tree.unread[tree.top + wanted]}.")
    found = _best(tree, exact, near)
    unread = [path for path in found if path in tree.unread]
    contents = {tree.files.get(path) for path in found}
    if len(found) == 1 and unread:
        return Unclear(f"There is no {wanted}, and {tree.display(unread[0])} was not read: {tree.unread[unread[0]]}.")
    if len(contents) > 1 or unread:
        named = join_names([tree.display(path) for path in found])
        return Unclear(f"There is no {wanted} at its place, and it is not clear which one is meant: {named}.")
    if found:
        path = min(found, key=lambda one: (-_company(tree, _root(one, wanted), names), one.count("/"), one))
        return Found(path, _root(path, wanted), f"{wanted} was read from {tree.display(path)}.")
    return _by_another_suffix(tree, wanted)


def _candidates(tree: HandInTree, wanted: str, names: frozenset[str]) -> tuple[list[str], list[str]]:
    """The paths that bear the wanted name, and those that bear a near one."""
    folders, _, name = wanted.rpartition("/")
    exact, near = [], []
    for path in (*tree.files, *tree.unread):
        above, _, own = path.replace("\\", "/").rpartition("/")
        if not f"/{above}/".casefold().endswith(f"/{folders}/".casefold() if folders else "/"):
            continue
        if own == name:
            exact.append(path)
        elif own not in names and is_near(own, name):
            near.append(path)
    return exact, near


def _best(tree: HandInTree, exact: list[str], near: list[str]) -> list[str]:
    """The candidates between which it is to be decided.

    In one folder the exact name counts alone; so it does elsewhere, but for a near name at the top. What was unpacked
    counts before what lies in an archive, and a source before what was built of it.
    """
    at_top = [path for path in near if path.startswith(tree.top) and "/" not in path[len(tree.top) :]]
    found = exact + (at_top if exact else near)
    loose = [path for path in found if not tree.within_archive(path)] or found
    return sorted([path for path in loose if "/build/lib/" not in f"/{path}"] or loose)


def _company(tree: HandInTree, root: str, names: Iterable[str]) -> int:
    """How many of the wanted names lie in a folder."""
    return sum(root + name in tree.files for name in names)


def _by_another_suffix(tree: HandInTree, wanted: str) -> Unclear | None:
    """A file of another kind that bears the wanted name, such as a module that was saved as a document."""
    name = wanted.rpartition("/")[2]
    for path in (*tree.others, *tree.files, *tree.unread):
        own = path.rpartition("/")[2]
        if is_near_stem(own, name) and not own.lower().endswith(_DATA) and kind_of(own) in ("document", "other"):
            return Unclear(f"There is no {wanted}, and {tree.display(path)} is of a kind that is not read.")
    return None


def _root(path: str, wanted: str) -> str:
    return "/".join([*path.split("/")[: -1 - wanted.count("/")], ""]) if "/" in path else ""


def join_names(names: Sequence[str]) -> str:
    """Names in a sentence: `a, b and c`.

    >>> join_names(["a", "b", "c"]), join_names(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))
