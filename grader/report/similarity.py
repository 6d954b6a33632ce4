"""Which submissions are alike, and where: fingerprints of whole submissions, without what everybody was given.

Winnowing (Schleimer, Wilkerson, Aiken 2003) over kinds of tokens, so that names, comments and layout say nothing; an
inverted index finds the pairs worth a look. It tells that code is alike, never why.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from copydetect.utils import winnow

from grader.report.readings import GIVEN, Source, SubmissionReading

# So many tokens in a row are no accident in a line, and survive one that was changed nearby.
K = 20
WINDOW = 4
THRESHOLD = 0.5
# What more than so many share is how the task is solved.
COMMON = 10
# Less than so many runs is too little code to be compared.
FEWEST = 20
MAX_PAIRS = 50
# Beyond so many lines of a pair nobody compares on a page.
MAX_LINES = 200
_WEIGHTS = np.random.Generator(np.random.PCG64(0)).integers(2**63, size=K, dtype=np.uint64) * np.uint64(2) + np.uint64(
    1
)


@dataclass(frozen=True)
class Fingerprint:
    """Hashes of a submission's runs of tokens, and where each is: (source, position)."""

    sources: tuple[Source, ...]
    places: Mapping[int, Sequence[tuple[int, int]]]

    @classmethod
    def of(cls, sources: Sequence[Source], given: frozenset[int] = frozenset()) -> Fingerprint:
        """Without what was given to everybody."""
        places: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for number, source in enumerate(sources):
            for value, at in zip(*(found.tolist() for found in _winnow(source.kinds)), strict=True):
                if value not in given:
                    places[value].append((number, at))
        return cls(tuple(sources), places)

    @cached_property
    def hashes(self) -> frozenset[int]:
        """What is compared."""
        return frozenset(self.places)


def _winnow(kinds: str) -> tuple[np.ndarray, np.ndarray]:
    """Selected hashes and their positions."""
    hashes = _run_hashes(kinds)
    if len(hashes) == 0:
        return hashes, hashes
    selected, places = winnow(hashes, min(WINDOW, len(hashes)), remove_duplicates=False)
    return selected, places


def _run_hashes(kinds: str) -> np.ndarray:
    """A hash of each K signs in a row, the same in every process: a sum of the signs, each place with its weight."""
    signs = np.frombuffer(kinds.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(signs) < K:
        return np.empty(0, dtype=np.int64)
    sums = np.lib.stride_tricks.sliding_window_view(signs, K) @ _WEIGHTS  # modulo 2⁶⁴, as unsigned numbers are
    return np.asarray((sums ^ (sums >> np.uint64(29))) >> np.uint64(1), dtype=np.int64)


def hashes_of(sources: Iterable[Source]) -> frozenset[int]:
    """All runs of what was given out, for leaving them out."""
    return frozenset(value for source in sources for value in _run_hashes(source.kinds).tolist())


@dataclass(frozen=True)
class Alike:
    """Two submissions that are alike: the share of the smaller one, and the lines that both have."""

    first: str
    second: str
    share: float
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Passage:
    """Lines of one submission and those of another that they are like."""

    first: tuple[str, int, tuple[str, ...]]
    second: tuple[str, int, tuple[str, ...]]


def alike(fingerprints: Mapping[str, Fingerprint], threshold: float = THRESHOLD) -> list[Alike]:
    """The pairs of which the smaller one is at least to `threshold` in the other, the most alike first."""
    index: dict[int, list[str]] = defaultdict(list)
    for name, fingerprint in sorted(fingerprints.items()):
        for value in fingerprint.hashes:
            index[value].append(name)
    common = {value for value, names in index.items() if len(names) > max(COMMON, len(fingerprints) // 50)}
    shared: Counter[tuple[str, str]] = Counter()
    for value, names in index.items():
        if value not in common:
            shared.update(combinations(names, 2))
    sizes = {name: len(fingerprint.hashes - common) for name, fingerprint in fingerprints.items()}
    found = [
        (count / min(sizes[first], sizes[second]), first, second)
        for (first, second), count in shared.items()
        if min(sizes[first], sizes[second]) >= FEWEST and count >= threshold * min(sizes[first], sizes[second])
    ]
    ordered = sorted(found, key=lambda one: (-one[0], one[1], one[2]))[:MAX_PAIRS]
    return [
        Alike(first, second, share, passages(fingerprints[first], fingerprints[second], common))
        for share, first, second in ordered
    ]


def alike_of_class(readings: Mapping[str, SubmissionReading]) -> list[Alike]:
    """The pairs of a class; what everybody was given is what a reading of no name holds."""
    given = hashes_of(source for name, one in readings.items() if name.startswith(GIVEN) for source in one.sources)
    found = {
        name: Fingerprint.of(reading.sources, given)
        for name, reading in readings.items()
        if not name.startswith(GIVEN) and reading.sources
    }
    return alike(found)


def passages(first: Fingerprint, second: Fingerprint, common: Iterable[int] = ()) -> tuple[Passage, ...]:
    """The lines that two submissions share, as passages side by side in the order of the first."""
    matches = sorted(
        (one[0], one[1], *second.places[value][0])
        for value in first.hashes & second.hashes - frozenset(common)
        for one in first.places[value][:1]
    )
    runs: list[list[tuple[int, int, int, int]]] = []
    for match in matches:
        last = runs[-1][-1] if runs else None
        is_next = last and last[0] == match[0] and last[2] == match[2] and 0 <= match[3] - last[3] <= 2 * K
        if is_next and last and match[1] - last[1] <= 2 * K:
            runs[-1].append(match)
        else:
            runs.append([match])
    found = sorted((_passage(first, second, run) for run in runs), key=lambda one: -len(one.first[2]))
    kept: list[Passage] = []
    n_lines = 0
    for passage in found:  # the longest, as many as a page can hold
        n_lines += len(passage.first[2])
        if kept and n_lines > MAX_LINES:
            break
        kept.append(passage)
    return tuple(sorted(kept, key=lambda one: one.first[:2]))


def _passage(first: Fingerprint, second: Fingerprint, run: Sequence[tuple[int, int, int, int]]) -> Passage:
    begin, end = run[0], run[-1]
    return Passage(
        _lines(first.sources[begin[0]], begin[1], end[1] + K - 1),
        _lines(second.sources[begin[2]], begin[3], end[3] + K - 1),
    )


def _lines(source: Source, start: int, stop: int) -> tuple[str, int, tuple[str, ...]]:
    top = source.lines[start]
    bottom = source.lines[min(stop, len(source.lines) - 1)]
    return source.path, top, tuple(source.code.split("\n")[top - 1 : bottom][:MAX_LINES])
