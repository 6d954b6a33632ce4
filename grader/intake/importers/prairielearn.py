"""PrairieLearn's file downloads: everything in the name, the person's e-mail first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.intake.download import Download, DownloadEntry
from grader.intake.handin import ClassKnowledge, DownloadReading, HandIn
from grader.model.identity import Identity

# A question's id may hold underscores: the submission's number is the last one before the file.
_NAME = re.compile(
    r"(?P<uid>[^_/@]+(?:_[^_/@]+)*@[^_/@]+)_(?P<qid>.+?)_(?P<number>\d+)_(?P<file>(?!\d+_).+)", re.DOTALL
)


@dataclass(frozen=True)
class PrairieLearn:
    """`<uid>_<question>[_<variant>_<number>]_<submission id>_<file>`."""

    name: str = "prairielearn"
    title: str = "PrairieLearn"

    def explains(self, download: Download) -> int:
        """Names that begin with an e-mail address."""
        return sum(_NAME.fullmatch(entry.path) is not None for entry in download.entries)

    def read(self, download: Download, known: ClassKnowledge) -> DownloadReading:
        """One hand-in a person: of each question, which is submitted for itself, the last submission."""
        found: dict[str, dict[str, dict[int, list[tuple[str, DownloadEntry]]]]] = {}
        for entry in download.entries:
            if named := _NAME.fullmatch(entry.path):
                numbers = found.setdefault(named["uid"], {}).setdefault(named["qid"], {})
                numbers.setdefault(int(named["number"]), []).append((named["file"], entry))
        hand_ins, earlier = [], []
        for uid, questions in found.items():
            last = {qid: max(numbers) for qid, numbers in questions.items()}
            files = [part for qid, number in last.items() for part in questions[qid][number]]
            earlier += [
                entry
                for qid, numbers in questions.items()
                for number, parts in numbers.items()
                for _, entry in parts
                if number != last[qid]
            ]
            mark = " ".join(str(number) for number in sorted(last.values()))
            hand_ins.append(HandIn(Identity(email=uid), uid, uid, tuple(files), mark=mark))
        notes = (f"{len(earlier)} files of earlier submissions to a question were left alone",) if earlier else ()
        return DownloadReading(tuple(hand_ins), tuple(earlier), notes=notes)


IMPORTER = PrairieLearn()
