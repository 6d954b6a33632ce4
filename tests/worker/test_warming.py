"""What trusted code may ask for: what is named, and what that is built on."""

from __future__ import annotations

from grader.worker.warming import importable


def test_a_library_brings_what_it_requires():
    """Under the names that are imported, further down as well; not what only an extra of it wants."""
    found = importable(["starlette"])
    assert {"starlette", "anyio", "idna"} <= found
    assert "httpx" not in found  # which `starlette[full]` wants


def test_what_nobody_named_is_not_there():
    """The standard library and what reads a PDF alone."""
    assert "json" in importable([]) and "pypdf" in importable([])
    assert not {"numpy", "starlette"} & importable([])
