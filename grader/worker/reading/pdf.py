"""The text of PDFs, taken out by pypdf within bounds of bytes, pages and processor time.

A PDF says where each letter stands, and not what is a heading, a fraction or a table: its text is what a person is
shown, and never judged alone. Loading pypdf takes longer than reading most write-ups, so a process does it when the
first PDF comes.
"""

from __future__ import annotations

import io
import logging
import time
import warnings
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PAGES = 60
# Of a file whose table of them is broken, all are looked at.
MAX_OBJECTS = 20_000
MAX_CPU_S = 2.0  # a page of a report takes 10 to 40 ms
# Of what pypdf bounds itself, the bounds of a write-up; its own are those of books.
_BOUNDS: dict[str, Any] = {
    "maximum_declared_stream_length": 8 << 20,
    "array_based_stream_maximum_output_length": 4 << 20,
    "array_maximum_element_count": 20_000,
    "dictionary_maximum_element_count": 20_000,
    "lzw_maximum_output_length": 1 << 20,
    "run_length_maximum_output_length": 4 << 20,
    "zlib_maximum_output_length": 4 << 20,
    "zlib_maximum_recovery_input_length": 100_000,
    "stream_filters_maximum_length": 4,
    "stream_decoding_work_maximum_length": 16 << 20,
    "stream_parsing_work_maximum_count": 100_000,
    "page_tree_maximum_entries": 2_000,
    "page_tree_maximum_depth": 20,
    "page_tree_maximum_page_entries": 20_000,
    "xform_maximum_invocations_per_extraction": 100,
}


class NoText(Exception):
    """Why a PDF's text is not taken out of it."""


class _TakesTooLong(BaseException):
    """The time is over; a BaseException, since pypdf goes on after any other that a page's parts raise."""


def text_of_pdf(data: bytes) -> tuple[str, str]:
    """The text of a PDF, a blank line between its pages, and what of it was not read.

    Raises:
        NoText: it is encrypted, or holds more than is read.
        Exception: it is broken; what says so is pypdf's to choose.
    """
    if data.count(b" obj") > MAX_OBJECTS:
        raise NoText("it holds more objects than are read")
    from pypdf import PdfReader, apply_configuration
    from pypdf.errors import DependencyError, LimitReachedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # what it says of a file would stand in the code's output
    with warnings.catch_warnings(), apply_configuration(**_BOUNDS, disable_legacy_handling=True):
        warnings.simplefilter("ignore")
        try:
            ends_at = time.process_time() + MAX_CPU_S
            reader = PdfReader(io.BytesIO(data), root_object_recovery_limit=500)
            if reader.is_encrypted and not _opens(reader):
                raise NoText("it is encrypted")
            return _text_of_pages(list(islice(reader.pages, MAX_PAGES + 1)), ends_at)
        except DependencyError:  # its encryption needs another library, be it only to see whether it opens
            raise NoText("it is encrypted") from None
        except LimitReachedError:
            raise NoText("it holds more than is read") from None


def _opens(reader: PdfReader) -> bool:
    """Whether a PDF that is encrypted opens without a password, as one does that only may not be printed."""
    try:
        return bool(reader.decrypt(""))
    except Exception:  # a broken one
        return False


def _text_of_pages(pages: Sequence[PageObject], ends_at: float) -> tuple[str, str]:
    texts, unread = [], []
    for number, page in enumerate(pages[:MAX_PAGES], 1):
        try:
            texts.append(_text_of(page, ends_at))
        except _TakesTooLong:
            return "\n\n".join(texts), f"it takes more than {MAX_CPU_S:g} s to read from page {number} on"
        except Exception as error:  # of a broken page, or one that draws more than is read; others may be whole
            unread.append(f"page {number} could not be read ({type(error).__name__})")
    if len(pages) > MAX_PAGES:
        unread.append(f"only the first {MAX_PAGES} pages were read")
    return "\n\n".join(texts), ", ".join(unread[:3])


def _text_of(page: PageObject, ends_at: float) -> str:
    def look_at_the_clock(*_: object) -> None:
        if time.process_time() > ends_at:
            raise _TakesTooLong

    look_at_the_clock()
    return str(page.extract_text(visitor_operand_before=look_at_the_clock))
