"""What must be the same on every machine, so that a result does not depend on where it was found."""

from __future__ import annotations

import functools
import importlib.metadata
import platform
from collections.abc import Mapping
from pathlib import Path

import grader
from grader import __version__
from grader.cache.digests import python_files

_LIBRARIES = ("hypothesis", "numpy", "scipy", "torch", "msgpack", "markdown-it-py")


@functools.cache
def installed_versions() -> dict[str, str]:
    """Name → version here; grader's own with a digest of its files, since a checkout changes without its number."""
    own = f"{__version__} of files {python_files(Path(grader.__file__).parent)[:8]}"
    found = {"Python": f"{platform.python_version()} ({platform.python_compiler()})", "grader": own}
    return found | {name: importlib.metadata.version(name) for name in _LIBRARIES}


def differences(there: Mapping[str, str], here: Mapping[str, str]) -> str:
    """What is other there, in words; empty where nothing is."""
    return "; ".join(
        f"{name} {there.get(name, 'missing')} there, {version} here"
        for name, version in here.items()
        if there.get(name) != version
    )
