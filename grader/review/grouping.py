"""Groups of alike answers, so that one is graded for all; never across another number, sign, letter or negation."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Texts whose letters are alike to this share are one group; wrong splitting costs time, wrong merging a grade.
ALIKE = 0.75
_GRAMS = (2, 3, 4)
# Average linkage takes the square of the number of texts; more are put together only where they are the same.
MOST_COMPARED = 3_000

_SUPER = str.maketrans({sign: f"^{unicodedata.normalize('NFKC', sign)}" for sign in "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ"})
_SUB = str.maketrans({sign: f"_{unicodedata.normalize('NFKC', sign)}" for sign in "₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜ"})
_MARKS = re.compile(r"(?<!\\)[*`~]|^\s{0,3}(?:#{1,6}|>|[-+](?=\s+[^\W\d])|\d+[.)])\s+", re.MULTILINE)
_NUMBER = re.compile(r"[-−–]?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?%?")
# A letter by itself is a name, such as A or x; an operator says what is done with it; a command of LaTeX may be either.
_TELLING = re.compile(r"\\[a-zA-Z]+|(?<![^\W\d_])[^\W\d_](?![^\W\d_])|[-+*/=<>^_|!&%≤≥≠≈∝→⇒∈∑∏∂∇−×·±¬]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Words that turn a sentence round, and pairs of which the one says the opposite of the other.
_TURNING = frozenset(
    [
        "no",
        "not",
        "never",
        "none",
        "nor",
        "neither",
        "without",
        "nothing",
        "cannot",
        "hardly",
        "nicht",
        "kein",
        "keine",
        "keinen",
        "nie",
        "ohne",
        "weder",
        "pas",
        "jamais",
        "sans",
        "ni",
        "nunca",
        "sin",
        "non",
        "senza",
        "não",
        "sem",
        "unless",
        "except",
        "instead",
        "wrong",
        "false",
    ]
)
_NEGATING = ("un", "non", "dis", "anti", "ir", "il", "im")
_OPPOSITE = frozenset(
    [
        "more",
        "less",
        "most",
        "least",
        "larger",
        "smaller",
        "largest",
        "smallest",
        "bigger",
        "greater",
        "fewer",
        "higher",
        "lower",
        "above",
        "below",
        "over",
        "under",
        "up",
        "down",
        "increase",
        "increases",
        "increased",
        "increasing",
        "decrease",
        "decreases",
        "decreased",
        "decreasing",
        "grow",
        "grows",
        "growing",
        "shrink",
        "shrinks",
        "before",
        "after",
        "first",
        "last",
        "left",
        "right",
        "with",
        "in",
        "out",
        "left",
        "inside",
        "outside",
        "faster",
        "slower",
        "better",
        "worse",
        "true",
        "positive",
        "negative",
        "maximum",
        "minimum",
        "maximize",
        "minimize",
        "maximise",
        "minimise",
        "max",
        "min",
        "all",
        "some",
        "any",
        "always",
        "often",
        "even",
        "odd",
        "convex",
        "concave",
        "biased",
        "unbiased",
        "converge",
        "converges",
        "diverge",
        "diverges",
        "stable",
        "unstable",
        "same",
        "different",
        "equal",
        "unequal",
        "underfit",
        "overfit",
        "underfits",
        "overfits",
        "high",
        "low",
        "big",
        "small",
        "large",
        "many",
        "few",
        "long",
        "short",
        "strong",
        "weak",
        "gain",
        "loss",
        "add",
        "subtract",
        "multiply",
        "divide",
        "upper",
        "größer",
        "kleiner",
        "mehr",
        "weniger",
        "mit",
        "immer",
        "höher",
        "niedriger",
        "steigt",
        "sinkt",
        "plus",
        "moins",
        "grande",
        "petit",
        "mayor",
        "menor",
        "más",
        "menos",
    ]
)


@dataclass(frozen=True)
class Group:
    """Answers that say the same.

    Args:
        members: most typical first.
        why: identical, or read alike, or alike in text.
    """

    members: tuple[str, ...]
    why: str


def group_answers(texts: Mapping[str, str], readings: Mapping[str, str] | None = None) -> list[Group]:
    """Groups of answers by their ids, the largest first; deterministic whatever the order of `texts`.

    Args:
        readings: what the check's own reader makes of an answer, where it makes something of it.
    """
    clean = {name: normal_form(texts[name]) for name in sorted(texts)}
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, text in clean.items():
        reading = (readings or {}).get(name, "")
        same["read" if reading else "text", reading or text].append(name)
    groups = [Group(tuple(names), "read alike") for (kind, _), names in same.items() if kind == "read"]
    alone = {names[0]: names for (kind, _), names in same.items() if kind == "text"}
    for merged in _alike({name: clean[name] for name in alone}):
        members = tuple(member for name in merged for member in alone[name])
        groups.append(Group(members, "alike in text" if len(merged) > 1 else "identical"))
    return sorted(groups, key=lambda group: (-len(group.members), group.members[0]))


def normal_form(text: str) -> str:
    """A text without what is not meaning: letter forms, case, white space, marks of Markdown.

    >>> normal_form("**The  cost** is\\n0.80") == normal_form("the cost is 0.80")
    True
    >>> normal_form("x²") == normal_form("x₂")
    False
    """
    plain = unicodedata.normalize("NFKC", text.translate(_SUPER).translate(_SUB))
    return " ".join(_MARKS.sub(" ", plain).casefold().split())


def signature(text: str) -> tuple[tuple[str, ...], ...]:
    """What may not differ within a group: numbers, letters and signs in their order, words that turn or oppose."""
    words = [word.replace("’", "'") for word in _WORD.findall(text)]
    turning = [word for word in words if word in _TURNING or word.endswith("n't")]
    opposite = [word for word in words if word in _OPPOSITE]
    negated = [word for word in words if word.startswith(_NEGATING) and len(word) > 5]
    return tuple(_NUMBER.findall(text)), tuple(_TELLING.findall(text)), (*turning, *opposite, *negated)


def _alike(texts: Mapping[str, str]) -> list[list[str]]:
    """Names of texts in clusters; only texts with one signature can share one."""
    by_signature: dict[tuple[tuple[str, ...], ...], list[str]] = defaultdict(list)
    for name, text in texts.items():
        by_signature[signature(text)].append(name)
    clusters: list[list[str]] = []
    for names in by_signature.values():
        if len(names) == 1 or len(names) > MOST_COMPARED:
            clusters += [[name] for name in names]
        else:
            clusters += _link(names, [texts[name] for name in names])
    return clusters


def _link(names: Sequence[str], texts: Sequence[str]) -> list[list[str]]:
    """Clusters by average linkage on the cosine of character n-grams, most typical first within each."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    cosine = similarity(texts)
    distance = np.clip(1 - cosine, 0.0, 1.0)
    np.fill_diagonal(distance, 0.0)
    labels = fcluster(linkage(squareform(distance, checks=False), "average"), 1 - ALIKE, "distance")
    found: dict[int, list[int]] = defaultdict(list)
    for index, label in enumerate(labels):
        found[int(label)].append(index)
    return [
        [names[index] for index in sorted(members, key=lambda one: (-cosine[one][members].mean(), names[one]))]
        for members in found.values()
    ]


def similarity(texts: Sequence[str]) -> npt.NDArray[np.float64]:
    """The cosine of each two texts' character 2- to 4-grams, each weighed by how rare it is (TF-IDF)."""
    from scipy.sparse import csr_matrix

    counts = [Counter(_grams(text)) for text in texts]
    index = {gram: number for number, gram in enumerate(sorted(set().union(*counts)))}
    rows = np.repeat(np.arange(len(counts)), [len(one) for one in counts])
    columns = np.array([index[gram] for one in counts for gram in one], dtype=np.intp)
    values = np.array([count for one in counts for count in one.values()], dtype=np.float64)
    matrix = csr_matrix((values, (rows, columns)), shape=(len(counts), max(1, len(index))))
    frequency = np.bincount(columns, minlength=max(1, len(index)))
    matrix = matrix.multiply(np.log((1 + len(counts)) / (1 + frequency)) + 1).tocsr()
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1), dtype=np.float64)).ravel()
    norms[norms == 0] = 1.0
    dense = (matrix @ matrix.T).toarray()
    return np.asarray(dense / norms[:, None] / norms[None, :], dtype=np.float64)


def _grams(text: str) -> Iterable[str]:
    padded = f" {text} "
    return (padded[start : start + size] for size in _GRAMS for start in range(len(padded) - size + 1))
