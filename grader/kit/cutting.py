"""The rubric as students get it: its visible checks, and of its Python what these need."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from grader.checks.check import Check
from grader.errors import Fault, RubricError
from grader.rubric import CheckSpec, Rubric
from grader.rubric.dependencies import Slices
from grader.rubric.writeup_keys import Kind, Part, RelationSpec, TableSpec, default_of

Entry = dict[str, Any]


def rubric_text(rubric: Rubric, shipped: frozenset[str], seed: int) -> str:
    """The rubric with the checks of `shipped`, as YAML."""
    kept = rubric.restrict(lambda spec: spec.id in shipped)
    questions = [
        {"id": question.id, "title": question.title, "checks": list(map(_entry, question.checks))}
        for question in kept.questions
    ]
    content = {
        "assignment": rubric.assignment,
        "title": rubric.title,
        "modules": list(rubric.modules),
        "write_up": rubric.write_up,
        "seed": seed,
        "limits": asdict(rubric.limits),
        "questions": questions,
    }
    text: str = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
    return text


def _entry(spec: CheckSpec) -> Entry:
    if spec.part == "writeup":
        return {"check": spec.id, "points": exact(spec.points), **_readable(spec)}
    entry: Entry = {"check": _function(spec)}
    if spec.id != entry["check"]:
        entry["id"] = spec.id
    entry |= {"points": exact(spec.points), "examples": spec.examples}
    entry["tolerance"] = [
        {"rtol": tier.rtol, "atol": tier.atol, "credit": exact(tier.credit), "feedback": tier.feedback}
        for tier in spec.tolerance.tiers
    ]
    entry |= {"measure": spec.tolerance.measure, "equal_nan": spec.tolerance.equal_nan}
    besides: Entry = {
        "title": spec.title,
        "hint": spec.hint,
        "hints": dict(spec.hints),
        "forbids": list(spec.forbids),
        "requires": list(spec.requires),
    }
    return entry | {key: value for key, value in besides.items() if value}


def _function(spec: CheckSpec) -> str:
    """The function of the kit's Python; a comparison with the model answer becomes one that is called by its id."""
    return spec.id if spec.matches_reference else spec.function or spec.id


def _readable(spec: CheckSpec) -> Entry:
    """A check of the write-up that reads and does not judge: no expected value, no known mistake, no idea."""
    kind, described = spec.kind, spec.writeup
    if not isinstance(described, Kind):
        return {"kind": kind}
    if kind == "readable":
        return {"kind": kind, **_plain(described)}
    entry: Entry = {"kind": "readable", "reads": kind, "find": _plain(described.find)}
    if isinstance(described, TableSpec):
        entry["columns"] = [_plain(column) for column in described.columns]
    if isinstance(described, RelationSpec):
        entry |= {key: part for key, part in _plain(described).items() if key in ("subjects", "quantity")}
    return entry


def _plain(model: Any) -> Entry:
    """What `model` says, as the loader reads it back; what it need not say is left out."""
    told = {one.name: (getattr(model, one.name), default_of(one)) for one in fields(model)}
    return {name: _as_written(value) for name, (value, default) in told.items() if value != default}


def _as_written(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(map(_as_written, value))
    if isinstance(value, dict):
        return {name: _as_written(part) for name, part in value.items()}
    return _plain(value) if isinstance(value, Part) else value


def exact(points: Fraction) -> int | float | str:
    """Points as the rubric's loader reads them back, exactly."""
    if points.denominator == 1:
        return int(points)
    return float(points) if Fraction(str(float(points))) == points else str(points)


def python_files(path: Path, checks: Sequence[Check]) -> dict[str, str]:
    """The Python of some checks by file name: the rubric's own, and what it imports of the modules beside it.

    A check whose claims are known needs none of it: its docstring stands for it, under its name.

    Raises:
        RubricError: the file hides its names, so nobody can say what a check needs.
    """
    looking = [check for check in checks if check.plan.claims is None]
    known = [check for check in checks if check.plan.claims is not None]
    files: dict[str, str] = {}
    own = _cut(path, {name for check in looking for name in check.spec.names}) if looking else []
    taken = {name for statement in own if isinstance(statement, ast.FunctionDef) for name in [statement.name]}
    stubs = {_function(check.spec): _stub(check) for check in known if _function(check.spec) not in taken}
    name = path.stem
    head = f"The visible checks of {name}; their inputs, and what is expected, are in {name}.cases.zip."
    files[path.name] = f'"""{head}"""\n\n' + _text([*own, *stubs.values()])
    _add_shared(files, path.parent, own)
    return files


def _cut(path: Path, names: Iterable[str]) -> list[ast.stmt]:
    """The statements that names need, without comments, for these are the author's own."""
    slices = Slices(path.read_text(encoding="utf-8"))
    if slices.hides_names:
        way_out = "import what is used by name, so that hidden checks can be left out of the kit"
        raise RubricError([Fault(str(path), 1, "", f"a star import, globals or vars hides names: {way_out}")])
    return [statement for statement in ast.parse(slices.of(names)).body if not _is_text(statement)]


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _add_shared(files: dict[str, str], folder: Path, statements: Sequence[ast.stmt]) -> None:
    """Add what statements import of modules that lie beside the rubrics, as far as it goes."""
    todo = [(name, names) for name, names in _imports(statements, folder).items()]
    wanted: dict[str, set[str]] = {}
    while todo:
        module, names = todo.pop()
        if names <= wanted.get(module, set()):
            continue
        wanted[module] = wanted.get(module, set()) | names
        cut = _cut(folder / f"{module}.py", wanted[module])
        files[f"{module}.py"] = _text(cut)
        todo += _imports(cut, folder).items()


def _imports(statements: Sequence[ast.stmt], folder: Path) -> dict[str, set[str]]:
    """What is used of each module that lies beside the rubrics."""
    found: dict[str, set[str]] = {}
    tree = ast.Module(list(statements), [])
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (folder / f"{node.module}.py").is_file():
            found.setdefault(str(node.module), set()).update(alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if (folder / f"{alias.name}.py").is_file():
                    found.setdefault(alias.name, set()).update(_attributes(tree, alias.asname or alias.name))
    return found


def _attributes(tree: ast.AST, module: str) -> set[str]:
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == module
    }


def _stub(check: Check) -> ast.stmt:
    """A function that bears a check's name and its sentence."""
    [stub] = ast.parse(f"def {_function(check.spec)}(student, expect):\n    ...").body
    assert isinstance(stub, ast.FunctionDef)
    stub.body = [ast.Expr(ast.Constant(check.body.__doc__ or check.id))]
    return stub


def _text(statements: Sequence[ast.stmt]) -> str:
    """Statements as Python, set apart as usual."""
    parts: list[str] = []
    for statement in statements:
        is_block = isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
        parts.append(("\n\n" if is_block else "") + ast.unparse(statement) + "\n")
    return "".join(parts)
