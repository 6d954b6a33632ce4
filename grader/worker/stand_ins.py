"""Modules that draw, show progress or belong to a notebook: where a course does not offer them they can be imported
all the same, and do nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import numpy as np

# What is drawn or shown counts for nothing, so that an import of it should cost nothing.
NAMES = frozenset({
    "matplotlib", "mpl_toolkits", "pylab", "seaborn", "plotly", "bokeh", "altair", "graphviz", "torchviz",
    "torchsummary",
    "torchinfo", "tensorboard", "tensorboardX", "wandb", "tqdm", "ipywidgets", "IPython", "google",
    "nest_asyncio",
})  # fmt: skip
# Parts of libraries that may be offered, which need another one that is not there.
_WITHIN = ("torch.utils.tensorboard",)


class Silent:
    """Does nothing, whatever is asked of it; what it returns is as silent."""

    def __init__(self, *_args: Any, **_named: Any) -> None: ...

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _ANSWERS.get(name, Silent())

    def __call__(self, *args: Any, **_named: Any) -> Any:
        """The function where it decorates one, else something silent."""
        return args[0] if len(args) == 1 and type(args[0]).__name__ == "function" else Silent()

    def __getitem__(self, _key: Any) -> Any:
        return Silent()

    def __setitem__(self, _key: Any, _value: Any) -> None: ...

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *_about: object) -> None: ...

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __mro_entries__(self, _bases: Any) -> tuple[type, ...]:
        return (object,)


class Bar(Silent):
    """A progress bar that nobody sees: it hands on what it counts."""

    def __init__(self, iterable: Iterable[Any] = (), *_args: Any, **_named: Any) -> None:
        self.iterable, self.n = iterable, 0

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable) if isinstance(self.iterable, Sized) else 0

    def update(self, n: float = 1) -> None:
        """Count, without a word."""
        self.n += int(n)

    @staticmethod
    def write(text: object, *_args: Any, **_named: Any) -> None:
        """What is said beside the bar is said."""
        print(text)

    @classmethod
    def pandas(cls, *_args: Any, **_named: Any) -> None:
        """What tqdm hangs on another library."""


def subplots(nrows: int = 1, ncols: int = 1, *_args: Any, squeeze: bool = True, **_named: Any) -> tuple[Silent, Any]:
    """A figure and axes in the shape that matplotlib gives."""
    axes = np.empty((nrows, ncols), dtype=object)
    for place in np.ndindex(axes.shape):
        axes[place] = Silent()
    return Silent(), (axes[0, 0] if axes.size == 1 else axes.squeeze()) if squeeze else axes


def _range(*limits: int, **_named: Any) -> Bar:
    return Bar(range(*limits))


def _lines(*_args: Any, **_named: Any) -> list[Silent]:
    return [Silent()]


def _histogram(*_args: Any, **_named: Any) -> tuple[Silent, Silent, Silent]:
    return Silent(), Silent(), Silent()


def _limits(*_args: Any, **_named: Any) -> tuple[float, float]:
    return 0.0, 1.0


def _legend(*_args: Any, **_named: Any) -> tuple[list[Silent], list[str]]:
    return [], []


# What figures and axes answer in a shape that code unpacks.
_ANSWERS: dict[str, Any] = {
    "plot": _lines, "semilogx": _lines, "semilogy": _lines, "loglog": _lines, "hist": _histogram,
    **dict.fromkeys(("xlim", "ylim", "get_xlim", "get_ylim", "get_size_inches"), _limits),
    "get_legend_handles_labels": _legend,
}  # fmt: skip
_KNOWN: dict[str, dict[str, Any]] = {
    "matplotlib": {"subplots": subplots, **_ANSWERS},
    "pylab": {"subplots": subplots, **_ANSWERS},
    "tqdm": {"tqdm": Bar, "trange": _range, "tqdm_notebook": Bar, "tnrange": _range},
}


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _KNOWN.get(self.__name__.partition(".")[0], {}).get(name, _silent(self.__name__, name))


def _silent(module: str, name: str) -> Any:
    """A class where the name is one's, since it may be inherited from; else something silent."""
    del module
    return type(name, (Silent,), {}) if name[:1].isupper() else Silent()


class StandIns(MetaPathFinder, Loader):
    """Finds the modules of `NAMES` and all that lies in them.

    Args:
        importable: what trusted code may ask for: a module that is there is not stood in for.
        own: what a notebook has of `IPython` by name, as `get_ipython`.
    """

    names = NAMES

    def __init__(self, importable: frozenset[str], own: Callable[[], dict[str, Any]] = dict) -> None:
        self._stood_for = NAMES - importable
        self._own = own

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A module that is silent, or None for every other name."""
        is_silent = fullname.partition(".")[0] in self._stood_for or fullname.startswith(_WITHIN)
        return ModuleSpec(fullname, self, is_package=True) if is_silent else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """A module in which every name is there."""
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing runs."""
        module.__path__ = []
        if module.__name__.partition(".")[0] == "IPython":
            vars(module).update(self._own())
