"""The page that GitHub shows for a step: a table per question, and what to look at."""

from __future__ import annotations

from typing import Any

from grader.escaping import fenced, markdown
from grader.export import Check, Line, told
from grader.export.audience import hidden_sentence

# GitHub refuses a summary of more than a MiB as a whole; some room is left for other tools of the same step.
MAX_BYTES = 1_000_000
_SIGNS = {"passed": "✅", "partial": "🟡", "needs_review": "👀", "blocked": "⏸️", "ungraded": "⚠️"}
_CUT = "\n*The rest is cut: GitHub shows no page larger than a MiB. The log of this step has everything.*\n"


def summary(line: Line, *, max_bytes: int = MAX_BYTES) -> str:
    """The page in GitHub's Markdown, cut between two checks where it would grow too large."""
    page: list[str] = []
    size = len(_CUT.encode())
    for block in _blocks(line):
        size += len(block.encode()) + 1
        if size > max_bytes:
            return "\n".join([*page, _CUT])
        page.append(block)
    return "\n".join(page)


def _blocks(line: Line) -> list[str]:
    """The page in parts that can be left out from the end."""
    blocks = [_headline(line)]
    for question in line["questions"]:
        blocks.append(_table(question))
        blocks += [_told(check) for check in question["checks"] if check["status"] not in ("passed", "blocked")]
    blocks += [f"- {markdown(note)}" for note in line["notes"]]
    if line["output"]:
        blocks.append(f"\n#### What your code printed\n\n{fenced(line['output'])}\n")
    return blocks


def _headline(line: Line) -> str:
    name = markdown(line["assignment"])
    if line["score"] is None:
        lines = [
            f"## {name}: not graded",
            "",
            "Something could not be run, which is not your doing. Nothing is lost: run it again.",
        ]
    else:
        lines = [f"## {name}: {line['score']:g} of {line['max_score']:g} points"]
    if line["status"] == "needs_review":
        lines += ["", "Some parts are read by a person, and their points come later."]
    if hidden := hidden_sentence(line):
        lines += ["", f"{hidden}."]
    return "\n".join([*lines, ""])


def _table(question: dict[str, Any]) -> str:
    rows = [
        f"| {_SIGNS.get(check['status'], '❌')} | {markdown(check['id'])} "
        f"| {check['score']:g}/{check['max_score']:g} | {markdown(check['status'])} |"
        for check in question["checks"]
    ]
    title = f"### {markdown(question['id'])}: {question['score']:g} of {question['max_score']:g}"
    return "\n".join([title, "", "| | check | points | |", "| --- | --- | ---: | --- |", *rows, ""])


def _told(check: Check) -> str:
    parts = [f"#### {markdown(check['id'])}", ""]
    parts += [f"{markdown(text)}<br>" for text in told(check).splitlines() if text.strip()]
    for title, text in (check["counterexample"] or {}).items():
        parts += ["", f"{markdown(title)}", fenced(text)]
    return "\n".join([*parts, ""])
