"""A class graded by a real scheduler and real worker processes, whatever happens to them."""

from __future__ import annotations

import os
import signal

import psutil
import pytest

from grader.errors import UsageError
from grader.extra.dask.scheduler import _connect
from tests.commands import grader_command
from tests.extra.dask.conftest import eventually


def still_works(process):
    """Whether a process does anything; one that has ended may wait to be noticed by whoever inherits it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_worker_that_is_killed_is_replaced_and_loses_nothing(cluster, school):
    """Two workers, one killed in the middle of the run: the same bytes as here, each submission graded once."""
    cluster.worker("--nthreads", 1, "--no-nanny")
    assert grader_command("grade", "mini", "--out", "local", cwd=school.root).returncode == 0
    cluster.worker("--nthreads", 1, "--nanny")
    eventually(lambda: len(cluster.workers()) == 2)
    before = cluster.workers()
    [nannied] = [pid for pid in before.values() if "nanny" in " ".join(psutil.Process(pid).parent().cmdline())]

    out = school.counting("remote")
    grading = school.start("--dask", cluster.address, "--out", out)
    eventually(lambda: len(school.puts(out)) >= 3 and len(psutil.Process(nannied).children()) > 0)
    descendants = psutil.Process(nannied).children(recursive=True)
    os.kill(nannied, signal.SIGKILL)
    assert len(school.puts(out)) < 10
    _, stderr = grading.communicate(timeout=120)

    assert grading.returncode == 0, stderr
    assert school.results(out) == school.results("local")
    assert sorted(school.puts(out)) == sorted(path.name for path in (school.root / "submissions/mini").iterdir())
    assert descendants
    assert eventually(lambda: not any(map(still_works, descendants))), "a sandbox outlived its judge"
    assert eventually(lambda: len(cluster.workers()) == 2)
    assert nannied not in cluster.workers().values()


def test_a_scheduler_that_is_killed_costs_what_is_not_yet_graded(cluster, school):
    """One message without a traceback, exit code 1, and the same command goes on from there, here or elsewhere."""
    cluster.worker("--nthreads", 1, "--no-nanny")
    out = school.counting("out")
    grading = school.start("--dask", cluster.address, "--out", out)
    eventually(lambda: len(school.puts(out)) >= 3)
    cluster.scheduler.kill()
    stdout, stderr = grading.communicate(timeout=60)
    assert grading.returncode == 1
    assert f"grader: the dask scheduler at {cluster.address} went away. What was graded is kept" in stderr
    assert "Traceback" not in stderr
    kept = school.puts(out)
    assert 3 <= len(kept) < 10
    assert f"{len(kept)} graded" in stdout
    assert len(school.results(out)) == len(kept)


def test_a_worker_with_threads_is_refused(cluster, school):
    """A worker judges one submission at a time: told before anything is graded, with the command that is right."""
    cluster.worker("--nthreads", 2, "--no-nanny")
    _, stderr = (grading := school.start("--dask", cluster.address)).communicate(timeout=60)
    assert grading.returncode == 2
    assert "it has 2 threads" in stderr
    assert "dask worker --nthreads 1 --nworkers N" in stderr


def test_ctrl_c_while_no_worker_is_there(cluster, school):
    """What is waited for is said; interrupted, nothing is graded."""
    grading = school.start("--dask", cluster.address)
    line = grading.stderr.readline()
    while line and "no worker" not in line:
        line = grading.stderr.readline()
    assert f"waiting for: dask worker {cluster.address} --nthreads 1" in line
    grading.send_signal(signal.SIGINT)
    grading.communicate(timeout=60)
    assert grading.returncode == 130


def test_an_encrypted_address_without_certificates_is_refused():
    """Before anything is connected; where dask looks for them is named."""
    with pytest.raises(UsageError, match="DASK_DISTRIBUTED__COMM__TLS__CA_FILE"), _connect("tls://127.0.0.1:9"):
        pass


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "somewhere"])
def test_where_no_scheduler_answers_the_way_out_is_told(school, address):
    """One message, exit code 2."""
    _, stderr = (grading := school.start("--dask", address)).communicate(timeout=60)
    assert grading.returncode == 2
    assert f"no dask scheduler answers at {address}" in stderr
    assert "start one with `dask scheduler`" in stderr
    assert "Traceback" not in stderr


def test_workers_and_dask_exclude_each_other(school):
    """How many judges there are is said where they are started."""
    _, stderr = (grading := school.start("--dask", "tcp://127.0.0.1:9", "--workers", 2)).communicate(timeout=60)
    assert (grading.returncode, "--workers are processes of this machine" in stderr) == (2, True)
