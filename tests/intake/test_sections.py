"""Folders of several students in a class's folder: each is graded alone, or a person is asked; nobody is invented."""

from __future__ import annotations

import pytest

from grader.course.workspace import locate_workspace
from grader.errors import UsageError
from grader.intake.classes import class_entries, class_folder, read_class, refuse_part, told_others, with_own_hand_in
from grader.intake.sections import KnownClass, told_sections
from tests.intake.test_placing import ALL, placed, under

WORK = ("one.py", "two.py", "answers.md")
KNOWN = KnownClass("hw", frozenset({*WORK, "hw.ipynb"}))
LISTED = KnownClass("hw", KNOWN.wanted, frozenset({"ada", "bo", "cy"}))


def many(*folders, files=WORK):
    """The paths of the same files in some folders."""
    return [f"{folder}/{name}" for folder in folders for name in files]


def made(folder, paths):
    """Files at some paths, and empty folders where a path ends so."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if path.endswith("/"):
            (folder / path).mkdir(exist_ok=True)
        else:
            (folder / path).write_bytes(b"x")
    return folder


# By name: what lies in the class's folder, and whose hand-ins there are.
SEVERAL = {
    "sections": (many("section-01/ada", "section-01/bo", "section-02/cy"), "ada bo cy"),
    "a section of one": (many("section-01/ada", "section-02/bo"), "ada bo"),
    "sections beside students": (many("section-01/ada", "dee"), "ada dee"),
    "sections by number alone": (many("Sec 1/ada", "Sec 2/bo"), "ada bo"),
    "tutorials": (many("Übung_3/ada", "Übung_4/bo"), "ada bo"),
    "who came late": (many("ada", "late/bo", "late/cy"), "ada bo cy"),
    "folders by weekday": (many("monday/ada", "monday/bo", "monday/cy", "tuesday/dee"), "ada bo cy dee"),
    "one unpacked too deep": (many("export/ada", "export/bo", "export/cy"), "ada bo cy"),
    "under the assignment's name": (many("hw/ada", "hw/bo"), "ada bo"),
    "two levels": (many("export/section-01/ada", "export/section-01/bo", "export/section-02/cy"), "ada bo cy"),
    "each a folder too deep": (many("section-01/ada/hw", "section-01/bo/src/hw"), "ada bo"),
    "archives": (["section-01/ada.zip", "section-01/bo.tar.gz"], "ada bo"),
    "notebooks": (["section-01/ada.ipynb", "section-01/bo.ipynb"], "ada bo"),
    "clones": (many("hw-clones/hw-ada", "hw-clones/hw-bo", "hw-clones/hw-cy"), "hw-ada hw-bo hw-cy"),
    "some with less": ([*many("export/ada", "export/bo", "export/cy"), "export/dee/one.py"], "ada bo cy dee"),
    "numbers": (many("Kurs 1/0012345", "Kurs 1/0012346"), "0012345 0012346"),
}  # fmt: skip
ONE_EACH = {
    "a folder too deep": (many("ada/hw", "bo/hw"), "ada bo"), "two folders too deep": (many("ada/hw/hw"), "ada"), "another folder": (many("ada/lovelace", "bo/my stuff"), "ada bo"),
    "two strange names each": (many("ada/alpha", "ada/beta", "bo/gamma", "bo/delta"), "ada bo"), "one folder each question": (["ada/q1/one.py", "ada/q2/two.py", "bo/lenet/one.py", "bo/losses/two.py"], "ada bo"), "src and docs": (["ada/src/one.py", "ada/src/two.py", "ada/docs/answers.md"], "ada"),
    "versions": (many("ada/v1", "ada/v2", "bo/old", "bo/final"), "ada bo"), "versions under names of one's own": (many("ada/try", "ada/last try", "ada/really final"), "ada"),
    "one name in each": (many("ada/alpha", "ada/beta", "bo/alpha", "bo/beta"), "ada bo"), "two in one": (many("ada/alpha", "ada/beta", "bo"), "ada bo"),
    "archives of one": (["ada/code.zip", "ada/report.zip", "bo/hw.zip"], "ada bo"), "a copy of it": (many("ada/hw", "ada/hw copy", "ada/hw (1)"), "ada"),
    "beside the folders": ([*many("ada/x", "ada/y", "ada/z"), "ada/one.py"], "ada"), "a partner's": (many("ada/ada", "ada/bo", "ada/cy"), "ada"), "a section's name with modules": (many("section-01"), "section-01"),
    "sections of a handout": (["ada/section 1/one.py", "ada/section 2/two.py"], "ada"), "an empty folder": (["section-01/", *many("ada")], "ada section-01"), "numbers of attempts": (many("ada/1", "ada/2", "ada/3"), "ada"), "modules' names": (many("ada/one", "ada/two", "ada/three"), "ada"),
    "a group": (many("team-7/hw", "team-8/hw"), "team-7 team-8"), "packages": (["ada/pkg/one.py", "ada/pkg/two.py", "bo/pkg/one.py", "bo/pkg/two.py"], "ada bo"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SEVERAL | ONE_EACH))
def test_who_handed_in_is_who_handed_in(name, tmp_path):
    """A folder of several students is told from one whose work lies deeper."""
    paths, expected = (SEVERAL | ONE_EACH)[name]
    found = class_folder(made(tmp_path, paths), KNOWN)
    assert sorted(path.name.partition(".")[0] for path in found.hand_ins) == expected.split()
    assert bool(told_sections(found.sections)) == (name in SEVERAL)


def test_a_roster_says_whose_folder_it_is(tmp_path):
    """Of a folder that holds them, and of a student's who is listed, whatever is in it."""
    made(tmp_path, many("x/ada", "x/bo", "cy/dee", "cy/eli", "cy/flo"))
    found = class_folder(tmp_path, LISTED)
    assert [path.relative_to(tmp_path).as_posix() for path in found.hand_ins] == ["cy", "x/ada", "x/bo"]
    assert told_sections(found.sections) == "Folders of several students, each graded alone: x (ada, bo)."


def test_what_else_lies_in_a_section_is_told(tmp_path):
    """A list of it is nobody's; nor does anything get lost."""
    made(tmp_path, [*many("section-01/ada"), "section-01/roster.csv", "section-01/__MACOSX/x.py"])
    found = class_folder(tmp_path, KNOWN)
    assert found.others == ("section-01/roster.csv",)
    assert class_entries([tmp_path / "section-01"], KNOWN).hand_ins == (tmp_path / "section-01/ada",)


@pytest.mark.parametrize(
    "path",
    ["results/grades.xlsx", "results/hw/results.jsonl", "out/hw/gradebook.sqlite", "feedback/Ada_12_assignfeedback_file/feedback.html",
     "report/students/ada.html", "Results hw/canvas.csv", "export/gradescope.csv", "pages/class.html", "gradebook.sqlite", "results.jsonl", "grades-2/x.pdf", "hw-feedback.zip",
     "ada.zip:Zone.Identifier", "ada.zip.sha256"],
)  # fmt: skip
def test_what_was_made_of_a_class_is_no_students(path, tmp_path):
    """It is named in a line."""
    made(tmp_path, [*many("ada"), path])
    found = class_folder(tmp_path, KNOWN)
    assert [one.name for one in found.hand_ins] == ["ada"]
    assert path.partition("/")[0] in told_others(found.others) or path.endswith("Identifier")


@pytest.mark.parametrize(
    "paths",
    [many("results"), ["report/answers.md"], ["feedback/hw.zip"], ["exports/work.ipynb"], ["ada_results/x.csv"]],
)
def test_work_under_such_a_name_is_somebodys(paths, tmp_path):
    """Where code or the write-up is in it, or more of a name."""
    assert class_folder(made(tmp_path, paths), KNOWN).hand_ins


def test_nothing_but_results_is_no_class(tmp_path):
    """As where nothing lies there at all."""
    with pytest.raises(UsageError, match="holds no submission"):
        class_folder(made(tmp_path, ["results/results.jsonl"]), KNOWN)


def test_a_part_of_a_hand_in_is_not_graded_under_another_name(tmp_path, monkeypatch):
    """Whose it is, is named; a folder from elsewhere may be called as it likes."""
    made(tmp_path, [*many("ada/hw", "section-01/bo", "section-01/cy")])
    for path, owner in {"ada/hw": "ada", "section-01/bo/one.py": "bo"}.items():
        with pytest.raises(UsageError, match=f"part of the hand-in {owner}"):
            refuse_part(tmp_path / path, tmp_path, KNOWN)
    for path in ("ada", "section-01/bo", "section-01", "."):
        refuse_part(tmp_path / path, tmp_path, KNOWN)
    with pytest.raises(UsageError, match="holds the class's folder"):
        refuse_part(tmp_path.parent, tmp_path, KNOWN)


def test_one_of_several_is_checked_alone(tmp_path):
    """Before it is handed in as when it is graded; of a section nobody's."""
    made(tmp_path / "c", [f"submissions/hw/{path}" for path in many("section-01/ada", "section-01/bo/deep", "cy/hw")])
    made(tmp_path / "c", ["rubrics/hw.yaml", *many("reference/hw")])
    whole = tmp_path / "c/submissions/hw"
    own = {"section-01/ada": "section-01/ada", "section-01/bo/deep/one.py": "section-01/bo", "cy/hw": "cy", "cy": "cy"}
    for path, folder in own.items():
        work = with_own_hand_in(locate_workspace(whole / path), whole / path)
        assert work.submission == whole / folder
    with pytest.raises(UsageError, match="of several"):
        with_own_hand_in(locate_workspace(whole / "section-01"), whole / "section-01")


def test_a_copy_of_an_entry_is_no_other_student(tmp_path):
    """Both are named, and neither is guessed; without the other it is somebody's own name."""
    made(
        tmp_path,
        [*many("ada", "ada (1)", "Copy of bo", "bo", "cy - Kopie", "team 1", "team 2"), "dee.zip", "dee (2).zip"],
    )
    read = read_class(class_folder(tmp_path, KNOWN).hand_ins)
    told = {one.id: why for one, why in read.unreadable}
    assert told.keys() == {"ada", "bo", "dee"}
    assert "ada (1)" in told["ada"] and "leave one of them out" in told["ada"]
    assert len(read.submissions) == 3


def test_files_that_are_asked_for_are_nobodys_in_the_class_s_folder(tmp_path):
    """Each waits with a sentence; one that was named by its path is read."""
    made(tmp_path, [*many("ada"), "one.py", "Answers.md", "lopezana_4711_1234_one.py"])
    read = read_class(class_folder(tmp_path, KNOWN).hand_ins, KNOWN)
    assert [one.id for one in read.submissions] == ["ada", "lopezana_4711_1234_one"]
    assert all("no student's folder" in why for _, why in read.unreadable)
    assert len(read.unreadable) == 2
    assert read_class([tmp_path / "one.py"]).submissions


OTHER = {path: data + b"\n# another\n" for path, data in ALL.items()}


@pytest.mark.parametrize("heads", [("ada", "bo"), ("v1", "v2"), ("a.zip", "b.zip"), ("x.zip/ada", "x.zip/bo")])
@pytest.mark.parametrize("lacking", ["one.py", "answers.md", ""])
def test_one_hand_in_is_never_filled_up_from_another(heads, lacking):
    """Where two differ, what the one lacks waits as well, and both are named."""
    wanted = ["one", "two", ""]
    first = {f"{heads[0]}/three.py": b"def three(x):\n    return 3\n", **under(heads[0])}
    second = {
        f"{heads[1]}/three.py": b"def three(x):\n    return 4\n",
        **under(heads[1], {p: d for p, d in OTHER.items() if p != lacking}),
    }
    known = type(placed.__defaults__[0])("hw", {"one": ("one",), "two": ("two",), "three": ("three",)}, "answers.md")
    found = placed({**first, **second}, known)
    assert found.waits.keys() == {*wanted, "three"}
    assert all(head.rpartition("/")[2] in why for head in heads for why in found.waits.values())
    assert not any("answers.md was read" in note for note in found.submission.notes)


def test_a_copy_with_less_in_it_is_no_other_hand_in():
    """Where nothing differs, nothing waits."""
    assert not placed({**under("hw"), **under("backup", {p: d for p, d in ALL.items() if p != "two.py"})}).waits
