"""What a verdict depends on, as digests: change one part, and only what rests on it is done again.

A course is graded many times: one rubric is mended, one student hands in again, a tolerance is widened the night
before grades are due. Whatever is taken over from an earlier run must be what a new one would give, byte for byte; a
cache that is wrong once is worse than none. So nothing is kept by time or by name. Each thing kept is named by a
digest of all that it rests on, and what rests on less is kept apart from what rests on more:

- cases and the reference's replies: a check's code and all that its module defines, the reference, files that the
  course gives, seed, versions of Python, libraries and grader itself;
- a submission's replies: those, and the submission's own modules that the check can reach;
- verdicts: those, and what judges, as tolerance, points, hints.

So a new tolerance is judged on replies that are kept, and no student's code runs. What is hard is the first line of
the list: code reaches other code, data files and the environment by ways that no reader sees. What is not surely
outside counts as inside: a file of any kind below `reference/` and beside the rubric, every definition of a module
where one cannot be told from another. And what does not rest on its inputs alone is never taken over: whatever ended
by a clock, by lack of memory or differently the second time.

Digests say that something was made from the right things, not that it is still whole. So each file and row carries a
seal of its own content (`preparations`, `grader.results.store`); what is damaged is made anew, and said.
"""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.rubric import CheckSpec, Rubric
from grader.rubric.files import GIVEN, MISCONCEPTIONS, given_files, module_files
from grader.worker.files import SKIPPED

_VERSIONED = ("hypothesis", "numpy", "torch", "scipy")
# Directly beside the rubrics: rubrics, handouts and the schema, which no verdict is read from.
_TEXTS = (".yaml", ".yml", ".md", ".html")


def digest(*parts: str | bytes) -> str:
    """sha256 of parts, each with its length, so that no two lists of parts are alike."""
    hashed = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        hashed.update(len(data).to_bytes(8, "big") + data)
    return hashed.hexdigest()


@functools.cache
def versions(offered: tuple[str, ...] = ()) -> str:
    """Of Python, of the libraries that compute, of grader's own files, and of the modules that a course offers."""
    import importlib.metadata  # a kit, which keeps no verdicts, does without

    libraries = [f"{package} {importlib.metadata.version(package)}" for package in _VERSIONED]
    owners = importlib.metadata.packages_distributions() if set(offered) - set(_VERSIONED) else {}
    for package in sorted({owner for name in offered for owner in owners.get(name.partition(".")[0], [])}):
        libraries.append(f"{package} {importlib.metadata.version(package)}")
    return digest(sys.version, *libraries, python_files(Path(__file__).parents[1]))


def python_files(folder: Path, pattern: str = "**/*.py") -> str:
    """Of the Python files in a folder, with their names."""
    found = sorted(path for path in folder.glob(pattern) if path.is_file())
    return digest(*(part for path in found for part in (path.relative_to(folder).as_posix(), path.read_bytes())))


def model_files(reference: Path) -> str:
    """Of the model answer's modules, of all it may read beside them, and of the files that the course gives."""
    files = {path.relative_to(reference).as_posix(): path for path in module_files(reference)}
    files |= {f"{kind}/{name}": path for kind in GIVEN for name, path in given_files(reference, kind).items()}
    files |= {path.relative_to(reference).as_posix(): path for path in _data_files(reference)}
    return digest(*(part for name, path in files.items() for part in (name, path.read_bytes())))


def _data_files(folder: Path) -> list[Path]:
    """What lies in a folder that is neither Python, nor a known mistake, nor a leaving of some tool."""
    found = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        parts = path.relative_to(folder).parts
        left = any(part.startswith(".") or part in SKIPPED for part in parts) or parts[0] == MISCONCEPTIONS
        if not left and path.suffix not in (".py", ".pyc") and path.is_file():
            found.append(path)
    return found


def assignment_digest(rubric: Rubric, rubric_file: Path, reference: Path) -> str:
    """Of all that decides a result beside the submission and the seed."""
    return digest(
        rubric.digest,
        _digest_of_shared_files(rubric_file),
        python_files(reference),
        model_files(reference),
        versions(rubric.modules),
    )


def foundations(rubric_file: Path, reference: Path) -> dict[str, str]:
    """The parts of `assignment_digest` by name, so that a person can be told which of them changed."""
    import importlib.metadata

    ours = [rubric_file, rubric_file.with_suffix(".py"), *_shared_files(rubric_file)]
    files = {f"rubrics/{path.relative_to(rubric_file.parent).as_posix()}": path for path in ours if path.is_file()}
    model = [*filter(Path.is_file, reference.rglob("*.py")), *_data_files(reference)]
    files |= {f"reference/{path.relative_to(reference.parent).as_posix()}": path for path in model}
    files |= {
        f"rubrics/{reference.name}/{kind}/{name}": path
        for kind in GIVEN
        for name, path in given_files(reference, kind).items()
    }
    libraries = {package: importlib.metadata.version(package) for package in _VERSIONED}
    own = {"Python": sys.version, **libraries, "grader": digest(python_files(Path(__file__).parent))[:12]}
    return {name: digest(path.read_bytes())[:12] for name, path in sorted(files.items())} | own


def preparation_key(spec: CheckSpec, seed: int, body: str, around: str) -> str:
    """Of all that a check's cases, its calls and the reference's answers depend on.

    Args:
        body: what the check needs of the rubric's Python.
        around: `surroundings`.
    """
    definition = [seed, spec.examples, spec.function, spec.matches_reference, spec.given, repr(spec.tolerance)]
    return digest(around, spec.id, json.dumps(definition, default=repr), body)


def surroundings(rubric_file: Path, reference: Path) -> str:
    """Of what every check of an assignment may rest on."""
    return digest(_digest_of_shared_files(rubric_file), model_files(reference), versions())


def _digest_of_shared_files(rubric_file: Path) -> str:
    """Of what a rubric's Python may import or read beside it."""
    files = _shared_files(rubric_file)
    parts = ((path.relative_to(rubric_file.parent).as_posix(), path.read_bytes()) for path in files)
    return digest(*(part for pair in parts for part in pair))


def _shared_files(rubric_file: Path) -> list[Path]:
    """The modules and the data in the rubrics' folder, without the rubrics themselves and what belongs to others."""
    folder = rubric_file.parent
    files = (path for path in sorted(folder.glob("*.py")) if path.is_file())
    modules = [path for path in files if not path.with_suffix(".yaml").exists()]
    others = {path.stem for path in folder.glob("*.yaml")} - {rubric_file.stem}
    data = (path for path in _data_files(folder) if path.suffix not in _TEXTS or path.parent != folder)
    return modules + [path for path in data if path.relative_to(folder).parts[0].partition(".")[0] not in others]


def calls_key(calls: bytes, modules: Sequence[str], rubric: Rubric, seed: int, given: str) -> str:
    """Of all that a submission's replies to some calls depend on beside the submission.

    Args:
        given: digest of what the course lays over it.
    """
    return digest(
        calls, json.dumps([modules, repr(rubric.limits), rubric.modules, seed]), versions(rubric.modules), given
    )


def verdict_key(spec: CheckSpec, rubric: Rubric, *rests_on: str | bytes) -> str:
    """Of all that a check's verdict depends on beside the submission; its points and its visibility are no part.

    Args:
        rests_on: for a code check, the bytes of the prepared check and what it needs of the rubric's Python.
    """
    judged = [repr(spec.tolerance), spec.hint, spec.hints, spec.forbids, spec.kind, spec.options]
    around = [repr(rubric.limits), rubric.modules, rubric.write_up]
    return digest(spec.id, json.dumps([judged, around], default=repr), versions(rubric.modules), *rests_on)
