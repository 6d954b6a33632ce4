"""LEAD'S TEMPORARY STUB: overwrite this file."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Cage:
    summary: str


def enter_zygote(readable, layers):
    return Cage("strong: stub")


def enter_worker(cage, *, cpu_s, memory_bytes, before_seal, keep_fds=()):
    os.closerange(4, 4096)
    before_seal()
