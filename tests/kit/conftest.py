"""The kits that tests look at: of the bundled homework, and of a small course that has something to hide."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.folders import Course
from grader.kit.making import make_kit, public_seed
from tests.conftest import ROOT

HIDING = Course(ROOT / "tests" / "courses" / "hiding")


def written(kit, folder: Path) -> Path:
    """A kit's files in a folder, as a student unpacks them."""
    for path, content in kit.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.fixture(scope="session")
def hw1_kit():
    """The kit of hw1."""
    return make_kit(Course(ROOT), "hw1", seed=public_seed("hw1", 0))


@pytest.fixture(scope="session")
def hw1_folder(hw1_kit, tmp_path_factory):
    """The kit of hw1, unpacked."""
    return written(hw1_kit, tmp_path_factory.mktemp("kit") / "hw1")
