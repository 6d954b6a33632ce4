"""Measures a rubric: whether what is right passes, whether what is wrong is caught, and where the tolerances lie."""
