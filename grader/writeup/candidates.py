"""The numbers of a passage, each with what speaks for it: its name, what leads to it, what follows, what denies it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from grader.rubric.writeup_keys import Kind, NumberSpec
from grader.worker.reading.numerals import power_in_words, times_power
from grader.writeup.columns import turn
from grader.writeup.finding import Block, is_named, lead_in, text_of
from grader.writeup.prose import change_before, change_behind, condition_behind, is_denied
from grader.writeup.sides import Side, side_of
from grader.writeup.totals import ALL_ROWS, BIASES, TOTAL, WEIGHTS, cell_of_total
from grader.writeup.words import mentions, sentences_of, words_of

MAX_CANDIDATES = 200
NO_RANK = 1_000
# Verbs and signs right before a number that it is the value of.
_STATES = ("is", "are", "be", "was", "equals", "equal to", "gives", "give", "giving", "yields", "makes", "becomes",
           "get", "got", "obtain*", "amounts to", "comes to", "sums to", "adds up to", "add up to", "totals", "has",
           "have", "of", "costs", "to", "therefore", "thus", "hence", "so", "ist", "sind", "beträgt", "betragen",
           "ergibt", "ergeben", "macht", "hat", "also", "est", "sont", "vaut", "donne", "fait", "a", "donc", "es",
           "son", "vale", "da", "tiene", "è", "sono", "dà", "fa", "ha", "quindi", "é", "são", "dá", "tem", "por tanto",
           "logo", "insgesamt", "altogether", "total", "about", "approximately", "roughly", "around", "exactly",
           "namely", "ca", "etwa", "rund", "environ", "make", "hold*", "contain*", "comprise*", "need*",
           "say", "exact", "是", "为", "等于", "得", "i . e", "we have", "only",
           "有", "answer", "there are", "que", "in total", "gesamt")  # fmt: skip
_ARROWS = (
    "→",
    "⇒",
    "⟹",
    "->",
    "=>",
    "\\to",
    "\\Rightarrow",
    "\\rightarrow",
    "\\implies",
    "\\Longrightarrow",
    "\\longrightarrow",
    "\\therefore",
)
_CONCLUDES = ("so", "thus", "hence", "therefore", "gives", "giving", "yields", "makes", "is equal to", "equals",
              "averag*", "mean", "divided by", "dividing", "divide", "in total", "altogether", "together", "finally",
              "result*", "answer", "that is", "i . e", "becomes", "we get", "also", "insgesamt", "ergibt", "somit",
              "donc", "soit", "por tanto", "quindi", "logo", "portanto", "因此", "所以", "moyenne", "media", "média",
              "mittel*", "平 均", "durch",
              "promedio", "divisé", "dividido", "diviso", "overall", "correct*", "it is", "rather",
              "actually", "instead", "must be", "should be", "sorry", "roughly", "approx*", "about", "rounded",
              "namely", "ca", "etwa", "rund", "environ", "circa", "aproximadamente", "exactly", "precisely",
              "genau", "make", "everything")  # fmt: skip
# What is called so is the answer, whatever else is named.
_ANSWER = re.compile(
    r"(?:\banswer|\bcorrect(?:ed|ion)?|\bkorrigiert|\bkorrektur|\bcorrigé|\bcorregido|\bcorretto|\bcorrigido|\bfixed|\bantwort|\bréponse|\brespuesta|\brisposta|\bresposta|答案)[\s*_]*"
    r"(?:\b(?:is|ist|lautet|est|es|è|é)\b|[是为])?[\s:：=≈*_$`(~]*\Z",
    re.IGNORECASE,
)
ANSWER_RANK = -1
# `61.7k`, `1.7 M`
_LETTERS = {"k": 3, "K": 3, "M": 6, "G": 9}
# `1.7 mil` is a million to some and a thousand to others.
_MULTIPLES = ("mil", "mill", "hundred*", "hundert*", "dozen*", "lakh*", "crore*", "万", "亿", "千")
_RATIO = re.compile(r"[\s$]*:\s?[\d$]")
_PARTED = re.compile(r"[1-9]\d{0,2}(?: \d{3})+")
_UNITLESS = ("nat*", "bit*", "param*", "per", "in", "for", "as", "and", "which", "with", "where", "when", "if", "or",
             "so", "on", "by", "at", "is", "are", "because", "since", "that", "total", "altogether", "overall", "of",
             "to", "rounded", "approx*", "exactly", "units", "b", "kb", "mb", "after", "from", "using", "und", "pro",
             "insgesamt", "als", "bei", "für", "et", "par", "pour", "y", "e", "en", "im", "not", "but", "gesamt",
             "i", "e", "this", "the", "we", "it")  # fmt: skip
_MEMORY = ("byte*", "kb", "mb", "gb", "kib", "mib", "gib")
# What printed summaries total beside the parameters.
_OTHER_TOTALS = (*_MEMORY, "mult - adds", "mult - add", "flop*", "mac", "macs")
_LEARNT = ("learn*", "train*", "free", "erlern*", "lernbar*", "entraîn*", "entren*", "apprena*")
# A total of less than all.
_LESS_THAN_ALL = ("without", "excluding", "ohne", "sans", "sin", "senza", "sem", "frozen", "non - trainable",
                  "untrainable", "fixed")  # fmt: skip
_TAIL = re.compile(r"[\s*_`$(\[~{]+\Z")
# A count has no decimals, but for one in thousands: `61.706 k`, `61.706 · 10³`.
_POINTED = re.compile(
    r"(?<![\d.,])[1-9]\d{0,2}\.\d{3}"
    r"(?![\d.,]\d|\d|[eE][+\d]|\s?(?:[kKmM]\b|[Tt]housand|[Tt]ausend|[Tt]sd|[Mm]il|(?:[·⋅×*x]|\\cdot|\\times)\s?10))"
)
_DECIMAL = re.compile(r"\d[.,]\d")
_NUMERAL = re.compile(r"\d[\d.,]*|…")
_COMMA = re.compile(r"[,;|]|\b(?:and|und|et|y|e)\b")
_SEGMENT = re.compile(r"[|;,\n]|\.\s|\d")


@dataclass(frozen=True)
class Candidate:
    """A number that was read, with the words around it.

    rank: the place of the label that names it; is_direct: whether it is stated as a value, not mentioned on the way;
    is_foreign: whether it is called something else; is_denied: whether the words around it deny or doubt it;
    concludes: whether the words before it conclude; shown: the passage from its beginning to its end.
    """

    sides: tuple[Side, ...]
    source: str
    around: tuple[str, ...]
    rank: int
    is_foreign: bool
    error: str = ""
    is_direct: bool = True
    is_denied: bool = False
    concludes: bool = False
    has_noun: bool = False
    doubt: str = ""
    shown: str = ""
    lead: str = ""

    @property
    def last(self) -> Side:
        """The side that counts."""
        return self.sides[-1]


def numbers_of(spec: Kind, blocks: Sequence[Block]) -> list[Candidate]:
    """Every number of the passage that may be meant, in the order written."""
    written = text_of(blocks)
    if is_count(spec) and _POINTED.search(written) and not _DECIMAL.search(_POINTED.sub("", written)):
        blocks = [{**block, "sides": _without_points(block.get("sides", []))} for block in blocks]
    from_the_end = (one for block in reversed(blocks) for one in reversed(list(_candidates(spec, block))))
    return list(islice(from_the_end, MAX_CANDIDATES))[::-1]


def is_count(spec: Kind) -> bool:
    """Whether only whole numbers of four digits and more can be right."""
    return isinstance(spec, NumberSpec) and all(one.value >= 1000 and one.value.is_integer() for one in spec.accept)


def _as_a_number(spec: Kind, tree: Any) -> Any:
    """A tree without its unit, `61.7k` as 61.7 thousand, `2 400 000` in one: as far as such a number is asked for."""
    if not isinstance(spec, NumberSpec) or not isinstance(tree, list):
        return tree
    units = [unit for one in spec.accept for unit in one.unit]
    if tree[0] == "row" and any(abs(one.value) >= 1e6 for one in spec.accept):
        text = " ".join(str(number) for _, number in tree[1]) if all(part[0] == "num" for part in tree[1]) else ""
        return ["num", text] if _PARTED.fullmatch(text) else tree
    if tree[0] != "mul" or len(tree) != 3 or tree[2][0] != "sym":
        return tree
    letter = tree[2][1]
    if letter in units:
        return tree[1]
    is_large = tree[1][0] == "num" and all(abs(one.value) >= 1000 for one in spec.accept)
    return _times_power(tree[1], _LETTERS[letter]) if is_large and letter in _LETTERS else tree


def _times_power(tree: Any, power: int) -> Any:
    """A tree times a power of ten."""
    if tree is None:
        return None
    if tree[0] == "num":
        return ["num", times_power(tree[1], power)]
    return ["neg", _times_power(tree[1], power)] if tree[0] == "neg" else ["mul", tree, ["num", f"1e{power}"]]


def _without_points(tree: Any) -> Any:
    """A tree whose numbers have points between thousands, without them."""
    if not isinstance(tree, list):
        return tree
    if len(tree) == 2 and tree[0] == "num" and _POINTED.fullmatch(str(tree[1])):
        return ["num", tree[1].replace(".", "")]
    return [_without_points(part) for part in tree]


def _candidates(spec: Kind, block: Block) -> Iterator[Candidate]:
    if block["kind"] == "table":
        found = list(_in_table(spec, block["rows"]))
        yield from found or _in_table(spec, turn(block["rows"]))
    elif block["kind"] == "formula" and all(op in "=≈" for op in block["ops"]):
        candidate = _candidate(spec, block)
        if candidate is not None:
            yield candidate


def _in_table(spec: Kind, rows: Sequence[Sequence[dict[str, Any]]]) -> Iterator[Candidate]:
    for number, row in enumerate(rows):
        named = [at for at, cell in enumerate(row) if _is_a_name(cell)]
        around = words_of(" ".join(str(row[at]["text"]) for at in named))
        rank = rank_of(spec, around)
        if rank == NO_RANK and is_total(spec) and " ".join(filter(str.isalnum, around)).lower() in ALL_ROWS:
            rank = len(spec.find.label)
        if rank == NO_RANK:
            continue
        cell, doubt = cell_of_total(spec.find.label, rows, number, named)
        for formula in cell["formulas"][-1:] if cell else []:
            sides = tuple(side_of(_as_a_number(spec, tree)) for tree in formula["sides"]) or (Side(None),)
            shown = " | ".join(str(one["text"]) for one in row)
            words = words_of(shown)
            yield Candidate(
                sides,
                cell["text"] if cell else "",
                tuple(words),
                rank,
                False,
                formula["error"],
                doubt=doubt,
                shown=shown,
            )


def _is_a_name(cell: dict[str, Any]) -> bool:
    text = str(cell["text"]).strip(" *_$\\")
    return any(sign.isalpha() for sign in text) and "=" not in text and not any(sign.isdigit() for sign in text)


def _candidate(spec: Kind, block: Block) -> Candidate | None:
    lead, label, after = lead_in(block), str(block["label"]), str(block["words"])
    words = [*words_of(lead), *words_of(label), *words_of(_own_after(after))]
    named = is_named(block, spec.find.label)
    rank = min(_named_rank(spec, block) if named else NO_RANK, rank_of(spec, words))
    trees = [_as_a_number(spec, tree) for tree in block["sides"]]
    if trees and (power := power_in_words(next(iter(words_of(after)), ""))):
        trees[-1], after = _times_power(trees[-1], power), after.strip(" *_$.")[len(words_of(after)[0]) :]
    has_name = len(trees) > 1 and (trees[0] is None or trees[0][0] in ("sym", "apply"))
    sides = tuple(side_of(tree) for tree in (trees[1:] if has_name else trees)) or (Side(None),)
    sides = _before_rounding(sides, block["ops"][-len(sides) + 1 :] if len(sides) > 1 else [])
    has_label, labels = has_name and label != "", " ".join(spec.find.label)
    if (named or not has_label) and _ANSWER.search(lead):
        rank = ANSWER_RANK
    own = _own_words(lead)
    called_otherwise = not has_label and bool(own) and rank_of(spec, words_of(own)) == NO_RANK
    is_part = _is_a_part(lead) or (is_total(spec) and _is_one_of_each(after))
    called_otherwise = called_otherwise or (not has_label and is_part)
    called = [*words_of(lead)[-4:], *words_of(label)]
    is_own = not has_label or named or _is_a_count(spec, label) or rank_of(spec, called) < NO_RANK
    is_foreign = not is_own or (called_otherwise and (rank < NO_RANK or _is_in_brackets(lead)))
    if sides[-1].value is None and not block["error"] and not named:
        return None
    is_other = mentions(words_of(lead)[-7:], _OTHER_TOTALS) and not mentions(words_of(labels), _OTHER_TOTALS)
    if is_count(spec) and not named and is_other:
        return None  # `Estimated Total Size (MB): 0.35`
    is_led_to = lead.rstrip(" *_$`").endswith(_ARROWS) or str(block["source"]).lstrip().startswith(_ARROWS)
    return Candidate(
        sides=sides,
        source=str(block["source"]),
        around=tuple(words),
        rank=rank,
        is_foreign=is_foreign,
        error=str(block["error"]),
        is_direct=has_name
        or len(trees) > 1
        or bool(block.get("display"))
        or _is_stated(spec, lead)
        or is_led_to
        or _is_called(spec, after)
        or (rank < NO_RANK and lead.rstrip().endswith(",") and after.startswith(",")),  # `Their mean, 0.80, is …`
        is_denied=is_denied(str(block.get("before", "")), after),
        concludes=mentions(words_of(lead), _CONCLUDES) or not lead.strip(" *_-") or is_led_to,
        has_noun=not has_label and _is_counted(spec, after),
        doubt=_doubt(block, after, len(trees)),
        shown=" ".join(f"{lead.strip()} {block['source']} {_sentence(after)}".split()),
        lead=lead,
    )


def _doubt(block: Block, after: str, n_sides: int) -> str:
    if _RATIO.match(after):
        return "It may be one part of a ratio."
    if mentions(words_of(after)[:1], _MULTIPLES):
        return "The word behind it may multiply it."
    inside = str(block.get("inside", ""))
    goes_on = len(_NUMERAL.findall(_sentence(after))) > 1  # `2.408, divided by 3 this is 0.80`
    changed = ("" if goes_on else change_behind("", after.removeprefix(inside))) or (
        change_before(str(block.get("before", ""))) if n_sides == 1 else ""
    )
    changed = changed or condition_behind(after.removeprefix(inside))
    return f"'{changed}' may change it." if changed else ""


def _own_words(lead: str) -> str:
    """What stands right before a colon, as `Trainable:`: the name of what follows it."""
    plain = lead.rstrip(" *_`$")
    if not plain.endswith(":"):
        return ""
    start = max((match.end() for match in _SEGMENT.finditer(plain[:-1])), default=0)
    return plain[start:-1] if start else ""


def _is_in_brackets(lead: str) -> bool:
    return lead.count("(") > lead.count(")")


def _is_a_part(lead: str) -> bool:
    """Whether what stands right before a colon is a part of a total: `total weights:`, `Total (without biases):`."""
    plain = lead.rstrip(" *_`$")
    start = max((match.end() for match in _SEGMENT.finditer(plain[:-1])), default=0)
    if not plain[:-1].rstrip(" *_").endswith(")"):
        start = max(start, plain.rfind(")") + 1)  # `(I forgot the biases) corrected:`
    words = words_of(plain[start:-1]) if plain.endswith(":") else []
    without = mentions(words, _LESS_THAN_ALL)
    parts = [mentions(words, one) for one in (WEIGHTS, BIASES)]
    return without or (sum(parts) == 1 and not mentions(words, ("with", "incl*", "inkl*", "mit", "avec", "con", "com")))


def _is_one_of_each(after: str) -> bool:
    """Whether a number is told of each of several things: `4160 parameters each`."""
    return mentions(words_of(after)[:3], ("each", "apiece", "jeweils", "je", "chacun*", "cada", "ciascun*", "per"))


def _own_after(after: str) -> str:
    """What of the sentence behind a number belongs to it: not what leads to the next number."""
    sentence = _sentence(after)
    if sentence.startswith("(") and any(map(str.isdigit, sentence)):
        return sentence.partition(")")[0]  # `50 692 (convolutions) + 11 014 (linear)`
    return _COMMA.split(sentence, maxsplit=1)[0] if any(map(str.isdigit, sentence)) else sentence


def _is_stated(spec: Kind, lead: str) -> bool:
    """Whether what leads to a number states it as a value: nothing, a colon or sign, a verb such as `is`."""
    plain = _TAIL.sub("", lead)
    if not plain.strip(" -*_>") or plain[-1] in ":=≈→⇒":
        return True
    words = words_of(plain.removesuffix("."))  # `i.e.`
    return any(mentions(words[-size:], states) for size, states in _states(spec).items())


@lru_cache(maxsize=64)
def _states(spec: Kind) -> dict[int, tuple[str, ...]]:
    """What states a value right before it, by its number of words: verbs, and what the rubric calls the value."""
    named = [label for label in spec.find.label if len(label) > 2]
    outputs = [f"{label}s" for label in named]  # `it outputs 1.5`, `it totals 603`
    nouns = [word for label in named for word in label.split() if word.endswith("*")]  # `params 603`
    by_size: dict[int, tuple[str, ...]] = {}
    for one in (*outputs, *named, *nouns, *_STATES, *TOTAL):
        size = len(words_of(one.rstrip("*")))
        by_size[size] = (*by_size.get(size, ()), one)
    return by_size


def _is_called(spec: Kind, after: str) -> bool:
    """Whether the label's noun follows: `61706 parameters in total`."""
    labels = [word for label in spec.find.label for word in label.split() if len(word) > 3]
    words = words_of(after)
    is_in_all = is_total(spec) and mentions(words[:2], [one for one in TOTAL if " " in one] + ["in total"])
    return is_in_all or mentions(words[:1], labels)


def _is_counted(spec: Kind, after: str) -> bool:
    """Whether a noun follows that is neither its unit nor its label: `10 classes`, `236 biases`."""
    words = words_of(after)
    if not words or not words[0][0].isalpha() or not after.strip("* _$")[:1].isalpha():
        return False
    units = [unit for one in spec.accept for unit in one.unit] if isinstance(spec, NumberSpec) else []
    labels = [word for label in spec.find.label for word in label.split()]
    if is_count(spec) and mentions(words[:1], _MEMORY):
        return True
    noun = 1 if mentions(words[:1], _LEARNT) else 0
    return not mentions(words[noun : noun + 1], (*_UNITLESS, *units, *labels))


def _before_rounding(sides: tuple[Side, ...], ops: Sequence[str]) -> tuple[Side, ...]:
    """`61706 ≈ 6.2·10⁴` is the value before the sign, where the one behind it is its rounding."""
    if len(sides) < 2 or not ops or ops[-1] != "≈":
        return sides
    exact, rounded = sides[-2], sides[-1]
    if exact.value is None or rounded.value is None or not exact.is_literal:
        return sides
    return sides[:-1] if abs(exact.value - rounded.value) <= 0.5001 * rounded.unit else sides


def _sentence(text: str) -> str:
    return next(iter(sentences_of(text)), "") if not text.startswith(".") else ""


def _is_a_count(spec: Kind, label: str) -> bool:
    """Whether a symbol may be that of a total: N_params, n_total."""
    return is_total(spec) and (
        "∑" in label
        or label in ("N", "n", "P", "Sigma")
        or any(part.startswith(("param", "tot", "all", "sum")) for part in label.lower().split("_"))
    )


def is_total(spec: Kind) -> bool:
    """Whether a check asks for a total: other numbers of the answer may be parts of it."""
    return bool({"total", "sum"} & set(spec.find.label))


def _named_rank(spec: Kind, block: Block) -> int:
    return next(i for i, label in enumerate(spec.find.label) if is_named(block, (label,)))


def rank_of(spec: Kind, words: Sequence[str]) -> int:
    """The place of the first label among the words; symbols of one letter only name what stands on their right."""
    labels = tuple(label for label in spec.find.label if len(label) > 2)
    if mentions(words, labels):
        return next(at for at, label in enumerate(spec.find.label) if label in labels and mentions(words, (label,)))
    if is_total(spec) and mentions(words, TOTAL):
        return len(spec.find.label)
    return NO_RANK
