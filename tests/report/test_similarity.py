"""Alike submissions: copies are found however they are dressed up, independent answers are not."""

from __future__ import annotations

import ast
import math
import random
import time

import pytest

from grader.report.readings import Source, SubmissionReading
from grader.report.similarity import Fingerprint, alike, alike_of_class, hashes_of
from grader.worker.tokens import kinds_of
from tests.conftest import ROOT
from tests.hw1 import corpus

CLASS = ROOT / "submissions" / "hw1"


def sources(files):
    """Files as the sandbox reads them."""
    return tuple(Source(path, *kinds_of(code), code) for path, code in files.items())


def files_of(student):
    """A sample student's modules."""
    return {path.name: path.read_text(errors="replace") for path in sorted((CLASS / student).glob("*.py"))}


def written(number):
    """Modules of which each function is the n-th of the right ways to write it, or the first but so many from the end."""
    modules = {}
    for target, ways in corpus.RIGHT.items():
        sources = list(ways.values())
        modules.setdefault(f"{target.split('.')[0]}.py", []).append(sources[number % len(sources)])
    return {path: "import numpy as np\nimport torch\n\n" + "\n\n".join(texts) for path, texts in modules.items()}


@pytest.fixture(scope="module")
def independent():
    """Whole solutions that nobody copied: the sample class, and some of the ways in which each function can be written."""
    found = {path.name: files_of(path.name) for path in sorted(CLASS.iterdir()) if path.is_dir()}
    found |= {f"way{number}": written(number) for number in range(9)}
    return {name: Fingerprint.of(sources(files)) for name, files in found.items() if len(files) >= 5}


class _Renamed(ast.NodeTransformer):
    def __init__(self):
        self.names = {}

    def visit_FunctionDef(self, node):
        own = {one.arg for one in node.args.args} | {
            one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
        }
        for one in ast.walk(node):
            if isinstance(one, ast.Name) and one.id in own:
                one.id = self.names.setdefault(one.id, f"name{len(self.names)}")
            elif isinstance(one, ast.arg) and one.arg in own:
                one.arg = self.names.setdefault(one.arg, f"name{len(self.names)}")
        return node


def renamed(code):
    """Other names, other layout, no comments."""
    return ast.unparse(_Renamed().visit(ast.parse(code)))


def reordered(code):
    """The functions in another order."""
    body = ast.parse(code).body
    functions = [one for one in body if isinstance(one, ast.FunctionDef)]
    random.Random(1).shuffle(functions)
    return ast.unparse(ast.Module([one for one in body if not isinstance(one, ast.FunctionDef)] + functions, []))


def commented(code):
    """A comment on every other line, and empty lines."""
    lines = code.split("\n")
    return "\n".join(
        line + ("  # it does what it says\n" if n % 2 and line.strip() and '"' not in line else "")
        for n, line in enumerate(lines)
    )


class _Comprehended(ast.NodeTransformer):
    def visit_For(self, node):
        listed = f"[{ast.unparse(node.target)} for {ast.unparse(node.target)} in {ast.unparse(node.iter)}]"
        node.iter = ast.parse(listed, mode="eval").body
        return node


def comprehended(code):
    """Loops over lists made on the spot."""
    return ast.unparse(_Comprehended().visit(ast.parse(code)))


COPIES = {"renamed": renamed, "reordered": reordered, "commented": commented, "comprehended": comprehended}


@pytest.mark.parametrize("student", ["ana", "nils", "greta"])
def test_copies_are_found(independent, student):
    """At least four of five: names, order, comments, loops changed, and two sources mixed."""
    own, other = files_of(student), files_of("liam")
    copies = {name: {path: change(code) for path, code in own.items()} for name, change in COPIES.items()}
    copies["mixed"] = {
        path: renamed(code if n < 3 else other.get(path, code)) for n, (path, code) in enumerate(own.items())
    }
    found = []
    for name, files in copies.items():
        pairs = alike({**independent, "copy": Fingerprint.of(sources(files))})
        found += (
            [name]
            if any(
                {pair.first, pair.second} & {student, "liam"} and "copy" in (pair.first, pair.second) for pair in pairs
            )
            else []
        )
    assert len(found) >= 4, found


def test_independent_answers_are_not(independent):
    """Of all pairs of 40 none shares half of its code."""
    assert math.comb(len(independent), 2) >= 780
    assert alike(independent) == []


def test_what_was_handed_out_says_nothing():
    """Two who filled in the same starter share the starter, and that is left aside."""
    starter = files_of("ana")
    own = {"ana": files_of("greta")["q3_losses.py"], "ben": files_of("walt")["q3_losses.py"]}
    readings = {name: SubmissionReading((), sources({**starter, "own.py": code})) for name, code in own.items()}
    assert len(alike_of_class(readings)) == 1
    assert alike_of_class({**readings, "/starter": SubmissionReading((), sources(starter))}) == []
    assert hashes_of(sources(starter))


def test_the_passages_are_the_common_lines():
    """Side by side stands what both have, with the lines that it stands on."""
    code = files_of("ana")["q2_toeplitz.py"]
    shifted = "\n" * 7 + renamed(code)
    [pair] = alike({"a": Fingerprint.of(sources({"x.py": code})), "b": Fingerprint.of(sources({"y.py": shifted}))})
    assert pair.share > 0.7 and pair.passages[0].first[0] == "x.py" and pair.passages[0].second[1] >= 8
    lines = [line for passage in pair.passages for line in passage.second[2]]
    assert set(lines) <= set(shifted.split("\n"))


def test_a_class_of_a_thousand_takes_seconds(independent):
    """An inverted index finds the pairs; half a million comparisons would take minutes."""
    many = {f"s{n:04}": list(independent.values())[n % len(independent)] for n in range(1_000)}
    started = time.process_time()
    alike(many)
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    "code", ["'" * 50_000, '"""a' * 20_000, "def f(:\n  x = 'abc", "x = 1e+", "\\" * 1_000, "", "é = '''\n'''\n" * 3]
)
def test_whatever_is_no_python_has_tokens_too(code):
    """Broken code is read as far as it goes, in bounded time."""
    started = time.process_time()
    kinds, lines = kinds_of(code)
    assert len(kinds) == len(lines) and time.process_time() - started < 5
