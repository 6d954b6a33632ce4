"""What is loaded before a submission's code runs: the libraries that the code called may import, and no other."""

from __future__ import annotations

from grader.intake.libraries import named_libraries

OFFERED = ("numpy", "scipy", "torch")


def test_only_what_the_called_modules_reach_is_named():
    """A library of another question's module is not; one of a helper's is, however it is imported."""
    files = {
        "q1.py": b"import torch\n",
        "q4.py": b"import numpy as np\nfrom helper import f\n",
        "helper.py": b"def f():\n    from scipy.linalg import toeplitz\n",
        "answers.md": b"I used torch.",
    }
    assert named_libraries(files, OFFERED, ["q4"]) == ("numpy", "scipy")
    assert named_libraries(files, OFFERED, ["q1"]) == ("torch",)
    assert named_libraries(files, OFFERED) == OFFERED
    assert named_libraries(files, OFFERED, ["not_there"]) == ()


def test_a_library_that_is_only_spoken_of_is_not_named():
    """The docstrings that a kit hands out say what torch does."""
    files = {"q1.py": b'def f(x):\n    """Rounded down as torch does,\n    or scipy."""\n    import numpy\n'}
    assert named_libraries(files, OFFERED, ["q1"]) == ("numpy",)


def test_a_notebook_may_stand_for_any_module():
    """Its cells count for every question; a longer name is no library."""
    files = {"hw.ipynb": b'{"cells": [{"source": "import torch\\n"}]}', "q4.py": b"numpyish = scipy2 = 1\n"}
    assert named_libraries(files, OFFERED, ["q4"]) == ("torch",)
