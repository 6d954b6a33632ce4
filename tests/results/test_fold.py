"""The present is a pure fold over acts: a naive model that looks through all of them says the same."""

from __future__ import annotations

import random
from fractions import Fraction

from grader.results.acts import Act
from grader.results.fold import GrowingFold, fold

STUDENTS, CHECKS, ANSWERS = ("ana", "ben", "chen"), ("c1", "c2"), ("x", "y")
MAXIMUM = Fraction(7, 3)


def act(number, kind, student="", check="", **rest):
    """An act with what tests do not look at filled in."""
    return Act(
        kind=kind, actor="tutor", student=student, check=check, id=number, at="2026-01-01T00:00:00+00:00", **rest
    )


def random_acts(draw, n):
    """Acts of all kinds, some of which undo others."""
    acts = []
    for number in range(1, n + 1):
        student, check, answer = draw.choice(STUDENTS), draw.choice(CHECKS), draw.choice(ANSWERS)
        points = str(Fraction(draw.randrange(0, 15), draw.choice((3, 7))) % MAXIMUM)
        kind = draw.choice(
            ("score", "score", "comment", "items", "item", "withdraw", "undo", "group", "flag", "resolve")
        )
        if kind == "undo" and acts:
            acts.append(act(number, "withdraw", student, check, supersedes=draw.choice(acts[-20:]).id))
        elif kind == "group":
            members = [[name, answer, ""] for name in draw.sample(STUDENTS, 2)]
            acts.append(act(number, "score", check=check, value=points, detail={"members": members}))
        elif kind == "items":
            detail = {"items": draw.sample(("i", "j"), draw.randrange(3)), "starts": draw.choice(("zero", "full"))}
            acts.append(act(number, "items", student, check, answer=answer, detail=detail))
        elif kind == "item":
            value = draw.choice(("", "1/7", "-1/3", "2"))
            acts.append(
                act(number, "item", check=check, value=value, reason="text", detail={"item": draw.choice("ij")})
            )
        elif kind == "resolve":
            flags = [one.id for one in acts if one.kind == "flag"]
            acts.append(act(number, "resolve", student, check, supersedes=draw.choice(flags) if flags else None))
        elif kind in ("score", "comment", "withdraw", "flag"):
            value = points if kind == "score" else ""
            acts.append(act(number, kind, student, check, answer=answer, value=value, reason=f"said {number}"))
        else:
            acts.append(act(number, "comment", student, check, answer=answer, reason=f"said {number}"))
    return acts


class Naive:
    """Looks through all acts for each question, recursively, without keeping anything."""

    def __init__(self, acts):
        self.acts = acts

    def stands(self, one, student):
        """Whether nothing that stands took it back for a student."""
        for later in self.acts:
            if later.id <= one.id or later.kind != "withdraw":
                continue
            group = bool(one.detail.get("members"))
            aimed = later.supersedes == one.id and (not group or later.student in ("", student))
            swept = later.supersedes is None and (later.student, later.check) == (student, one.check)
            swept = swept and one.kind in ("score", "items", "comment")
            if (aimed or swept) and self.stands(later, later.student):
                return False
        return True

    def items(self, check):
        """The items of a check as the last act on each has them."""
        found = {}
        for one in self.acts:
            if one.kind == "item" and one.check == check and self.stands(one, ""):
                found[one.detail["item"]] = one.value
        return {name: Fraction(value) for name, value in found.items() if value}

    def score(self, student, check, answer):
        """The score that counts for an answer; None where nobody gave one."""
        for one in reversed(self.acts):
            members = one.detail.get("members") or [[one.student, one.answer, one.files]]
            mine = [name for name, of, _ in members if (name, of) == (student, answer)]
            if one.kind not in ("score", "items") or one.check != check or not mine or not self.stands(one, student):
                continue
            if one.kind == "score":
                return Fraction(one.value)
            points = self.items(check)
            start = MAXIMUM if one.detail["starts"] == "full" else 0
            return min(max(start + sum(points.get(name, 0) for name in one.detail["items"]), 0), MAXIMUM)
        return None


def test_ten_thousand_random_acts_fold_as_a_naive_model_has_them():
    """Whatever is done and undone, in whatever order, what holds is what a plain reading of the acts says."""
    for seed in range(100):
        acts = random_acts(random.Random(seed), 100)
        present, naive = fold(acts), Naive(acts)
        for student in STUDENTS:
            for check in CHECKS:
                for answer in ANSWERS:
                    words = [word for word in present.words_on(student, check, answer, "") if word.scores()]
                    found = words[-1].points(MAXIMUM) if words else None
                    assert found == naive.score(student, check, answer), (seed, student, check, answer)


def test_a_withdrawal_can_be_withdrawn():
    """Undo has an undo, for ever."""
    acts = [act(1, "score", "ana", "c1", answer="x", value="1")]
    acts += [act(number, "withdraw", "ana", "c1", supersedes=number - 1) for number in range(2, 7)]
    for n in range(1, 7):
        assert bool(fold(acts[:n]).words_on("ana", "c1", "x", "")) == (n % 2 == 1)


def test_one_is_taken_out_of_a_group_and_put_back():
    """A group's grade is one act; an exception is another, and can be undone."""
    members = [["ana", "x", ""], ["ben", "x", ""]]
    acts = [
        act(1, "score", check="c1", value="1", detail={"members": members}),
        act(2, "withdraw", "ben", "c1", supersedes=1),
        act(3, "withdraw", "ben", "c1", supersedes=2),
    ]
    graded = [[name for name in ("ana", "ben") if fold(acts[:n]).words_on(name, "c1", "x", "")] for n in (1, 2, 3)]
    assert graded == [["ana", "ben"], ["ana"], ["ana", "ben"]]


def test_changing_an_item_scores_again_all_that_carry_it():
    """Points change for all who have it, a new item for nobody, a deleted one for all who had it."""
    acts = [
        act(1, "item", check="c1", value="-1/2", reason="sign lost", detail={"item": "i"}),
        act(2, "items", "ana", "c1", answer="x", detail={"items": ["i"], "starts": "full"}),
        act(3, "item", check="c1", value="-1", reason="sign lost", detail={"item": "i"}),
        act(4, "item", check="c1", value="1", reason="bonus", detail={"item": "j"}),
        act(5, "item", check="c1", value="", detail={"item": "i"}),
        act(6, "withdraw", check="c1", supersedes=5),
    ]
    scores = [fold(acts[:n]).words_on("ana", "c1", "x", "")[-1].points(Fraction(2)) for n in range(2, 7)]
    assert scores == [Fraction(3, 2), 1, 1, 2, 1]


def test_a_word_holds_for_the_same_answer_or_the_same_files():
    """What the check read decides; where that was not kept, all files do."""
    word = fold([act(1, "score", "ana", "c1", answer="x", files="f", value="1")]).words["ana", "c1"][0]
    assert word.is_about("x", "other files") and word.is_about("", "f")
    assert not word.is_about("y", "other files") and not word.is_about("", "")


def test_points_follow_what_the_check_is_worth():
    """Half of it stays half of it when the rubric's points change."""
    word = fold([act(1, "score", "ana", "c1", answer="x", value="1", detail={"of": "2"})]).words["ana", "c1"][0]
    assert word.points(Fraction(2)) == 1 and word.points(Fraction(3)) == Fraction(3, 2)


def test_acts_that_keep_coming_fold_as_all_of_them_do():
    """After each act the present is what a fold over all acts says, although most of it is not folded again."""
    for seed in range(40):
        acts = random_acts(random.Random(seed), 60)
        growing = GrowingFold()
        for n, one in enumerate(acts, start=1):
            growing.add([one])
            if n % 7 == 0 or n == len(acts):
                assert growing.present == fold(acts[:n]), seed
        assert growing.acts == acts
