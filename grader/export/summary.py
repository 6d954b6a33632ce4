"""The page that GitHub shows for a step: a table per question, and what to look at."""

from __future__ import annotations

from collections.abc import Sequence

from grader.export import causes, example_of, message_of, next_step
from grader.export.audience import hidden_sentence, why_unread
from grader.export.escaping import fence, html, markdown
from grader.export.snippets import snippet, with_zeros
from grader.model.record import CheckRecord, QuestionRecord, ResultRecord, checks_of, score_text

# GitHub refuses a summary of more than a MiB as a whole; some room is left for other tools of the same step.
MAX_BYTES = 1_000_000
_SIGNS = {"passed": "✅", "partial": "🟡", "needs_review": "👀", "blocked": "⏸️", "ungraded": "⚠️"}
_SILENT = ("passed", "blocked", "needs_review")
_TITLES = {"actual": "got", "expected": "wanted"}
# So many causes are told at once; the others stand behind a line that opens.
OPEN = 4
_WIDTH = 80
_CUT = "\n*The rest is cut: GitHub shows no page larger than a MiB. The log of this step has everything.*\n"


def summary(line: ResultRecord, *, max_bytes: int = MAX_BYTES) -> str:
    """The page in GitHub's Markdown, cut between two checks where it would grow too large."""
    page: list[str] = []
    size = len(_CUT.encode())
    for block in _blocks(line):
        size += len(block.encode()) + 1
        if size > max_bytes:
            return "\n".join([*page, _CUT])
        page.append(block)
    return "\n".join(page)


def _blocks(line: ResultRecord) -> list[str]:
    """The page in parts that can be left out from the end."""
    blocks = [_headline(line)]
    told_of = 0
    for question in line["questions"]:
        blocks.append(_table(question))
        wrong = [check for check in question["checks"] if check["status"] not in _SILENT]
        for cause in causes(wrong):
            told_of += 1
            blocks.append(_describe(cause, is_open=told_of <= OPEN))
        if later := [check["id"] for check in question["checks"] if check["status"] == "needs_review"]:
            blocks.append(f"Judged when it is graded: {', '.join(map(markdown, later))}\n")
    blocks += [f"- {markdown(note)}" for note in line["notes"]]
    if line["output"]:
        blocks.append(f"\n#### What your code printed\n\n{fence(line['output'])}\n")
    if step := next_step(line):
        blocks.append(f"\nNext: {markdown(step)}")
    return blocks


def _headline(line: ResultRecord) -> str:
    name = markdown(line["assignment"])
    if line["score"] is None:
        unread = markdown(why_unread(line))
        why = unread or "Something could not be run, which is not your doing. Nothing is lost: run it again."
        lines = [f"## {name}: not graded", "", why]
    else:
        lines = [f"## {name}: {line['score']:g} of {line['max_score']:g} points"]
    later = sum(check["max_score"] for check in checks_of(line) if check["status"] == "needs_review")
    if later and line["score"] is not None:
        lines += ["", f"{later:g} of them are judged later, when it is graded, and come then."]
    if hidden := hidden_sentence(line):
        lines += ["", f"{hidden}."]
    return "\n".join([*lines, ""])


def _table(question: QuestionRecord) -> str:
    rows = [
        f"| {_SIGNS.get(check['status'], '❌')} | {markdown(check['id'])} "
        f"| {score_text(check['score'])}/{check['max_score']:g} | {markdown(_words(check['status']))} |"
        for check in question["checks"]
    ]
    title = f"### {markdown(question['id'])}: {score_text(question['score'])} of {question['max_score']:g}"
    return "\n".join([title, "", "| | check | points | |", "| --- | --- | ---: | --- |", *rows, ""])


def _describe(cause: Sequence[CheckRecord], *, is_open: bool) -> str:
    """One cause: the checks that it costs, what is said of it, the input that shows it."""
    first = cause[0]
    names = ", ".join(_words(check["id"]) for check in cause)
    parts = [f"#### {markdown(names)}", ""] if is_open else [f"<details><summary>{html(names)}</summary>", ""]
    parts += [f"{markdown(text)}<br>" for text in message_of(first).splitlines() if text.strip()]
    for title, text in example_of(first):
        if title == "call":
            parts += ["", *_call(text, first["functions"])]
        else:
            parts += ["", _TITLES[title], fence(text)]
    return "\n".join([*parts, "", *([] if is_open else ["</details>", ""])])


def _call(call: str, functions: Sequence[str]) -> list[str]:
    """The call with its imports, as it can be pasted; as it is where that cannot be written."""
    if (lines := snippet(call, _WIDTH, functions)) is not None:
        return ["To see it, paste", fence("\n".join(lines))]
    told = ["The call, not shown whole", fence(call)]
    if (lines := snippet(with_zeros(call), _WIDTH, functions)) is not None:
        told += ["", "To look at it with zeros instead, for which it returns other numbers", fence("\n".join(lines))]
    return told


def _words(name: str) -> str:
    return name.replace("_", " ")
