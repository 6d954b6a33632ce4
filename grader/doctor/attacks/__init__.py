"""The forbidden acts, by what they are after."""

from __future__ import annotations

from grader.doctor.attacks import disturbing, escaping, exhausting, observing, reaching, reading, spawning, writing
from grader.doctor.attacks.act import ACTS, AttackTarget, ForbiddenAct

__all__ = [
    "ACTS",
    "AttackTarget",
    "ForbiddenAct",
    "disturbing",
    "escaping",
    "exhausting",
    "observing",
    "reaching",
    "reading",
    "spawning",
    "writing",
]
