"""The sheets that learning platforms hand out, filled with final grades: one file a platform, found by its name."""

from __future__ import annotations

from importlib import import_module

from grader.sheets.filling import Platform

NAMES = ("blackboard", "brightspace", "canvas", "gradescope", "moodle")


def platform(name: str) -> Platform:
    """The platform of that name, which is one of `NAMES`."""
    found: Platform = import_module(f"{__name__}.{name}").PLATFORM
    return found
