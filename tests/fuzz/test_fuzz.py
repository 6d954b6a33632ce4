"""What reads a student's bytes is fuzzed, for a moment at every run; `make fuzz` does it for as long as one likes."""

from __future__ import annotations

import importlib.util
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader import wire
from grader.model.outcome import Failure, Value
from tests.fuzz.__main__ import HERE, ROOT, command
from tests.fuzz.targets import TARGETS, hole, said

CORPUS = HERE / "corpus"
SLOW = {"write_up": 60, "document": 500, "formula": 300, "judged": 500}
with_atheris = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris has no package for this machine"
)


@dataclass(frozen=True)
class Run:
    """How a run of so many inputs ended, the same each time, and where it left what breaks a reader."""

    code: int
    said: str
    folder: Path


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A run of each target, and one with a hole, from one process that has loaded all."""
    folder = tmp_path_factory.mktemp("fuzz")
    limits = {**{target: SLOW.get(target, 2000) for target in sorted(TARGETS)}, "hole": 100_000}
    commands = {target: command(target, folder, f"-runs={n}", "-seed=1") for target, n in limits.items()}
    logs = {target: folder / f"{target}.log" for target in limits}
    lines = [shlex.join([*words[words.index(target) :], str(logs[target])]) for target, words in commands.items()]
    words = commands["hole"]
    each = [*words[: words.index("hole")], "--each"]
    done = subprocess.run(each, cwd=ROOT, input="\n".join(lines), stdout=subprocess.PIPE, text=True, check=True)
    codes = map(int, done.stdout.split())
    return {target: Run(code, logs[target].read_text(errors="replace"), folder)
            for target, code in zip(limits, codes, strict=True)}  # fmt: skip


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_what_was_found_stays_mended(target):
    """Every input of the corpus, without a fuzzer."""
    inputs = sorted((CORPUS / target).iterdir())
    assert len(inputs) >= 3
    for path in inputs:
        TARGETS[target](path.read_bytes())


@with_atheris
@pytest.mark.parametrize("target", sorted(TARGETS))
def test_a_short_run_breaks_nothing(target, runs):
    """Inputs made from the corpus by what they reach."""
    assert runs[target].code == 0, runs[target].said[-4000:]
    assert "INITED cov: " in runs[target].said


@with_atheris
def test_a_hole_is_found(runs):
    """With one check of the decoder taken out the same run ends with an input that gets through."""
    for path in (CORPUS / "message").iterdir():
        hole(path.read_bytes())
    assert runs["hole"].code != 0
    assert list(runs["hole"].folder.glob("hole-crash-*"))


def test_the_corpus_leads_somewhere():
    """Among the scripted processes are one that answers all, one that asks for a module, one that says too much."""
    streams = [said(path.read_bytes()) for path in (CORPUS / "stream").iterdir()]
    assert any(all(isinstance(outcome, Value) for outcome in outcomes) and len(outcomes) == 3 for outcomes in streams)
    told = {outcome.message for outcomes in streams for outcome in outcomes if isinstance(outcome, Failure)}
    assert any("asked for one by one" in message for message in told)
    assert any("no answer to what it was asked" in message for message in told)
    assert {"missing", "error", "out_of_memory", "crashed"} <= {
        outcome.status for outcomes in streams for outcome in outcomes if isinstance(outcome, Failure)
    }


def test_every_target_has_a_corpus():
    """And every corpus a target."""
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)


@pytest.mark.parametrize(("count", "parts"), [(3, 5), (3, 2), (2, 3), (1, 0)])
def test_a_message_that_miscounts_its_replies_is_no_answer(count, parts):
    """None of them counts: whoever sent it is not the worker."""
    data = wire.part(wire.VALUE, wire.encode(True)) * parts
    outcomes = said(wire.head_of_replies(2, 0, count, len(data)) + data)
    assert not any(isinstance(outcome, Value) for outcome in outcomes)
    assert outcomes[0].status == "crashed"
