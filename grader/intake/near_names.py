"""Near names: what platforms, editors and people make of the name of a file that was asked for."""

from __future__ import annotations

import keyword
import re
import unicodedata
from functools import lru_cache

from grader.worker.files import PRINTED, TEXTS, kind_of, without_extra_suffix

# What is hung on a name by a second download, a second hand-in, a copy, or two machines that share a folder; taken off
# one after the other.
_AFTER = tuple(re.compile(pattern) for pattern in (
    r"\s*\(\d+\)\Z", r"\s*\([^()]*(?:conflict|konflikt|conflit)[^()]*\)\Z", r"\.sync-conflict-[\d-]+(?:-\w+)?\Z",
    r"\s*\((?:another |\d\w* )?(?:copy|kopie|copie|copia|cópia)(?: \d+)?\)\Z", r"-(?:desktop|laptop)-\w+\Z",
    r"[- ]\d+\Z", r"[\s_-]+\(?v(?:er|ersion)?[\s._-]?\d+\)?\Z", r"[\s_-]+\(?final\)?\Z",
    r"(?:\s[-–])?[\s_–-]*(?:copy|kopie|copie|copia|cópia)[\s_-]?\d*\Z",
))  # fmt: skip
_BEFORE = tuple(re.compile(pattern) for pattern in (
    r"(?:copy of|kopie von|copie de|copia de|cópia de)[ _]+", r"[a-z]+_(?:late_)?\d+_\d+_",
))  # fmt: skip
_SEPARATORS = re.compile(r"[ -]+")


def split(name: str) -> tuple[str, str]:
    """A file's stem and suffix, both casefolded and composed, without a second suffix.

    >>> split("Q3_losses.py.txt"), split("Makefile")
    (('q3_losses', '.py'), ('makefile', ''))
    """
    stem, dot, suffix = without_extra_suffix(unicodedata.normalize("NFC", name)).casefold().rpartition(".")
    while dot and stem.endswith(dot + suffix):  # `answers.md.md`
        stem = stem.removesuffix(dot + suffix)
    return (stem, dot + suffix) if dot else (suffix, "")


@lru_cache(maxsize=4096)
def forms(stem: str) -> tuple[str, ...]:
    """The names that a casefolded stem may stand for, the nearest first.

    >>> forms("q5_minibatch-1"), forms("copy of q3 losses (2)")
    (('q5_minibatch_1', 'q5_minibatch'), ('copy_of_q3_losses_(2)', 'copy_of_q3_losses', 'q3_losses'))
    """
    found = [stem]
    while (shorter := _shorten(found[-1])) != found[-1]:
        found.append(shorter)
    return tuple(dict.fromkeys(_SEPARATORS.sub("_", form.strip()) for form in found))


def near_identifiers(stem: str) -> tuple[str, ...]:
    """The names that can be imported for which a stem may stand that cannot, in its own case, the nearest first.

    >>> near_identifiers("Common-1"), near_identifiers("zähler (2)"), near_identifiers("1-2")
    (('Common_1', 'Common'), ('zähler',), ())
    """
    found = []
    for form in forms(stem.casefold()):
        as_written = _SEPARATORS.sub("_", stem[: len(form)])
        name = as_written if as_written.casefold() == form else form
        if name.isidentifier() and not keyword.iskeyword(name):
            found.append(name)
    return tuple(dict.fromkeys(found))


def _shorten(stem: str) -> str:
    for pattern in _AFTER:
        shorter = pattern.sub("", stem, count=1).rstrip()
        if shorter and shorter != stem:
            return shorter
    for pattern in _BEFORE:
        found = pattern.match(stem)
        if found and found.end() < len(stem):
            return stem[found.end() :]
    return stem


def is_near(name: str, wanted: str) -> bool:
    """Whether a file's name is one of the wanted file's, and its kind is the same.

    >>> is_near("Q3_losses (1).PY", "q3_losses.py"), is_near("answers.txt", "answers.md"), is_near("q3.py", "q4.py")
    (True, True, False)
    """
    return _is_same_kind(name, wanted) and is_near_stem(name, wanted)


def is_near_stem(name: str, wanted: str) -> bool:
    """Whether a file's name is the wanted one's, whatever its suffix."""
    return _SEPARATORS.sub("_", split(wanted)[0]) in forms(split(name)[0])


def _is_same_kind(name: str, wanted: str) -> bool:
    kind = kind_of(wanted)
    if kind == "document" and wanted.lower().endswith(TEXTS):
        return name.lower().endswith((*TEXTS, *PRINTED))
    return kind_of(name) == kind
