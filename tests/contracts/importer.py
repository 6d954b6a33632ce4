"""What every importer keeps to; a test of one subclasses `ImporterContract` and says how its system packs."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import tarfile
import unicodedata
import zipfile
from dataclasses import dataclass, field

import pytest

from grader.course.folders import Course
from grader.intake.download import open_download
from grader.intake.importers import recognise
from grader.intake.importing import import_download
from grader.intake.records import read_records


@dataclass(frozen=True)
class Person:
    """Somebody of a class, with everything that any system knows."""

    student: str
    first: str
    last: str
    number: int

    @property
    def name(self):
        return f"{self.first} {self.last}"

    @property
    def login(self):
        return f"u_{self.number}"

    @property
    def email(self):
        return f"{self.student}@uni.edu"

    @property
    def sis_id(self):
        return f"00{self.number}"

    @property
    def github(self):
        return f"gh-{self.number}"


@dataclass(frozen=True)
class Sent:
    """One attempt: who, which files, whether late, the hour of the day at which it came."""

    person: Person
    files: dict = field(default_factory=lambda: {"q1_lenet.py": b"x = 1\n"})
    late: bool = False
    hour: int = 9


PEOPLE = [
    Person("gross", "Jürgen", "Groß", 101), Person("rene", unicodedata.normalize("NFD", "René"), "Faure", 102), Person("li", "小龙", "李", 103),
    Person("oneill", "Zoë", "O'Neill", 104), Person("delax", "Ana", "de la X", 105), Person("a12", "a", "b 12", 106),
    Person("twin1", "Kim", "Lee", 107), Person("twin2", "Kim", "Lee", 108), Person("long", "N" * 150, "M" * 49, 109), Person("late", "Late", "Late", 110),
]  # fmt: skip
EVERYBODY = [
    *(Sent(person, {"q1_lenet.py": f"x = {person.number}\n".encode(), "answers.md": b"# Q1\n"}) for person in PEOPLE[:7]),
    Sent(PEOPLE[7], {"q1_lenet-1.py": b"x = 2\n", "data_2_3_x.py": b"", "größe.md": b"# 1\n"}), Sent(PEOPLE[8], {"hw1.ipynb": b"{}"}),
    Sent(PEOPLE[9], late=True),
]  # fmt: skip


def zipped(files, *, utf8=True):
    """A zip of path → bytes; without the flag for UTF-8 as old programs write it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            info = zipfile.ZipInfo(path)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    data = stream.getvalue()
    return data if utf8 else without_flag(data)


def without_flag(data):
    """The zip with the flag cleared that says its names are UTF-8; the names stay UTF-8."""
    changed = bytearray(data)
    for mark, place in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        start = data.find(mark)
        while start >= 0:
            changed[start + place] &= ~0x08
            start = data.find(mark, start + 4)
    return bytes(changed)


def tarred(files):
    """A tar.gz of path → bytes."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(stream.getvalue())


def tree(folder):
    """Path → digest of every file in a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def kept(sent):
    """What a class's folder holds after an import."""
    return {
        f"{one.person.student}/{unicodedata.normalize('NFC', path)}": hashlib.sha256(data).hexdigest()
        for one in sent
        for path, data in one.files.items()
    }


def visible(folder):
    """What of a class's folder would be graded."""
    return {path: digest for path, digest in tree(folder).items() if not path.startswith(".")}


ROSTER = ["student", "name", "login", "email", "sis_id", "lms_user_id", "github_username"]


def roster_text(people, delimiter=","):
    """A roster.csv of people."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(ROSTER)
    writer.writerows([p.student, p.name, p.login, p.email, p.sis_id, p.number, p.github] for p in people)
    return stream.getvalue()


class ImporterContract:
    """Subclass it, name the system, and say how it packs what was sent."""

    system: str
    # What the download is called.
    download = "download.zip"
    has_late = False
    has_times = False

    def pack(self, sent):
        """The download: path → bytes, as the system writes it."""
        raise NotImplementedError

    def sheet(self, people):
        """What goes with it as `--roster`; None where the course's roster says enough."""
        return

    @pytest.fixture
    def course(self, tmp_path):
        """A course with a roster of everybody."""
        root = tmp_path / "course"
        (root / "rubrics").mkdir(parents=True)
        (root / "roster.csv").write_text(roster_text(PEOPLE))
        return Course(root)

    def run(self, course, sent, data=None, **options):
        """Import what was sent; the report and the class's folder."""
        path = course.root.parent / self.download
        path.write_bytes(zipped(self.pack(sent)) if data is None else data)
        if (text := self.sheet([one.person for one in sent])) is not None and "roster" not in options:
            options["roster"] = course.root.parent / "sheet.csv"
            options["roster"].write_text(text)
        report = import_download(course, "hw1", path, **options)
        return report, course.submissions("hw1")

    def test_it_is_recognised(self, tmp_path):
        """By the shape of its download, among all others."""
        path = tmp_path / self.download
        path.write_bytes(zipped(self.pack(EVERYBODY)))
        with open_download(path) as download:
            assert recognise(download).name == self.system

    def test_every_file_lands_at_its_student(self, course):
        """Whatever the names are made of; nothing else is written, and nothing is left over."""
        report, folder = self.run(course, EVERYBODY)
        assert visible(folder) == kept(EVERYBODY)
        assert (report.refused, report.unowned, report.missing) == ([], [], [])
        assert [one.outcome for one in report.delivered] == ["imported"] * len(EVERYBODY)
        assert all(one.place.is_listed for one in report.delivered)
        assert {path for path in tree(folder) if path.startswith(".")} == {".intake.jsonl"}
        assert {path.name for path in course.root.iterdir()} == {"rubrics", "roster.csv", "submissions"}

    def test_names_without_the_flag_for_utf8(self, course):
        """As zips of old programs are."""
        report, folder = self.run(course, EVERYBODY, zipped(self.pack(EVERYBODY), utf8=False))
        assert visible(folder) == kept(EVERYBODY)
        assert not report.has_refused

    def test_a_tar_or_a_folder_is_the_same(self, course):
        """An archive is what was unpacked from it."""
        files = self.pack(EVERYBODY)
        (course.root.parent / "t").mkdir()
        path = course.root.parent / "t" / self.download.replace(".zip", ".tar.gz")
        path.write_bytes(tarred(files))
        import_download(course, "hw1", path, roster=self._sheet_file(course))
        assert visible(course.submissions("hw1")) == kept(EVERYBODY)
        unpacked = course.root.parent / "f" / self.download.removesuffix(".zip")
        for name, data in files.items():
            (unpacked / name).parent.mkdir(parents=True, exist_ok=True)
            (unpacked / name).write_bytes(data)
        report = import_download(course, "hw1", unpacked, roster=self._sheet_file(course))
        assert {one.outcome for one in report.delivered} == {"unchanged"}

    def _sheet_file(self, course):
        if (text := self.sheet([one.person for one in EVERYBODY])) is None:
            return None
        (course.root.parent / "sheet.csv").write_text(text)
        return course.root.parent / "sheet.csv"

    def test_twice_changes_nothing(self, course):
        """Not a byte, and no date."""
        _, folder = self.run(course, EVERYBODY)
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        report, _ = self.run(course, EVERYBODY)
        assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
        assert {one.outcome for one in report.delivered} == {"unchanged"}

    def test_a_changed_attempt_stands_beside_the_old(self, course):
        """The new one is graded, the old one is kept where no submission is looked for."""
        first, second = Sent(PEOPLE[0]), Sent(PEOPLE[0], {"q1_lenet.py": b"x = 3\n"}, hour=11)
        self.run(course, [first, *EVERYBODY[1:]])
        _, folder = self.run(course, [second, *EVERYBODY[1:]])
        assert visible(folder) == kept([second, *EVERYBODY[1:]])
        record = read_records(folder)["gross"]
        assert (record.attempt, len(record.earlier)) == (2, 1)
        assert (folder / record.earlier[0].folder / "q1_lenet.py").read_bytes() == b"x = 1\n"
        assert record.earlier[0].folder.startswith(".")

    def test_what_is_known_of_it_is_kept(self, course):
        """Ids, the system's word on lateness, the time; each only where the download says it."""
        _, folder = self.run(course, EVERYBODY)
        records = read_records(folder)
        assert {name: one.source for name, one in records.items()} == {one.student: self.system for one in PEOPLE}
        late = {name for name, one in records.items() if one.late}
        assert late == ({"late"} if self.has_late else set())
        assert all(record.lms_user_id == str(person.number) for person in PEOPLE if (record := records[person.student]))
        times = {one.submitted_at for one in records.values()}
        assert (None not in times) == self.has_times

    def test_without_a_roster_nobody_is_confused(self, course):
        """Two of one name become two folders, the same ones when imported again, and all are listed."""
        (course.root / "roster.csv").unlink()
        report, folder = self.run(course, EVERYBODY, roster=None)
        names = [one.folder for one in report.delivered]
        assert len({name.casefold() for name in names}) == len(EVERYBODY)
        assert sorted(visible(folder).values()) == sorted(kept(EVERYBODY).values())
        assert not any(one.place.is_listed for one in report.delivered)
        again, _ = self.run(course, EVERYBODY, roster=None)
        assert [one.folder for one in again.delivered] == names

    def test_who_handed_in_nothing_is_listed(self, course):
        """And has no folder."""
        report, folder = self.run(course, EVERYBODY[2:])
        assert report.missing == ["gross", "rene"]
        assert not (folder / "gross").exists()

    def test_a_hostile_name_stops_nobody_else(self, course):
        """What leads elsewhere is refused by name; the rest is imported."""
        files = {"../out.py": b"", "/etc/cron.py": b"", "C:\\x.py": b"", "a\\..\\..\\x.py": b""} | self.pack(EVERYBODY)
        report, folder = self.run(course, EVERYBODY, zipped(files))
        assert visible(folder) == kept(EVERYBODY)
        assert len(report.refused) == 4
        assert {path.name for path in course.root.parent.iterdir()} <= {"course", self.download, "sheet.csv"}

    def test_what_it_does_not_explain_is_listed(self, course):
        """No entry vanishes."""
        report, _ = self.run(course, EVERYBODY, zipped(self.pack(EVERYBODY) | {"stray notes": b"?"}))
        assert [one.name for one in report.unowned] == ["stray notes"]


class AttemptsContract(ImporterContract):
    """For a system that gives every attempt."""

    def test_two_attempts_in_one_download(self, course):
        """The last is graded."""
        sent = [Sent(PEOPLE[0], hour=9), Sent(PEOPLE[0], {"q1_lenet.py": b"x = 3\n"}, hour=14), EVERYBODY[1]]
        for _ in range(2):
            _, folder = self.run(course, sent)
            assert visible(folder) == kept(sent[1:])
            assert [one.number for one in read_records(folder)["gross"].earlier] == [1]
