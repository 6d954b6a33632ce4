"""Objects of the model answer's: each case has its own, also where they draw their weights."""

from __future__ import annotations

from tests.checks.small import verdict

NET = """
class Net(torch.nn.Module):
    def __init__(self, n):
        super().__init__()
        self.lin = torch.nn.Linear(n, 2)
    def forward(self, x): return self.lin(x)
"""
TAKEN_OVER = '''
@given(seed=st.integers(0, 99))
def takes_weights_over(student, expect, reference, seed):
    """The weights are the model answer's, drawn by what the check seeds."""
    torch.manual_seed(seed)
    theirs = reference.m.Net(3)
    mine = student.m.Net(3)
    mine.load_state_dict(theirs.state_dict())
    x = torch.full((1, 3), 1.0 + seed)
    expect.close(mine(x), theirs(x))
'''


def test_weights_are_those_of_the_cases_own_object(tmp_path, sandbox):
    """Though it is made by the same call in each case."""
    assert verdict(tmp_path, sandbox, TAKEN_OVER, NET, examples=5).status == "passed"


def test_a_wrong_forward_fails_with_them(tmp_path, sandbox):
    """Whoever forgets the bias is told so."""
    wrong = NET.replace("return self.lin(x)", "return x @ self.lin.weight.T")
    found = verdict(tmp_path, sandbox, TAKEN_OVER, NET, wrong, examples=5)
    assert (found.status, found.failed_examples) == ("failed", 5)


SIZES = '''
def counts_what_decays(student, expect):
    """The optimiser's first group holds the matrices."""
    groups = student.m.groups([student.m.Net(3) for _ in range(9)])
    expect.equal(sum(p.numel() for p in groups[0]["params"]), 54)
'''
GROUPS = f"""{NET}
def groups(nets): return [{{"params": [p for net in nets for p in net.parameters() if p.dim() > 1]}}]
"""


def test_what_rests_on_no_random_number_is_not_said_to_vary(tmp_path, sandbox):
    """Though weights are others each time, their number is not."""
    wrong = GROUPS.replace(" if p.dim() > 1", "")
    found = verdict(tmp_path, sandbox, SIZES, GROUPS, wrong)
    assert found.status == "failed"
    assert "72, expected 54." in found.feedback
    assert "each time" not in found.feedback
