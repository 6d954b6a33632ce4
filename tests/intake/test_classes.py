"""A class's folder: each entry is somebody's, or named as nobody's; one hand-in never stops another."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.intake.classes import class_folder, read_class, told_others
from grader.intake.reading import id_of, read_folder, read_submission
from grader.intake.sections import KnownClass
from grader.worker.survey import survey
from tests.hostile.archives import zipped


@pytest.fixture
def folder(tmp_path):
    """A class's folder with a bit of everything."""
    (tmp_path / "ana").mkdir()
    (tmp_path / "ana/m.py").write_text("x = 1")
    for name in ("__MACOSX", "__pycache__", ".git"):
        (tmp_path / name).mkdir()
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "bob.rar", "cleo.7z", "eva.tar-1.gz", "gus.pdf", "ida.ipynb", "jon.docx", "kim.md",
                 "lopezana_4711_1234_m.py", "hal.ZIP", "roster.csv", "grades.xlsx", "notes.txt", "README.md", "m.py.txt"):  # fmt: skip
        (tmp_path / name).write_bytes(zipped(("m.py", b"")) if name == "hal.ZIP" else b"x")
    (tmp_path / "ivo").symlink_to("nowhere")
    (tmp_path / "up").mkdir()
    (tmp_path / "up/hw1").mkdir()
    (tmp_path / "alice").symlink_to("up/hw1")
    return tmp_path


def test_each_entry_is_somebodys_or_named(folder):
    """What tools leave is neither."""
    found = class_folder(folder)
    names = [path.name for path in found.hand_ins]
    assert names == sorted(
        [
            "ana",
            "alice",
            "bob.rar",
            "cleo.7z",
            "eva.tar-1.gz",
            "gus.pdf",
            "hal.ZIP",
            "ida.ipynb",
            "ivo",
            "jon.docx",
            "kim.md",
            "lopezana_4711_1234_m.py",
            "m.py.txt",
            "up",
        ]
    )
    assert sorted(found.others) == ["README.md", "grades.xlsx", "notes.txt", "roster.csv"]
    assert told_others(found.others) == "Not hand-ins, and left alone: README.md, grades.xlsx, notes.txt, roster.csv."


def test_each_is_read_or_says_why_not(folder):
    """Under the name of its entry, whether it can be read or not."""
    read = read_class(class_folder(folder).hand_ins)
    assert {one.id for one in read.submissions} == {
        "ana",
        "alice",
        "bob",
        "cleo",
        "eva",
        "hal",
        "ida",
        "kim",
        "lopezana_4711_1234_m",
        "m",
        "up",
    }
    assert {one.id: why for one, why in read.unreadable}.keys() == {"gus", "ivo", "jon"}
    assert all(name in why for (_, why), name in zip(read.unreadable, ("gus.pdf", "ivo", "jon.docx"), strict=True))
    assert not any(str(folder) in why for _, why in read.unreadable)  # students may read it
    assert "a link" in {one.id: why for one, why in read.unreadable}["ivo"]


def test_two_of_one_name_are_neither(folder):
    """Both are named, and the others are read."""
    (folder / "ana.zip").write_bytes(b"x")
    read = read_class(class_folder(folder).hand_ins)
    assert "ana" not in {one.id for one in read.submissions}
    told = {one.id: why for one, why in read.unreadable}["ana"]
    assert "ana.zip" in told
    assert "leave one of them out" in told


def test_an_empty_class_is_refused(tmp_path):
    """With what was looked for."""
    (tmp_path / "roster.csv").touch()
    with pytest.raises(UsageError, match="holds no submission"):
        class_folder(tmp_path)
    with pytest.raises(UsageError, match="is no submission"):
        read_class([tmp_path / "roster.csv"])


def test_ids_do_not_depend_on_what_can_be_read(tmp_path):
    """A large archive, another suffix, letters in any form."""
    for name in ("big.zip", "big.tar-1.gz", "big.TGZ", "big.ipynb", "big.rar", "big"):
        assert id_of(tmp_path / name) == "big"
    (tmp_path / "v1.2").mkdir()
    assert id_of(tmp_path / "v1.2") == "v1.2"
    assert id_of(tmp_path / "Zoe\u0308.zip") == id_of(tmp_path / "Zo\u00eb.zip")


def test_a_folder_is_read_as_far_as_it_reaches(tmp_path):
    """A link within counts as the file, one that leads out is named, junk is not looked into."""
    for path in ("parts/m.py", "venv/lib/x.py", ".git/y.py", "a/site-packages/z.py", "__pycache__/m.py"):
        (tmp_path / "ana" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ana" / path).write_text("x = 1")
    (tmp_path / "secret.py").write_text("s = 1")
    for name, target in {
        "m.py": "parts/m.py",
        "out.py": "../secret.py",
        "gone.py": "nothing",
        "src": "..",
        "up.ipynb": "/etc/passwd",
    }.items():
        (tmp_path / "ana" / name).symlink_to(target)
    os.mkfifo(tmp_path / "ana/pipe.py")
    (tmp_path / "ana/plot.png").write_bytes(b"x")
    found = read_folder(tmp_path / "ana")
    assert dict(found.files) == {"m.py": b"x = 1", "parts/m.py": b"x = 1"}
    assert found.unread.keys() == {"out.py", "gone.py", "src", "up.ipynb", "pipe.py"}
    assert found.others == ("plot.png",)


def test_caps_leave_out_what_comes_last(tmp_path):
    """Three hundred files of a tool's, and the work below them; a module over its cap is named."""
    for n in range(300):
        path = tmp_path / "hw/env/lib" / f"m{n}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1")
    (tmp_path / "hw/src").mkdir()
    (tmp_path / "hw/src/m.py").write_text("x = 1")
    (tmp_path / "hw/src/big.py").write_text("#" * (600 << 10))
    found = read_folder(tmp_path)
    assert "hw/src/m.py" in found.files
    assert "are read" in found.unread["hw/src/big.py"]
    assert len(found.files) == 200


def test_a_lone_module_is_one_of_several(tmp_path):
    """What else the student handed in lies elsewhere: it is not absent."""
    (tmp_path / "m.py").write_text("x = 1")
    assert list(read_submission(tmp_path / "m.py").unread) == ["What was handed in beside m.py"]


def test_a_notebook_of_twenty_megabytes_is_read_in_a_moment(tmp_path):
    """Its plots are taken out before anything else looks at it."""
    plot = {"output_type": "display_data", "data": {"image/png": "A" * 400_000}}
    cell = {"cell_type": "code", "source": "def one(x): return x", "outputs": [plot] * 50}
    (tmp_path / "hw.ipynb").write_text(json.dumps({"cells": [cell]}))
    started = time.process_time()
    files = read_folder(tmp_path).files
    [[_, problem, names, _, cells, *_]] = survey(files, {})
    assert time.process_time() - started < 1
    assert (problem, names) == ("", ["one"])
    assert len(cells) < 200


def open_descriptors():
    """How many files this process has open; nothing where that cannot be told."""
    listing = Path("/proc/self/fd")
    return len(list(listing.iterdir())) if listing.exists() else 0


def test_a_class_of_a_thousand_is_read_in_a_moment(tmp_path):
    """Six files each."""
    for n in range(300):
        (tmp_path / f"s{n:03d}/src").mkdir(parents=True)
        for name in ("a.py", "b.py", "src/c.py", "src/d.py", "answers.md", "plot.png"):
            (tmp_path / f"s{n:03d}" / name).write_text("x = 1\n" * 50)
    known = KnownClass("hw", frozenset({"a.py", "b.py", "answers.md"}))
    started, held = time.process_time(), open_descriptors()
    read = read_class(class_folder(tmp_path, known).hand_ins, known)
    assert len(read.submissions) == 300
    assert time.process_time() - started < 0.9  # a thousand in under three seconds
    assert open_descriptors() == held  # there are a thousand of them in all on many machines
