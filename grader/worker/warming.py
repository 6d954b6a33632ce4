"""What a process loads before it takes a submission, so that no submission waits for it."""

from __future__ import annotations

import contextlib
import importlib
import re
import sys
import zoneinfo
from collections.abc import Sequence

from grader.worker import loading

# What nearly every submission imports; the rest is loaded when one asks for it.
COMMON = """
    abc argparse array bisect cmath collections.abc concurrent.futures contextlib copy csv dataclasses datetime decimal
    enum fractions functools hashlib heapq inspect io itertools json logging math numbers operator pathlib pickle
    platform pprint queue random re statistics string struct tempfile textwrap threading time timeit traceback types
    typing unittest uuid warnings weakref encodings.idna encodings.latin_1 encodings.ascii
"""
# What a worker's own code needs at its first call; whoever lacks it is ended and begun again for each submission.
OF_A_WORKER = """
    msgpack grader.worker.archive grader.worker.reading.document gzip encodings.utf_8_sig encodings.utf_16
    encodings.utf_16_le encodings.utf_16_be encodings.utf_32 encodings.cp1252 encodings.cp437
"""
# What its code needs for some write-ups only, and loads when one comes; no submission is offered it.
OF_READERS = ("pypdf",)
WARM_UP = {
    "numpy": (
        "import numpy as np, numpy.fft, numpy.random, numpy.polynomial, numpy.lib.stride_tricks, numpy.ma\n"
        "np.linalg.svd(np.eye(3)); np.fft.fft(np.ones(4)); np.einsum('ij,jk->ik', np.eye(2), np.eye(2))\n"
        "np.polyfit([0, 1, 2], [0, 1, 2], 1); str(np.ones((2, 2)))"
    ),
    "pypdf": "import pypdf, pypdf._codecs.core_font_metrics",
    "scipy": "import scipy.linalg, scipy.special, scipy.fft; scipy.linalg.toeplitz([1.0, 2.0])",
    "torch": (
        "import torch, torch.nn.functional\n"
        "torch.set_num_threads(1)\n"
        "n = torch.nn\n"
        "m = n.Sequential(n.Conv2d(1, 2, 3), n.ReLU(), n.MaxPool2d(2), n.Flatten(), n.Linear(18, 2), n.LogSoftmax(1))\n"
        "n.functional.cross_entropy(m(torch.ones(1, 1, 8, 8)), torch.tensor([1])).backward(); m.state_dict(); str(m)\n"
        # torch would open /dev/urandom, where a sealed process can only ask the kernel
        "import os\n"
        "def seed():\n"
        "    value = int.from_bytes(os.urandom(8), 'little') >> 1\n"
        "    torch.manual_seed(value)\n"
        "    return value\n"
        "torch.seed = torch.random.seed = seed"
    ),
}

# What takes long, and one submission of many will ask for: optimizers load torch's compiler at their first step.
FOR_MANY = {
    "scipy": "import scipy.optimize, scipy.signal, scipy.stats",
    "torch": (
        "import torch\nw = torch.ones(1, requires_grad=True)\nw.sum().backward()\ntorch.optim.SGD([w], 0.1).step()"
    ),
}

# A zone that somebody holds is found again without its file.
_ZONES: list[zoneinfo.ZoneInfo] = []
# Those of WARM_UP that are ready; imported they may be long before, as numpy is by what reads the wire.
_READY: set[str] = set()


def warm_up(modules: Sequence[str], *, for_many: bool = False) -> None:
    """Import what submissions use, and call what loads more at its first call.

    Args:
        for_many: also what takes long.
    """
    for name in (*COMMON.split(), *OF_A_WORKER.split()):
        importlib.import_module(name)
    with contextlib.suppress(zoneinfo.ZoneInfoNotFoundError):  # of a system without time zones
        _ZONES.append(zoneinfo.ZoneInfo("UTC"))
    for name in modules:
        import_ready(name)
        if for_many:
            exec(FOR_MANY.get(name, ""), {})


def import_ready(name: str) -> None:
    """Import a module, and before it its library as a warm one is: with what a sealed process needs of it."""
    library = name.partition(".")[0]
    if library not in _READY:
        exec(WARM_UP.get(library, ""), {})
        _READY.add(library)
    importlib.import_module(name)


def first_names(modules: Sequence[str]) -> frozenset[str]:
    """Top-level names that may be asked for: the standard library, what reads a PDF, and `modules`."""
    return frozenset(sys.stdlib_module_names) - loading.NEVER | {*modules, *OF_READERS}


def importable(modules: Sequence[str]) -> frozenset[str]:
    """These names, and those of what the modules are built on: it takes reading what all packages say of themselves."""
    from importlib import metadata  # takes as long as half of numpy, and few submissions ask for anything

    names, todo = {*first_names(modules)}, [*modules, *OF_READERS]
    owners = metadata.packages_distributions()
    seen: set[str] = set()
    while todo:
        top = todo.pop()
        names.add(top)
        for distribution in set(owners.get(top, [])) - seen:
            seen.add(distribution)
            wanted = {_canonical(r) for r in metadata.requires(distribution) or [] if "extra ==" not in r}
            todo += [name for name, by in owners.items() if wanted & {_canonical(d) for d in by} and name not in names]
    return frozenset(names)


def _canonical(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]*", requirement)[0]).lower()  # type: ignore[index]
