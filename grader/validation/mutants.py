"""Mutants of the model answer: each is one small slip in one place, made by mutmut's operators."""

from __future__ import annotations

import ast
import difflib
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.rubric.names import bound_names
from grader.worker.module_names import module_name

if TYPE_CHECKING:
    import libcst

# Where a slip changes what is said, not what is computed.
_SKIPPED = ("Annotation", "Decorator", "Import", "ImportFrom", "Raise", "Assert")


@dataclass(frozen=True)
class Mutant:
    """A module of the model answer with one slip.

    Args:
        id: `module.definition:hash`; it stays the same while the changed statement and the definition's name do.
        module: the dotted name of the module that is changed.
        file: where it stands.
        definition: the top-level name in which the change lies.
        line: where the change begins.
        diff: the changed lines, `- before` and `+ after`.
        source: the whole module's text.
    """

    id: str
    module: str
    file: str
    definition: str
    line: int
    diff: str
    source: str


def mutants_of(
    sources: Mapping[str, str | bytes], is_wanted: Callable[[str], bool] = lambda _definition: True
) -> list[Mutant]:
    """Every mutant of some modules (text by file name) that is other code than the original and than each other.

    Args:
        is_wanted: whether mutants of a definition, as `module.name`, are asked for.

    Raises:
        UsageError: mutmut is not installed.
    """
    return [
        mutant
        for file, text in sources.items()
        for mutant in _of_module(file, text.decode() if isinstance(text, bytes) else text, is_wanted)
    ]


def _of_module(file: str, text: str, is_wanted: Callable[[str], bool]) -> Iterator[Mutant]:
    module = module_name(file)[0]
    times: Counter[str] = Counter()
    for part in _parts(text):
        originals = ast.parse(part.code).body
        if not any(is_wanted(f"{module}.{name}") for name in map(_name, originals) if name is not None):
            continue
        dumps = [ast.dump(statement) for statement in originals]
        known: set[tuple[int, str]] = set()
        for changed in part.codes_with_slips():
            others = ast.parse(changed).body
            place = next((i for i, other in enumerate(others) if ast.dump(other) != dumps[i]), None)
            if place is None or (place, ast.dump(others[place])) in known:
                continue
            known.add((place, ast.dump(others[place])))
            name = _name(originals[place])
            if name is None:
                continue
            line, diff = _difference(part.code, changed)
            normalised = _difference(ast.unparse(originals[place]), ast.unparse(others[place]))[1]
            found = f"{module}.{name}:{hashlib.sha256(normalised.encode()).hexdigest()[:8]}"
            times[found] += 1
            suffix = f"-{times[found]}" if times[found] > 1 else ""  # the same slip in the same words, further down
            source = part.before + changed + part.after
            yield Mutant(found + suffix, module, file, name, line + part.before.count("\n"), diff, source)


def _name(statement: ast.stmt) -> str | None:
    """What a top-level statement defines; None for what runs only as a script, and for imports."""
    if isinstance(statement, ast.Import | ast.ImportFrom | ast.If):
        return None
    return next(bound_names(statement), None)


@dataclass(frozen=True)
class _Part:
    """A statement at a module's top: a slip changes one, so that no other has to be written anew.

    Args:
        codes_with_slips: its code with each of mutmut's slips in turn.
        before, after: the rest of the module.
    """

    code: str
    codes_with_slips: Callable[[], Iterator[str]]
    before: str
    after: str


def _parts(text: str) -> Iterator[_Part]:
    try:
        import libcst
        from mutmut.mutation.mutators import mutation_operators
    except ImportError as missing:
        raise UsageError(f"mutants need {missing.name}: pip install '.[validate]' in a checkout of grader") from None

    class Slips(libcst.CSTVisitor):
        """Collects node and replacement."""

        def __init__(self) -> None:
            super().__init__()
            self.found: list[tuple[libcst.CSTNode, libcst.CSTNode]] = []

        def on_visit(self, node: libcst.CSTNode) -> bool:
            if type(node).__name__ in _SKIPPED or _is_text(node):
                return False
            for kind, operator in mutation_operators:
                if isinstance(node, kind):
                    self.found += [(node, replacement) for replacement in operator(node)]
            return True

    tree = libcst.parse_module(text)

    def codes_with_slips(statement: libcst.CSTNode) -> Iterator[str]:
        slips = Slips()
        statement.visit(slips)
        for node, replacement in slips.found:
            other = statement.deep_replace(node, replacement)
            if isinstance(other, libcst.CSTNode):
                yield tree.code_for_node(other)

    codes = [tree.code_for_node(statement) for statement in tree.body]
    end = text.index("".join(codes))
    for statement, code in zip(tree.body, codes, strict=True):
        start, end = end, end + len(code)
        yield _Part(code, partial(codes_with_slips, statement), text[:start], text[end:])


def _is_text(node: libcst.CSTNode) -> bool:
    """Whether a statement is a docstring."""
    return type(node).__name__ == "Expr" and type(node.value).__name__.endswith("String")  # type: ignore[attr-defined]


def _difference(before: str, after: str) -> tuple[int, str]:
    """The first line that changes, and the changed lines."""
    lines, others = before.splitlines(), after.splitlines()
    first, shown = 0, []
    for tag, start, end, other_start, other_end in difflib.SequenceMatcher(None, lines, others, False).get_opcodes():
        if tag != "equal":
            first = first or start + 1
            shown += [f"- {line.strip()}" for line in lines[start:end]]
            shown += [f"+ {line.strip()}" for line in others[other_start:other_end]]
    return first, "\n".join(shown)
