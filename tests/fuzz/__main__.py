"""Fuzzes what reads a student's bytes: `python -m tests.fuzz [TARGET …] --seconds 60`; each target in a process.

Inputs that reach new code are kept in `.fuzz/`, beside those that break a reader; see `tests/fuzz/targets.py`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
KEPT = ROOT / ".fuzz"
# No input may take longer, or more memory, in a reader that is to serve a class.
MAX_SECONDS, MAX_MIB, MAX_BYTES = 5, 2048, 4096


def command(target: str, kept: Path, *limits: str) -> list[str]:
    """How one target is fuzzed from its corpus; what is found is written to `kept`."""
    found = kept / target
    found.mkdir(parents=True, exist_ok=True)
    options = [f"-timeout={MAX_SECONDS}", f"-rss_limit_mb={MAX_MIB}", f"-max_len={MAX_BYTES}", *limits]
    corpus = HERE / "corpus" / ("message" if target == "hole" else target)
    keeping = [f"-artifact_prefix={kept}/{target}-", str(found), str(corpus)]
    return [sys.executable, "-m", "tests.fuzz.one", target, *options, *keeping]


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz each target for a while; non-zero where one does not keep its word."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", help="names in tests/fuzz/targets.py; all where none is given")
    parser.add_argument("--seconds", type=int, default=60, help="how long each target is fuzzed")
    options = parser.parse_args(arguments)
    broken = []
    for target in options.targets or sorted(folder.name for folder in (HERE / "corpus").iterdir()):
        print(f"{target}: {options.seconds} s", flush=True)
        done = subprocess.run(command(target, KEPT, f"-max_total_time={options.seconds}", "-print_final_stats=1"),
                              cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
        lines = done.stderr.splitlines()
        if done.returncode:
            broken.append(target)
            print("\n".join(lines[-40:]))
        else:
            print("\n".join(f"  {line}" for line in lines if "number_of_executed" in line or "DONE" in line))
    print(f"broken: {', '.join(broken) or 'none'}" + (f"; the inputs are in {KEPT}" if broken else ""))
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
