"""Where wanted files are found among what was handed in; nothing is guessed, nothing unread is absent."""

from __future__ import annotations

import json

import pytest

from grader.intake.finding import Wanted
from grader.intake.placing import needs_survey, place
from grader.intake.submission import Submission
from grader.intake.surveying import is_survey, survey_files
from grader.model.outcome import Failure, Value
from grader.worker.survey import survey

ONE, TWO = b"def one(x):\n    return x\n", b"import common\n\ndef two(x):\n    return common.half(x)\n"
TEXT = b"# Answers\n\n## Question 1\n\nIt is 4.\n"
SKELETON = b"# Answers\n\n## Question 1\n"
WANTED = Wanted(
    "hw",
    {"one": ("one",), "two": ("two",)},
    "answers.md",
    skeleton=SKELETON,
    own={"hw.md": b"# Homework\n\nAnswer both.\n", "hw0.md": b""},
)
ALL = {"one.py": ONE, "two.py": TWO, "common.py": b"def half(x):\n    return x / 2\n", "answers.md": TEXT}
UNWRITTEN = b'def one(x):\n    """Give one back."""\n    raise NotImplementedError\n'


class Told:
    """A session whose worker says what `survey` finds, or what it likes."""

    def __init__(self, outcome=None):
        self.outcome = outcome

    def survey(self, files, starters):
        return self.outcome or Value(survey(files, starters))


def placed(files, wanted=WANTED, others=(), unread=None):
    """What is decided about some files."""
    submission = Submission("ana", files, others=tuple(others), unread=unread or {})
    looked_at = needs_survey(submission, wanted)
    return place(submission, wanted, survey_files(Told(), looked_at, wanted.starters) if looked_at else {})


def under(folder, files=ALL):
    """The files in a folder."""
    return {f"{folder}/{path}": data for path, data in files.items()}


def but(files=ALL, **renamed):
    """The files with some under another name, or left out."""
    names = {path: renamed.get(path.partition(".")[0], path) for path in files}
    return {names[path]: data for path, data in files.items() if names[path]}


def book(*cells, text=""):
    """A notebook of code cells, and of a text."""
    found = [{"cell_type": "code", "source": cell, "outputs": [{"text": "x" * 99}]} for cell in cells]
    found += [{"cell_type": "markdown", "source": text}] if text else []
    return json.dumps({"cells": found}).encode()


BOOK = book(ONE.decode(), "def two(x):\n    return x / 2\n", text="## Question 1\n\nIt is 4.")


def test_what_lies_at_its_place_is_left_as_it_is():
    """No note, no worker, no decision that a result would rest on."""
    found = placed(ALL)
    assert needs_survey(Submission("ana", ALL), WANTED) == {}
    assert (found.submission.notes, found.waits, found.doubts, found.origins) == ((), {}, {}, {})
    assert found.key == ""
    assert found.submission.files == {path: data for path, data in ALL.items() if path.endswith(".py")}
    assert found.write_up == ("answers.md", TEXT)


SAME = {
    "a folder": under("hw"), "two folders": under("hw/hw"), "eight folders": under("C/People/a/b/c/d/e/hw"),
    "code beside its text": {**under("code", but(answers=None)), "answers.md": TEXT}, "src and docs": {**under("src", but(answers=None)), "docs/answers.md": TEXT},
    "a readme beside the folder": {**under("hw"), "README.md": b"# my work"}, "a check beside the folder": {**under("hw"), "check.py": b"print(1)\n"},
    "capitals": {"ONE.PY": ONE, "Two.py": TWO, "common.py": ALL["common.py"], "ANSWERS.MD": TEXT}, "second downloads": but(one="one (1).py", two="two-2.py", answers="answers (3).md"),
    "copies": but(one="one copy.py", two="two - Copy (2).py", answers="Copy of answers.md"), "second suffixes": but(one="one.py.txt", two="two.py.txt", answers="answers.md.txt"),
    "copies in brackets": but(one="one (copy).py", two="two (another copy).py", answers="answers – Kopie.md"), "versions by name": but(one="one_v2.py", two="two-ver3.py", answers="answers_final.md"),
    "suffixes twice": but(one="one.py.py", answers="answers.md.md"), "what was built of it": {**under("src/hw"), "build/lib/hw/one.py": b"x = 1", "dist/hw-0.1.tar.gz/hw/two.py": b"x = 1"},
    "a folder put on the path": {**but(common=None), "lib/common.py": ALL["common.py"], "two.py": TWO, "one.py": ONE, "paths.py": b"import sys\nsys.path.append('lib')\nimport common\n"},
    "texts": but(answers="answers.txt"), "near names in a folder": under("hw", but(one="One-1.py", answers="Answers.markdown")), "spaces": but(one=" one.py"),
    "a platform's names": but(one="lopezana_4711_1234_one.py", two="lopezana_late_4711_1235_two.py"), "a copy in another folder": {**under("hw"), "backup/one.py": ONE},
    "UTF-16": {**ALL, "one.py": ONE.decode().encode("utf-16")}, "an older one below": {**ALL, "backup/one.py": b"def one(x):\n    return 2\n"}, "a near one beside": {**ALL, "one (1).py": b"", "Answers.md": b""},
    "an archive beside the files": {**ALL, "hw.zip/one.py": b"x = 1"}, "in an archive": under("hw.zip/hw"), "another name": but(one="solution.py"), "an environment beside": {**under("hw"), "env/lib/one.py": ONE},
    "a packer's capitals": {path.upper(): data for path, data in under("hw").items()}, "helpers with suffixes": {**but(common=None), "common.py.txt": ALL["common.py"], "readme.txt": b"x"},
    "packages beside": {**under("a/b"), "a/b/__init__.py": b"x = 1", "c/__init__.py": b"x = 2", "c/d.py": b"y = 1"},
    "one folder each": {"q1/one.py": ONE, "q2/two.py": TWO, "q2/common.py": ALL["common.py"], "answers.md": TEXT},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SAME))
def test_harmless_ways_to_hand_in_change_nothing(name):
    """Each wanted file is found, its helper beside it, and a note says from where."""
    found = placed(SAME[name])
    sources = found.submission.sources
    assert (sources["one.py"], sources["two.py"], sources["common.py"]) == (
        ONE.decode(),
        TWO.decode(),
        ALL["common.py"].decode(),
    )
    assert found.write_up == ("answers.md", TEXT)
    assert (found.waits, found.refusal) == ({}, "")
    assert found.submission.notes


def test_what_is_imported_by_the_folder_around_it_is_found():
    """`from hw.common import half` works where everything lies in `hw`, or in `src/hw` as a package is laid out."""
    assert {"common.py", "hw/common.py"} <= placed(under("hw")).submission.files.keys()
    installed = {
        **under("src/hw"),
        "src/hw/two.py": TWO.replace(b"import", b"from hw import"),
        "tests/test_one.py": b"",
        "x.md": b"",
    }
    assert {"common.py", "hw/common.py"} <= placed(installed).submission.files.keys()


WAITING = {
    "two folders": ({**but(one=None), "v1/one.py": ONE, "v2/one.py": b"x = 1"}, {"one": ["v1/one.py", "v2/one.py"]}),
    "two versions": ({**but(one="one_v1.py"), "one_v2.py": b"x = 1"}, {"one": ["one_v1.py", "one_v2.py"]}),
    "two helpers on the path": ({**ALL, "two.py": b"import sys\nsys.path.append('lib')\nfrom aid import two\n", "lib/aid.py": TWO, "old/aid.py": b""}, {"two": ["lib/aid.py", "old/aid.py"]}),
    "two hand-ins": ({**but(one="one-1.py"), "one-2.py": b"x = 1"}, {"one": ["one-1.py", "one-2.py"]}),
    "two that differ in capitals": ({**but(one="One.py"), "oNe.py": b"x = 1"}, {"one": ["One.py", "oNe.py"]}),
    "a folder and its backup": ({**under("hw"), "backup/two.py": b"x = 1"}, {"two": ["hw/two.py", "backup/two.py"]}),
    "two write-ups": ({**but(answers="Answers.md"), "answers.txt": b"other"}, {"": ["Answers.md", "answers.txt"]}),
    "a part under another name": ({**but(one=None), "other.py": ONE, "more.py": b"def one(x):\n    return 3\n"}, {"one": ["more.py", "other.py"]}),
    "two archives": ({**but(one=None), "hw.zip/one.py": ONE, "hw (1).zip/one.py": b"def one(x):\n    return 3\n"}, {"one": ["hw.zip/one.py", "hw (1).zip/one.py"]}),
    "a copy and a text": ({**but(one="one (1).py"), "one.py.txt": b"def one(x):\n    return 3\n"}, {"one": ["one (1).py", "one.py.txt"]}),
    "two solutions": ({**but(one=None), "final.py": ONE, "final_v2.py": b"def one(x):\n    return 3\n"}, {"one": ["final.py", "final_v2.py"]}),
    "three attempts": ({**under("a"), **under("b", {**ALL, "two.py": b"def two(x): ...\n"}), **under("c", {**ALL, "two.py": b"def two(x):\n    return 0\n"})}, {"two": ["a/two.py", "c/two.py"]}),
    "two helpers": ({"a/one.py": b"import h\n\ndef one(x): ...\n", "a/h.py": b"x = 1", "b/two.py": b"import h\n\ndef two(x): return x\n", "b/h.py": b"x = 2", "answers.md": TEXT}, {"two": ["a/h.py", "b/h.py"]}),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(WAITING))
def test_of_several_candidates_none_is_guessed(name):
    """What needs the file waits for a person, who reads the names of both; the rest is graded."""
    files, waits = WAITING[name]
    found = placed(files)
    assert found.waits.keys() == waits.keys()
    for wanted, names in waits.items():
        assert all(one in found.waits[wanted] for one in names)
    assert found.refusal == ""
    assert found.key


UNREAD = {
    "a rar": (but(one=None), (), {"code.rar": "it is packed with rar"}, "one", "code.rar"),
    "a document for a module": (but(one=None), ("one.docx",), {}, "one", "one.docx"),
    "a pdf for the write-up": (but(answers=None), ("answers.pdf",), {}, "", "answers.pdf"),
    "another text for the write-up": ({**but(answers=None), "report.md": TEXT}, (), {}, "", "report.md"),
    "answers in the handout": ({**but(answers=None), "hw.md": b"# Homework\n\nIt is 4.\n"}, (), {}, "", "hw.md"),
    "a report for the write-up": (but(answers=None), ("report.docx",), {}, "", "report.docx"),
    "a large module": (but(one=None), (), {"one.py": "at most 524288 bytes of it are read"}, "one", "one.py"),
    "one twice in an archive": (but(one=None), (), {"one.py": "it is in the archive more than once"}, "one", "one.py"),
    "a link that leads out": (but(one=None), (), {"one.py": "it is a link that leads out"}, "one", "one.py"),
    "a linked folder": (but(one=None), (), {"src": "it is a link to a folder"}, "one", "src"),
    "half a notebook": ({"answers.md": TEXT, "hw.ipynb": BOOK[:90]}, (), {}, "two", "hw.ipynb"),
    "a merged notebook": ({"answers.md": TEXT, "x.ipynb": b"{\n<<<<<<< HEAD\n}\n"}, (), {}, "one", "the marks of a merge"),
    "a pointer": ({"answers.md": TEXT, "x.ipynb": b"version https://git-lfs.github.com/spec/v1\n"}, (), {}, "one", "large-file"),
    "a printed notebook": ({"answers.md": TEXT}, ("hw.pdf",), {}, "one", "hw.pdf"), "another print": ({"answers.md": TEXT}, ("HW (1).html",), {}, "two", "it is a print"),
    "an empty notebook": ({"answers.md": TEXT, "x.ipynb": b""}, (), {}, "one", "it is empty"),
    "a page for a notebook": ({"answers.md": TEXT, "x.ipynb": b"<html>"}, (), {}, "one", "web page"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(UNREAD))
def test_what_may_stand_in_something_unread_waits(name):
    """It is never missing, and the thing that was not read is named."""
    files, others, unread, wanted, named = UNREAD[name]
    found = placed(files, others=others, unread=unread)
    assert named in found.waits[wanted]
    assert found.refusal == ""


FINAL = {
    "no module": (but(one=None), (), "one"), "no write-up": (but(answers=None), (), ""), "nothing": ({}, (), "one"),
    "data beside": (but(one=None), ("data.csv", "one.png", "plot.pdf"), "one"), "a readme beside": ({**but(answers=None), "README.md": b"# How to run"}, (), ""),
    "the handout beside": ({**but(answers=None), "hw.md": b"# Homework\r\n"}, ("hw.pdf.csv",), ""), "a handout known by name": ({**but(answers=None), "hw0.md": b"It is 4."}, (), ""), "a module of another name": ({**but(one=None), "plots.py": b"def draw(): ...\n"}, (), "one"),
    "who imports it": ({**but(one=None), "main.py": b"from one import one\nprint(one(1))\n"}, (), "one"), "a helper alone": (but(one=None, two=None), (), "one"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FINAL))
def test_what_is_nowhere_is_missing_as_ever(name):
    """Where all that may hold it was read, nobody is asked."""
    files, others, wanted = FINAL[name]
    found = placed(files, others=others)
    assert wanted not in found.waits
    assert (found.refusal, found.doubts) == ("", {})
    assert (found.write_up is None) if wanted == "" else (f"{wanted}.py" not in found.submission.files)


@pytest.mark.parametrize(
    ("files", "others", "unread"),
    [
        ({}, (), {"hw.rar": "it is packed with rar"}), ({}, ("hw.pdf",), {}), ({"hw.ipynb": b"{"}, (), {}), ({}, (), {"ana.zip": "it is empty"}),
        ({"one.py": UNWRITTEN, "answers.md": SKELETON}, (), {"hw.7z": "it is packed with 7z"}), ({"README.md": b"x"}, ("scan.docx",), {}),
    ],
)  # fmt: skip
def test_where_nothing_could_be_read_nobody_is_graded(files, others, unread):
    """The reason names each thing."""
    found = placed(files, others=others, unread=unread)
    assert found.refusal.startswith("Nothing that was handed in could be read.")
    assert all(name in found.refusal for name in (*others, *unread))


BOOKS = {
    "the assignment's name": ({"hw.ipynb": BOOK, "hw (1).ipynb": book(ONE.decode())}, {"hw.ipynb": []}), "a near name": ({"HW-1.ipynb": BOOK, "draft.ipynb": book("x = 1")}, {"HW-1.ipynb": []}),
    "the one that defines": ({"work.ipynb": BOOK, "a.ipynb": book("x = 1")}, {"work.ipynb": []}), "a second suffix": ({"hw.ipynb.json": BOOK}, {"hw.ipynb": []}),
    "two parts": ({"p1.ipynb": book(ONE.decode()), "p2.ipynb": book(TWO.decode())}, {"p1.ipynb": ["one"], "p2.ipynb": ["two"]}), "a folder": ({"hw/hw.ipynb": BOOK}, {"hw.ipynb": []}),
    "a module beside": ({"one.py": ONE, "rest.ipynb": book(TWO.decode())}, {"rest.ipynb": []}), "complete before its beginning": ({"a.ipynb": book(ONE.decode()), "b.ipynb": BOOK}, {"b.ipynb": []}),
    "the same twice": ({"a.ipynb": BOOK, "b.ipynb": BOOK}, {"a.ipynb": ["one", "two"]}), "a cell that writes it": ({"a.ipynb": book("%%writefile one.py\n" + ONE.decode(), TWO.decode()), "b.ipynb": book("y = 1")}, {"a.ipynb": []}),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BOOKS))
def test_of_several_notebooks_one_counts(name):
    """By its name, else by what it defines; the others are named, and outputs go nowhere."""
    files, books = BOOKS[name]
    found = placed({**files, "answers.md": TEXT})
    read = {
        path: json.loads(data)["grader_modules"]
        for path, data in found.submission.files.items()
        if path.endswith(".ipynb")
    }
    assert read == books
    assert not found.waits
    assert all(b"xxx" not in data for data in found.submission.files.values())
    for path in files:
        told = f"{path.removeprefix('hw/')} was"
        assert (
            path.removeprefix("hw/") in books
            or path.endswith(".py")
            or any(told in note for note in found.submission.notes)
        )


def test_what_a_tools_folder_holds_beyond_the_caps_delays_nothing():
    """It is named, and nobody waits for it."""
    found = placed(but(one=None), unread={"env/lib/m1.py": "a submission has at most 200 files"})
    assert not found.waits
    assert any("env/lib/m1.py was not read" in note for note in found.submission.notes)


def test_two_notebooks_that_define_the_same_wait():
    """With different cells, none is guessed."""
    found = placed({"a.ipynb": BOOK, "b.ipynb": book(ONE.decode() + "# better", TWO.decode()), "answers.md": TEXT})
    assert found.waits.keys() == {"one", "two"}
    assert "a.ipynb and b.ipynb" in found.waits["one"]


def test_what_a_notebook_lacks_and_another_has_is_doubted():
    """The one of the assignment's name counts; what only the other defines is for a person."""
    found = placed({"hw.ipynb": book(ONE.decode()), "old.ipynb": book(TWO.decode()), "answers.md": TEXT})
    assert found.doubts.keys() == {"two.two"}
    assert "old.ipynb" in found.doubts["two.two"]


def test_a_function_that_is_still_to_be_written_is_doubted_where_a_notebook_has_it():
    """A module in which more is written counts; of the rest a person decides."""
    both = Wanted("hw", {"one": ("one", "more")}, "answers.md")
    module = UNWRITTEN + b"\n\ndef more(x):\n    return x\n"
    found = placed({"one.py": module, "work.ipynb": book(ONE.decode()), "answers.md": TEXT}, both)
    assert found.doubts.keys() == {"one.one"}
    assert not placed({"one.py": module, "answers.md": TEXT}, both).doubts


STARTERS = [
    UNWRITTEN,
    UNWRITTEN.replace(b"raise NotImplementedError", b"pass"),
    UNWRITTEN.replace(b"\n", b"\r\n"),
    b"def one(x):\n\n    ...\n",
    b"def one(x):\n    raise NotImplementedError('to do')\n",
]


@pytest.mark.parametrize("starter", STARTERS)
def test_starters_count_as_absent_beside_a_notebook(starter):
    """Whatever their layout; a note names the notebook."""
    found = placed({"one.py": starter, "two.py": TWO, "common.py": b"", "answers.md": SKELETON, "hw.ipynb": BOOK})
    assert "one.py" not in found.submission.files
    assert "two.py" in found.submission.files
    assert found.write_up[0] == "hw.ipynb"
    assert any("one.py stand as handed out: hw.ipynb was read instead" in note for note in found.submission.notes)


def test_a_starter_alone_is_not_written_yet():
    """Nobody is asked: its functions say so when they are called. Beside something unread it waits."""
    found = placed({**ALL, "one.py": UNWRITTEN})
    assert found.submission.files["one.py"] == UNWRITTEN
    assert (found.waits, found.key) == ({}, "")
    assert "hw.rar" in placed({**ALL, "one.py": UNWRITTEN}, unread={"hw.rar": "it is packed with rar"}).waits["one"]


def test_a_courses_own_starter_counts_as_absent():
    """Also where it does something before it is filled in."""
    own = b"def one(x):\n    y = None  # TODO\n    return y\n"
    wanted = Wanted("hw", {"one": ("one",)}, starters={"one.py": own})
    for layout in (own, own.replace(b"\n", b"\r\n"), b"# mine\n\n" + own.replace(b"    ", b"  ")):
        assert "one.py" not in placed({"one.py": layout, "x.ipynb": BOOK}, wanted).submission.files
    assert "one.py" in placed({"one.py": own.replace(b"None", b"x"), "x.ipynb": BOOK}, wanted).submission.files


PACKAGE = Wanted("hw", {"kitchen.oven.bake": ("minutes",)})
BAKE = b"def minutes(x):\n    return x\n"


@pytest.mark.parametrize(
    "path",
    [
        "kitchen/oven/bake.py",
        "hw/kitchen/oven/bake.py",
        "src/Kitchen/oven/bake.py",
        "a/kitchen/oven/bake (1).py",
        "kitchen/oven/bake/__init__.py",
    ],
)
def test_modules_in_packages_are_found_with_their_folders(path):
    """The folders of the package are part of the name; what lies beside them comes along."""
    root = path.partition("itchen")[0][:-1]
    found = placed(
        {path: BAKE, f"{root}kitchen/__init__.py": b"", f"{root}kitchen/knife.py": b"x = 1", "note.md": b""}, PACKAGE
    )
    assert BAKE.decode() in found.submission.sources.values()
    assert {"kitchen/oven/bake.py", "kitchen/oven/bake/__init__.py"} & found.submission.files.keys()
    assert "kitchen/knife.py" in found.submission.files
    assert not found.waits


def test_a_module_of_the_same_last_name_is_another():
    """`bake.py` in another package stands for nothing."""
    assert "kitchen.oven.bake" not in placed({"kitchen/pan/bake.py": b"def fry(x): ...\n"}, PACKAGE).waits


def test_what_a_worker_says_of_files_is_a_claim():
    """Another shape, a name that is none, another number of files: nothing could be read."""
    for lie in (
        None,
        [],
        [["one.py"]],
        [["one.py", "", [1], [], b"", [], False]],
        [["one.py", "x" * 999, [], [], b"", [], False]],
    ):
        assert not is_survey(lie, 1)
        assert survey_files(Told(Value(lie)), {"one.py": b""}, {})["one.py"].problem
    assert "no answer" in survey_files(Told(Failure("timeout", "no answer")), {"one.py": b""}, {})["one.py"].problem
