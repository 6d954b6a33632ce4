"""Reads what was handed in from the disk: a folder, an archive or a single file, as bytes and within caps."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePath

from grader.errors import SubmissionError
from grader.intake.submission import Submission, identifier
from grader.worker.disguises import HEAD_BYTES, may_be_disguised, name_by_content
from grader.worker.files import (
    LAST,
    MAX_ARCHIVE_BYTES,
    MAX_ENTRIES,
    MAX_FILES,
    MAX_NAMES,
    MAX_NOTEBOOK_BYTES,
    MAX_TOTAL_BYTES,
    archive_suffix,
    cap_of,
    is_leaving,
    is_plain,
    is_read,
    kind_of,
    stands_alone,
    turn,
    without_extra_suffix,
)
from grader.worker.remains import (
    IN_THE_CLOUD,
    KEPT_APART,
    is_environment,
    left_out_of_use,
    placeholder_for,
    why_left_out,
)

# Never a link, never waiting for a pipe's other end; as far as the system has a word for it.
_READ_ONLY = os.O_RDONLY
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
    _READ_ONLY |= getattr(os, _flag, 0)
_MAX_OTHERS = 2_000
# So many names of what is left out are looked at.
_MAX_LEFT_OUT = 100
# Of what is not read so much is told from another: pictures and scans, not data sets.
MAX_DIGESTED_BYTES = 32 << 20
_MAX_UNREAD = 500
# Folders within folders that are looked into.
MAX_DEPTH = 64
_CODE = ("python", "notebook")
_HOLDS = {"notebook": "a notebook", "archive": "an archive"}


def is_submission(path: Path) -> bool:
    """Whether a path may be a submission: a folder, an archive, or a single file of a kind that is read."""
    name = true_name(path)
    return path.is_dir() or kind_of(name) == "archive" or stands_alone(name)


def true_name(path: str | Path, name: str = "") -> str:
    """A file's name, or another one where it holds a notebook or an archive and its name does not say so."""
    name = name or os.path.basename(path)  # noqa: PTH119 -- asked of every name
    if not may_be_disguised(name):
        return name
    try:
        return name_by_content(name, _read(Path(path), HEAD_BYTES))
    except (OSError, SubmissionError):
        return name


def read_submission(path: Path) -> Submission:
    """The submission at a path: a folder, an archive, or a single file.

    Raises:
        SubmissionError: it cannot be read at all.
    """
    return read_folder(path) if path.is_dir() else _read_file(path)


def id_of(path: Path) -> str:
    """The id of the submission at a path, whether or not it can be read."""
    name = _compose(Path(os.path.abspath(path)))  # noqa: PTH100 -- links stay
    if path.is_dir() or not path.suffix:
        return identifier(name)
    name = without_extra_suffix(name)
    suffix = archive_suffix(name) or PurePath(name).suffix
    return identifier(name[: len(name) - len(suffix)])


def _compose(path: Path) -> str:
    """The path's name with its letters composed, unless another entry beside it has that name: two are two students."""
    name = unicodedata.normalize("NFC", path.name)
    other = path.with_name(name)
    is_other = os.path.lexists(other) and not (path.exists() and other.exists() and path.samefile(other))
    return path.name if name != path.name and is_other else name


def _read_file(path: Path) -> Submission:
    name = unicodedata.normalize("NFC", path.name)
    try:
        data = _read(path, MAX_NOTEBOOK_BYTES + 1)
    except OSError as error:
        raise SubmissionError(_why_unread(path, error)) from None
    notes = _rename(path)
    if may_be_disguised(name) or kind_of(name) in _CODE:
        name = name_by_content(name, data)
    if kind_of(name) == "archive":
        if len(data) > MAX_ARCHIVE_BYTES:
            raise SubmissionError(f"{path.name} has more than {MAX_ARCHIVE_BYTES >> 20} MiB: more than is read")
        return Submission(id_of(path), {}, notes, data, name[-200:])
    if not stands_alone(name):
        raise SubmissionError(f"{path.name} is of a kind that is not read; hand in the files, or an archive of them")
    if not is_plain(name):
        raise SubmissionError(f"{path.name} has a name that no module can have")
    if len(data) > cap_of(name) and kind_of(name) != "document":
        return Submission(id_of(path), {}, notes, unread={name: _too_large(cap_of(name))})
    # One module of several, as some platforms hand them out: the others are not absent, they lie elsewhere.
    alone = {} if kind_of(name) == "notebook" else {f"What was handed in beside {name}": "it was not found"}
    return Submission(id_of(path), {name: data[: cap_of(name) + 1]}, notes, unread=alone)


def _rename(path: Path) -> tuple[str, ...]:
    name = os.path.basename(os.path.abspath(path))  # noqa: PTH100, PTH119 -- links stay
    stem = name[: len(name) - len(archive_suffix(name))]
    given = id_of(path)
    if given in (name, stem, Path(name).stem):
        return ()
    return (f"the name {stem[:80]!r} is no submission id; it is graded as {given}",)


@dataclass
class _Found:
    """What a folder holds, as far as it was looked at."""

    files: list[tuple[str, str]] = field(default_factory=list)  # path, and where its bytes lie
    others: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # and may be the student's own
    left_apart: list[str] = field(default_factory=list)  # folders that are left out
    unread: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    n_sniffed: int = 0

    def refuse(self, path: str, why: str) -> None:
        """Note that a file was not read."""
        if len(self.unread) < _MAX_UNREAD:
            self.unread[path[:250]] = why

    def rename(self, path: str, name: str) -> str:
        """The name that a file is read by, and a note where that is not its own."""
        if name != path:
            self.notes.append(f"{path} holds {_HOLDS[kind_of(name)]}, and was read as one")
        return name


def _why_unread(path: Path, error: OSError) -> str:
    """In words that a student may read: no path of the machine is in them."""
    if error.errno == errno.ELOOP:
        return f"{path.name} is a link, which is not followed; hand in what it leads to"
    return f"{path.name} cannot be read: {error.strerror or error}"


def read_folder(folder: Path) -> Submission:
    """The submission in a folder; what leads out of it, devices and everything beyond the caps are not read.

    Raises:
        SubmissionError: the folder cannot be read at all.
    """
    try:
        found = _looked_at(os.fspath(folder))
        files = _contents(found)
    except OSError as error:
        raise SubmissionError(_why_unread(folder, error)) from None
    return Submission(
        id_of(folder), files, (*found.notes, *_rename(folder)), others=tuple(found.others), unread=found.unread,
        unread_digest=_digest_of_unread(folder, [*found.others, *found.unread]),
    )  # fmt: skip


def _digest_of_unread(folder: Path, paths: Sequence[str]) -> str:
    """Digest of files whose content a person alone reads: pictures, scans, what is too large; empty without any."""
    if not paths:
        return ""
    hashed, left = hashlib.sha256(), MAX_DIGESTED_BYTES
    for path in sorted(paths):
        with contextlib.suppress(OSError, ValueError, SubmissionError):  # what cannot be opened is known by its name
            data = _read(folder / path, left)
            hashed.update(f"{path}\0{len(data)}\0".encode("utf-8", "surrogateescape") + data)
            left -= len(data)
    return hashed.hexdigest()


def _contents(found: _Found) -> dict[str, bytes]:
    """The bytes of the files that were found, what matters most first."""
    files: dict[str, bytes] = {}
    left = {True: MAX_NOTEBOOK_BYTES, False: MAX_TOTAL_BYTES + MAX_ARCHIVE_BYTES}
    for path, place in sorted(found.files, key=lambda one: turn(one[0])):
        cap, is_book = cap_of(path), kind_of(path) == "notebook"
        if len(files) >= MAX_FILES:
            found.refuse(path, f"a submission has at most {MAX_FILES} files of {MAX_TOTAL_BYTES >> 20} MiB")
            continue
        try:
            data = _read(Path(place), min(cap, left[is_book]) + 1)
        except (OSError, SubmissionError) as error:
            found.refuse(path, _why(error))
            continue
        if len(data) > left[is_book]:
            found.refuse(path, f"a submission has at most {MAX_FILES} files of {MAX_TOTAL_BYTES >> 20} MiB")
        elif len(data) > cap and not path.endswith(".md"):
            found.refuse(path, _too_large(cap))
        else:
            files[found.rename(path, name_by_content(path, data)) if kind_of(path) in _CODE else path] = data
            left[is_book] -= len(data)
    return files


def _why(error: OSError | SubmissionError) -> str:
    return f"it cannot be read: {error.strerror}" if isinstance(error, OSError) and error.strerror else str(error)


def _too_large(cap: int) -> str:
    return f"at most {cap} bytes of it are read"


def _read(path: Path, most: int) -> bytes:
    """At most `most` bytes of a regular file that is not a link, whatever it became since it was listed."""
    descriptor = os.open(path, _READ_ONLY)
    try:
        with open(descriptor, "rb", closefd=False) as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise SubmissionError(f"{path.name} is no regular file")
            return stream.read(most)
    finally:
        os.close(descriptor)


def _looked_at(folder: str) -> _Found:
    """All names in a folder, without a look into any file."""
    found = _Found()
    seen = 0
    for n_names, (path, entry) in enumerate(_entries(folder, "", found)):
        kind = kind_of(path)
        seen += kind != "other"
        if seen > MAX_ENTRIES or n_names > MAX_NAMES:
            found.notes.append(f"only the first {MAX_ENTRIES} entries were looked at")
            found.refuse(path, f"only the first {MAX_ENTRIES} entries of the folder were looked at")
            break
        _note(path, entry, folder, found)
    for path, why in left_out_of_use(found.left_out, [path for path, _ in found.files]).items():
        found.refuse(path, why)
    if found.left_apart and not (found.files or found.others or found.unread):
        found.refuse(found.left_apart[0], KEPT_APART)
    return found


def _leave_out(entry: os.DirEntry[str], path: str, found: _Found) -> None:
    """Leave out what is hidden or a tool's; what of it may be the student's own is known by name."""
    names = iter([path])
    if entry.is_dir(follow_symlinks=False):
        found.left_apart.append(path)
        names = _names_within(entry.path, f"{path}/")
    room = _MAX_LEFT_OUT - len(found.left_out)
    found.left_out += islice(filter(why_left_out, islice(names, _MAX_LEFT_OUT)), max(0, room))


def _names_within(folder: str, within: str) -> Iterator[str]:
    """The paths of files in a folder that is left out."""
    for here, folders, names in islice(os.walk(folder), _MAX_LEFT_OUT):
        folders.sort()
        if any(map(is_environment, (*folders, *names))):
            folders.clear()
            continue
        inside = os.path.relpath(here, folder).replace(os.sep, "/")
        yield from (f"{within}{'' if inside == '.' else f'{inside}/'}{name}" for name in sorted(names))


def _note(path: str, entry: os.DirEntry[str], folder: str, found: _Found) -> None:
    """Put a file where it belongs: to be read, known by name, or not to be read, and why."""
    place = entry.path
    if lost := placeholder_for(entry.name):
        found.refuse(path.removesuffix(entry.name) + lost, IN_THE_CLOUD)
        return
    is_wanted = is_read(path) or kind_of(path) == "archive"
    if entry.is_symlink():
        place, why = _target(entry.path, folder)
        if why and (is_wanted or not path.rpartition(".")[1]):
            found.refuse(path, why)
        if why:
            return
    elif not entry.is_file(follow_symlinks=False):
        found.refuse(path, "it is no regular file")
        return
    if may_be_disguised(path) and found.n_sniffed < MAX_FILES:
        found.n_sniffed += 1
        path = found.rename(path, true_name(place, path))
        is_wanted = is_wanted or kind_of(path) in _HOLDS
    if not is_wanted:
        found.others += [path] if len(found.others) < _MAX_OTHERS else []
    elif not is_plain(path):
        found.refuse(path, "its name cannot be a module's")
    else:
        found.files.append((path, place))


def _target(link: str, folder: str) -> tuple[str, str]:
    """Where a link leads within the folder, or why it is not followed."""
    place = os.path.realpath(link)
    if not os.path.exists(place):  # noqa: PTH110
        return "", "it is a link to nothing"
    if not place.startswith(os.path.realpath(folder) + os.sep):
        return "", "it is a link that leads out of what was handed in"
    if not os.path.isfile(place):  # noqa: PTH113
        return "", "it is a link to a folder"
    return place, ""


def _entries(folder: str, within: str, found: _Found) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Path and entry of each file, in a fixed order; what tools leave behind is not looked into.

    A folder within that cannot be listed is noted, and costs itself alone.
    """
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: (entry.name.lower() in LAST, entry.name))
    except OSError as error:
        if not within:
            raise
        found.refuse(within, _why(error))
        return
    if within and any(is_environment(entry.name) for entry in entries):
        return
    folders = []
    for entry in entries:
        path = within + unicodedata.normalize("NFC", entry.name)
        if is_leaving(entry.name) and not placeholder_for(entry.name):
            _leave_out(entry, path, found)
            continue
        if entry.is_dir(follow_symlinks=False):
            folders.append((entry.path, f"{path}/"))
        else:
            yield path, entry
    for inner, path in folders:
        if path.count("/") <= MAX_DEPTH:
            yield from _entries(inner, path, found)
        else:
            found.refuse(path, f"it lies more than {MAX_DEPTH} folders deep")
