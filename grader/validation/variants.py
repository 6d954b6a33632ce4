"""Variants of the model answer that are right as well: other orders of summation, other precision, inputs next door."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from grader.sandbox.local import LocalSession
from grader.validation import reductions as sums
from grader.worker import serving
from grader.worker.calls import Call

AS_IT_IS = "as it is"


class Active(Protocol):
    """A variant at work in this process."""

    @property
    def n_used(self) -> int:
        """How often something was computed otherwise."""
        ...

    def argument(self, value: Any) -> Any:
        """An array, a tensor or a float as the model answer gets it."""
        ...

    def at_work(self) -> AbstractContextManager[Any]:
        """What surrounds each call."""
        ...


@dataclass(frozen=True)
class Variant:
    """A way to compute the same.

    Args:
        is_full: whether it has the precision of what is handed in, so that it must earn everything.
    """

    name: str
    start: Callable[[], Active]
    is_full: bool = True


class AsItIs:
    """The model answer itself, which may differ from what a check works out in another way."""

    n_used = 1

    def argument(self, value: Any) -> Any:
        return value

    def at_work(self) -> AbstractContextManager[Any]:
        return contextlib.nullcontext()


class Order:
    """Numpy's sums in another order."""

    def __init__(self, total: sums.Sum) -> None:
        self._kind: type[sums.Reordered] = type("OtherSums", (sums.Reordered,), {"total": staticmethod(total)})

    @property
    def n_used(self) -> int:
        return self._kind.n_used

    def argument(self, value: Any) -> Any:
        return value.view(self._kind) if isinstance(value, np.ndarray) and value.dtype == np.float64 else value

    def at_work(self) -> AbstractContextManager[Any]:
        return contextlib.nullcontext()


class NextDoor:
    """Every number handed in moves to a neighbour: what a well-conditioned answer hardly notices."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self.n_used = 0

    def argument(self, value: Any) -> Any:
        if hasattr(value, "detach"):
            return _like(value, self.argument(value.detach().numpy()))
        if isinstance(value, float):
            return float(self.argument(np.array(value)))
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or not value.size:
            return value
        self.n_used += 1
        towards = np.where(self._rng.integers(0, 2, value.shape) == 0, -np.inf, np.inf).astype(value.dtype)
        return np.where(value == 0, value, np.nextafter(value, towards))

    def at_work(self) -> AbstractContextManager[Any]:
        return contextlib.nullcontext()


def _like(tensor: Any, array: Any) -> Any:
    import torch

    return torch.from_numpy(array).to(tensor.dtype).requires_grad_(tensor.requires_grad)


class Float32:
    """What is handed in as float64 is computed in float32."""

    def __init__(self) -> None:
        self.n_used = 0

    def argument(self, value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.dtype == np.float64:
            self.n_used += 1
            return value.astype(np.float32).view(sums.Single)
        if hasattr(value, "detach") and str(value.dtype) == "torch.float64":
            self.n_used += 1
            return value.float()
        return value

    def at_work(self) -> AbstractContextManager[Any]:
        return contextlib.nullcontext()


class Torch:
    """Torch's operations within a mode, such as those of `torch_variants`."""

    def __init__(self, mode: Any) -> None:
        self._mode = mode

    @property
    def n_used(self) -> int:
        return int(self._mode.n_used)

    def argument(self, value: Any) -> Any:
        return value

    def at_work(self) -> AbstractContextManager[Any]:
        return self._mode  # type: ignore[no-any-return]


class Setting:
    """A setting of torch's while tensors are worked on."""

    def __init__(self, surround: Callable[[], AbstractContextManager[Any]]) -> None:
        self._surround = surround
        self.n_used = 0

    def argument(self, value: Any) -> Any:
        self.n_used += hasattr(value, "detach")
        return value

    def at_work(self) -> AbstractContextManager[Any]:
        return self._surround()


def variants(modules: Sequence[str]) -> list[Variant]:
    """All variants for an assignment whose submissions may import `modules`."""
    known = [
        Variant(AS_IT_IS, AsItIs),
        Variant("one by one", lambda: Order(sums.one_by_one)),
        Variant("backwards", lambda: Order(sums.backwards)),
        Variant("shuffled", lambda: Order(sums.shuffle)),
        Variant("exact sums", lambda: Order(sums.exact)),
        Variant("next door 1", lambda: NextDoor(1)),
        Variant("next door 2", lambda: NextDoor(2)),
        Variant("float32", Float32, is_full=False),
    ]
    return known + (_of_torch() if "torch" in modules else [])


def _of_torch() -> list[Variant]:
    import torch

    from grader.validation.torch_variants import Backwards, Precision

    return [
        Variant("torch backwards", lambda: Torch(Backwards())),
        Variant("torch float64", lambda: Torch(Precision(torch.float32, torch.float64))),
        Variant("torch 4 threads", lambda: Setting(_threads)),
        Variant("torch unfused", lambda: Setting(lambda: torch.backends.mkldnn.flags(enabled=False))),
    ]


@contextlib.contextmanager
def _threads() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(4)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class VariantSession(LocalSession):
    """A session over the model answer as a variant computes it."""

    def __init__(self, modules: Mapping[str, ModuleType], active: Active) -> None:
        super().__init__(modules)
        self._server = _Server(active)
        for name, module in modules.items():
            self._server.adopt(name, module)


class _Server(serving.Server):
    def __init__(self, active: Active) -> None:
        super().__init__(lambda _file: False)
        self._active = active

    def call(self, request: int, index: int, call: Call) -> tuple[str, bytes]:
        """As `Server.call`, the variant at work; where the arguments are looked at, they are handed over untouched."""
        if not call.shows_arguments:
            call = replace(call, args=self._change(call.args), named=self._change(call.named))
        with self._active.at_work():
            return super().call(request, index, call)

    def _change(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return type(value)(map(self._change, value))
        if isinstance(value, dict):
            return {key: self._change(item) for key, item in value.items()}
        return self._active.argument(value)
