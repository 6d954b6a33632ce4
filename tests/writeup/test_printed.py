"""Write-ups that are made to be printed: their text is taken out and shown, and a person decides."""

from __future__ import annotations

import io
import logging
import time
import zipfile

import pytest
from pdf_files import BOMBS, BROKEN, ENCRYPTED, ENCRYPTED_BY_AES, GOOD, SCAN, lines, page, stream
from writeup_checks import spec

from grader.model.tolerance import EXACT
from grader.worker.reading.printed import text_of_printed
from grader.worker.worker import read_document
from grader.writeup import judge

WORD = """<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Question 3</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">iii) </w:t></w:r><w:r><w:rPr><w:strike/></w:rPr><w:t>J = 2.41</w:t></w:r>
<w:r><w:t>J = 0.8026</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Layer</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>a|b</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:p><w:r><w:t>conv</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>156</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
</w:body></w:document>"""
OPEN = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text><text:h>Question 3</text:h>
<text:p>iii) J = <text:span>0.8026</text:span></text:p></office:text></office:body></office:document-content>"""


def _packed(member: str, text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, text)
    return packed.getvalue()


DOCX, ODT = _packed("word/document.xml", WORD), _packed("content.xml", OPEN)


def test_the_text_of_a_word_document_is_markdown() -> None:
    """Headings and tables are kept, what is struck out or deleted is not."""
    text, why = text_of_printed("answers.docx", DOCX)
    assert why == ""
    assert text.split("\n\n") == ["## Question 3", "iii) J = 0.8026", "| Layer | a\\|b |\n|---|---|\n| conv | 156 |"]


@pytest.mark.parametrize(("name", "data"), [("answers.docx", DOCX), ("a.ODT", ODT), ("answers.pdf", GOOD)])
def test_a_right_answer_is_shown_to_a_person(name: str, data: bytes) -> None:
    """It is read, and never the program's to decide."""
    document, notes = read_document(name, data)
    outcome = judge(spec("q3_cost"), document, tolerance=EXACT, homework="1")
    assert outcome.status == "needs_review" and "0.8026" in outcome.feedback
    assert name in notes[0]


@pytest.mark.parametrize("data", [
    b"", b"PK", DOCX[:-30], _packed("other.xml", "<a/>"), _packed("word/document.xml", "<a><b></a>"),
    _packed("word/document.xml", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"), _packed("word/document.xml", "x" * (9 << 20)),
    _packed("word/document.xml", "<a>" * 100_000),
    _packed("word/document.xml", "<p><tbl><tr><tc>" * 20_000 + "</tc></tr></tbl></p>" * 20_000),
])  # fmt: skip
@pytest.mark.parametrize("name", ["a.docx", "a.odt"])
def test_what_holds_no_text_says_so(name: str, data: bytes) -> None:
    """A broken file, a bomb or a scan is named, and for a person."""
    text, why = text_of_printed(name, data)
    assert text == "" and why
    document, notes = read_document(name, data)
    assert judge(spec("q3_cost"), document).status == "needs_review" and name in notes[0] and why in notes[0]


def test_what_is_wrong_in_a_pdf_is_no_zero() -> None:
    """A formula's signs may be lost on the way: the person decides this as well."""
    outcome = judge(
        spec("q3_cost"), read_document("a.pdf", page(lines("Question 3", "iii) J = 2.41")))[0], tolerance=EXACT
    )
    assert outcome.status == "needs_review" and "2.41" in outcome.feedback and "a.pdf" in outcome.feedback


def test_a_broken_page_takes_no_other_with_it() -> None:
    """The pages around it are read, and it is named."""
    text, why = text_of_printed(
        "a.pdf", page(lines("Question 3"), stream(b"BT " + b"[" * 90_000), lines("iii) J = 0.8026"))
    )
    assert text == "Question 3\n\niii) J = 0.8026" and "page 2" in why
    outcome = judge(
        spec("q3_cost"), read_document("a.pdf", page(lines("Question 3"), stream(b"BT ("), lines("iii) J = 1")))[0]
    )
    assert "Not all text could be taken out of a.pdf: page 2" in outcome.feedback


def test_only_the_first_pages_of_a_long_pdf_are_read() -> None:
    """What follows is said to be unread."""
    text, why = text_of_printed("a.pdf", page(*[lines(f"page {number}") for number in range(70)]))
    assert "page 59" in text and "page 60" not in text and why == "only the first 60 pages were read"


@pytest.mark.parametrize(("data", "told"), [
    (SCAN, "it holds pictures only"), (ENCRYPTED, "it is encrypted"), (ENCRYPTED_BY_AES, "it is encrypted"), *((data, "it is broken") for data in BROKEN.values()),
])  # fmt: skip
def test_a_pdf_without_text_says_so(data: bytes, told: str) -> None:
    """A scan, an encrypted and a broken file are named, and for a person."""
    document, notes = read_document("answers.pdf", data)
    outcome = judge(spec("q3_cost"), document, tolerance=EXACT, homework="1")
    assert outcome.status == "needs_review"
    assert f"No text could be taken out of answers.pdf: {told}" in outcome.feedback and notes[0] in outcome.feedback


def test_a_pdf_that_only_may_not_be_printed_is_read() -> None:
    """It is encrypted with a password that is empty."""
    from pypdf import PdfWriter

    writer, written = PdfWriter(io.BytesIO(GOOD), full=True), io.BytesIO()
    writer.encrypt("", "owner", algorithm="RC4-128")
    writer.write(written)
    assert "0.8026" in text_of_printed("a.pdf", written.getvalue())[0]


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_pdf_made_to_hurt_is_read_within_bounds(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """It costs a part of the time that a submission has, says nothing into the code's output, and is for a person."""
    started = time.process_time()
    document, _ = read_document("answers.pdf", BOMBS[name])
    assert time.process_time() - started < 2.5
    assert judge(spec("q3_cost"), document).status == "needs_review"
    assert capfd.readouterr() == ("", "") and logging.getLogger("pypdf").getEffectiveLevel() > logging.CRITICAL
