"""JUnit XML, as another program's parser reads it."""

from __future__ import annotations

from hypothesis import given
from junitparser import Error, Failure, Skipped
from junitparser.xunit2 import JUnitXml

from grader.export.junit import junit
from grader.model.record import checks_of as checks
from tests.export.conftest import check, line, lines

KINDS = {
    "passed": None, "partial": Failure, "failed": Failure, "missing": Failure, "error": Failure, "timeout": Failure,
    "out_of_memory": Failure, "crashed": Failure, "blocked": Skipped, "needs_review": Skipped, "ungraded": Error,
}  # fmt: skip


def read(document):
    """The cases by name, and the suites."""
    suites = JUnitXml.fromstring(document.encode())
    return {case.name: case for suite in suites for case in suite}, suites


def test_each_status_has_its_element(every_status):
    """What earned a part has failed, what waits is skipped, what is our fault is an error; each says why."""
    cases, suites = read(junit(every_status))
    assert {name.removeprefix("is_"): [type(told) for told in case.result] for name, case in cases.items()} == {
        status: [kind] if kind else [] for status, kind in KINDS.items()
    }
    assert (suites.tests, suites.failures, suites.errors) == (11, 7, 1)
    assert [suite.skipped for suite in suites] == [0, 2]
    [failure] = cases["is_failed"].result
    assert (failure.message, failure.type) == ("got 2, wanted 3 for m.f(1)", "failed")
    assert "See below.\ncall: m.f(1)\nactual: 2\nexpected: 3" in failure.text


def test_points_are_properties():
    """The format has no score, so it stands where readers keep what they do not know."""
    cases, suites = read(junit(line([check("f", "partial", 1.5, 2.0)])))
    properties = {item.name: item.value for item in cases["f"].properties()}
    assert properties == {"points": "1.5", "max_points": "2", "visibility": "visible", "status": "partial"}
    assert (cases["f"].classname, cases["f"].time, [suite.name for suite in suites]) == ("hw1.q1", 0.25, ["q1"])


@given(lines)
def test_any_result_is_read_back(result):
    """Whatever a student made a feedback say, the document is well-formed and counts every check."""
    suites = JUnitXml.fromstring(junit(result).encode("utf-8"))
    assert suites.tests == len(checks(result)) == sum(1 for suite in suites for _ in suite)
    told = [case for suite in suites for case in suite if case.result]
    assert len(told) == suites.failures + suites.errors + sum(suite.skipped for suite in suites)
