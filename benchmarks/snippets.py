"""`python -m benchmarks.snippets`: hundreds of wrong functions, and whether the lines to paste show what is said.

Each known misconception and as many mutants of the model answers as are wanted are graded. The lines that a student may
paste are then run by a Python that has done nothing else, in a folder that holds what was handed in: they have to print
what the feedback calls `got`. Run beside the model answer, they must not.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pasting import Pasting
from grader.assignment import Assignment, load_assignment
from grader.checks.misconceptions.files import changed_sources, load_misconceptions
from grader.course.folders import Course
from grader.course.loading import reference_sources
from grader.export.snippets import snippet
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from grader.model.verdict import Verdict
from grader.rubric.files import given_files
from grader.sandbox import Sandbox
from grader.sandbox.isolated import ForkedSandbox
from grader.sandbox.threads import use_one_thread
from grader.validation.mutants import mutants_of
from grader.worker.scratch.tree import DATA

ROOT = Path(__file__).parent.parent
HOMEWORK = ("hw1", "hw2", "hw3")
WIDTH = 80
SHOWN = "shown"
# What is said of a function whose lines print something else each time.
_VARIES = "returns another value each time"


@dataclass(frozen=True)
class Wrong:
    """A submission with one wrong function."""

    assignment: str
    name: str
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Finding:
    """What became of one check's lines to paste.

    Args:
        kind: "shown", or what is wrong with them.
        details: for whoever mends it.
    """

    wrong: str
    check: str
    kind: str
    details: str = ""


def wrong_functions(course: Course, assignments: Sequence[str], n: int, seed: int = 0) -> list[Wrong]:
    """Misconceptions and mutants, `n` of them in an order that the seed tells: all of the first come first."""
    draw = random.Random(seed)
    known, mutants = [], []
    for name in assignments:
        reference = course.reference(name)
        sources = _sources(course, name)
        known += [Wrong(name, each.name, changed_sources(each, reference)) for each in load_misconceptions(reference)]
        mutants += [Wrong(name, each.id, {**sources, each.file: each.source.encode()}) for each in mutants_of(sources)]
    for pool in (known, mutants):
        draw.shuffle(pool)
    return (known + mutants)[:n]


def findings(
    course: Course, assignment: Assignment, wrong: Wrong, sandbox: Sandbox, pasting: Pasting
) -> Iterator[Finding]:
    """What becomes of the lines of each check that the wrong function fails."""
    result = grade(assignment, Submission("ana", wrong.files), sandbox)
    with tempfile.TemporaryDirectory() as folder:
        given = _given(course, wrong.assignment)
        own = _lay(Path(folder, "own"), {**given, **wrong.files})
        right = _lay(Path(folder, "right"), {**given, **_sources(course, wrong.assignment)})
        for verdict in result.verdicts:
            if verdict.part == "code" and verdict.status in ("failed", "partial", "error"):
                yield Finding(wrong.name, verdict.id, *_try(verdict, own, right, pasting))


def _try(verdict: Verdict, own: Path, right: Path, pasting: Pasting) -> tuple[str, str]:
    """Whether the lines print what is said, and something else for the model answer."""
    shown = verdict.counterexample
    if shown is None:
        return "no example", verdict.feedback
    lines = snippet(shown.call, WIDTH, verdict.functions)
    if lines is None:
        return "cannot be pasted", shown.call[:200]
    printed, wanted = pasting.printed(lines, own), pasting.printed(lines, right)
    details = "\n".join([
        verdict.feedback, *lines,
        f"got {shown.actual}", f"printed {printed}", f"wanted {shown.expected}", f"the model answer prints {wanted}",
    ])  # fmt: skip
    if _VARIES in verdict.feedback and printed != pasting.printed(lines, own):
        return SHOWN, details
    if not _lines(shown.actual) <= _lines("\n".join(printed)):
        return "prints something else", details
    if shown.actual == shown.expected:
        return "what was got is what was wanted", details
    return ("the model answer prints the same" if printed == wanted else SHOWN), details


def _lines(text: str) -> set[str]:
    """The lines of what is said; a tuple is the same as a list, which it has become on its way."""
    return set(text.translate(str.maketrans("()", "[]")).replace(",]", "]").split("\n"))


def _sources(course: Course, assignment: str) -> dict[str, bytes]:
    sources = reference_sources(course.reference(assignment))
    return {file: text.encode() if isinstance(text, str) else text for file, text in sources.items()}


def _given(course: Course, assignment: str) -> dict[str, bytes]:
    reference = course.reference(assignment)
    provided = {file: path.read_bytes() for file, path in given_files(reference, "provided").items()}
    data = {f"{DATA}/{file}": path.read_bytes() for file, path in given_files(reference, DATA).items()}
    return provided | data


def _lay(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=300, help="how many wrong functions")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--named", default="", help="those whose name begins so")
    parser.add_argument("--only", default=",".join(HOMEWORK), help="these assignments")
    options = parser.parse_args()
    use_one_thread()  # as the command does: threads of a judge that wait for each other on a busy machine take minutes
    course, counts = Course(ROOT), Counter[str]()
    names = options.only.split(",")
    wrongs = [
        one for one in wrong_functions(course, names, options.n, options.seed) if one.name.startswith(options.named)
    ]
    with Pasting() as pasting:
        for name in names:
            assignment = load_assignment(course, name)
            sandbox = ForkedSandbox(assignment.rubric.modules)
            for wrong in (one for one in wrongs if one.assignment == name):
                for finding in findings(course, assignment, wrong, sandbox, pasting):
                    counts[finding.kind] += 1
                    if finding.kind != SHOWN:
                        print(
                            f"{name} {finding.wrong}, {finding.check}: {finding.kind}\n{finding.details}\n", flush=True
                        )
            sandbox.close()
    told = ", ".join(f"{n} {kind}" for kind, n in counts.most_common())
    print(f"{len(wrongs)} wrong functions, {counts.total()} checks that they fail: {told}")


if __name__ == "__main__":
    main()
