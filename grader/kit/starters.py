"""Starter modules: the signatures of the model answer and what the handout says of them, and nothing else of it."""

from __future__ import annotations

import ast
import builtins
import operator
import textwrap
from collections.abc import Iterable, Iterator, Mapping

from grader.rubric.names import bound_names
from grader.worker.module_names import files_by_module, module_name

_WIDTH = 100
# Special methods by which a class's users call it; others are how it is made.
_OPERATORS = frozenset(
    {"__init__", "__call__", "__len__", "__iter__", "__next__", "__reversed__", "__enter__", "__exit__", "__bool__"}
    | {f"__{r}{name.strip('_')}__" for name in dir(operator) if name.startswith("__") for r in ("", "r")}
)
# What decides how a method is called.
_MANNERS = frozenset({"staticmethod", "classmethod", "property", "cached_property"})
# Classes made of the names in their body.
_OF_FIELDS = frozenset({"NamedTuple", "TypedDict", "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})
Definition = ast.FunctionDef | ast.AsyncFunctionDef


def starters(
    sources: Mapping[str, bytes | str], called: Iterable[str], described: Mapping[str, str], pointer: str
) -> dict[str, str]:
    """The text of each starter module, by its file's name.

    Args:
        sources: the model answer's modules, by file.
        called: `module.name` of what checks call; nothing else is in the starters.
        described: what the handout says of a function; the model answer's docstring stands in where it says nothing.
        pointer: the first line of each module, which says where the task is told.
    """
    wanted: dict[str, list[str]] = {}
    for file, function in _places(called, sources):
        wanted.setdefault(file, []).append(function)
    own = frozenset(module_name(file)[0].partition(".")[0] for file in sources)
    return {
        file: _starter(ast.parse(sources[file]), own, frozenset(names), described, pointer)
        for file, names in sorted(wanted.items())
    }


def _places(called: Iterable[str], sources: Mapping[str, bytes | str]) -> Iterator[tuple[str, str]]:
    """The file and the name in it of each function, of those that lie in the sources."""
    files = files_by_module(sources)
    for name in called:
        module, _, function = name.rpartition(".")
        if f"{module}.{function}" in files:  # a module whose function is called by the name of both
            module = f"{module}.{function}"
        if module in files:
            yield files[module], function


def without_description(
    sources: Mapping[str, bytes | str], called: Iterable[str], described: Mapping[str, str]
) -> list[str]:
    """`module.name` of what is handed out with the model answer's own docstring."""
    found = []
    for file, function in _places(sorted(set(called)), sources):
        for node in ast.parse(sources[file]).body:
            if isinstance(node, Definition | ast.ClassDef) and node.name == function and function not in described:
                found += [f"{module_name(file)[0]}.{function}"] if ast.get_docstring(node) else []
    return found


def _starter(
    tree: ast.Module, own: frozenset[str], names: frozenset[str], described: Mapping[str, str], pointer: str
) -> str:
    imports = dict(_imports(tree, own))
    signatures = _Signatures(frozenset(imports), names)
    blocks = []
    for node in tree.body:
        if isinstance(node, Definition) and node.name in names:
            blocks.append(signatures.function(node, described.get(node.name)))
        elif isinstance(node, ast.ClassDef) and node.name in names:
            blocks.append(signatures.class_(node, described.get(node.name)))
        else:  # made by a call, or imported from a module of the model answer's own
            blocks += [f"def {name}(*args, **kwargs):\n{_body(described.get(name))}"
                       for name in bound_names(node) if name in names]  # fmt: skip
    needed = dict.fromkeys(statement for name, statement in imports.items() if name in signatures.used)
    head = [f'"""{pointer}"""', *(["\n".join(needed)] if needed else [])]
    return "\n\n".join(head) + "\n\n\n" + "\n\n\n".join(blocks) + "\n"


def _imports(tree: ast.Module, own: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each name that a module imports from elsewhere than the model answer, and the statement that does so."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            statements: list[ast.Import | ast.ImportFrom] = [ast.Import([alias]) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            statements = [ast.ImportFrom(node.module, [alias], 0) for alias in node.names]
        else:
            continue
        for statement in statements:
            source = statement.module if isinstance(statement, ast.ImportFrom) else statement.names[0].name
            if str(source).partition(".")[0] not in own:
                yield next(bound_names(statement)), ast.unparse(statement)


class _Signatures:
    """Writes signatures; notes which imported names they use.

    Args:
        imported: the names that a starter may import.
        own: those that it has itself.
    """

    def __init__(self, imported: frozenset[str], own: frozenset[str] = frozenset()) -> None:
        self._imported = imported
        self._own = own
        self.used: set[str] = set()

    def function(self, node: Definition, told: str | None) -> str:
        """A function that is still to be written."""
        returns = f" -> {ast.unparse(node.returns)}" if node.returns and self._is_known(node.returns) else ""
        keyword = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
        return (
            f"{keyword} {node.name}({self._arguments(node.args)}){returns}:\n{_body(told or ast.get_docstring(node))}"
        )

    def class_(self, node: ast.ClassDef, told: str | None) -> str:
        """A class whose methods are still to be written; fields and members are what its users see, and stand there."""
        is_beside = {base for base in node.bases if isinstance(base, ast.Name) and base.id in self._own}
        bases = ", ".join(ast.unparse(base) for base in node.bases if base in is_beside or self._is_known(base))
        makers = [maker for maker in node.decorator_list if _last_name(maker) == "dataclass" and self._is_known(maker)]
        parts = ["\n".join(_docstring(told or ast.get_docstring(node)))]
        if makers or any(_last_name(base) in _OF_FIELDS for base in node.bases):
            parts.append("\n".join(self._fields(node)))
        parts += [self._method(part) for part in node.body if isinstance(part, Definition) and _is_offered(part.name)]
        body = textwrap.indent("\n\n".join(filter(None, parts)) or "...", "    ")
        head = [*(f"@{ast.unparse(maker)}" for maker in makers), f"class {node.name}{f'({bases})' if bases else ''}:"]
        return "\n".join([*head, body])

    def _method(self, node: Definition) -> str:
        """A method, with what says how it is called."""
        manners = [one for one in node.decorator_list if _last_name(one) in _MANNERS and self._is_known(one)]
        manners += [one for one in node.decorator_list if _last_name(one) == "setter"]
        return "\n".join([*(f"@{ast.unparse(one)}" for one in manners), self.function(node, None)])

    def _fields(self, node: ast.ClassDef) -> Iterator[str]:
        """The fields of a dataclass, the members of an enumeration."""
        for part in node.body:
            if isinstance(part, ast.AnnAssign):
                annotation = ast.unparse(part.annotation) if self._is_known(part.annotation) else "object"
                default = f" = {ast.unparse(self._default(part.value))}" if part.value else ""
                yield f"{ast.unparse(part.target)}: {annotation}{default}"
            elif isinstance(part, ast.Assign):
                yield f"{ast.unparse(part.targets[0])} = {ast.unparse(self._default(part.value))}"

    def _arguments(self, arguments: ast.arguments) -> str:
        """The arguments; an annotation or a default that needs more than imported names is not told."""
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        for argument in every:
            if argument is not None and not self._is_known(argument.annotation):
                argument.annotation = None
        arguments.defaults = [self._default(value) for value in arguments.defaults]
        arguments.kw_defaults = [value and self._default(value) for value in arguments.kw_defaults]
        return ast.unparse(arguments)

    def _default(self, value: ast.expr) -> ast.expr:
        return value if self._is_known(value) else ast.Constant(...)

    def _is_known(self, node: ast.expr | None) -> bool:
        if node is None:
            return False
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} - set(dir(builtins))
        if not names <= self._imported:
            return False
        self.used |= names
        return True


def _is_offered(method: str) -> bool:
    return not method.startswith("_") or method in _OPERATORS


def _last_name(node: ast.expr) -> str:
    """`dataclass` of `@dataclasses.dataclass(frozen=True)`."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _body(told: str | None) -> str:
    return textwrap.indent("\n".join([*_docstring(told), "raise NotImplementedError"]), "    ")


def _docstring(told: str | None) -> list[str]:
    """The lines of a docstring."""
    if not told:
        return []
    text = told.replace("\\", "\\\\").replace('"""', "'''")
    lines = [part for line in text.split("\n") for part in textwrap.wrap(line, _WIDTH - 4) or [""]]
    if len(lines) == 1:
        return [f'"""{lines[0]}"""']
    return [f'"""{lines[0]}', *lines[1:], '"""']
