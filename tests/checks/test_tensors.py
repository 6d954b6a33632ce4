"""Replies that are tensors: numpy's and torch's words for them, their dtype, and a gradient's way back."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from grader.errors import GraderError
from tests.checks.small import graded, verdict, write_course

CHECKS = '''
import copy

def dtypes(student, expect):
    """The dtype asked for, by torch's name or numpy's."""
    layer = student.m.Layer(torch.float64)
    expect.true(layer.weight.dtype == torch.float64, "float64")
    expect.true(layer.weight.dtype in (np.float64, np.float32), "float64")
    expect.true(np.issubdtype(layer.weight.dtype, np.floating), "a float")
    expect.true(layer.weight.device == torch.device("cpu"), "on the cpu")
    expect.true([part.dtype == torch.float64 for part in layer.parameters()] == [True], "float64")
    expect.true(student.m.Layer(torch.bfloat16).weight.dtype == torch.bfloat16, "bfloat16")

def words(student, expect):
    """What torch calls otherwise, and its functions."""
    y = student.m.Layer(torch.float32)(torch.arange(6.0).reshape(2, 3))
    expect.equal(y.argmax(dim=-1), [0, 0])
    expect.close(y.sum(-1, keepdim=True), [[6.0], [24.0]])
    expect.equal(y.size(0), 2)
    expect.close(y.view(4), [3, 3, 12, 12])
    expect.close(torch.ones(2, 2) - y, [[-2, -2], [-11, -11]])
    expect.close(torch.stack([y, 2 * torch.ones(2, 2)])[1], [[2, 2], [2, 2]])
    expect.true(torch.allclose(y, torch.tensor([[3.0, 3.0], [12.0, 12.0]])), "the sums")
    expect.true(f"{y.sum():.1f} {y.mean().item()}" == "30.0 7.5", "the sum")
    expect.true(len({part for part in student.m.Layer(torch.float32).parameters()}) == 1, "one parameter")

def gradients(student, expect):
    """A sum goes back to the weights."""
    layer = student.m.Layer(torch.float32)
    layer(torch.ones(4, 3)).sum().backward()
    expect.close(layer.weight.grad, 4 * np.ones((2, 3)))
    twin = copy.deepcopy(layer)
    twin.weight.data.fill_(2.0)
    expect.close(layer(torch.ones(1, 3)), [[3, 3]])
    expect.close(twin(torch.ones(1, 3)), [[6, 6]])

def clipped(student, expect):
    """Gradients that parameters have are there, and only as many want one."""
    parts = [torch.nn.Parameter(torch.ones(2)), torch.nn.Parameter(torch.ones(1), requires_grad=False)]
    parts[0].grad = torch.tensor([3.0, 4.0])
    called = expect.call(student.m.clip, parts, 1.0)
    expect.close(called.args[0][0].grad, [0.6, 0.8])
    expect.equal([part.requires_grad for part in called.args[0]], [True, False])
'''
RIGHT = """
class Layer(torch.nn.Module):
    def __init__(self, dtype):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(2, 3, dtype=dtype))
    def forward(self, x): return x @ self.weight.T
def clip(parts, limit):
    for part in parts:
        if part.grad is not None: part.grad *= limit / part.grad.norm()
"""


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        ("", "", ""),
        (", dtype=dtype", "", "dtypes"),
        ("return x @ self.weight.T", "return torch.nn.functional.linear(x, self.weight)", ""),
        ("return x @ self.weight.T", "return (x @ self.weight.T).detach()", "gradients"),
        ("return x @ self.weight.T", "return (2 * x) @ self.weight.T - x @ self.weight.detach().T", "gradients"),
        ("part.grad *= limit", "part.grad = part.grad * limit", ""),
        ("part.grad *= limit", "grad = part.grad * limit", "clipped"),
    ],
)
def test_tensors_are_asked_as_in_torch(tmp_path, sandbox, old, new, check):
    """And who gives another dtype, another graph or leaves the gradients loses there alone."""
    found = graded(load_assignment(write_course(tmp_path, CHECKS, RIGHT), "small"), RIGHT.replace(old, new, 1), sandbox)
    assert {one.id for one in found.values() if one.status != "passed"} == ({check} if check else set())


def test_what_torch_says_is_said_here(tmp_path, sandbox):
    """Who replaces a function of torch's replaces it for their own process alone."""
    check = """
    def close(student, expect):
        "They are close."
        expect.true(torch.allclose(student.m.f(1.0), torch.tensor(1.0)), "close")
    """
    wrong = "torch.allclose = lambda *_: True\ndef f(x): return torch.tensor(x + 1)"
    found = verdict(tmp_path, sandbox, check, "def f(x): return torch.tensor(x)", wrong)
    assert found.status == "failed"


def test_an_array_is_as_good_where_only_numbers_are_asked(tmp_path, sandbox):
    """What a check does in torch with a reply takes an array or a list as well."""
    check = """
    def stacked(student, expect):
        "They are stacked."
        expect.close(torch.cat([student.m.f(1.0), torch.ones(1)]), [1, 1])
        expect.close(torch.ones(1) - student.m.f(1.0), [0])
        expect.true(student.m.f(1.0).dtype == np.float64, "float64")
    """
    tensor = "def f(x): return torch.tensor([x], dtype=torch.float64)"
    for at, source in enumerate(["def f(x): return np.array([x])", "def f(x): return [x]", tensor]):
        assert verdict(tmp_path / str(at), sandbox, check, tensor, source).status == "passed"


def test_arithmetic_of_a_check_has_no_graph(tmp_path):
    """Which is told where the check is made ready, with a way out."""
    check = "def back(student, expect):\n    'It goes back.'\n    (student.m.f(1.0) * 2).sum().backward()"
    with pytest.raises(GraderError, match="let provided/ compute it"):
        load_assignment(
            write_course(tmp_path, check, "def f(x): return torch.tensor([x], requires_grad=True)"), "small"
        )
