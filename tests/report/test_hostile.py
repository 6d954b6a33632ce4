"""Hostile write-ups and code: read in the sandbox in bounded time, shown as text, harmful to nobody."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest

from grader.model.outcome import Value
from grader.report.mathml import safe_mathml
from grader.report.readings import BUDGET, MODULES
from grader.report.writeup import writeup_html
from grader.sandbox.isolated import ForkedSandbox

DEEP = 100_000
COMMANDS = ("frac", "sqrt", "hat", "overline", "mathbf", "left(", "binom", "underbrace", "text", "operatorname")
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script in a formula": r"$\text{<script>alert(1)</script>}$",
    "image": "![x](https://example.org/beacon.png)",
    "image in HTML": '<img src="https://example.org/beacon.png" onerror="alert(1)">',
    "image in a formula": r"$\text{<img src=x onerror=alert(1)>}$ and $\includegraphics{x.png}$",
    "link": "[click](javascript:alert(1)) <javascript:alert(1)>",
    "link in a formula": r"$\href{javascript:alert(1)}{x} \url{https://example.org}$",
    "svg": '<svg onload="alert(1)"><a xlink:href="javascript:alert(1)">x</a></svg>',
    "style": "<style>* { display: none }</style><p style='position:fixed'>x</p>",
    "style in a formula": r"$\style{position:fixed}{x} \color{red;background:url(//x)}{y} \class{skip}{z}$",
    "frame": "<iframe src='https://example.org'></iframe><object data=x></object><embed src=x>",
    "form": "<form action='https://example.org'><input autofocus onfocus=alert(1)></form>",
    "entity": "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;",
    "reference": "[x]: javascript:alert(1)\n\n[x] ![x]",
    "turned text": "\u202e\u2066abc\u2069 \u200fxyz",
    "turned in a formula": "$\\text{\u202eabc}$",
    "ANSI": "\x1b[31mred\x1b]0;title\x07 \x9b2J",
    "control characters": "".join(map(chr, range(32))) + "\x7f\x80\u2028\u2029\ufeff",
    "placeholders of ours": "\ue0000\ue001 \ue00099999999\ue001 \ue000",
    "templates": "{{ 7 * 7 }} {% for x in y %} ${7*7} #{7*7}",
    "a comment": "<!-- --><!--> <script>alert(1)</script> -->",
    "money": "It costs $10 or $20.",
    "a lone dollar": "$" * 5_001,
    "open brackets": "$" + "(a" * 60 + "$",
    "open brackets of each kind": "$" + r"(a [b \{c " * 60 + "$",
    "left without right": "$" + r"\left(" * 60 + "$",
    "a bomb": r"$\def\a{xx}\def\b{\a\a\a\a\a\a\a\a}\def\c{\b\b\b\b\b\b\b\b}\def\d{\c\c\c\c\c\c\c\c}\d\d\d\d\d\d\d\d$",
    "endless": r"$\def\a{\a\a}\a$",
    "mutual": r"$\newcommand{\a}{\b}\newcommand{\b}{\a}\a$",
    "a long line": "x" * 1_000_000,
    "a long formula": "$" + "x + " * 250_000 + "x$",
    "a long formula in pieces": "$x^2$ " * 5_000,
    "one pipe table": "|a|b|\n|-|-|\n" + "|x|y|\n" * 5_000,
    "wide table": "|" + "a|" * 3_000 + "\n|" + "-|" * 3_000,
    "deep lists": "\n".join("  " * depth + "- x" for depth in range(300)),
    "deep quotes": ">" * 2_000 + " x",
    "open emphasis": "*a_" * 5_000,
    "open links": "[" * 5_000,
    "open code": "`" * 5_000 + "x" + "``" * 2_000,
    "open fence": "```\n" + "x\n" * 5_000,
    "not UTF-8": b"\xff\xfe\x00\xd8" * 100,
    "UTF-16": "x $y$".encode("utf-16"),
    "nothing": b"",
    "zero bytes": b"\0" * 1_000,
    "matrix": r"$\begin{pmatrix}" + " & ".join("1" * 500) + r"\end{pmatrix}$",
    "matrix with no end": r"\begin{pmatrix} 1 & 2",
    "wrong ends": r"$\end{pmatrix} } ) \right) & \\ \hline$",
    "sup and sub": "$" + "x^{" * 99 + "y" + "}" * 99 + "$",
    "sup without": "$x^^^^__ ^$",
    **{f"deep {name}": "$" + f"\\{name}{{" * DEEP + "x" + "}" * DEEP + "$" for name in COMMANDS[:4]},
    **{f"900 deep {name}": "$" + f"\\{name}{{" * 900 + "x" + "}" * 900 + "$" for name in COMMANDS},
    **{f"90 in a row: {name}": "$" + f"\\{name} " * 90 + "x$" for name in COMMANDS[:5]},
    "braces": "$$" + "{" * 2_400 + "}" * 2_400 + "$$",
}


OURS = {"p", "pre", "code", "div", "table", "thead", "tbody", "tr", "th", "td", "span", "strong", "em"}
MATHML = {"math", "mi", "mn", "mo", "mtext", "mspace", "mrow", "mfrac", "msqrt", "mroot", "mstyle", "mpadded", "mphantom", "msub",
          "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "merror"}  # fmt: skip
HARMLESS = {"class", "tabindex", "role", "aria-label", "scope", "display", "displaystyle", "scriptlevel", "stretchy", "form",
            "lspace", "rspace", "minsize", "maxsize", "mathvariant", "accent", "accentunder", "linethickness", "symmetric", "width",
            "height", "depth", "voffset", "fence", "separator", "movablelimits", "largeop", "columnspan", "rowspan"}  # fmt: skip


class Markup(HTMLParser):
    """What a browser would take for markup."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.fixture(scope="module")
def drawing():
    """A sandbox that draws formulas."""
    sandbox = ForkedSandbox(MODULES)
    yield sandbox
    sandbox.close()


def test_there_are_enough_of_them():
    """The table is not shortened by accident."""
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_answer_is_shown_as_text(drawing, answer):
    """Something is shown, quickly, and nothing of it is markup of the student's."""
    data = answer if isinstance(answer, bytes) else answer.encode("utf-8", "surrogatepass")
    session = drawing.open({}, BUDGET, 0)
    try:
        found = session.typeset("answers.md", data, draws=True)
        if not isinstance(found, Value):  # the process ended over it: its source is shown instead
            found = session.typeset("answers.md", data, draws=False)
    finally:
        session.close()
    assert isinstance(found, Value)
    started = time.process_time()
    page = str(writeup_html(found.data))
    assert time.process_time() - started < 1.0  # a tenth on a machine that does nothing else
    markup = Markup()
    markup.feed(page)
    assert markup.tags <= OURS | MATHML and markup.attributes <= HARMLESS
    assert not any(sign in page for sign in "\x1b\x9b\u202e\u2066\u2028\0")
    assert page or not data.strip(b"\0\xff\xfe\x00\xd8")


def test_what_a_worker_sends_is_not_trusted():
    """A worker that was taken over sends anything; what is none of ours is left out."""
    sent = [
        ["paragraph", 0, [["math", "<math><script>alert(1)</script></math>", "x"], ["math", "<svg/>", "y"], ["link", "z"]]],
        ["paragraph", 0, "text"], ["evil", 0, []], ["table", 0, 7], ["code", 0, None], None, 7, ["heading", "1", []],
        ["item", 10**9, [["text", 7], [], ["strong", "<b>"]]],
    ]  # fmt: skip
    page = str(writeup_html(sent))
    assert "<script" not in page and "<svg" not in page and "&lt;b&gt;" in page
    assert '<code class="latex">x</code>' in page


def test_mathml_keeps_what_is_on_the_list_alone():
    """Elements decide whether it is drawn, attributes are kept one by one."""
    kept = safe_mathml('<math display="block" onclick="x"><mo stretchy="false" href="x" id="y">(</mo></math>')
    assert str(kept) == '<math display="block"><mo stretchy="false">(</mo></math>'
    for text in (
        "<math><maction/></math>",
        "<math><annotation-xml/></math>",
        "<svg/>",
        "<math>",
        "<!DOCTYPE x><math/>",
        "",
        "<math><mi xmlns='x'/></math>",
    ):
        assert safe_mathml(text) is None
