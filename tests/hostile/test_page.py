"""docs/security.md is true: each claim names the test that proves it, and the test is there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
# Sections of claims; the others are advice, or say what remains.
CLAIMING = ("Who is trusted", "Layers", "The judge", "What is handed in", "What is written")


def claims():
    """Each entry of the lists that claim something."""
    for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        if section.startswith(CLAIMING):
            yield from re.findall(r"^- .*?(?=^- |^\S|\Z)", section, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("claim", [re.sub(r"\s+", " ", claim)[:60] for claim in claims()])
def test_each_claim_names_its_test(claim):
    """At least one, and each is a function of the file that it is said to be in."""
    [whole] = [one for one in claims() if re.sub(r"\s+", " ", one).startswith(claim)]
    tests = NAMED.findall(whole)
    assert tests
    for file, name in tests:
        source = ast.parse((ROOT / "tests" / file).read_text())
        assert name in {node.name for node in ast.walk(source) if isinstance(node, ast.FunctionDef)}, (file, name)


def test_the_page_claims_something():
    """And every section of claims is there."""
    assert len(list(claims())) > 40
    assert [section for section in CLAIMING if f"## {section}\n" not in PAGE] == []
