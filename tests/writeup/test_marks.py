"""What programs and thumbs leave in a text changes no answer, and what looks like it is left alone."""

from __future__ import annotations

import pytest
from writeup_checks import judged, verdict_of

from grader.worker.reading.extraction import extract
from grader.worker.reading.marks import plain_signs, without_marks


@pytest.mark.parametrize(("text", "plain"), [
    ("==J = 0.80== (nats)", "J = 0.80 (nats)"), ("a == b and c == d", "a == b and c == d"), ("x ==1", "x ==1"),
    ("> [!WARNING]- Answer", "> Answer"), ("[1] 0.8026", "0.8026"), ("ii) [1] -4e-3", "ii) -4e-3"), ("[1] and [2] say so", "[1] and [2] say so"),
    ("smaller w/ scaling, larger w/o scaling", "smaller with scaling, larger without scaling"), ("dw/dx and w/2", "dw/dx and w/2"),
    ("- [x] A\n- [ ] B\n\ntext", "- A\n\ntext"), ("- [ ] to do\n- [ ] more", "- to do\n- more"), ("- [x] A\n- [X] B", "- A\n- B"),
    ("∂*l*/∂*z~j~* = *p~j~* - *y~j~*", "∂l/∂z_j = p_j - y_j"), ("a *b* c", "a *b* c"), ("p * y * q", "p * y * q"), ("y*log(p) + (1-y)*log(1-p)", "y*log(p) + (1-y)*log(1-p)"),
    ("pj - yj", "p_j - y_j"), ("dl/dzk = pk + yk", "dl/dz_k = p_k + y_k"), ("hi - by", "hi - by"), ("ai(x) - bi(x)", "ai(x) - bi(x)"),
])  # fmt: skip
def test_marks_are_taken_off(text: str, plain: str) -> None:
    """Of prose; signs of a formula stay."""
    assert without_marks(text) == plain


def test_code_keeps_its_signs() -> None:
    """A fence and a span hold what stands in them."""
    text = "```python\nx = [1] == w/o\n==a==\n```\n\n`==b==` and ==c=="
    assert extract(text).text == text.replace("==c==", "c")


def test_signs_of_other_keyboards_are_the_usual_ones() -> None:
    """Wide digits and a low quotation mark between digits."""
    assert plain_signs("Ｊ＝０‚８０，„so“") == "Ｊ=0‚80，„so“".replace("0‚80", "0,80")


@pytest.mark.parametrize(("check", "text"), [
    ("q3_norms", "iv) Model B: weight decay makes the norm smaller."), ("q3_norms", "iv) Answer: B; weight decay reduces the weights."),
    ("q3_norms", "iv) A aber größere Norm"), ("q3_norms", "iv) $\\|w_A\\| < \\|w_B\\|$, das gilt nicht, es ist umgekehrt."), ("q3_cost", "iii) J = 2.4079/3 => 0.82"),
    ("q3_cost", "iii) $J = 2.4079/3$ $\\Rightarrow 0.82$"), ("q3_norms", "iv)\n\n* [ ] model A\n* [x] model B"), ("q3_norms", "iv) B obviously"),
    ("q1_total", "Всего параметров: 61760"), ("q1_total", "Итого 61706 без смещений, с ними 61942"), ("q2_product", "Wx is -40 three times"), ("q2_result", "result = all 40"),
    ("q3_cost", "iii) 0.8026 nats, times 3"), ("q1_total", "There's 61760 of them in total."), ("q3_formula", "ii) -log(ŷ) if y is 0 and -log(1-ŷ) if y is 1"),
])  # fmt: skip
def test_what_is_wrong_earns_not_everything(check: str, text: str) -> None:
    """A name before a reason, a turn, a denial, a step behind an arrow, a box that is ticked."""
    assert verdict_of(judged(check, f"## Question {check[1]}\n\n{text}")) in ("wrong", "person")


@pytest.mark.parametrize(("check", "text"), [
    ("q3_norms", "iv) A, cuz of weight decay"), ("q3_norms", "iv) A wins, smaller norm"), ("q3_norms", "iv)\n\n* [x] model A\n* [ ] model B"),
    ("q1_total", "Итого: 61706"), ("q1_total", "It sums to 61706 parameters, some 241 KB."), ("q3_cost", "iii) Their average, 0.80, is J."), ("q3_cost", "iii) J = ０．８０"),
    ("q2_product", "Wx is -40 four times"), ("q2_result", "The output is -40 everywhere."), ("q3_formula", "ii) y=1 -> -log(ŷ), y=0 -> -log(1-ŷ)"),
    ("q1_total", "There's 61706 of them in total."), ("q3_formula", "ii) -log(ŷ) if y equals 1 and -log(1-ŷ) if y equals 0"), ("q1_total", "n_params = 61_706  # see above"),
])  # fmt: skip
def test_what_is_right_is_read(check: str, text: str) -> None:
    """The same signs and words around right answers."""
    outcome = judged(check, f"## Question {check[1]}\n\n{text}")
    assert verdict_of(outcome) == "right", outcome.feedback
