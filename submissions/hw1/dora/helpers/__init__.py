"""Small things that the modules share."""

import functools

from .losses import squared


def mean_of(function, *args):
    return function(*args).mean()


def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


__all__ = ["mean_of", "squared", "timed"]
