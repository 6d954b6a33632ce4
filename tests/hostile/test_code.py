"""Hostile code: nothing gained, nothing learned, nothing harmed, ended in time, and the sandbox goes on serving."""

from __future__ import annotations

import json
import os
import textwrap
from pathlib import Path

import pytest

from grader.grading import grade
from grader.submission import Submission
from tests.conftest import MINI
from tests.hostile.corpus import AT_IMPORT, FILES, IN_CALL

HONEST = (MINI.reference("mini") / "m.py").read_text()
SECRET = "canary-7d1f"
ABOUT_TOTAL = {"total_matches_reference", "worked_example"}


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A file that must not be read and one that must not change, open to everybody."""
    folder = tmp_path_factory.mktemp("planted")
    for name in ("canary", "planted"):
        (folder / name).write_text(SECRET)
        (folder / name).chmod(0o666)
    os.environ["GRADER_TEST_SECRET"] = SECRET
    yield {"canary": str(folder / "canary"), "planted": str(folder / "planted")}
    del os.environ["GRADER_TEST_SECRET"]


def in_call(body, places):
    for name, path in places.items():
        body = body.replace(f"{{{name}!r}}", repr(path))
    body = textwrap.indent(body, "    ")
    return {"m.py": HONEST.replace("    return float(x.sum())", body)}


def check_unharmed(mini, sandbox, places, files):
    """Grade, and hold what must hold of every hostile submission; the result."""
    encoded = {name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()}
    result = grade(mini, Submission("eve", encoded), sandbox)
    assert SECRET not in json.dumps(result.to_json())
    planted = Path(places["planted"])
    assert planted.read_text() == SECRET
    assert planted.stat().st_mode & 0o777 == 0o666
    assert result.seconds < 40
    assert not any(verdict.status == "ungraded" for verdict in result.verdicts)
    after = grade(mini, Submission("ana", {"m.py": HONEST.encode()}), sandbox)
    assert after.score == after.max_score, "the sandbox goes on serving"
    return result


@pytest.mark.parametrize("name", sorted(IN_CALL))
def test_an_attack_within_a_call_gains_nothing(mini, sandbox, places, name):
    """The attacked function earns nothing; what the submission does honestly may keep its points."""
    result = check_unharmed(mini, sandbox, places, in_call(IN_CALL[name], places))
    passed = {v.id for v in result.verdicts if v.status == "passed"}
    # A patched worker can answer 6 to everything, which `return 6.0` can as well: no more than that.
    constant = name in ("the encoder patched", "the server patched")
    assert passed.isdisjoint(ABOUT_TOTAL - {"worked_example"} if constant else ABOUT_TOTAL)


@pytest.mark.parametrize("name", sorted(AT_IMPORT))
def test_an_attack_at_import_gains_nothing(mini, sandbox, places, name):
    """`total` is wrong there; no hook, thread or patch makes it right."""
    source = HONEST.replace("return float(x.sum())", "return 99.0") + "\n\n" + AT_IMPORT[name] + "\n"
    result = check_unharmed(mini, sandbox, places, {"m.py": source})
    passed = {v.id for v in result.verdicts if v.status == "passed"}
    assert "total_matches_reference" not in passed
    assert name == "a module's getattr" or "worked_example" not in passed  # which answers 6.0 to everything


@pytest.mark.parametrize("name", sorted(FILES))
def test_hostile_files_gain_nothing(mini, sandbox, places, name):
    """Source bombs, shadowing names, notebooks that are none, imports of what knows the answers."""
    result = check_unharmed(mini, sandbox, places, FILES[name])
    assert result.score == 0
