"""Mutants that students write and random mutation does not: clipped, rounded, memoised, right for one shape only.

Each wraps one function of the model answer. It notes whether it ever did anything: one that never acts on what the
checks ask is no mutant of that function, and is not counted. (What float32 costs is for `calibrate` to say: where a
tolerance allows it, it is no mistake.)
"""

from __future__ import annotations

import ast
import hashlib
import textwrap
from collections.abc import Collection, Iterator, Mapping

from grader.validation.mutants import Mutant
from grader.worker.module_names import module_name

ACTED = "_numeric_mutant_acted"

# What is appended to a module. `_changed(result, args)` returns what the mutant answers; `_act()` notes that it acts.
_WRAPPER = """

def _wrapped_{name}():
    import copy, functools
    import numpy as np
    right, state = {name}, {{}}

    def act():
        globals()["{acted}"] = True

    def is_float(value):
        return isinstance(value, (float, np.floating)) or (isinstance(value, np.ndarray) and value.dtype.kind == "f")

    def each(value, change):
        if isinstance(value, (tuple, list)):
            return type(value)([each(item, change) for item in value])
        if not is_float(value) or not np.size(value):
            return value
        other = change(np.asarray(value))
        if other.shape != np.shape(value) or not np.array_equal(other, value, equal_nan=True):
            act()
        return other if isinstance(value, np.ndarray) else (float(other) if other.shape == () else other)

    def shapes(args):
        return tuple(np.shape(arg) for arg in args if isinstance(arg, (np.ndarray, float)))

    @functools.wraps(right)
    def wrong(*args, **named):
{body}
    return wrong


{name} = _wrapped_{name}()
"""

# By kind: what it does, and the body of the wrong function.
KINDS: Mapping[str, tuple[str, str]] = {
    "clipped": ("clips what it is given to ±20", "args = [each(arg, lambda a: np.clip(a, -20, 20)) for arg in args]\nreturn right(*args, **named)"),
    "epsilon": ("adds 1e-5 to its result", "return each(right(*args, **named), lambda a: a + 1e-5)"),
    "one shape": (
        "is right for the shapes of its first call only",
        "result = right(*args, **named)\nif shapes(args) == state.setdefault('shapes', shapes(args)):\n    return result\nreturn each(result, lambda a: a * 1.1 + 0.1)",
    ),
    "one value": (
        "is right for the values of its first call only",
        "result = right(*args, **named)\nif repr((args, named)) == state.setdefault('values', repr((args, named))):\n    return result\nreturn each(result, lambda a: a * 1.1 + 0.1)",
    ),
    "memoised": (
        "remembers results by its first argument only",
        "if len(args) + len(named) < 2:\n    return right(*args, **named)\nkey = repr(args[:1])\nif key in state:\n    act()\nelse:\n    state[key] = right(*args, **named)\nreturn copy.deepcopy(state[key])",
    ),
    "by shape": (
        "remembers results by the shapes of its arguments",
        "if not shapes(args):\n    return right(*args, **named)\nkey = repr((shapes(args), sorted(named)))\nif key in state:\n    act()\nelse:\n    state[key] = right(*args, **named)\nreturn copy.deepcopy(state[key])",
    ),
    "square": (
        "takes matrices to be square",
        "return each(right(*args, **named), lambda a: a.T.reshape(a.shape) if a.ndim == 2 and min(a.shape) > 1 and a.shape[0] != a.shape[1] else a)",
    ),
    "even": (
        "takes sizes to be even",
        "return each(right(*args, **named), lambda a: np.concatenate([a[:-1], a[-2:-1]]) if a.ndim and a.shape[0] > 2 and a.shape[0] % 2 else a)",
    ),
    "saturated": ("cuts its result at ±100", "return each(right(*args, **named), lambda a: np.clip(a, -100, 100))"),
    "squeezed": ("drops axes of size 1", "return each(right(*args, **named), np.squeeze)"),
    "in place": (
        "writes into what it was given",
        "result = copy.deepcopy(right(*args, **named))\nfor arg in args:\n    if isinstance(arg, np.ndarray) and arg.dtype.kind == 'f' and arg.flags.writeable and arg.size:\n        act()\n        arg *= 0.5\nreturn result",
    ),
}  # fmt: skip


def numeric_mutants(
    sources: Mapping[str, str | bytes], called: Collection[str], *, writes: bool = True
) -> list[Mutant]:
    """Every mutant of the functions that checks call; what these call in turn may do as it likes.

    Args:
        sources: the text of each module by file name.
        called: `module.function` of what is called.
        writes: also those that write into their arguments.
    """
    return [
        mutant
        for file, text in sources.items()
        for mutant in _of_module(file, text.decode() if isinstance(text, bytes) else text, called)
        if writes or ":in-place" not in mutant.id
    ]


def _of_module(file: str, text: str, called: Collection[str]) -> Iterator[Mutant]:
    module = module_name(file)[0]
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef) or f"{module}.{node.name}" not in called:
            continue
        for kind, (what, body) in KINDS.items():
            wrapper = _WRAPPER.format(name=node.name, acted=ACTED, body=textwrap.indent(body, " " * 8))
            diff = f"+ {node.name} {what}"
            yield Mutant(_id(module, node.name, kind), module, file, node.name, node.lineno, diff, text + wrapper)
        if (changed := _with_ddof(text, node)) != text:
            diff = f"+ {node.name} divides by n - 1 in its deviations"
            yield Mutant(_id(module, node.name, "ddof"), module, file, node.name, node.lineno, diff, changed)


def _id(module: str, name: str, kind: str) -> str:
    return f"{module}.{name}:{kind.replace(' ', '-')}-{hashlib.sha256(kind.encode()).hexdigest()[:4]}"


def _with_ddof(text: str, function: ast.FunctionDef) -> str:
    """The module with `ddof=1` in what one function calls of `std` and `var`."""
    tree = ast.parse(text)
    found = False
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        inside = function.lineno <= node.lineno <= (function.end_lineno or 0)
        if inside and node.func.attr in ("std", "var") and all(keyword.arg != "ddof" for keyword in node.keywords):
            node.keywords.append(ast.keyword("ddof", ast.Constant(1)))
            found = True
    return f"{ast.unparse(tree)}\n{ACTED} = True\n" if found else text
