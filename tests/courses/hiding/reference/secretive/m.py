"""PLUGH-MODULE how the model answer does it."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from own_helpers import doubled_secretly

PLUGH_FACTOR = 2.0


def _plugh_private(x):
    """PLUGH-PRIVATE helper."""
    return functools.reduce(lambda a, b: a + b, [float(v) for v in x], 0.0)


def total(x: ArrayLike) -> float:
    """PLUGH-DOCSTRING: add with reduce."""
    # PLUGH-COMMENT (n,)
    checked = np.atleast_1d(np.asarray(x, dtype=float))
    return _plugh_private(checked)


def scaled(x, by=PLUGH_FACTOR, *, order: Sequence[int] = (0, 1)):
    """PLUGH-SCALED twice as much."""
    del order
    return doubled_secretly(np.asarray(x)) * by / PLUGH_FACTOR


class Net:
    """Adds up what it is given."""

    def __init__(self, size: int) -> None:
        self.plugh_weights = np.ones(size)

    def predict(self, x):
        """The prediction for `x`."""
        plugh_activation = self.plugh_weights * x
        return float(plugh_activation.sum())

    def _plugh_train(self):
        self.plugh_weights += 1
