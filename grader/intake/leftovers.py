"""What was not read: who waits for it, what is doubted because of it, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grader.intake.finding import DECIDES, Finding
from grader.intake.near_names import is_near, is_near_stem
from grader.intake.searching import Found, join_names
from grader.intake.texts import bare_links, books_with_raw_text, code_with_text, documents_with_code
from grader.worker.disguises import why_not_code, why_not_text
from grader.worker.files import IMAGES, TEXTS, kind_of, lies_last

_PRINT = "it is a print; the notebook itself is wanted"
_NO_CODE = "it is no code that can be run"
_RAW = "it is neither Markdown nor code"
_OTHER_COUNTS = "another file counts"
_CODE = ("python", "notebook", "archive")
_MAX_TOLD = 10
_FEW_WORDS = 3


def wait_for_unread(finding: Finding) -> None:
    """Let a person decide about what is absent where something that may hold it was not read."""
    code, text = unread_code(finding), unread_text(finding)
    for module in finding.absent:
        blank = blanks(finding, [module])
        may_hold = blank | code | documents_with_code(finding, finding.wanted.functions[module])
        if finding.book_of(module) is None and may_hold:
            lacks = "" if blank else f"There is no {finding.wanted.files[module]}. "
            finding.waits[module] = f"{lacks}{describe_unread(may_hold)} {DECIDES}"
    if finding.wanted.write_up and finding.write_up is None and "" not in finding.waits and text:
        finding.waits[""] = f"There is no {finding.wanted.write_up}. {describe_unread(text)} {DECIDES}"


def blanks(finding: Finding, modules: Iterable[str]) -> dict[str, str]:
    """The files of modules in which nothing arrived, or something that is no module."""
    paths = [finding.unwritten[module] for module in modules if module in finding.unwritten]
    return {finding.display(path): why for path in paths if (why := finding.why_no_source(path))}


def unread_code(finding: Finding) -> dict[str, str]:
    """What may hold code and was not read, and why."""
    unread = {
        finding.display(path): why
        for path, why in finding.tree.unread.items()
        if not lies_last(path) and (kind_of(path) in _CODE or "." not in path.rpartition("/")[2])
    }
    books = sorted(path for path in finding.tree.files if kind_of(path) == "notebook" and finding.problem(path))
    rest = [*finding.tree.others, *(path for path in finding.tree.files if kind_of(path) == "document")]
    disguised = {finding.display(path): why for path in rest if (why := why_not_code(path))}
    modules = [path for path, data in finding.tree.files.items() if kind_of(path) == "python" and data.strip()]
    return {
        **unread,
        **{finding.display(path): finding.problem(path) for path in books},
        **{finding.display(path): why for path in modules if (why := finding.why_no_source(path))},
        **{finding.display(path): _NO_CODE for path in _instead_of_code(finding)},
        **{finding.display(path): _PRINT for path in rest if _is_print(path, finding)},
        **disguised,
        **{finding.display(path): "it holds a link, and not what it leads to" for path in bare_links(finding)},
    }


def _instead_of_code(finding: Finding) -> list[str]:
    """Where no code at all was handed in, what may be a print or a picture of it: what a person has to open, and the
    write-up does not speak of."""
    if any(kind_of(path) in _CODE for path in finding.tree.files):
        return []
    text = finding.write_up[1] if finding.write_up is not None else b""
    return sorted(
        path
        for path in (*finding.tree.files, *finding.tree.others)
        if path != finding.write_up_path
        and (path.lower().endswith(IMAGES) or (finding.may_be_write_up(path) and not path.lower().endswith(TEXTS)))
        and path.rpartition("/")[2].encode("utf-8", "replace") not in text
    )


def _is_print(path: str, finding: Finding) -> bool:
    """Whether a document bears a notebook's name."""
    name = path.rpartition("/")[2]
    is_text = name.lower().endswith(TEXTS) and not name.lower().endswith((".html", ".htm"))
    return kind_of(path) == "document" and not is_text and is_near_stem(name, finding.wanted.notebook)


def unread_text(finding: Finding) -> dict[str, str]:
    """What may hold a write-up and was not read, and why."""
    tree = finding.tree
    documents = [path for path in (*tree.files, *tree.others)
                 if path != finding.write_up_path and finding.may_be_write_up(path)]  # fmt: skip
    if finding.write_up is None:  # beside a write-up they are its figures
        documents += [path for path in tree.others if path.lower().endswith(IMAGES)]
    unread = {finding.display(path): why for path, why in tree.unread.items() if kind_of(path) == "document"}
    books = [path for path in finding.notebooks if path not in finding.books and finding.seen[path].has_text]
    return {
        **unread_code(finding),
        **unread,
        **{finding.display(path): why for path in tree.others if (why := why_not_text(path))},
        **{finding.display(path): f"it is no {finding.wanted.write_up}" for path in sorted(documents)},
        **{f"A raw cell of {finding.display(book)}": _RAW for book in books_with_raw_text(finding)},
        **{f"The text in {finding.display(path)}": "it stands in a script" for path in code_with_text(finding)},
        **{finding.display(path): _why_other(finding) for path in books},
    }


def doubts(finding: Finding) -> dict[str, str]:
    """By `module.function` that is nowhere, and under "" for the write-up, what was not read and may have it."""
    found = {}
    for module, asked in finding.wanted.functions.items():
        seen = finding.seen.get(finding.source_of(module) or "")
        for name in () if seen is None else asked:
            if (
                seen is not None
                and name not in seen.written | seen.elsewhere
                and (why := _elsewhere(finding, module, name))
            ):
                found[f"{module}.{name}"] = f"{why} {DECIDES}"
    text = unread_text(finding)
    if finding.write_up_path:  # then only what bears its name, or is spoken of in it, may hold the rest
        text = {path: why for path, why in text.items() if _may_go_on(finding, path)}
    if finding.write_up is not None and text:
        lacks = "" if finding.write_up_path else f"There is no {finding.wanted.write_up}. "
        found[""] = f"{lacks}{describe_unread(text)} {DECIDES}"
    return found


def _may_go_on(finding: Finding, path: str) -> bool:
    """Whether a document that was not read may be what the write-up goes on in."""
    content = finding.write_up[1] if finding.write_up is not None else b""
    name = path.rpartition("/")[2]
    is_empty = len(content.split()) < _FEW_WORDS or finding.is_skeleton(content)
    return name.encode() in content or is_near_stem(name, finding.wanted.write_up) or is_empty


def _elsewhere(finding: Finding, module: str, name: str) -> str:
    """What was not read and may define a function."""
    source = finding.source_of(module)
    read = {found.path for found in finding.found.values()} | {source}
    holders = sorted(path for path, seen in finding.seen.items() if name in seen.written and path not in read)
    if holders:
        return f"It stands in {join_names([finding.display(path) for path in holders])}, which was not read."
    may_hold = unread_code(finding) | documents_with_code(finding, [name])
    return describe_unread(may_hold) if may_hold else ""


def refusal(finding: Finding) -> str:
    """Why nothing could be read at all; empty where something could."""
    tree, write_up = finding.tree, finding.write_up
    if finding.found or finding.books or (write_up is not None and not finding.is_skeleton(write_up[1])):
        return ""
    code = [path for path in tree.files if kind_of(path) == "python" and not finding.why_no_source(path)]
    if set(code) - set(finding.unwritten.values()):
        return ""
    documents = {
        finding.display(path): "it is of a kind that is not read"
        for path in tree.others
        if finding.may_be_write_up(path)
    }
    unread = {finding.display(path): why for path, why in tree.unread.items()}
    everything = {**unread, **unread_code(finding), **documents, **blanks(finding, finding.unwritten)}
    return f"Nothing that was handed in could be read. {describe_unread(everything)}" if everything else ""


def describe_unread(unread: Mapping[str, str]) -> str:
    """What was not read and why, in sentences; the first few by name."""
    some = [f"{path} was not read: {why}." for path, why in list(unread.items())[:3]]
    return " ".join(some + ([f"{len(unread) - 3} more were not read."] if len(unread) > 3 else []))


def tell_unread(finding: Finding) -> None:
    """Name what was not read: what could not be, other notebooks, and copies of what was found."""
    for why in dict.fromkeys(finding.tree.unread.values()):
        paths = [finding.display(path) for path, other in finding.tree.unread.items() if other == why]
        more = [f"{len(paths) - _MAX_TOLD} more"] if len(paths) > _MAX_TOLD else []
        start = "was not read:" if len(paths) == 1 else "were not read, each since"
        finding.notes.append(f"{join_names(paths[:_MAX_TOLD] + more)} {start} {why}.")
    for path in finding.tree.files:
        if kind_of(path) == "notebook" and path not in {*finding.books, *finding.run_by_others}:
            why = finding.problem(path) or _why_other(finding)
            finding.notes.append(f"{finding.display(path)} was not read: {why}.")
        elif _is_copy(finding, path) or _is_another_source(finding, path):
            finding.notes.append(f"{finding.display(path)} was not read: {_OTHER_COUNTS}.")


def _why_other(finding: Finding) -> str:
    """Why a notebook is not read that could be."""
    is_open = finding.waits.keys() - {""} and not finding.books
    return "it is not clear which one counts" if is_open else _OTHER_COUNTS


def _is_another_source(finding: Finding, path: str) -> bool:
    """Whether a file that no module is read from, and none speaks of, defines what another one counts for."""
    read = {found.path for found in finding.found.values()}
    if kind_of(path) != "python" or path in read or path in finding.unwritten.values():
        return False
    stem = path.rpartition("/")[2].removesuffix(".py").encode()
    sources = [finding.tree.files[one] for one in read] + [finding.seen[book].cells for book in finding.books]
    is_used = finding.tree.files[path] in sources or any(stem in source for source in sources)
    return not is_used and any(finding.defines(path, module) for module in finding.wanted.functions
                               if finding.source_of(module) and module not in finding.waits)  # fmt: skip


def _is_copy(finding: Finding, path: str) -> bool:
    """Whether a file bears a wanted name, or a near one, and another was found."""
    chosen = {found.path for found in finding.found.values()}
    for wanted in filter(None, (*finding.wanted.files.values(), finding.wanted.write_up)):
        is_its = path == finding.tree.top + wanted or path in chosen
        if not is_its and is_near(path.rpartition("/")[2], wanted.rpartition("/")[2]):
            found = finding.look_for(wanted)
            return (
                isinstance(found, Found)
                and found.path != path
                and finding.tree.files[found.path] != finding.tree.files[path]
            )
    return False
