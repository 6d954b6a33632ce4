"""The mutants that an instructor has settled to be no mistakes: they compute the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from grader.errors import Fault, RubricError

FILE = "equivalent_mutants.yaml"
_FORM = "expected a list of entries `- {mutant: module.function:hash, reason: why it computes the same}`"


def read_equivalents(reference: Path) -> dict[str, str]:
    """The reason by mutant; empty where there is no such file beside the model answer.

    Raises:
        RubricError: entries are malformed; all their faults at once.
    """
    path = reference / FILE
    if not path.is_file():
        return {}
    try:
        tree = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise RubricError([Fault(str(path), mark.line + 1 if mark else 1, "", f"YAML stops here: {error}")]) from None
    if tree is None:
        return {}
    if not isinstance(tree, yaml.SequenceNode):
        raise RubricError([Fault(str(path), 1, "", _FORM)])
    found: dict[str, str] = {}
    faults = list(_take(tree, found, str(path)))
    if faults:
        raise RubricError(faults)
    return found


def _take(entries: yaml.SequenceNode, found: dict[str, str], file: str) -> Iterator[Fault]:
    for node in entries.value:
        line = node.start_mark.line + 1
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        fields = {str(key.value): str(value.value).strip() for key, value in pairs}
        if set(fields) != {"mutant", "reason"} or not all(fields.values()):
            yield Fault(file, line, "", _FORM)
        elif fields["mutant"] in found:
            yield Fault(file, line, fields["mutant"], "stands here a second time; keep one of them")
        else:
            found[fields["mutant"]] = " ".join(fields["reason"].split())
