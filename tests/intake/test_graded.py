"""What was handed in in another way is graded as the same work; what was not read is nobody's zero."""

from __future__ import annotations

import dataclasses
import json

import pytest

from grader.export.audience import for_students, why_unread
from grader.export.gradescope import gradescope
from grader.export.summary import summary
from grader.grading.locating import places
from grader.grading.one_submission import grade
from grader.intake.submission import Submission
from grader.model.budget import Budget
from grader.model.record import checks_of
from grader.model.verdict import PreviousResult
from grader.terminal import lesson


@pytest.fixture(scope="module")
def graded(mini, sandbox):
    """Grades files on the small assignment."""

    def run(files, **fields):
        data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        return grade(mini, Submission("ana", data, **fields), sandbox)

    return run


def book(*cells):
    """A notebook of code cells."""
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def statuses(result):
    """The status of each check."""
    return {verdict.id: verdict.status for verdict in result.verdicts}


def test_another_place_or_name_costs_nothing(graded, honest):
    """Tracebacks speak of the module, a note of the file."""
    for path in ("src/hw/m.py", "M (1).py", "m.py.txt", "all.py"):
        result = graded({path: honest, "README.md": "# mine"})
        assert result.score == result.max_score
        assert any("m.py was read from" in note or "Everything was read" in note for note in result.notes)
    broken = graded({"src/M-2.py": honest.replace("return float(x.sum())", "return 1 / 0"), "README.md": ""})
    assert any(verdict.feedback.startswith("m.py, line") for verdict in broken.verdicts)


def test_two_candidates_wait_for_a_person(graded, honest):
    """All checks of the module, and both are named."""
    result = graded({"a/m.py": honest, "b/m.py": "x = 1"})
    assert set(statuses(result).values()) == {"needs_review", "blocked"}  # by the check that waits before it
    waiting = [verdict for verdict in result.verdicts if verdict.status == "needs_review"]
    assert all("a/m.py and b/m.py" in verdict.feedback for verdict in waiting)
    assert result.status == "needs_review"


READS = {
    "open": "rows = open('data.csv').read()",
    "numpy": "import numpy as np\nrows = np.loadtxt('data/data.csv')",
    "a path": "from pathlib import Path\nrows = Path(__file__).with_name('data.csv').read_text()",
    "in a function": "def total(x):\n    return open('data.csv').read()",
    "numpy's own": "import numpy as np\nrows = np.load('./data.csv')",
    "torch": "import torch\nrows = torch.load('data.csv')",
    "another reader": "import numpy as np\nrows = np.genfromtxt('data.csv', delimiter=',')",
}


@pytest.mark.parametrize("way", READS)
def test_who_reads_a_file_of_their_own_waits_for_a_person(graded, honest, way):
    """It was handed in and is not there when code runs: nobody's zero. What was not handed in is an error."""
    files = {"m.py": f"{honest}\n{READS[way]}\n"}
    for handed_in in ({"others": ("data.csv",)}, {"unread": {"data/data.csv": "it is too large"}}):
        result = graded(files, **handed_in)
        assert "error" not in statuses(result).values()
        waiting = [verdict for verdict in result.verdicts if verdict.status == "needs_review"]
        assert waiting
        assert all("It reads data.csv, which was handed in" in verdict.feedback for verdict in waiting)
    for others in ((), ("other.csv", "my-data.csv", "data.csv.bak", "data", "csv")):
        result = graded(files, others=others)
        assert "error" in statuses(result).values()
        assert "needs_review" not in statuses(result).values()


def test_who_looks_into_a_folder_of_their_own_waits_for_a_person(graded, honest):
    """Its files were handed in; of a file that is in none of them, the folder is no reason."""
    listing = {"m.py": f"{honest}\nimport os\nnames = os.listdir('images')\n"}
    assert "needs_review" in statuses(graded(listing, others=("images/1.png",))).values()
    assert "needs_review" not in statuses(graded(listing, others=("plots/1.png",))).values()
    lacking = {"m.py": f"{honest}\nrows = open('images/rows.csv').read()\n"}
    assert "needs_review" not in statuses(graded(lacking, others=("images/1.png",))).values()


def test_a_cell_that_reads_a_file_of_its_own_waits_for_a_person(graded, honest):
    """What it should have defined is missing in the notebook."""
    files = {"hw.ipynb": book("text = open('values.txt').read()\n" + honest), "values.txt": "1 2 3"}
    waiting = [verdict for verdict in graded(files).verdicts if verdict.status == "needs_review"]
    assert waiting
    assert all("It reads values.txt" in verdict.feedback for verdict in waiting)


def test_an_error_that_speaks_of_a_file_is_an_error(graded, honest):
    """Only a file that is not there may be owed to us."""
    files = {"m.py": f"{honest}\nraise ValueError('data.csv has no header')\n"}
    assert "needs_review" not in statuses(graded(files, others=("data.csv",))).values()


def test_nothing_readable_is_ungraded(graded):
    """With the reason, and no score."""
    result = graded({"m.zip": b"<html>Sign in"})
    assert result.status == "ungraded"
    assert "m.zip was not read: it is a web page" in result.verdicts[0].feedback
    assert result.to_json()["score"] is None


def test_who_handed_in_what_cannot_be_read_is_told_so(graded):
    """Once, in each place that a student looks at; nobody says that it is not theirs to mend."""
    result = graded({"m.zip": b"<html>Sign in", "n.rar": b"Rar!"})
    line = for_students(result.to_json())
    assert len(line["notes"]) == 1
    assert line["notes"] == [why_unread(line)]
    told = [
        lesson._conclusion(result, 0, 0),
        summary(line),
        gradescope(line)["output"],
        *(c["feedback"] for c in checks_of(line)),
    ]
    assert not any("not your doing" in text for text in told)
    assert all("m.zip" in text.replace("\\", "") for text in told[1:])


def test_an_accident_is_not_the_students(graded, monkeypatch):
    """What we trip over is told in general, and as nobody's doing."""
    monkeypatch.setattr("grader.grading.one_submission.take_in", lambda *_: 1 / 0)
    line = for_students(graded({"m.py": b""}).to_json())
    assert why_unread(line) == ""
    assert all("not your doing" in check["feedback"] for check in checks_of(line))
    assert "not your doing" in summary(line)


def test_where_everything_waits_nothing_is_said_to_pass(graded, honest):
    """It is for a person, and that is said."""
    result = graded({"a/m.py": honest, "b/m.py": "x = 1"})
    assert "No points can be given here" in lesson._conclusion(result, 0, 0)


def test_absent_is_missing_where_all_was_read(graded):
    """As ever."""
    assert set(statuses(graded({"data.csv": b"1"})).values()) <= {"missing", "blocked"}
    starter = graded(
        {"m.py": "".join(f"def {name}(*args):\n    raise NotImplementedError\n" for name in ("conv", "total", "build"))}
    )
    assert set(statuses(starter).values()) <= {"missing", "blocked"}
    assert "Not written yet" in starter.verdicts[0].feedback


def test_what_a_cell_costs_is_told_with_the_cell(graded, honest):
    """The import that is not offered, its line, and what there is."""
    result = graded(
        {
            "hw.ipynb": book(
                "import numpy as np, torch\n",
                "x = 1\nimport pandas as pd\n\ndef total(x):\n    return 0\n",
                honest.split("def total")[0],
            )
        }
    )
    feedback = next(verdict.feedback for verdict in result.verdicts if verdict.id == "total_matches_reference")
    assert (
        "the notebook has no total; hw.ipynb, cell 2, line 2: ModuleNotFoundError: No module named 'pandas'" in feedback
    )
    assert "here there are the standard library, numpy, scipy, torch, the submission's own files" in feedback
    assert any("cell 2, line 2" in note for note in result.notes)


def test_a_name_that_a_stopped_cell_would_have_made_is_explained(graded, honest):
    """Where a function fails for lack of it."""
    half = honest.replace("return float(x.sum())", "return half(x)")
    result = graded({"hw.ipynb": book("1 / 0\ndef half(x): ...", half)})
    feedback = next(verdict.feedback for verdict in result.verdicts if verdict.id == "total_matches_reference")
    assert "NameError: name 'half' is not defined (hw.ipynb, cell 1, line 1: ZeroDivisionError" in feedback


PLOTS = """
import matplotlib.pyplot as plt, seaborn as sns
from mpl_toolkits.mplot3d import Axes3D
from matplotlib import cm
from tqdm.auto import tqdm, trange
from IPython.display import display, HTML
from torch.utils.tensorboard import SummaryWriter
from google.colab import drive
import ipywidgets as widgets
plt.rcParams["figure.figsize"] = (8, 3)
drive.mount("/content/drive")
with SummaryWriter() as writer:
    writer.add_scalar("loss", 0.5)
fig, axes = plt.subplots(2, 3, figsize=(8, 3))
axes[0, 1].plot([1, 2], label="a")
fig, ax = plt.subplots()
line, = plt.plot([1])
n, bins, patches = plt.hist([1])
with plt.style.context("ggplot"):
    plt.savefig("x.png")
sns.set_theme(); plt.show(); display(HTML("<b>"))
total_of = sum(tqdm(range(4))) + sum(trange(3))
with tqdm(total=3) as bar:
    bar.update(1)
class Callback(widgets.Widget): ...
@widgets.interact(x=1)
def shown(x): ...
assert total_of == 9
"""


def test_what_draws_can_be_imported_and_does_nothing(graded, honest):
    """In modules as in notebooks; what a progress bar counts is handed on."""
    for files in ({"m.py": PLOTS + honest}, {"mini.ipynb": book("%matplotlib inline\n" + PLOTS, honest)}):
        result = graded(files)
        assert result.score == result.max_score, result.verdicts[0].feedback
        assert not result.notes


def test_helpers_named_as_modules_of_pythons_are_the_students(graded, honest):
    """For who is beside them, as in their folder; Python's own find Python's."""
    mine = honest.replace("return float(x.sum())", "return calendar.total(x)")
    files = {
        "m.py": "import calendar, statistics, email.utils, tempfile\nimport profile as p\n" + mine,
        "calendar.py": "import statistics\ntotal = statistics.total\n",
        "statistics.py": "def total(x): return float(x.sum())\n",
        "profile.py": "",
    }
    result = graded(files)
    assert result.score == result.max_score, result.verdicts[0].feedback
    builtin = graded(
        {
            "m.py": "import time\n" + honest.replace("return float(x.sum())", "return time.total(x)"),
            "time.py": "def total(x): return float(x.sum())\n",
        }
    )
    feedback = next(verdict.feedback for verdict in builtin.verdicts if verdict.id == "total_matches_reference")
    assert "rename the file" in feedback
    frozen = graded({"m.py": "from os import nothing_such\n" + honest})
    assert "cannot import name 'nothing_such' from 'os'" in frozen.verdicts[0].feedback
    assert ".py)" not in frozen.verdicts[0].feedback
    assert "/lib/" not in feedback


def test_a_cell_that_writes_a_module_hands_it_in(graded, honest):
    """Asked for by a check, or imported by another cell."""
    whole = graded({"hw.ipynb": book("x = 1", "%%writefile m.py\n" + honest)})
    assert whole.score == whole.max_score
    helper = graded(
        {
            "hw.ipynb": book(
                "%%file h.py\ndef s(x): return float(x.sum())",
                "from h import s",
                honest.replace("return float(x.sum())", "return s(x)"),
            )
        }
    )
    assert helper.score == helper.max_score


SCRIPTS = {
    "a saved notebook": "# %%\n!pip install -q torch\n%matplotlib inline\n# %%\n{code}\n# %%\nfiles = !ls\n%time x = 1\nassert x == 1\n",
    "jupytext": "# ---\n# jupyter: {{}}\n# ---\n\n# %% [markdown]\n# # Mine\n\n# %%\n# %matplotlib inline\n{code}\n# %%\n# !ls\n",
    "nbconvert": "#!/usr/bin/env python\n# In[1]:\nget_ipython().system('ls')\nget_ipython().run_line_magic('matplotlib', 'inline')\nfrom IPython import get_ipython\n{code}",
    "a cell magic": "# %%\n%%time\n{code}\n# %%\n%%capture\ny = 1\n",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_a_notebook_that_was_saved_as_a_script_is_run(name, graded, honest):
    """Its commands do what they do in a notebook, under the module's name or another."""
    for path in ("m.py", "all.py"):
        result = graded({path: SCRIPTS[name].format(code=honest)})
        assert result.score == result.max_score, result.verdicts[0].feedback


def test_cells_write_data_and_run_other_notebooks(graded, honest):
    """What is written can be read; the notebook that is run is not among those that were not read."""
    cells = (
        "%%writefile data/n.txt\n1\n",
        "one = int(open('data/n.txt').read())",
        "%run lib/other.ipynb",
        honest.replace("return float(x.sum())", "return one * s(x)"),
    )
    result = graded({"hw.ipynb": book(*cells), "lib/other.ipynb": book("def s(x): return float(x.sum())")})
    assert result.score == result.max_score, result.verdicts[0].feedback
    assert not any("other.ipynb" in note for note in result.notes)


OWN_MAGICS = """
from IPython.core.magic import register_cell_magic, register_line_magic
@register_cell_magic
def add(line, cell):
    get_ipython().run_cell(cell)
@register_line_magic
def one(line):
    return 1
"""


def test_what_cells_do_with_their_notebook_counts(graded, honest):
    """Magics of one's own, a module that is written into a folder, the value of the cell before."""
    times = honest.replace("return float(x.sum())", "return k * float(x.sum())")
    for cells in (
        (OWN_MAGICS, "%%add\n" + honest),
        (OWN_MAGICS, "k = %one", times),
        ("name = 'src/m.py'", "%%writefile {name}\n" + honest, "import sys\nsys.path.append('src')\nfrom m import *"),
        ("import nest_asyncio\nnest_asyncio.apply()\n1", "k = _", times),
        ("%cd /content/drive/MyDrive\n%load_ext autoreload\n%autoreload 2\nimport os\nos.chdir('..')\n" + honest,),
    ):
        result = graded({"hw.ipynb": book(*cells)})
        assert result.score == result.max_score, (cells, result.notes, result.verdicts[0].feedback)
        assert not any("cell" in note for note in result.notes)


@pytest.mark.parametrize("line", ["from .half import half", "from . import half", "from .half import *", "from . import half as h, x"])  # fmt: skip
def test_what_lies_beside_a_module_can_be_imported_as_in_a_package(line, graded, honest):
    """Whether the folder is a package of the student's or not: the module is asked for by its own name."""
    call = {"from . import half": "half.half", "from . import half as h, x": "h.half"}.get(line, "half")
    files = {"m.py": f"{line}\n" + honest.replace("return float(x.sum())", f"return 2 * {call}(x)"), "x.py": ""}
    files["half.py"] = "def half(x): return float(x.sum()) / 2"
    for folder in ("", "src/hw/"):
        package = {f"{folder}__init__.py": ""} if folder else {}
        result = graded({**{folder + path: text for path, text in files.items()}, **package, "README.md": "# mine"})
        assert result.score == result.max_score, result.verdicts[0].feedback


def test_what_is_not_beside_a_module_is_named(graded, honest):
    """In Python's words."""
    for line in ("from . import nothing", "from .nothing import x", "from .. import m"):
        result = graded({"m.py": f"{line}\n{honest}"})
        assert result.score == 0
        assert "mport" in result.verdicts[0].feedback


def test_a_module_in_an_old_encoding_is_read(graded, honest):
    """A note says how to save it."""
    result = graded({"m.py": f"# Größe – é\n{honest}".encode("cp1252")})
    assert result.score == result.max_score
    assert "m.py was read as Windows-1252, which Python does not read: save it as UTF-8." in result.notes


def test_outputs_and_large_texts_never_stop_a_class(graded, honest):
    """Twenty-five megabytes of them, a Markdown cell of more than a megabyte."""
    noise = {"output_type": "stream", "text": ["epoch 1: loss 0.6931\n" * 60_000] * 20}
    cells = [
        {"cell_type": "markdown", "source": "x" * 1_200_000},
        {"cell_type": "code", "source": honest, "outputs": [noise]},
    ]
    result = graded({"hw.ipynb": json.dumps({"cells": cells})})
    assert result.score == result.max_score


def test_a_cell_that_never_ends_costs_what_comes_after_it(mini, sandbox, honest):
    """What was defined by then counts, and a note names the cell and its line."""
    quick = dataclasses.replace(mini, rubric=dataclasses.replace(mini.rubric, limits=Budget(load_wall_s=5.0)))
    files = {"hw.ipynb": book(honest, "import time\nwhile True:\n    time.sleep(1)").encode()}
    result = grade(quick, Submission("ana", files), sandbox)
    assert result.score == result.max_score
    assert any("hw.ipynb, cell 2, line 3: was still running" in note for note in result.notes)


def test_places_are_those_of_the_files_that_were_handed_in(mini, sandbox, honest):
    """Annotations stand where the student's file lies."""
    submission = Submission("ana", {"src/M.py": honest.encode(), "README.md": b""})
    result = grade(mini, submission, sandbox)
    assert {file for file, _ in places(mini, submission, sandbox, result).values()} == {"src/M.py"}


def test_a_verdict_rests_on_where_files_were_found(mini, sandbox, honest):
    """Under another decision about the same files nothing is taken over."""
    files = {"src/m.py": honest.encode(), "README.md": b""}
    first = grade(mini, Submission("ana", files), sandbox)
    earlier = PreviousResult({verdict.id: verdict for verdict in first.verdicts}, {}, first.notes, first.output)
    again = grade(mini, Submission("ana", files), sandbox, earlier=earlier)
    assert [verdict.seconds for verdict in again.verdicts] == [verdict.seconds for verdict in first.verdicts]
    assert again.notes == first.notes
    plain = grade(mini, Submission("ana", {"m.py": honest.encode()}), sandbox, earlier=earlier)
    assert [verdict.key for verdict in plain.verdicts] != [verdict.key for verdict in first.verdicts]
