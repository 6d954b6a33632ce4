"""Ordinary programs are not hurt: each runs in a caged worker, under every Python found, as root and as a user."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
USER = 12345
# A user can only be tried by root, who can become one; a user tries what a user has.
USERS = [0, USER] if os.getuid() == 0 else [os.getuid()]


def interpreters():
    """This Python, and one of each newer version: on the path, or installed beside this one as version managers do."""
    beside = Path(sys.base_prefix).parent
    found = {sys.version_info[:2]: sys.executable}
    for minor in range(sys.version_info.minor + 1, 20):
        name = f"python3.{minor}"
        for path in (shutil.which(name), *sorted(beside.glob(f"*/bin/{name}"))):
            if path and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
                found[3, minor] = str(path)
    return list(found.values())


@pytest.mark.parametrize("uid", USERS)
@pytest.mark.parametrize("python", interpreters(), ids=lambda path: Path(path).name)
def test_ordinary_programs_end_as_they_should(python, uid):
    """Threads, event loops, signals to oneself, aborts: all as outside, but for paths and processes."""
    run = subprocess.run(
        [python, "-m", "tests.cage.ordinary", str(uid)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    report = json.loads(run.stdout)
    assert report["sandbox"].startswith("strong: seccomp")
    assert {name: end for name, end in report["ends"].items() if end} == {}
