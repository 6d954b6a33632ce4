"""PLUGH-HELPERS."""


def doubled_secretly(x):
    """PLUGH-DOUBLED."""
    twice_over = x + x
    twice_over += 0.0
    return twice_over
