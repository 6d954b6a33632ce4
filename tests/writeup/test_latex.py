"""A document in LaTeX is read as Markdown, also where it is not complete."""

from __future__ import annotations

import pytest

from grader.worker.reading.latex import MAX_OPEN, markdown_of_latex


@pytest.mark.parametrize(("n_open", "is_read"), [(0, True), (1, True), (MAX_OPEN, True), (MAX_OPEN + 1, False)])
def test_a_few_braces_that_nobody_closes_cost_the_rest_nothing(n_open, is_read):
    """What follows them is read as ever; after too many it stays as it was written."""
    read = markdown_of_latex("\\emph{never closed\n\n" * n_open + "\\textbf{word}")
    assert ("**word**" in read, "\\textbf{word}" in read) == (is_read, not is_read)
