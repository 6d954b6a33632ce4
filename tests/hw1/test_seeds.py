"""Right is right under every seed; `python -m tests.hw1.test_seeds` tries every style under each of five."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import pytest

from grader.assignment import load_assignment
from grader.checks.feedback.conclusion import conclude
from grader.results.flaky import seeds_from
from tests.hw1.corpus import COURSE, RIGHT, session_of

# Under the first seed, the rubric's own, test_teeth tries every style.
SEEDS = seeds_from(0, 5)
QUESTIONS = ("q2", "q3", "q4", "q5")


def losses(seed: int, questions: Collection[str], styles_each: int | None = None) -> tuple[int, list[str]]:
    """How many right functions of some questions were tried under a seed, and which lose points by which check."""
    checks = load_assignment(COURSE, "hw1", seed=seed, only=frozenset(questions)).checks.values()
    tried, lost = 0, []
    for target in (target for target in RIGHT if target.partition("_")[0] in questions):
        concerned = [check for check in checks if target in check.plan.functions]
        for name, source in list(RIGHT[target].items())[:styles_each]:
            session, tried = session_of(target, source), tried + 1
            verdicts = [conclude(check, session, shrink=False) for check in concerned]
            lost += [f"{target}: {name} by {verdict.id}" for verdict in verdicts if verdict.status != "passed"]
    return tried, lost


@pytest.mark.parametrize(("question", "seed"), zip(QUESTIONS, SEEDS[1:], strict=True))
def test_right_styles_lose_nothing_under_another_seed(question, seed):
    """No verdict of a right function depends on luck; each question has a seed of its own."""
    tried, lost = losses(seed, [question], styles_each=4)
    assert tried >= 7
    assert lost == []


if __name__ == "__main__":
    outcome: Counter[str] = Counter()
    for seed in SEEDS:
        tried, lost = losses(seed, ["q1", *QUESTIONS])
        outcome.update(lost)
        print(f"seed {seed}: {tried} right functions, {len(lost)} verdicts that lose points", flush=True)
    print(*(f"under {times} of {len(SEEDS)} seeds: {one}" for one, times in outcome.items()), sep="\n")
    raise SystemExit(bool(outcome))
