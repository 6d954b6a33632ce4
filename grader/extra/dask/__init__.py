"""Grading on other machines, by way of a dask scheduler; those machines need no shared disk."""
