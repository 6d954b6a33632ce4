"""The instructor's own files as a sandbox: a session for documents alone loads none of them."""

from __future__ import annotations

from grader.sandbox import Budget
from grader.validation.determinism import OwnCode, model_answer


def test_provided_code_that_imports_the_model_answer_is_loaded_with_it(tmp_path):
    """A session that only looks into files has no modules, and so no package that the course's file needs."""
    files = {
        "reference/a/kitchen/oven.py": "def bake(): return 1\n",
        "rubrics/a/provided/kitchen/__init__.py": "",
        "rubrics/a/provided/kitchen/menu.py": "from .oven import bake\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    folder = tmp_path / "reference" / "a"
    sandbox, answer = OwnCode(folder), model_answer(folder)
    assert sandbox.open({}, Budget(), 0).read("notes.md", b"# Notes\n")
    assert sandbox.open(answer.sources, Budget(), 0).load("kitchen.menu")
