"""Shows a report in the terminal: a line per layer, what it leaves open, and what follows."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.doctor.attempts import Round
from grader.doctor.examine import ALL, ROUNDS, SECCOMP_ALONE, Examination
from grader.export.escaping import terminal

_N_NAMED = 3


def render(report: Examination) -> RenderableType:
    """The report as something that rich prints."""
    n_acts, unproved = len(report.control.ends), report.unproved
    lines: list[RenderableType] = [
        _table(report),
        Text(),
        Text(f"{n_acts} forbidden acts were attempted in each line, in throw-away processes ({report.seconds:.1f} s)."),
    ]
    if unproved:
        lines.append(
            Text(
                f"{len(unproved)} of them fail here without any layer, so that nothing is shown by their refusal: "
                + ", ".join(unproved),
                style="dim",
            )
        )
    for layer, one in report.missing.items():
        lines.append(Text(f"Without {layer}: {terminal(one.why, keep_newlines=False)}. {one.means}", style="yellow"))
    stopped = sum(not end.worked for end in report.judge.values())
    lines.append(
        Text(f"Acts against the judge itself, by what a submission answers: {stopped}/{len(report.judge)} stopped.")
    )
    lines += [Text(f"An honest submission: {terminal(report.honest.how)} ({report.honest.seconds:.1f} s)."), Text()]
    return Group(*lines, *_conclusion(report))


def _table(report: Examination) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="bold")
    grid.add_column("layer")
    grid.add_column("here")
    grid.add_column("refused", justify="right")
    grid.add_column("still open")
    grid.add_row("no layer", "", _refusal(report.control), Text("what the lines below are compared with", style="dim"))
    for name, one in report.rounds.items():
        decisive = name in (SECCOMP_ALONE, ALL)
        grid.add_row(
            Text(name, style="bold" if decisive else ""), *_outcome_cells(one, ROUNDS[name], decisive=decisive)
        )
    return grid


def _outcome_cells(one: Round, wanted: frozenset[str], *, decisive: bool) -> tuple[Text, str, Text]:
    missing = sorted(wanted - one.holds)
    if one.fault:
        return Text("broken", style="red"), "", Text(terminal(one.fault), style="red")
    if missing == sorted(wanted):
        return Text("missing", style="yellow"), "", Text()
    holds = Text(f"without {', '.join(missing)}", style="yellow") if missing else Text("holds", style="green")
    return holds, _refusal(one), _open(one, decisive=decisive)


def _refusal(one: Round) -> str:
    return f"{len(one.ends) - len(one.worked)}/{len(one.ends)}"


def _open(one: Round, *, decisive: bool) -> Text:
    """All of what works where nothing may, the first few elsewhere."""
    if not one.worked:
        return Text("nothing", style="green")
    named = one.worked if decisive else one.worked[:_N_NAMED]
    more = len(one.worked) - len(named)
    return Text(", ".join(named) + (f" and {more} more" if more else ""), style="red" if decisive else "dim")


def _conclusion(report: Examination) -> list[Text]:
    if report.faults:
        title = "Not fit to grade code that you do not trust:" if report.require == "strong" else "Not fit to grade:"
        return [Text(title, style="bold red"), *(Text(f"  {terminal(fault)}", style="red") for fault in report.faults)]
    if report.is_strong:
        return [Text(f"Student code is isolated here, and the judge stands ({report.sandbox}).", style="bold green")]
    return [
        Text(
            f"Student code is limited here, not isolated ({report.sandbox}): only for code that you trust.",
            style="bold yellow",
        )
    ]
