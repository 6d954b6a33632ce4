"""These are the squares."""

REPLACES = "m.total"


def total(x):
    """FROBOZZ."""
    return float((x**2).sum())
