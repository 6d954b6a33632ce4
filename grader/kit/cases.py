"""The data of a kit's checks in one file: what was drawn, which calls are made, what is expected, known mistakes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from grader.errors import UsageError
from grader.intake.submission import Submission

SUFFIX = ".cases.zip"
_CASES, _MISTAKES = ".case", ".mistakes"
# The oldest time that the format can name: the same kit has the same bytes at any time.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
# No kit's data is larger when unpacked; a file that claims to be was not made by grader.
MAX_BYTES = 1 << 30


def zip_of(files: Mapping[str, bytes], *, executable: frozenset[str] = frozenset()) -> bytes:
    """A zip archive of files; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the permissions below are those of Unix, wherever this runs
            entry.external_attr = (0o100755 if name in executable else 0o100644) << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def cases_file(checks: Mapping[str, bytes], mistakes: Mapping[str, bytes]) -> bytes:
    """Packed checks, and the mistakes that are known of them, by id as the bytes of one file."""
    files = {f"{check}{_CASES}": data for check, data in checks.items()}
    return zip_of(files | {f"{check}{_MISTAKES}": data for check, data in mistakes.items()})


def read_cases(path: Path, wanted: Collection[str]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The inverse of `cases_file`, of some checks.

    Raises:
        UsageError: it is no such file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                raise UsageError(f"{path} is larger than a kit's data can be; unpack the kit once more")
            names = {*archive.namelist()}
            checks, mistakes = (
                {check: archive.read(check + suffix) for check in wanted if check + suffix in names}
                for suffix in (_CASES, _MISTAKES)
            )
            return checks, mistakes
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise UsageError(f"{path} cannot be read: {error}; unpack the kit once more") from None


def without_cases(submission: Submission, assignment: str) -> Submission:
    """The submission without the data of the kit that it was written in: no archive of the student's."""
    data = f"rubrics/{assignment}{SUFFIX}"
    files = {path: content for path, content in submission.files.items() if path != data}
    return submission if len(files) == len(submission.files) else replace(submission, files=files)
