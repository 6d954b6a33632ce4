"""Code that tells a function case by case, as the cases of a formula: `a if y == 1 else b`, `where(y == 1, a, b)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_LENGTH = 1_000
_CONDITION = r"\(?\s*(?P<symbol>[A-Za-z_]\w{0,20})\s*==\s*(?P<value>[01](?:\.0)?)\s*\)?"
_TERNARY = re.compile(
    r"(?P<head>(?:[\w ]{1,30}=|return|lambda[\w ,]{1,40}:)?)"
    rf"(?P<one>[^=:]+?)\sif\s{_CONDITION}\selse\s(?P<other>.+)"
)
_WHERE = re.compile(r"(?:np|numpy|torch|tf|jnp)\.where\(")
_EQUALS = re.compile(_CONDITION)
# `if y == 1:⏎ return a⏎ (else:) return b`
_RETURNS = re.compile(
    rf"^(?P<indent>[ \t]*)if {_CONDITION}\s*:\s*\n?[ \t]*return (?P<one>[^\n]+)\n"
    r"(?:(?P=indent)(?:else|elif [^\n:]{1,40})\s*:\s*\n?)?[ \t]*return (?P<other>[^\n]+)$",
    re.MULTILINE,
)
# `v = m * v; v -= r * g`, or on two lines
_IN_STEPS = re.compile(
    r"^(?P<name>[ \t]*[A-Za-z_]\w{0,20})\s*=\s*(?P<first>[^=;\n#]{1,200}?)\s*[;\n]\s*(?P<again>[A-Za-z_]\w{0,20})\s*"
    r"(?P<sign>[-+*])=\s*(?P<second>[^=;\n#]{1,200}?)[ \t]*$",
    re.MULTILINE,
)


def told_as_cases(code: str) -> str:
    """Code whose branches are written as the cases of a formula, and whose steps are one; other code as it is."""
    if len(code) > MAX_LENGTH:
        return code
    if "=" in code:
        code = _IN_STEPS.sub(_in_one, code)
    if "return" in code and "if " in code:
        code = _RETURNS.sub(lambda found: _cases(found, found["one"], found["other"]), code)
    if ".where(" in code:
        code = _with_where(code)
    return "\n".join(map(_without_ternary, code.split("\n"))) if " else " in code else code


def _without_ternary(line: str) -> str:
    found = _TERNARY.fullmatch(line.strip())
    if found is None:
        return line
    name = "" if found["head"].startswith(("return", "lambda")) else found["head"]
    return f"{name} {_cases(found, found['one'], found['other'])}"


def _in_one(found: re.Match[str]) -> str:
    if found["name"].strip() != found["again"]:
        return found[0]
    first, second = found["first"], found["second"]
    first = f"({first})" if found["sign"] == "*" else first
    is_sum = "+" in second or "-" in second
    return f"{found['name']} = {first} {found['sign']} {f'({second})' if is_sum else second}"


def _cases(condition: re.Match[str], one: str, other: str) -> str:
    symbol, value = condition["symbol"], condition["value"]
    return rf"\begin{{cases}} {one.strip()} & {symbol} = {value} \\ {other.strip()} & \text{{otherwise}} \end{{cases}}"


def _with_where(code: str) -> str:
    found = _WHERE.search(code)
    arguments, end = _arguments(code, found.end()) if found else ([], 0)
    condition = _EQUALS.fullmatch(arguments[0].strip()) if len(arguments) == 3 else None
    if found is None or condition is None:
        return code
    return f"{code[: found.start()]}{_cases(condition, arguments[1], arguments[2])}{code[end:]}"


def _arguments(code: str, start: int) -> tuple[list[str], int]:
    """What stands between the commas of a call, and where it ends."""
    parts = list(_cut(code, start))
    return [code[begin:end] for begin, end in parts], parts[-1][1] + 1


def _cut(code: str, start: int) -> Iterator[tuple[int, int]]:
    depth, begin = 0, start
    for at in range(start, len(code)):
        sign = code[at]
        if depth == 0 and sign in ",)":
            yield begin, at
            begin = at + 1
            if sign == ")":
                return
        depth += (sign in "([{") - (sign in ")]}")
    yield begin, len(code)
