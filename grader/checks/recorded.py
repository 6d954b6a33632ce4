"""The model answer as far as it was recorded, where nothing else of it is at hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.checks.definition import Reference
from grader.checks.plan import encoded_call
from grader.checks.reply import Reply, Target
from grader.errors import GraderError
from grader.outcome import Outcome
from grader.wire import Ref


class NotRecorded(GraderError):
    """A check asks the model answer something that it was not asked when the answers were recorded."""


class Recorded(Reference):
    """The model answer as far as it was recorded."""

    def __init__(self) -> None:
        self.known: dict[bytes, Outcome] = {}

    def begin_case(self) -> None:
        """See `Reference`; nothing is kept between calls."""

    def call(self, target: Target, args: Sequence[Any], named: dict[str, Any], show_arguments: bool) -> Reply:
        """The recorded answer to one call.

        Raises:
            NotRecorded: there is none.
        """
        outcome = self.known.get(encoded_call(target, args, named, show_arguments))
        if outcome is None:
            raise NotRecorded("it asks the model answer for what was not recorded")
        return Reply(outcome, Ref(0, 0), self)
