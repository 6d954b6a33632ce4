"""Each importer keeps to the contract, with downloads that the tests write themselves."""

from __future__ import annotations

import re

import yaml

from grader.intake.importers import NAMES, importers
from tests.contracts.importer import AttemptsContract, ImporterContract


def stamp(sent):
    """When it was sent, as Blackboard writes it."""
    return f"2026-04-21-{sent.hour:02}-34-13"


def sortable(person):
    """A name as Canvas has it in file names, by its own rule."""
    return re.sub(r"[^\w]", "", f"{person.last}, {person.first}".lower())


class TestCanvas(ImporterContract):
    """`<name>[_LATE]_<user id>_<attachment id>_<file>`."""

    system = "canvas"
    has_late = True

    def pack(self, sent):
        return {
            f"{sortable(one.person)}{'_LATE' * one.late}_{one.person.number}_{90000 + 100 * one.hour + place}_{path}": data
            for one in sent
            for place, (path, data) in enumerate(one.files.items())
        }


class TestMoodle(ImporterContract):
    """A folder for each participant, whose numbers stand in the worksheet alone."""

    system = "moodle"

    def pack(self, sent):
        return {
            f"{one.person.name.replace('_', ' ')}_{one.person.number + 5000}_assignsubmission_file/{path}": data
            for one in sent
            for path, data in one.files.items()
        }

    def sheet(self, people):
        rows = [f"Participant {p.number + 5000},{p.name},{p.email},Submitted,,100.00,Yes,-,-," for p in people]
        head = "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed"
        return "\n".join([f"{head},Last modified (submission),Last modified (grade),Feedback comments", *rows, ""])


class TestMoodleFlat(TestMoodle):
    """The preference "download in folders" off."""

    def pack(self, sent):
        return {path.replace("_file/", "_file_"): data for path, data in super().pack(sent).items()}


class TestOldMoodle(TestMoodle):
    """Before 4.1 the folder's name ended in one more underscore."""

    def pack(self, sent):
        return {path.replace("_file/", "_file_/"): data for path, data in super().pack(sent).items()}


class TestGradescope(ImporterContract):
    """Folders with numbers, and a YAML file in Ruby's manner."""

    system = "gradescope"
    has_times = True

    def pack(self, sent):
        files, said = {}, {}
        for one in sent:
            key = f"submission_{4000 + one.person.number * 100 + one.hour}"
            files |= {f"assignment_7_export/{key}/{path}": data for path, data in one.files.items()}
            said[key] = {
                ":submitters": [{":name": one.person.name, ":sid": one.person.sis_id, ":email": one.person.email}],
                ":created_at": f"2026-04-26 {one.hour:02}:34:00.861687000 Z", ":score": 2.0,
                ":results": {"tests": [{"name": "submitters", "output": "--- \n...\n: x\n'"}]},
                ":history": [{":created_at": "2026-04-25 01:00:00.0 Z", ":score": 1.0}],
            }  # fmt: skip
        text = yaml.safe_dump(said, allow_unicode=True)
        # A bare end of document between two submissions, as real exports have it.
        text = re.sub(r"\n(?=submission_)", "\n...\n", text, count=1)
        return files | {"assignment_7_export/submission_metadata.yml": text.encode()}


class TestBlackboard(AttemptsContract):
    """A flat zip with a text file for each attempt."""

    system = "blackboard"

    def pack(self, sent):
        files = {}
        for one in sent:
            head = f"HW_1_{one.person.login}_attempt_{stamp(one)}"
            listed = "".join(f"\tOriginal filename: {path}\n\tFilename: {head}_{path[-9:]}\n\n" for path in one.files)
            text = (
                f"Name: {one.person.name} ({one.person.login})\nAssignment: HW_1\n"
                "Date Submitted: Tuesday, 21 April 2026 06:34:13 o'clock BST\nCurrent Mark: Needs Marking\n\n"
                "Submission Field:\nThere is no student submission text data for this assignment.\n\n"
                f"Comments:\nThere are no student comments for this assignment.\n\nFiles:\n{listed}"
            )
            files |= {f"{head}.txt": text.encode()} | {f"{head}_{path[-9:]}": data for path, data in one.files.items()}
        return files


class TestBrightspace(AttemptsContract):
    """A folder an attempt, its name a number, the person, the time."""

    system = "brightspace"

    def pack(self, sent):
        files = {"HW 1 Download/index.html": b"<html>"}
        for one in sent:
            hour = f"{(one.hour - 1) % 12 + 1}34 {'AM' if one.hour < 12 else 'PM'}"
            folder = f"HW 1 Download/{one.person.number}-77 - {one.person.name} - Apr 21, 2026 {hour}"
            files |= {f"{folder}/{path}": data for path, data in one.files.items()}
        return files


class TestGitHub(ImporterContract):
    """Clones in one folder."""

    system = "github"
    download = "hw-1-submissions.zip"

    def pack(self, sent):
        return {f"hw-1-{one.person.github}/{path}": data for one in sent for path, data in one.files.items()} | {
            f"hw-1-{one.person.github}/.git/config": b"[core]\n\tfsmonitor = touch /tmp/x\n" for one in sent
        }


class TestGitHubWithItsFolder(TestGitHub):
    """The folder of clones zipped as it is."""

    download = "clones.zip"

    def pack(self, sent):
        return {f"hw-1-submissions/{path}": data for path, data in super().pack(sent).items()}


class TestNbgrader(ImporterContract):
    """What the exchange collected."""

    system = "nbgrader"
    has_times = True

    def pack(self, sent):
        files = {f"submitted/{one.person.login}/hw1/{path}": data for one in sent for path, data in one.files.items()}
        for one in sent:
            files[f"submitted/{one.person.login}/hw1/timestamp.txt"] = f"2026-04-21 {one.hour:02}:34:13.94 UTC".encode()
            files[f"submitted/{one.person.login}/hw0/timestamp.txt"] = b"2026-01-01 00:00:00.0 UTC"
            files[f"submitted/{one.person.login}/hw0/hw0.ipynb"] = b"{}"
        return files


class TestNbgraderInbound(AttemptsContract):
    """The exchange's own folder."""

    system = "nbgrader"
    has_times = True

    def pack(self, sent):
        files = {}
        for one in sent:
            folder = f"{one.person.login}+hw1+2026-04-21 {one.hour:02}:34:13 UTC+c2hh"
            files |= {f"{folder}/{path}": data for path, data in one.files.items()}
            files[f"{folder}/timestamp.txt"] = f"2026-04-21 {one.hour:02}:34:13.94 UTC".encode()
        return files


class TestSakai(ImporterContract):
    """A folder a student, with a sheet of grades that says who was late."""

    system = "sakai"
    has_late = has_times = True

    def pack(self, sent):
        files = {"HW 1/grades.csv": self._grades(sent).encode()}
        for one in sent:
            folder = f"HW 1/{one.person.last}, {one.person.first}({one.person.login})"
            files |= {f"{folder}/Submission attachment(s)/{path}": data for path, data in one.files.items()}
            files[f"{folder}/timestamp.txt"] = f"20260421{one.hour:02}3413000".encode()
            files[f"{folder}/comments.txt"] = b""
        return files

    def _grades(self, sent):
        rows = [
            f'{p.login},{p.login},"{p.last}","{p.first}",,"21 April",{one.late}' for one in sent if (p := one.person)
        ]
        return "\n".join(
            [
                "HW 1,SCORE_GRADE_TYPE",
                "",
                "Display ID,ID,Last Name,First Name,grade,Submission date,Late submission",
                *rows,
            ]
        )


class TestIlias(ImporterContract):
    """A folder a person; names in ASCII alone."""

    system = "ilias"
    has_late = True

    def pack(self, sent):
        def plain(text):
            return text.encode("ascii", "ignore").decode().replace(" ", "_")[:60] or "x"

        return {
            f"{plain(p.last)}_{plain(p.first)}_{p.login}_{p.number}/{'Late Submission - ' * one.late}{path}": data
            for one in sent
            if (p := one.person)
            for path, data in one.files.items()
        }


class TestSubmitty(AttemptsContract):
    """A folder a user with one a version."""

    system = "submitty"
    has_times = True

    def pack(self, sent):
        files = {
            f"submissions/{p.login}/{one.hour}/{path}": data
            for one in sent
            if (p := one.person)
            for path, data in one.files.items()
        }
        for one in sent:
            files[f"submissions/{one.person.login}/{one.hour}/.submit.timestamp"] = (
                f"2026-04-21 {one.hour:02}:34:13-0400\n".encode()
            )
            files[f"submissions/{one.person.login}/user_assignment_settings.json"] = b"{}"
        return files


class TestPrairieLearn(ImporterContract):
    """Everything in the name."""

    system = "prairielearn"

    def pack(self, sent):
        return {
            f"{one.person.email}_hw1_q{place}_{3000 + one.person.number * 24 + one.hour}_{path}": data
            for one in sent
            for place, (path, data) in enumerate(one.files.items())
        }


def test_every_importer_is_held_to_the_contract():
    """A new one comes with its way to pack."""
    held = {
        one.system
        for one in globals().values()
        if isinstance(one, type) and issubclass(one, ImporterContract) and hasattr(one, "system")
    }
    assert held == set(NAMES) == set(importers())
