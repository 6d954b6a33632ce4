"""Several hand-ins in one: two students' folders, or two versions; one is never filled up from the other."""

from __future__ import annotations

from collections.abc import Mapping

from grader.intake.finding import DECIDES, Finding
from grader.intake.near_names import is_near
from grader.intake.searching import Found, join_names
from grader.worker.files import LAST, kind_of


def wait_for_rivals(finding: Finding) -> None:
    """Let a person decide about what is in one of several hand-ins alone, where none of them is at the top."""
    hand_ins = _hand_ins(finding)
    held = [module for modules in hand_ins.values() for module in modules]
    if not any(held.count(module) > 1 and module in finding.waits for module in held):
        return  # it is clear which one counts
    told = f"There are several hand-ins in it: {join_names(sorted(hand_ins))}."
    for module, found in list(finding.found.items()):
        if _is_in_one(finding, found, hand_ins) and held.count(module) < len(hand_ins):
            finding.waits[module] = f"{told} {finding.wanted.files[module]} is not in each of them. {DECIDES}"
            del finding.found[module]
    path = finding.write_up_path
    if path and _head(finding, path) in hand_ins and _n_write_ups(finding, hand_ins) < len(hand_ins):
        finding.waits[""] = f"{told} {finding.wanted.write_up} is not in each of them. {DECIDES}"
        finding.notes.remove(f"{finding.wanted.write_up} was read from {finding.display(path)}.")
        finding.write_up, finding.write_up_path = None, ""


def _hand_ins(finding: Finding) -> dict[str, set[str]]:
    """By folder or archive at the top, the modules that it holds, where it has more than half of what is asked for."""
    held: dict[str, set[str]] = {}
    modules = finding.wanted.files
    for path in finding.tree.files:
        head = _head(finding, path)
        if kind_of(path) != "python" or not head or head.lower() in LAST:
            continue
        for module, file in modules.items():
            if _stands_for(path, file) and not finding.is_unwritten(path, module):
                held.setdefault(head, set()).add(module)
    return {head: found for head, found in held.items() if 2 * len(found) > len(modules)}


def _stands_for(path: str, wanted: str) -> bool:
    folder, _, name = f"/{path}".rpartition("/")
    above, _, own = wanted.rpartition("/")
    return is_near(name, own) and (not above or f"{folder}/".casefold().endswith(f"/{above}/".casefold()))


def _head(finding: Finding, path: str) -> str:
    """The folder or archive at the top that a file lies in; empty where it lies at the top itself."""
    top = finding.tree.top
    return path[len(top) :].rpartition("/")[0].partition("/")[0] if path.startswith(top) else ""


def _is_in_one(finding: Finding, found: Found, hand_ins: Mapping[str, object]) -> bool:
    return _head(finding, found.path) in hand_ins


def _n_write_ups(finding: Finding, hand_ins: Mapping[str, object]) -> int:
    name = finding.wanted.write_up
    paths = [path for path in finding.tree.files if is_near(path.rpartition("/")[2], name)]
    return len({_head(finding, path) for path in paths} & hand_ins.keys())
