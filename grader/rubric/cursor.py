"""A cursor over the tree: a node, the way to it and its line."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from dataclasses import dataclass

from grader.errors import Fault
from grader.rubric.scalars import NAME
from grader.rubric.yaml_tree import Listing, Mapping, Node, Scalar


@dataclass(frozen=True)
class Place:
    """One node with what a fault has to say about where it is."""

    file: str
    node: Node
    line: int
    path: str = ""

    def at(self, key: str) -> Place | None:
        """What stands under a key, if this is a mapping that has it."""
        if not isinstance(self.node, Mapping) or key not in self.node.entries:
            return None
        line, node = self.node.entries[key]
        return Place(self.file, node, line, self._way_to(key))

    def items(self, key: str = "") -> list[Place]:
        """The items of a list, here or under a key; none where there is no list."""
        place = self.at(key) if key else self
        if place is None or not isinstance(place.node, Listing):
            return []
        items = enumerate(place.node.items)
        return [Place(place.file, item, item.line, f"{place.path}[{i}]") for i, item in items]

    def entries(self) -> list[tuple[str, Place]]:
        """The keys of a mapping with their places; none where this is something else."""
        if not isinstance(self.node, Mapping):
            return []
        return [(key, place) for key in self.node.entries if (place := self.at(key)) is not None]

    @property
    def text(self) -> str | None:
        """A scalar as written; None for lists and mappings and where nothing is written."""
        return self.node.text or None if isinstance(self.node, Scalar) else None

    def text_at(self, key: str) -> str | None:
        """The text under a key, if there is one."""
        place = self.at(key)
        return place.text if place else None

    def follow(self, steps: Iterable[int | str]) -> Place:
        """Walk down as far as the steps lead; steps that the file does not have are passed over."""
        place = self
        for step in steps:
            if isinstance(step, str):
                place = place.at(step) or place
            elif 0 <= step < len(items := place.items()):
                place = items[step]
        return place

    def fault(self, message: str, key: str = "") -> Fault:
        """A fault here, or about a key that is missing here."""
        return Fault(self.file, self.line, self._way_to(key) if key else self.path, message)

    def _way_to(self, key: str) -> str:
        step = key if NAME.fullmatch(key) else reprlib.repr(key)
        return f"{self.path}.{step}" if self.path else step
