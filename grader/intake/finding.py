"""What an assignment wants, and what is decided, step by step, about one submission."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from grader.intake.searching import Found, HandInTree, Unclear, search
from grader.intake.submission import Submission
from grader.intake.surveying import FileSummary
from grader.worker.disguises import why_no_source
from grader.worker.files import kind_of
from grader.worker.module_names import file_of

# Documents that come with an assignment or a repository, and hold nobody's answers.
_ABOUT = re.compile(
    r"(requirements|constraints|licen[sc]e|changelog|contributing|handout|todo|environment)\b", re.IGNORECASE
)
# What is left of an upload that failed: blanks, or as many zeros as the file was long.
_NOTHING = b" \t\r\n\f\v\0\x1a"
DECIDES = "A person decides."


@dataclass(frozen=True)
class Wanted:
    """What an assignment asks for.

    Args:
        assignment: its name, which is its notebook's.
        functions: by module, those that checks call.
        write_up: the write-up's name; empty where nothing asks for one.
        starters: by path, what was handed out to be filled in.
        skeleton: the write-up as it was handed out.
        own: by name, the course's own documents, which a whole kit that is handed in holds too; empty where only the
            name is known.
    """

    assignment: str
    functions: Mapping[str, tuple[str, ...]]
    write_up: str = ""
    starters: Mapping[str, bytes] = field(default_factory=dict)
    skeleton: bytes = b""
    own: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def files(self) -> dict[str, str]:
        """The wanted path of each module."""
        return {module: file_of(module) for module in self.functions}

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all wanted files."""
        wanted = (*self.files.values(), self.write_up, self.notebook)
        return frozenset(path.rpartition("/")[2] for path in wanted)

    @cached_property
    def packages(self) -> frozenset[str]:
        """The folders in which wanted modules lie."""
        return frozenset(path.partition("/")[0] for path in self.files.values() if "/" in path)

    @property
    def notebook(self) -> str:
        """The name of the notebook that may stand for all modules."""
        return f"{self.assignment}.ipynb"

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What the names of wanted files hold, whatever is hung on them."""
        return tuple(sorted(name.rpartition(".")[0].casefold() for name in self.names if name))


class Finding:
    """What is known and decided about one submission.

    Args:
        seen: by path, what stands in the files that had to be looked into.
    """

    def __init__(self, submission: Submission, wanted: Wanted, seen: Mapping[str, FileSummary]) -> None:
        self.submission, self.wanted, self.seen = submission, wanted, seen
        self.tree = HandInTree.of(submission.files, submission.others, submission.unread, wanted.packages)
        self.notes: list[str] = []
        self.found: dict[str, Found] = {}  # by module
        self.waits: dict[str, str] = {}  # by module, and under "" for the write-up: why a person decides
        self.unwritten: dict[str, str] = {}  # by module: the file that stands as it was handed out
        self.books: dict[str, list[str]] = {}  # the notebooks that are read, and which modules each stands for, or all
        self.run_by_others: set[str] = set()  # notebooks that cells of those run
        self.write_up: tuple[str, bytes] | None = None
        self.write_up_path = ""  # where it lies, if it is a file of its own
        self.choices: list[str] = []  # what a result rests on beside the names of files

    def look_for(self, wanted: str) -> Found | Unclear | None:
        """Where a wanted file is; one that stands as it was handed out counts only where there is no other."""
        untouched = [path for path in self.tree.files if self._is_untouched(path, wanted)]
        written = search(self.tree.without(untouched), wanted, self.wanted.names) if untouched else None
        return written or search(self.tree, wanted, self.wanted.names)

    def _is_untouched(self, path: str, wanted: str) -> bool:
        """Whether a file bears a wanted name and holds what was handed out under it, whatever its line ends."""
        if path.rpartition("/")[2] != wanted.rpartition("/")[2]:
            return False
        if wanted == self.wanted.write_up:
            return self.is_skeleton(self.tree.files[path])
        return any(self.is_unwritten(path, module) for module, file in self.wanted.files.items() if file == wanted)

    def is_unwritten(self, path: str, module: str) -> bool:
        """Whether a module's file stands as it was handed out, or does nothing of what is asked for."""
        seen, asked = self.seen.get(path), set(self.wanted.functions[module])
        if self.why_no_source(path):
            return True
        if seen is None or seen.problem or not asked & seen.unwritten:
            return False
        return not asked & (seen.written | seen.elsewhere)

    def display(self, path: str) -> str:
        """A path as its author knows it; signs that cannot be seen are written out."""
        return self.tree.display(path)

    def problem(self, path: str) -> str:
        """Why a file that was looked into cannot be read."""
        return self.seen.get(path, FileSummary()).problem

    @property
    def absent(self) -> list[str]:
        """The modules of which no file is read and about which nobody is asked."""
        return [name for name in self.wanted.functions if name not in self.found and name not in self.waits]

    @cached_property
    def notebooks(self) -> list[str]:
        """The notebooks that can be read; of those in an archive only where none lies beside it."""
        books = [path for path in self.tree.files if kind_of(path) == "notebook" and not self.problem(path)]
        loose = [path for path in books if not self.tree.within_archive(path)]
        return sorted(loose or books)

    def book_of(self, module: str) -> str | None:
        """The notebook that stands for a module without a file."""
        named = (book for book, modules in self.books.items() if module in modules)
        return next(named, next((book for book, modules in self.books.items() if not modules), None))

    def source_of(self, module: str) -> str | None:
        """The file that a module is read from."""
        return self.found[module].path if module in self.found else self.book_of(module)

    def defines(self, path: str, module: str) -> int:
        """2 where a file defines all that is asked for in a module, 1 where some of it, else 0."""
        seen = self.seen.get(path, FileSummary())
        asked = set(self.wanted.functions[module])
        if kind_of(path) == "notebook" and module in seen.elsewhere:
            return 2
        return 2 if asked and asked <= seen.written else int(bool(asked & seen.written))

    def why_no_source(self, path: str) -> str:
        """Why a file is no module, whatever its name says: nothing arrived in it, or something else; a package's own
        file may be empty."""
        content = self.tree.files.get(path, b"x")
        if not content.strip(_NOTHING):
            return "" if path.endswith("__init__.py") else "it is empty (was it saved?)"
        return why_no_source(content)

    def may_be_write_up(self, path: str) -> bool:
        """Whether a file is a document of the student's own."""
        if kind_of(path) != "document":
            return False
        content = self.tree.files.get(path, b"")
        name = path.rpartition("/")[2]
        is_about = _ABOUT.match(name) or self._is_the_course_s(path, content) or _is_title_page(name, content)
        return not is_about or self.n_headings(content) > 1

    def _is_the_course_s(self, path: str, content: bytes) -> bool:
        """Whether a document is one that the course wrote, and nobody wrote answers into it."""
        own = self.wanted.own.get(path.rpartition("/")[2])
        return own is not None and (not own or _lines(content) <= _lines(own))

    def n_headings(self, content: bytes) -> int:
        """How many headings of the write-up's sections a text has, be it in comments."""
        wanted = {line.strip() for line in self.wanted.skeleton.splitlines() if line.startswith(b"##")}
        return len(wanted & {line.strip().removeprefix(b"# ") for line in content.splitlines()})

    def is_skeleton(self, content: bytes) -> bool:
        """Whether a write-up has no line but those that it was handed out with."""
        return _lines(content) <= _lines(self.wanted.skeleton)

    def has_text(self) -> bool:
        """Whether the notebooks that are read have text of their own."""
        return any(self.seen[book].has_text for book in self.books)


def _is_title_page(name: str, content: bytes) -> bool:
    """Whether a readme has no more than headings, such as that which a host of repositories makes."""
    return name.casefold().startswith("readme") and all(line.startswith(b"#") for line in _lines(content))


def _lines(text: bytes) -> frozenset[bytes]:
    return frozenset(line.strip() for line in text.splitlines()) - {b""}
