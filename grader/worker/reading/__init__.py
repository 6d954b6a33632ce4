"""Reads a student's write-up, Markdown with LaTeX, into plain data; runs inside the sandbox."""
