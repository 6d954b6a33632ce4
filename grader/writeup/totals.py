"""Which cell of a row called `total` is the total: the one under the column that counts what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.writeup.words import mentions, words_of

Cell = dict[str, Any]

# What a total is called: English, German, French, Spanish, Italian, Portuguese, Chinese.
TOTAL = ("total*", "sum", "overall", "altogether", "in all", "gesamt*", "insgesamt", "summe", "Σ", "somme",
         "en tout", "suma",
         "in totale", "somma", "soma", "ao todo", "总 计", "总 共", "一 共", "共 有", "合 计", "总 数", "总 参 数",
         "together", "everything",
         "zusammen", "ensemble", "all layers", "all in all",
         *(f"{whole} {thing}" for whole in ("whole", "entire", "full", "complete", "ganze*")
           for thing in ("net", "network*", "netz", "netzwerk", "model*", "architecture")))  # fmt: skip
# A row of a table that is called so and nothing else.
ALL_ROWS = ("all", "alle", "alles", "tous", "tout", "todo", "todos", "tutto", "tutti", "tudo", "net", "network")
# Columns of something else: shares, sizes, costs, what goes in, remarks.
OTHER_COLUMNS = ("%", "share*", "percent*", "anteil*", "memory", "mem", "bytes", "byte", "kb", "mb", "kib", "mib",
                 "mac*",
                 "flop*", "mult*", "ops", "shape*", "dim*", "in", "input*", "kernel*", "stride*", "padding", "time",
                 "ms", "remark*", "note*", "comment*", "size*", "trainable", "frozen", "without", "ohne", "sans",
                 "sin", "senza", "sem", "excl*", "index", "nr", "no", "id")  # fmt: skip
WEIGHTS = ("weight*", "gewicht*", "poids", "pesos", "pesi")
BIASES = ("bias*", "biais")
_SUMMANDS = (*WEIGHTS, *BIASES)


def cell_of_total(
    labels: Sequence[str], rows: Sequence[Sequence[Cell]], number: int, named: Sequence[int]
) -> tuple[Cell | None, str]:
    """The cell of a row that holds its total, and why that is open to doubt."""
    row = rows[number]
    behind = [at for at in range(len(row)) if at > named[0] and at not in named]
    filled = [at for at in behind if _counts(row[at])] or [at for at in behind if row[at]["formulas"]]
    if not filled:
        return None, ""
    words = {at: words_of(_header(rows, at, number)) for at in filled}
    singles = [word for label in labels for word in label.split() if word.lower() not in ("number", "in", "all")]
    scored = [(_score(words[at], labels, singles), at) for at in filled]
    best = max(score for score, _ in scored)
    chosen = [at for score, at in scored if score == best]
    is_open = len(chosen) > 1 or (best < 0 and len(filled) > 1)
    return row[chosen[-1]], "Its column cannot be told from others." if is_open else ""


def _score(words: Sequence[str], labels: Sequence[str], singles: Sequence[str]) -> int:
    if mentions(words, OTHER_COLUMNS) or words == ["#"]:
        return -1
    if mentions(words, labels) or mentions(words, (*TOTAL, "all")):
        return 3
    if mentions(words, _SUMMANDS) and "with" not in words:
        return 0
    return 2 if mentions(words, singles) or "#" in words else 1


def _header(rows: Sequence[Sequence[Cell]], at: int, below: int) -> str:
    """The words above a column, in the rows before its first number."""
    told = []
    for row in rows[: min(3, below)]:
        cell = row[at] if at < len(row) else None
        if cell is None or cell["formulas"]:
            break
        told.append(str(cell["text"]))
    return " ".join(told)


def _counts(cell: Cell) -> bool:
    """Whether a cell holds one number that may be a count, and no letters beside it."""
    if not cell["formulas"] or (cell["shape"] is not None and len(cell["shape"]) > 1):
        return False
    return not any(word.isalpha() and len(word) > 1 for word in words_of(str(cell["text"])))
