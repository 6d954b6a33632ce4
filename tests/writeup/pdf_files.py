"""PDFs written by hand, so that each can be broken, or made to hurt, in a way of its own."""

from __future__ import annotations

import zlib

CATALOG, PAGES = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
FLATE = b"/Filter /FlateDecode"
LOCKED = b"<< /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -4 >>" % (b"a" * 32, b"a" * 32)


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A file of these objects, which are numbered from 1; the first is its catalog."""
    written, places = b"%PDF-1.5\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        len(written),
    )
    return written + head + table + end


def stream(data: bytes, keys: bytes = b"") -> bytes:
    """A stream as it stands."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), keys, data)


def packed(data: bytes, times: int = 1) -> bytes:
    """A stream that is packed."""
    for _ in range(times):
        data = zlib.compress(data, 9)
    return stream(data, b"/Filter [%s]" % (b"/FlateDecode " * times))


def page(*content: bytes) -> bytes:
    """A document of one page for each content, with one font."""
    kids = b" ".join(b"%d 0 R" % (2 * number + 4) for number in range(len(content)))
    pages = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(content))
    drawn = (
        part
        for at, one in enumerate(content)
        for part in (PAGE.replace(b"4 0 R", b"%d 0 R" % (2 * at + 5)).replace(b"/F1 5", b"/F1 3"), one)
    )
    return pdf(CATALOG, pages, FONT, *drawn)


def lines(*texts: str) -> bytes:
    """What draws lines of text below one another."""
    drawn = b" ".join(b"0 -20 Td (%s) Tj" % text.replace("(", "\\(").replace(")", "\\)").encode() for text in texts)
    return stream(b"BT /F1 12 Tf 72 700 Td %s ET" % drawn)


def _form(number: int) -> bytes:
    return stream(b"/X Do " * 10, b"/Subtype /Form /Resources << /XObject << /X %d 0 R >> >>" % number)


GOOD = page(lines("Question 3", "iii) J = 0.8026"))
SCAN = page(stream(b"/X Do"))
ENCRYPTED = pdf(CATALOG, PAGES, PAGE, lines("a"), FONT, LOCKED, trailer=b"/Encrypt 6 0 R /ID [(a) (b)]")
SEALED = b"<< /Filter /Standard /V 5 /R 6 /Length 256 /O (%s) /U (%s) /OE (%s) /UE (%s) /P -4 /Perms (%s) /CF << /StdCF << /CFM /AESV3 >> >> /StmF /StdCF /StrF /StdCF >>" % (
    b"a" * 48, b"a" * 48, b"a" * 32, b"a" * 32, b"a" * 16,
)  # fmt: skip
ENCRYPTED_BY_AES = pdf(CATALOG, PAGES, PAGE, lines("a"), FONT, SEALED, trailer=b"/Encrypt 6 0 R /ID [(a) (b)]")
BROKEN = {
    "nothing": b"", "a head": b"%PDF-1.7\n", "half of it": GOOD[:-120], "no table": GOOD.replace(b"startxref", b"x"),
    "a loop of pages": pdf(CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"),
    "a loop of references": pdf(CATALOG, b"2 0 R"), "a word processor's": b"PK\3\4", "a page": b"<html>Question 3</html>",
}  # fmt: skip
BOMBS = {
    "zeros": b"%PDF-1.7\n" + bytes(2 << 20), "open dictionaries": b"%PDF-1.7\n1 0 obj\n" + b"<<" * 500_000,
    "objects": b"%PDF-1.7\n" + b"1 0 obj\n<<>>\nendobj\n" * 100_000, "open brackets": page(packed(b"BT " + b"[" * 300_000)),
    "open parentheses": page(stream(b"BT " + b"(" * 500_000)), "packed": page(packed(bytes(50_000_000))),
    "packed twice": page(packed(bytes(50_000_000), 2)), "packed by four": page(packed(bytes(50_000_000), 4)),
    "operators": page(packed(b"BT /F1 12 Tf " + b"(a) Tj " * 200_000)), "states": page(packed(b"q " * 400_000)),
    "numbers": page(packed(b"1 " * 400_000 + b"Td BT (a) Tj ET")), "one string": page(stream(b"BT /F1 9 Tf <%s> Tj" % (b"41" * 200_000))),
    "many pages": pdf(CATALOG, PAGES.replace(b"3 0 R", b"3 0 R " * 19_000), PAGE, lines("a"), FONT),
    "a tree of pages": pdf(CATALOG, *[PAGES.replace(b"3 0 R", b"%d 0 R " % at * 10) for at in range(3, 40)]),
    "a deep tree": pdf(CATALOG, *[PAGES.replace(b"3 0", b"%d 0" % at) for at in range(3, 3_000)]),
    "forms in forms": pdf(CATALOG, PAGES, PAGE.replace(b"/Font", b"/XObject << /X 6 0 R >> /Font"), stream(b"BT (a) Tj ET /X Do"), FONT,
                          *[_form(at) for at in range(7, 30)], _form(6)),
    "its own length": pdf(CATALOG, PAGES, PAGE, b"<< /Length 4 0 R >>\nstream\nBT (a) Tj ET\nendstream", FONT),
    "a loop of tables": GOOD.replace(b"/Root", b"/Prev %d /Root" % GOOD.rfind(b"xref\n0")),
    "widths": pdf(CATALOG, PAGES, PAGE, lines("a"), b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H "
                  b"/DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /W [0 60000 500 0 60000 500 0 60000 500] >>] >>"),
    "a map of signs": pdf(CATALOG, PAGES, PAGE, lines("a"), FONT.replace(b">>", b"/ToUnicode 6 0 R >>"),
                          packed(b"begincmap\n1 beginbfrange\n" + b"<0000> <FFFF> <0000>\n" * 50_000 + b"endbfrange\nendcmap")),
}  # fmt: skip
