"""The words that compare, in nine languages: a closed class, by sense and by how they take their object.

English, German, French, Spanish, Italian, Portuguese, Chinese, Danish or Norwegian, Swedish. `<` is smaller,
`>` larger, `=` the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from grader.writeup.words import matches, mentions

Sense = Literal["<", ">", "="]
Kind = Literal["adjective", "verb", "degree", "factor", "place"]


class Comparative(NamedTuple):
    """A word that compares: from which place to which, its sense, what kind of word it is, what its object follows."""

    start: int
    end: int
    sense: Sense
    kind: Kind
    than: tuple[str, ...]


_ENGLISH, _GERMAN = ("than", "to that", "to those"), ("als",)
_FRENCH, _SPANISH = ("que", "à", "aux", "au"), ("que", "a la", "a las", "a los", "al")
_ITALIAN = ("di", "del", "della", "delle", "dei", "che", "rispetto", "a quella", "a quelle")
_PORTUGUESE = ("do que", "que", "à", "às", "ao", "aos")

# Adjectives in the comparative or superlative.
_ADJECTIVES: tuple[tuple[Sense, tuple[str, ...], tuple[str, ...]], ...] = (
    ("<", tuple(f"{close} {zero}" for close in ("closer to", "nearer to", "closest to", "näher an", "näher bei",
                                                "plus proche* de", "más cerca de", "più vicin* a",
                                                "mais próxim* de", "mais perto de")
                for zero in ("zero", "0", "the origin", "null", "zéro", "cero")), (*_ENGLISH, "als", "que", "di")),
    (">", tuple(f"{far} {zero}" for far in ("further from", "farther from", "further away from", "weiter von",
                                            "plus loin de", "más lejos de", "più lontan* da", "mais longe de")
                for zero in ("zero", "0", "the origin", "null", "zéro", "cero")), (*_ENGLISH, "als", "que", "di")),
    ("<", ("smaller", "smallest", "less", "lower", "lowest", "lesser", "least", "shorter", "tinier", "minor", "fewer"),
     _ENGLISH),
    ("<", ("at most that", "at most those", "at most as large", "at most as big", "no more than that"), ("of", "as")),
    (">", ("at least that", "at least those", "at least as large", "at least as big", "no less than that"),
     ("of", "as")),
    (">", ("larger", "largest", "greater", "greatest", "bigger", "biggest", "higher", "highest", "longer", "more"),
     _ENGLISH),
    ("<", ("kleiner*", "kleinste*", "geringer*", "geringste*", "niedriger*", "kürzer*", "weniger"), _GERMAN),
    (">", ("größer*", "grösser*", "größte*", "grösste*", "höher*", "höchste*", "länger*", "mehr"), _GERMAN),
    ("<", ("plus petit*", "plus faible*", "plus bas*", "plus court*", "moins grand*", "moins élevé*", "moindre*",
           "inférieur*", "moins"), _FRENCH),
    (">", ("plus grand*", "plus élevé*", "plus gros*", "plus haut*", "plus fort*", "plus import*",
    "supérieur*"), _FRENCH),
    ("<", ("menor*", "más pequeñ*", "más baj*", "menos grande*", "inferior*", "menos"), _SPANISH),
    (">", ("mayor*", "más grande*", "más alt*", "más elevad*", "superior*"), _SPANISH),
    ("<", ("minor*", "più piccol*", "più bass*", "meno grand*", "inferior*", "meno"), _ITALIAN),
    (">", ("maggior*", "più grand*", "più alt*", "più elevat*", "superior*"), _ITALIAN),
    ("<", ("mais pequen*", "mais baix*"), _PORTUGUESE),
    (">", ("maior*", "mais alt*", "mais elevad*", "mais grande*"), _PORTUGUESE),
    ("<", ("更 小", "较 小", "更 低", "较 低", "更 短", "最 小"), ("于",)),
    (">", ("更 大", "较 大", "更 高", "较 高", "更 长", "最 大"), ("于",)),
    ("<", ("mindre", "mindst*", "minst*", "lägre", "lavere"), ("än", "enn", "end")),
    (">", ("större", "større", "størst*", "störst*", "högre", "højere", "høyere"), ("än", "enn", "end")),
    ("=", ("same", "equal", "equally", "identical", "gleich*", "même*", "égal*", "igual*", "mism*", "ugual*", "stess*",
           "相 同", "相 等", "一 样"), ("as", "to", "wie")),
)  # fmt: skip
# Verbs of change; with `less` before or behind them they turn.
_VERBS: tuple[tuple[Sense, tuple[str, ...]], ...] = (
    ("<", ("shrink*", "shrunk*", "shrank", "reduce*", "reducing", "decrease*", "decreasing", "diminish*", "lessen*",
           "lowers", "lowered", "lowering", "drops", "falls", "verkleiner*", "verringer*", "reduzier*", "senkt",
           "schrumpf*", "sinkt", "sinken", "diminu*", "rédui*", "reduc*", "disminuy*", "riduc*", "riduce*", "reduz*",
           "减 小", "降 低", "缩 小", "减 少")),
    (">", ("increase*", "increasing", "grows", "grow", "grew", "growing", "raises", "raise", "raised", "rises", "rise",
           "enlarge*", "exceed*", "wächst", "wachsen", "steigt", "steigen", "vergrößer*", "erhöh*", "übersteig*",
           "augment*", "croît", "croissent", "dépass*", "aument*", "crece*", "cresc*", "super*", "excede*",
           "增 大", "增 加", "超 过")),
)  # fmt: skip
# Where one value lies beside another, which follows directly.
_PLACES: tuple[tuple[Sense, tuple[str, ...]], ...] = (
    ("<", ("below", "beneath", "unterhalb", "liegt unter", "liegen unter", "bleibt unter", "bleiben unter",
           "en dessous", "au dessous", "por debajo", "al di sotto", "abaixo", "低 于", "小 于")),
    (">", ("above", "oberhalb", "liegt über", "liegen über", "bleibt über", "au dessus", "por encima", "al di sopra",
           "acima", "高 于", "大 于")),
)  # fmt: skip
_OPPOSITE: dict[str, Sense] = {"<": ">", ">": "<", "=": "="}
_LESS = ("less", "weniger", "moins", "menos", "meno", "slower", "least")
_MORE = ("more", "faster", "stronger", "mehr", "stärker", "schneller", "davantage", "plus", "más", "più", "mais")
# `twice as big`, `half as large`, `not as large as`, `double the norm`.
_SIZES: tuple[tuple[Sense, tuple[str, ...]], ...] = (
    (">", ("large", "big", "high", "long", "great", "groß", "hoch", "grande", "grand", "alto", "alta", "大")),
    ("<", ("small", "low", "short", "little", "klein", "gering", "niedrig", "petit", "petite", "bajo", "小")),
)  # fmt: skip
_DOUBLE = ("twice", "double", "doubled", "times", "thrice", "triple", "doppelt", "doppelte", "mal", "doble",
           "doppio", "dobro",
           "fois")  # fmt: skip
_HALF = ("half", "halb", "halbe", "hälfte", "moitié", "mitad", "metà", "metade")


def comparatives(words: Sequence[str]) -> list[Comparative]:
    """The words that compare, in their order; of two that overlap the longer one."""
    known = _known_patterns()
    hits: dict[int, Comparative] = {}
    for pattern, start, end in matches(words, known):
        sense, kind, than = known[pattern]
        if kind == "place" and (end == len(words) or words[start - 1 : start] == ["the"]):
            continue  # `as shown above`, `the above formula`
        if start not in hits or end > hits[start].end:
            is_degree = kind == "adjective" and end == start + 1 and words[start].lower() in (*_LESS, *_MORE)
            hits[start] = Comparative(start, end, sense, "degree" if is_degree else kind, than)
    for start in range(len(words)) if "比" in words else ():
        if words[start] in _BARE and start not in hits:
            hits[start] = Comparative(start, start + 1, _BARE[words[start]], "adjective", ())
    for start in range(len(words)):
        if words[start].lower() in _FACTORS and (factor := _factor(words, start)) is not None:
            hits[start] = factor
    found: list[Comparative] = []
    for start in sorted(hits):
        if not found or start >= found[-1].end:
            found.append(hits[start])
    return _with_degrees(_join_factors(words, found))


def _join_factors(words: Sequence[str], found: list[Comparative]) -> list[Comparative]:
    """`less than half of`, `more than twice`: one comparison, where both parts say the same."""
    kept: list[Comparative] = []
    for one in found:
        before = kept[-1] if kept else None
        if one.kind == "factor" and before and words[before.end : one.start] == ["than"] and before.sense == one.sense:
            kept[-1] = Comparative(before.start, one.end, one.sense, "factor", (*one.than, "of"))
        else:
            kept.append(one)
    return kept


@lru_cache(maxsize=1)
def _known_patterns() -> dict[str, tuple[Sense, Kind, tuple[str, ...]]]:
    """Every pattern with its sense, its kind and what its object follows."""
    found: dict[str, tuple[Sense, Kind, tuple[str, ...]]] = {}
    for sense, patterns in _VERBS:
        found |= dict.fromkeys(patterns, (sense, "verb", ("than", "als", "que", "di")))
    for sense, patterns in _PLACES:
        found |= dict.fromkeys(patterns, (sense, "place", ()))
    for sense, patterns, than in _ADJECTIVES:
        for pattern in patterns:
            shared = found[pattern][2] if pattern in found and found[pattern][1] == "adjective" else ()
            found[pattern] = (sense, "adjective", (*shared, *than))
    return found


def _factor(words: Sequence[str], at: int) -> Comparative | None:
    """`twice as big`: larger; `half as big`: smaller; `as small as` alone compares too, where it is denied."""
    word = words[at].lower()
    following = [one.lower() for one in words[at + 1 : at + 4]]
    if word in (*_DOUBLE, *_HALF):
        sense: Sense = ">" if word in _DOUBLE else "<"
        end = at + 1
        if following[:1] == ["as"] or following[:1] == ["so"]:
            end = min(len(words), at + 3)
            sense = sense if (_size(following[1:2]) or ">") == ">" else _OPPOSITE[sense]
        return Comparative(at, end, sense, "factor", ("as", "than", "wie", "que"))
    if word in ("as", "so") and (size := _size(following[:1])) and _has_as(words, at + 2):
        return Comparative(at, at + 2, size, "factor", ("as", "wie"))
    return None


# After 比 the plain adjective compares.
_BARE: dict[str, Sense] = {"小": "<", "低": "<", "短": "<", "大": ">", "高": ">", "长": ">"}
_FACTORS = frozenset((*_DOUBLE, *_HALF, "as", "so"))


def _has_as(words: Sequence[str], start: int) -> bool:
    return bool({"as", "wie"} & {word.lower() for word in words[start : start + 5]})


def _size(words: Sequence[str]) -> Sense | None:
    return next((sense for sense, sizes in _SIZES if mentions(words, sizes)), None)


def _with_degrees(found: list[Comparative]) -> list[Comparative]:
    """`shrinks less` is larger: a degree beside a verb goes into it; one alone is an adjective."""
    verbs = [one for one in found if one.kind == "verb"]
    degrees = [one for one in found if one.kind == "degree"]
    if len(verbs) != 1 or len(degrees) != 1 or len(found) != 2:
        return found
    verb, degree = verbs[0], degrees[0]
    sense = verb.sense if degree.sense == ">" else _OPPOSITE[verb.sense]
    return [Comparative(verb.start, verb.end, sense, "verb", ("than", "als", "que", "di"))]


def opposite(sense: Sense) -> Sense:
    """The other way round."""
    return _OPPOSITE[sense]
