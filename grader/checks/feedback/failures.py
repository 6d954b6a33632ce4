"""What a call that did not return says to the student."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

from grader.checks.feedback.refusals import MODULE_LEVEL, refusal
from grader.checks.feedback.remedies import remedy
from grader.model.outcome import Failure
from grader.model.record import NOT_WRITTEN
from grader.worker.misspelt import DEFINES_NO, INSTEAD_OF

# Python's words for a call that does not fit a function's parameters; of one that makes an object, its class's name.
_UNFIT_CALL = re.compile(
    r"TypeError: (?:[\w.<>]+\.)??(\w+|<lambda>)(?:\.__init__)?\(\) "
    r"(missing \d+ required|takes |got (an unexpected|multiple|some) )"
)


def is_stub(failure: Failure) -> bool:
    """Whether a function of the student's says that it is not written."""
    is_of_a_method = INSTEAD_OF in failure.message or DEFINES_NO in failure.message
    return failure.message.partition(":")[0] == "NotImplementedError" and bool(failure.file) and not is_of_a_method


def not_written(failure: Failure) -> str:
    """`Not written yet: conv2d in q2_toeplitz.py, line 9.` Of what makes an object its class is named."""
    return f"{NOT_WRITTEN}{failure.function.removesuffix('.__init__')} in {failure.file}, line {failure.line}."


def is_unfit_call(failure: Failure, functions: tuple[str, ...]) -> bool:
    """Whether the check's own call does not fit the parameters of the function that it calls."""
    found = _UNFIT_CALL.match(failure.message)
    return (
        found is not None
        and not failure.file
        and INSTEAD_OF not in failure.message
        and found[1] in {"<lambda>", *(name.rpartition(".")[2] for name in functions)}
    )


def advice(failure: Failure) -> list[str]:
    """What to look at where time or memory ran out, or where an error does not say it."""
    if failure.status == "out_of_memory":
        return ["All the memory that it may have is used up: look for what grows, or is larger than it has to be."]
    if failure.status == "crashed":
        return _on_a_crash(failure)
    if failure.status != "timeout":
        return [told] if (told := remedy(failure)) else []
    if "loading" in failure.message:
        return [
            'Put what trains, waits or prints under `if __name__ == "__main__":`, which is not run when it is graded.'
        ]
    if "it waited" in failure.message:
        return ["Look at that line for what waits: `time.sleep`, a lock, a queue, an answer from elsewhere."]
    return ["Look at that line for a loop that does not end, prints much, or does one by one what numpy does at once."]


def _on_a_crash(failure: Failure) -> list[str]:
    """What to look at where the process is gone; by which signal the system and the code itself end it is the same."""
    own = "Does the code end it (`os.kill`, `os.abort`, `os._exit`)? Let it return, or raise an error."
    if "SIGKILL" in failure.message:
        memory = (
            "The system ended it, most likely for want of memory: look for what grows, or is larger than it has to be."
        )
        return [memory, own]
    return (
        [own]
        if "the process ended with SIG" in failure.message or "ended the process itself" in failure.message
        else []
    )


def describe_failure(failure: Failure, beside: Collection[str] = ()) -> str:
    """A failure as a sentence for the student.

    Args:
        beside: names that are asked for themselves, of which none is another's by a slip.
    """
    if failure.file:
        within = f", in {failure.function}" if failure.function not in ("", MODULE_LEVEL) else ""
        return f"{failure.file}, line {failure.line}{within}: {_explanation(failure)}"
    if failure.status == "missing":
        told, _, why = failure.message.partition("; ")
        wanted = told.rpartition(" ")[2].removesuffix(".py")
        names = {name.lower(): name for name in failure.names if name not in beside}
        close = difflib.get_close_matches(wanted.lower(), names, 3, 0.75)
        close += [name for name in names if len(name) > 1 and wanted.lower().startswith(f"{name}_")]
        near = [name for name in close if _is_a_slip(name, wanted)]
        return "; ".join(filter(None, (told, f"there is {names[near[0]]}" if near and not why else "", why)))
    return _explanation(failure)


def _is_a_slip(name: str, wanted: str) -> bool:
    """Whether a name may stand for another: `l2_loss` is not `l1_loss` misspelt."""
    one, other = (re.sub(r"\D", "", text) for text in (name, wanted))
    return one == other


def _explanation(failure: Failure) -> str:
    """What only happens where work is graded, in a sentence; Python's own words after it."""
    sentence = refusal(failure)
    return f"{sentence} ({failure.message})" if sentence else failure.message
