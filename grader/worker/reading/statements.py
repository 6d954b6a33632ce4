"""Formulas and numbers that stand in sentences: `so J = 0.8026 nats`, `loss = -y*log(p) - (1-y)*log(1-p)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.worker.reading import vocabulary as known
from grader.worker.reading.cursor import partners
from grader.worker.reading.formulas import Formula, formulas_of
from grader.worker.reading.lexer import FORMULA, Refused, Token, tokenize
from grader.worker.reading.numerals import power_in_words, times_power
from grader.worker.reading.typesetting import without_typesetting

MAX_LINE = 4_000
_WORTH_READING = re.compile(r"\w_\w|[\d=←<>≤≥≈‖√½⅓]|\\\w|log|ln")
_BOLD = re.compile(r"(?:(?<=\s)|(?<=\A)|(?<=[(:]))(?:\*\*|__)(?=\S)|(?<=\S)(?:\*\*|__)(?=[\s.,;:)]|\Z)")
_EMPHASIS = re.compile(r"(?<![\w*)\]])\*(?=[A-Za-z\d])([^*\n]{1,120})(?<=[\w.)])\*(?![\w*(])")
# `there's 4 of them`: no prime.
_SHORTENED = re.compile(r"(?<=[A-Za-z]{2})['’](?:s|d|re|ll|ve)(?=\s)")
# `if y is 1`
_IF_IT_IS = re.compile(r"(?<=\bif [A-Za-z] )(?:is|equals)(?= \d\b)")
_HAT_WORDS = frozenset(("yhat", "phat", "xhat", "zhat"))
_IDENTIFIERS = known.GREEK | known.FUNCTIONS | known.NUMERIC_MODULES | _HAT_WORDS | {"Wx", "wx", "wA", "wB", "xW"}
_QUOTES = tuple('"“”„«»')
_TRAILING = frozenset((".", ",", ":", ";", "!", "?", "*", "+", "-", "/", "…", "_", "^", *_QUOTES))
_LEADING = frozenset((".", ",", ":", ";", "!", "?", "*", "/", "…", "⇒", *_QUOTES))


def read_statements(line: str, formulas: Sequence[str] = ()) -> list[Formula]:
    """The formulas in a line of text, each with the words before it (`before`) and after it (`words`).

    Args:
        formulas: what was taken out of the line, in the order of the marks that stand for it.
    """
    if not is_worth_reading(line):
        return []
    plain = _SHORTENED.sub(lambda match: " " * len(match[0]), without_emphasis(line[:MAX_LINE]).replace("`", " "))
    plain = _IF_IT_IS.sub(lambda match: "=".ljust(len(match[0])), plain)
    try:
        return list(
            _formulas_in(
                _without_units(_with_asides(_with_powers(tokenize(without_typesetting(plain))))),
                _ProseLine(plain, formulas),
            )
        )
    except Refused:
        return []


def is_worth_reading(line: str) -> bool:
    """Whether a line has a number, a relation or another sign of a formula."""
    return _WORTH_READING.search(line) is not None


class _ProseLine(NamedTuple):
    """A line's text, and the formulas that were taken out of it."""

    text: str
    formulas: Sequence[str]

    def text_between(self, start: int, end: int) -> str:
        """A piece of it with its formulas."""
        parts = self.text[start:end].split(FORMULA)
        first = self.text.count(FORMULA, 0, start)
        taken = [f"${one}$" for one in self.formulas[first : first + len(parts) - 1]]
        return parts[0] + "".join(
            one + part for one, part in zip([*taken, *[""] * len(parts)], parts[1:], strict=False)
        )


def without_emphasis(text: str) -> str:
    """The text without the stars that make it bold or italic; a star between two factors stays."""
    return _EMPHASIS.sub(r"\1", _BOLD.sub("", text))


def _formulas_in(tokens: Sequence[Token], line: _ProseLine) -> Iterator[Formula]:
    start = 0
    unclosed, called = _holding_words(tokens), _calls(tokens)
    within = {at for start, end in partners(tokens).items() if end - start < 200 for at in range(start, end)}
    while start < len(tokens):
        if _is_word(tokens, start) and start not in called:
            start += 1
            continue
        end = start
        while end < len(tokens) and (end in called or not _is_word(tokens, end)):
            if end not in within and _ends_sentence(tokens, end):
                break
            if end > start and end in unclosed:
                break  # `61,706 (241.04 KB)`: what is in brackets is for itself
            end += 1
        yield from _run(tokens, start, end, line)
        start = max(end, start + 1)


def _with_asides(tokens: list[Token]) -> list[Token]:
    """`61706 (≈ 6.2e4)` as `61706 ≈ 6.2e4`."""
    closing = partners(tokens)
    left_out = {
        place
        for at, end in closing.items()
        if 0 < at < len(tokens) - 2 and tokens[at].spaced and tokens[at - 1].kind in ("num", "close")
        and tokens[at + 1].kind == "op" and tokens[at + 1].value in "=≈"
        and not any(_is_word(tokens, inner) for inner in range(at + 2, end))
        for place in (at, end)
    }  # fmt: skip
    return [token for at, token in enumerate(tokens) if at not in left_out]


def _with_powers(tokens: list[Token]) -> list[Token]:
    """`1.7 million` as 1.7e6."""
    found: list[Token] = []
    for at, token in enumerate(tokens):
        before = found[-1] if found else None
        if before and before.kind == "num" and token.kind in ("sym", "text") and (power := power_in_words(token.value)):
            found[-1] = before._replace(value=times_power(before.value, power))
        elif token.value == "." and at and found and power_in_words(tokens[at - 1].value) == 6 and at + 1 < len(tokens):
            continue  # of `Mio.`
        else:
            found.append(token)
    return found


def _without_units(tokens: list[Token]) -> list[Token]:
    """`4 layers × 50 numbers = 200` without the words within the calculation."""
    left_out: set[int] = set()
    is_within = False
    for at, token in enumerate(tokens):
        if token.kind != "num":
            is_within = is_within and not (token.kind == "op" and token.value in ".;:")
            continue
        end = at + 1
        while end < min(len(tokens), at + 4) and _is_word(tokens, end) and tokens[end].kind == "sym":
            end += 1
        is_operand = end + 1 < len(tokens) and (tokens[end + 1].kind == "num" or tokens[end + 1].value == "(")
        follower = tokens[end] if is_operand else None
        goes_on = follower is not None and follower.kind == "op" and follower.value in "*+/"
        if end > at + 1 and (goes_on or (is_within and follower is not None and _is_relation(follower))):
            left_out |= set(range(at + 1, end))
        is_within = is_within or goes_on
    return [token for at, token in enumerate(tokens) if at not in left_out]


def _calls(tokens: Sequence[Token]) -> set[int]:
    """The words of `J = mean(losses) = 0.80`: at once before a bracket, behind a sign or at the start, and within."""
    return {
        place
        for at, end in partners(tokens).items()
        if at > 0 and tokens[at].value == "(" and not tokens[at].spaced and tokens[at - 1].kind == "sym"
        and end + 1 < len(tokens) and end - at < 40
        and (at == 1 or _is_relation(tokens[at - 2])) and _is_relation(tokens[end + 1])
        for place in range(at - 1, end)
    }  # fmt: skip


def _holding_words(tokens: Sequence[Token]) -> set[int]:
    """Places of the brackets that follow a number or a bracket and hold words, or are never closed."""
    closing = partners(tokens)
    apart = [at for at, token in enumerate(tokens)
             if token.value == "(" and token.spaced and at and tokens[at - 1].kind in ("num", "close")]  # fmt: skip
    return {at for at in apart if at not in closing
            or any(_is_word(tokens, inner) for inner in range(at + 1, min(closing[at], at + 60)))}  # fmt: skip


def _is_word(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    if token.kind == "text" or _is_article(tokens, at) or _is_of_that_is(tokens, at):
        return True
    if _is_vector_function(tokens, at):
        return False
    if token.kind != "sym" or len(token.value) < 2 or not token.value.isalpha() or token.value in _IDENTIFIERS:
        return False
    return not (_is_joined(tokens, at) or _is_joined(tokens, at + 1) or _is_operand(tokens, at))


def _is_operand(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word stands between two signs of a calculation: reg in `d + reg * w`."""
    around = [*tokens[at - 1 : at], *tokens[at + 1 : at + 2]] if at else []
    return len(around) == 2 and all(token.kind == "op" for token in around) \
        and around[0].value in "+*/=" and around[1].value in "+*/"  # fmt: skip


def _is_vector_function(tokens: Sequence[Token], at: int) -> bool:
    """`softmax(z)_j` is a value, `softmax (in each row)` are words."""
    follower = tokens[at + 1] if at + 1 < len(tokens) else None
    is_called = follower is not None and follower.value == "(" and not follower.spaced
    return tokens[at].value.lower() in known.VECTOR_FUNCTIONS and is_called


def _is_article(tokens: Sequence[Token], at: int) -> bool:
    """`a 2 by 2 matrix` is not a product."""
    follower = tokens[at + 1] if at + 1 < len(tokens) else None
    return tokens[at].value in ("a", "A", "I") and follower is not None and follower.spaced and follower.kind == "num"


def _is_of_that_is(tokens: Sequence[Token], at: int) -> bool:
    """Whether a letter is one of `i.e.`: no imaginary unit, and not Euler's number."""
    if tokens[at].value not in ("i", "e"):
        return False
    first = at if tokens[at].value == "i" else at - 2
    return first >= 0 and [token.value for token in tokens[first : first + 4]] == ["i", ".", "e", "."]


def _is_joined(tokens: Sequence[Token], at: int) -> bool:
    """Whether an underscore, power or a dot binds the tokens at both sides of a position: y_hat, np.log."""
    for place in (at - 1, at):
        if 0 < place < len(tokens) - 1 and tokens[place].kind == "op" and tokens[place].value in ("_", "^"):
            return not tokens[place].spaced and not tokens[place + 1].spaced
    return False


def _ends_sentence(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    if token.kind == "op" and token.value == "|":
        return token.spaced and at + 1 < len(tokens) and tokens[at + 1].spaced and _is_word(tokens, at + 1)
    if token.kind != "op" or token.value not in (".", ":", ";", "!", "?", "⇒"):
        return False
    return at + 1 == len(tokens) or tokens[at + 1].spaced or token.value in ":;⇒"


def _run(tokens: Sequence[Token], start: int, end: int, line: _ProseLine) -> Iterator[Formula]:
    first, last = _trim(tokens, start, end)
    run = list(tokens[first:last])
    has_value = any(
        token.kind == "num" or _is_relation(token) or (token.kind == "func" and len(run) > 1) for token in run
    )
    if not has_value and not _is_expression(run):
        return
    name = tokens[first - 1] if first and _is_word(tokens, first - 1) and tokens[first - 1].kind == "sym" else None
    if _is_relation(run[0]):
        run = [name, *run] if name is not None else run if start == 0 else run[1:]
    if not run:
        return
    stop = tokens[last].at if last < len(tokens) else len(line.text)
    before, after = line.text_between(max(0, run[0].at - 160), run[0].at), line.text_between(stop, stop + 80)
    try:
        for formula in formulas_of(run, line.text[:stop]):
            formula["before"] = " ".join(before.split())
            formula["words"] = " ".join([formula["words"], *after.split()]).strip()[:120]
            yield formula
    except Refused:
        return


def _is_expression(run: Sequence[Token]) -> bool:
    """Symbols with an index and a sign between them, such as p_j - y_j."""
    signs = {token.value for token in run if token.kind == "op"}
    return "_" in signs and bool(signs & set("+-*/")) and len(run) < 60


def _is_relation(token: Token) -> bool:
    return token.kind == "op" and token.value in known.RELATIONS


def _trim(tokens: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """The run without the punctuation and the one-sided brackets at its ends."""
    while start < end and tokens[start].kind == "op" and tokens[start].value in _LEADING:
        start += 1
    changed = True
    while changed and start < end:
        changed = False
        opens = sum(token.kind == "open" for token in tokens[start:end])
        closes = sum(token.kind == "close" for token in tokens[start:end])
        if (
            (tokens[end - 1].kind == "op" and tokens[end - 1].value in _TRAILING)
            or (closes > opens and tokens[end - 1].kind == "close")
            or (opens > closes and tokens[end - 1].kind == "open")
        ):
            end, changed = end - 1, True
        elif opens > closes and tokens[start].kind == "open":
            start, changed = start + 1, True
    return start, end
