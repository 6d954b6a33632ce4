"""What one submission may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """The rubric's `limits`; `_wall_s` are seconds of wall time, `_cpu_s` of processor time."""

    call_wall_s: float = 2.0
    load_wall_s: float = 10.0
    submission_wall_s: float = 120.0
    submission_cpu_s: float = 60.0
    memory_mib: int = 1024
    output_kib: int = 64
