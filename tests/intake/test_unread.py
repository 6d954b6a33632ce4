"""What lies under another name or in another form than was asked for is read, or a person is asked; never a zero."""

from __future__ import annotations

import gzip

import pytest

from grader.intake.classes import class_folder
from grader.intake.finding import Wanted
from grader.intake.placing import needs_survey
from grader.intake.reading import read_folder, read_submission
from grader.intake.submission import Submission
from grader.worker.archive import BadArchive, members
from grader.worker.disguises import why_no_source, why_not_text
from grader.worker.files import is_leaving
from tests.hostile.archives import zipped
from tests.intake.test_placing import ALL, BOOK, ONE, SKELETON, TEXT, TWO, UNWRITTEN, WANTED, book, but, placed

WRITTEN = {"answers.md": TEXT}
# What is handed in beside the write-up, or the module that is none: what waits, and what its sentence says.
CODE = {
    **{f"a program {name}": ({}, [name], "another language") for name in ("hw.jl", "Work.R", "solve.m", "Main.java", "solve.cpp", "hw.sage")},
    **{f"wrapped {name}": ({}, [name], name) for name in ("hw.patch", "work.bundle", "mail.eml", "hw.mhtml", "hw.zip.gpg", "hw.rar.exe", "hw.zip.part", "hw.tgz.crdownload")},
    **{f"another notebook {name}": ({}, [name], "another system") for name in ("hw.nb", "work.mlx", "hw.livemd")},
    "a print of everything": ({}, ["Ada Lovelace.pdf"], "it is no code"), "a picture of it": ({}, ["Bildschirmfoto 1.png"], "it is no code"), "code in an office document": ({"code.docx": b"PK\3\4"}, [], "code.docx"),
    "a page": ({"one.py": b"\n<!DOCTYPE html>\n<html><title>Sign in"}, [], "it is a web page"), "a PDF": ({"one.py": b"%PDF-1.7\n\0"}, [], "it is a PDF"),
    "a document": ({"one.py": b"{\\rtf1 def one(x):}"}, [], "office"), "another document": ({"one.py": b"PK\3\4" + b"x" * 26 + b"[Content_Types].xml"}, [], "office"),
    "a pointer": ({"one.py": b"version https://git-lfs.github.com/spec/v1\n"}, [], "large-file"), "a link": ({"one.py": b"https://github.com/ana/hw\n"}, [], "it holds a link"),
    "a merge": ({"one.py": b"<<<<<<< HEAD\n" + ONE + b"=======\nx = 1\n>>>>>>> other\n", "two.py": TWO}, [], "marks of a merge"),
    "a page under another name": ({"solution.py": b"<html>"}, [], "solution.py"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CODE))
def test_what_may_hold_the_code_is_nobodys_zero(name):
    """The module waits, and the thing is named with the reason."""
    files, others, told = CODE[name]
    found = placed({**WRITTEN, **files}, others=others)
    assert told in found.waits["one"]
    assert not found.refusal


def test_pictures_that_the_write_up_speaks_of_are_its_own():
    """So are those beside code: what is absent then is missing."""
    spoken = {"answers.md": TEXT + b"![loss](plots/loss.png)\n"}
    assert not placed(spoken, others=["plots/loss.png"]).waits
    assert not placed(but(one=None), others=["loss.png", "loss.pdf"]).waits
    assert placed(WRITTEN, others=["loss.png"]).waits.keys() == {"one", "two"}


TEXTS = {
    "a readme": ({"README.md": b"# Homework\n\nIt is 4.\n"}, [], "README.md"), "a document of the assignment's name": ({"hw7.md": b"It is 4."}, [], "hw7.md"),
    "a backup": ({}, ["answers.md.bak"], "answers.md.bak"), "an editor's copy": ({}, ["notes.tex~"], "notes.tex~"), "half a download": ({}, ["report.pdf.crdownload"], "report.pdf"),
    "a sheet": ({}, ["answers.xlsx"], "answers.xlsx"), "a PDF by another name": ({"answers.md": b"%PDF-1.4\n\0"}, [], "it is a PDF"), "a page": ({"answers.md": b"<!DOCTYPE html><html>"}, [], "a web page"),
    "a document by another name": ({"answers.md": b"PK\3\4\x14\0\6\0\x08[Content_Types].xml"}, [], "office"), "a pointer": ({"answers.md": b"version https://git-lfs.github.com/spec/v1\n"}, [], "large-file"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_what_may_hold_the_answers_is_nobodys_zero(name):
    """The write-up waits, and the thing is named; the code counts."""
    files, others, told = TEXTS[name]
    found = placed({**but(answers=None), **files}, others=others)
    assert told in found.waits[""]
    assert set(found.waits) == {""}


@pytest.mark.parametrize("text", [b"# hw-ana\n", b"", b"# Homework\n## Install\n", b"# Kit\n\nRun grader check.\n"])
def test_a_readme_without_answers_holds_none(text):
    """Headings alone, or what the course wrote into it."""
    wanted = Wanted("hw", {"one": ("one",)}, "answers.md", own={"README.md": b"# Kit\n\nRun grader check.\n\nMore.\n"})
    assert "" not in placed({"one.py": ONE, "README.md": text}, wanted).waits


def test_a_readme_beside_an_empty_write_up_is_doubted():
    """It may hold what the write-up does not."""
    found = placed({**ALL, "answers.md": SKELETON, "README.md": b"It is 4."})
    assert "README.md was not read" in found.doubts[""]
    assert not placed({**ALL, "README.md": b"It is 4."}).doubts


PACKED = zipped(*ALL.items())


@pytest.mark.parametrize("name", ["hw", "download", "hw.txt", "hw.ipynb", "one.py", "hw.whl", "hw.jar", "hw.pyz", "hw.egg"])  # fmt: skip
def test_an_archive_is_known_by_its_first_bytes(name, tmp_path):
    """In a folder, in an archive and alone; and it is said where the name says another thing."""
    (tmp_path / "ana").mkdir()
    (tmp_path / "ana" / name).write_bytes(PACKED)
    found = read_folder(tmp_path / "ana")
    [path] = found.files
    assert found.files[path] == PACKED
    assert path.endswith((".zip", name))
    assert bool(found.notes) == (path != name)
    assert {inner.rpartition("/")[2] for inner in members("a.zip", zipped((name, PACKED))).files} == ALL.keys()
    (tmp_path / name).write_bytes(PACKED)
    assert name in {one.name for one in class_folder(tmp_path).hand_ins}
    alone = read_submission(tmp_path / name)
    assert alone.archive == PACKED


def test_a_notebook_under_a_modules_name_is_one(tmp_path):
    """On disk and in an archive; with another one of that name in it, neither counts."""
    (tmp_path / "one.py").write_bytes(BOOK)
    assert read_folder(tmp_path).files == {"one.py.ipynb": BOOK}
    assert members("a.zip", zipped(("one.py", BOOK))).files == {"one.py.ipynb": BOOK}
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = members("a.zip", zipped(("one.py", BOOK), ("one.py", b"x = 1")))
    assert not twice.files
    assert "more than once" in twice.unread["one.py"]
    assert placed({"one.py.ipynb": BOOK, "two.py": TWO, "common.py": b""}).submission.sources["one.py.ipynb"]


def test_one_file_that_was_compressed_is_read():
    """`gzip one.py` makes no tar; what is no archive at all is named as that."""
    assert members("one.py.gz", gzip.compress(ONE)).files == {"one.py": ONE}
    assert members("a.zip", zipped(("hw.ipynb.gz", gzip.compress(BOOK)))).files == {"hw.ipynb.gz/hw.ipynb": BOOK}
    for name in ("hw.dmg", "hw.lzh", "hw.zip.br"):
        with pytest.raises(BadArchive, match="not opened here"):
            members(name, b"\1\2\3" * 400)


@pytest.mark.parametrize(
    "body",
    [
        "return",
        "return None",
        '"""Doc."""\n    return None',
        "x = x + 1\n    raise NotImplementedError",
        "...\n    return",
    ],
)
def test_a_function_that_does_nothing_is_to_be_written(body):
    """It yields to whatever has it: a notebook, another file."""
    starter = f"def one(x):\n    {body}\n".encode()
    for files in ({"hw.ipynb": BOOK, "two.py": TWO}, {"mine.py": ONE, "two.py": TWO}):
        found = placed({**WRITTEN, "common.py": b"", "one.py": starter, **files})
        assert found.submission.files.get("one.py") != starter
        assert not found.waits
    assert placed({**ALL, "one.py": starter}).submission.files["one.py"] == starter


@pytest.mark.parametrize("body", ["return 0", "if x:\n        return x\n    raise NotImplementedError", "yield"])
def test_a_function_that_does_something_counts(body):
    """Right or wrong, it is the student's."""
    module = f"def one(x):\n    {body}\n".encode()
    assert placed({"one.py": module, "hw.ipynb": BOOK, "two.py": TWO}).submission.files["one.py"] == module


def test_a_function_that_stands_in_another_file_is_doubted():
    """A module that speaks of none of it is looked into, and a person reads where it is."""
    found = placed({**ALL, "one.py": b"# see mine.py\n", "mine.py": ONE})
    assert "It stands in mine.py" in found.doubts["one.one"]
    assert not placed({**ALL, "one.py": b"# not done\n"}).doubts
    assert needs_survey(Submission("ana", ALL), WANTED) == {}


CONFLICTS = [
    "one-LAPTOP-4F2K.py", "one-DESKTOP-9QRS1AB-2.py", "one (Ada's conflicted copy 2026-04-21).py", "one (In Konflikt stehende Kopie von Ada 2026-04-21).py",
    "one (conflicted copy 2026-04-21 093412).py", "one.sync-conflict-20260421-093412-ABCDEFG.py", "one (copie en conflit de Ada 2026-04-21).py",
]  # fmt: skip


@pytest.mark.parametrize("name", CONFLICTS)
def test_copies_of_shared_folders_are_near_names(name):
    """Alone it is read; beside the module it is named; beside another copy none is guessed."""
    alone = placed(but(one=name))
    assert f"one.py was read from {name}." in alone.submission.notes
    beside = placed({**ALL, name: b"def one(x):\n    return 3\n"})
    assert beside.submission.sources["one.py"] == ONE.decode()
    assert f"{name} was not read: another file counts." in beside.submission.notes
    assert "one" in placed({**but(one=name), "one (1).py": b"x = 1"}).waits


def test_another_file_with_the_same_functions_is_named():
    """A script beside the notebook; a copy with the same bytes and a helper are not."""
    notes = placed({"hw.ipynb": BOOK, "hw.py": ONE + TWO}).submission.notes
    assert "hw.py was not read: another file counts." in notes
    assert not any("mine" in note for note in placed({**ALL, "mine.py": ONE}).submission.notes)
    used = {**ALL, "one.py": b"from mine import one\n", "mine.py": ONE}
    assert not any("not read" in note for note in placed(used).submission.notes)


def test_functions_that_stand_deeper_are_for_a_person():
    """In a notebook of marimo, in a class; not where another file has them as they are asked for."""
    deeper = b"@app.cell\ndef _():\n    def one(x):\n        return x\n    return one\n"
    found = placed({**but(one=None), "hw.py": deeper})
    assert "hw.py was not read: what is asked for stands deeper in it" in found.waits["one"]
    assert not placed({**ALL, "hw.py": deeper}).waits
    assert not placed({**ALL, "hw.py": deeper}).doubts


def test_signs_that_cannot_be_seen_are_written_out():
    """Two names that look alike are told apart."""
    found = placed(but(one=None), unread={"one\u200b.py": "its name cannot be a module's", "a\nb.py": "so"})
    assert "one\\u200b.py was not read" in found.waits["one"]
    assert not any("\n" in note for note in found.submission.notes)


def test_an_archive_whose_names_lead_out_says_so():
    """Nothing of it is read, and nothing is said to have been."""
    unread = members("a.zip", zipped(("/srv/ana/one.py", ONE), ("../two.py", TWO), ("C:/x.py", b""))).unread
    assert all("leads out of the archive" in why for why in unread.values())
    assert len(unread) == 3
    assert not any("Everything" in note for note in placed({}, unread=unread).submission.notes)


def test_of_two_notebooks_neither_is_said_to_count():
    """Where a person decides."""
    found = placed({"a.ipynb": BOOK, "b.ipynb": book(ONE.decode() + "# better", TWO.decode())})
    assert sum("it is not clear which one counts" in note for note in found.submission.notes) == 2
    assert not any("another file counts" in note for note in (*found.submission.notes, *found.waits.values()))


def test_a_notebook_of_another_language_waits():
    """Its cells are no Python with mistakes."""
    r = book("one <- function(x) x").replace(
        b'{"cells"', b'{"metadata": {"kernelspec": {"name": "ir", "language": "R"}}, "cells"'
    )
    assert "it is a notebook of R" in placed({**WRITTEN, "hw.ipynb": r}).waits["one"]
    python = BOOK.replace(b'{"cells"', b'{"metadata": {"language_info": {"name": "ipython"}}, "cells"')
    assert not placed({**WRITTEN, "hw.ipynb": python}).waits


@pytest.mark.parametrize("path", ["$RECYCLE.BIN/x.py", "System Volume Information/x", "@eaDir/q.py", "~$grades.xlsx", "lost+found"])  # fmt: skip
def test_what_systems_leave_is_nobodys(path):
    """In a class's folder and in a student's."""
    assert is_leaving(path)
    assert not is_leaving(path.replace("$", "a").replace("@", "b").replace("+", "_").replace("Volume", "V"))


def test_a_class_loses_no_download_that_broke_off(tmp_path):
    """Nor work in another language: each is a row with its name."""
    for name in ("bob.zip.part", "cleo.zip.crdownload", "dan.jl", "eva.py.bak", "Makefile", "grades.xlsx", "run.sh"):
        (tmp_path / name).write_bytes(b"x")
    found = class_folder(tmp_path)
    assert [path.name for path in found.hand_ins] == ["bob.zip.part", "cleo.zip.crdownload", "dan.jl", "eva.py.bak"]
    assert set(found.others) == {"Makefile", "grades.xlsx", "run.sh"}


def test_mistakes_are_the_students_own():
    """Python that does not compile is no unread file."""
    for source in (
        b"def one(:",
        b"print 'x'",
        b"x = '<<<<<<< '",
        UNWRITTEN,
        b"<",
        b"{'a': 1}",
        b"# https://x.org\nx = 1",
    ):
        assert why_no_source(source) == ""
    assert [why_not_text(name) for name in ("table.csv", "hw.pdf.csv", "answers.md", "a.tex.log")] == [""] * 4
