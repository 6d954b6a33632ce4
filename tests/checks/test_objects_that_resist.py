"""Caches and objects whose classes answer oddly to whoever looks at them: a check that does not look, loses nothing."""

from __future__ import annotations

import pytest

from grader.assignment import load_assignment
from tests.checks.small import graded, verdict, write_course

CHECKS = '''
def hands_on(student, expect):
    """A cache is handed on, whatever it is."""
    out, cache = student.m.forward(np.arange(3.0))
    student.m.forward(np.ones(3))
    expect.close(out, [0, 1, 2])
    expect.close(student.m.backward(np.ones(3), cache), [0, 2, 4])

def reads_an_item(student, expect):
    """An item of an object's is read and set."""
    net = student.m.Net()
    net.params["b"] = 5.0
    expect.close(net.params["a"] + net.params["b"], 6.0)
'''
MODEL = """
MAKE = dict
def pack(x): return {"x": x}
def unpack(cache): return cache["x"]
def forward(x): return x, pack(x)
def backward(d, cache): return 2 * d * unpack(cache)
class Net:
    def __init__(self): self.params = MAKE(a=1.0)
"""
BY_NAME = "\ndef pack(x): return Odd(x=x)\ndef unpack(cache): return cache.x\n"
HOLDER = "class Odd:\n    def __init__(self, x): object.__setattr__(self, 'x', x)\n"
RESISTING = {
    "keys as attributes": f"class Odd(dict):\n    __getattr__ = dict.__getitem__{BY_NAME}MAKE = Odd",
    "None for any attribute": f"class Odd(dict):\n    __getattr__ = dict.get{BY_NAME}MAKE = Odd",
    "an error of its own": f"{HOLDER}    def __getattr__(self, name): raise ValueError(name){BY_NAME}",
    "one attribute alone": (
        f"{HOLDER}    def __getattribute__(self, name):\n        if name != 'x': raise RuntimeError(name)\n"
        f"        return object.__getattribute__(self, name){BY_NAME}"
    ),
    "another class": f"{HOLDER}    __class__ = property(lambda self: dict){BY_NAME}",
    "no class": f"{HOLDER}    @property\n    def __class__(self): raise ValueError('no'){BY_NAME}",
    "a field not yet set": (
        "@dataclasses.dataclass\nclass Odd:\n    x: object\n    y: int = dataclasses.field(init=False)\n"
        f"    def __getattr__(self, name): raise KeyError(name){BY_NAME}"
    ),
    "a tensor that does nothing": (
        "class Odd(torch.Tensor):\n    @classmethod\n    def __torch_function__(cls, *args): raise RuntimeError('no')\n"
        "def pack(x): return torch.tensor(x).as_subclass(Odd)\n"
        "def unpack(cache):\n    with torch._C.DisableTorchFunctionSubclass(): return cache.numpy()\n"
    ),
    "a range without end": "def pack(x): return range(10**12), x\ndef unpack(cache): return cache[1]\n",
}


@pytest.fixture(scope="module")
def resisting(tmp_path_factory):
    return load_assignment(write_course(tmp_path_factory.mktemp("resisting"), CHECKS, MODEL), "small")


@pytest.mark.parametrize("way", RESISTING)
def test_what_is_not_read_need_not_be_readable(resisting, sandbox, way):
    """What a class does when it is asked for what it has not is no concern of a check that did not ask."""
    found = graded(resisting, MODEL + RESISTING[way], sandbox)
    assert {one.id: one.feedback for one in found.values() if one.status != "passed"} == {}


@pytest.mark.parametrize("look", ["expect.close(net.f(), 1.0)", "expect.close(net.cache['x'], 1.0)",
                                  "expect.true(net.f() > 0.5, 'large')"])  # fmt: skip
@pytest.mark.parametrize(("act", "wanted"), [("net.cache['x'] = 1.0", "set"), ("del net.cache['y']", "deleted")])
def test_what_went_wrong_first_is_told(tmp_path, sandbox, look, act, wanted):
    """An item that cannot be set, rather than what fails later since it was not."""
    check = f'def f(student, expect):\n    """s"""\n    net = student.m.Net()\n    {act}\n    {look}\n'
    reference = (
        "class Net:\n    def __init__(self): self.cache = {'x': 1.0, 'y': 2.0}\n    def f(self): return self.cache['x']"
    )
    found = verdict(tmp_path, sandbox, check, reference, reference.replace("{'x': 1.0, 'y': 2.0}", "None"))
    assert found.feedback.splitlines()[1] == f"cache is None, expected something whose items can be {wanted}."
    shown = found.counterexample
    assert (shown.call, shown.actual) == ("m.Net().cache", "None")
    assert shown.expected == f"something whose items can be {wanted}"
