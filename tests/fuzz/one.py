"""One target under atheris, which watches the branches that an input takes: `python -m tests.fuzz.one TARGET`."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(
    include=[
        "grader.wire",
        "grader.worker",
        "grader.sandbox",
        "grader.writeup",
        "grader.intake.archives",
        "msgpack.fallback",
    ]
):
    from tests.fuzz import targets

target = sys.argv.pop(1)
atheris.Setup(sys.argv, targets.hole if target == "hole" else targets.TARGETS[target])
atheris.Fuzz()
