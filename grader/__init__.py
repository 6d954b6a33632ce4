"""Autograding for numerical and deep-learning coursework."""
