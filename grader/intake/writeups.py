"""Finds the write-up: the file that is asked for, else the text of the notebooks that are read."""

from __future__ import annotations

import json

from grader.intake.finding import DECIDES, Finding
from grader.intake.searching import Found, Unclear
from grader.worker.files import PRINTED, kind_of, without_extra_suffix
from grader.worker.signatures import why_no_text

_OTHER_KINDS = (".tex", ".html", ".htm", *PRINTED)


def find_write_up(finding: Finding) -> None:
    """Find the write-up; one with nothing but the headings that it was handed out with yields to a notebook's text."""
    wanted = finding.wanted.write_up
    found = finding.look_for(wanted) if wanted else None
    book = text_of_notebooks(finding) if wanted else None
    if isinstance(found, Unclear):
        finding.waits[""] = f"{found.reason} {DECIDES}"
    elif isinstance(found, Found) and (why := _why_no_write_up(finding, found.path)):
        finding.waits[""] = f"{finding.display(found.path)} was not read: {why}. {DECIDES}"
    elif isinstance(found, Found):
        finding.write_up = _of_two(finding, found, book)
    else:
        finding.write_up = book


def _why_no_write_up(finding: Finding, path: str) -> str:
    """What lies under the name of a text in which signs are read, and is none."""
    return "" if path.lower().endswith(_OTHER_KINDS) else why_no_text(finding.tree.files[path])


def _of_two(finding: Finding, found: Found, book: tuple[str, bytes] | None) -> tuple[str, bytes]:
    content = finding.tree.files[found.path]
    if book is not None and finding.has_text():
        if finding.is_skeleton(content):
            finding.notes.append(
                f"{finding.display(found.path)} holds no more than headings: the text in {book[0]} counts."
            )
            finding.choices.append(book[0])
            return book
        finding.notes.append(f"{finding.wanted.write_up} counts, not the text in {book[0]}.")
    if found.note:
        finding.notes.append(found.note)
        finding.choices.append(found.path)
    finding.write_up_path = found.path
    return _name_of(finding, found.path), content


def _name_of(finding: Finding, path: str) -> str:
    """The name by which it is read: that of the file where it is a document of another kind."""
    return finding.display(path) if path.lower().endswith(_OTHER_KINDS) else finding.wanted.write_up


def text_of_notebooks(finding: Finding) -> tuple[str, bytes] | None:
    """The notebooks that are read as one, for their text."""
    books = sorted(finding.books)
    if len(books) < 2:
        return (name_of(finding, books[0]), finding.seen[books[0]].cells) if books else None
    cells = [cell for book in books for cell in json.loads(finding.seen[book].cells)["cells"]]
    return name_of(finding, books[0]), json.dumps({"cells": cells}).encode()


def name_of(finding: Finding, book: str) -> str:
    """A notebook's name among the sources, which is where its cells are said to be."""
    name = without_extra_suffix(finding.display(book).rpartition("/")[2])
    return name if kind_of(name) == "notebook" and name.endswith(".ipynb") else f"{name.rpartition('.')[0]}.ipynb"
