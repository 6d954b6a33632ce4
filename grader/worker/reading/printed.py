"""The text of documents that are made to be printed: Word and OpenDocument, archives of XML, and PDFs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from grader.worker.reading.pdf import NoText, text_of_pdf

MAX_XML = 8 << 20
MAX_TEXT = 200_000
# Where the text of each kind stands in its archive.
_MEMBERS = {".docx": "word/document.xml", ".odt": "content.xml"}
_TABLES, _ROWS, _CELLS = frozenset(("tbl", "table")), frozenset(("tr", "table-row")), frozenset(("tc", "table-cell"))
_LINES = frozenset(("p", "h"))
_BROKEN = {"tab": "\t", "br": "\n", "line-break": "\n", "s": " "}


def text_of_printed(path: str, data: bytes) -> tuple[str, str]:
    """The text of a document as Markdown, and why none or not all of it could be taken out."""
    suffix, why = path[path.rfind(".") :].lower(), ""
    try:
        if suffix == ".pdf":
            text, why = text_of_pdf(data)
        else:
            text = "\n\n".join(_blocks(_xml(data, _MEMBERS[suffix])))
    except NoText as reason:
        return "", str(reason)
    except Exception as error:  # a broken file makes anything of what reads it
        return "", f"it is broken ({type(error).__name__})"
    return text[:MAX_TEXT], why if why or text.strip() else "it holds pictures only"


def _xml(data: bytes, member: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(member) as stream:
        source = stream.read(MAX_XML + 1)
    if len(source) > MAX_XML or b"<!DOCTYPE" in source:  # neither program writes entities
        raise ValueError("its text is too long, or no document's")
    return ElementTree.fromstring(source)


def _blocks(root: ElementTree.Element) -> Iterator[str]:
    for element in _outermost(root, _TABLES | _LINES):
        if _name(element) in _TABLES:
            yield "\n".join(_rows(element))
        elif text := _text(element):
            yield f"## {text}" if _name(element) == "h" or _is_heading(element) else text


def _outermost(root: ElementTree.Element, names: frozenset[str]) -> Iterator[ElementTree.Element]:
    """The elements of some names that lie in no other such element, so that nothing is read twice."""
    within: set[int] = set()
    for element in root.iter():
        if _name(element) in names and id(element) not in within:
            within |= {id(inner) for inner in element.iter()}
            yield element


def _rows(table: ElementTree.Element) -> Iterator[str]:
    for at, row in enumerate(_outermost(table, _ROWS)):
        cells = [_text(cell).replace("\n", " ").replace("|", "\\|") for cell in row if _name(cell) in _CELLS]
        yield f"| {' | '.join(cells)} |"
        if at == 0:
            yield "|" + "---|" * len(cells)


def _text(element: ElementTree.Element) -> str:
    """The text within an element: in Word that of its runs, without what was struck out, else all of it."""
    if not element.tag.startswith("{http://schemas.openxmlformats.org/"):
        return "".join(element.itertext()).strip()
    struck = {id(text) for run in element.iter() if _name(run) == "r" and _is_struck(run) for text in run}
    parts = (_BROKEN.get(_name(part), part.text if _name(part) == "t" and id(part) not in struck else "")
             for part in element.iter())  # fmt: skip
    return "".join(part or "" for part in parts).strip()


def _is_struck(run: ElementTree.Element) -> bool:
    return any(_name(mark) in ("strike", "dstrike") for style in run if _name(style) == "rPr" for mark in style)


def _is_heading(paragraph: ElementTree.Element) -> bool:
    styles = (value for style in paragraph.iter() if _name(style) == "pStyle" for value in style.attrib.values())
    return any(value.lower().startswith(("heading", "berschrift", "titre", "ttulo", "titolo")) for value in styles)


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]
