"""Small things that the modules share."""

import functools

from .losses import absolute, squared


def mean_of(function, *args):
    return function(*args).mean()


def pipe(*stages):
    """pipe(f, g)(x) == g(f(x))"""
    return lambda x: functools.reduce(lambda value, stage: stage(value), stages, x)


def documented(text):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)

        wrapper.__doc__ = text
        return wrapper

    return decorate


__all__ = ["absolute", "documented", "mean_of", "pipe", "squared"]
