"""Write-ups that are no Markdown: LaTeX documents and pages of HTML are read as what they are."""

from __future__ import annotations

import time

import pytest
from writeup_checks import judged

from grader.worker.reading.document import read_writeup
from grader.worker.reading.formats import markdown_of
from grader.worker.worker import read_document

TEX = r"""\documentclass{article}
\newcommand{\yh}{\hat{y}}
\begin{document}
\section*{Question 1}
Total: 61706 % as a comment: Total: 1
\section*{Question 3}
\begin{enumerate}[(i)]
\item A \textbf{Gaussian}, in 50\% of all cases.
\item \[ l = -y\log\yh SIGN (1-y)\log(1-\yh) \]
\item $J = 0.8026$
\item Model \emph{A} has the smaller norm.
\end{enumerate}
\section{Question 4}
\includegraphics[width=3cm]{figures/q4.png}
\end{document}
"""
HTML = """<html><head><title>Question 9</title><style>p {color: red}</style></head><body>
<script>alert("J = 1")</script><h3>Question 1</h3><p>Total: <b>61706</b></p><h3>Question 3</h3>
<p>ii) <img class="equation_image" data-equation-content="l=-y\\log\\hat y SIGN (1-y)\\log(1-\\hat y)" src="x.png"></p>
<p>iii)&nbsp;J = 0.8026 nats</p><p>iv) Model A has the smaller norm.</p></body></html>
"""


@pytest.mark.parametrize(("name", "source"), [("answers.tex", TEX), ("answers.html", HTML)])
@pytest.mark.parametrize("is_right", [True, False])
def test_other_kinds_of_documents_are_read(name: str, source: str, is_right: bool) -> None:
    """The same answers come out as from Markdown, right and wrong ones."""
    text, notes = markdown_of(name, source.replace("SIGN", "-" if is_right else "+"))
    statuses = {check: judged(check, text).status for check in ("q1_total", "q3_formula", "q3_cost", "q3_norms")}
    assert statuses == {**dict.fromkeys(statuses, "passed"), "q3_formula": "passed" if is_right else "failed"}
    assert notes and name in notes[0]


def test_the_worker_reads_a_document_by_its_name() -> None:
    """A .tex is read as LaTeX, with a note; Markdown has none."""
    document, notes = read_document("answers.tex", TEX.encode())
    assert [section["question"] for section in document["sections"] if section["question"]][:2] == ["1", "3"]
    assert any("LaTeX" in note for note in notes)
    assert read_document("answers.md", b"# Question 1\n\nText.")[1] == []


@pytest.mark.parametrize("text", ["![my answer](q3.png)", '<img src="scans/q3.png">', "![[q3.png]]"])
def test_an_answer_that_is_an_image_is_for_a_person(text: str) -> None:
    """The image is named, and is never a zero."""
    for check in ("q3_cost", "q3_formula", "q3_norms"):
        part = {"q3_cost": "iii", "q3_formula": "ii", "q3_norms": "iv"}[check]
        outcome = judged(check, f"## Question 3\n\n{part}) {text}")
        assert outcome.status == "needs_review" and "q3.png" in outcome.feedback
    assert judged("q3_cost", f"## Question 3\n\niii) J = 0.8026\n\n{text}").status == "passed"
    assert judged("q3_cost", f"## Question 3\n\niii) J = 0.8206\n\n{text}").status == "needs_review"


@pytest.mark.parametrize("name", ["a.tex", "a.html"])
@pytest.mark.parametrize("piece", ["\\textbf{", "<b>", "\\begin{enumerate}\\item ", "<table><tr><td>", "$", "<script>"])
def test_hostile_documents_are_read_in_bounded_time(name: str, piece: str) -> None:
    """Nothing of them makes the reader fail, or wait."""
    started = time.process_time()
    read_writeup(markdown_of(name, piece * 20_000)[0])
    assert time.process_time() - started < 2
