"""Write-ups as students hand them in, class by class of what is easily misread, with the verdict each must get."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from writeup_checks import judged, verdict_of

CASES = Path(__file__).with_name("cases")


def _cases() -> list[Any]:
    text = (CASES / "cases.yaml").read_text(encoding="utf-8")
    return [pytest.param(case, id=case["id"]) for case in yaml.safe_load(text)["cases"]]


def _text(case: dict[str, Any]) -> str:
    return str(case["text"]) if "text" in case else (CASES / case["file"]).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", _cases())
def test_a_write_up_gets_its_verdict(case: dict[str, Any]) -> None:
    """Right answers pass, wrong ones earn less, and what is in doubt is for a person."""
    text = _text(case)
    for check, expected in case["expect"].items():
        outcome = judged(check, text, case["assignment"])
        assert verdict_of(outcome) in expected.split(" or "), f"{check}: {outcome.status}: {outcome.feedback}"
