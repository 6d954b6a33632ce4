"""Turns the tokens of one expression into a tree of plain lists, or refuses it; never guesses.

["num", "0.2"]  ["sym", "hat(y)"]  ["add", a, b, …]  ["neg", a]  ["mul", a, b, …]  ["div", a, b]  ["pow", a, b]
["log", base or None, x]  ["call", "exp", x]  ["abs", x]  ["norm", x]  ["transpose", m]  ["apply", name]
["aside", number, a]  ["matrix", [[…], …]]  ["row", [a, b, …]]  ["list", […]]  ["set", […]]
["pm", value, bound]  ["cases", [[value, [left, "=", right] or None], …]]: None for `otherwise`
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.worker.reading import vocabulary as known
from grader.worker.reading.conditions import COMPARED, condition
from grader.worker.reading.cursor import END, Cursor, n_bars, parts_arguments
from grader.worker.reading.lexer import Refused, Token
from grader.worker.reading.trees import Tree, tree_of_rows, within_depth
from grader.worker.reading.vectors import numbers_within

_OPENS = frozenset(("num", "sym", "func", "open", "frac", "root", "begin", "accent"))
_CLOSING = {"|": "abs", "‖": "norm"}
_TRANSPOSED = frozenset(("T", "⊤", "'", "top"))
_INDICATORS = frozenset(("1", "I", "𝟙", "𝟏"))


class Parser(Cursor):
    """Recursive descent over the tokens of one expression."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens)
        self._bars: list[str] = []

    def parse(self) -> Tree:
        """The tree of all the tokens."""
        tree = self._sum()
        if self._is_op("±"):
            self._take()
            tree = ["pm", tree, self._product()]
        if self._at < len(self._tokens):
            raise Refused(f"{self._now.value or self._now.kind!r} where an expression should go on")
        return within_depth(tree)

    def _sum(self) -> Tree:
        self._deeper()
        terms = [self._product()]
        while self._is_op("+", "-"):
            sign = self._take().value
            term = self._product()
            terms.append(["neg", term] if sign == "-" else term)
        self._level -= 1
        return terms[0] if len(terms) == 1 else ["add", *terms]

    def _product(self) -> Tree:
        negative = self._sign()
        factors = [self._factor()]
        while True:
            if self._is_op("*", "⋆", "@"):
                self._take()
                factors.append(self._signed_factor())
            elif self._is_op("/"):
                self._take()
                above = factors[0] if len(factors) == 1 else ["mul", *factors]
                factors = [["div", above, self._signed_factor()]]
            elif self._starts_factor():
                self._refuse_ambiguous(factors[-1])
                factors.append(self._factor())
            else:
                break
        product = factors[0] if len(factors) == 1 else ["mul", *factors]
        return ["neg", product] if negative else product

    def _sign(self) -> bool:
        negative = False
        while self._is_op("+", "-"):
            negative ^= self._take().value == "-"
        return negative

    def _signed_factor(self) -> Tree:
        return ["neg", self._factor()] if self._sign() else self._factor()

    def _starts_factor(self) -> bool:
        now = self._now
        return now.kind in _OPENS or (now.kind == "op" and now.value in _CLOSING and now.value not in self._bars)

    def _refuse_ambiguous(self, before: Tree) -> None:
        if before[0] == "num" and self._now.kind == "num":
            raise Refused(f"two numbers side by side, {before[1]} and {self._now.value}")

    def _factor(self) -> Tree:
        self._deeper()
        tree = self._atom()
        while True:
            if self._is_op("^"):
                self._take()
                tree = self._power(tree)
            elif self._is_op("_"):
                self._take()
                tree = self._index(tree)
                tree = self._symbol(Token(tree[0], tree[1])) if tree[0] == "sym" else tree
            elif self._is_op("%"):
                self._take()
                tree = ["div", tree, ["num", "100"]]
            elif self._is_op("'", "⊤") and tree[0] in ("matrix", "row", "list", "sym"):
                self._take()
                tree = ["transpose", tree]
            else:
                break
        self._level -= 1
        return tree

    def _power(self, tree: Tree) -> Tree:
        start = self._at
        name = self._script_name()
        if name in _TRANSPOSED:
            return ["transpose", tree]
        if tree[0] == "sym" and name.startswith("(") and name.endswith(")"):
            return ["sym", f"{tree[1]}^{name}"]
        if tree[0] == "sym" and any(token.kind == "text" for token in self._tokens[start : self._at]):
            return ["sym", f"{tree[1]}^({name})"]
        self._at = start
        return ["pow", tree, self._signed_factor()]

    def _index(self, tree: Tree) -> Tree:
        name = self._script_name()
        if tree[0] == "sym":
            return ["sym", f"{tree[1]}_{name}"]
        if tree[0] in ("norm", "matrix"):  # ‖w‖_2, and the size below a matrix
            return tree
        raise Refused(f"the index {name!r} on what is no symbol")

    def _script_name(self) -> str:
        """What stands in an index or exponent, as text."""
        start, token = self._at, self._take()
        if token.kind == "open" and token.value == "{":
            end = self._partner.get(self._at - 1)
            if end is None:
                raise Refused("a bracket that is not closed")
            self._at = end + 1
            return "".join(part.value for part in self._tokens[start : end + 1] if part.value not in "{}")
        if token.kind in ("sym", "num", "text", "op", "func"):
            return token.value
        raise Refused("an index that is no name")

    def _atom(self) -> Tree:
        token = self._take()
        if token.value in _INDICATORS or token.value == "[":
            start = self._at
            if (found := self._indicator(token)) is not None:
                return found
            self._at = start
        if token.kind == "num":
            return self._number(token)
        if token.kind == "sym":
            return self._symbol(token)
        if token.kind == "text":
            return self._word(token)
        if token.kind == "op" and token.value in _CLOSING:
            return self._between_bars(token.value)
        method = {"func": self._function, "open": self._group, "frac": self._fraction, "root": self._root,
                  "begin": self._environment, "accent": self._accent}.get(token.kind)  # fmt: skip
        if method is None:
            raise Refused(f"{token.value or token.kind!r} where a value should stand" if token.kind else "nothing")
        return method(token)

    def _indicator(self, token: Token) -> Tree | None:
        """1[y = 1], I(y = 1), 1_{y=1}, [y = 1]: one where the condition holds, else zero."""
        is_bare = token.value == "["
        if not is_bare:
            if self._is_op("_"):
                self._take()
            token = self._take()
        end = self._partner.get(self._at - 1)
        if token.kind != "open" or end is None:
            return None
        inside = self._tokens[self._at : end]
        if len(inside) > 2 and inside[0].kind == "open" and self._partner.get(self._at) == end - 1:
            inside = inside[1:-1]
        if not any(part.kind == "op" and part.value in COMPARED for part in inside):
            return None
        try:
            told = condition(inside, parse)
        except Refused:
            if is_bare:
                return None  # brackets around a sum of indicators
            raise
        self._at = end + 1
        return ["cases", [[["num", "1"], told], [["num", "0"], None]]]

    def _word(self, token: Token) -> Tree:
        """A word before a bracket, index or power is a function; softmax(z)_j is a symbol of that name."""
        if self._now.kind != "open" or self._now.value == "{":
            raise Refused(f"the word {token.value!r}")
        start, end = self._at, self._partner.get(self._at)
        if end is None:
            raise Refused("a bracket that is not closed")
        inside = "".join(part.value for part in self._tokens[start + 1 : end] if part.value not in "{}")
        if token.value.lower() in known.VECTOR_FUNCTIONS and len(inside) <= 12:
            self._at = end + 1
            return ["sym", f"{token.value.lower()}({inside})"]
        self._take()
        return ["call", token.value, self._group(self._tokens[start])]

    def _number(self, token: Token) -> Tree:
        text = token.value
        while (
            self._now.kind == "num" and self._now.spaced and len(self._now.value) == 3 and self._now.value.isdigit()
            and text.replace(" ", "").isdigit() and len(text.split(" ")[0]) <= 3
        ):  # fmt: skip
            text += " " + self._take().value
        return ["num", text]

    def _symbol(self, token: Token) -> Tree:
        if token.value.lower() in known.VECTOR_FUNCTIONS and self._now.value == "(":
            return self._word(token)
        if token.value in known.ARRAYS and self._now.value == "(":
            return self._group(self._take())
        if self._now.value == "(" and self._at > 1 and self._tokens[self._at - 2].value == "nabla":
            self._at = self._partner.get(self._at, self._at - 1) + 1
            return ["apply", token.value]  # ∇L(w)
        if self._now.kind == "open" and self._now.value in ("(", "[", "\\{"):
            start, end = self._at, self._partner.get(self._at)
            inside = self._tokens[start:end]
            if end is not None and (any(map(parts_arguments, inside)) or n_bars(inside) == 1):
                self._at = end + 1
                return ["apply", token.value]
        return ["sym", token.value]

    def _between_bars(self, sign: str) -> Tree:
        self._bars.append(sign)
        tree = self._sum()
        if not self._is_op(sign):
            raise Refused(f"{sign} that is not closed")
        self._take()
        self._bars.pop()
        return [_CLOSING[sign], tree]

    def _accent(self, token: Token) -> Tree:
        inner = self._atom()
        if inner[0] != "sym":
            raise Refused("an accent over what is no symbol")
        name, sign, index = inner[1].partition("^" if "^(" in inner[1] else "_")  # an accent over y_i is one over y
        return ["sym", f"{token.value}({name}){sign}{index}" if token.value else inner[1]]

    def _fraction(self, _token: Token) -> Tree:
        if self._now.kind == "num" and len(self._now.value) == 2 and self._now.value.isdigit():
            digits = self._take().value
            return ["div", ["num", digits[0]], ["num", digits[1]]]
        return ["div", self._argument(), self._argument()]

    def _argument(self, is_base: bool = False) -> Tree:
        """A braced group, or a single digit or symbol; as the base of a logarithm any number."""
        token = self._take()
        if token.kind == "num" and len(token.value) > 1 and not is_base:
            raise Refused("a fraction of digits without braces")
        if token.kind == "open":
            return self._group(token)
        if token.kind in ("num", "sym"):
            return [token.kind, token.value]
        raise Refused("a fraction without braces")

    def _root(self, token: Token) -> Tree:
        if self._now.value == "[":
            raise Refused("a root with an index")
        return ["call", "sqrt", self._argument()] if self._now.value in "{([" else self._function(token)

    def _function(self, token: Token) -> Tree:
        name, base = token.value, known.LOGS.get(token.value)
        given = self._base() if name == "log" else None
        if name in known.EXTREMES and self._is_op("_"):
            self._take()
            self._script_name()
        elif self._is_op("^", "_"):
            raise Refused(f"a power or index on {name}")
        argument = self._function_argument(name)
        if name in known.LOGS:
            return ["log", given or (["sym", "e"] if base == "e" else ["num", base] if base else None), argument]
        if name in known.ARRAYS:
            return argument
        return [name, argument] if name in ("abs", "norm") else ["call", name, argument]

    def _base(self) -> Tree | None:
        if self._is_op("_"):
            self._take()
            return self._argument(is_base=True)
        now, follower = self._now, self._tokens[self._at + 1] if self._at + 1 < len(self._tokens) else END
        if now.kind == "num" and not now.spaced and now.value in ("2", "10") and follower.kind in _OPENS:
            return ["num", self._take().value]
        return None

    def _function_argument(self, name: str) -> Tree:
        self._deeper()
        bracketed = self._now.kind == "open"
        argument = self._factor_of_function()
        self._level -= 1
        if bracketed:
            return argument
        if argument == ["num", "1"] and self._is_op("-", "+"):
            raise Refused(f"{name} 1 {self._now.value} …: its argument needs brackets")
        if self._starts_factor() and self._now.kind != "func":
            raise Refused(f"{name} of several factors without brackets")
        return argument

    def _factor_of_function(self) -> Tree:
        if self._now.kind == "open":
            tree = self._group(self._take())
            if self._is_op("^", "_"):
                raise Refused("a power after a function's brackets")
            return tree
        return self._factor()

    def _group(self, token: Token) -> Tree:
        start = self._at
        end = self._partner.get(start - 1)
        if end is None:
            return self._open_cases(token)
        numbers = numbers_within(self._tokens[start:end]) if token.value != "{" else None
        if numbers is not None:
            self._at = end + 1
            return tree_of_rows(numbers, token.value)
        bars, self._bars = self._bars, []
        items = [self._sum()]
        while self._is_op(","):
            self._take()
            if self._at < end:
                items.append(self._sum())
        self._bars = bars
        if self._take().kind != "close" or self._at != end + 1:
            raise Refused("a bracket that is closed elsewhere")
        if len(items) == 1 and not (token.value == "[" and items[0][0] in ("list", "row")):
            is_name = token.value == "{" and items[0][0] == "sym"
            return self._symbol(Token("sym", items[0][1])) if is_name else items[0]
        return ["set" if token.value == "\\{" else "list", items]

    def _open_cases(self, token: Token) -> Tree:
        if token.value == "\\{" and self._now.kind == "begin":
            return self._environment(self._take(), as_cases=True)
        raise Refused("a bracket that is not closed")

    def _environment(self, token: Token, as_cases: bool = False) -> Tree:
        name = token.value
        if name == "array" and self._now.value == "{":
            self._at = self._partner.get(self._at, self._at) + 1
        if as_cases or name in known.CASES:
            return self._cases()
        if name not in known.MATRIX_ENVIRONMENTS or name in ("vmatrix", "Vmatrix"):
            raise Refused(f"the environment {name}")
        rows = self._table_rows()
        if len({len(row) for row in rows}) != 1:
            raise Refused("a matrix whose rows differ in length")
        return ["matrix", rows]

    def _table_rows(self) -> list[list[Tree]]:
        """The rows of a matrix; an empty cell is a zero, an empty line no row."""
        rows: list[list[Tree]] = [[]]
        while self._now.kind != "end":
            if self._now.kind in ("amp", "newline"):
                rows[-1].append(["num", "0"])
            else:
                rows[-1].append(self._sum())
            if self._is_op(",") and self._tokens[self._at + 1 : self._at + 2] \
                    and self._tokens[self._at + 1].kind in ("amp", "newline", "end"):  # fmt: skip
                self._take()
            if self._now.kind == "amp":
                self._take()
                if self._now.kind == "end":
                    rows[-1].append(["num", "0"])
            elif self._now.kind == "newline":
                self._take()
                rows.append([])
            elif self._now.kind != "end":
                raise Refused(f"{self._now.value or 'nothing'!r} in a matrix")
        self._take()
        width = max(map(len, rows))
        return [row for row in rows if row and (len(row) == width or row != [["num", "0"]])]

    def _cases(self) -> Tree:
        cases: list[Any] = []
        while self._now.kind != "end":
            value = self._sum()
            if self._is_op(","):
                self._take()
            cases.append([value, self._condition()])
        self._take()
        return ["cases", cases]

    def _condition(self) -> list[Any] | None:
        start = self._at
        while self._now.kind not in ("newline", "end", ""):
            self._at += 1
        tokens = [token for token in self._tokens[start : self._at] if token.kind not in ("amp", "sp")]
        if self._now.kind == "newline":
            self._take()
        return condition(tokens, parse)


def parse(tokens: Sequence[Token]) -> Tree:
    """The tree of all the tokens."""
    return Parser(tokens).parse()
