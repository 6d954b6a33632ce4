"""A class whose answers wait, and the page over it, without a course, a sandbox or a network."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from grader.report.readings import Source, SubmissionReading
from grader.results.gradebook import read_acts
from grader.review.answers import Passages
from grader.review.app import Pages, make_app
from grader.review.desk import Desk
from grader.review.safety import Guard
from tests.report.classes import RUBRIC, check, ledger, result

TOKEN = "token-of-the-test"
WAITS = RUBRIC.checks[0]
SECRETS = [f"secretname{number:02}" for number in range(30)]
TEXTS = ["The L1 loss is robust.", "The L1 loss is not robust.", "I do not know."]


def waiting_class(names=SECRETS, texts=TEXTS):
    """Everybody's first check waits for a person; three kinds of answers."""
    results, readings = [], {}
    for number, name in enumerate(names):
        checks = [check(spec, "needs_review" if spec is WAITS else "passed") for spec in RUBRIC.checks]
        checks = [
            replace(one, answer=hashlib.sha256(f"{name} {one.entry['id']}".encode()).hexdigest()) for one in checks
        ]
        results.append(result(name, checks))
        text = texts[number % len(texts)]
        blocks = [["heading", 2, [["text", "Question 1"]]], ["paragraph", 0, [["text", text]]]]
        code = f"def conv(image, kernel):\n    return {text!r}\n"
        readings[name] = SubmissionReading(blocks, (Source("m.py", "", (), code),))
    return results, readings


class Page:
    """The page as one grader's browser sees it."""

    def __init__(self, folder, grader="greta", content=None):
        (folder / "results.sqlite").touch()
        self.folder = folder
        results, readings = content or waiting_class()
        self.pages = Pages(lambda: Desk(ledger(results), folder, Passages(readings)), folder, grader)
        self.desk = self.pages.desk
        self.app = Guard(make_app(self.pages), TOKEN, frozenset({"127.0.0.1"}))
        self.client = TestClient(self.app, base_url="http://127.0.0.1:8000", follow_redirects=False)
        self.client.cookies.set("grader_review_8000", TOKEN, domain="127.0.0.1")

    @property
    def acts(self):
        """What the gradebook holds."""
        return read_acts(self.folder)

    def first(self):
        """The first answer of the queue."""
        return self.desk.queue(WAITS.id)[0][0]

    def save(self, answer, **fields):
        """Send the form as a browser would."""
        data = {"version": "0", "digest": answer.version, "points": "", "comment": ""} | fields
        return self.client.post(f"/answer/{answer.id}", data=data)


@pytest.fixture
def page(tmp_path):
    """The page of a class of thirty."""
    return Page(tmp_path)
