"""Brings hand-ins to their folders: written beside and renamed, the same one never twice, an earlier one never lost."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal

from grader.errors import UsageError, display
from grader.intake.download import DownloadEntry, UnreadableEntry, storage_refusal
from grader.intake.folders import HandInPlace
from grader.intake.moment import Moment
from grader.intake.records import ATTEMPTS, Attempt, HandInRecord, read_records, write_records
from grader.model.identity import Identity

try:
    import fcntl
except ImportError:  # Windows has none
    fcntl = None  # type: ignore[assignment]

# A hand-in with more than that is no work of a student's own.
MAX_FILES = 5_000
MAX_HAND_IN_BYTES = 256 << 20
_STAGING, _LOCK = ".importing", ".importing.lock"
# Folders of other people's files, which come last, so that they push out nothing of the student's own.
_OTHERS = frozenset({"node_modules", "venv", ".venv", "env", "site-packages", "dist-packages"})

Arrival = Literal["imported", "unchanged", "kept as earlier", "skipped"]


@dataclass(frozen=True)
class Delivered:
    """What became of one hand-in: where it is now, and what of it could not be taken over."""

    place: HandInPlace
    outcome: Arrival
    folder: str
    n_files: int
    attempt: int
    unread: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class _Staged:
    folder: Path
    digest: str
    n_files: int
    unread: tuple[tuple[str, str], ...]


class ClassFolder:
    """The folder of an assignment's submissions, and what is known of those that were imported."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.records = read_records(path)
        self.moved: dict[str, str] = {}  # ids of before → ids of now
        self._staging = path / _STAGING

    def deliver(self, places: Sequence[HandInPlace], source: str) -> Iterator[Delivered]:
        """Bring each hand-in to its place; what is known is written even where somebody ends it."""
        with _alone(self.path):
            self.records = read_records(self.path)
            before = dict(self.records)
            try:
                for place in places:
                    yield self._deliver(place, source)
            finally:
                shutil.rmtree(self._staging, ignore_errors=True)
                if self.records != before:
                    write_records(self.path, self.records.values())

    def _deliver(self, place: HandInPlace, source: str) -> Delivered:
        staged = self._stage(place.hand_in.files)
        try:
            return self._take(place, source, staged)
        finally:
            shutil.rmtree(staged.folder, ignore_errors=True)

    def _take(self, place: HandInPlace, source: str, staged: _Staged) -> Delivered:
        if not staged.n_files and not staged.unread:
            return Delivered(place, "skipped", "", 0, 0, note="nothing was handed in")
        record = self._move(place, self.records.get(place.student) or self._adopt(place, source, staged))
        new = _attempt(place, staged)
        known = next((one for one in _attempts(record) if one.key == new.key), None)
        if record and known and (self.path / known.folder).is_dir():
            self.records[place.student] = _update(record, place, known, new)
            return Delivered(place, "unchanged", known.folder, staged.n_files, known.number, staged.unread)
        if known and record:
            _rename(staged.folder, self.path / known.folder)  # somebody took it away
            return Delivered(place, "imported", known.folder, staged.n_files, known.number, staged.unread)
        number = 1 + max((one.number for one in _attempts(record)), default=0)
        if record and place.hand_in.moment.is_before(_moment(record.current)):
            old = replace(new, number=number, folder=self._attic(place.student, number))
            _rename(staged.folder, self.path / old.folder)
            self.records[place.student] = replace(record, earlier=(*record.earlier, old))
            return Delivered(place, "kept as earlier", old.folder, staged.n_files, number, staged.unread)
        return self._replace(place, source, staged, record, replace(new, number=number))

    def _replace(
        self, place: HandInPlace, source: str, staged: _Staged, record: HandInRecord | None, new: Attempt
    ) -> Delivered:
        """The new attempt in the student's folder, the one that was there beside."""
        earlier = self._put_aside(place.student, record, staged) if record else ()
        target = self.path / place.student
        if not target.is_dir():
            _rename(staged.folder, target)
        base = HandInRecord(
            place.student, source, new, group=place.hand_in.group, members=place.members, earlier=earlier
        )
        self.records[place.student] = _with_identity(base, place.who)
        return Delivered(place, "imported", place.student, staged.n_files, new.number, staged.unread)

    def _put_aside(self, student: str, record: HandInRecord, staged: _Staged) -> tuple[Attempt, ...]:
        """The attempts before the new one, with the folder of the last of them out of the way.

        Where an import was ended between putting one aside and writing that down, it lies aside already, and what is
        in its place may be the new one.
        """
        aside = f"{ATTEMPTS}/{student}/{record.current.number}"
        folder = self.path / record.current.folder
        was_ended = (self.path / aside).is_dir() and aside not in {one.folder for one in record.earlier}
        if not folder.is_dir() and not was_ended:
            return record.earlier
        if not was_ended:
            aside = self._attic(student, record.current.number)
            _rename(folder, self.path / aside)
        elif folder.is_dir() and folder_digest(folder) != staged.digest:
            _rename(folder, self.path / self._attic(student, record.current.number + 1))
        return (*record.earlier, replace(record.current, folder=aside))

    def _adopt(self, place: HandInPlace, source: str, staged: _Staged) -> HandInRecord | None:
        """A record for a folder that is there without one: of an import that was ended, or made by hand."""
        folder = self.path / place.student
        if not folder.is_dir():
            return None
        is_same = folder_digest(folder) == staged.digest
        key = _key(place, staged.digest) if is_same else f"by hand {folder_digest(folder)}"
        return HandInRecord(place.student, source if is_same else "by hand", Attempt(1, key, place.student))

    def _move(self, place: HandInPlace, record: HandInRecord | None) -> HandInRecord | None:
        """The record of an earlier import under another id, which the roster now says better; its folder goes along."""
        if record or not place.is_listed or place.hand_in.group:
            return record
        fits = (one for one in self.records.values() if not one.group and _is_same_person(one, place.who))
        old = next(fits, None)
        if old is None or (self.path / place.student).exists():
            return record
        current = replace(old.current, folder=place.student)
        if (self.path / old.current.folder).is_dir():
            _rename(self.path / old.current.folder, self.path / place.student)
        del self.records[old.student]
        self.moved[old.student] = place.student
        self.records[place.student] = replace(old, student=place.student, current=current)
        return self.records[place.student]

    def _attic(self, student: str, number: int) -> str:
        """A free folder for an attempt that is not the newest."""
        name = f"{ATTEMPTS}/{student}/{number}"
        while (self.path / name).exists():
            name += "-again"
        return name

    def _stage(self, files: Sequence[tuple[str, DownloadEntry]]) -> _Staged:
        folder = self._staging / "one"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        unread: list[tuple[str, str]] = []
        digests: dict[str, str] = {}
        total = 0
        for path, entry, reason in _fit(files):
            try:
                if reason or len(digests) >= MAX_FILES:
                    raise UnreadableEntry(reason or f"a hand-in has at most {MAX_FILES} files")
                size, digests[path] = _write(entry, folder / path, MAX_HAND_IN_BYTES - total)
                total += size
            except UnreadableEntry as error:
                unread.append((path, str(error)))
        return _Staged(folder, _digest_of(digests), len(digests), tuple(unread))


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else imports into the folder meanwhile, where the system has locks.

    Raises:
        UsageError: somebody else does.
    """
    if fcntl is None:
        yield
        return
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(f"another import into {display(folder)} is at work; wait for its end") from None
        yield
    (folder / _LOCK).unlink(missing_ok=True)


def _fit(files: Sequence[tuple[str, DownloadEntry]]) -> Iterator[tuple[str, DownloadEntry, str]]:
    """Each file once, and why it is refused: its name, or another file that a disk could not tell it from."""
    folded: dict[str, list[tuple[str, DownloadEntry]]] = {}
    for path, entry in sorted(files, key=lambda one: not _OTHERS.isdisjoint(one[0].casefold().split("/"))):
        path = unicodedata.normalize("NFC", path)
        folded.setdefault(unicodedata.normalize("NFC", path.casefold()), []).append((path, entry))
    folders = {"/".join(parts[:depth]) for key in folded if (parts := key.split("/")) for depth in range(1, len(parts))}
    for key, same in folded.items():
        path, entry = same[0]
        if len(same) > 1 and not _are_alike([one for _, one in same]):
            yield path, entry, "there are several files of that name, and they differ"
        elif key in folders:
            yield path, entry, "there is a folder of that name"
        else:
            yield path, entry, storage_refusal(path)


def _are_alike(entries: Sequence[DownloadEntry]) -> bool:
    with contextlib.suppress(UnreadableEntry):
        return len({_content_digest(entry) for entry in entries}) == 1
    return False


def _content_digest(entry: DownloadEntry) -> str:
    hashed = hashlib.sha256()
    for piece in entry.chunks():
        hashed.update(piece)
    return hashed.hexdigest()


def _write(entry: DownloadEntry, path: Path, most: int) -> tuple[int, str]:
    """Write a file piece by piece; its size and digest.

    Raises:
        UnreadableEntry: it cannot be read, or the hand-in has no room for it; nothing is left of it.
    """
    hashed, size = hashlib.sha256(), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as target:
            for piece in entry.chunks():
                size += len(piece)
                if size > most:
                    raise UnreadableEntry(f"a hand-in has at most {MAX_HAND_IN_BYTES >> 20} MiB")
                hashed.update(piece)
                target.write(piece)
    except UnreadableEntry:
        path.unlink(missing_ok=True)
        raise
    except OSError as error:
        raise UnreadableEntry(f"it cannot be written ({error.strerror or error})") from None
    return size, hashed.hexdigest()


def folder_digest(folder: Path) -> str:
    """The digest of the files in a folder, as that of a hand-in is made."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return _digest_of(found)


def _digest_of(digests: dict[str, str]) -> str:
    text = "".join(f"{path}\0{digests[path]}\0" for path in sorted(digests))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _attempt(place: HandInPlace, staged: _Staged) -> Attempt:
    hand_in = place.hand_in
    return Attempt(
        1, _key(place, staged.digest), place.student, hand_in.moment.utc, hand_in.moment.text, hand_in.late,
        hand_in.label, staged.unread,
    )  # fmt: skip


def _key(place: HandInPlace, digest: str) -> str:
    return hashlib.sha256(f"{place.hand_in.mark}\0{digest}".encode()).hexdigest()[:32]


def _attempts(record: HandInRecord | None) -> tuple[Attempt, ...]:
    return (*record.earlier, record.current) if record else ()


def _moment(attempt: Attempt) -> Moment:
    return Moment.read(attempt.submitted_at or attempt.submitted_text, None)


def _update(record: HandInRecord, place: HandInPlace, known: Attempt, new: Attempt) -> HandInRecord:
    """The record of a hand-in that is there already, with what is known better now: its time, its people."""
    better = replace(
        known,
        submitted_at=new.submitted_at or known.submitted_at,
        submitted_text=new.submitted_text or known.submitted_text,
        late=known.late if new.late is None else new.late,
        original_name=new.original_name or known.original_name,
        unread=new.unread,
    )
    earlier = tuple(better if one == known else one for one in record.earlier)
    current = better if record.current == known else record.current
    members = place.members or record.members
    group = place.hand_in.group or record.group
    return _with_identity(replace(record, current=current, earlier=earlier, members=members, group=group), place.who)


def _with_identity(record: HandInRecord, who: Identity) -> HandInRecord:
    said = {one.name: getattr(who, one.name) for one in fields(Identity)}
    return replace(record, **{name: text or getattr(record, name) for name, text in said.items()})


def _is_same_person(record: HandInRecord, who: Identity) -> bool:
    """Whether an id that one person alone has says so."""
    return any(getattr(record, name) == getattr(who, name) != "" for name in ("lms_user_id", "participant", "sis_id"))


def _rename(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
