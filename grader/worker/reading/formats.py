"""Write-ups of other kinds as Markdown: LaTeX documents, pages of HTML; plain text is read as it is."""

from __future__ import annotations

from grader.worker.reading.latex import markdown_of_latex
from grader.worker.reading.pages import markdown_of_html

MAX_CHARACTERS = 1 << 20


def markdown_of(path: str, text: str) -> tuple[str, list[str]]:
    """A write-up's text as Markdown, by its name, and what is noted of that."""
    name = path.lower()
    if name.endswith(".tex"):
        return markdown_of_latex(text[:MAX_CHARACTERS]), [f"{path} was read as a LaTeX document."]
    if name.endswith((".html", ".htm")):
        return markdown_of_html(text[:MAX_CHARACTERS]), [f"{path} was read as a page of HTML."]
    return text, []
