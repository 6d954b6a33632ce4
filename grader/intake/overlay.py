"""What a course gives is laid over a submission: a student's own copy of it counts for nothing."""

from __future__ import annotations

from dataclasses import replace

from grader.intake.submission import Submission
from grader.sandbox import Given
from grader.worker.scratch.tree import DATA

PROVIDED = "provided"


def without_given(submission: Submission, given: Given) -> Submission:
    """The submission without its own copies of what the course gives; a note for each that is another."""
    if not given.paths:
        return submission
    known = {**given.modules, **given.files, **{f"{PROVIDED}/{path}": data for path, data in given.modules.items()}}
    folders = {DATA, PROVIDED} & {path.partition("/")[0] for path in known}
    ours = [path for path in submission.files if path in known or path.partition("/")[0] in folders]
    changed = [path for path in ours if submission.files[path] != known.get(path)]
    files = {path: data for path, data in submission.files.items() if path not in ours}
    notes = tuple(f"{path} is given by the course: the copy that was handed in is not used" for path in changed)
    return replace(submission, files=files, notes=(*submission.notes, *notes))
