"""What is shown beside a title fits the window."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from grader.terminal.details import _print_titled


@pytest.mark.parametrize("indent", [0, 2, 6])
def test_a_long_text_stays_within_the_window(indent):
    """Line by line under each other, as far to the right as there is room, and no word is lost."""
    screen = Console(file=io.StringIO(), width=50)
    words = [str(number) for number in range(1000, 1020)]
    _print_titled(screen, "wanted", " ".join(words), indent)
    lines = screen.file.getvalue().splitlines()
    assert len(lines) > 1 and all(line[: indent + 8].strip() in ("wanted", "") for line in lines)
    assert " ".join(line[indent + 8 :] for line in lines).split() == words
