"""The systems that submissions are downloaded from: one importer each, found by name or by the download's shape."""

from __future__ import annotations

import difflib
from importlib import import_module
from importlib.metadata import entry_points

from grader.errors import UsageError
from grader.intake.download import Download
from grader.intake.handin import Importer

GROUP = "grader.importers"
NAMES = (
    "blackboard", "brightspace", "canvas", "github", "gradescope", "ilias", "moodle", "nbgrader", "prairielearn",
    "sakai", "submitty",
)  # fmt: skip


def importers() -> dict[str, Importer]:
    """Every importer by its name: those here, and those of other packages (entry points `grader.importers`)."""
    found: dict[str, Importer] = {name: import_module(f"{__name__}.{name}").IMPORTER for name in NAMES}
    return found | {point.name: point.load() for point in entry_points(group=GROUP) if point.name not in found}


def importer(name: str) -> Importer:
    """The importer of a system.

    Raises:
        UsageError: there is none of that name.
    """
    known = importers()
    if name not in known:
        near = difflib.get_close_matches(name.lower(), known, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}"
        raise UsageError(f"--from: expected a system that downloads are read of, got {name!r}; {hint}")
    return known[name]


def recognise(download: Download) -> Importer:
    """The importer that explains most of a download.

    Raises:
        UsageError: none does, or two do it equally well.
    """
    known = importers()
    explained = {name: one.explains(download) for name, one in known.items()}
    best = max(explained.values())
    names = [name for name, count in explained.items() if count == best]
    if best and len(names) == 1:
        return known[names[0]]
    first = ", ".join(entry.path[:80] for entry in download.entries[:3]) or "nothing"
    known_names = ", ".join(names if best else sorted(known))
    raise UsageError(
        f"{download.name}: expected a download of {known_names}, got {first}, …; say which with --from SYSTEM"
    )
