"""Judging what was read of a write-up: tables, numbers, matrices, formulas, relations, text."""
