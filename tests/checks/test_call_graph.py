"""What a change in the model answer can reach, by the text of its modules: no less, and of other modules not all."""

from __future__ import annotations

import pytest

from grader.checks.misconceptions.call_graph import CallGraph

LAYERS = "def soft(x): return x\ndef hard(x): return x\nclass Net:\n    def run(self, x): return soft(x)\n"
PACKAGE = {
    "pkg/__init__.py": "",
    "pkg/layers.py": LAYERS,
    "pkg/other.py": "from .layers import soft as s, hard\nLIMIT = 3\ndef a(x): return s(x)\ndef b(x): return hard(x)\ndef c(x): return a(x)\n",
}


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("from pkg.layers import soft\ndef f(x): return soft(x)\ndef g(x): return x\n", ["f"]),
        ("from pkg.layers import hard\ndef f(x): return hard(x)\n", []),
        ("from pkg.layers import Net\ndef f(x): return Net().run(x)\ndef g(x): return f(x)\ndef h(x): return x\n", ["f", "g"]),
        ("import pkg.layers\ndef f(x): return pkg.layers.soft(x)\ndef g(x): return x\n", ["f"]),
        ("import pkg.layers as m\ndef f(x): return m.hard(x)\ndef g(x): return x\n", ["f"]),  # which part is not asked
        ("from pkg import layers\ndef f(x): return layers.soft(x)\ndef g(x): return x\n", ["f"]),
        ("from pkg.layers import *\ndef f(x): return soft(x)\ndef g(x): return x\n", ["f"]),
        ("def f(x):\n    from pkg.layers import soft\n    return soft(x)\ndef g(x): return x\n", ["f"]),
        ("from pkg.layers import soft\nTABLE = {'soft': soft}\ndef f(x): return TABLE['soft'](x)\ndef g(x): return x\n", ["f"]),
        ("from pkg.layers import soft\nREG = {}\nREG['s'] = soft\ndef f(x): return REG['s'](x)\ndef g(x): return x\n", ["f"]),
        ("from pkg.layers import soft\nREG = []\nREG.append(soft)\ndef f(x): return REG[0](x)\ndef g(x): return x\n", ["f", "g"]),
        ("from pkg.layers import soft\ndef f(x): return soft(x)\ndef g(x): return x\nif __name__ == '__main__': soft(1)\n", ["f"]),
        ("from pkg.other import c\ndef f(x): return c(x)\ndef g(x): return x\n", ["f"]),
        ("try:\n    from pkg.layers import soft\nexcept ImportError: soft = None\ndef f(x): return soft(x)\n", ["f"]),
        ("from pkg.layers import soft\nclass Sub:\n    go = staticmethod(soft)\ndef f(x): return Sub.go(x)\n", ["Sub", "f"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_given", [False, True])
def test_it_goes_through_imports_by_name(text, reached, is_given):
    """The model answer's own modules and those that the course gives, however they import."""
    own, given = ({**PACKAGE, "m.py": text}, {}) if not is_given else (PACKAGE, {"m.py": text})
    found = CallGraph(own, given).functions("pkg.layers.soft")
    assert {name for name in found if name in ("m.f", "m.g", "m.h", "m.Sub")} == {f"m.{name}" for name in reached}


def test_renamed_and_relative_imports_are_followed():
    """From module to module, as far as it goes."""
    found = CallGraph(PACKAGE, {}).functions("pkg.layers.soft")
    assert found >= {"pkg.layers.soft", "pkg.layers.Net", "pkg.other.a", "pkg.other.c"}
    assert not found & {"pkg.other.b", "pkg.layers.hard", "pkg.other.LIMIT"}


def test_a_name_that_a_package_hands_on_is_reached():
    """`student.pkg.soft` is `pkg.layers.soft`."""
    sources = {**PACKAGE, "pkg/__init__.py": "from .layers import soft, hard\n"}
    assert {"pkg.soft", "pkg.layers.Net"} <= CallGraph(sources, {}).functions("pkg.layers.soft")
    assert "pkg.hard" not in CallGraph(sources, {}).functions("pkg.layers.soft")


def test_callers_are_found_through_others():
    """A function that calls one that calls it is a caller too; one that only bears a like name is none."""
    source = "def a(): pass\ndef b(): return a()\ng = lambda: b()\ndef ab(): return c.a\nimport c\n"
    assert CallGraph({"m.py": source}, {}).functions("m.a") == {"m.a", "m.b", "m.g"}


@pytest.mark.parametrize(
    "text",
    [
        "from pkg.layers import soft, Net",
        "import pkg.layers\npkg.layers.soft(pkg.layers.Net().run(1).hard)",
        "from pkg import layers as m\ndef f(): return m.soft(m.Net)",
        "from pkg.layers import *\ndef f(): return soft(Net)",
    ],
)
def test_what_given_code_asks_for_is_known(text):
    """Of the model answer's modules, and no more."""
    found = CallGraph(PACKAGE, {"main.py": text}).asked_by_given()
    assert found - {"pkg.layers.hard"} == {"pkg.layers.soft", "pkg.layers.Net"}
