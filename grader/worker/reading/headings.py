"""Which question and part a heading, or the beginning of a line, announces."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii")
_ASKED = (
    r"question|problem|exercise|task|aufgabe|frage|übung|ques|prob|ex|q|ejercicio|pregunta|problema|exercice|problème|"
    r"esercizio|domanda|quesito|exercício|questão|tarefa|opgave|vraag|zadanie|问题|題目|题目|问|题"
)
_ANSWERED = (
    r"answer|solution|antwort|lösung|respuesta|solución|réponse|risposta|soluzione|resposta|solução|答案|解答|答"
)
_SHEET_WORDS = r"homework|assignment|hw|sheet|blatt|übungsblatt|serie|série|feuille|devoir|tarea|compito|trabalho|作业"
_WORDS = rf"(?:{_ASKED}|{_ANSWERED}|{_SHEET_WORDS})"
_PART = r"(?:viii|vii|vi|iv|iii|ii|i|v|[a-h])"
_STRONG = re.compile(
    rf"(?:(?:answer|solution|answers|{_ANSWERED})\s+(?:to|for|zu|zur|a|à|de|da|al|alla)\s+)?{_WORDS}\.?\s{{0,3}}(?:no\.?|nr\.?|number|\#)?\s{{0,3}}"
    rf"(?P<question>\d{{1,2}}|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)(?![\d.]\d)"
    rf"(?P<join>\s{{0,3}}(?:[.,:\-–—/]|part)?\s{{0,3}})"
    rf"(?:[(\[]?(?P<part>{_PART})(?P<close>[)\].:]|(?=\s*(?:[-–—]|\Z))))?",
    re.IGNORECASE,
)
_STRONG_DOTTED = re.compile(
    rf"{_WORDS}\s{{0,3}}(?P<question>\d{{1,2}})[.\-–](?P<part>\d)(?![\d.])[).:]?", re.IGNORECASE
)
_SHEET = re.compile(
    rf"(?:{_SHEET_WORDS})\.?\s{{0,3}}(?:no\.?|nr\.?|\#)?\s{{0,3}}\d{{1,2}}[\s,.:;\-–—/(]*", re.IGNORECASE
)
_COUNTED = re.compile(r"第\s?(?P<question>\d{1,2}|[一二三四五六七八九十])\s?(?:题|題|问|問)")
_TITLE = re.compile(r"[^\d=<>+$.!?\ue000]{0,60}\Z")
_NUMBERED = re.compile(
    rf"[(\[]?(?P<question>\d{{1,2}})(?P<join>[)\].:]?\s{{0,2}}[.\-]?)[(\[]?"
    rf"(?P<part>{_PART})(?P<close>[)\].:]+|(?=\s*\Z))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?P<open>[(\[]?)(?P<question>\d{1,2})(?P<close>[)\].:]*)(?=\s|\Z)")
_PART_ONLY = re.compile(
    rf"(?:part|teil|subquestion|sub-question|parte|partie|apartado|inciso|item)?\s{{0,3}}[(\[]?(?P<part>{_PART})(?P<close>[)\]]\s?[.:]?|[.:](?=\s|\Z))",
    re.IGNORECASE,
)
_PART_WORD = re.compile(
    rf"(?:part|teil|subquestion|parte|partie|apartado|inciso|item)\s{{1,3}}[(\[]?(?P<part>{_PART})(?P<close>)(?=[)\].:\s]|\Z)",
    re.IGNORECASE,
)
_PART_HEADING = re.compile(rf"[(\[]?(?P<part>{_PART})(?P<close>[)\].:]?)(?=\s*[-–—:]|\s*\Z)")
_DOTTED = re.compile(r"(?P<question>\d{1,2})\.(?P<part>\d)(?:[).:]|(?=\s|\Z))")
_INLINE = re.compile(rf"(?<=[.!?;])[ ]{{1,3}}(?={_WORDS}\.?\s?\d{{1,2}}(?:\s?\(?{_PART}\))?:)", re.IGNORECASE)
_CLOSING_STARS = re.compile(r"(?<=\S)(?:\*\*|__)(?=[\s:.)]|\Z)")
_DASH = re.compile(r"[-–—]+(?=\s)")
_DECORATION = " \t*_#>\u00a0"
_WORD_NUMBERS = {
    name: str(value)
    for value, name in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    )
} | {sign: str(value) for value, sign in enumerate("一二三四五六七八九十", 1)}


@dataclass(frozen=True)
class Label:
    """`question` and `part` as plain numbers in text, empty where not named; `rest` is what follows on the line.

    is_dotted: `1.3` may be part 3 of question 1, or question 3 of homework 1.
    is_sheet: `Homework 1` may be the title of all of it.
    """

    question: str
    part: str
    style: str
    rest: str
    is_dotted: bool = False
    is_sheet: bool = False


def part_number(name: str) -> tuple[str, str]:
    """The part's number as text and its style: iii, c and 3 are all the third."""
    name = name.strip().lower()
    if name in _ROMAN:
        return str(_ROMAN.index(name) + 1), "roman"
    if len(name) == 1 and "a" <= name <= "h":
        return str(ord(name) - ord("a") + 1), "letter"
    return (name, "digit") if name.isdigit() else ("", "")


def broken_at_questions(text: str) -> str:
    """The text with a new line before each `Question 2:` that follows the end of a sentence."""
    return _INLINE.sub("\n", text) if _INLINE.search(text) else text


def label_of_heading(text: str) -> Label | None:
    """What a heading announces; anything may follow the number."""
    plain = _without_decoration(text)
    if (sheet := _SHEET.match(plain)) and (label := label_of_heading(plain[sheet.end() :])) and label.question:
        return label
    for pattern in (
        _COUNTED,
        _STRONG_DOTTED,
        _STRONG,
        _DOTTED,
        _NUMBERED,
        _NUMBER,
        _PART_ONLY,
        _PART_WORD,
        _PART_HEADING,
    ):
        if match := pattern.match(plain):
            return _label(match, plain)
    return None


def label_of_line(text: str) -> Label | None:
    """What the beginning of a line of text announces; a sentence that begins with `Question 3 asks` does not."""
    plain = _without_decoration(text)
    emphatic = text.lstrip().startswith(("**", "__"))
    if match := _STRONG_DOTTED.match(plain):
        return _label(match, plain)
    if match := _STRONG.match(plain):
        rest = plain[match.end() :]
        closed = match["part"] or match["join"].strip() or not rest.strip() or rest.lstrip()[0] in ").:-–—]("
        return _label(match, plain) if closed or emphatic else None
    patterns = (
        (_DOTTED, _NUMBERED, _NUMBER, _PART_ONLY, _PART_WORD) if emphatic else (_NUMBERED, _PART_ONLY, _PART_WORD)
    )
    for pattern in (_COUNTED, *patterns):
        match = pattern.match(plain)
        if (
            match
            and _enumerates(match)
            and (pattern is not _NUMBER or match["close"] or not plain[match.end() :].strip())
        ):
            return _label(match, plain)
    return None


def _without_decoration(text: str) -> str:
    return _CLOSING_STARS.sub("", text.lstrip(_DECORATION), count=1)


def _enumerates(match: re.Match[str]) -> bool:
    """Whether a letter counts parts: `b.`, `B)`; `B:` may well be the name of a thing."""
    found = match.groupdict()
    part, close = found.get("part") or "", found.get("close") or ""
    return not (len(part) == 1 and part.isupper() and part != "I" and not found.get("question") and ")" not in close)


def _label(match: re.Match[str], text: str) -> Label:
    found = match.groupdict()
    question = (found.get("question") or "").lower()
    part, style = part_number(found.get("part") or "")
    rest = text[match.end() :].lstrip(" \t*_):]").removeprefix(". ")
    if dash := _DASH.match(rest):
        rest = rest[dash.end() :]
    number = _WORD_NUMBERS.get(question, question.lstrip("0"))
    is_sheet = question != "" and not part and _SHEET.match(text) is not None
    return Label(number, part, style, rest, style == "digit" and question != "", is_sheet)


def label_of_title(text: str) -> Label | None:
    """What a line that is underlined announces, where it reads as the title of a question."""
    label = label_of_heading(text)
    return label if label and label.question and not label.is_dotted and _TITLE.match(label.rest) else None
