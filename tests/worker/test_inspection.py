"""Forbidden routines are found where a function can reach them, and nowhere else."""

from __future__ import annotations

import json

import pytest

from grader.worker.inspection import places, uses
from grader.worker.notebook import Notebook

PATTERNS = ["torch.conv*", "torch.nn.functional.conv*", "torch.nn.Conv*", "scipy.signal.*conv*", "numpy.convolve"]

USED = {
    "by its full name": "import torch\ndef f(a, k):\n    return torch.nn.functional.conv2d(a, k)",
    "by an alias": "import torch.nn.functional as F\ndef f(a, k):\n    return F.conv2d(a, k)",
    "from its module": "from torch.nn.functional import conv2d as g\ndef f(a, k):\n    return g(a, k)",
    "as a layer": "from torch import nn\ndef f(a, k):\n    return nn.Conv2d(1, 1, 3)(a)",
    "imported within": "def f(a, k):\n    from scipy.signal import fftconvolve\n    return fftconvolve(a, k)",
    "by a helper": "import numpy as np\ndef g(a, k):\n    return np.convolve(a, k)\ndef f(a, k):\n    return g(a, k)",
    "by a name for it": "import torch\nroutine = torch.conv2d\ndef f(a, k):\n    return routine(a, k)",
    "by a star": "from scipy.signal import *\ndef f(a, k):\n    return convolve2d(a, k)",
    "by another module": "import helper\ndef f(a, k):\n    return helper.g(a, k)",
    "from another module": "from helper import g as h\ndef f(a, k):\n    return h(a, k)",
    "by a class": "import torch\nclass C:\n    def __call__(self, a, k):\n        return torch.conv2d(a, k)\nf = C()",
    "within a condition": "import torch\nif True:\n    def f(a, k):\n        return torch.conv2d(a, k)",
}
HELPER = "import torch\ndef g(a, k):\n    return torch.conv2d(a, k)\ndef other():\n    return 1\n"

NOT_USED = {
    "in another function": "import torch\ndef g(a, k):\n    return torch.conv2d(a, k)\ndef f(a, k):\n    return a",
    "in the main block": "import torch\ndef f(a, k):\n    return a\nif __name__ == '__main__':\n    print(torch.conv2d)",
    "in a comment": "def f(a, k):\n    # torch.conv2d would do\n    return 'torch.conv2d'",
    "imported only": "from scipy.signal import convolve2d\ndef f(a, k):\n    return a",
    "its own name": "def conv2d(a, k):\n    return a\ndef f(a, k):\n    return conv2d(a, k)",
    "another routine": "import torch\ndef f(a, k):\n    return torch.nn.functional.unfold(a, 3)",
    "another of the helper's": "import helper\ndef f(a, k):\n    return helper.other()",
    "no Python": "def f(:",
}


@pytest.mark.parametrize("name", sorted(USED))
def test_a_use_is_found_with_its_line(name):
    """However the routine is named, wherever the function calls it."""
    [[file, line, routine]] = uses({"m.py": USED[name], "helper.py": HELPER}, [], ["m.f"], PATTERNS)
    assert file in ("m.py", "helper.py")
    assert line >= 2
    assert routine.rpartition(".")[2] in ("conv2d", "Conv2d", "fftconvolve", "convolve", "convolve2d")


@pytest.mark.parametrize("name", sorted(NOT_USED))
def test_what_the_function_does_not_call_is_not_held_against_it(name):
    """Comments, tests of one's own and other functions are free."""
    assert uses({"m.py": NOT_USED[name], "helper.py": HELPER}, [], ["m.f"], PATTERNS) == []


def test_a_notebooks_cells_are_read():
    """The place is the cell."""
    cells = [{"cell_type": "code", "source": source} for source in ("%time\nimport torch", USED["by its full name"])]
    book = Notebook.parse("hw.ipynb", json.dumps({"cells": cells}))
    assert uses({}, [book], ["m.f"], PATTERNS) == [["hw.ipynb, cell 2", 3, "torch.nn.functional.conv2d"]]


def test_a_name_is_placed_where_it_is_defined():
    """Through modules that import it, packages too; where two import it from each other, nowhere else."""
    sources = {
        "p/__init__.py": "from .q import f\n",
        "p/q.py": "from .r import g as f\n",
        "p/r.py": "\ndef g():\n    pass\n",
        "a.py": "from b import f\n",
        "b.py": "from a import f\n",
    }
    assert places(sources, [], ["p.f", "p.q.f", "a.f", "p.r.h", "x.y"]) == [
        ["p/r.py", 2], ["p/r.py", 2], ["a.py", 1], ["p/r.py", 1], [],
    ]  # fmt: skip
    assert uses(sources, [], ["a.f", "p.f"], ["numpy.*"]) == []
