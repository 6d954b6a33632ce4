"""How many threads numerical libraries take: one, since judges are as many as processors."""

from __future__ import annotations

import os


def use_one_thread() -> None:
    """Let numpy and torch compute in one thread, where they are not loaded yet."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
