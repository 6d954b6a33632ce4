"""Cells run as in Jupyter: IPython itself says what names a notebook has after them."""

from __future__ import annotations

import json
import sys
from types import ModuleType

import pytest

from grader.worker.ipython import python_of
from grader.worker.notebook import NotANotebook, Notebook
from grader.worker.shell import Shell


def run(*cells, files=None, wall_s=0.0):
    """The shell and the names after cells, in the order given."""
    written = dict(files or {})

    def write(path, text, more):
        written[path] = (written.get(path, "") if more else "") + text

    module = ModuleType("__main__")
    book = Notebook.parse("hw.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}))
    shell = Shell(module, book, write=write, read=written.get, wall_s=wall_s)
    shell.run_all()
    shell.written = written
    return shell, vars(module)


@pytest.fixture(scope="module")
def ipython():
    """A shell of IPython's own, fresh for each list of cells."""
    InteractiveShell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell

    main = sys.modules["__main__"]
    shell = InteractiveShell.instance(history_length=0)
    yield shell
    InteractiveShell.clear_instance()
    sys.modules["__main__"] = main


# What IPython and the shell must agree on: cells, and the names to compare.
AGREED = {
    "a remark that ends like a question": (["%precision 4\nx = 1  # no momentum?\ny = x"], "xy"),
    "a tuple with such a remark": (["%precision 4\nx = (\n    2,  # rows?\n    3,\n)"], "x"), "a continued line": (["%precision 4\nx = (3\n        != 4)"], "x"),
    "a text that looks like commands": (['%precision 4\nx = """\n% a\n! b\nis it?\n"""'], "x"), "two magics in a row": (["%precision 3\n%precision 4\nx = 1"], "x"),
    "a statement that is timed": (["%time x = sum([1])", "y = x"], "xy"), "an expression that is timed": (["x = %time sum([2])"], "x"), "a timed cell": (["%%time\nx = 5\ny = 6"], "xy"),
    "a captured cell": (["%%capture\nprint(1)\nx = 7"], "x"), "a cell for timing alone": (["x = 1", "%%timeit -n1 -r1\nx = 2"], "x"), "a magic in a condition": (["if True:\n    %precision 4\n    x = 1"], "x"),
    "await": (["import asyncio\nawait asyncio.sleep(0)\nx = 1"], "x"), "an await in a loop": (["import asyncio\nx = []\nfor n in range(3):\n    await asyncio.sleep(0)\n    x.append(n)"], "x"),
    "a future statement": (["from __future__ import annotations", "class A:\n    def f(self) -> A: ...\nx = A.f.__annotations__['return']"], "x"),
    "prompts": (["In [7]: x = [\n   ...:     1,\n   ...: ]"], "x"), "Python's prompts": ([">>> x = 1\n>>> if x:\n...     y = 2"], "xy"), "an indented cell": (["\tx = 1\n\tif x:\n\t\ty = 2"], "xy"),
    "spaces before": (["   x = 1\n   y = 2"], "xy"), "blank lines before a magic": (["\n\n%%time\nx = 1"], "x"), "help": (["x = 1\nx?\ny = 2"], "xy"), "help of a part": (["import math\nx = 1\nmath.sin?\ny = 2"], "xy"),
    "an error": (["x = 1\n1 / 0\nx = 2", "y = 3"], "xy"), "a syntax error": (["x = 1", "x = 2\ny = (", "z = 3"], "xz"), "an import after a semicolon": (["x = 1", "import os; !ls\nx = 2"], "x"),
    "an exit": (["import sys\nx = 1\nsys.exit()\nx = 2", "y = 3"], "xy"), "raise SystemExit": (["x = 1\nraise SystemExit", "y = 3"], "xy"), "percent signs": (["x = 5 % 3\ny = (7\n% 4)"], "xy"),
    "a string with a magic": (["x = '%time'\ny = f'{x}?'"], "xy"), "a decorator": (["def d(f):\n    return f\n@d\ndef x(): return 1\ny = x()"], "y"), "an unknown cell magic": (["x = 1", "%%nonsense\nx = 2"], "x"),
    "another language": (["x = 1", "%%html\n<b>x = 2</b>"], "x"), "a magic in a function": (["def f():\n    %precision 4\n    return 3\nx = f()"], "x"), "matrix product": (["import numpy as np\nx = float(np.ones(2) @ np.ones(2))"], "x"),
    "a last expression": (["x = 4\nx"], "x"), "a global main": (["if __name__ == '__main__':\n    x = 1"], "x"), "a magic with braces": (["n = 3\n%precision {n}\nx = n"], "x"), "windows line ends": (["%precision 4\r\nx = 1\r\ny = 2"], "xy"),
    "a walrus": (["%precision 4\nx = (y := 3)"], "xy"), "a match": (["match 3:\n    case 3:\n        x = 1\n%precision 4"], "x"), "a lambda": (["%time x = (lambda a: a + 1)(2)"], "x"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(AGREED))
def test_names_are_those_that_ipython_leaves(name, ipython):
    """Each name has the value that it has there, and those that are not there are not here either."""
    cells, names = AGREED[name]
    ipython.reset(new_session=False)
    ipython.compile.flags = 0
    for cell in cells:
        ipython.run_cell(cell)
    theirs = {one: ipython.user_ns[one] for one in names if one in ipython.user_ns}
    shell, ours = run(*cells)
    assert {one: ours[one] for one in names if one in ours} == theirs
    assert theirs, "the case compares nothing"
    assert all(cell.place.startswith("hw.ipynb, cell ") for cell in shell.stopped)


def test_commands_to_the_system_do_nothing():
    """Whatever they are and wherever they stand; what is assigned from them is empty."""
    shell, names = run(
        "!pip install -q \\\n    scipy\nx = 1",
        "files = !ls\nt = %timeit -o sum([1])\ny = 2",
        "for n in range(2):\n    !echo {n}\nz = n",
        "%%bash\ndef x() { echo; }",
    )
    assert (names["x"], names["files"], names["y"], names["z"]) == (1, [], 2, 1)
    assert shell.stopped == []


def test_cells_write_files_and_run_them():
    """`%%writefile`, `%%file`, `-a` and `%run`, whose names are then the notebook's."""
    shell, names = run(
        "%%writefile a.py\nx = 1\n",
        "%%file -a a.py\ny = 2\n",
        "%run a.py",
        "z = x + y",
        "%run -i b.py",
        "%run missing",
        files={"b.py": "w = z + 1"},
    )
    assert shell.written["a.py"] == "x = 1\ny = 2\n"
    assert (names["z"], names["w"]) == (3, 4)
    assert [str(cell) for cell in shell.stopped] == [
        "hw.ipynb, cell 6, line 1: FileNotFoundError: %run missing: no such file was handed in"
    ]


def test_cells_run_other_notebooks_and_scripts_with_arguments():
    """Up to the first cell that fails; `sys.argv` is the script's while it runs."""
    other = json.dumps(
        {"cells": [{"cell_type": "code", "source": cell} for cell in ("%precision 4\nx = 1", "1 / 0", "y = 2")]}
    )
    shell, names = run(
        "%run ./other.ipynb",
        "%run a.py --n 3 'b'",
        "z = x + n",
        files={"other.ipynb": other, "a.py": "import sys\nn = int(sys.argv[2])"},
    )
    assert names["z"] == 4
    assert "y" not in names
    assert sys.argv[1:2] != ["--n"]
    assert [cell.place for cell in shell.stopped] == ["other.ipynb, cell 2"]


@pytest.mark.parametrize("magic", ["timeit -n1 -r1", "bash", "script python --bg"])
def test_a_cell_that_keeps_its_names_to_itself_is_named(magic):
    """Who misses a name of it reads why; nothing has stopped."""
    shell, names = run(f"%%{magic}\ndef f(): return 1\ng = 1", "x = 1")
    assert "f" not in names
    assert shell.stopped == []
    assert shell.why_undefined("f") == f"hw.ipynb, cell 1: %%{magic.split()[0]} keeps to itself what its cell defines"
    assert shell.why_undefined("x") == ""


def test_what_a_notebook_has_by_itself_is_there():
    """And does nothing."""
    shell, names = run(
        "get_ipython().run_line_magic('precision', '4')\ndisplay('a', 1)\nget_ipython().ast_node_interactivity = 'all'\nget_ipython().magic('%time x = 1')\nexit()\ny = get_ipython().events.register('a', 1)"
    )
    assert shell.stopped == []
    assert names["x"] == 1


def test_a_stopped_cell_is_named_with_its_line():
    """Where a name is missing, the cell that would have defined it; else all that stopped."""
    shell, names = run(
        "a = 1\n\n1 / 0\ndef one(): ...",
        "%%memit2\ndef two(): ...",
        "pip install x\ndef three(): ...",
        "raise KeyError('k')",
    )
    assert shell.why_undefined("one") == "hw.ipynb, cell 1, line 3: ZeroDivisionError: division by zero"
    assert "%%memit2 is not known here" in shell.why_undefined("two")
    assert shell.why_undefined("three") == "hw.ipynb, cell 3, line 1: SyntaxError: invalid syntax"
    assert shell.why_undefined("four") == ""
    assert shell.why_incomplete.count("hw.ipynb, cell") == 3
    assert names["a"] == 1


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "import time\n    while True:\n        try: time.sleep(1)\n        except Exception: pass",
        "while True:\n        try:\n            while True: pass\n        except: break",
    ],
)
def test_a_cell_that_runs_for_ever_costs_only_itself(body):
    """What was defined by then counts."""
    shell, names = run("x = 1", f"for _ in [1]:\n    {body}", "y = 2", wall_s=0.2)
    assert names["x"] == 1
    assert "was still running when the notebook had had 0.2 s" in str(shell.stopped[0]) or "y" in names


def test_cells_of_any_format_are_read():
    """Worksheets, headings, lists of lines; what is none says what it is instead."""
    old = {
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "heading", "level": 2, "source": "Q1"},
                    {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python"},
                ]
            },
            {"cells": [{"cell_type": "markdown", "source": "text"}]},
        ],
        "nbformat": 3,
    }
    book = Notebook.parse("hw.ipynb", json.dumps(old))
    assert book.write_up == "## Q1\n\ntext"
    assert list(book.code_cells) == [(2, "x = 1\ny = 2")]
    for text, why in {
        "": "it is empty",
        "{": "ends in the middle",
        "<html>": "a web page",
        '{"cells": 3}': "its cells are no list",
        "[]": "a table with cells",
        "version https://git-lfs.x": "large-file",
        "{\n<<<<<<< a": "a merge",
    }.items():
        with pytest.raises(NotANotebook, match=why):
            Notebook.parse("hw.ipynb", text)


def test_what_is_odd_in_a_notebook_costs_itself():
    """A cell that is none, a level without end, a number of many digits: the other cells are read, under their numbers."""
    odd = [1, None, [], {"source": "1 / 0"}, {"cell_type": ["code"], "source": {"a": 1}}]
    cells = [*odd, {"cell_type": "heading", "level": 1e99, "source": "Q"}, {"cell_type": "code", "source": "x = 1"}]
    text = json.dumps({"cells": cells}).replace("1e+99", "1e+99, " + '"n": ' + "9" * 5000)
    book = Notebook.parse("hw.ipynb", text)
    assert list(book.code_cells) == [(7, "x = 1")]
    assert book.write_up == "# Q"


def test_large_cells_are_transformed_in_time():
    """A cell of five thousand lines with a command in it."""
    cell = "!ls\n" + "x = [1, 2, 3]  # why?\n" * 5000
    assert python_of(cell).startswith("get_ipython().system('ls')\nx = [1, 2, 3]")
