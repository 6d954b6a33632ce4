"""What a notebook remembers of its cells is what IPython does; what its commands return has the shape that code uses."""

from __future__ import annotations

import json

import pytest

from grader.worker.notebook import Notebook
from grader.worker.stand_ins import Silent
from tests.worker.test_shell import ipython, run

__all__ = ["ipython"]
# What IPython and the shell must agree on: cells, and the names to compare.
AGREED = {
    "the last value": (["3 + 4", "x = _"], ["x"]), "the three last": (["1", "2", "3", "x = (_, __, ___)"], ["x"]), "no value": (["7", "None", "print()", "x = _"], ["x"]), "a semicolon": (["7", "8;", "9; # why?", "x = _"], ["x"]),
    "a semicolon in parentheses": (["7", "(\n8\n) ;", "x = _"], ["x"]), "an assignment": (["7", "y = 8", "x = _"], ["x"]), "by number": (["7", "8", "x = (Out[1], _2)"], ["x"]), "one that fails": (["7", "8\n1 / 0", "x = _"], ["x"]),
    "one's own underscore": (["7", "for _ in range(3): pass", "8", "x = (_, Out[3])"], ["x"]), "one's own, given back": (["7", "_ = 5\ndel _", "8", "x = _"], ["x"]), "under %time": (["%time 3 + 4", "x = _"], ["x"]),
    "under %%time": (["%%time\ny = 1\ny + 6", "x = _"], ["x"]), "a text": (["'a'", "x = _ + 'b'"], ["x"]), "a docstring": (['"""a"""', "x = _"], ["x"]), "a value that is awaited": (["async def f(): return 3", "await f()", "x = _"], ["x"]),
    "a semicolon in a text": (["'a;'", "x = _"], ["x"]), "letters before it": (["'é'; 'ö'", "x = _"], ["x"]), "cells before": (["y = 1", "x = (In[1], _i, len(In))"], ["x"]), "by numbers of cells": (["y = 1", "x = _i1"], ["x"]),
    "a future": (["from __future__ import annotations\n3", "def f(a: B): ...\nf.__annotations__['a']", "x = _"], ["x"]), "a cell that is run": (["r = get_ipython().run_cell('y = 3\\ny')", "x = (r.success, r.result, y)"], ["x"]),
    "a cell that is run and fails": (["r = get_ipython().run_cell('y = 3\\n1 / 0')", "x = (r.success, y)"], ["x"]), "given names": (["get_ipython().push({'y': 2})", "x = get_ipython().ev('y + 1')\nget_ipython().ex('z = x')"], ["x", "z"]),
    "a magic of one's own": (["def three(line): return 3 + len(line)\nget_ipython().register_magic_function(three, 'line')", "y = %three ab", "x = y"], ["x"]),
    "a cell magic of one's own": (["def skip(line, cell): return\ndef again(line, cell): get_ipython().run_cell(cell)\nfor f in (skip, again): get_ipython().register_magic_function(f, 'cell')", "%%skip it\nx = 1\n1 / 0", "%%again\ny = 2"], ["x", "y"]),
    "what is printed": (["%%capture out\nprint('a')", "x = out.stdout"], ["x"]), "what is not kept": (["%%capture\ny = 3", "x = y"], ["x"]), "a variable": (["%env GRADER_A=3", "%set_env GRADER_B 4", "import os\nx = os.environ['GRADER_A'] + os.environ['GRADER_B']\ny = %env GRADER_A"], ["x", "y"]),
    "what cannot be compiled": (["x = 1\nreturn 3", "y = 2\nbreak\ny = 3", "def f(): return 4\nyield 1\nz = 5"], ["x", "y", "z"]), "an annotation": (["x: int = 3\nx", "y = _"], ["x", "y"]),
    "two targets": (["a = b = !true", "x = 1"], ["a", "x"]), "a part as target": (["x = [0]\nx[0] = !true"], ["x"]), "where one is": (["import os\nx = %pwd\ny = x == os.getcwd()"], ["y"]),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(AGREED))
def test_what_is_remembered_is_what_ipython_remembers(name, ipython):
    """Value by value, counted from the first cell."""
    cells, names = AGREED[name]
    ipython.reset(new_session=True)
    ipython.compile.flags = 0
    for cell in cells:
        ipython.run_cell(cell, store_history=True)
    theirs = {one: ipython.user_ns[one] for one in names if one in ipython.user_ns}
    _, ours = run(*cells)
    assert {one: ours[one] for one in names if one in ours} == theirs


def test_what_a_command_printed_is_empty_in_every_way():
    """Code that asks for a line, or a part of it, goes on."""
    shell, names = run(
        "a = !nvidia-smi\nb = '\\n'.join(a)\nc = a[0].split()\nd = (a.n, a.s, a.l, a.grep('x').fields(0), a[1:])",
        "t = %timeit -o -n1 sum([1])\ne = t.average / t.best",
        "%%capture kept\nprint('3.5')\n1 / 0",
        "f = float(kept.stdout)\nkept.show()\nkept()\ng = str(kept)",
    )
    assert [cell.place for cell in shell.stopped] == ["hw.ipynb, cell 3"]
    assert (names["b"], names["c"], names["d"]) == ("", [], ("", "", [], [], []))
    assert (names["e"], names["f"], names["g"]) == (1, 3.5, "3.5\n")


def test_paths_of_magics_are_expanded():
    """By names and by expressions; what is neither stays."""
    shell, names = run(
        "name = 'a'",
        "%%writefile {name + '.py'}\nx = 1",
        "%%file $name-$other.txt\ny",
        "get_ipython().run_cell_magic('writefile', 'c.py', 'z = 3')",
        "%run {name}.py",
        "%env GRADER_C=$name",
        "import os\nkept = os.environ['GRADER_C']",
    )
    assert shell.stopped == []
    assert shell.written == {"a.py": "x = 1", "a-$other.txt": "y", "c.py": "z = 3"}
    assert (names["x"], names["kept"]) == (1, "a")


def test_a_folder_that_is_on_ones_own_machine_alone_costs_nothing(tmp_path, monkeypatch):
    """A cell stays where it is; a folder that is there is gone to, and functions that are called later get what is so."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    shell, names = run(
        "import os\nos.chdir('/content/drive/MyDrive/hw')\nos.chdir('nowhere')\nx = os.getcwd()",
        "%cd -q 'D:/hw/ada'\n%cd data\ny = os.path.basename(os.getcwd())",
        "def f(): os.chdir('nowhere')",
    )
    assert shell.stopped == []
    assert (names["x"], names["y"]) == (str(tmp_path), "data")
    with pytest.raises(FileNotFoundError):
        names["f"]()


def test_a_mark_before_a_cell_is_none_of_it():
    """Converters leave it there."""
    shell, names = run("\ufeffx = 1", "\ufeff%%time\ny = 2", "\ufeff%matplotlib inline\nz = 3")
    assert shell.stopped == []
    assert [names[one] for one in "xyz"] == [1, 2, 3]


def test_lines_of_old_formats_are_joined_as_they_were_split():
    """With their ends in them or without."""
    for lines in (["x = 1\n", "y = 2"], ["x = 1", "y = 2"]):
        old = {"worksheets": [{"cells": [{"cell_type": "code", "input": lines}, 7]}], "nbformat": 3}
        assert list(Notebook.parse("hw.ipynb", json.dumps(old)).code_cells) == [(1, "x = 1\ny = 2")]


def test_axes_answer_in_the_shape_that_code_unpacks():
    """As the functions of the library do."""
    axes = Silent()
    (line,) = axes.plot([1])
    n, bins, patches = axes.hist([1], bins=3)
    (low, high), (width, height) = axes.get_xlim(), axes.figure.get_size_inches()
    assert high > low and height > width
    handles, labels = axes.get_legend_handles_labels()
    assert (handles, labels) == ([], [])
    assert isinstance(line.set_label("a"), Silent)
    assert isinstance((n, bins, patches), tuple)
