"""What the handout tells of the functions to write, and which files it shows."""

from __future__ import annotations

import re
from pathlib import Path

_ROW = re.compile(r"^\|(.+)\|\s*$", re.MULTILINE)
_BETWEEN_CELLS = re.compile(r"(?<!\\)\|(?=(?:[^`]*`[^`]*`)*[^`]*$)")  # not within code, where it may be a norm's
_SIGNATURE = re.compile(r"`(\w+)\(.*\)`")
_LINK = re.compile(r"\]\(<?([^)\s>#:]+)>?[^)]*\)|<img[^>]* src=\"([^\":]+)\"")


def descriptions(handout: str) -> dict[str, str]:
    """Function name to what it does, of every table row that begins with a signature in code quotes."""
    found: dict[str, str] = {}
    title = ""
    for row in _ROW.finditer(handout):
        cells = [cell.strip() for cell in _BETWEEN_CELLS.split(row[1])]
        signature = _SIGNATURE.fullmatch(cells[0])
        if signature is None:
            title = cells[1] if len(cells) > 1 and cells[1].strip("-: ") else title
        elif len(cells) > 1:
            found[signature[1]] = f"{title.capitalize()}: {cells[1]}".strip(" :").rstrip(".") + "."
    return found


def shown_files(handout: str, folder: Path) -> dict[str, bytes]:
    """The files beside the handout that it links to, by their paths there; never YAML or Python."""
    found: dict[str, bytes] = {}
    for link in _LINK.finditer(handout):
        path = (folder / (link[1] or link[2])).resolve()
        inside = path.is_relative_to(folder.resolve()) and path.suffix not in (".py", ".yaml", ".yml")
        if inside and path.is_file():
            found[path.relative_to(folder.resolve()).as_posix()] = path.read_bytes()
    return found
