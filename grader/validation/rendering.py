"""Shows a validation report in the terminal: a bar per check, survivors as diffs, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.export.escaping import terminal
from grader.validation.constants import CONSTANTS
from grader.validation.input_coverage import Covered
from grader.validation.mutant_runs import Trial
from grader.validation.report import RUBRIC_WRONG, SOUND, CheckReport, Report

_BAR = 6
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_GOOD, _FAIR = 0.9, 0.5
_LEGEND = """\
caught  how many mutants and misconceptions of what it calls lose points by it
const   how many of the arrays it passes have equal elements alone
square  how many of the matrices it passes are square
edges   how many of its cases have an extreme value or length"""


def render(report: Report) -> RenderableType:
    """The report as something that rich prints."""
    if report.faults:
        return Group(*map(_wrong, report.faults), Text(), *_conclusion(report))
    parts: list[RenderableType] = [Text(_model_answer(report)), Text(), _checks(report), Text()]
    parts.append(Text(_LEGEND, style="dim"))
    parts += _weaknesses(report)
    parts.append(Text())
    parts += _misconceptions(report)
    parts += _mutants(report)
    parts += _constants(report)
    parts += _coverage(report.coverage)
    parts += _writeups(report)
    parts += [Text(terminal(f"✗ {gap}"), style="yellow") for gap in report.gaps if " survives" not in gap]
    return Group(*parts, Text(), *_conclusion(report))


def bar(share: float, width: int = _BAR) -> str:
    """A share as a bar of `width` characters, an eighth of a character exact."""
    eighths = round(share * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width, "·")


def _wrong(fault: str) -> Text:
    return Text(terminal(f"✗ {fault}"), style="red")


def _model_answer(report: Report) -> str:
    seeds = ", ".join(map(str, report.seeds))
    return f"The model answer earns everything, twice alike, with the cases of the seeds {seeds}."


def _checks(report: Report) -> Table:
    grid = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    grid.add_column("check", overflow="fold")
    grid.add_column("caught", no_wrap=True)
    for title in ("const", "square", "edges"):
        grid.add_column(title, justify="right", no_wrap=True)
    for question, of_question in groupby(report.checks, key=lambda check: check.question):
        grid.add_row(Text(question, style="bold"))
        for check in of_question:
            shares = (check.inputs.constant, check.inputs.square, check.inputs.edges)
            grid.add_row(f"  {check.id}", _catches(check), *map(_percent, shares))
    return grid


def _weaknesses(report: Report) -> Iterator[Text]:
    for check in report.checks:
        for weakness in check.inputs.weaknesses:
            yield Text(f"! {check.id}: {weakness}", style="yellow")
        if check.is_idle and report.is_sample:
            yield Text(f"! {check.id}: none of the {check.faced} wrong answers of this sample lose points by it")
    yield from (Text(terminal(f"! {sentence}"), style="yellow") for sentence in report.unfair)
    for function in report.asked_once:
        yield Text(
            f"! {function} is called with one set of arguments only: who knows that answer is right", style="yellow"
        )


def _catches(check: CheckReport) -> Text:
    if check.score is None:
        return Text("nothing", style="dim")
    style = "green" if check.score >= _GOOD else "yellow" if check.score >= _FAIR else "red"
    return Text.assemble((bar(check.score), style), f" {check.caught}/{check.faced}")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _misconceptions(report: Report) -> Iterator[Text]:
    n_sound = sum(not belief.problems for belief in report.beliefs)
    if report.beliefs:
        yield Text(
            f"Misconceptions: {n_sound} of {len(report.beliefs)} lose points in their question alone and are named."
        )


def _mutants(report: Report) -> Iterator[RenderableType]:
    if report.mutation_score is None:
        yield Text("Mutants: none were made; the model answer has no function that computes.")
        return
    caught = sum(trial.is_caught for trial in report.trials)
    known = len([trial for trial in report.trials if not trial.is_caught]) - len(report.survivors)
    sample = f" (of {report.n_mutants} made)" if len(report.trials) < report.n_mutants else ""
    settled = f", {known} settled as equivalent" if known else ""
    yield Text(f"Mutants: {caught} of {len(report.trials)}{sample} caught{settled}: {report.mutation_score:.1%}.")
    for trial in report.survivors:
        yield Text()
        yield from _survivor(trial)


def _survivor(trial: Trial) -> Iterator[Text]:
    mutant = trial.mutant
    asked = ", ".join(seen.check for seen in trial.seen) or "no check calls it"
    yield Text(terminal(f"✗ {mutant.module}.py:{mutant.line}: a mutant survives: equivalent?"), style="yellow")
    for line in terminal(mutant.diff).splitlines():
        yield Text(f"    {line}", style="red" if line.startswith("-") else "green")
    yield Text(terminal(f"    asked: {asked}"), style="dim")
    yield Text(terminal(f"    to settle: - {{mutant: {mutant.id}, reason: …}}"), style="dim")


def _constants(report: Report) -> Iterator[Text]:
    """What a number earns that does not depend on the input: for a check of what stays alike that may be right."""
    if report.constants:
        tried = len(report.constants)
        yield Text(
            f"Constants: {tried} answers that do not depend on the input; a check that one passes does not see that:"
        )
    for check, functions in report.passed_by_constants.items():
        for function, values in functions.items():
            named = "any" if len(values) == len(CONSTANTS) else ", ".join(f"{value:g}" for value in values)
            yield Text(terminal(f"  {check}: {function} → {named}"), style="yellow")


def _coverage(coverage: tuple[Covered, ...]) -> Iterator[Text]:
    lines, missed = sum(one.lines for one in coverage), sum(len(one.missed) for one in coverage)
    branches, untaken = sum(one.branches for one in coverage), sum(len(one.untaken) for one in coverage)
    if lines:
        yield Text(
            f"Coverage: the cases run {lines - missed} of {lines} lines of the model answer's functions and take "
            f"{branches - untaken} of {branches} branches."
        )
    for one in coverage:
        for what, found in (("never runs", one.missed), ("always goes the same way", one.untaken)):
            if found:
                yield Text(f"  {one.function}: line {', '.join(map(str, found))} {what}", style="yellow")


def _writeups(report: Report) -> Iterator[Text]:
    tried = [one for one in report.writeups if one.styles]
    if tried:
        total, lost = sum(one.styles for one in tried), sum(len(one.lost) for one in tried)
        loose = sum(len(one.loose) for one in tried)
        yield Text(
            f"Write-up: the answers of {len(tried)} checks in {total} styles: {total - lost} pass, and with one value "
            f"changed {total - loose} do not."
        )
    for one in report.writeups:
        for pattern in one.idle:
            yield Text(terminal(f"! {one.id}: {pattern} is idle: another pattern matches what it does"), style="yellow")


def _conclusion(report: Report) -> Iterator[Text]:
    n_gaps = sum(1 for _ in report.gaps)
    if report.exit_code == SOUND:
        yield Text(f"{report.assignment} is sound.", style="bold green")
    elif report.exit_code == RUBRIC_WRONG:
        yield Text(
            f"{report.assignment} is wrong in {len(report.faults)} place(s): nobody can be graded fairly by it.",
            style="bold red",
        )
    else:
        yield Text(f"{report.assignment} lacks teeth in {n_gaps} place(s).", style="bold yellow")
