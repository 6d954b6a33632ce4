"""A student without isolation: functions called in this process, claims asserted one at a time or judged in one go."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np


class DirectModules:
    """`student.module.function`, imported from a folder on `sys.path`."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._modules: dict[str, ModuleType] = {}

    def __enter__(self) -> DirectModules:
        self._before = set(sys.modules)
        sys.path.insert(0, self._folder)
        importlib.invalidate_caches()
        return self

    def __exit__(self, *exc: object) -> None:
        sys.path.remove(self._folder)
        for name in set(sys.modules) - self._before:
            file = getattr(sys.modules[name], "__file__", None) or ""
            if file.startswith(self._folder):
                del sys.modules[name]

    def __getattr__(self, name: str) -> ModuleType:
        if not (Path(self._folder) / f"{name}.py").exists():  # hypothesis asks its arguments for attributes
            raise AttributeError(name)
        if name not in self._modules:
            self._modules[name] = importlib.import_module(name)
        return self._modules[name]


class AssertingExpect:
    """`expect` with general-purpose assertions, as one writes them in a test file."""

    def __init__(self, rtol: float, atol: float) -> None:
        self._rtol, self._atol = rtol, atol

    def close(self, actual: Any, expected: Any, *, scale: Any = None, why: str = "") -> None:
        actual, expected = self.array(actual), self.array(expected)
        assert actual.size == expected.size, why
        actual = actual.reshape(expected.shape)
        size = np.abs(expected) if scale is None else np.abs(self.array(scale))
        assert np.all(np.abs(actual - expected) <= self._atol + self._rtol * size), why

    def equal(self, actual: Any, expected: Any, *, why: str = "") -> None:
        np.testing.assert_array_equal(self.array(actual).ravel(), self.array(expected).ravel(), err_msg=why)

    def true(self, condition: Any, why: str) -> None:
        assert condition, why

    def array(self, reply: Any, shape: tuple[int, ...] | None = None) -> Any:
        if hasattr(reply, "detach"):
            reply = reply.detach().numpy()
        array = np.asarray(reply, dtype=np.float64)
        assert shape is None or array.shape == tuple(shape)
        return array

    def scalar(self, reply: Any) -> float:
        return float(self.array(reply).item())

    def call(self, function: Any, *args: Any, **named: Any) -> SimpleNamespace:
        return SimpleNamespace(result=function(*args, **named), args=args, named=named)

    def unchanged(self, function: Any, *args: Any) -> None:
        copies = [arg.copy() if isinstance(arg, np.ndarray) else arg for arg in args]
        function(*copies)
        for before, after in zip(args, copies, strict=True):
            np.testing.assert_array_equal(after, before)
