"""Cuts a formula, in LaTeX or as typed on a keyboard, into tokens; linear in its length."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from grader.worker.reading import vocabulary as known
from grader.worker.reading.numerals import (
    CLEARLY_DECIMAL,
    HAS_ONE_COMMA,
    POWER_OF_TEN,
    is_mantissa,
    parts_numbers,
    plain_siunitx,
    vulgar_fraction,
)

MAX_SOURCE = 20_000
MAX_TOKENS = 6_000
# Stands in a text for a formula that was taken out of it.
FORMULA = "\ue000"


class Refused(Exception):
    """The formula is not one that the reader knows; the message says what stopped it."""


class Token(NamedTuple):
    """One token.

    kind: num, sym, func, text, op, open, close, sp, amp, newline, begin, end, frac, accent, root
    spaced: whether white space stands before it
    at: where it begins in the source
    """

    kind: str
    value: str
    spaced: bool = False
    at: int = 0


_PATTERN = re.compile(
    r"""(?P<white>[ \t\r\n\f\v\u00a0\u2009\u202f\u2007]+)
    |(?P<newline>\\\\(?:\s?\[-?[\d.]{1,6}[a-z]{2}\])?|\\cr\b|\\newline\b)
    |(?P<environment>\\(?:begin|end)\s{0,3}\{[A-Za-z]{1,20}\*?\}(?:\[[clr]\])?)
    |\\(?P<command>[A-Za-z]+|.)
    |(?P<group>(?!0)\d{1,3}(?:(?:\{,\}|\\[,;: ]|['’,_])\d{3})+(?:\.\d+)?(?!\d|,\d)
        |(?!0)\d{1,3}(?:\.\d{3}){2,}(?!\d|[,.]\d)|(?!0)\d{1,3}(?:\.\d{3})+(?:\{,\}|,)\d+(?!\d|[,.]\d))
    |(?P<brace>\d+\{,\}\d+(?!\d|\.\d))
    |(?P<comma>(?!(?<=/)\d+,\d+/\d)\d+,\d+(?!\d|[,.]\d))
    |(?P<num>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4}(?![A-Za-z\d]))?)
    |(?P<foreign>[A-Za-z]*(?![âêîôûŷ](?![a-z]))[À-ÖØ-öø-ÿ][^\W\d_]+|[A-Za-z]+(?<!log)(?<!ln)[À-ÖØ-öø-ÿ]
        |[éèàòìóíúáÉÀ](?![^\W_])|[α-ωΑ-Ω]+[ά-ώ][ά-ώα-ω]*|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af][\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af。，；、]*)
    |(?P<word>[A-Za-z]+)
    |(?P<sup>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵀ]+)|(?P<sub>[₀₁₂₃₄₅₆₇₈₉₊₋ₙᵢₐₑₓⱼₖₗₘₚₛₜ]+)
    |(?P<arrow>=>|->|-->|==>|→)
    |(?P<relation>:=|==|(?<=\s)<-(?=\s)|<=|>=|!=|~=|=<|≈|[=<>])
    |(?P<sign>\*\*|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)
_ARROWS = "⇒"
_RELATIONS = {":=": "=", "<-": "=", "==": "=", "<=": "≤", ">=": "≥", "!=": "≠", "~=": "≈", "=<": "≤"}
_BRACES = {"{": "}", "[": "]", "(": ")"}
_BRACED_WORD = re.compile(r"\s{0,3}\{([^{}\\$]{0,200})\}")
_ARGUMENT = re.compile(r"\s{0,3}(?:\[[^\]]{0,40}\])?\s{0,3}\{[^{}]{0,60}\}")
_OPTIONS = re.compile(r"\s{0,2}\[[^\[\]]{0,200}\]")
_UNIT = re.compile(r"\s{0,2}\{([^{}]{0,100})\}")
_IN_DIGITS = re.compile(r"-?\d[\d.,' ]*(?:[eE]-?\d{1,3})?")
_FUNCTION_AT_END = re.compile(r"([A-Za-z]{1,2})(log|ln|exp)\Z")
_DIGITS = re.compile(r"\d+")
_TRANSPOSED = re.compile(r"T\b|(?:t|transpose)\(\)")
_LOG1P = re.compile(r"1p(?=\s?\()|m1(?=\s?\()")
_TIMES = re.compile(r"[ ]{0,3}\(?[ ]{0,3}\d")
_HAT, _BAR, _TILDE = "\u0302", "\u0304", "\u0303"


class Lexer:
    """One pass over a source; `tokens` is the result."""

    def __init__(self, source: str) -> None:
        if len(source) > MAX_SOURCE:
            raise Refused(f"a formula of {len(source)} characters")
        self._source = source
        self._at = self._start = 0
        self._spaced = False
        self._depth = 0
        self._brackets: list[int] = []
        self._has_decimal_commas = CLEARLY_DECIMAL.search(source) is not None
        self.tokens: list[Token] = []
        while self._at < len(source):
            self._step()
            if len(self.tokens) > MAX_TOKENS:
                raise Refused(f"a formula of more than {MAX_TOKENS} tokens")

    def _step(self) -> None:
        match = _PATTERN.match(self._source, self._at)
        assert match is not None  # the last alternative takes any character
        self._start, self._at = match.span()
        kind, text = match.lastgroup or "", match[match.lastgroup or 0]
        if kind == "white":
            self._spaced = True
        elif kind in ("group", "comma") and self._depth and parts_numbers(text, self._source, self._opened):
            self._number_alone(match.start())
        else:
            getattr(self, f"_{kind}")(text)

    @property
    def _opened(self) -> int:
        """Where the innermost bracket's content begins."""
        return self._brackets[-1] if self._brackets else 0

    def _add(self, kind: str, value: str) -> None:
        self.tokens.append(Token(kind, value, self._spaced, self._start))
        self._spaced = False

    def _number_alone(self, start: int) -> None:
        """Within brackets a comma parts two numbers."""
        match = _DIGITS.match(self._source, start)
        assert match is not None
        self._at = match.end()
        self._add("num", match[0])

    def _newline(self, _text: str) -> None:
        self._add("newline", "")

    def _environment(self, text: str) -> None:
        kind, _, name = text[1:].partition("{")
        self._add(kind.strip(), name.partition("}")[0].rstrip("*").strip())

    def _group(self, text: str) -> None:
        is_decimal = HAS_ONE_COMMA.fullmatch(text) and self._has_decimal_commas  # 1,609 beside 0,693
        if is_decimal or is_mantissa(text, self._source, self._at):
            self._literal(text.replace("{,}", ",").replace(",", "."))
            return
        if "{,}" in text and text.count("{,}") == text.count(",") == 1 and "." in text:
            text = text.replace(".", "").replace("{,}", ".")  # 1.234{,}56
        plain = re.sub(r"\\[,;: ]|_", " ", text).replace("{,}", ",").replace("’", "'")
        self._literal(plain)

    def _brace(self, text: str) -> None:
        self._literal(text.replace("{,}", "."))

    def _comma(self, text: str) -> None:
        self._literal(text)

    def _literal(self, text: str) -> None:
        """A number, with the power of ten that may be written right behind it."""
        if power := POWER_OF_TEN.match(self._source, self._at):
            exponent = power["braced"] or power["inside"] or (power["signed"] + power["digits"])
            self._at = power.end()
            text = f"{text}e{exponent.replace('−', '-').replace(' ', '')}"
        self._add("num", text)

    def _num(self, text: str) -> None:
        before = self.tokens[-1] if self.tokens and not self._spaced else None
        if before and before.kind == "sym" and before.value.isidentifier() and text.isdigit() and len(text) <= 3:
            self.tokens[-1] = before._replace(value=before.value + text)
        elif text.endswith(".") and not self._depth and self._source[self._at : self._at + 1].strip() == "":
            self._at -= 1  # the end of a sentence
            self._literal(text[:-1])
        elif "e" in text.lower():
            self._add("num", text)
        else:
            self._literal(text)

    def _word(self, text: str) -> None:
        parted = _FUNCTION_AT_END.match(text)
        after_dot = len(self.tokens) > 1 and self.tokens[-1].value == "." and not self._spaced
        if after_dot and self.tokens[-2].value in known.NUMERIC_MODULES:
            del self.tokens[-2:]
            name = self._of_module(text)
            self._add(
                "func" if name in known.FUNCTIONS or self._source[self._at : self._at + 1] == "(" else "sym", name
            )
        elif after_dot and (end := _TRANSPOSED.match(self._source, self._start)):
            self._at = end.end()
            self.tokens[-1] = self.tokens[-1]._replace(value="^")
            self._add("sym", "T")
        elif text in ("x", "X") and self._stands_between_numbers():
            self._add("op", "*")
        elif text in ("log", "exp") and (rest := _LOG1P.match(self._source, self._at)):
            self._at = rest.end()
            self._add("func", text + rest[0])
        elif text in known.FUNCTIONS or (
            text in known.EXTREMES and self._source[self._at : self._at + 1] in ("(", "{")
        ):
            self._add("func", text)
        elif text.lower() in known.FUNCTIONS and text[:1].isupper() and text[1:].islower():
            self._add("func", text.lower())
        elif parted:
            self._add("sym", parted[1])
            self._add("func", parted[2])
        else:
            self._add("sym", text)

    def _foreign(self, text: str) -> None:
        self._add("text", text)

    def _of_module(self, name: str) -> str:
        """np.log is the natural logarithm, np.log2 is not."""
        if name in ("log", "exp") and (rest := _LOG1P.match(self._source, self._at)):
            self._at = rest.end()
            return name + rest[0]
        return "ln" if name == "log" and not self._source[self._at : self._at + 1].isdigit() else name

    def _stands_between_numbers(self) -> bool:
        before = self.tokens[-1] if self.tokens else Token("", "")
        return (before.kind == "num" or before.value == ")") and _TIMES.match(self._source, self._at) is not None

    def _sup(self, text: str) -> None:
        self._script("^", text.translate(known.SUPERSCRIPTS))

    def _sub(self, text: str) -> None:
        self._script("_", text.translate(known.SUBSCRIPTS))

    def _script(self, sign: str, text: str) -> None:
        self._add("op", sign)
        self._add("open", "{")
        self.tokens += [token._replace(at=self._start) for token in Lexer(text).tokens]
        self._add("close", "}")

    def _arrow(self, _text: str) -> None:
        self._add("op", _ARROWS)

    def _relation(self, text: str) -> None:
        self._add("op", _RELATIONS.get(text, text))

    def _sign(self, text: str) -> None:
        if text in ("**", "||"):
            self._add("op", "^" if text == "**" else "‖")
        elif text in _BRACES:
            self._depth += text != "{"
            self._brackets += [self._at] if text != "{" else []
            self._add("open", text)
        elif text in ")]}":
            self._depth -= text != "}"
            self._brackets = self._brackets[:-1] if text != "}" else self._brackets
            self._add("close", text)
        elif text in (_HAT, _BAR, _TILDE):
            self._mark(text)
        elif fraction := vulgar_fraction(text):
            above, below = fraction
            for kind, value in (("open", "("), ("num", above), ("op", "/"), ("num", below), ("close", ")")):
                self._add(kind, value)
        elif text == "~":
            self._tilde()
        elif text == "$" or unicodedata.category(text) == "Cf":
            return
        else:
            self._other(text)

    def _tilde(self) -> None:
        """A space in LaTeX, `roughly` between two spaces or before a number as typed."""
        is_roughly = self._spaced and self._source[self._at : self._at + 2].strip()[:1].isdigit()
        self._add(*(("op", "≈") if is_roughly else ("sp", " ")))

    def _other(self, text: str) -> None:
        parts = unicodedata.normalize("NFD", text)
        if len(parts) == 2 and parts[0].isalpha() and parts[1] in (_HAT, _BAR, _TILDE):
            self._add("sym", parts[0])
            self._mark(parts[1])
        elif text in known.GREEK_SIGNS:
            self._add("sym", known.GREEK_SIGNS[text])
        elif text == "&":
            self._add("amp", "")
        elif text == FORMULA:
            self._add("text", "")
        elif text in "。，；、！？":
            self._add("text", text)
        elif text == "√":
            self._add("func", "sqrt")
        elif text in known.SIGNS:
            self._add("op", known.SIGNS[text])
        elif text.isalpha() and (plain := unicodedata.normalize("NFKC", text)) != text and plain.isascii():
            self._word(plain)
        else:
            self._add("op", text)

    def _mark(self, mark: str) -> None:
        """An accent written over the letter before."""
        if not self.tokens or self.tokens[-1].kind != "sym":
            raise Refused("an accent over nothing")
        before = self.tokens[-1]
        name = {_HAT: "hat", _BAR: "bar", _TILDE: "tilde"}[mark]
        self.tokens[-1] = before._replace(value=f"{name}({before.value})")

    def _command(self, name: str) -> None:
        if name in ("num", "SI", "qty", "si", "unit"):
            self._siunitx(name)
        elif name in known.WORDS:
            self._words()
        elif name in ("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"):
            self._add("frac", "")
        elif name in known.FUNCTIONS or name in known.EXTREMES:
            self._add("root" if name == "sqrt" else "func", name)
        elif name in known.GREEK:
            self._add("sym", name.removeprefix("var"))
        elif name in known.ACCENTS:
            self._add("accent", known.ACCENTS[name])
        elif name in known.OPERATORS:
            self._add("op", known.OPERATORS[name])
        elif name in known.SPACES:
            self._space(name)
        elif name in known.FONTS:
            self._font(name)
        elif name in ("tag", "label", "setcounter", "vspace", "renewcommand"):
            self._skip_arguments()
        elif name in "{}":
            self._depth += 1 if name == "{" else -1
            self._add("open" if name == "{" else "close", "\\" + name)
        elif name in "()[]":
            self._sign(name)
        elif name in "_&*$-+=.<>":
            self._escape(name)
        elif name in ("lfloor", "sum", "prod", "int", "dots", "cdots", "ldots", "vdots", "ddots"):
            self._add("op", {"sum": "∑", "prod": "∏"}.get(name, "…"))
        elif name in ("langle", "lbrace", "lbrack", "rangle", "rbrace", "rbrack"):
            self._add("open" if name[0] == "l" else "close", {"ce": "\\}", "ck": "]"}.get(name[-2:], ">"))
        else:
            raise Refused(f"the command \\{name}")

    def _words(self) -> None:
        match = _BRACED_WORD.match(self._source, self._at)
        if match is None:
            raise Refused("text with formulas in it")
        self._at = match.end()
        text = match[1].strip()
        if text in known.FUNCTIONS:
            self._add("func", text)
        elif len(text) == 1 and text.isalpha():
            self._add("sym", text)
        elif _IN_DIGITS.fullmatch(text):
            self.tokens += [token._replace(at=self._start) for token in Lexer(text).tokens]
        elif text:
            self._add("text", text)

    def _siunitx(self, name: str) -> None:
        """\\num{61706}, \\SI{0.80}{nats}: the number; its unit is left out."""
        options = _OPTIONS.match(self._source, self._at)
        self._at = options.end() if options else self._at
        if name not in ("si", "unit"):
            number = _BRACED_WORD.match(self._source, self._at)
            if number is None:
                raise Refused(f"the argument of \\{name}")
            self._at = number.end()
            self._si_number(number[1].strip())
        if name != "num" and (unit := _UNIT.match(self._source, self._at)):
            self._at = unit.end()
            self._add("text", unit[1].strip(" \\"))

    def _si_number(self, text: str) -> None:
        if (plain := plain_siunitx(text)) is None:
            raise Refused(f"the number {text!r}")
        self._add("open", "{")
        self.tokens += [token._replace(at=self._start) for token in Lexer(plain).tokens]
        self._add("close", "}")

    def _space(self, name: str) -> None:
        if name == "hspace":
            self._skip_arguments()
        self._add("sp", "," if name in ("quad", "qquad") else " ")

    def _font(self, name: str) -> None:
        if name in ("left", "right") and self._source[self._at : self._at + 1] == ".":
            self._at += 1
        elif name == "color":
            self._skip_arguments()

    def _skip_arguments(self) -> None:
        for _ in range(2):
            match = _ARGUMENT.match(self._source, self._at)
            self._at = match.end() if match else self._at

    def _escape(self, sign: str) -> None:
        if sign == "&":
            self._add("text", "and")
        elif sign != "$":
            (self._relation if sign in "=<>" else self._sign)(sign)


def tokenize(source: str) -> list[Token]:
    """The tokens of a formula.

    Raises:
        Refused: it has a command that is not known, or is too long.
    """
    return Lexer(source).tokens
