"""Text of a student's, in every place that it goes to, stays text; judged by the readers of those places."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.export import escaping

PIECES = [
    "<script>", "</script>", "<!--", "-->", "&lt;", "&", '"', "'", "`", "```", "~~~", "|", "\\", "\\|", "*", "**", "_", "~~",
    "[a](b)", "![a](b)", "[a]: b", "@ana", "#12", "GH-12", "o/r#1", "http://a.bc", "https://a.bc/d?e=f", "ftp://a.bc",
    "www.a.bc", "ana@b.cd", "mailto:ana@b.cd", ":tada:", "$x^2$", "$$", "# ", "- ", "1. ", "> ", "===", "---", "    ", "\t",
    "\n", "\r", "\r\n", "\n\n", "\0", "\x1b[31m", "\x85", "\u2028", "\u202e", "\u200b", "\ud800", "\ufffe", "\uffff", "::error::",
    "::error file=a,line=1::", "##[error]", "::stop-commands::x", "%0A", "%", ",", ":", "]]>", "=1+1", "+", "a", " ", "ü", "[ ]",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map("".join)


def each_piece(*names):
    """Tries every piece by itself, before any that are drawn."""

    def with_examples(test):
        for piece in PIECES:
            test = example(**dict.fromkeys(names, piece))(test)
        return test

    return with_examples


def visible(text: str, kept: str = "\n\t") -> bool:
    """Whether nothing in a text is hidden from its reader."""
    return all(char in kept or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for char in text)


@each_piece("text")
@given(texts)
def test_a_terminal_shows_what_is_there(text):
    """Nothing moves the cursor, colours, or turns the direction; what was visible stays as it was."""
    assert visible(escaping.terminal(text))
    assert "\n" not in escaping.terminal(text, keep_newlines=False)
    if visible(text, "") and "::" not in text and "##" not in text:
        assert escaping.terminal(text) == text


@each_piece("text")
@given(texts)
def test_a_spreadsheet_computes_nothing(text):
    """No cell begins as a formula, and the CSV reader gives back what was written."""
    cell = escaping.csv_cell(text)
    assert cell in (text, "'" + text)
    assert not re.match(r"[=+\-@\t\r]", cell)
    if "\0" not in text and "\ud800" not in text:
        stream = io.StringIO(newline="")
        csv.writer(stream).writerow([cell, "end"])
        assert next(csv.reader(io.StringIO(stream.getvalue(), newline=""))) == [cell, "end"]


class Page(HTMLParser):
    """What a page consists of."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.text = ""
        self.others: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


@each_piece("text")
@given(texts)
def test_html_stays_text_and_attribute(text):
    """The page has the tag and the attributes that were written, and the text is what one sees."""
    page = Page()
    page.feed(f'<p title="{escaping.html(text)}" id=x>{escaping.html(text)}</p>')
    page.close()
    [(tag, [(_, title), rest])] = page.tags
    assert (tag, rest, page.others) == ("p", ("id", "x"), [])
    assert title == page.text
    assert visible(page.text)
    if visible(text):
        assert page.text == text


values = st.recursive(
    texts | st.integers() | st.booleans() | st.none(), lambda v: st.lists(v) | st.dictionaries(texts, v)
)


@given(values)
def test_json_in_a_script_is_the_value_and_ends_no_script(value):
    """JSON reads the value back; an HTML reader sees one script and nothing else."""
    text = escaping.json_in_html(value)
    assert json.loads(text) == value
    page = Page()
    page.feed(f"<script>{text}</script>")
    page.close()
    assert [tag for tag, _ in page.tags] == ["script"]
    assert page.text == text
    assert not re.search("[<>&\u2028\u2029]", text)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_json_has_no_word_for_nan(number):
    """A browser would stop at it, so it is refused here."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        escaping.json_in_html([number])


def github_markdown() -> MarkdownIt:
    """GitHub's dialect: tables, strikethrough, links found in running text, HTML."""
    parser = MarkdownIt("gfm-like", {"html": True})
    parser.linkify.set({"fuzzy_link": False})  # GitHub links no bare `q1.py`; `www.` is looked for below
    return parser


GITHUB = github_markdown()
# What GitHub links in a rendered page.
LINKED = re.compile(r"@[a-z0-9]|#\d|\bgh-\d|\bwww\.|\b(?:https?|ftp)://|:[\w+-]+:", re.IGNORECASE)


def inline(tokens):
    """The parts of running text, without the tags that a dollar sign is put in."""
    [token] = [token for token in tokens if token.type == "inline"]
    before = [None, *token.children]
    assert all(
        last.content == "<span>" for last, part in zip(before, token.children, strict=False) if part.content == "$"
    )
    assert not any("$" in part.content and part.content != "$" for part in token.children)
    return [part for part in token.children if part.content not in ("<span>", "</span>")]


def plain(parts) -> str:
    """The text that a reader sees."""
    assert {part.type for part in parts} <= {"text"}, parts
    return "".join(part.content for part in parts)


@pytest.mark.parametrize("around", ["{}", "# {}", "- {}", "**x** {}", "x {} y"])
@each_piece("text")
@given(text=texts)
@example(text="www.a.bc")
@example(text="$a$ `b` <b>")
def test_markdown_stays_running_text(around, text):
    """In a paragraph, a heading, a list, after bold type: text alone, of one line, that links nothing."""
    escaped = escaping.markdown(text)
    assert "\n" not in escaped
    if not escaped:
        return
    tokens = GITHUB.parse(around.format(escaped))
    kinds = {token.type for token in tokens}
    assert kinds <= {
        "paragraph_open", "paragraph_close", "inline", "heading_open", "heading_close",
        "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close",
    }  # fmt: skip
    bare = GITHUB.parse(around.format("x"))
    assert [token.type for token in tokens] == [token.type for token in bare]
    seen = "".join(part.content for part in inline(tokens) if part.type == "text")
    assert {part.type for part in inline(tokens)} <= {"text", "strong_open", "strong_close"}
    assert not LINKED.search(seen)
    if visible(text) and not re.search("\\s", text):
        assert text in seen.replace("\u200b", "")


@each_piece("text")
@given(text=texts)
@example(text="a|b")
@example(text="a\\|b\\")
def test_markdown_stays_in_its_cell(text):
    """A table has as many rows and cells as were written, and the next cell is what it was."""
    table = f"| a | b |\n| --- | --- |\n| {escaping.markdown(text)} | end |\n"
    tokens = GITHUB.parse(table)
    assert [token.type for token in tokens].count("td_open") == 2
    cells = [token for token in tokens if token.type == "inline"][2:]
    first, last = ([part for part in cell.children if "span>" not in part.content] for cell in cells)
    assert plain(last) == "end"
    assert not LINKED.search(plain(first))


@each_piece("text")
@given(text=texts)
@example(text="```\n# free\n````")
def test_a_fence_holds_its_text(text):
    """One block of code, with all of the text in it, and what follows is outside."""
    tokens = GITHUB.parse(f"{escaping.fence(text)}\n\nafter")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert visible(tokens[0].content)
    assert not any(command(line) for line in tokens[0].content.splitlines())
    if visible(text) and "::" not in text and "##" not in text:
        assert tokens[0].content == text + "\n"


def command(line: str) -> tuple[str, dict[str, str], str] | None:
    """How GitHub's runner reads a line: the command, its properties, its message; None where it is output."""
    line = line.lstrip()
    if not line.startswith("::") or "::" not in line[2:]:
        return None
    head, _, data = line[2:].partition("::")
    name, _, rest = head.partition(" ")
    properties = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    unescaped = {key: undone(value, "%3A:", "%2C,") for key, value in properties.items()}
    return name, unescaped, undone(data)


def undone(text: str, *more: str) -> str:
    for pair in ("%0D\r", "%0A\n", *more, "%25%"):
        text = text.replace(pair[:3], pair[3:])
    return text


@each_piece("title", "message")
@given(texts, texts)
def test_a_workflow_command_is_the_one_that_was_written(title, message):
    """One line, one command, with its own properties; the message comes out as it went in."""
    line = f"::error file=a.py,line=3,title={escaping.github_property(title)}::{escaping.github_data(message)}"
    assert len(line.splitlines()) == 1
    name, properties, data = command(line)
    assert (name, properties["file"], properties["line"], set(properties)) == (
        "error",
        "a.py",
        "3",
        {"file", "line", "title"},
    )
    assert visible(data, "\n\r\t")
    if visible(message, "\n\r\t"):
        assert data == message
    if visible(title, "\n\r\t") and title == title.strip():
        assert properties["title"] == title


@each_piece("text")
@given(texts)
def test_xml_is_always_xml(text):
    """As an attribute and as text, what is read back is what was shown, and nothing is lost that XML can hold."""
    shown = escaping.xml_text(text)
    element = ET.Element("failure", message=shown)
    element.text = shown
    back = ET.fromstring(ET.tostring(element, encoding="utf-8"))
    assert back.get("message") == shown
    assert (back.text or "") == shown
    assert not any(command(line) for line in shown.splitlines())
    if visible(text) and "::" not in text and "##" not in text:
        assert shown == text.replace("\ufffe", "#xFFFE").replace("\uffff", "#xFFFF")


COMMANDS = [
    "::error::mine", "  ::add-mask::100", "see ##[warning]mine", "##vso[task.complete]", "x" * 200 + "::error::mine", "a\r::error::b",
    "a\n\t::set-output name=a::b", "::\u200berror::x", "###[error]x", "##VSO[a]", ":::error::x", "\u2028::error::x", "a ::stop-commands::b",
]  # fmt: skip


@pytest.mark.parametrize("text", COMMANDS)
@pytest.mark.parametrize("width", [10, 40, 100])
def test_no_line_of_a_log_is_a_command(text, width):
    """However it is wrapped, and wherever a reader begins a line."""
    import textwrap

    shown = escaping.terminal(text)
    lines = [*shown.splitlines(), *textwrap.wrap(shown, width), *textwrap.wrap("  " + shown, width)]
    for line in lines:
        assert not line.strip().startswith("::"), line
        assert "##[" not in line
        assert "##vso[" not in line.lower()


def test_slices_stay_as_they_are():
    """What students write in Python is no command."""
    assert escaping.terminal("kernel[::-1, ::2] and x[1::]") == "kernel[::-1, \\x3a:2] and x[1::]".replace(
        "\\x3a:", ":\\x3a"
    )
