"""The shape of a rubric file, key by key: what pydantic reads and what the JSON schema tells editors."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from grader.model.budget import Budget
from grader.model.record import Visibility
from grader.model.tolerance import Measure
from grader.rubric.late import Attempts
from grader.rubric.late_keys import LateEntry
from grader.rubric.messages import mismatch
from grader.rubric.scalars import NAME, Exact, Flag, Number, Text, Word, Written, resolve

MAX_POINTS = 100_000
MAX_EXAMPLES = 10_000


def is_name(text: str) -> bool:
    """Whether a text can name a question, a check or a Python function."""
    return NAME.fullmatch(text) is not None


def _is_dotted(text: str) -> bool:
    return all(map(is_name, text.split(".")))


def _is_target(text: str) -> bool:
    return _is_dotted(text) and "." in text


def _is_file_name(text: str) -> bool:
    return 0 < len(text) <= 100 and not any(sign in text for sign in '/\\:\n\t"') and text.strip(". ") != ""


_NAME = "a name of letters, digits and _ that begins with a letter"
Name = Annotated[str, Text(_NAME, is_name, pattern="^[A-Za-z][A-Za-z0-9_]*$")]
Module = Annotated[str, Text("the name of a module", _is_dotted, "write it as Python imports it, such as torch")]
Target = Annotated[str, Text("module.function of the reference", _is_target, "write it such as q3_losses.bce_loss")]
FileName = Annotated[str, Text("the name of a file, without folders", _is_file_name, "put the file beside the rubric")]
Line = Annotated[str, Text("a text", lambda text: text.strip() != "")]
Prose = Annotated[str, Text()]
Distance = Annotated[float, Number(0, 1e300)]
Seconds = Annotated[float, Number(0, 86_400, positive=True)]


class _OneOrMany:
    """One mapping where a list of them is meant."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def as_list(value: Any) -> Any:
            return [value] if isinstance(value, Mapping) else value

        return core_schema.no_info_before_validator_function(as_list, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        many = handler(core)
        return {"anyOf": [many["items"], many]}


class _Given:
    """Arguments with the names of strategies or array specs, as texts; sizes within a shape as ints."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        size = {"type": ["string", "integer"]}
        spec = {
            "type": "object",
            "properties": {"shape": {"type": "array", "items": size}},
            "additionalProperties": {"type": ["string", "number"]},
        }
        return {"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}, spec]}}

    def read(self, value: Any) -> dict[str, Any]:
        """Return the arguments; what they say is looked at in `grader.rubric.given`."""
        if not isinstance(value, dict):
            raise ValueError(mismatch("a mapping of arguments", resolve(value), "write it such as {y: labels}"))
        return {str(name): self._argument(spec) for name, spec in value.items()}

    def _argument(self, spec: Any) -> Any:
        if not isinstance(spec, dict):
            return _as_text(spec)
        return {
            str(key): tuple(map(resolve, part)) if isinstance(part, list) else _as_text(part)
            for key, part in spec.items()
        }


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, Written) else value


class Entry(BaseModel):
    """A mapping of the file: no key unknown, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class LimitsEntry(Entry):
    """What one submission may use; the first three in seconds of wall time, the fourth in seconds of CPU time."""

    call_wall_s: Seconds = Field(
        default=Budget.call_wall_s, description="Seconds for one call of a student's function."
    )
    load_wall_s: Seconds = Field(default=Budget.load_wall_s, description="Seconds to import the student's modules.")
    submission_wall_s: Seconds = Field(
        default=Budget.submission_wall_s, description="Seconds for all checks of one submission."
    )
    submission_cpu_s: Seconds = Field(
        default=Budget.submission_cpu_s, description="CPU seconds for all checks of one submission."
    )
    memory_mib: Annotated[int, Number(64, 1_048_576, whole=True)] = Field(
        default=Budget.memory_mib, description="Memory, in MiB."
    )
    output_kib: Annotated[int, Number(1, 16_384, whole=True)] = Field(
        default=Budget.output_kib, description="Captured output, in KiB."
    )


class TierEntry(Entry):
    """Answers within `atol + rtol*|expected|` earn `credit` of the points."""

    rtol: Distance = Field(description="Relative part of the tolerance, such as 1.0e-6.")
    atol: Distance = Field(description="Absolute part of the tolerance, such as 1.0e-9.")
    credit: Annotated[Fraction | None, Exact(1, zero=True)] = Field(
        default=None, description="Share of the points, 0 to 1; 1 for the first tier unless written."
    )
    feedback: Prose = Field(default="", description="What a student reads whose answer is within this tier only.")


class HintsEntry(Entry):
    """What a student reads instead of `hint`, or beside a failure that `hint` is not about, by the kind of failure."""

    signature: Prose = Field(default="", description="The function does not take the call.")
    error: Prose = Field(default="", description="The function raised an error.")
    none: Prose = Field(default="", description="It returned nothing.")
    type: Prose = Field(default="", description="It returned a text, a function, an object: no numbers.")
    shape: Prose = Field(default="", description="Numbers in another shape than is wanted.")
    dtype: Prose = Field(default="", description="Right within a wider tolerance only, and all of them float32.")
    nan: Prose = Field(default="", description="NaN or infinity where a number is wanted.")
    value: Prose = Field(default="", description="Other numbers than are wanted.")
    partial: Prose = Field(default="", description="Right within a wider tolerance only.")
    timeout: Prose = Field(default="", description="It did not return in time.")
    memory: Prose = Field(default="", description="It used up its memory.")


class CheckEntry(Entry):
    """One check; a write-up check, which has a `kind`, has the keys of its kind beside these."""

    check: Name = Field(default="", description="Function of the rubric's Python file; also the check's id.")
    matches_reference: Target = Field(default="", description="module.function whose replies must be the reference's.")
    id: Name = Field(default="", description="The check's id, where the function's name will not do.")
    title: Line = Field(
        default="", description="The check as a sentence, its name before people; else its function's docstring."
    )
    given: Annotated[dict[str, Any], _Given()] = Field(
        default={}, description="For matches_reference: each argument's strategy or array spec."
    )
    points: Annotated[Fraction, Exact(MAX_POINTS)] = Field(description='What it is worth: 2, 0.5 or "1/3".')
    examples: Annotated[int, Number(1, MAX_EXAMPLES, whole=True)] = Field(
        default=50, description="Number of cases drawn."
    )
    tolerance: Annotated[tuple[TierEntry, ...], Field(min_length=1), _OneOrMany()] = Field(
        default=(), description="One tolerance, or tiers with falling credit."
    )
    measure: Annotated[Measure, Word(get_args(Measure))] = Field(
        default="elementwise", description="How a distance is measured."
    )
    equal_nan: Annotated[bool, Flag()] = Field(default=False, description="Whether NaN equals NaN.")
    visibility: Annotated[Visibility, Word(get_args(Visibility))] = Field(
        default="visible", description="When students see it."
    )
    hint: Prose = Field(default="", description="What a student reads whose answer fails.")
    hints: HintsEntry = Field(
        default_factory=HintsEntry, description="For a code check: hints for kinds of failure, such as shape."
    )
    forbids: tuple[Line, ...] = Field((), description="Library routines, such as torch.conv*, that a person must see.")
    requires: tuple[Name, ...] = Field(default=(), description="Checks that must have passed; blocked otherwise.")
    kind: Name = Field(default="", description="Kind of a write-up check, such as table or number.")


# Keys that say how a student's functions are run; a write-up check runs none.
CODE_KEYS = frozenset({"matches_reference", "given", "examples", "equal_nan", "forbids", "hints"})
# Keys that say how far a number may be off; a kind of write-up check that judges no numbers has none of them.
TOLERANCE_KEYS = frozenset({"tolerance", "measure"})


class QuestionEntry(Entry):
    """One question and its checks."""

    id: Name = Field(description="The question's id, such as q2.")
    title: Line = Field(description="The question's title.")
    checks: Annotated[tuple[CheckEntry, ...], Field(min_length=1)] = Field(description="The question's checks.")


class RubricEntry(Entry):
    """A rubric file."""

    assignment: Name = Field(description="The assignment's name, which is also the file's.")
    title: Line = Field(description="The assignment's title.")
    handout: FileName = Field(default="", description="The handout, a file beside the rubric.")
    modules: tuple[Module, ...] = Field(
        default=(), description="What a submission may import beside the standard library."
    )
    write_up: FileName = Field(default="answers.md", description="The name of a submission's write-up.")
    seed: Annotated[int, Number(0, 2**32 - 1, whole=True)] = Field(
        default=0, description="The seed that cases are drawn from."
    )
    limits: LimitsEntry = Field(default_factory=LimitsEntry, description="What one submission may use.")
    late: LateEntry | None = Field(default=None, description="When it is due, and what lateness costs.")
    attempts: Annotated[Attempts, Word(get_args(Attempts))] = Field(
        default="last", description="Which of a student's attempts counts."
    )
    questions: Annotated[tuple[QuestionEntry, ...], Field(min_length=1)] = Field(description="The questions.")
