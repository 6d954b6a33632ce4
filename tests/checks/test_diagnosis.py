"""A misconception is named where the replies leave no doubt, and costs nobody anything where it does not work."""

from __future__ import annotations

import threading
import time
import warnings
from fractions import Fraction
from types import ModuleType

import pytest

from grader.cache.preparations import Preparations
from grader.checks.feedback.conclusion import conclude
from grader.checks.misconceptions import diagnosis as naming
from grader.checks.misconceptions.diagnosis import Misconceptions
from grader.checks.misconceptions.files import Misconception
from grader.checks.misconceptions.observation import agree
from grader.checks.time_limit import run_within
from grader.sandbox.local import LocalSession
from tests.conftest import MINI


def known(name, source, *, replaces="m.conv", credit=0):
    """A misconception, written over the model answer, which it finds as `right`."""
    function = replaces.partition(".")[2]
    text = f"import numpy as np, torch\nfrom m import {function} as right\n{source}"
    return Misconception(name, replaces, f"This is {name}.", Fraction(credit), text)


def conv(name, result, **more):
    return known(name, f"def conv(image, kernel):\n    return {result}\n", **more)


def total(name, result, **more):
    return known(name, f"def total(x):\n    return {result}\n", replaces="m.total", **more)


@pytest.fixture
def concluded(mini, honest):
    """The verdict of a check on the model answer with something written after it, given these misconceptions."""

    def run(check, more, *misconceptions):
        module = ModuleType("m")
        exec(f"{honest}\n{more}", vars(module))
        known_ones = Misconceptions(MINI.reference("mini"), misconceptions)
        return conclude(mini.checks[check], LocalSession({"m": module}), shrink=False, misconceptions=known_ones)

    return run


def student(result, function="conv(image, kernel)"):
    name = function.partition("(")[0]
    return f"right = {name}\ndef {function}:\n    return {result}\n"


FLIPPED = conv("flipped", "right(image, kernel[::-1, ::-1])")
SHIFTED = conv("shifted", "right(image, kernel) + 1")
MEAN = total("mean", "x.mean()")


def test_the_name_the_sentence_and_the_credit(concluded):
    """The verdict bears the name, its feedback begins with the sentence, and the points are the credit's share."""
    kept = conv("flipped", "right(image, kernel[::-1, ::-1])", credit="1/4")
    verdict = concluded("conv_matches_torch", student("right(image, np.rot90(kernel, 2))"), kept)
    assert (verdict.misconception, verdict.status, verdict.score) == ("flipped", "partial", 1)
    assert verdict.feedback.startswith("This is flipped.\n`conv` is torch's cross-correlation.")


def test_without_credit_there_are_no_points(concluded):
    """A name alone is worth nothing."""
    verdict = concluded("conv_matches_torch", student("right(image, np.rot90(kernel, 2))"), FLIPPED)
    assert (verdict.misconception, verdict.status, verdict.score) == ("flipped", "failed", 0)


def test_what_the_tolerance_gives_is_not_taken_away(concluded):
    """Where a tier of the tolerance is worth more than the misconception's credit, the tier counts."""
    nearly = conv("nearly", "1.0001 * right(image, kernel)", credit="1/4")
    verdict = concluded("conv_matches_torch", student("right(image, kernel * 1.0001)"), nearly)
    assert (verdict.misconception, verdict.status, verdict.score) == ("nearly", "partial", 2)
    assert "Right to float32 only." in verdict.feedback


DOUBLED = """
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.{layer} = torch.nn.Linear(3, 2)

    def forward(self, x):
        return self.{layer}(2 * x)


def build():
    return Net()
"""


@pytest.mark.parametrize(
    ("check", "misconception", "source"),
    [
        ("conv_matches_torch", FLIPPED, student("[list(row) for row in right(image, np.rot90(kernel, 2))]")),
        ("conv_is_linear", SHIFTED, student("1 + right(image, kernel)")),
        ("total_matches_reference", MEAN, student("[sum(x) / len(x)]", "total(x)")),
        ("worked_example", MEAN, student("torch.tensor(x).mean()", "total(x)")),
        ("model_is_right", known("doubled", DOUBLED.format(layer="a"), replaces="m.build"), DOUBLED.format(layer="b")),
    ],
)
def test_all_kinds_of_checks_name(concluded, check, misconception, source):
    """Compiled, run again for each student, departing from the plan, worked example; whatever holds the numbers."""
    verdict = concluded(check, source, misconception)
    assert (verdict.status, verdict.misconception) == ("failed", misconception.name)


def test_cases_that_raise_are_part_of_the_picture(concluded):
    """Where the misconception raises, so must the student's code; the numbers of the other cases name it."""
    square = conv("square", "right(image, kernel) + (1 if len(image) == len(image.T) else [][0])")
    verdict = concluded(
        "conv_matches_torch", student("1 + right(image, kernel) if image.shape[0] == image.shape[1] else [][0]"), square
    )
    assert verdict.misconception == "square"
    assert concluded("conv_matches_torch", student("1 + right(image, kernel)"), square).misconception is None


def test_another_answer_in_one_case_is_another_mistake(concluded):
    """Every case in which the misconception differs from the model answer must agree."""
    but_one_size = "right(image, np.rot90(kernel, 2)) if image.shape != (3, 4) else right(image, kernel) + 7"
    assert concluded("conv_matches_torch", student(but_one_size), FLIPPED).misconception is None


def test_a_second_mistake_elsewhere_does_not_hide_the_first(concluded):
    """Where the misconception is right, the student may be wrong in a way of their own."""
    wide = conv("wide", "right(image, kernel) + (image.shape[1] > image.shape[0])")
    both = "right(image, kernel) + (image.shape[1] > image.shape[0]) - 5 * (image.shape[1] < image.shape[0])"
    assert concluded("conv_matches_torch", student(both), wide).misconception == "wide"


@pytest.mark.parametrize("answer", ["0.0", "float('nan')", "float('inf')", "3.5", "None", "[]", "'text'", "[][0]"])
def test_an_answer_that_is_always_the_same_is_not_named(concluded, answer):
    """A constant, NaN or exception says nothing of how it came about, even if a misconception gives it too."""
    same, half = total("same", answer), total("half", f"{answer} if len(x) < 3 else right(x)")
    verdict = concluded("total_matches_reference", student(answer, "total(x)"), same, half)
    assert verdict.status != "passed"
    assert verdict.misconception is None


LOST = "np.where(right(image, kernel) > 3, {}, right(image, kernel))"


def test_where_numbers_are_lost_is_telling(concluded):
    """The same elements are NaN, the others are right; not where everything is NaN, nor with another mistake beside."""
    misconception, check = conv("lost", LOST.format("np.nan")), "conv_matches_torch"
    assert concluded(check, student(LOST.format("np.nan")), misconception).misconception == "lost"
    assert concluded(check, student(LOST.format("np.inf")), misconception).misconception is None
    beside = LOST.format("np.nan") + " if image.shape != (3, 4) else right(image, kernel) + 7"
    assert concluded(check, student(beside), misconception).misconception is None
    nothing = "right(image, kernel) * np.nan"
    assert concluded(check, student(nothing), conv("nothing", nothing)).misconception is None


def test_one_telling_case_is_not_enough(concluded, mini):
    """A single case in which the misconception shows may agree by coincidence, unless it is all there is."""
    [*_, longest] = sorted(
        (case["case"]["x"].tolist() for case in mini.checks["total_matches_reference"].cases), key=len
    )
    once = total("once", f"right(x) + (x.tolist() == {longest!r})")
    verdict = concluded("total_matches_reference", student(f"right(x) + (x.tolist() == {longest!r})", "total(x)"), once)
    assert (verdict.failed_examples, verdict.misconception) == (1, None)


ON_SQUARES = conv("squares", "right(image, kernel) + (image.shape[0] == image.shape[1])")
ON_OTHERS = conv("others", "right(image, kernel) + (image.shape[0] != image.shape[1])")


def test_two_that_explain_a_part_each_name_none(concluded):
    """They contradict each other, so neither is the story."""
    assert (
        concluded("conv_matches_torch", student("right(image, kernel) + 1"), ON_SQUARES, ON_OTHERS).misconception
        is None
    )


def test_one_that_explains_everything_goes_before(concluded):
    """It leaves no failure unexplained."""
    verdict = concluded("conv_matches_torch", student("right(image, kernel) + 1"), ON_OTHERS, SHIFTED, ON_SQUARES)
    assert verdict.misconception == "shifted"


def test_of_two_that_agree_everywhere_the_first_is_named(concluded):
    """By name; but one that replaces the function itself goes before one that changes what it calls."""
    twins = [conv("b", "1 + right(image, kernel)"), conv("a", "right(image, kernel) + 1")]
    verdict = concluded(
        "conv_matches_torch", student("right(image, kernel) + 1"), *sorted(twins, key=lambda one: one.name)
    )
    assert verdict.misconception == "a"


def test_only_what_concerns_a_check_is_tried(mini, tmp_path):
    """The function itself, then what it rests on; nothing else of the module."""
    (tmp_path / "m.py").write_text("def term(x): pass\ndef total(x): return term(x)\ndef conv(i, k): pass\n")
    term = Misconception("a", "m.term", "", Fraction(0), "")
    ones = Misconceptions(tmp_path, [term, FLIPPED, MEAN])
    assert ones.about(mini.checks["worked_example"]) == [MEAN, term]
    assert ones.about(mini.checks["conv_is_linear"]) == [FLIPPED]


def test_nothing_is_computed_before_somebody_fails(concluded, monkeypatch):
    """And then once for each check and misconception."""
    asked = []
    monkeypatch.setattr(naming, "answers", lambda one, check, _: asked.append((one.name, check.id)) or ())
    assert concluded("conv_matches_torch", "", FLIPPED).status == "passed"
    assert asked == []


def test_what_a_misconception_answers_is_found_out_once(mini, monkeypatch):
    """The second failing student is compared with what the first one brought to light."""
    asked = []
    original = naming.answers
    monkeypatch.setattr(naming, "answers", lambda *of: asked.append(of[0].name) or original(*of))
    ones = Misconceptions(MINI.reference("mini"), [FLIPPED])
    first = ones.evidence(FLIPPED, mini.checks["conv_matches_torch"])
    assert ones.evidence(FLIPPED, mini.checks["conv_matches_torch"]) is first
    assert asked == ["flipped"]


BROKEN = {
    "hangs": "    while True: pass",
    "catches what interrupts it": "    while True:\n        try:\n            while True: pass\n        except Exception: pass",
    "raises": "    return 1 / 0",
    "exits": "    raise SystemExit(0)",
    "returns an object": "    return object()",
    "recurses": "    return conv(image, kernel)",
}


@pytest.mark.parametrize("how", sorted(BROKEN))
def test_a_misconception_that_does_not_work_hurts_nobody(concluded, monkeypatch, how):
    """It is passed over, in bounded time, and the next one is named."""
    monkeypatch.setattr(naming, "MISCONCEPTION_WALL_S", 0.3)
    broken = known("a_broken_one", f"def conv(image, kernel):\n{BROKEN[how]}\n")
    verdict = concluded("conv_matches_torch", student("right(image, kernel) + 1"), broken, SHIFTED)
    assert (verdict.status, verdict.misconception) == ("failed", "shifted")


@pytest.mark.parametrize("source", ["1 / 0", "while True: pass", "import nothing_of_that_name", "print('x'", "exit()"])
def test_one_that_does_not_load_is_not_tried_again(mini, monkeypatch, source):
    """Loading is bounded too."""
    monkeypatch.setattr(naming, "MISCONCEPTION_WALL_S", 0.3)
    ones = Misconceptions(MINI.reference("mini"), [known("broken", source)])
    started = time.monotonic()
    for _ in range(20):
        assert ones.evidence(ones.known[0], mini.checks["conv_matches_torch"]) is None
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("first", ["conv_matches_torch", "conv_is_linear"])
def test_what_is_known_for_a_check_does_not_hang_on_which_was_failed_first(mini, monkeypatch, first):
    """One that does not come to an end with one check's inputs is named by another check all the same."""
    original = naming.answers

    def only_linear(one, check, reference):
        if check.id == "conv_matches_torch":
            raise TimeoutError
        return original(one, check, reference)

    monkeypatch.setattr(naming, "answers", only_linear)
    ones = Misconceptions(MINI.reference("mini"), [FLIPPED])
    second = next(name for name in ("conv_matches_torch", "conv_is_linear") if name != first)
    found = {name: ones.evidence(FLIPPED, mini.checks[name]) is not None for name in (first, second)}
    assert found == {"conv_matches_torch": False, "conv_is_linear": True}


def test_it_works_in_silence(concluded, capsys):
    """What a misconception prints, and numpy's warnings, are nobody's business."""
    loud = known("loud", "def conv(image, kernel):\n    print('loud', np.log(-1.0)); return right(image, kernel) + 1\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert concluded("conv_matches_torch", student("right(image, kernel) + 1"), loud).misconception == "loud"
    assert capsys.readouterr().out == ""


def test_bounded_work_returns_or_raises_as_it_would():
    """Within the time there is no difference."""
    assert run_within(lambda: 3, 10) == 3
    with pytest.raises(KeyError, match="x"):
        run_within(lambda: {}["x"], 10)


def test_what_else_works_in_the_process_does_not_count():
    """A thread that nobody could end beside it, say."""
    ends = threading.Event()

    def spin():
        while not ends.is_set():
            pass

    threading.Thread(target=spin, daemon=True).start()
    try:
        assert run_within(lambda: time.sleep(0.8) or 3, 0.3) == 3
        with pytest.raises(TimeoutError):
            run_within(spin, 0.3)
    finally:
        ends.set()


def test_what_a_misconception_answers_is_kept_for_the_next_run(mini, tmp_path, monkeypatch):
    """The next run recalls it from disk; a changed misconception or a damaged file is run again."""
    check, runs = mini.checks["conv_matches_torch"], []

    def answers(misconception, *rest):
        runs.append(misconception.name)
        return original(misconception, *rest)

    original = naming.answers
    monkeypatch.setattr(naming, "answers", answers)

    def evidence(misconception):
        ones = Misconceptions(MINI.reference("mini"), [misconception], Preparations(tmp_path))
        return ones.evidence(misconception, check)

    first, second = evidence(FLIPPED), evidence(FLIPPED)
    assert runs == ["flipped"]
    assert agree(first, second, check.spec.tolerance)
    evidence(conv("flipped", "right(image, kernel[:, ::-1])"))
    assert runs == ["flipped"] * 2
    for path in tmp_path.rglob("*.prepared"):
        path.write_bytes(b"junk")
    evidence(FLIPPED)
    assert runs == ["flipped"] * 3


def test_what_is_recalled_runs_nothing(mini, tmp_path, monkeypatch):
    """A judge that is forked later knows what an earlier run found out; what nobody found out is left alone."""
    check = mini.checks["conv_matches_torch"]
    one, other = (Misconceptions(MINI.reference("mini"), [FLIPPED], Preparations(tmp_path)) for _ in range(2))
    one.recall(check)
    assert not one._seen_by
    one.evidence(FLIPPED, check)
    monkeypatch.setattr(naming, "answers", None)
    other.recall(check)
    monkeypatch.setattr(Preparations, "get", None)
    [known] = other._seen_by[check.id]
    assert known.misconception == FLIPPED
    assert known.is_telling
    assert other.evidence(FLIPPED, check) == known.answers
