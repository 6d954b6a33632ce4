"""The model answer as far as it was recorded, where nothing else of it is at hand."""

from __future__ import annotations

from grader.checks.api.steps import Step
from grader.checks.check import Reference
from grader.errors import GraderError
from grader.model.outcome import Outcome


class NotRecorded(GraderError):
    """A check asks the model answer something that it was not asked when the answers were recorded."""


class RecordedReference(Reference):
    """The model answer as far as it was recorded."""

    def __init__(self) -> None:
        super().__init__(None)

    def _answer(self, key: bytes, step: Step) -> Outcome:
        """There is none that was not recorded.

        Raises:
            NotRecorded: always.
        """
        raise NotRecorded("it asks the model answer for what was not recorded")
