"""A table is read as csv reads it, and changes where it is told to."""

from __future__ import annotations

import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model.sheet import NotASheet, Sheet

cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
tables = st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=5)


def written(table, delimiter=",", quoting=csv.QUOTE_MINIMAL, end="\r\n"):
    """The table as the standard library writes it."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(table)
    return stream.getvalue()


@given(
    tables,
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from([("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE)]),
)
def test_it_reads_what_csv_reads(table, quoting, end, encoding):
    """Each cell, under each encoding and way of quoting; unchanged it is written as it was."""
    header = ["Student", "ID"]
    text = written([header, *table], ",", quoting, end)
    data = encoding[1] + text.encode(encoding[0])
    sheet = Sheet.read(data)
    expected = [row or [""] for row in csv.reader(io.StringIO(text, newline=""))]  # csv has no cell in an empty line
    assert [sheet.texts(row) for row in range(len(sheet.rows))] == expected
    assert sheet.with_cells({}) == data


@given(tables, cells, st.data())
def test_one_cell_changes_and_no_other_byte(table, text, data):
    """The bytes before and after it are those that were there."""
    before = written([["Student", "ID"], *table]).encode()
    sheet = Sheet.read(before)
    row = data.draw(st.integers(0, len(sheet.rows) - 1))
    column = data.draw(st.integers(0, len(sheet.rows[row]) - 1))
    after = sheet.with_cells({(row, column): text})
    cell = sheet.rows[row][column]
    head, tail = sheet.text[: cell.start].encode(), sheet.text[cell.end :].encode()
    assert after.startswith(head) and after.endswith(tail)
    wanted = list(csv.reader(io.StringIO(before.decode(), newline="")))
    wanted[row][column] = text
    assert list(csv.reader(io.StringIO(after.decode(), newline=""))) == wanted


@pytest.mark.parametrize(
    ("data", "encoding", "delimiter", "first"),
    [
        (b"a,b\n1,2\n", "utf-8", ",", "a"), (b"a;b\n1;2,5\n", "utf-8", ";", "a"), (b"a\tb\n", "utf-8", "\t", "a"),
        (b'"a,b";c\n', "utf-8", ";", "a,b"), ("Größe,b\n".encode("cp1252"), "cp1252", ",", "Größe"),
        (b"\xef\xbb\xbfa,b\n", "utf-8", ",", "a"), (b"only\n1,2\n", "utf-8", ",", "only"), (b"\x81\x8d,b", "latin-1", ",", "\x81\x8d"),
    ],
)  # fmt: skip
def test_how_it_was_written_is_found_out(data, encoding, delimiter, first):
    """Encoding and delimiter, by the bytes alone."""
    sheet = Sheet.read(data)
    assert (sheet.encoding, sheet.delimiter, sheet.rows[0][0].text) == (encoding, delimiter, first)
    assert sheet.with_cells({}) == data


@pytest.mark.parametrize("data", [b'a,b\n"1,2\n', b"PK\x03\x04\0\0", codecs.BOM_UTF16_LE + b"a"])
def test_what_is_no_table_is_refused(data):
    """With a reason, never with an error of Python's."""
    with pytest.raises(NotASheet):
        Sheet.read(data)
