"""The grader that runs now as a file that pip installs, so that students and machines get the very same."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from grader import DISTRIBUTION
from grader.kit.cases import zip_of

# Torch built for the processor alone: a fifth of the download, and half of the memory.
CPU_TORCH = "https://download.pytorch.org/whl/cpu"
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def wheel() -> tuple[str, bytes]:
    """The file name and the bytes of a wheel of the grader that runs now."""
    own = distribution(DISTRIBUTION)
    package = Path(__file__).parent.parent
    info = f"{DISTRIBUTION}-{own.version}.dist-info"
    files = {
        f"grader/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    files["grader-pytest.pth"] = (package / "extra" / "pytest.pth").read_bytes()
    files[f"{info}/METADATA"] = (own.read_text("METADATA") or "").encode()
    files[f"{info}/entry_points.txt"] = (own.read_text("entry_points.txt") or "").encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: grader\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = f"{info}/RECORD"
    lines = [f"{name},sha256={_digest(files[name])},{len(files[name])}" for name in sorted(files)]
    files[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    return f"{DISTRIBUTION}-{own.version}-py3-none-any.whl", zip_of(files)


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def pins() -> list[str]:
    """The versions of all that grader needs, as they are installed here; without the mark of a local build."""
    found: dict[str, str] = {}
    todo = [distribution(DISTRIBUTION)]
    while todo:
        for requirement in todo.pop().requires or []:
            name = _REQUIREMENT.match(requirement)
            key = re.sub("[-_.]+", "-", name[0]).lower() if name else ""
            if name is None or "extra ==" in requirement or key in found:
                continue
            try:
                needed = distribution(name[0])
            except PackageNotFoundError:  # for another system or Python
                continue
            found[key] = f"{needed.metadata['Name']}=={needed.version.partition('+')[0]}"
            todo.append(needed)
    return sorted(found.values(), key=str.lower)
