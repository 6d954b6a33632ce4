"""What several questions need."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Residuals:
    """The errors of some predictions, and their means."""

    values: np.ndarray

    @classmethod
    def of(cls, y_hat, y):
        return cls(np.asarray(y_hat) - np.asarray(y))

    def mean_absolute(self):
        return float(np.abs(self.values).mean())

    def mean_square(self):
        return float((self.values**2).mean())
