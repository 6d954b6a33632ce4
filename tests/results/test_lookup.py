"""Who is meant: by id, by the name of the folder, by what the roster says."""

from __future__ import annotations

import pytest

from grader.errors import UsageError
from grader.intake.submission import identifier
from grader.results.lookup import known_student
from tests.report.classes import RUBRIC, check, ledger, result


@pytest.mark.parametrize("folder", ["Müller Hans", "李小龙", "o'neil", "Jane Doe"])
def test_a_folder_that_is_graded_under_an_id_is_found_by_its_name(folder):
    """However its letters are composed, and by the id as well."""
    found = ledger([result(identifier(folder), [check(spec, "passed") for spec in RUBRIC.checks])])
    for text in (folder, folder.replace("ü", "u\u0308"), identifier(folder)):
        assert known_student(found, text) == identifier(folder)
    with pytest.raises(UsageError, match="no student"):
        known_student(found, f"{folder}x")
