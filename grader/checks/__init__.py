"""Checks: hypothesis tests over a student's functions, drawn once, planned, judged together."""
