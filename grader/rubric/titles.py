"""What checks are called before people: the rubric's `title`, else the sentence of their function, else their id."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from grader.rubric.rubric import CheckSpec, Rubric

# A name that is longer says too much for a list.
MAX_TITLE = 120


def titles_of(rubric: Rubric, python: bytes = b"") -> dict[str, str]:
    """The title of each check, by its id.

    Args:
        python: the rubric's Python file, which is read and not run.
    """
    sentences = _sentences(python)
    return {spec.id: _short(spec.title or _sentence(spec, sentences)) for spec in rubric.checks}


def _sentence(spec: CheckSpec, sentences: Mapping[str, str]) -> str:
    if spec.matches_reference:
        return f"{spec.matches_reference} returns what it should"
    words = spec.id.replace("_", " ").strip()
    return sentences.get(spec.function or spec.id, "") or words[:1].upper() + words[1:]


def _sentences(python: bytes) -> dict[str, str]:
    """The first paragraph of each function's docstring."""
    try:
        statements = ast.parse(python).body
    except (SyntaxError, ValueError):
        return {}
    functions = [node for node in statements if isinstance(node, ast.FunctionDef)]
    return {node.name: _paragraph(ast.get_docstring(node) or "") for node in functions}


def _paragraph(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].replace("`", "").split()).removesuffix(".")


def _short(text: str) -> str:
    return text if len(text) <= MAX_TITLE else f"{text[: MAX_TITLE - 1].rstrip()}…"
