"""Reads a student's write-up, Markdown with LaTeX, into plain data; runs inside the sandbox."""

from grader.worker.reading.document import read_writeup
from grader.worker.reading.encoding import decode_writeup

__all__ = ["decode_writeup", "read_writeup"]
