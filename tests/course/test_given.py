"""What a course gives: modules laid over every submission, files to read, a folder to write in."""

from __future__ import annotations

import shutil

import pytest
import yaml

from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.errors import RubricError
from grader.grading.one_submission import grade
from grader.intake.reading import read_folder
from grader.intake.submission import Submission
from grader.kit.loading import load_kit
from grader.kit.making import make_kit
from grader.kit.setup import look_at
from tests.conftest import ROOT

PACK = Course(ROOT / "tests/courses/pack")
STUDENTS = sorted(path.name for path in PACK.submissions("pack").iterdir())


def copy_to(folder):
    shutil.copytree(PACK.root / "rubrics", folder / "rubrics")
    shutil.copytree(PACK.root / "reference", folder / "reference")
    return Course(folder)


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return load_assignment(copy_to(tmp_path_factory.mktemp("pack")), "pack")


def test_a_kit_holds_what_is_given(tmp_path, sandbox, relative):
    """Byte for byte: provided and data under their paths, the starter as it is, stubs for the rest; no reference."""
    course = copy_to(tmp_path)
    files = make_kit(course, "pack", seed=5, install_from=["numgrade"]).files
    at = course.root / "rubrics/pack"
    for path in ("kitchen/__init__.py", "kitchen/units.py", "kitchen/timer.py"):
        assert files[path] == files[f"rubrics/pack/provided/{path}"] == (at / "provided" / path).read_bytes()
    assert files["kitchen/oven/bake.py"] == (at / "starter/kitchen/oven/bake.py").read_bytes()
    assert files["data/recipe.csv"] == (at / "data/recipe.csv").read_bytes()
    assert b"def recipe(path):\n    raise NotImplementedError" in files["kitchen/book.py"]
    assert "kitchen/oven/heat.py" not in files
    assert not any(path.startswith("reference") for path in files)
    kit = tmp_path / "kit"
    for path, content in files.items():
        (kit / path).parent.mkdir(parents=True, exist_ok=True)
        (kit / path).write_bytes(content)
    (kit / "kitchen/units.py").write_text("def millilitres(cups):\n    return 0\n")
    (kit / "kitchen/book.py").write_bytes(relative["kitchen/book.py"])
    for name in ("bake", "heat"):
        (kit / f"kitchen/oven/{name}.py").write_bytes(relative[f"kitchen/oven/{name}.py"])
    result = grade(load_kit(kit), read_folder(kit), sandbox)
    assert {verdict.id: verdict.status for verdict in result.verdicts if verdict.status != "passed"} == {}
    assert any("kitchen/units.py" in note for note in result.notes)


def test_a_kit_speaks_of_what_there_is_alone(tmp_path, sandbox):
    """No handout, no write-up and no hidden check: none is named, and what the course gives is nobody's own file."""
    files = make_kit(copy_to(tmp_path), "pack", seed=5, install_from=["numgrade"]).files
    told = files["README.md"].decode()
    assert "The task is told by your instructor." in told
    assert not any(word in told for word in ("handout", "answers.md", "write-up", "hidden"))
    assert b"handout" not in files["kitchen/book.py"]
    assert "answers.md" not in files
    for path, content in files.items():
        (tmp_path / "kit" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "kit" / path).write_bytes(content)
    (tmp_path / "kit/kitchen/timer.py").unlink()
    lines = [line.text for line in look_at(tmp_path / "kit", lambda _modules: sandbox)]
    assert "your 2 files are where they are looked for" in lines


def graded(assignment, sandbox, files):
    return grade(assignment, Submission("ana", files), sandbox)


@pytest.mark.parametrize("student", STUDENTS)
def test_each_student_gets_what_is_expected(student, pack, sandbox):
    """Statuses, notes and what the feedback must hold, as their expected.yaml says."""
    folder = PACK.submissions("pack") / student
    expected = yaml.safe_load((folder / "expected.yaml").read_text())
    result = grade(pack, read_folder(folder), sandbox)
    wanted = {
        verdict.id: expected.get("checks", {}).get(verdict.id, expected["default"]) for verdict in result.verdicts
    }
    told = {verdict.id: (verdict.status, verdict.feedback) for verdict in result.verdicts}
    for check, status in wanted.items():
        allowed = {status, "error"} if check in expected.get("tells", {}) else {status}
        assert told[check][0] in allowed, (check, told[check])
    for check, texts in expected.get("tells", {}).items():
        assert all(text in told[check][1] for text in texts), told[check]
    for text in expected.get("notes", []):
        assert any(text in note for note in result.notes), result.notes
    assert expected.get("notes") or not result.notes


@pytest.fixture(scope="module")
def relative():
    return dict(read_folder(PACK.submissions("pack") / "relative").files)


def test_the_same_copy_needs_no_word(pack, sandbox, relative):
    """Who hands in what was handed out is not told of it; who changes it is, by its path, and it does not count."""
    provided = PACK.root / "rubrics/pack/provided/kitchen"
    same = {f"kitchen/{name}": (provided / name).read_bytes() for name in ("units.py", "timer.py")}
    assert graded(pack, sandbox, relative | same).notes == ()
    result = graded(
        pack, sandbox, relative | {"kitchen/timer.py": b"def twice(n):\n    return 0\n", "data/loader.py": b"x = 1"}
    )
    assert [note.partition(" ")[0] for note in result.notes] == ["kitchen/timer.py", "data/loader.py"]
    assert result.score == result.max_score


def test_the_digest_is_of_what_was_handed_in(pack, sandbox, relative):
    """So that a changed copy is graded again, and an unchanged one is not."""
    files = relative | {"kitchen/units.py": b"CUP = 3\n"}
    assert graded(pack, sandbox, files).digest == Submission("ana", files).digest


def test_a_students_error_is_not_placed_in_a_given_file(pack, sandbox, relative):
    """The line is the student's own, whoever called it."""
    files = relative | {
        "kitchen/oven/bake.py": relative["kitchen/oven/bake.py"].replace(b"warm_up() + grams", b"warm_up() + None")
    }
    [verdict] = [one for one in graded(pack, sandbox, files).verdicts if one.id == "given_code_calls_ours"]
    assert verdict.feedback.startswith("kitchen/oven/bake.py, line 11")


@pytest.fixture
def copied(tmp_path):
    return copy_to(tmp_path)


@pytest.mark.parametrize("path", ["provided/kitchen/units.py", "data/recipe.csv", "provided/words.txt"])
def test_verdicts_rest_on_what_is_given(path, copied):
    """A change of it makes all of them stale, and nobody's replies are kept."""
    before = load_assignment(copied, "pack")
    file = copied.root / "rubrics/pack" / path
    file.write_bytes(
        (file.read_bytes() if file.exists() else b"") + (b"flour,1.5\n" if path.endswith("csv") else b"# more\n")
    )
    after = load_assignment(copied, "pack")
    assert before.digest != after.digest
    assert set(before.verdict_keys.values()).isdisjoint(after.verdict_keys.values())
    assert set(before.calls_keys.values()).isdisjoint(after.calls_keys.values())


def test_too_much_is_told(copied):
    """With how much there is, and how much there may be."""
    (copied.root / "rubrics/pack/data/big.bin").write_bytes(bytes(33 << 20))
    with pytest.raises(RubricError, match="33 MiB in provided/ and data/; expected at most"):
        load_assignment(copied, "pack")


SHADOW = {
    "m.py": b"import queue\nimport helper\ndef f():\n    return queue.line()\n",
    "helper.py": b"from random import mine\n",
}


def test_only_what_is_imported_is_told(pack, sandbox, relative):
    """A file that nobody imports costs nothing and needs no word."""
    files = relative | {"queue.py": b"def line(path):\n    pass\n"}
    result = graded(pack, sandbox, files)
    assert result.score == result.max_score
