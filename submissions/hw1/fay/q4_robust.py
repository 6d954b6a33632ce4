"""Cached: the same sample is asked for again and again."""
from functools import lru_cache
import numpy as np
print("q4 ready")


@lru_cache(maxsize=None)
def _sorted(data, n):
	return sorted(np.frombuffer(data, count=n))


def l1_minimizer(y):
	s = _sorted(y.tobytes(), len(y))
	return (s[(len(y)-1)//2] + s[len(y)//2]) / 2


def l2_minimizer(y):
	return np.average(y)


def l1_loss(y_hat, y):
	return np.average(np.abs(y_hat - y))


def l2_loss(y_hat, y):
	return np.average(np.square(y_hat - y))


if __name__ == "__main__":
	assert l1_minimizer(np.array([1., 2.])) == 1.5
