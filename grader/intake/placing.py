"""From all that was handed in to what is graded: each wanted file is found, or it is said why it was not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from grader.cache.digests import digest
from grader.intake.finding import Finding, Wanted
from grader.intake.imports import wait_for_imports
from grader.intake.leftovers import doubts, refusal, tell_unread, wait_for_unread
from grader.intake.modules import choose_notebooks, find_modules, search_by_content, take_unwritten
from grader.intake.near_names import is_near
from grader.intake.rivals import wait_for_rivals
from grader.intake.searching import Found
from grader.intake.sources import sources_of, tell_found
from grader.intake.submission import Submission
from grader.intake.surveying import FileSummary
from grader.intake.writeups import find_write_up
from grader.worker.files import kind_of

# How a function looks that does nothing yet.
_TO_BE_WRITTEN = re.compile(rb"NotImplementedError|^[ \t]+(?:pass|\.\.\.|return(?: None)?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Placed:
    """A submission as it is graded.

    Args:
        submission: the files that the sandbox gets, each at the place where checks look for it.
        write_up: name and bytes of what is read as the write-up, or None.
        origins: by that place, where a file was handed in, if elsewhere.
        waits: by module, and under "" for the write-up, why a person decides.
        doubts: by `module.function`, and under "" for the write-up, what was not read and may hold what is missing.
        not_given: the names of files that were handed in and that its code does not find, and of their folders.
        refusal: why nothing could be read; empty where something could.
        key: of the decisions; empty where everything lay where it was asked for.
    """

    submission: Submission
    write_up: tuple[str, bytes] | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    waits: Mapping[str, str] = field(default_factory=dict)
    doubts: Mapping[str, str] = field(default_factory=dict)
    not_given: frozenset[str] = frozenset()
    refusal: str = ""
    key: str = ""


def needs_survey(submission: Submission, wanted: Wanted) -> dict[str, bytes]:
    """The files that must be looked into before anything is decided; none where all lies where it was asked for."""
    finding = Finding(submission, wanted, {})
    files = finding.tree.files
    found = {module: finding.look_for(path) for module, path in wanted.files.items()}
    places = {module: one.path for module, one in found.items() if isinstance(one, Found)}
    looked_at = {path for path in files if kind_of(path) == "notebook"}
    doubtful = {path for module, path in places.items() if _may_lack(finding, module, path)}
    doubtful |= {path for path in files if path not in places.values() and _bears_a_name(path, wanted)}
    looked_at |= set(places.values()) if looked_at else doubtful
    if doubtful or len(places) < len(wanted.files):
        looked_at |= {path for path in files if kind_of(path) == "python"}
    return {path: files[path] for path in sorted(looked_at)}


def _may_lack(finding: Finding, module: str, path: str) -> bool:
    """Whether a module looks as if something that is asked for were not in it, or not written yet."""
    content, starter = finding.tree.files[path], finding.wanted.starters.get(path)
    return (
        bool(finding.why_no_source(path))
        or _TO_BE_WRITTEN.search(content) is not None
        or any(name.encode() not in content for name in finding.wanted.functions[module])
        or (starter is not None and content.split() == starter.split())
    )


def _bears_a_name(path: str, wanted: Wanted) -> bool:
    """Whether a file may stand for a module: of two, one may be as it was handed out."""
    name = path.rpartition("/")[2]
    return kind_of(path) == "python" and any(is_near(name, file.rpartition("/")[2]) for file in wanted.files.values())


def place(submission: Submission, wanted: Wanted, seen: Mapping[str, FileSummary]) -> Placed:
    """Decide where each wanted file is; nothing is guessed.

    Args:
        seen: by path, what stands in the files of `needs_survey`.
    """
    finding = Finding(submission, wanted, seen)
    if finding.tree.top and any(path.startswith(finding.tree.top) for path in finding.tree.files):
        finding.notes.append(f"Everything was read from {finding.tree.top}.")
    find_modules(finding)
    choose_notebooks(finding)
    search_by_content(finding)
    find_write_up(finding)
    wait_for_rivals(finding)
    wait_for_unread(finding)
    wait_for_imports(finding)
    refused = refusal(finding)
    take_unwritten(finding)
    sources, origins = sources_of(finding)
    tell_found(finding)
    if not refused or "more were not read" in refused:  # else it names them all
        tell_unread(finding)
    instead = sorted(finding.unwritten)
    decided = [sorted(finding.waits.items()), instead, sorted(origins.items()), finding.choices]
    return Placed(
        submission=replace(
            submission,
            files=sources,
            notes=(*submission.notes, *dict.fromkeys(finding.notes)),
            archive=None,
            archive_name="",
        ),
        write_up=finding.write_up,
        origins=origins,
        waits=finding.waits,
        doubts=doubts(finding),
        not_given=_names_besides(sources, [*submission.files, *submission.others, *submission.unread]),
        refusal=refused,
        key=digest(json.dumps(decided)) if any(decided) else "",
    )


def _names_besides(given: Iterable[str], paths: Iterable[str]) -> frozenset[str]:
    """The names of the files that are not given, and those of their folders."""
    names = {path.rpartition("/")[2] for path in given}
    others = (path for path in paths if path.rpartition("/")[2] not in names)
    return frozenset(filter(None, chain.from_iterable(path.split("/") for path in others)))
