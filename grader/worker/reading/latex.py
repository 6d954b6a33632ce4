"""A LaTeX document as Markdown: sections, lists and emphasis; its formulas and tables stay as they are."""

from __future__ import annotations

import re

from grader.worker.reading.extraction import change_prose
from grader.worker.reading.typesetting import closing_brace

MAX_STEPS = 1_500
# Commands whose brace is never closed, before the rest is left as it is.
MAX_OPEN = 20
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_DEFINES = re.compile(r"\\(?:(?:re)?newcommand|providecommand|def|DeclareMathOperator)\b")
_BODY = re.compile(r"\\begin\{document\}")
_CODE = re.compile(
    r"\\begin\{(verbatim|lstlisting|minted)\}(?:\[[^\]\n]{0,200}\])?(?:\{[^}\n]{0,40}\})?\n?(.{0,20000}?)\\end\{\1\}",
    re.DOTALL,
)
_HEADINGS = {"part": "#", "chapter": "#", "section": "##", "subsection": "###", "subsubsection": "####"}
_TITLED = re.compile(r"\\(part|chapter|(?:sub){0,2}section|paragraph|subparagraph)\*?\s?(?:\[[^\]\n]{0,100}\])?(?=\{)")
_MARKED = re.compile(r"\\(textbf|emph|textit|texttt|underline|textsc|mbox|text)\s?(?=\{)")
_MARKS = {"textbf": "**", "emph": "*", "textit": "*", "texttt": "`"}
_BEGINS = re.compile(r"\\begin\{(enumerate|itemize|description)\}(?:\[([^\]\n]{0,80})\])?"
                     r"|\\end\{(enumerate|itemize|description)\}|\\item\b(?:\s?\[([^\]\n]{0,80})\])?")  # fmt: skip
_PICTURE = re.compile(r"\\includegraphics\s?(?:\[[^\]\n]{0,200}\])?\s?\{([^{}\n]{0,200})\}")
_DROPPED = re.compile(
    r"\\(?:begin|end)\{(?:document|center|table|figure|flushleft|flushright|minipage|solution|answer|problem|quote)\*?\}"
    r"(?:\[[^\]\n]{0,20}\])?(?:\{[^{}\n]{0,40}\})?"
    r"|\\(?:label|ref|cite|caption|vspace|hspace|setlength|pagestyle|thispagestyle|title|author|date|input|usepackage)"
    r"\*?\s?(?:\[[^\]\n]{0,80}\])?\{[^{}\n]{0,200}\}"
    r"|\\(?:maketitle|noindent|newpage|clearpage|centering|bigskip|medskip|smallskip|par|hfill|tableofcontents|small|large|"
    r"Large|normalsize|newline|linebreak|quad|qquad)\b"
)
_FENCED = re.compile(r"(\n```\n.{0,20000}?\n```\n)", re.DOTALL)
_SIGNS = {"\\%": "%", "\\&": "&", "\\_": "_", "\\#": "#", "~": " ", "``": '"', "''": '"', "\\\\": "\n"}
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


def markdown_of_latex(source: str) -> str:
    """The document's text as Markdown; macros that its preamble defines are kept."""
    start = _BODY.search(source)
    preamble, body = (source[: start.start()], source[start.end() :]) if start else ("", source)
    body, _, _ = body.partition("\\end{document}")
    fenced = _CODE.sub(lambda match: f"\n\n```\n{match[2].rstrip()}\n```\n\n", body)
    parts = fenced.split("\n```\n")
    prose = [_COMMENT.sub("", part) if at % 2 == 0 else part for at, part in enumerate(parts)]
    macros = [line for line in _COMMENT.sub("", preamble).split("\n") if _DEFINES.search(line)]
    return "\n".join(macros) + "\n\n" + change_prose("\n```\n".join(prose), _plain)


def _plain(text: str) -> str:
    """Prose in LaTeX, its formulas taken out, as Markdown; what is fenced stays."""
    return "".join(part if part.startswith("\n```") else _prose(part) for part in _FENCED.split(text))


def _prose(text: str) -> str:
    text = _unwrap(_TITLED, text, _heading)
    text = _unwrap(_MARKED, text, lambda name, inner: f"{_MARKS.get(name, '')}{inner}{_MARKS.get(name, '')}")
    text = _PICTURE.sub(lambda match: f"![picture]({match[1].rpartition('/')[2]})", _mark_items(text))
    text = _DROPPED.sub(" ", text)
    for sign, plain in _SIGNS.items():
        text = text.replace(sign, plain)
    return text


def _heading(name: str, inner: str) -> str:
    return f"\n\n{_HEADINGS[name]} {inner}\n\n" if name in _HEADINGS else f"\n\n**{inner}** "


def _unwrap(pattern: re.Pattern[str], text: str, write: object) -> str:
    """The text with each command and its argument in braces written otherwise."""
    assert callable(write)
    at = n_open = 0
    for _ in range(MAX_STEPS):
        match = pattern.search(text, at)
        if match is None:
            break
        end = closing_brace(text, match.end())
        if end < 0:
            at, n_open = match.end(), n_open + 1
            if n_open > MAX_OPEN:
                break
            continue
        written = str(write(match[1], text[match.end() + 1 : end].strip()))
        text = text[: match.start()] + written + text[end + 1 :]
        at = match.start()
    return text


def _mark_items(text: str) -> str:
    """Lists with their marks: 1., i), - or what an item says itself."""
    kept, at = [], 0
    open_lists: list[list[object]] = []
    for match in _BEGINS.finditer(text):
        kept.append(text[at : match.start()])
        at = match.end()
        if match[1]:
            open_lists.append([match[1], match[2] or "", 0])
        elif match[3]:
            open_lists = open_lists[:-1]
            kept.append("\n\n")
        else:
            kept.append(f"\n\n{_mark(open_lists, match[4])} ")
    return "".join(kept) + text[at:]


def _mark(open_lists: list[list[object]], own: str | None) -> str:
    if own is not None:
        return own
    if not open_lists or open_lists[-1][0] != "enumerate":
        return "-"
    now = open_lists[-1]
    assert isinstance(now[2], int)
    now[2] += 1
    style, number = str(now[1]), now[2]
    if "roman" in style.lower() or re.search(r"\bi\b", style):
        return f"{_ROMAN[min(number, 10) - 1]})"
    if "alph" in style.lower() or re.search(r"\ba\b", style):
        return f"{chr(ord('a') + min(number, 26) - 1)})"
    return f"{number}."
