"""The keys of a write-up check, kind by kind: where the answer stands and what it should be.

They are plain values with the notes that pydantic reads them by. It is imported by who reads a rubric, and not here: a
kit's rubric was read when the kit was made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, dataclass_transform

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

MAX_CELLS = 10_000


@dataclass(frozen=True)
class _Reading:
    """A note for pydantic: `first` turns what is written into what the type takes.

    Args:
        schema: what editors are told, where it is not the type's own.
    """

    first: Callable[[Any], Any]
    schema: Mapping[str, Any] | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self.first, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(core) if self.schema is None else dict(self.schema)


class _Finite:
    """A note for pydantic: neither infinite nor NaN."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.float_schema(allow_inf_nan=False)


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str | int | float) and not isinstance(value, bool) else value


def _as_share(value: Any) -> Fraction:
    try:
        share = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"expected a number from 0 to 1, such as 0.5 or 1/3, got {value!r}") from None
    if not 0 <= share <= 1:
        raise ValueError(f"expected a number from 0 to 1, such as 0.5 or 1/3, got {value!r}")
    return share


Token = Annotated[str, _Reading(_as_text, {"type": ["string", "integer"]})]
Patterns = Annotated[tuple[Token, ...], _Reading(_as_tuple)]
_SHARE = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": r"^\d+/\d+$"}]}
Share = Annotated[Fraction, _Reading(_as_share, _SHARE)]
Finite = Annotated[float, _Finite()]
Rows = tuple[tuple[Finite, ...], ...]


def key(description: str, *, default: Any = MISSING, default_factory: Any = MISSING, **bounds: int | str) -> Any:
    """A key of the rubric; `bounds` are what pydantic knows, such as `min_length`."""
    return field(default=default, default_factory=default_factory, metadata={"description": description, **bounds})


def names(description: str, *, default_factory: Any = MISSING, **bounds: int) -> Any:
    """A key that holds keys; a dictionary has no hash, and what holds it is told by the rest."""
    return field(default_factory=default_factory, hash=False, metadata={"description": description, **bounds})


def default_of(one: Field[Any]) -> Any:
    """What a key holds that is left out; MISSING where it has to be there."""
    return one.default if one.default_factory is MISSING else one.default_factory()


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(key, names))
class Part:
    """A mapping of the rubric: no key unknown, nothing changed after reading."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid"}

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)


class Find(Part):
    """Where an answer stands."""

    question: Token = key("The question's number, such as 3.")
    part: Token = key("The part, such as iii; c and 3 mean the same.", default="")
    label: Patterns = key("What the answer is called: a symbol such as W or J, or words such as total.", default=())


class Kind(Part):
    """What every write-up check has."""

    judges_numbers: ClassVar[bool] = False

    find: Find = key("Where the answer stands.")


class Column(Part):
    """A column of a table, found by the words of its header."""

    name: Token = key("The column's name in the rows' cells.")
    reads: Literal["shape", "count", "number"] = key("What its cells hold.")
    header: Patterns = key("Words of a header; * stands for any ending, such as param*.")
    batch: Patterns = key("What may stand for the batch dimension before a shape.", default=())
    empty: Finite | None = key("The value of an empty cell or of a dash.", default=None)


class CellMistake(Part):
    """A known wrong cell."""

    column: Token = key("The column's name.")
    value: Finite | tuple[int, ...] = key("The wrong value.")
    credit: Share = key("Share of the cell's points.", default=Fraction(0))
    feedback: str = key("What the student reads.")


class Row(Part):
    """An expected row."""

    name: Token = key("The row as feedback calls it.")
    words: Patterns = key("Words by which the row is recognised; never graded.", default=())
    cells: dict[str, Finite | tuple[int, ...]] = names("Column name to expected value.")
    mistakes: tuple[CellMistake, ...] = key("Known wrong cells.", default=())


class TableSpec(Kind):
    """A table, judged cell by cell; every expected cell is worth the same."""

    judges_numbers: ClassVar[bool] = True

    columns: tuple[Column, ...] = key("The columns that are graded.", min_length=1)
    rows: tuple[Row, ...] = key("The rows expected, in order.", min_length=1)

    def __post_init__(self) -> None:
        names = {column.name for column in self.columns}
        for row in self.rows:
            if unknown := {*row.cells, *(mistake.column for mistake in row.mistakes)} - names:
                raise ValueError(f"row {row.name}: expected columns of {sorted(names)}, got {sorted(unknown)}")


class Accepted(Part):
    """A number that is right."""

    value: Finite = key("The number.")
    unit: Patterns = key("Words that name its unit, such as nats.", default=())
    base: Literal["", "e", "2", "10"] = key("The logarithm's base that it belongs to.", default="")
    only_stated: bool = key("Right only where unit or base is stated.", default=False)


class WrongNumber(Part):
    """A number with credit or feedback of its own."""

    value: Finite = key("The number.")
    credit: Share = key("Share of the points.", default=Fraction(0))
    feedback: str = key("What the student reads.")


class NumberSpec(Kind):
    """One number: written, or an expression that is evaluated."""

    judges_numbers: ClassVar[bool] = True

    accept: tuple[Accepted, ...] = key("The numbers that are right.", min_length=1)
    base_from: Find | None = key("The formula whose logarithm fixes an unstated base.", default=None)
    alternatives: tuple[WrongNumber, ...] = key("Numbers with credit of their own.", default=())


class OtherMatrix(Part):
    """A matrix with credit or feedback of its own."""

    rows: Rows = key("The matrix.", min_length=1)
    credit: Share = key("Share of the points.", default=Fraction(0))
    feedback: str = key("What the student reads.")


class ArrayArgument(Part):
    """An argument that is an array."""

    array: Rows = key("Its rows.", min_length=1)


class SameByCode(Part):
    """The call of the student's own code that gives the same matrix; where it gives another, the feedback says so."""

    call: str = key("module.function, such as q2_toeplitz.toeplitz_matrix.", pattern=r"^\w+(\.\w+)+$")
    arguments: tuple[ArrayArgument | tuple[int, ...] | Finite, ...] = key(
        "Arrays as {array: rows}, tuples of whole numbers, numbers."
    )


class MatrixSpec(Kind):
    """A matrix, judged entry by entry, all or nothing."""

    judges_numbers: ClassVar[bool] = True

    rows: Rows = key("The expected matrix.", min_length=1)
    shapes: tuple[tuple[int, int], ...] = key(
        "Other shapes in which the same numbers, row by row, are right.", default=()
    )
    alternatives: tuple[OtherMatrix, ...] = key("Matrices with credit of their own.", default=())
    code: SameByCode | None = key("What the student's own code gives for it.", default=None)

    def __post_init__(self) -> None:
        for rows in (self.rows, *(other.rows for other in self.alternatives)):
            if len({len(row) for row in rows}) != 1 or not 0 < len(rows) * len(rows[0]) <= MAX_CELLS:
                raise ValueError(f"expected rows of one length and at most {MAX_CELLS} entries")
        size = len(self.rows) * len(self.rows[0])
        if any(height * width != size for height, width in self.shapes):
            raise ValueError(f"expected shapes of {size} entries, got {list(self.shapes)}")


class Symbol(Part):
    """A variable of a formula."""

    aliases: Patterns = key("Other names for it, such as p or \\hat{y}.", default=())
    low: Finite = key("Values are drawn above this,", default=-10.0)
    high: Finite = key("and below this,", default=10.0)
    values: tuple[Finite, ...] = key("unless the variable has these values only.", default=())

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"expected low below high, got {self.low} and {self.high}")


class OtherFormula(Part):
    """A formula with credit or feedback of its own."""

    equals: str = key("The formula.")
    credit: Share = key("Share of the points.", default=Fraction(0))
    feedback: str = key("What the student reads.")


class FormulaSpec(Kind):
    """A formula, judged as a function of its symbols."""

    judges_numbers: ClassVar[bool] = True

    equals: str = key("The formula, such as -y*log(p) - (1-y)*log(1-p).")
    symbols: dict[str, Symbol] = names("Its variables.", min_length=1, max_length=8)
    log_base: Literal["e", "any"] = key("Whether the logarithm may have any one base.", default="e")
    alternatives: tuple[OtherFormula, ...] = key("Formulas with credit of their own.", default=())

    def __post_init__(self) -> None:
        from grader.worker.reading.formulas import read_formulas

        for formula in (self.equals, *(other.equals for other in self.alternatives)):
            if error := read_formulas(formula)[0]["error"]:
                raise ValueError(f"expected a formula such as -y*log(p), got {formula!r} ({error})")


class RelationSpec(Kind):
    """Which of two things is smaller, in signs or in words."""

    subjects: dict[str, Patterns] = names("The two things, and the words and symbols for each.")
    expect: str = key("The relation, such as A < B.")
    quantity: Patterns = key("Words and symbols for what is compared, such as norm.", default=())

    def __post_init__(self) -> None:
        left, sign, right = [*self.expect.split(), "", "", ""][:3]
        if len(self.subjects) != 2 or sign not in ("<", ">") or {left, right} != set(self.subjects):
            raise ValueError(f"expected two subjects and a relation such as A < B between them, got {self.expect!r}")

    @property
    def smaller(self) -> str:
        """The subject expected to be the smaller one."""
        left, sign, right = self.expect.split()
        return left if sign == "<" else right


class Idea(Part):
    """A key idea of a text."""

    name: str = key("The idea, as the reviewing person reads it.")
    any: Patterns = key("Phrases that suggest it: words, * for any ending, ... for up to 8 words.")
    share: Share = key("Its weight beside the other ideas.", default=Fraction(1))


class TextSpec(Kind):
    """A text: its key ideas are suggested to the person who reads it."""

    ideas: tuple[Idea, ...] = key("The key ideas.", min_length=1)


class ReadableSpec(Kind):
    """An answer that is found and read, and not judged; it holds no expected value."""

    reads: Literal["table", "number", "matrix", "formula", "relation", "text"] = key("What is to stand there.")
    columns: tuple[Column, ...] = key("For a table: its columns.", default=())
    subjects: dict[str, Patterns] = names("For a relation: the two things, and words for each.", default_factory=dict)
    quantity: Patterns = key("For a relation: words for what is compared.", default=())

    def __post_init__(self) -> None:
        if self.reads == "table" and not self.columns:
            raise ValueError("expected columns beside `reads: table`, got none")
        if self.reads == "relation" and len(self.subjects) != 2:
            raise ValueError(f"expected two subjects beside `reads: relation`, got {len(self.subjects)}")


SPECS: dict[str, type[Kind]] = {
    "table": TableSpec,
    "number": NumberSpec,
    "matrix": MatrixSpec,
    "formula": FormulaSpec,
    "relation": RelationSpec,
    "text": TextSpec,
    "readable": ReadableSpec,
}
