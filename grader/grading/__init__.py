"""Grades one submission, a class, a submission check by check."""
