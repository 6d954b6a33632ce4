"""Small things that the modules share."""

import functools

from .losses import absolute, squared


def mean_of(function, y_hat, y):
    return function(y_hat, y).mean()


def pipe(*stages):
    """pipe(f, g)(y) == g(f(y))"""
    return lambda y: functools.reduce(lambda value, stage: stage(value), stages, y)


def documented(text):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)

        wrapper.__doc__ = text
        return wrapper

    return decorate


__all__ = ["absolute", "documented", "mean_of", "pipe", "squared"]
