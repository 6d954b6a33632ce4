"""Autograding for numerical and deep-learning coursework."""

__version__ = "0.2.0"

# What pip knows it by; on the package index `grader` is somebody else's homework checker.
DISTRIBUTION = "numgrade"
