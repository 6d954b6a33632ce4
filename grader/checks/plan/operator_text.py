"""Operators and functions of Python's, as they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SIGNS: Mapping[str, str] = {
    "add": "+", "sub": "-", "mul": "*", "matmul": "@", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "lshift": "<<", "rshift": ">>", "and": "&", "xor": "^", "or": "|", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
    "eq": "==", "ne": "!=", "neg": "-", "pos": "+", "invert": "~",
}  # fmt: skip
FUNCTIONS: Mapping[str, str] = {
    "len": "len", "truth": "bool", "iter": "iter", "next": "next", "unpack": "list", "copy": "copy.copy",
    "deepcopy": "copy.deepcopy", "index": "operator.index",
    **{name: f"operator.{name}" for name in (f"i{name}" for name in SIGNS)},
    **{
        name: name
        for name in ("divmod", "abs", "round", "reversed", "format", "str", "repr", "float", "int", "complex")
    },
    "hash": "hash", "isinstance": "isinstance", "issubclass": "issubclass", "apply": "",
}  # fmt: skip
# What a result is called that the check gives no name.
NAMES: Mapping[str, str] = dict.fromkeys((*SIGNS, *(f"i{name}" for name in SIGNS), "apply"), "result")


def operation_text(name: str, operands: Sequence[str]) -> str:
    """An operation on what is written already.

    >>> operation_text("add", ["a", "2"]), operation_text("neg", ["a"]), operation_text("isinstance", ["m.A", "a"])
    ('a + 2', '-a', 'isinstance(a, m.A)')
    """
    if name in SIGNS:
        return f" {SIGNS[name]} ".join(operands) if len(operands) == 2 else f"{SIGNS[name]}{operands[0]}"
    if name == "apply":
        return f"{operands[0]}({', '.join(operands[1:])})"
    shown = operands[::-1] if name in ("isinstance", "issubclass") else operands[:1] if name == "unpack" else operands
    return f"{FUNCTIONS[name]}({', '.join(shown)})"
