"""`docs/speed.md` and its chart, written from the measurements that lie beside them in `docs/speed.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.chart import bars
from benchmarks.measuring import Cost

WAYS = {
    "naive": "one pytest process per submission",
    "otter": "otter-grader, `otter run` on each notebook",
    "nbgrader": "nbgrader, `nbgrader autograde`",
    "cold1": "`grader grade --workers 1`, first run of all",
    "cold2": "`grader grade --workers 2`, first run of all",
    "warm1": "`grader grade --workers 1`, cases known",
    "warm2": "`grader grade --workers 2`, cases known",
    "floor": "the floor: bare calls in one process",
}
TEMPLATE = Path(__file__).parent / "speed.md.in"


def keep(found: Mapping[str, Any], folder: Path) -> None:
    """Write the measurements, and the page and the chart that follow from them."""
    (folder / "speed.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for name, text in written(found).items():
        (folder / name).write_text(text, encoding="utf-8")


def written(found: Mapping[str, Any]) -> dict[str, str]:
    """By file name, what follows from the measurements."""
    return {"speed.md": _page(found), "speed.svg": _chart(costs_of(found))}


def costs_of(found: Mapping[str, Any]) -> list[Cost]:
    """The costs as they were measured."""
    return [Cost(**cost) for cost in found["costs"]]


def table(found: Mapping[str, Any]) -> str:
    """The ways to grade one class, each beside the first."""
    costs = {cost.way: cost for cost in costs_of(found)}
    first, floor = costs["naive"], costs["floor"]
    lines = [
        "| | submissions | CPU s each | wall s each | CPU × less | wall × less | CPU / floor |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for way, name in WAYS.items():
        if way in costs:
            lines.append(_row(name, costs[way], first, floor))
        elif way in found["skipped"]:
            lines.append(f"| {name} | not measured: {found['skipped'][way]} | | | | | |")
    return "\n".join(lines)


def headline(found: Mapping[str, Any]) -> str:
    """What the README says."""
    by = {cost.way: cost for cost in costs_of(found)}
    cpu = {way: cost.cpu_s / cost.n for way, cost in by.items()}
    wall = {way: cost.wall_s / cost.n for way, cost in by.items()}
    faster, less = _number(wall["naive"] / wall["warm2"]), _number(cpu["naive"] / cpu["warm1"])
    return (
        f"two judges are {faster} times faster than one pytest process per submission; one takes {less} times less "
        f"processor time, {_number(cpu['warm1'] / cpu['floor'])} times that of bare calls"
    )


def _row(name: str, cost: Cost, first: Cost, floor: Cost) -> str:
    cpu, wall = cost.cpu_s / cost.n, cost.wall_s / cost.n
    return (
        f"| {name} | {cost.n} | {_number(cpu)} | {_number(wall)} | {_number(first.cpu_s / first.n / cpu)} "
        f"| {_number(first.wall_s / first.n / wall)} | {_number(cpu / (floor.cpu_s / floor.n))} |"
    )


def _number(value: float) -> str:
    """Two or three digits, as many as were measured."""
    return f"{value:.0f}" if value >= 20 else f"{value:.1f}" if value >= 2 else f"{value:.2f}"


def _scale(costs: list[Cost]) -> str:
    lines = [
        "| submissions | CPU s each | wall s each | wall s in all | most a judge held, MiB |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for cost in costs:
        if cost.way == "scale":
            each = f"{_number(cost.cpu_s / cost.n)} | {_number(cost.wall_s / cost.n)}"
            lines.append(f"| {cost.n:,} | {each} | {_number(cost.wall_s)} | {cost.peak_mib} |")
    return "\n".join(lines)


def _page(found: Mapping[str, Any]) -> str:
    costs = costs_of(found)
    by = {cost.way: cost for cost in costs}
    graded = _repeated(costs)
    cpu = {way: cost.cpu_s / cost.n for way, cost in by.items()}
    facts = {
        "machine": _machine(found["machine"]),
        "elsewhere": f"{found['elsewhere']:.0%}",
        "table": table(found),
        "scale": _scale(costs),
        "aims": _aims(costs),
        "repeated": f"{graded.n:,}",
        "unchanged_s": _number(by["unchanged"].wall_s),
        "tolerance_s": _number(by["tolerance"].wall_s),
        "tolerance_share": f"{by['tolerance'].wall_s / graded.wall_s:.1%}",
        "hostile_cpu": _number(cpu["hostile"]),
        "hostile_wall": _number(by["hostile"].wall_s / by["hostile"].n),
        "naive_floor": _number(cpu["naive"] / cpu["floor"]),
        "floor_share": f"{cpu['floor'] / cpu['warm1']:.0%}",
    }
    return TEMPLATE.read_text(encoding="utf-8").format(**facts)


def _repeated(costs: list[Cost]) -> Cost:
    """What the class that was graded again cost at first."""
    n = next(cost.n for cost in costs if cost.way == "unchanged")
    return next(cost for cost in costs if cost.way == "scale" and cost.n == n)


def _machine(machine: Mapping[str, Any]) -> str:
    libraries = ", ".join(f"{name} {machine[name.lower()]}" for name in ("Python", "numpy", "torch"))
    processors = f"{machine['cores']} cores of {machine['processor']}"
    return f"{processors}, {machine['memory_gib']} GiB, {machine['system']}, {libraries}"


def _aims(costs: list[Cost]) -> str:
    """What was aimed at beside what was measured."""
    by = {cost.way: cost for cost in costs}
    naive, one, two, floor = (by[way] for way in ("naive", "warm1", "warm2", "floor"))
    graded, largest = _repeated(costs), max(cost.n for cost in costs if cost.way == "scale")
    cpu = (naive.cpu_s / naive.n) / (one.cpu_s / one.n)
    wall = (naive.wall_s / naive.n) / (two.wall_s / two.n)
    over = one.cpu_s / floor.cpu_s
    share = by["tolerance"].wall_s / graded.wall_s
    each = [cost.cpu_s / cost.n for cost in costs if cost.way == "scale" and cost.n >= 100]
    per_thousand = graded.wall_s / graded.n * 1000
    rows = (
        (
            "50 × faster than a pytest process each",
            f"{_number(wall)} × with two judges, {_number(cpu)} × less CPU with one",
            wall >= 50,
        ),
        ("at most 2.0 × the floor's CPU", f"{_number(over)} ×", over <= 2),
        ("1,000 submissions on two cores in 150 s", f"{_number(per_thousand)} s", per_thousand <= 150),
        (
            "no submission costs more in a larger class, from 100 to 5,000",
            f"{', '.join(map(_number, each))} s of CPU, up to {largest:,}",
            max(each) <= 1.2 * each[0] and largest >= 5000,
        ),
        (
            "second run of an unchanged class in 3 s",
            f"{_number(by['unchanged'].wall_s)} s",
            by["unchanged"].wall_s <= 3,
        ),
        ("one changed tolerance in a tenth of a run", f"{share:.1%}", share <= 0.1),
    )
    lines = ["| aim | measured | reached |", "| --- | --- | --- |"]
    return "\n".join([*lines, *(f"| {aim} | {was} | {'yes' if reached else 'no'} |" for aim, was, reached in rows)])


def _chart(costs: list[Cost]) -> str:
    shown = {cost.way: cost.cpu_s / cost.n for cost in costs if cost.way in WAYS}
    rows = [(WAYS[way].replace("`", ""), shown[way], way.startswith(("cold", "warm"))) for way in WAYS if way in shown]
    return bars("CPU seconds per submission, logarithmic", rows)


if __name__ == "__main__":
    docs = TEMPLATE.parent.parent / "docs"
    keep(json.loads((docs / "speed.json").read_text(encoding="utf-8")), docs)
