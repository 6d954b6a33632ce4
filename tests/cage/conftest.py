"""Runs parts of the examination as root and as an ordinary user."""

from __future__ import annotations

import contextlib
import functools
import os
import pickle

import pytest

from grader.doctor.attacks import ACTS
from grader.doctor.attempts import attempt
from grader.doctor.stage import stage
from grader.worker.cage import kernel
from grader.worker.zygote import readable_paths

ORDINARY_UID = 12_345


def in_child(body, uid=None):
    """What `body()` returns in a forked process, as another user where `uid` is given."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            if uid is not None:
                os.setgroups([])
                os.setresgid(uid, uid, uid)
                os.setresuid(uid, uid, uid)
                kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # as it is in a process that began as this user
            os.write(write, pickle.dumps(body()))
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        data = stream.read()
    os.waitpid(child, 0)
    assert data, "the child failed"
    return pickle.loads(data)


# Found out before any change of user: an ordinary one may not reach the interpreter that the tests run with.
PATHS = readable_paths()


def attempt_all(*layer_sets, acts=ACTS):
    """A round per set of layers."""
    readable = [path for path in PATHS if os.access(path, os.R_OK)]
    with stage() as target:
        return [attempt([ACTS[name] for name in acts], target, layers, readable) for layers in layer_sets]


@functools.cache
def rounds_as(who, *layer_sets):
    """All acts under each set of layers, once per test run."""
    if who == "root" and os.getuid() != 0:
        pytest.skip("the tests do not run as root")
    uid = ORDINARY_UID if who == "user" and os.getuid() == 0 else None
    return in_child(functools.partial(attempt_all, *layer_sets), uid)


@pytest.fixture(scope="session", params=["root", "user"])
def who(request):
    """Root, and an ordinary user."""
    return request.param
