"""`python -m benchmarks.formulas`: who reads formulas as people write them; `docs/formulas.md` is written from it.

The same pairs of a right and a wrong formula are given to grader and to four parsers of others. They are in the extra
`formulas`; sympy's own ANTLR parser wants another version of the runtime, which is put into `.bench` for it alone.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAIRS = Path(__file__).with_suffix(".txt")
MAX_SECONDS = 5
POINTS = [(0.1, 0.0), (0.35, 1.0), (0.5, 0.0), (0.8, 1.0), (0.97, 0.0), (0.03, 1.0)]  # p, y
# By kind: as grader's rubric has it, and as LaTeX.
REFERENCES = {
    "bce": ("-y*log(p) - (1-y)*log(1-p)", r"-y\log(p)-(1-y)\log(1-p)"),
    "res": ("p - y", r"p-y"),
}
ACCEPTED, REJECTED, UNREAD = "accepted", "rejected", "unread"
Reader = Callable[[str, str], str]


@dataclass(frozen=True)
class Pair:
    """One formula, right and wrong."""

    kind: str
    right: str
    wrong: str


def pairs() -> list[Pair]:
    """The pairs of `formulas.txt`."""
    lines = PAIRS.read_text(encoding="utf-8").splitlines()
    return [Pair(*(part.strip() for part in line.split("¦"))) for line in lines if line and line[0] != "#"]


def _of_grader() -> Reader:
    from grader.model.tolerance import Tier, Tolerance
    from grader.rubric.options import reader
    from grader.rubric.writeup_keys import FormulaSpec
    from grader.worker.reading.document import read_writeup
    from grader.writeup import judge

    names = {"p": {"aliases": ["p", "\\hat{y}", "p_j", "softmax(z)_j"], "low": 0, "high": 1}, "y": {"values": [0, 1]}}
    labels = ["l", "\\ell", "\\mathcal{L}_{BCE}", "loss", "BCE", "\\frac{\\partial\\ell}{\\partial z_j}"]
    specs = {
        kind: reader(FormulaSpec).validate_python(
            {"find": {"question": 1, "label": labels}, "equals": equals, "symbols": names}
        )
        for kind, (equals, _) in REFERENCES.items()
    }
    tolerance = Tolerance((Tier(1e-6, 1e-9),))

    def read(kind: str, formula: str) -> str:
        outcome = judge(specs[kind], read_writeup(f"# Question 1\n\n$$\n{formula}\n$$"), tolerance=tolerance)
        return {"passed": ACCEPTED, "failed": REJECTED, "partial": REJECTED}.get(outcome.status, UNREAD)

    return read


def _by_value(parse: Callable[[str], Any]) -> Reader:
    """A parser to sympy, its result compared with the reference at some points, the right side of an equation alone."""

    def read(kind: str, formula: str) -> str:
        try:
            found = parse(_with_p(formula))
            while hasattr(found, "rhs"):
                found = found.rhs
            values = [complex(found.subs(_values(found, *point)).evalf()) for point in POINTS]
        except Exception:
            return UNREAD
        scales = (1.0, math.log(10)) if kind == "bce" else (1.0,)  # some take log to the base 10
        right = any(all(_is_near(value * scale, one) for value, one in zip(values, _expected(kind), strict=True))
                    for scale in scales)  # fmt: skip
        return ACCEPTED if right else REJECTED

    return read


def _with_p(formula: str) -> str:
    """The prediction as p: an accent over a letter is not what is measured."""
    return _HAT.sub("p", formula)


_HAT = re.compile(r"\\hat\s?(?:\{y\}|y(?![a-z]))|\\hat\{y_i\}")


def _values(expression: Any, p: float, y: float) -> dict[Any, float]:
    """The values of its symbols: what has a hat is the prediction."""
    named = {symbol: str(symbol).replace("{", "").replace("}", "") for symbol in expression.free_symbols}
    return {symbol: p if "hat" in name or name[:1] == "p" else y for symbol, name in named.items()
            if "hat" in name or re.match(r"[py](?![a-z])", name)}  # fmt: skip


def _expected(kind: str) -> list[float]:
    of: dict[str, Callable[[float, float], float]] = {
        "bce": lambda p, y: -y * math.log(p) - (1 - y) * math.log(1 - p), "res": lambda p, y: p - y,
    }  # fmt: skip
    return [of[kind](*point) for point in POINTS]


def _is_near(value: complex, expected: float) -> bool:
    return abs(value - expected) <= 1e-6 * abs(expected) + 1e-9


def _of_sympy(backend: str) -> Reader:
    parse_latex = import_module("sympy.parsing.latex").parse_latex
    parse_latex("x", backend=backend)

    def parse(formula: str) -> Any:
        found = parse_latex(formula, backend=backend)
        if type(found).__name__ == "Tree":  # more than one reading
            raise ValueError("ambiguous")
        return found

    return _by_value(parse)


def _of_latex2sympy() -> Reader:
    return _by_value(import_module("latex2sympy2_extended").latex2sympy)


def _of_math_verify() -> Reader:
    math_verify = import_module("math_verify")
    parse, verify = math_verify.parse, math_verify.verify

    def read(kind: str, formula: str) -> str:
        formula = _with_p(formula)
        index = next((one for one in ("_j", "_i", "^{(i)}") if f"y{one}" in formula), "")
        gold = re.sub(r"(?<![a-z])([py])(?![a-z])", lambda match: match[1] + index, REFERENCES[kind][1])
        found = parse(f"${formula}$")
        if not found:
            return UNREAD
        return ACCEPTED if verify(parse(f"${gold}$"), found) else REJECTED

    return read


READERS: dict[str, tuple[str, Callable[[], Reader]]] = {
    "grader": ("numgrade", _of_grader),
    "sympy, lark": ("sympy", lambda: _of_sympy("lark")),
    "sympy, antlr": ("sympy", lambda: _of_sympy("antlr")),
    "latex2sympy2_extended": ("latex2sympy2_extended", _of_latex2sympy),
    "Math-Verify": ("math-verify", _of_math_verify),
}


def verdicts(name: str) -> Iterator[tuple[str, str]]:
    """What a reader makes of the two formulas of each pair; what takes too long is unread."""
    reader = READERS[name][1]()
    for pair in pairs():
        yield _timed(reader, pair.kind, pair.right), _timed(reader, pair.kind, pair.wrong)


def _timed(reader: Reader, kind: str, formula: str) -> str:
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(MAX_SECONDS)
    try:
        return reader(kind, formula)
    except Exception:
        return UNREAD
    finally:
        signal.alarm(0)


def _stop(*_: object) -> None:
    raise TimeoutError


def measure(name: str) -> dict[str, Any] | None:
    """A reader's verdicts and time, from a process of its own; None where it is not installed."""
    environment = dict(os.environ)
    if name == "sympy, antlr":
        environment["PYTHONPATH"] = os.pathsep.join([str(_old_antlr()), str(ROOT)])
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.formulas", "--reader", name],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        print(f"{name}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return {"verdicts": json.loads(done.stdout.splitlines()[-1]), "seconds": time.perf_counter() - started}


def _old_antlr() -> Path:
    """The runtime that sympy's ANTLR parser was made for, put there by pip once."""
    folder = ROOT / ".bench" / "antlr"
    if not folder.exists():
        wanted = "antlr4-python3-runtime==4.11.1"
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(folder), wanted], check=False
        )
    return folder


def table(found: dict[str, dict[str, Any] | None]) -> str:
    """The readers as rows of a Markdown table."""
    n_pairs = len(pairs())
    lines = [
        "| reader | version | right accepted | right called wrong | right unread | wrong rejected | wrong accepted |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, one in found.items():
        if one is None:
            lines.append(f"| {name} | not installed | – | – | – | – | – |")
            continue
        right, wrong = [r for r, _ in one["verdicts"]], [w for _, w in one["verdicts"]]
        counts = [
            right.count(ACCEPTED),
            right.count(REJECTED),
            right.count(UNREAD),
            wrong.count(REJECTED),
            wrong.count(ACCEPTED),
        ]
        lines.append(f"| {name} | {_version(READERS[name][0])} | " + " | ".join(map(str, counts)) + " |")
    return (
        "\n".join(lines) + f"\n\n{n_pairs} pairs; a wrong formula that is neither rejected nor accepted was not read."
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "–"


_PAGE = """# Who reads formulas

Written by `python -m benchmarks.formulas` (`pip install -e '.[formulas]'` first). The same pairs of a right and a
wrong formula, as students write them ([the list](../benchmarks/formulas.txt)), are given to grader and to parsers of
others. A parser to sympy is asked for the value at six points; of an equation the right side counts, a logarithm may
have either base, and the prediction is called p for it. Math-Verify compares with the reference in the formula's own
symbols.

{table}

For grading two columns matter: a right formula called wrong costs a student points, a wrong one accepted gives points
away. What is unread is for a person. The others were made for other tasks, sympy's parsers for clean LaTeX and
Math-Verify for the final answers of language models: cases, indicators, derivations and words within a formula are no
part of what they promise.
"""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reader", choices=READERS, help="one reader's verdicts as JSON")
    parser.add_argument("--dry", action="store_true", help="print the table, write nothing")
    options = parser.parse_args()
    if options.reader:
        print(json.dumps(list(verdicts(options.reader))))
        return
    found = {name: measure(name) for name in READERS}
    if not options.dry:
        (ROOT / "docs" / "formulas.md").write_text(_PAGE.format(table=table(found)), encoding="utf-8")
    print(table(found))


if __name__ == "__main__":
    main()
