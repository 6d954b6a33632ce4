"""The student as a check sees them: `student.module.function(…)`, in packages of any depth."""

from __future__ import annotations

import functools
from collections.abc import Collection
from typing import Any

from grader.checks.api.reply import Attribute, Caller, Reply
from grader.checks.api.steps import Step, Target


class Function(Attribute):
    """A function, class or constant of a module of the student's; calling it is a call into the sandbox."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{self._owner}.{self._name}"

    @property
    def _target(self) -> Target:
        return self._owner, self._name


def step_for(caller: Caller, step: Step) -> Step:
    """A step that another caller makes: the submission's functions among its arguments are theirs to name."""

    def named_anew(value: Any) -> Any:
        if isinstance(value, Function):
            return Function(*value._target, caller)
        if type(value) in (list, tuple):
            return type(value)(map(named_anew, value))
        return {key: named_anew(item) for key, item in value.items()} if type(value) is dict else value

    named = {key: named_anew(item) for key, item in step.named.items()}
    return Step(step.target, tuple(map(named_anew, step.args)), named, step.manner)


class Module:
    """A module or a package of the student's.

    Args:
        tree: the dotted names of all modules within packages; any other name is one of a module's own.
    """

    def __init__(self, caller: Caller, name: str, tree: Collection[str] = ()) -> None:
        self._caller = caller
        self._name = name
        self._tree = tree

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        within = f"{self._name}.{name}"
        return Module(self._caller, within, self._tree) if within in self._tree else self._function(name)

    def __call__(self, *args: Any, **named: Any) -> Reply:
        """Call the function that bears the module's own name, wherever of the two it is defined."""
        package, _, name = self._name.rpartition(".")
        return Function(package or name, name, self._caller)(*args, **named)

    def _function(self, name: str) -> Function:
        return Function(self._name, name, self._caller)


class Student:
    """All modules of a submission, or of the reference.

    Args:
        tree: see `Module`.
    """

    def __init__(self, caller: Caller, tree: Collection[str] = ()) -> None:
        self._caller = caller
        self._tree = tree

    def __getattr__(self, name: str) -> Module:
        if name.startswith("__"):
            raise AttributeError(name)
        return Module(self._caller, name, self._tree)


def function_at(root: Any, dotted: str) -> Any:
    """What `kitchen.oven.bake.minutes` names of a student or of the reference."""
    return functools.reduce(getattr, dotted.split("."), root)
