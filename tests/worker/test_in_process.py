"""Honest code that starts processes or compiles runs in the one process that there is, with the same results."""

from __future__ import annotations

import subprocess
import sys

import pytest

from grader.course.loading import load_modules
from grader.model.outcome import Value
from grader.sandbox import Budget
from grader.sandbox.local import LocalSession
from tests.worker.test_scratch import ask

PROGRAMS = {
    "a pool": "import multiprocessing\nwith multiprocessing.Pool(2) as pool:\n    return pool.map(square, [1, 2, 3]) == [1, 4, 9]",
    "a pool of a context": "import multiprocessing as mp\npool = mp.get_context('spawn').Pool(2, initializer=set_state, initargs=(5,))\nfound = pool.starmap(pow, [(2, 3)]) + pool.apply_async(state).get() + list(pool.imap(square, [2]))\npool.close()\npool.join()\nreturn found == [8, 5, 4]",
    "a pool that fails": "import multiprocessing\npool = multiprocessing.Pool()\ntry:\n    pool.map_async(fail, [1]).get()\nexcept ZeroDivisionError:\n    return True",
    "an executor": "from concurrent.futures import ProcessPoolExecutor, as_completed\nwith ProcessPoolExecutor(max_workers=2) as e:\n    return sorted(f.result() for f in as_completed([e.submit(square, n) for n in (1, 2)])) + list(e.map(square, [3])) == [1, 4, 9]",
    "an executor that begins": "from concurrent.futures import ProcessPoolExecutor\nwith ProcessPoolExecutor(2, initializer=set_state, initargs=(5,)) as e:\n    return e.submit(state).result() == [5]",
    "processes": "import multiprocessing as mp\nq = mp.Queue()\nps = [mp.Process(target=put, args=(q, n)) for n in range(3)]\n[p.start() for p in ps]\n[p.join() for p in ps]\nreturn [q.get() for _ in ps] == [0, 1, 2] and all(p.exitcode == 0 for p in ps)",
    "a lock": "import multiprocessing as mp\nwith mp.Lock():\n    return True",
    "threads": "from concurrent.futures import ThreadPoolExecutor\nreturn list(ThreadPoolExecutor(2).map(square, [2])) == [4]",
    "a loader": "from torch.utils.data import DataLoader, TensorDataset\ndata = TensorDataset(torch.arange(6.0))\nreturn [b[0].tolist() for b in DataLoader(data, batch_size=3, num_workers=2, persistent_workers=True, prefetch_factor=4)] == [[0, 1, 2], [3, 4, 5]]",
    "compiled": "return torch.compile(square)(3) == 9 and compiled(2) == 4 and compiled_too(2) == 4 and scripted(torch.ones(2)).tolist() == [2, 2]",
    "a compiled net": "net = torch.compile(torch.nn.Linear(2, 1))\nnet.compile()\nreturn list(net(torch.ones(3, 2)).shape) == [3, 1]",
    "a traced net": "net = torch.jit.trace(torch.nn.Linear(2, 1), torch.ones(1, 2))\nreturn list(torch.jit.script(net)(torch.ones(3, 2)).shape) == [3, 1]",
    "no command": "import subprocess\ntry:\n    subprocess.run(['ls'])\nexcept PermissionError as error:\n    return 'there are no other processes here' in str(error)",
    "no fork": "import os\ntry:\n    os.fork()\nexcept PermissionError as error:\n    return 'call what they would do in this one' in str(error)",
}
HEAD = """import torch

def square(n):
    return n * n

def fail(n):
    return n / 0

def put(queue, n):
    queue.put(n)

def set_state(value):
    global STATE
    STATE = value

def state():
    return [STATE]

@torch.compile
def compiled(n):
    return n * n

@torch.compile(fullgraph=True)
def compiled_too(n):
    return n * n

@torch.jit.script
def scripted(x: torch.Tensor):
    return x + x

"""
SOURCE = HEAD + "\n".join(
    f"def program_{number}():\n" + "".join(f"    {line}\n" for line in body.splitlines())
    for number, body in enumerate(PROGRAMS.values())
)


@pytest.fixture(scope="module")
def session(sandbox):
    found = sandbox.open({"m.py": SOURCE}, Budget(call_wall_s=20), 0)
    yield found
    found.close()


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_runs_in_a_sealed_process(name, session):
    """Where neither a process can be started nor a compiler be found."""
    assert ask(session, "m", f"program_{list(PROGRAMS).index(name)}") == Value(True)


@pytest.mark.parametrize("name", [name for name in PROGRAMS if not name.startswith("no ")])
def test_the_model_answer_does_the_same(name, tmp_path):
    """In the judge, where all names are put back afterwards."""
    import multiprocessing

    import torch

    before = (torch.compile, multiprocessing.Pool, torch.utils.data.DataLoader.__init__)
    reference = LocalSession(load_modules({"m.py": SOURCE}, tmp_path / "reference/a"))
    assert ask(reference, "m", f"program_{list(PROGRAMS).index(name)}") == Value(True)
    assert (torch.compile, multiprocessing.Pool, torch.utils.data.DataLoader.__init__) == before


def test_a_process_that_only_lends_its_names_has_them_back():
    """Also those that a package looks up no earlier than it is asked: a judge starts real processes afterwards."""
    code = (
        "from grader.worker.scratch.patching import Scratch\n"
        "from grader.worker.scratch.tree import ScratchTree\n"
        "with Scratch(ScratchTree({})).present():\n    pass\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "assert ProcessPoolExecutor.__module__ == 'concurrent.futures.process', ProcessPoolExecutor\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
