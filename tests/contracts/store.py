"""What a store of results keeps to; a test of one subclasses `StoreContract` and says how it is opened."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from grader.intake.submission import Submission
from grader.model.verdict import KeptReplies, QuestionResult, Result, Verdict

ANA = Submission("ana", {"m.py": b"x = 1\n"})
KEPT = KeptReplies("calls", "5e", b"answers")
RIGHT = Verdict("right", "code", ("m.f",), "passed", Fraction(2), Fraction(2), key="right-1", replies=KEPT)
THIRD = Verdict("third", "code", ("m.g",), "partial", Fraction(1, 3), Fraction(1), key="third-1")


def result(*verdicts):
    """Of one question of the one submission."""
    return Result("a", ANA.id, ANA.digest, "r", 0, "s", (QuestionResult("q1", verdicts),))


class StoreContract:
    """Subclass it, and say how a store over a folder is opened."""

    def open(self, folder):
        """The store that was there, or a new one."""
        raise NotImplementedError

    @pytest.fixture
    def reopened(self, tmp_path):
        """A store in which something was done, closed and opened again."""
        opened = []

        def reopen(act):
            store = self.open(tmp_path)
            found = act(store)
            store.close()
            opened.append(self.open(tmp_path))
            return found, opened[-1]

        yield reopen
        for store in opened:
            store.close()

    def test_what_was_put_is_there_under_its_key_alone(self, reopened):
        """Whatever ends the process afterwards."""
        line, store = reopened(lambda store: store.put("k", result(RIGHT, THIRD), "p"))
        assert store.results_under({"ana": "k", "ben": "k"}) == {"ana": line}
        assert store.results_under({"ana": "other"}) == {}
        assert (store.names(), store.lines(["ana", "ben"])) == (["ana"], [line])

    def test_who_is_graded_again_has_one_result(self, reopened):
        """The newest."""
        _, store = reopened(lambda store: store.put("k", result(THIRD), "p"))
        again = store.put("k2", result(replace(THIRD, status="passed", score=Fraction(1))), "p")
        assert store.results_under({"ana": "k"}) == {}
        assert store.lines(["ana"]) == [again]

    def test_who_left_the_class_counts_for_nothing_until_brought_back(self, reopened):
        """The result itself stays, and holds once more when its author is back."""
        line, store = reopened(lambda store: (store.put("k", result(RIGHT), "p"), store.set_class(["ben"])))
        assert line[1] == ["ana"]
        assert (store.names(), store.count(), store.with_bases()) == ([], 0, [])
        assert store.set_class(["ben"]) == []
        store.bring_back(["ana"])
        assert (store.names(), store.count()) == (["ana"], 1)
        assert store.set_class(["ben"]) == ["ana"]
        assert store.set_class(["ana", "ben"]) == []
        assert store.results_under({"ana": "k"}) == {"ana": line[0]}
        assert store.write(store.names()) == [line[0]]

    @pytest.mark.parametrize("change", [{"status": "ungraded"}, {"is_doubtful": True}])
    def test_what_another_run_may_see_otherwise_is_graded_again(self, reopened, change):
        """It is shown, and found under no key."""
        line, store = reopened(lambda store: store.put("k", result(replace(THIRD, **change)), "p"))
        assert store.results_under({"ana": "k"}) == {}
        assert store.lines(["ana"]) == [line]

    def test_verdicts_are_known_of_the_same_files_under_the_same_policy(self, reopened):
        """With exact points; replies are recalled where a verdict no longer holds."""
        _, store = reopened(lambda store: store.put("k", result(RIGHT, THIRD), "p"))
        known = store.earlier(ANA, "p", {"right": {"right-2"}})
        assert known.verdicts["third"].credit == Fraction(1, 3)
        assert {name: one.data for name, one in known.replies.items()} == {"right": b"answers"}
        assert store.earlier(ANA, "p").replies == {}
        assert store.earlier(ANA, "other") is None
        assert store.earlier(Submission("ana", {"m.py": b"x = 2\n"}), "p") is None
        assert store.earlier(Submission("ben", ANA.files), "p") is None

    def test_replies_that_nothing_rests_on_are_swept(self, reopened):
        """And those of a result that is there are not."""
        _, store = reopened(lambda store: store.put("k", result(RIGHT), "p"))
        store.sweep()
        assert store.earlier(ANA, "p", {"right": ()}).replies["right"].data == b"answers"
        store.put("k", result(THIRD), "p")
        store.sweep()
        store.put("k", result(replace(RIGHT, replies=replace(KEPT, data=b""))), "p")
        assert "right" not in store.earlier(ANA, "p", {"right": ()}).replies
