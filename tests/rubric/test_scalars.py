"""What a scalar without quotes stands for, where nothing says what is meant."""

from __future__ import annotations

import math

import pytest

from grader.rubric.scalars import Written, resolve

MEANT = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    ".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf,
    "0": 0, "-7": -7, "12": 12, "1e-5": 1e-5, "1.": 1.0, ".5": 0.5, "+2.5E3": 2500.0,
    **{text: text for text in ("yes", "no", "on", "off", "y", "tRUE", "010", "0_1", "1_000", "1:30", "0x10", "1e", "nan", "inf")},
}  # fmt: skip


@pytest.mark.parametrize("text", MEANT, ids=repr)
def test_a_scalar_is_what_yaml_1_2_says(text):
    """A number is one also without a dot before the exponent; words of YAML 1.1 are texts; what is quoted is one."""
    assert (type(resolve(Written(text))), resolve(Written(text))) == (type(MEANT[text]), MEANT[text])
    assert resolve(text) == text


def test_no_number_is_none():
    """NaN is unlike itself."""
    assert math.isnan(resolve(Written(".nan")))
