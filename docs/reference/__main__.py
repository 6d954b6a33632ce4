"""Writes the pages of this folder, and the map of modules, from the code: `python docs/reference`."""

from __future__ import annotations

import ast
import inspect
import io
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import typing
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel
from rich.console import Console
from rich.text import Text

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from grader.checks.api import expect as expect_api  # noqa: E402
from grader.checks.api import reply as reply_api  # noqa: E402
from grader.cli import cli  # noqa: E402
from grader.model import record  # noqa: E402
from grader.rubric import model as rubric_model  # noqa: E402
from grader.rubric import writeup_keys  # noqa: E402
from tests.test_layers import ROOMS, dotted, imported_modules  # noqa: E402

NOTICE = "<!-- Written by `python docs/reference` from the code; a test holds it against it. -->\n"


def pages() -> dict[str, str]:
    """Every page by its path from the root."""
    return {
        "docs/reference/rubric.md": _page("Keys of a rubric", _rubric()),
        "docs/reference/checks.md": _page("What a check can use", _checks()),
        "docs/reference/commands.md": _page("Commands", _commands()),
        "docs/reference/results.md": _page("results.jsonl", _results()),
        "docs/reference/modules.md": _page("Map of the modules", _modules()),
    }


def _page(title: str, parts: Iterator[str]) -> str:
    return f"# {title}\n\n{NOTICE}\n" + "\n".join(parts).rstrip() + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


# ── rubric ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rubric() -> Iterator[str]:
    yield "A fault is told with file, line and key; `rubrics/rubric.schema.json` lets an editor complete these keys.\n"
    entries = [
        value
        for value in vars(rubric_model).values()
        if inspect.isclass(value) and issubclass(value, rubric_model.Entry) and value is not rubric_model.Entry
    ]
    for model in reversed(entries):
        yield from _keys(model, _title(model))
    yield "## Kinds of write-up checks\n"
    yield "Besides the keys of every check; `examples`, `given`, `equal_nan` and `forbids` say nothing to them.\n"
    for kind, spec in writeup_keys.SPECS.items():
        yield from _keys(spec, f"kind: {kind}", "###")
    parts = [value for value in vars(writeup_keys).values() if _is_part(value)]
    yield "## What these keys hold\n"
    for part in parts:
        yield from _keys(part, _title(part), "###")


def _is_part(value: Any) -> bool:
    specs = (*writeup_keys.SPECS.values(), writeup_keys.Kind, writeup_keys.Part)
    return inspect.isclass(value) and issubclass(value, writeup_keys.Part) and value not in specs


def _title(model: type[Any]) -> str:
    words = re.sub(r"(?<!^)([A-Z])", r" \1", model.__name__.removesuffix("Entry")).lower()
    return words[:1].upper() + words[1:]


def _keys(model: type[Any], title: str, level: str = "##") -> Iterator[str]:
    yield f"{level} {title}\n\n{inspect.cleandoc(model.__doc__ or '')}\n"
    yield "| key | | |\n| --- | --- | --- |"
    for name, description, default in _described(model):
        said = "needed" if default is MISSING else "" if default in ("", None, (), {}, []) else _default(default)
        yield f"| `{name}` | {_cell(description)} | {said} |"
    yield ""


def _described(model: type[Any]) -> Iterator[tuple[str, str, Any]]:
    """Name, description and default of each key."""
    if issubclass(model, BaseModel):
        for name, field in model.model_fields.items():
            default = MISSING if field.is_required() else field.get_default(call_default_factory=True)
            yield name, field.description or "", default
    else:
        for one in fields(model):
            yield one.name, one.metadata["description"], writeup_keys.default_of(one)


def _default(value: Any) -> str:
    return "" if isinstance(value, BaseModel) else f"`{str(value).lower() if isinstance(value, bool) else value}`"


# ── student and expect ────────────────────────────────────────────────────────────────────────────────────────────────


def _checks() -> Iterator[str]:
    yield "A check is a hypothesis test in `rubrics/<assignment>.py` that asks for `student` and `expect` by name,"
    yield "and may ask for `reference` and `rng`. How to write good ones stands in [authoring.md](../authoring.md).\n"
    yield "## expect\n"
    yield from _methods(expect_api.Expect, "expect")
    yield "## What a call of the student's function comes back with\n"
    yield from _methods(reply_api.Reply, "reply", operators=True)


def _methods(owner: type, name: str, *, operators: bool = False) -> Iterator[str]:
    for key, member in vars(owner).items():
        if key.startswith("_") or not inspect.isfunction(member):
            continue
        parameters = [part for part in inspect.signature(member).parameters.values() if part.name != "self"]
        shown = ", ".join(str(part.replace(annotation=inspect.Parameter.empty)) for part in parameters)
        star = next((n for n, part in enumerate(parameters) if part.kind is part.KEYWORD_ONLY), None)
        if star is not None and not any(part.kind is part.VAR_POSITIONAL for part in parameters):
            pieces = [str(part.replace(annotation=inspect.Parameter.empty)) for part in parameters]
            shown = ", ".join([*pieces[:star], "*", *pieces[star:]])
        yield f"### `{name}.{key}({shown})`\n\n{_prose(member)}\n"
    if operators:
        special = sorted(key for key in vars(owner) if key.startswith("__") and inspect.isfunction(vars(owner)[key]))
        yield "Besides: " + ", ".join(f"`{key}`" for key in special if key != "__init__") + ".\n"


def _prose(member: Any) -> str:
    head, arguments = _documented(member)
    return "\n".join([head, *([""] if arguments else []), *(f"- `{name}`: {said}" for name, said in arguments.items())])


def _documented(member: Any) -> tuple[str, dict[str, str]]:
    """A docstring's text, and what it says of each argument."""
    head, _, arguments = inspect.cleandoc(member.__doc__ or "").partition("\nArgs:\n")
    arguments = arguments.partition("\n\n")[0]
    found = (line.strip().partition(":") for line in re.split(r"\n(?=    \w)", arguments) if line.strip())
    return head.strip(), {name: " ".join(said.split()) for name, _, said in found}


# ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _commands() -> Iterator[str]:
    yield "Exit codes of all: 0 done, 1 something is ungraded, 2 a wrong call or rubric, 3 a bug of grader's own,"
    yield "130 interrupted. `grader COMMAND --help` prints the same.\n"
    root = click.Context(cli, info_name="grader")
    for name in cli.list_commands(root):
        command = cli.get_command(root, name)
        context = click.Context(command, info_name=name, parent=root)
        usage = " ".join(["grader", name, *command.collect_usage_pieces(context)])
        yield f"## grader {name}\n\n```\n{usage}\n```\n\n{inspect.cleandoc(command.help or '').replace(chr(8), '')}\n"
        options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
        if options:
            yield "| option | |\n| --- | --- |"
            for option in options:
                shown, said = option.get_help_record(context)
                yield f"| `{_cell(shown)}` | {_cell(said)} |"
            yield ""


# ── results ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _results() -> Iterator[str]:
    yield f"One line of JSON a submission, by id; schema {record.SCHEMA}."
    yield "The same inputs give the same bytes but for `seconds`.\n"
    for name in ("ResultRecord", "QuestionRecord", "CheckRecord", "SeedRecord", "CounterexampleRecord"):
        owner = getattr(record, name)
        head, said = _documented(owner)
        yield f"## {name.removesuffix('Record')}\n\n{head}\n\n| key | | |\n| --- | --- | --- |"
        for key, kind in typing.get_type_hints(owner, include_extras=True).items():
            yield f"| `{key}` | {_cell(_type(kind))} | {_cell(said.get(key, ''))} |"
        yield ""


def _type(kind: Any) -> str:
    if typing.get_origin(kind) is typing.NotRequired:
        return _type(typing.get_args(kind)[0]) + "; not always there"
    if typing.get_origin(kind) is typing.Literal:
        return ", ".join(f"`{word}`" for word in typing.get_args(kind))
    if typing.get_origin(kind) is list:
        return f"list of {_type(typing.get_args(kind)[0])}"
    if type(kind) is not type and typing.get_args(kind):
        return " or ".join(map(_type, typing.get_args(kind)))
    words = {str: "text", float: "number", int: "whole number", type(None): "null", bool: "true or false"}
    return words.get(kind) or getattr(kind, "__name__", str(kind)).removesuffix("Record")


# ── modules ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _modules() -> Iterator[str]:
    yield (
        "Room by room, lowest first; within a room a file comes after all that it imports, "
        "so that each can be read in turn.\n"
    )
    for room in ROOMS:
        folder = ROOT / "grader" / room
        files = reading_order(folder) if folder.is_dir() else [folder.with_suffix(".py")]
        yield f"## {room}\n\n| | |\n| --- | --- |"
        for path in files:
            name = path.relative_to(ROOT / "grader").as_posix().replace("/__init__.py", "/")
            yield f"| `{name}` | {_first_line(path)} |"
        yield ""


def reading_order(folder: Path) -> list[Path]:
    """The files of a room, each after those of them that it imports; by name where nothing else decides."""
    files = {dotted(path): path for path in sorted(folder.rglob("*.py"))}
    needed = {name: imported_modules(path, files) - {name} for name, path in files.items()}
    order: list[str] = []
    while ready := [name for name in files if name not in order and needed[name] <= set(order)]:
        order.append(ready[0])
    return [files[name] for name in order]


def _first_line(path: Path) -> str:
    return _cell((ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n\n")[0])


# ── a picture of the terminal ─────────────────────────────────────────────────────────────────────────────────────────

SHOWN = ("grade", "hw1", "submissions/hw1/hana")
LINES = 25  # of the question, as many as show one mistake whole


def shown_lines(printed: str) -> list[str]:
    """Of what `grader grade` prints of the student, the question with the mistake."""
    lines = printed.splitlines()
    first = next(number for number, line in enumerate(lines) if Text.from_ansi(line).plain.startswith("q2"))
    return lines[first : first + LINES]


def picture() -> str:
    """What `grader grade` prints, as a picture that needs no font from elsewhere."""
    command = [sys.executable, "-m", "grader", *SHOWN]
    wide = {**os.environ, "COLUMNS": "80", "FORCE_COLOR": "1", "COLORTERM": "truecolor"}
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run([*command, "--out", out], cwd=ROOT, env=wide, capture_output=True, text=True, check=True)
    screen = Console(record=True, width=80, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for line in ["$ grader " + " ".join(SHOWN), *shown_lines(done.stdout)]:
        screen.print(Text.from_ansi(line), no_wrap=True)
    svg = screen.export_svg(title="grader", unique_id="grader")
    return re.sub(r"\s*@font-face \{[^}]*\}", "", svg)


if __name__ == "__main__":
    (ROOT / "docs/terminal.svg").write_text(picture(), encoding="utf-8")
    for name, text in pages().items():
        (ROOT / name).write_text(text, encoding="utf-8")
        print(textwrap.shorten(f"wrote {name}", 100))
