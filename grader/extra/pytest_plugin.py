"""A plugin of pytest's: `pytest rubrics/hw1.yaml --submission DIR` has one item a check, with grader's verdicts.

Without `--submission` it does nothing, and it imports nothing of grader's before that.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from grader.grading.submission_session import SubmissionSession
    from grader.model.verdict import Verdict
    from grader.rubric import CheckSpec, Question

_SITTINGS = pytest.StashKey[dict[Path, "SubmissionSession | Exception"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare `--submission`."""
    group = parser.getgroup("grader", "grading a submission (grader)")
    group.addoption(
        "--submission",
        action="append",
        metavar="DIR",
        help="Run the checks of rubrics/*.yaml on the submission in this folder.",
    )
    group.addoption(
        "--submission-sandbox",
        choices=["auto", "strict", "process"],
        default="auto",
        help="process: no isolation but a child process, for code that you trust.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what is no submission, before anything is collected.

    Raises:
        UsageError: a folder is not there, or there are several.
    """
    told: list[str] | None = config.getoption("submission")
    if not told:
        return
    if len(told) > 1:
        raise pytest.UsageError("--submission takes one folder and is given twice; `grader grade` takes a class")
    folder = Path(config.invocation_params.dir, told[0]).resolve()
    if not folder.is_dir():
        raise pytest.UsageError(f"--submission {told[0]}: there is no such folder; a submission is a folder")
    from grader.sandbox.threads import use_one_thread

    use_one_thread()
    config.option.submission = [str(folder)]  # absolute, for the processes of pytest-xdist
    config.stash[_SITTINGS] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Refuse to begin in the submission, before a `conftest.py` of its is imported.

    Raises:
        UsageError: pytest is called in it, on it, or has taken its configuration from it.
    """
    options, here = early_config.known_args_namespace, early_config.invocation_params.dir
    told: list[str] = getattr(options, "submission", None) or []
    if not told:
        return
    from grader.course.workspace import is_own_kit
    from grader.extra.pytest_arguments import is_inside

    named = [Path(here, str(word).partition("::")[0]) for word in getattr(options, "file_or_dir", None) or [here]]
    if is_own_kit(here):  # one's own folder; its settings count for nothing all the same
        options.noconftest = True
        return
    for path in (here, *named, *filter(None, [early_config.inipath])):
        if is_inside(path, told, here):
            raise pytest.UsageError(
                f"{path} lies in the submission, whose files are not pytest's: call it in the course's folder, "
                "with the rubric: pytest rubrics/ASSIGNMENT.yaml --submission=DIR"
            )


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Say what is missing where a rubric is named and no submission.

    Raises:
        UsageError: a file `rubrics/*.yaml` is to be collected, which nothing else would do.
    """
    config = session.config
    if config.getoption("submission"):
        return
    for word in config.args:
        path = Path(config.invocation_params.dir, str(word).partition("::")[0])
        if path.suffix == ".yaml" and path.parent.name == "rubrics" and path.is_file():
            raise pytest.UsageError(f"{word} is a rubric; say which submission is meant: give --submission DIR")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Look for tests in no submission, so that no `conftest.py` of one is imported."""
    told: list[str] | None = config.getoption("submission")
    if not told:
        return None
    is_class = collection_path.name == "submissions" and (collection_path.parent / "rubrics").is_dir()
    return True if is_class or collection_path.is_relative_to(told[0]) else None


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the sandboxes."""
    for sitting in config.stash.get(_SITTINGS, {}).values():
        if not isinstance(sitting, Exception):
            sitting.close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take a rubric where there is a submission to run it on."""
    if not parent.config.getoption("submission"):
        return None
    if file_path.suffix != ".yaml" or file_path.parent.name != "rubrics":
        return None
    return RubricFile.from_parent(parent, path=file_path)


class RubricFile(pytest.File):
    """A rubric: its questions."""

    def collect(self) -> Iterator[pytest.Collector]:
        """Read the rubric; what is wrong in it is told by line, and nothing is run."""
        from grader.errors import GraderError
        from grader.rubric.loading import load

        try:
            rubric = load(self.path)
        except GraderError as error:
            raise self.CollectError(str(error)) from None
        for question in rubric.questions:
            yield QuestionNode.from_parent(self, name=question.id, question=question)

    def session_of_submission(self) -> SubmissionSession:
        """The submission before this rubric's judge; one that cannot be had is not asked for again."""
        from grader.errors import GraderError
        from grader.grading.accident import accident
        from grader.grading.submission_session import open_session

        sittings = self.config.stash[_SITTINGS]
        if self.path not in sittings:
            wanted = [
                item.spec.id for item in self.session.items if isinstance(item, CheckItem) and item.path == self.path
            ]
            folder = Path(self.config.getoption("submission")[0])
            try:
                sittings[self.path] = open_session(
                    self.path, folder, wanted, self.config.getoption("submission_sandbox")
                )
            except GraderError as error:
                sittings[self.path] = error
            except Exception as error:
                sittings[self.path] = RuntimeError(accident(folder.name, error))
        found = sittings[self.path]
        if isinstance(found, Exception):
            pytest.fail(str(found), pytrace=False)
        return found


class QuestionNode(pytest.Collector):
    """A question: its checks."""

    def __init__(self, *, question: Question, **other: Any) -> None:
        super().__init__(**other)
        self._question = question

    def collect(self) -> Iterator[pytest.Item]:
        """One item a check."""
        for spec in self._question.checks:
            yield CheckItem.from_parent(self, name=spec.id, spec=spec)


class CheckItem(pytest.Item):
    """A check: it passes where it earns all of its points."""

    def __init__(self, *, spec: CheckSpec, **other: Any) -> None:
        super().__init__(**other)
        self.spec = spec
        self._verdict: Verdict | None = None

    def setup(self) -> None:
        """Reach the verdict; what is not the submission's doing is an error here and never a failure."""
        file = self.getparent(RubricFile)
        assert file is not None
        sitting = file.session_of_submission()
        self._verdict = verdict = sitting.verdict(self.spec.id)
        self.user_properties += [
            ("points", f"{float(verdict.score):g}"),
            ("max_points", f"{float(verdict.max_score):g}"),
            ("visibility", verdict.visibility),
            ("status", verdict.status),
        ]
        if output := sitting.new_output():
            self.add_report_section("setup", "submission", _display(output))
        if verdict.status == "ungraded":
            pytest.fail(_message(verdict), pytrace=False)

    def runtest(self) -> None:
        """Conclude from the verdict."""
        assert self._verdict is not None
        if self._verdict.status in ("blocked", "needs_review"):
            told = _display(self._verdict.feedback.partition("\n")[0])
            raise pytest.skip.Exception(f"{self._verdict.status}: {told}", _use_item_location=True)
        if self._verdict.status != "passed":
            pytest.fail(_message(self._verdict), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the check stands in the rubric."""
        return self.path, self.spec.line - 1, f"{self.parent.name if self.parent else ''} {self.name}"


def _message(verdict: Verdict) -> str:
    from grader.export import message_of

    points = f"{float(verdict.score):g} of {float(verdict.max_score):g} points"
    lines = [f"{verdict.status}: {points}", message_of(verdict.to_json())]
    if verdict.counterexample is not None:
        shown = verdict.counterexample
        lines += ["", f"call      {shown.call}", f"actual    {shown.actual}", f"expected  {shown.expected}"]
    return _display("\n".join(lines))


def _display(text: str) -> str:
    from grader.export.escaping import terminal

    return terminal(text)
