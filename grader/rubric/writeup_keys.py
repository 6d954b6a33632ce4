"""The keys of a write-up check, kind by kind: where the answer stands and what it should be."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from grader.worker.reading.formulas import read_formulas

MAX_CELLS = 10_000


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


Token = Annotated[str, BeforeValidator(_as_text), WithJsonSchema({"type": ["string", "integer"]})]
Patterns = Annotated[tuple[Token, ...], BeforeValidator(_as_tuple)]
_SHARE = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": r"^\d+/\d+$"}]}
Share = Annotated[Fraction, BeforeValidator(_as_share), WithJsonSchema(_SHARE)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Rows = Annotated[tuple[tuple[Finite, ...], ...], Field(min_length=1)]


class Part(BaseModel):
    """A mapping of the rubric: no key unknown, nothing changed after reading.

    What validates it is made when the first is read: of all kinds, a rubric has few.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Find(Part):
    """Where an answer stands."""

    question: Token = Field(description="The question's number, such as 3.")
    part: Token = Field(default="", description="The part, such as iii; c and 3 mean the same.")
    label: Patterns = Field(
        default=(), description="What the answer is called: a symbol such as W or J, or words such as total."
    )


class Kind(Part):
    """What every write-up check has."""

    judges_numbers: ClassVar[bool] = False

    find: Find = Field(description="Where the answer stands.")


class Column(Part):
    """A column of a table, found by the words of its header."""

    name: Token = Field(description="The column's name in the rows' cells.")
    reads: Literal["shape", "count", "number"] = Field(description="What its cells hold.")
    header: Patterns = Field(description="Words of a header; * stands for any ending, such as param*.")
    batch: Patterns = Field(default=(), description="What may stand for the batch dimension before a shape.")
    empty: Finite | None = Field(default=None, description="The value of an empty cell or of a dash.")


class CellMistake(Part):
    """A known wrong cell."""

    column: Token = Field(description="The column's name.")
    value: Finite | tuple[int, ...] = Field(description="The wrong value.")
    credit: Share = Field(default=Fraction(0), description="Share of the cell's points.")
    feedback: str = Field(description="What the student reads.")


class Row(Part):
    """An expected row."""

    name: Token = Field(description="The row as feedback calls it.")
    words: Patterns = Field(default=(), description="Words by which the row is recognised; never graded.")
    cells: dict[str, Finite | tuple[int, ...]] = Field(description="Column name to expected value.")
    mistakes: tuple[CellMistake, ...] = Field(default=(), description="Known wrong cells.")


class TableSpec(Kind):
    """A table, judged cell by cell; every expected cell is worth the same."""

    judges_numbers: ClassVar[bool] = True

    columns: Annotated[tuple[Column, ...], Field(min_length=1)] = Field(description="The columns that are graded.")
    rows: Annotated[tuple[Row, ...], Field(min_length=1)] = Field(description="The rows expected, in order.")

    @model_validator(mode="after")
    def _cells_stand_in_columns(self) -> TableSpec:
        names = {column.name for column in self.columns}
        for row in self.rows:
            if unknown := {*row.cells, *(mistake.column for mistake in row.mistakes)} - names:
                raise ValueError(f"row {row.name}: expected columns of {sorted(names)}, got {sorted(unknown)}")
        return self


class Accepted(Part):
    """A number that is right."""

    value: Finite = Field(description="The number.")
    unit: Patterns = Field(default=(), description="Words that name its unit, such as nats.")
    base: Literal["", "e", "2", "10"] = Field(default="", description="The logarithm's base that it belongs to.")
    only_stated: bool = Field(default=False, description="Right only where unit or base is stated.")


class WrongNumber(Part):
    """A number with credit or feedback of its own."""

    value: Finite = Field(description="The number.")
    credit: Share = Field(default=Fraction(0), description="Share of the points.")
    feedback: str = Field(description="What the student reads.")


class NumberSpec(Kind):
    """One number: written, or an expression that is evaluated."""

    judges_numbers: ClassVar[bool] = True

    accept: Annotated[tuple[Accepted, ...], Field(min_length=1)] = Field(description="The numbers that are right.")
    base_from: Find | None = Field(default=None, description="The formula whose logarithm fixes an unstated base.")
    alternatives: tuple[WrongNumber, ...] = Field(default=(), description="Numbers with credit of their own.")


class OtherMatrix(Part):
    """A matrix with credit or feedback of its own."""

    rows: Rows = Field(description="The matrix.")
    credit: Share = Field(default=Fraction(0), description="Share of the points.")
    feedback: str = Field(description="What the student reads.")


class ArrayArgument(Part):
    """An argument that is an array."""

    array: Rows = Field(description="Its rows.")


class SameByCode(Part):
    """The call of the student's own code that gives the same matrix; where it gives another, the feedback says so."""

    call: str = Field(pattern=r"^\w+(\.\w+)+$", description="module.function, such as q2_toeplitz.toeplitz_matrix.")
    arguments: tuple[ArrayArgument | tuple[int, ...] | Finite, ...] = Field(
        description="Arrays as {array: rows}, tuples of whole numbers, numbers."
    )


class MatrixSpec(Kind):
    """A matrix, judged entry by entry, all or nothing."""

    judges_numbers: ClassVar[bool] = True

    rows: Rows = Field(description="The expected matrix.")
    shapes: tuple[tuple[int, int], ...] = Field(
        default=(), description="Other shapes in which the same numbers, row by row, are right."
    )
    alternatives: tuple[OtherMatrix, ...] = Field(default=(), description="Matrices with credit of their own.")
    code: SameByCode | None = Field(default=None, description="What the student's own code gives for it.")

    @model_validator(mode="after")
    def _is_rectangular(self) -> MatrixSpec:
        for rows in (self.rows, *(other.rows for other in self.alternatives)):
            if len({len(row) for row in rows}) != 1 or not 0 < len(rows) * len(rows[0]) <= MAX_CELLS:
                raise ValueError(f"expected rows of one length and at most {MAX_CELLS} entries")
        size = len(self.rows) * len(self.rows[0])
        if any(height * width != size for height, width in self.shapes):
            raise ValueError(f"expected shapes of {size} entries, got {list(self.shapes)}")
        return self


class Symbol(Part):
    """A variable of a formula."""

    aliases: Patterns = Field(default=(), description="Other names for it, such as p or \\hat{y}.")
    low: Finite = Field(default=-10.0, description="Values are drawn above this,")
    high: Finite = Field(default=10.0, description="and below this,")
    values: tuple[Finite, ...] = Field(default=(), description="unless the variable has these values only.")

    @model_validator(mode="after")
    def _is_an_interval(self) -> Symbol:
        if not self.low < self.high:
            raise ValueError(f"expected low below high, got {self.low} and {self.high}")
        return self


class OtherFormula(Part):
    """A formula with credit or feedback of its own."""

    equals: str = Field(description="The formula.")
    credit: Share = Field(default=Fraction(0), description="Share of the points.")
    feedback: str = Field(description="What the student reads.")


class FormulaSpec(Kind):
    """A formula, judged as a function of its symbols."""

    judges_numbers: ClassVar[bool] = True

    equals: str = Field(description="The formula, such as -y*log(p) - (1-y)*log(1-p).")
    symbols: Annotated[dict[str, Symbol], Field(min_length=1, max_length=8)] = Field(description="Its variables.")
    log_base: Literal["e", "any"] = Field(default="e", description="Whether the logarithm may have any one base.")
    alternatives: tuple[OtherFormula, ...] = Field(default=(), description="Formulas with credit of their own.")

    @model_validator(mode="after")
    def _can_be_read(self) -> FormulaSpec:
        for formula in (self.equals, *(other.equals for other in self.alternatives)):
            if error := read_formulas(formula)[0]["error"]:
                raise ValueError(f"expected a formula such as -y*log(p), got {formula!r} ({error})")
        return self

    def __hash__(self) -> int:
        return hash((self.equals, self.log_base))


class RelationSpec(Kind):
    """Which of two things is smaller, in signs or in words."""

    subjects: dict[str, Patterns] = Field(description="The two things, and the words and symbols for each.")
    expect: str = Field(description="The relation, such as A < B.")
    quantity: Patterns = Field(default=(), description="Words and symbols for what is compared, such as norm.")

    @model_validator(mode="after")
    def _compares_its_subjects(self) -> RelationSpec:
        left, sign, right = [*self.expect.split(), "", "", ""][:3]
        if len(self.subjects) != 2 or sign not in ("<", ">") or {left, right} != set(self.subjects):
            raise ValueError(f"expected two subjects and a relation such as A < B between them, got {self.expect!r}")
        return self

    @property
    def smaller(self) -> str:
        """The subject expected to be the smaller one."""
        left, sign, right = self.expect.split()
        return left if sign == "<" else right


class Idea(Part):
    """A key idea of a text."""

    name: str = Field(description="The idea, as the reviewing person reads it.")
    any: Patterns = Field(description="Phrases that suggest it: words, * for any ending, ... for up to 8 words.")
    share: Share = Field(default=Fraction(1), description="Its weight beside the other ideas.")


class TextSpec(Kind):
    """A text: its key ideas are suggested to the person who reads it."""

    ideas: Annotated[tuple[Idea, ...], Field(min_length=1)] = Field(description="The key ideas.")


class ReadableSpec(Kind):
    """An answer that is found and read, and not judged; it holds no expected value."""

    reads: Literal["table", "number", "matrix", "formula", "relation", "text"] = Field(
        description="What is to stand there."
    )
    columns: tuple[Column, ...] = Field(default=(), description="For a table: its columns.")
    subjects: dict[str, Patterns] = Field(default={}, description="For a relation: the two things, and words for each.")
    quantity: Patterns = Field(default=(), description="For a relation: words for what is compared.")

    @model_validator(mode="after")
    def _has_what_its_reading_needs(self) -> ReadableSpec:
        if self.reads == "table" and not self.columns:
            raise ValueError("expected columns beside `reads: table`, got none")
        if self.reads == "relation" and len(self.subjects) != 2:
            raise ValueError(f"expected two subjects beside `reads: relation`, got {len(self.subjects)}")
        return self


SPECS: dict[str, type[BaseModel]] = {
    "table": TableSpec,
    "number": NumberSpec,
    "matrix": MatrixSpec,
    "formula": FormulaSpec,
    "relation": RelationSpec,
    "text": TextSpec,
    "readable": ReadableSpec,
}
