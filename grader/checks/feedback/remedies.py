"""What to do about errors of Python, numpy and torch whose own words do not say it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from grader.checks.feedback.refusals import MODULE_LEVEL
from grader.model.outcome import Failure
from grader.worker.messages import CALLED_AT_IMPORT
from grader.worker.misspelt import DEFINES_NO, INSTEAD_OF


@dataclass(frozen=True)
class Remedy:
    """An error as it reads (`Type: text`, a regular expression), and the sentence that a tutor would say."""

    error: str
    sentence: str
    applies: Callable[[Failure], bool] = lambda _failure: True


def _is_at_import(failure: Failure) -> bool:
    return failure.function == MODULE_LEVEL or CALLED_AT_IMPORT in failure.message


def _is_given_one_more(failure: Failure) -> bool:
    """Whether a function takes one argument less than it is given, as one that forgets its object."""
    takes, given = re.findall(r"(?:takes|but) (\d+) ", failure.message)
    return int(given) == int(takes) + 1


_IMPORTS = {
    "np": "import numpy as np", "torch": "import torch", "nn": "from torch import nn", "math": "import math",
    "pi": "from math import pi", "F": "import torch.nn.functional as F", "scipy": "import scipy",
    "numpy": "import numpy",
}  # fmt: skip

_QUOTES = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2032\u2033\u00b4\uff02\uff07"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
# What Python says of text that is none of its own, and the line below that.
_UNREADABLE = r"SyntaxError: [^\n]*\n *"

# What came along with code that was copied out of a chat, a page or a text program, or out of git.
_COPIED = (
    Remedy(
        rf"SyntaxError: invalid character '[{_QUOTES}]'",
        "This is a quotation mark of a text program: Python's are `\"` and `'`. Are there more of them?",
    ),
    Remedy(
        rf"SyntaxError: invalid character '[{_DASHES}]'",
        "This is a dash of a text program: Python's minus is `-`. Are there more of them?",
    ),
    Remedy(
        r"SyntaxError: invalid (?:non-printable )?character ",
        "This character is none of Python's, and may look like one or be invisible: type this place anew, by hand.",
    ),
    Remedy(
        _UNREADABLE + r"(`{3}|~{3})",
        r"`\1` frames code in Markdown and is no part of it: take out this line, and the other one like it.",
    ),
    Remedy(
        _UNREADABLE + r"(>>>|In \[\d*\]:)",
        r"`\1` is the prompt of a terminal or a notebook: take it out, and what was printed in between.",
    ),
    Remedy(
        _UNREADABLE + r"(<{7}|={7}|>{7})",
        r"`\1` is a mark of git's, of two versions that it could not merge: keep one, and take out the marks.",
    ),
    Remedy(
        _UNREADABLE + r"(?!True|False|None)[A-Z][a-z']*(?:,? [A-Za-z'.]+){3,}[.:!?]?(?:\n|$)",
        "This line is plain text, not Python: put `#` before it, or take it out.",
    ),
)

# The first that fits is told.
REMEDIES = (
    *_COPIED,
    Remedy(
        rf"(?s).*; line \d+ defines `(\w+)`{INSTEAD_OF}`(\w+)`",
        r"Rename `\1` to `\2`: Python and torch look for the method under this very name, with all its underscores.",
    ),
    Remedy(
        rf"(?s).*{DEFINES_NO}`(\w+)`",
        r"Write `def \1(self, …):` in that class, further in than its `class` line.",
    ),
    Remedy(
        r"TypeError: (?!Module\.|Tensor\.|Sequential\.)\w+\.(\w+)\(\) takes \d+ positional arguments? but",
        r"A method gets its object first, then each argument: `def \1(self, …)`.",
        _is_given_one_more,
    ),
    Remedy(
        r"TypeError: (\w+)\(\) takes no arguments",
        r"The class `\1` has no `__init__` that takes them: two underscores stand on each side of that name.",
    ),
    Remedy(
        r"TypeError: (\w+) in the [\w.]+ object is not a function, it is of type",
        r"`\1` is a method here, called as `\1(…)`: write `def \1(self, …)` without `@property`, and give no attribute "
        "that name.",
    ),
    Remedy(
        r"IndexError: list index out of range$",
        "Is it `sys.argv` that is read? No arguments are given when your work is graded: write the value into the "
        'module, or put this under `if __name__ == "__main__":`.',
        _is_at_import,
    ),
    Remedy(
        r"KeyError: '[A-Z][A-Z0-9_]*'$",
        "Is it `os.environ` that is read? It holds none of your settings when your work is graded: write the value "
        "into the module.",
        _is_at_import,
    ),
    Remedy(
        r"AttributeError: cannot assign \w+ before Module\.__init__\(\) call",
        "Call `super().__init__()` before anything else in `__init__`.",
    ),
    Remedy(
        r"RuntimeError: a (view of a )?leaf Variable that requires grad",
        "Change a parameter under `with torch.no_grad():`.",
    ),
    Remedy(
        r"RuntimeError: element 0 of tensors does not require grad",
        "Between the parameters and the loss something leaves torch's record: `.detach()`, `.item()`, `.numpy()`, "
        "`torch.tensor(…)` of a tensor, or `no_grad`.",
    ),
    Remedy(
        r"RuntimeError: Can't call numpy\(\) on Tensor that requires grad",
        "`.detach().numpy()` gives its numbers.",
    ),
    Remedy(
        r"TypeError: unsupported operand type\(s\) for .*'NoneType'|\w+: 'NoneType' object ",
        "Something in this line is None: a function that does not `return`, or a `.grad` that was not filled.",
    ),
    Remedy(
        r"ValueError: The truth value of an array|RuntimeError: Boolean value of Tensor with more than one",
        "An `if`, `and`, `or` or `not` wants one value and gets a whole array: choose element by element, as "
        "`np.where` does.",
    ),
    Remedy(
        r"RecursionError: ",
        "The function calls itself without end, or once more for each of very many things: which input should it "
        "answer by itself, and could a loop do it?",
    ),
    Remedy(
        r"UnboundLocalError: \D*'(\w+)'",
        r"`\1` is given a value within this function, but not on the way that led here.",
    ),
    Remedy(
        r"TypeError: unhashable type: '(numpy\.ndarray|list|dict|set)'",
        "An array or a list can be no key of a dictionary, no member of a set, and no argument under `lru_cache`.",
    ),
    Remedy(
        r"AttributeError: 'numpy\.ndarray' object has no attribute '(append|extend|insert|pop|remove)'",
        "An array keeps its size: collect in a list, or make a new array with `np.concatenate`.",
    ),
    Remedy(
        r"AttributeError: 'list' object has no attribute '(shape|T|sum|mean|dot|reshape|astype|size|ndim)'",
        r"It is a list here: `np.array(…)` makes an array of it, which has `\1`.",
    ),
    Remedy(
        (
            r"AttributeError: 'numpy\.ndarray' object has no attribute "
            r"'(detach|numpy|backward|grad|requires_grad|unsqueeze|permute|float|double|long|clamp|to|cpu)'"
        ),
        r"It is an array of numpy here, not a tensor, and needs no `\1`; `torch.from_numpy(…)` makes a tensor of it.",
    ),
    Remedy(
        r"AttributeError: 'numpy\.ndarray' object has no attribute 'pow'",
        "An array has no method `pow`: write `**`.",
    ),
    Remedy(
        (
            r"AttributeError: 'numpy\.ndarray' object has no attribute "
            r"'(abs|exp|log|sqrt|sin|cos|tanh|sign|square|median|average|maximum|minimum|where|unique|floor|ceil)'"
        ),
        r"An array has no method `\1`: write `np.\1(…)`.",
    ),
    Remedy(
        r"NameError: name '(abs|exp|log|sqrt|sin|cos|tanh|sign|square|mean|median|dot|array|zeros|ones|arange)' is not",
        r"Is it numpy's that is meant? That is `np.\1`.",
    ),
    Remedy(
        (
            r"TypeError: (?:unsupported operand type\(s\) for [^:]*: (?:'list' and|'tuple' and|.* and '(?:list|tuple)')"
            r"|can only concatenate (?:list|tuple) \(not|can't multiply sequence by non-int)"
        ),
        "No arithmetic is done with a list or a tuple: make an array of it with `np.array(…)`.",
    ),
    Remedy(
        (
            r"TypeError: (?:.* not supported between instances of|unsupported operand type\(s\) for).*"
            r"'(?:function|method|builtin_function_or_method)'"
        ),
        "A function stands here in the place of a number: are its brackets missing, or does it return a function?",
    ),
    Remedy(
        r"\w+: .*'?torch\.return_types\.(\w+)'?",
        r"torch's `\1` along a dimension gives two tensors, values and indices: `.values` takes the first.",
    ),
    Remedy(
        r"TypeError: only integer scalar arrays can be converted to a scalar index",
        "`range`, or an index of a list, takes one integer and gets an array here: `for i in a` goes through an array.",
    ),
    Remedy(
        r"AttributeError: 'Tensor' object has no attribute '(astype|copy|tostring|tobytes|ptp|nonzeros)'",
        r"It is a tensor here, not an array of numpy; `.detach().numpy()` makes an array of it, which has `\1`.",
    ),
    Remedy(
        (
            r"(?s)TypeError: (?:.*must be Tensor, not numpy\.ndarray|.*invalid combination .*got .*numpy\.ndarray"
            r"|expected Tensor as element \d+ in argument \d+, but got numpy)"
        ),
        "This function of torch gets an array of numpy: take numpy's own, or make a tensor of it first.",
    ),
    Remedy(
        r"TypeError: only (0-dimensional arrays|length-1 arrays|size-1 arrays) can be converted",
        "`math`'s functions, `float` and `int` take one number, and get an array here: `np.log` and its like take it.",
    ),
    Remedy(
        (
            r"TypeError: (?:list indices must be integers or slices, not float"
            r"|'float' object cannot be interpreted as an integer|slice indices must be integers)"
        ),
        "`/` gives a float even where it comes out even: `//` gives an integer.",
    ),
    Remedy(
        r"IndexError: only integers, slices \(`:`\)",
        "An index is no whole number here: `/` gives a float even where it comes out even, `//` gives an integer.",
    ),
    Remedy(
        r"ValueError: operands could not be broadcast together with shapes \((\d+),\) \(\1,(\d+)\)",
        r"One number for each row of a matrix: `a[:, None]` has the shape (\1, 1), which goes with (\1, \2).",
    ),
    Remedy(
        (r"TypeError: '(int|float|list|tuple|numpy\.ndarray|numpy\.float64|Tensor|Size)' object is not callable"),
        r"Something of type \1 is called like a function here: an operator left out before a bracket, a name used "
        r"twice, or an array that went into a function of torch.",
    ),
    Remedy(
        r"RuntimeError: Input type \((?:torch\.)?(\w+)\) and (?:bias|weight) type \((?:torch\.)?(\w+)\)",
        r"The layer's parameters are of type \2, its input is of type \1: leave out what makes them unlike, as "
        "`.double()`.",
    ),
    Remedy(
        r"AttributeError: '(?:builtin_function_or_method|function|method)' object has no attribute",
        "What stands before the dot is a function: are its brackets missing, or is the name taken by an import?",
    ),
    Remedy(
        r"RuntimeError: mat1 and mat2 shapes cannot be multiplied \(\d+x(\d+) and (\d+)x\d+\)",
        r"A linear layer that takes \2 features gets \1: print the shape before it; is something to be flattened?",
    ),
    Remedy(
        r"ValueError: matmul: .*\(size (\d+) is different from (\d+)\)",
        r"In this product the inner sizes are \2 and \1: print both shapes.",
    ),
    Remedy(
        r"ValueError: matmul: Input operand \d does not have enough dimensions",
        "One side of this product is a single number or None, not an array: print both.",
    ),
    Remedy(
        r"ValueError: object too deep for desired array",
        "This function of numpy takes arrays of one dimension: print the shapes of what it gets.",
    ),
    Remedy(
        r"TypeError: (?:ufunc 'bitwise_xor' not supported|unsupported operand type\(s\) for \^)",
        "`^` is no power in Python: write `**`.",
    ),
    Remedy(
        r"AttributeError: module 'numpy' has no attribute '(int|float|bool|complex|object|str)'",
        r"numpy has no `\1` any more: write Python's own `\1`.",
    ),
    Remedy(
        r"ImportError: .*partially initialized module",
        "The module imports itself: take this line out.",
        lambda failure: f"module '{failure.file.removesuffix('.py').replace('/', '.')}'" in failure.message,
    ),
    Remedy(
        r"ImportError: .*partially initialized module",
        "Two modules import each other: put what both need into a third.",
    ),
    Remedy(
        r"AssertionError\b",
        'This is run when the module is imported: put tests of your own under `if __name__ == "__main__":`.',
        _is_at_import,
    ),
    Remedy(
        r"AssertionError\b",
        "What this line asserts does not hold of this input, which the function has to take.",
    ),
    Remedy(
        r"AttributeError: 'numpy\.ndarray' object has no attribute '(?:avg|ave)'",
        "An array's mean is `.mean()`.",
    ),
    *(
        Remedy(rf"NameError: name '{name}' is not defined", f"Write `{line}` at the top of the module.")
        for name, line in _IMPORTS.items()
    ),
    Remedy(
        r"\w+: ",
        'That call is run when the module is imported: put what tries it out under `if __name__ == "__main__":`.',
        lambda failure: CALLED_AT_IMPORT in failure.message,
    ),
)


def remedy(failure: Failure) -> str:
    """What to do about an error; empty where Python says as much."""
    for one in REMEDIES:
        if (found := re.match(one.error, failure.message)) and one.applies(failure):
            return found.expand(one.sentence)
    return ""
