"""A class to grade, and a dask cluster of real processes to grade it on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from grader.results.store import Store
from tests.conftest import LIGHT

HONEST = (LIGHT.reference("mini") / "m.py").read_text()
SLOW = HONEST.replace("return float(x.sum())", "import time; time.sleep(0.02); return float(x.sum())")


def eventually(holds, seconds=60.0):
    """Wait until something holds; what it was at last."""
    deadline = time.monotonic() + seconds
    while not (found := holds()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


class Cluster:
    """A scheduler and workers of this machine, with nothing in common but the network."""

    def __init__(self, folder):
        self._folder = folder
        self._processes = []
        self.scheduler = self._dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", "here.json")
        here = folder / "here.json"
        eventually(lambda: here.exists() and here.read_text().endswith("}"))
        self.address = json.loads(here.read_text())["address"]

    def worker(self, *options):
        """Start one more worker."""
        return self._dask("worker", self.address, "--no-dashboard", "--local-directory", self._folder, *options)

    def workers(self):
        """Address → process id of each worker that is connected."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            return client.run(os.getpid)

    def _dask(self, *arguments):
        log = (self._folder / f"{len(self._processes)}.log").open("w")
        command = [sys.executable, "-m", "dask", *map(str, arguments)]
        process = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log, start_new_session=True)
        self._processes.append(process)
        return process

    def end(self):
        """End all processes, the workers first."""
        for process in reversed(self._processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    """A scheduler without workers."""
    (tmp_path / "cluster").mkdir()
    made = Cluster(tmp_path / "cluster")
    yield made
    made.end()


class Class:
    """A course folder whose store counts what is put into it."""

    def __init__(self, root, sources):
        self.root = root
        shutil.copytree(LIGHT.root, root, ignore=shutil.ignore_patterns("results", ".*"))
        for name, source in sources.items():
            (root / "submissions/mini" / name).mkdir(parents=True)
            (root / "submissions/mini" / name / "m.py").write_text(source)

    def start(self, *arguments):
        """Start `grader grade mini`."""
        command = [sys.executable, "-m", "grader", "grade", "mini", *map(str, arguments)]
        return subprocess.Popen(command, cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def counting(self, out):
        """A result folder that remembers each time that a result is put into it."""
        Store(self.root / out).close()
        with sqlite3.connect(self.root / out / "results.sqlite") as database:
            database.execute("CREATE TABLE puts (submission TEXT)")
            database.execute(
                "CREATE TRIGGER put AFTER INSERT ON results BEGIN INSERT INTO puts VALUES (new.submission); END"
            )
        return out

    def puts(self, out):
        """The submissions in the order in which they were put."""
        with sqlite3.connect(f"file:{self.root / out / 'results.sqlite'}?mode=ro", uri=True) as database:
            return [name for (name,) in database.execute("SELECT submission FROM puts")]

    def results(self, out):
        """The lines of results.jsonl without the only fields that differ between runs."""

        def timeless(value):
            if isinstance(value, dict):
                return {key: timeless(item) for key, item in value.items() if key != "seconds"}
            return [timeless(item) for item in value] if isinstance(value, list) else value

        return [json.dumps(timeless(json.loads(line))) for line in (self.root / out / "results.jsonl").open()]


@pytest.fixture
def school(tmp_path):
    """A class of right, wrong, slow and hostile submissions."""
    sources = {f"s{number:02}": SLOW + f"\n# {number}\n" for number in range(8)}
    sources["wrong"] = HONEST.replace("* kernel)", "* kernel[::-1, ::-1])")
    sources["crash"] = HONEST.replace("return float(x.sum())", "import os; os._exit(1)")
    return Class(tmp_path / "course", sources)
