"""`grader doctor --kit`: a student's set-up in five lines, each with what to do where it is not right."""

from __future__ import annotations

import shutil

import pytest
import yaml
from click.testing import CliRunner

from grader.cli import cli
from grader.kit.making import make_kit, public_seed
from grader.kit.setup import look_at
from tests.kit.conftest import HIDING, written


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A small kit as it is unpacked."""
    return written(
        make_kit(HIDING, "secretive", seed=public_seed("secretive", 0)), tmp_path_factory.mktemp("kit") / "hw"
    )


@pytest.fixture
def kit(whole, tmp_path):
    """A copy of it to break."""
    return shutil.copytree(whole, tmp_path / "hw")


@pytest.fixture
def parts(sandbox):
    """What is said of a kit."""
    return lambda folder: list(look_at(folder, lambda _modules: sandbox))


def test_a_fresh_kit_is_right_in_five_lines(parts, kit):
    """Python, libraries, kit, files, a run."""
    told = parts(kit)
    assert [one.is_right for one in told] == [True] * 5, told


def test_each_fault_is_said_with_the_way_out(parts, kit):
    """Another version of a library, none at all, a file that is called otherwise."""
    (kit / "constraints.txt").write_text("numpy==1.0\nno-such-library==2\n")
    module = next(kit.glob("*.py"))
    module.rename(module.with_name(f"{module.stem}_.py"))
    _, libraries, _, files, _ = parts(kit)
    assert "numpy is " in libraries.text
    assert "not 1.0, no-such-library is missing: run `python -m pip install" in libraries.text
    assert files.text == f"no {module.name}: rename {module.stem}_.py"


@pytest.mark.parametrize("fault", ["lacks", "is of grader 0.0"])
def test_a_kit_that_is_not_whole_ends_it(parts, kit, fault):
    """What comes after it would say nothing."""
    marker = kit / "grader-kit.yaml"
    if fault == "lacks":
        next((kit / "rubrics").glob("*.py")).unlink()
    else:
        marker.write_text(yaml.safe_dump({**yaml.safe_load(marker.read_text()), "grader": "0.0"}))
    told = parts(kit)
    assert len(told) == 3
    assert not told[-1].is_right
    assert fault in told[-1].text


def test_the_command_prints_them_and_ends_with_one_where_one_is_wrong(kit, warm, monkeypatch):
    """In the kit's own folder without a path."""
    monkeypatch.setattr("grader.sandbox.fallback.OwnCodeSandbox", warm)
    monkeypatch.chdir(kit)
    done = CliRunner().invoke(cli, ["doctor", "--kit"])
    assert done.exit_code == 0
    assert len(done.output.splitlines()) == 5
    next(kit.glob("*.py")).unlink()
    done = CliRunner().invoke(cli, ["doctor", "--kit", str(kit)])
    assert done.exit_code == 1
