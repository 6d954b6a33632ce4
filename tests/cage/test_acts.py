"""The forbidden acts: each is refused, each could have worked, and a hole in the cage is noticed."""

from __future__ import annotations

import os
import signal

import pytest

from grader.doctor import examine, judging
from grader.doctor.attacks import ACTS
from grader.doctor.judging import JUDGE_ACTS, attempt_on_judge
from grader.doctor.missing import missing_layers
from grader.sandbox import replying
from grader.sandbox.session import WorkerSession
from grader.worker import cage
from grader.worker.cage import seccomp
from tests.cage.conftest import ORDINARY_UID, attempt_all, in_child, rounds_as

SECCOMP = frozenset({"seccomp", "limits"})
ALL = frozenset(cage.LAYERS)
# What an ordinary user may not do anywhere, or what depends on how a kernel was built.
_BUILT_IN_OR_NOT = {
    "call_as_x32", "call_as_i386", "compare_with_judge", "use_io_uring", "type_into_the_terminal", "reach_the_host",
    "measure_the_kernel", "handle_page_faults", "label_results", "share_a_named_queue", "leave_a_key", "open_by_handle",
    "starve_judge_of_disk", "load_a_kernel_program", "read_kernel_log", "open_with_openat2", "enter_a_user_namespace",
    "fork_the_old_way", "leave_a_file_in_shared_memory", "start_many_threads", "attach_to_judge", "share_memory",
    "share_a_queue", "take_judge_descriptor", "read_judge_memory", "write_judge_memory", "locate_judge_threads",
    "open_judge_memory", "link_to_hidden_tests",
}  # fmt: skip
_ROOT_ALONE = {
    "enter_a_mount_namespace", "enter_the_judges_network", "mount_a_file_system", "prepare_a_file_system",
    "change_root", "become_another_user", "rename_the_machine", "make_a_device", "change_interpreter", "pin_memory",
}  # fmt: skip


@pytest.fixture(scope="module")
def rounds(who):
    """Every act without a layer, under seccomp and limits, and under all layers."""
    return dict(zip(("none", "seccomp", "all"), rounds_as(who, None, SECCOMP, ALL), strict=True))


@pytest.mark.parametrize("act", sorted(ACTS))
def test_the_act_is_refused(rounds, act):
    """By seccomp with limits, which is all that some machines have, and by all layers."""
    for name in ("seccomp", "all"):
        assert not rounds[name].fault
        assert "seccomp" in rounds[name].holds
        assert not rounds[name].ends[act].worked, rounds[name].ends[act].how


@pytest.mark.parametrize("act", sorted(set(ACTS) - _BUILT_IN_OR_NOT - {"become_root"}))
def test_the_act_works_without_a_layer(rounds, act, who):
    """Otherwise its refusal would show nothing."""
    if who == "user" and (act in _ROOT_ALONE):
        pytest.skip("an ordinary user may not do this anywhere")
    assert rounds["none"].ends[act].worked, rounds["none"].ends[act].how


HOLES = {
    "fcntl": (lambda m: owners(m), "signal_judge_by_pipe"),
    "ioctl": (lambda m: m.setattr(seccomp, "_IOCTLS", (*seccomp._IOCTLS, 0x8901)), "signal_judge_by_socket"),
    "prctl": (lambda m: m.setattr(seccomp, "_PRCTLS", (*seccomp._PRCTLS, 1)), "outlive_judge"),
    "clone": (lambda m: m.setattr(seccomp, "_THREADS", (*seccomp._THREADS, signal.SIGCHLD)), "fork_by_clone"),
    "sendto": (lambda m: m.setattr(seccomp, "_without_address", lambda program: program.allow()), "send_from_a_pair"),
    "prlimit64": (lambda m: m.setattr(seccomp, "_read_own_limits", lambda program, _: program.allow()), "limit_judge"),
    "kill": (lambda m: moved(m, "GUARDED", "kill"), "signal_judge"),
    "getsockopt": (lambda m: m.setattr(seccomp, "_SOCKET_OPTIONS", (17,)), "name_the_other_end"),
    "clock": (lambda m: m.setattr(seccomp, "_own_clock", lambda program: program.allow()), "time_the_judge"),
    "stat": (lambda m: moved(m, "NAMING", "newfstatat"), "stat_with_empty_path_flag"),
    "openat": (lambda m: moved(m, "NAMING", "openat"), "read_hidden_tests"),
}


def owners(monkeypatch):
    """Allow F_SETOWN, F_SETSIG and O_ASYNC."""
    monkeypatch.setattr(seccomp, "_FCNTLS", (*seccomp._FCNTLS, 8, 10))
    monkeypatch.setattr(seccomp, "_STATUS_FLAGS", seccomp._STATUS_FLAGS | os.O_ASYNC)


def moved(monkeypatch, group, call):
    """Allow a call with any arguments."""
    monkeypatch.setitem(seccomp.PLAIN, call, getattr(seccomp, group)[call])
    if group == "NAMING":
        monkeypatch.delitem(seccomp.NAMING, call)
    else:
        monkeypatch.setattr(seccomp._Program, "allow_if", lambda program, *_: program.allow)


@pytest.mark.parametrize("hole", sorted(HOLES))
def test_a_removed_check_is_noticed(monkeypatch, hole):
    """The act that a check is there for works as soon as the check is gone."""
    make, act = HOLES[hole]
    make(monkeypatch)
    monkeypatch.setattr(cage, "_is_filtered", lambda: True)
    (found,) = attempt_all(SECCOMP, acts=[act])
    assert found.worked == [act], found


SOME = [ACTS[name] for name in ("read_hidden_tests", "fork", "signal_judge", "forge_results", "take_memory")]


def test_a_whole_machine_is_fit():
    """What this machine has is enough for code that nobody trusts."""
    report = examine.examine("strong", acts=SOME)
    assert report.ok and report.is_strong, report.faults
    assert report.sandbox.startswith("strong: seccomp")


@pytest.fixture
def only_acts(monkeypatch):
    """With an honest submission taken as graded, which takes longest and is tried for itself above and below."""
    monkeypatch.setattr(examine, "_grade", lambda is_strong: (examine.Honest(True, "graded", 0.0), {}))
    return monkeypatch


def test_a_layer_that_only_seems_to_hold_is_noticed(only_acts):
    """The filter is believed to hold and does not: the acts say so, whatever is required."""
    only_acts.setattr(cage, "_is_filtered", lambda: True)
    only_acts.setattr(seccomp, "load", lambda program: None)
    report = examine.examine("any", acts=SOME)
    assert not report.ok and not report.is_strong
    assert any("read_hidden_tests works" in fault for fault in report.faults)


def test_a_missing_layer_is_said(only_acts):
    """Without seccomp the sandbox is weak: enough only where that is asked for."""
    only_acts.setattr(cage, "_is_filtered", lambda: False)
    report = examine.examine("strong", acts=SOME)
    assert report.sandbox.startswith("weak")
    assert report.faults == ["seccomp does not hold: student code would be limited, but not isolated"]


def test_a_layer_that_fails_in_the_worker_is_not_skipped(monkeypatch):
    """What held when the zygote tried must hold in each worker, or there is no worker."""

    def refuse(program):
        raise OSError("not now")

    monkeypatch.setattr(cage, "_is_filtered", lambda: True)
    monkeypatch.setattr(seccomp, "load", refuse)
    (found,) = attempt_all(ALL, acts=["fork"])
    assert "not now" in found.fault and not found.ends


def test_an_examination_that_proves_nothing_is_no_proof(only_acts):
    """Where an act fails without any layer, its refusal is no merit of the sandbox's."""

    def broken(target):
        raise OSError("no such thing here")

    reading = examine.ACTS["read_hidden_tests"]
    acts = [type(reading)(reading.name, reading.group, reading.what, broken), *SOME[1:]]
    report = examine.examine("strong", acts=acts)
    assert report.unproved == ["read_hidden_tests"]
    assert any("proves nothing" in fault for fault in report.faults)


def test_honest_code_that_the_sandbox_breaks_is_noticed(monkeypatch):
    """A machine where a library fails under the layers is not fit, and the report says what fails."""
    monkeypatch.setattr(examine, "_SOURCE", examine._SOURCE.replace("[0.0, 2.0, 4.0]", "[0.0, 0.0, 0.0]"))
    report = examine.examine("strong", acts=SOME[:1])
    assert not report.ok
    assert any("an honest submission is not graded: torch_differentiates" in fault for fault in report.faults)


def test_the_judge_stands(sandbox):
    """What a submission answers trips, fills and delays nothing, and reaches no other submission."""
    ends = attempt_on_judge(sandbox)
    assert ends.keys() == JUDGE_ACTS.keys()
    assert {name: end.how for name, end in ends.items() if end.worked} == {}


JUDGE_HOLES = {
    "texts are not cut": ("trip_the_judge", lambda m: [m.setattr(replying, name, 1 << 30) for name in ("MAX_NAME", "MAX_MESSAGE")]),
    "a reply that nobody foresaw": ("trip_the_judge", lambda m: m.setattr(replying, "outcome_of", lambda kind, data: 1 / 0)),
    "one process for all": ("peek_at_hidden_checks", lambda m: m.setattr(WorkerSession, "apart", lambda session: session)),
}  # fmt: skip


@pytest.mark.parametrize("hole", JUDGE_HOLES)
def test_a_hole_in_the_judge_is_noticed(hole, sandbox, monkeypatch):
    """The act that a rule is there for works as soon as the rule is gone."""
    act, open_it = JUDGE_HOLES[hole]
    monkeypatch.setattr(judging, "JUDGE_ACTS", {act: JUDGE_ACTS[act]})
    open_it(monkeypatch)
    assert attempt_on_judge(sandbox)[act].worked


def test_a_missing_layer_says_why_and_whether_it_matters(only_acts):
    """As the system has it, and in a sentence."""
    found = missing_layers(frozenset({"limits"}), ())
    assert found.keys() == {"seccomp", "landlock", "namespaces", "uid"}
    assert all(one.why and one.means for one in found.values())
    assert found["seccomp"].means.startswith("It matters")
    as_user = in_child(lambda: missing_layers(frozenset({"limits"}), ()), ORDINARY_UID if os.getuid() == 0 else None)
    assert "not started by root" in as_user["uid"].why
    only_acts.setattr(cage, "_is_landlocked", lambda: False)
    report = examine.examine("strong", acts=SOME[:1])
    assert report.missing.keys() == {"landlock"}
    assert report.to_json()["missing"]["landlock"]["means"]
    assert report.ok
