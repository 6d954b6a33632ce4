"""What the words around a number or formula do to it: deny it, put it in doubt, or change its value."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.writeup.words import match_at, matches, mentions, sentences_of, words_of

# English, German, French, Spanish, Italian, Portuguese, Chinese.
NEGATIONS = ("not", "never", "neither", "nor", "no", "cannot", "n't",
             "isn", "doesn", "don", "won", "wasn", "aren",
             "weren", "hasn", "haven", "hadn", "didn", "couldn", "shouldn",
             "nothing", "nobody", "nicht", "nichts", "kein*", "nie", "weder", "pas", "jamais", "rien",
             "aucun*", "nunca", "nada", "jamás", "tampoco", "non", "mai", "niente",
             "não", "nao", "jamais", "不是", "不", "没", "并非")  # fmt: skip
_INSTEAD = ("instead of", "rather than", "as opposed to", "in place of", "statt", "anstatt", "anstelle", "au lieu",
            "plutôt que", "en lugar de", "en vez de", "invece di", "em vez de", "ao invés", "而不是")  # fmt: skip
_HEDGES = ("might", "could think", "could guess", "one may think", "may think", "at first", "naive*", "tempting",
           "first thought", "first guess", "first wrote", "first had", "first tried", "first used", "first took",
           "first got", "initially", "originally", "wrong*",
           "incorrect*", "mistake*", "falsch", "fehler*", "faux", "fausse",
           "incorrecto", "errado", "errat*", "sbagliat*", "equivocado", "错", "would be", "could be", "wäre", "könnte",
           "serait", "podría", "potrebbe", "poderia", "maybe", "perhaps", "guess*", "vielleicht")  # fmt: skip
_MAYBE = ("maybe", "perhaps", "possibly", "or else", "vielleicht", "peut - être", "quizás", "forse", "talvez", "也许")
_OR = ("or", "oder", "ou", "o", "oppure", "或")
BUTS = ("but", "sondern", "aber", "mais", "sino", "pero", "ma", "mas", "而是", "但", "however")
_TURNS = (*BUTS, "use", "take", "hence", "so")
_WRONG_AFTER = ("wrong*", "not right", "not correct", "not true", "incorrect*", "false", "falsch", "nicht richtig",
                "faux", "incorrecto", "errado", "sbagliat*", "mistake*", "isn ' t", "is not", "was not", "would not",
                "cannot be", "ist nicht", "不对", "错", "not hold", "not the case", "not so", "other way", "gilt nicht",
                "stimmt nicht", "no se cumple", "no es cierto", "non vale", "não vale")  # fmt: skip
# What a word right behind, or right before, a formula makes of it.
_CHANGES_AFTER = ("squared", "cubed", "times", "halved", "doubled", "tripled", "negated", "inverted", "divided",
                  "multiplied", "to the power", "to the", "plus", "minus", "summed", "averaged", "quadriert", "mal",
                  "halbiert", "verdoppelt", "geteilt", "hoch", "au carré", "fois", "divisé*", "multiplié*",
                  "al cuadrado", "veces", "por", "dividido", "al quadrato", "volte", "diviso", "ao quadrado", "vezes",
                  "without the minus*", "without minus*", "without its minus*", "with a minus*",
                  "with the opposite sign",
                  "with the other sign", "with reversed sign", "ohne minus*", "ohne das minus*", "sans le signe*",
                  "sin el signo*", "的平方", "乘", "除以", "off", "excluding", "not counting", "not including",
                  "without counting", "without including", "without bias*", "without the bias*", "ohne bias*",
                  "sans biais", "sin sesgo*")  # fmt: skip
_IFS = ("if", "when", "wenn", "falls", "si", "se")
_OPERATORS = ("minus", "plus", "times")
_CHANGES_BEFORE = ("half", "twice", "double", "thrice", *_OPERATORS, "square* of", "square root of", "root of",
                   "negative of", "negated", "inverse of", "reciprocal of", "logarithm of", "exponential of", "times",
                   "hälfte", "doppelte", "quadrat", "wurzel", "moitié", "double de", "carré de", "mitad", "doble",
                   "metà", "doppio", "metade", "dobro", "one minus", "1 minus", "halb*")  # fmt: skip
# Said of all of it, however the sentence goes on: `where everything is then doubled`.
_IS_CHANGED = tuple(
    f"{verb} {between}{change}"
    for verb in ("is", "are", "be", "gets", "wird", "werden", "est", "es", "è", "all", "everything", "whole", "thing",
                 "tout", "ganze", "alles", "todo", "tutto", "tudo")
    for between in ("", "then ", "also ", "finally ", "dann ", "ensuite ")
    for change in ("squared", "cubed", "halved", "doubled", "tripled", "negated", "inverted", "quadriert", "halbiert",
                   "verdoppelt", "doublé*", "multiplied by", "multipliziert mit", "au carré", "al cuadrado",
                   "al quadrato", "ao quadrado", "times", "divided by", "mal", "fois")
)  # fmt: skip
# Said of a part of it: `with p and y exchanged`, `where log is replaced by exp`.
_IS_ALTERED = ("exchanged", "swapped", "interchanged", "replaced by", "replaced with", "all of it squared",
               *(f"sign* ... {change}" for change in ("reversed", "flipped", "changed", "inverted")),
               "vertauscht", "ersetzt durch", "échangé*", "remplacé*", "intercambiad*", "reemplazad*", "scambiat*",
               "sostituit*", "trocad*")  # fmt: skip
_HARMLESS = ("for", "where", "with", "in", "nat*", "bit*", "if", "when", "as", "by", "since", "because", "which", "and",
             "or", "so", "per", "(", "[", "for all", "otherwise", "that", "für", "wobei", "wenn", "mit", "falls", "pro",
             "pour", "où", "avec", "si", "car", "en", "para", "donde", "con", "dove", "se", "com", "onde", "其中", "对",
             "parameter*", "paramètre*", "parámetro*", "parametri", "total", "class*", "example*", "approx*", "rounded",
             "each", "every", "one")  # fmt: skip
# What follows is a reason, and neither a claim nor a step.
CAUSES = ("because", "since", "weil", "da", "denn", "due", "as a result of", "owing", "given that", "thanks", "car",
           "puisque", "parce", "porque", "ya que", "perché", "poiché", "pois", "因 为", "由 于", "bc",
           "bcs", "cuz", "coz", "wegen", "grâce", "debido", "gracias", "grazie", "devido")  # fmt: skip
_UNITS = ("nat*", "bit*", "param*", "paramètre*", "parámetro*")
_REMARK = re.compile(r"\A[\s,]*\([^()]{0,40}\)")
_GIVES_ANOTHER = re.compile(r"[\d$]")
_FORMULA = re.compile(r"\$[^$]{0,2000}\$")
_CLAUSE = re.compile(r"(?:[;:!?]|[.,](?=\s|\Z)|\n\s*\n|\$)")
_AFTER = re.compile(r"(?:[;!?]|[.](?=\s|\Z)|\n\s*\n)")


def prose(text: str) -> str:
    """A text without the formulas in it."""
    return _FORMULA.sub(" ", text)


def clause_before(before: str) -> str:
    """What of a text leads to what follows: from the last sign that ends a clause, or the last formula, on."""
    stripped = before.rstrip(" :*_(")
    return before[max((match.end() for match in _CLAUSE.finditer(stripped)), default=0) :]


def is_denied(before: str, after: str) -> bool:
    """Whether the words around something say that it is not so, or put it in doubt.

    Args:
        before: the text before it, from anywhere.
        after: the text behind it.
    """
    lead = words_of(clause_before(before))
    if mentions(lead, (*_HEDGES, *_INSTEAD)) or _is_negated(lead):
        return True
    following = _AFTER.split(after, maxsplit=1)[0]
    clauses = [words_of(part) for part in re.split(r"[,:]", prose(following)[:100])[:2]]
    return any(mentions(words[:6], _WRONG_AFTER) for words in clauses)


# What is said of the answer before, in a sentence of its own.
_CORRECTS = re.compile(
    r"\W*(?:correction|erratum|oops|edit|korrektur|corrección|correzione|correção|更正)\b", re.IGNORECASE
)
_WAS_WRONG = tuple(f"{what} {wrong}"
                   for what in ("this", "that", "above", "sign", "it", "das", "c ' est", "esto", "questo")
                   for wrong in ("is wrong", "was wrong", "is not correct", "is incorrect", "is not right",
                                 "ist falsch", "faux", "es incorrecto", "è sbagliato"))  # fmt: skip
_OTHER_SIGN = tuple(f"{must} be a {sign}" for must in ("must", "should") for sign in ("minus", "plus"))


def taken_back(text: str) -> str:
    """A sentence that takes back what a text says, and gives nothing in its place; empty where there is none."""
    return next((one for one in sentences_of(text) if not _GIVES_ANOTHER.search(one)
                 and (is_correction(one) or mentions(words_of(one), (*_WAS_WRONG, *_OTHER_SIGN)))), "")  # fmt: skip


# What begins another answer in place of the one before it, wherever it stands; what does so at a sentence's begin.
_RETRACTS = re.compile(
    r"\b(?:correction:|erratum|edit:|oops|scratch that|on second thoughts?|no,? wait|(?:sorry,? )?i meant|"
    r"sorry,? i mean|my mistake|sorry,? (?:it|that|this|wrong|should)|korrektur:|ich meinte|ich meine|"
    r"pardon,? |je voulais dire|perdón,? |quise decir|scusa,? |volevo dire|更正)"
    r"|(?:\A|[.!?\n]\s{0,3})(?:actually|wait|hmm|i mean|or is it|or rather|or maybe|no, |eigentlich|moment|nein, )\b",
    re.IGNORECASE,
)


def retraction(text: str, read: str) -> str:
    """What a text says behind the answer that was read, where it begins another in its place; else empty."""
    plain = " ".join(text.split())
    begin = plain.rfind(read) + len(read) if read and read in plain else 0
    found = _RETRACTS.search(plain, max(begin - 1, 0))
    return plain[found.start() :][:80].strip(" .") if found else ""


def is_alternative(before: str) -> bool:
    """Whether what leads to something offers it as another possibility: `or maybe`."""
    return mentions(words_of(clause_before(before)), _MAYBE)


def is_joined_by_or(before: str) -> bool:
    """Whether what leads to something ends with `or`, so that it stands beside what is before that."""
    return mentions(words_of(clause_before(before))[-1:], _OR)


def is_correction(text: str) -> bool:
    """Whether a text begins as a correction of what stands before it."""
    return _CORRECTS.match(text) is not None


def _is_negated(words: Sequence[str]) -> bool:
    at = [start for _, start, end in matches(words, NEGATIONS) if end == start + 1]
    return bool(at) and not mentions(words[at[-1] + 1 :], _TURNS)


def change_behind(inside: str, after: str) -> str:
    """The words behind a formula that may change its value; empty where they do not.

    Args:
        inside: words within the formula, right behind it.
        after: the text that follows it.
    """
    words = words_of(inside)
    if words and (mentions(words, _CHANGES_AFTER) or not mentions(words[:1], _HARMLESS)):
        return inside
    remark = _REMARK.match(after[:60])
    changes = remark is not None and any(match_at(words_of(remark[0].strip(" ,(")), 0, one) for one in _CHANGES_AFTER)
    following = words_of(after[remark.end() if remark and not changes else 0 : 60].lstrip(" ,;" + "(" * changes))
    while following and (following[0] in (",", ";") or mentions(following[:1], _UNITS)):
        following = following[1:]  # `2.30 nats, times 2`
    following = following[:6]
    if any(match_at(following, 0, change) for change in _CHANGES_AFTER):
        return " ".join(following)
    rest = _without_reason(words_of(_AFTER.split(prose(after), maxsplit=1)[0][:120]))
    return " ".join(rest[:12]) if mentions(rest, (*_IS_CHANGED, *_IS_ALTERED)) else ""


def condition_behind(after: str) -> str:
    """The condition behind a value, where another value has its own: `0.80 if averaged, 2.41 if summed`."""
    words = words_of(_AFTER.split(prose(after), maxsplit=1)[0][:120])
    conditions = [start for _, start, _ in matches(words, _IFS)]
    return " ".join(words[:3]) if conditions[1:] and conditions[0] == 0 else ""


def _without_reason(words: Sequence[str]) -> Sequence[str]:
    return words[: next((start for _, start, _ in matches(words, CAUSES)), len(words))]


def change_before(before: str) -> str:
    """The words that lead to a formula and may change its value; empty where they do not."""
    words = words_of(clause_before(before))[-4:]
    if words[-1:] == [":"]:  # `the probability minus the label: p - y` tells it in words first
        words = [word for word in words[:-2] if not mentions((word,), _OPERATORS)] + words[-2:]
    return " ".join(words) if mentions(words, _CHANGES_BEFORE) else ""
