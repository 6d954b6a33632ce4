"""What a derivative on the left of a formula is one of, and with respect to what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from grader.writeup.finding import Block, canonical, is_named

_QUOTIENT = re.compile(r"[∂d](?P<above>[^∂]*?)[∂d](?P<below>[A-Za-z]+)(?P<index>_[A-Za-z0-9]+)?")
_NABLA = re.compile(r"nabla_(?P<below>[A-Za-z]+?)(?P<index>_[A-Za-z])?(?=ell|[lLJCEH]|\Z|_|loss)")
_D_QUOTIENT = re.compile(r"d(?:ell|[A-Za-z]|loss|L_\w{1,4})/?d[A-Za-z](?:_[A-Za-z0-9]+)?")
_HIGHER = re.compile(r"(?:partial|\Ad|nabla)\^")
_INDEX = re.compile(r"_([A-Za-z])(?![A-Za-z0-9])")


@lru_cache(maxsize=500)
def _below(label: str) -> str:
    """The variable that a label's derivative is with respect to, without its index; empty where none is named."""
    plain = label.replace("partial", "∂").replace("/", "")
    match = _QUOTIENT.match(plain) or _NABLA.match(plain)
    return match["below"].removesuffix("ell") if match else ""


def is_same_derivative(block: Block, labels: Sequence[str]) -> bool:
    """Whether a derivative is with respect to what the rubric's labels say, as far as they and it say so."""
    label = str(block["label"])
    if is_named(block, labels):
        return True
    if _HIGHER.search(label):
        return False
    known = {below for one in labels if (below := _below(canonical(one)))}
    below = _below(label)
    return not known or below in known or (below == "" and not label.startswith("nabla_"))


def is_quotient(block: Block) -> bool:
    """Whether a label is written as a derivative with an upright or italic d: dl/dz."""
    return _D_QUOTIENT.fullmatch(str(block["label"])) is not None


def index_of(block: Block) -> set[str]:
    """The index of the variable below, where the label is a derivative's: j of ∂l/∂z_j."""
    label = str(block["label"])
    if not label.startswith(("partial", "d", "nabla_")) or not _below(label):
        return set()
    found = _INDEX.findall(label)
    return set(found[-1:])
