"""From a rubric's bytes to a tree whose every node knows its line, nothing guessed about its scalars' types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import yaml

from grader.errors import Fault, RubricError
from grader.rubric.files import read_regular
from grader.rubric.messages import mismatch

# The bundled rubric has 15 kB, some 1,500 nodes and 7 levels; these leave room for fifty times that.
MAX_BYTES = 1_000_000
MAX_NODES = 50_000
MAX_DEPTH = 20

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INDENTED_BY_TAB = re.compile(r" *\t")


@dataclass(frozen=True)
class Scalar:
    """A text; `plain` where it stands without quotes and may mean a number, true or false."""

    line: int
    text: str
    plain: bool


@dataclass(frozen=True)
class Listing:
    """A sequence."""

    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Mapping:
    """Keys in their order; each with the line of the key and its value."""

    line: int
    entries: dict[str, tuple[int, Node]]


Node = Scalar | Listing | Mapping


def read_bytes(path: Path, file: str) -> bytes:
    """Read a rubric's file, after a look at its size.

    Raises:
        RubricError: the file is absent, unreadable or larger than `MAX_BYTES`.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            way_out = "split the assignment, or move long texts into the handout"
            raise RubricError([Fault(file, 1, "", f"expected at most 1 MB, got {size / 1e6:.1f} MB; {way_out}")])
        return read_regular(path)
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        raise RubricError(
            [Fault(file, 1, "", f"cannot be read ({reason}): put a file there that you may read")]
        ) from None


def parse(content: bytes, file: str) -> tuple[Mapping, list[Fault]]:
    """Compose the tree, with the faults that leave it readable: repeated keys, explicit tags, keys that are no text.

    Raises:
        RubricError: the rest cannot be read: its encoding or syntax is wrong, it is too deep or too large.
    """
    text = _decode(content, file)
    composer = _Composer(text, file)
    try:
        root = composer.document()
    except yaml.MarkedYAMLError as error:
        composer.stop(*_syntax_fault(error, text))
    except yaml.YAMLError as error:
        composer.stop(1, f"YAML stops here: {' '.join(str(error).split())}")
    if not isinstance(root, Mapping):
        got = root.text or None if isinstance(root, Scalar) else root.items if root else None
        composer.stop(root.line if root else 1, mismatch("a mapping at the top", got, "begin with `assignment: …`"))
    return root, composer.faults


def _decode(content: bytes, file: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"expected UTF-8, got the byte 0x{content[error.start]:02x}; save the file as UTF-8"
        raise RubricError([Fault(file, line, "", message)]) from None
    found = _UNPRINTABLE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        message = f"expected printable text, got the control character {found[0]!r}; delete it"
        raise RubricError([Fault(file, line, "", message)])
    return text


def _syntax_fault(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    mark = error.problem_mark or error.context_mark
    line = mark.line if mark else 0
    lines = text.split("\n")
    if line < len(lines) and _INDENTED_BY_TAB.match(lines[line]):
        return line + 1, "expected spaces, got a tab; YAML indents with spaces only"
    context = f", {error.context}" if error.context else ""
    if error.context_mark and error.context_mark.line != line:
        context += f" that begins on line {error.context_mark.line + 1}"
    return line + 1, f"YAML stops here: {error.problem}{context}"


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


@dataclass
class _Composer:
    """Builds nodes from PyYAML's events: its own composer recurses without end and lets a repeated key win."""

    text: str
    file: str
    faults: list[Fault] = field(default_factory=list)
    anchors: dict[str, tuple[Node, int]] = field(default_factory=dict)
    n_nodes: int = 0
    events: Iterator[yaml.Event] = field(init=False)

    def __post_init__(self) -> None:
        self.events = yaml.parse(self.text, Loader=_LOADER)

    def fault(self, line: int, message: str) -> None:
        self.faults.append(Fault(self.file, line, "", message))

    def stop(self, line: int, message: str) -> NoReturn:
        self.fault(line, message)
        raise RubricError(self.faults)

    def document(self) -> Node | None:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                self.stop(_line(event), "expected one document, got a second `---`; delete it")
            if isinstance(event, yaml.NodeEvent):
                root = self.node(event, 1)
        return root

    def node(self, event: yaml.Event, depth: int) -> Node:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            return self.resolve_alias(str(event.anchor), line)
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        self.count(1, line)
        if depth > MAX_DEPTH:
            self.stop(line, f"expected at most {MAX_DEPTH} levels, got one more; a rubric needs about 7")
        if event.tag not in (None, "!"):
            self.fault(line, f"expected no explicit tag, got {event.tag!r}; delete it, and quote what is text")
        before = self.n_nodes
        node = self.compose(event, line, depth)
        if event.anchor:
            self.anchors[event.anchor] = node, self.n_nodes - before + 1
        return node

    def compose(self, event: yaml.Event, line: int, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(line, event.value, plain=event.style in (None, ""))
        if isinstance(event, yaml.SequenceStartEvent):
            return Listing(line, tuple(self.nodes_until(yaml.SequenceEndEvent, depth)))
        return Mapping(line, self.entries(depth))

    def nodes_until(self, end: type[yaml.Event], depth: int) -> Iterator[Node]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield self.node(event, depth + 1)

    def entries(self, depth: int) -> dict[str, tuple[int, Node]]:
        entries: dict[str, tuple[int, Node]] = {}
        nodes = self.nodes_until(yaml.MappingEndEvent, depth)
        for key, value in zip(nodes, nodes, strict=True):
            if not isinstance(key, Scalar):
                self.fault(key.line, "expected a name as key, got a list or mapping; quote the key if it is text")
            elif key.text in entries:
                first = entries[key.text][0]
                self.fault(
                    key.line,
                    f"expected each key once, got {key.text!r} again (first on line {first}); keep one",
                )
            else:
                entries[key.text] = key.line, value
        return entries

    def resolve_alias(self, name: str, line: int) -> Node:
        if name not in self.anchors:
            self.stop(line, f"expected an anchor `&{name}` that ends above, got none; write the value out")
        node, size = self.anchors[name]
        self.count(size, line)
        return node

    def count(self, more: int, line: int) -> None:
        self.n_nodes += more
        if self.n_nodes > MAX_NODES:
            self.stop(
                line,
                f"expected at most {MAX_NODES} values, aliases counted as often as used, got more; use fewer aliases",
            )
