"""Methods that are not found under their names."""

from __future__ import annotations

import types

import pytest
import torch

from grader.worker.misspelt import misspelt_method

SOURCE = """
from torch import nn
class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
    def forward(self, x):
        return x
class Shelf:
    def __init__(self, n):
        self.n = n
def build():
    return Net(3)(1)
"""


def _raised(old, new, call):
    module = types.ModuleType("m")
    exec(SOURCE.replace(f"def {old}(", f"def {new}("), vars(module))
    try:
        call(module)
    except (TypeError, NotImplementedError) as error:
        return misspelt_method(error, [module])
    raise AssertionError


@pytest.mark.parametrize("new", ["__int__", "_init_", "__intit__", "init", "__init"])
@pytest.mark.parametrize(("name", "line"), [("Net", 4), ("Shelf", 9)])
def test_a_misspelt_init_is_named(name, line, new):
    """Of a class of one's own, and of a module of torch's, whose error is another."""
    told = _raised("__init__", new, lambda module: getattr(module, name)(3))
    assert told == f"; line {line} defines `{new}` instead of `__init__`"


@pytest.mark.parametrize("new", ["foward", "forwad", "Forward"])
def test_a_misspelt_forward_is_named(new):
    """Also where a function of the student's calls the model."""
    for call in (lambda module: module.Net(3)(torch.zeros(1)), lambda module: module.build()):
        assert _raised("forward", new, call) == f"; line 6 defines `{new}` instead of `forward`"


def test_a_method_that_is_not_there_is_told_and_no_other():
    """Neither of a class that has it, nor of a call of a function."""
    assert _raised("forward", "compute", lambda module: module.build()) == "; its class defines no `forward`"
    assert _raised("__init__", "setup", lambda module: module.Shelf(3)) == "; its class defines no `__init__`"
    assert _raised("x", "x", lambda module: module.Shelf(3, 4)) == ""
    assert _raised("x", "x", lambda module: module.build(3)) == ""
