"""`grader kit` as an instructor calls it: where a kit goes, and what is never overwritten."""

from __future__ import annotations

import re
import shutil

import pytest
from click.testing import CliRunner

from grader.cli.kit import command
from grader.errors import UsageError
from grader.kit.wheel import CPU_TORCH
from tests.kit.conftest import HIDING


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """The command, called in a course; what it prints, or its complaint."""
    ignored = shutil.ignore_patterns("results", ".grader_cache")
    monkeypatch.chdir(shutil.copytree(HIDING.root, tmp_path / "course", ignore=ignored))

    def call(*arguments):
        found = CliRunner().invoke(command, ["secretive", *map(str, arguments)])
        if found.exception is not None:
            raise found.exception
        return found.output

    return call


def test_a_kit_is_made_and_made_again(kit, tmp_path):
    """Once more only with --force, which leaves a student's own files."""
    out = tmp_path / "kit"
    told = kit("--out", out)
    assert "Made the kit of secretive" in told
    assert f"cd {out} && grader check" in told  # not from within the course, whose rubric would count
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    (out / "own.py").write_text("x = 1\n")
    with pytest.raises(UsageError, match="replace it with --force"):
        kit("--out", out)
    kit("--out", out, "--force")
    assert (out / "own.py").read_text() == "x = 1\n"
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file() and path.name != "own.py"} == before


def test_where_grader_comes_from_is_the_instructors_choice(kit, tmp_path):
    """A wheel in the kit, with pip's options before it; or a line that names another source."""
    kit("--out", tmp_path / "a", "--install-from", "--no-binary :none:")
    [wheel] = (tmp_path / "a").glob("*.whl")
    assert (tmp_path / "a/requirements.txt").read_text() == (
        f"--extra-index-url {CPU_TORCH}\n--no-binary :none:\n--constraint constraints.txt\n./{wheel.name}\n"
    )
    assert re.search(r"^torch==[\d.]+$", (tmp_path / "a/constraints.txt").read_text(), re.MULTILINE)
    kit("--out", tmp_path / "b", "--install-from", "grader @ https://example.org/grader.whl")
    assert (tmp_path / "b/requirements.txt").read_text() == "grader @ https://example.org/grader.whl\n"
    assert not list((tmp_path / "b").glob("*.whl"))


def test_nothing_else_is_overwritten(kit, tmp_path):
    """A folder with other things in it is left as it is."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(UsageError, match="is not empty and holds no kit"):
        kit("--out", tmp_path / "mine", "--force")
    with pytest.raises(UsageError, match="say where it goes"):
        kit()
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_the_grading_seed_is_never_a_kits(kit, tmp_path):
    """Students would know what is drawn."""
    with pytest.raises(UsageError, match="is the seed that submissions are graded with"):
        kit("--out", tmp_path / "kit", "--seed", 7)
    assert not (tmp_path / "kit").exists()
