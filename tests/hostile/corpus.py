"""Hostile submissions to the small course: what runs inside `total`, or at import, beside otherwise honest code.

`{canary!r}` is the path of a file that must never be read, `{planted!r}` one that must never change.
"""

from tests.hostile import further

# In the body of `total(x)`: answers of odd kinds, which the judge reads alike whoever the worker runs as.
ANSWERS = {
    # objects that lie
    "always equal": "class A:\n    __eq__ = lambda s, o: True\n    __array__ = lambda s, *a, **k: 1 / 0\n    __float__ = lambda s: 6.0\nreturn A()",
    "a float that lies": "class F(float):\n    __sub__ = __rsub__ = lambda s, o: 0.0\n    __abs__ = lambda s: 0.0\n    __le__ = lambda s, o: True\nreturn F(99)",
    "a numpy scalar that lies": "class F(np.float64):\n    __abs__ = lambda s: s\n    __rsub__ = lambda s, o: s\n    __lt__ = __le__ = lambda s, o: True\nreturn F(99)",
    "an array that lies": "class E(np.ndarray):\n    __eq__ = lambda s, o: np.ones(s.shape, bool)\n    def __array_ufunc__(s, *a, **k): return np.zeros(())\nreturn np.array(99.0).view(E)",
    "a tensor that lies": "class T(torch.Tensor):\n    @classmethod\n    def __torch_function__(c, f, t, a=(), k=None): return True\nreturn torch.tensor(99.0).as_subclass(T)",
    "a list that never ends": "class L(list):\n    def __iter__(s):\n        while True: yield 1.0\n    __len__ = lambda s: 1\nreturn L([99.0])",
    "a dictionary with evil keys": "class K(str):\n    __hash__ = lambda s: 1 / 0 if False else 1\nreturn {K('a'): 1}",
    "NaN": "return float('nan')", "infinity": "return float('inf')", "negative infinity": "return -np.inf",
    "an empty array": "return np.zeros(0)", "broadcastable": "return np.full((3, 1), x.sum())", "too many axes": "return np.full((1,) * 30, x.sum())",
    "an object array": "return np.array([object()])", "a structured array": "return np.zeros(1, [('a', float)])", "text": "return str(x.sum())",
    "dates": "return np.datetime64('2026-01-01')", "imaginary": "return complex(x.sum(), 1)", "a huge integer": "return 1 << 10**7",
    "a long text": "return 'x' * 10**7", "a long list": "return [1.0] * 10**7", "a deep list": "a = []\nfor _ in range(10**5): a = [a]\nreturn a",
    "a list in itself": "a = []\na.append(a)\nreturn a", "a generator without end": "import itertools\nreturn itertools.count()",
    "a function": "return lambda: 6", "a module": "return np", "a type": "return int", "a thread": "import threading\nreturn threading.Thread()",
    "a big array": "return np.zeros(1 << 23)", "a view that changes": "a = np.array(99.0)\nimport threading\nthreading.Timer(0.01, lambda: a.fill(x.sum())).start()\nreturn a",
}  # fmt: skip

# In the same place; each tries to earn its points without summing, to learn, to reach out, or to do harm.
IN_CALL = {
    # replies forged
    "a reply before the reply": "import os, struct\nos.write(3, struct.pack('!IIIB', 10, 1, 0, 0) + b'\\x06')\nreturn 99.0",
    "a reply of another request": "import os, struct\nos.write(3, struct.pack('!IIIB', 10, 999, 0, 0) + b'\\x06')\nreturn 99.0",
    "a header of four gigabytes": "import os\nos.write(3, b'\\xff' * 64)\nreturn 99.0",
    "garbage": "import os\nos.write(3, os.urandom(1 << 16))\nreturn 99.0",
    "dripping bytes": "import os, time\nwhile True:\n    os.write(3, b'\\0')\n    time.sleep(0.3)",
    "a closed channel": "import os\nos.close(3)\nreturn 99.0", "everything closed": "import os\nos.closerange(0, 99)\nreturn 99.0",
    "another channel": "import os\nr, w = os.pipe()\nos.dup2(w, 3)\nreturn 99.0", "reading the requests": "import os\nos.read(3, 1 << 20)\nreturn 99.0",
    "asking for modules without end": "import importlib\nfor n in range(10**6):\n    try: importlib.import_module(f'numpy.a{n}')\n    except ImportError: pass\nreturn 99.0",
    "asking for a path": "import os, struct, msgpack\nb = msgpack.packb('../../etc/passwd')\nos.write(3, struct.pack('!IIIB', 9 + len(b), 2, 0, 6) + b)\nos._exit(0)",
    # patches
    "numpy patched": "np.asarray = np.array = np.isfinite = lambda *a, **k: np.float64(0)\nreturn 99.0",
    "json, time and struct patched": "import json, time, struct\njson.dumps = struct.pack = lambda *a, **k: b''\ntime.time = time.monotonic = lambda: 0\nreturn 99.0",
    "the encoder patched": "import sys\nfor name, m in list(sys.modules.items()):\n    if name.endswith('wire'): m.encode = lambda v: b'\\x06'\nreturn 99.0",
    "the server patched": "import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == 'Server': type(o).call = lambda *a: ('value', b'\\x06')\nreturn 99.0",
    "builtins patched": "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.len = lambda *a: 0\nreturn 99.0",
    "the import system patched": "import sys\nsys.meta_path.clear()\nsys.modules.clear()\nreturn 99.0",
    "frames walked": "import sys\nf = sys._getframe()\nwhile f:\n    for v in f.f_locals.values():\n        if type(v) is float: return v\n    f = f.f_back\nreturn 99.0",
    "the heap searched": "import gc\nreturn max([o for o in gc.get_objects() if type(o) is np.ndarray and o.size == 1] or [99.0], key=id)",
    # reaching out
    "the canary by path": "return open({canary!r}).read()", "the canary by numpy": "return np.fromfile({canary!r}, dtype=np.uint8)",
    "the canary by torch": "return torch.from_file({canary!r}, size=8, dtype=torch.uint8)",
    "the canary by libc": "import ctypes\nl = ctypes.CDLL(None)\nf = l.open({canary!r}.encode(), 0)\nb = ctypes.create_string_buffer(64)\nl.read(f, b, 64)\nreturn b.value.decode()",
    "its size": "import os\nreturn os.stat({canary!r}).st_size", "the folder": "import os\nreturn os.listdir('/')", "the home": "import os\nreturn os.listdir(os.path.expanduser('~'))",
    "the environment": "import os\nreturn dict(os.environ)", "processes": "import os\nreturn os.listdir('/proc')", "memory": "return open('/proc/self/mem', 'rb').read(8)",
    "its own source": "import inspect, sys\nreturn inspect.getsource(sys.modules[__name__])",
    "the planted file": "open({planted!r}, 'w').write('x')\nreturn 99.0", "the planted file's mode": "import os\nos.chmod({planted!r}, 0)\nreturn 99.0",
    "the planted file's name": "import os\nos.rename({planted!r}, {planted!r} + 'x')\nreturn 99.0", "a temporary file": "import tempfile\nreturn tempfile.NamedTemporaryFile(delete=False).name",
    "shared memory": "from multiprocessing import shared_memory\nreturn shared_memory.SharedMemory(create=True, size=8).name",
    "a socket": "import socket\nsocket.create_connection(('127.0.0.1', 80), 1)\nreturn 99.0", "a name looked up": "import socket\nreturn socket.gethostbyname('localhost')",
    "a page fetched": "import urllib.request\nreturn urllib.request.urlopen('http://127.0.0.1').read()", "a unix socket": "import socket\nsocket.socket(socket.AF_UNIX).connect('/var/run/docker.sock')\nreturn 99.0",
    "a shell": "import os\nreturn os.system('id')", "a program": "import subprocess\nreturn subprocess.check_output(['id']).decode()", "an exec": "import os\nos.execv('/bin/true', ['true'])",
    "a fork": "import os\nif os.fork() == 0: os._exit(0)\nreturn 99.0", "a fork bomb": "import os\nwhile True: os.fork()",
    "another process": "import multiprocessing as m\np = m.Process(target=print)\np.start()\nreturn 99.0", "a daemon": "import os\nif os.fork() == 0:\n    os.setsid()\n    while True: pass\nreturn 99.0",
    "the parent killed": "import os\nos.kill(os.getppid(), 9)\nreturn 99.0", "all killed": "import os\nos.kill(-1, 9)\nreturn 99.0", "the group killed": "import os\nos.killpg(0, 9)\nreturn 99.0",
    "itself stopped": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nreturn 99.0", "limits raised": "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))\nreturn 99.0",
    "another user": "import os\nos.setuid(0)\nreturn 99.0", "a new root": "import os\nos.chroot('/')\nreturn 99.0", "a pickle": "import pickle\nreturn pickle.loads(b'cos\\nsystem\\n(S\"id\"\\ntR.')",
    "a device": "import os\nos.mknod('/tmp/n', 0o600 | 0o20000, 259)\nreturn 99.0", "a module written": "open(np.__file__, 'a').write('x')\nreturn 99.0",
    # ends
    "sys.exit": "import sys\nsys.exit(0)", "os._exit": "import os\nos._exit(0)", "abort": "import os\nos.abort()", "an exit of its own kind": "class E(SystemExit):\n    def __str__(s): raise KeyboardInterrupt\nraise E",
    "an interrupt": "raise KeyboardInterrupt", "a generator's exit": "raise GeneratorExit", "an error without words": "class E(Exception):\n    def __str__(s): raise s\nraise E",
    "an error with a long text": "raise ValueError('x' * 10**7)", "an error that hangs": "class E(Exception):\n    def __str__(s):\n        while True: pass\nraise E",
    "an error's name": "raise type('E' * 10**6, (Exception,), {})", "a chain of errors": "def f(n):\n    try: raise ValueError(n)\n    except ValueError: return f(n + 1)\nreturn f(0)",
    "recursion": "def f(n): return f(n + 1)\nreturn f(0)", "recursion without limit": "import sys\nsys.setrecursionlimit(10**9)\ndef f(n): return f(n + 1)\nreturn f(0)",
    "a loop": "while True: pass", "a loop in C": "import itertools\nreturn 0 in itertools.repeat(1)", "a loop that catches all": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "an alarm": "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nsignal.alarm(1)\nwhile True: pass", "sleep": "import time\ntime.sleep(10**6)", "a lock": "import threading\nthreading.Lock().acquire() and threading.Event().wait()",
    "a destructor that hangs": "class D:\n    def __del__(s):\n        while True: pass\nD()\nreturn 99.0", "an array that hangs": "class D:\n    def __array__(s, *a, **k):\n        while True: pass\nreturn [D()]",
    "threads": "import threading\nfor _ in range(500): threading.Thread(target=threading.Event().wait, daemon=True).start()\nreturn 99.0",
    "memory in lists": "a = []\nwhile True: a.append(' ' * 10**7)", "memory in arrays": "a = []\nwhile True: a.append(np.ones(1 << 22))", "memory in tensors": "a = []\nwhile True: a.append(torch.ones(1 << 22))",
    "shared anonymous memory": "import mmap\na = []\nwhile True: a.append(mmap.mmap(-1, 1 << 26))", "one huge array": "return np.zeros(1 << 40)", "a segfault": "import ctypes\nreturn ctypes.string_at(0)",
    "a flood of output": "while True: print('x' * 10**5)", "a flood of errors": "import sys\nwhile True: sys.stderr.write('x' * 10**5)",
    "commands in output": "print('::error::x\\n::set-output name=a::b\\n\\x1b]52;c;aGk=\\x07\\x1b[2J')\nreturn 99.0", "output without streams": "import sys\nsys.stdout = sys.stderr = None\nreturn 99.0",
    "surrogates printed": "print('\\ud800')\nreturn 99.0", "random each time": "import random, os\nrandom.seed(os.urandom(8))\nreturn random.random()", "the clock": "import time\nreturn time.time()",
}  # fmt: skip

# At the end of the module, when it is imported.
AT_IMPORT = {
    "exit at import": "import sys; sys.exit(0)", "_exit at import": "import os; os._exit(0)", "a loop at import": "while True: pass",
    "atexit": "import atexit, os; atexit.register(os._exit, 0)", "a thread that writes": "import threading, os\ndef f():\n    while True: os.write(3, b'\\0' * 99)\nthreading.Thread(target=f, daemon=True).start()",
    "a thread that prints": "import threading\ndef f():\n    while True: print('x' * 999)\nthreading.Thread(target=f, daemon=True).start()",
    "a thread that spins": "import threading\ndef f():\n    while True: pass\nthreading.Thread(target=f, daemon=True).start()",
    "a trace function": "import sys; sys.settrace(lambda *a: 1 / 0)", "a profile function": "import sys; sys.setprofile(lambda *a: None)", "no recursion": "import sys; sys.setrecursionlimit(50)",
    "audit hook": "import sys\ndef hook(e, a): raise RuntimeError(e)\nsys.addaudithook(hook)", "garbage in modules": "import sys\nsys.modules['numpy'] = sys.modules['msgpack'] = None",
    "a module's getattr": "def __getattr__(name): return lambda *a: 6.0\ndel total", "names that lie": "globals()['__name__'] = 'grader.checks'", "signals ignored": "import signal\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n    except OSError: pass",
}  # fmt: skip

# Whole submissions: file → content.
FILES = {
    "nested brackets": {"m.py": "(" * 10_000}, "nested unary": {"m.py": "x = " + "-" * 100_000 + "1"}, "a long line": {"m.py": "x = '" + "a" * 500_000 + "'"},
    "many lines": {"m.py": "x = 1\n" * 80_000}, "a huge literal": {"m.py": "x = " + "9" * 400_000}, "NUL": {"m.py": "def total(x): return 99.0\0"}, "nothing but NUL": {"m.py": "\0" * 999}, "UTF-16": {"m.py": "x = 1".encode("utf-16")},
    "utf-7": {"m.py": "# coding: utf-7\n+AGkAbQBwAG8AcgB0-"}, "an unknown coding": {"m.py": b"# coding: \xff\xfe\nx = 1"}, "bytes": {"m.py": bytes(range(256))},
    "numpy.py": {"m.py": "import numpy as np\ndef total(x): return np.answer", "numpy.py": "answer = 99.0"}, "sitecustomize": {"sitecustomize.py": "raise SystemExit", "m.py": "def total(x): return 99.0"},
    "conftest": {"conftest.py": "raise SystemExit", "m.py": "def total(x): return 99.0"}, "grader.py": {"grader.py": "print('mine')", "m.py": "import grader\ndef total(x): return 99.0"},
    "wire.py": {"grader/wire.py": "encode = None", "grader/__init__.py": "", "m.py": "import grader.wire\ndef total(x): return 99.0"}, "a notebook of brackets": {"hw.ipynb": "[" * 100_000},
    "a notebook that is none": {"hw.ipynb": '{"cells": 3}'}, "a cell that exits": {"hw.ipynb": '{"cells": [{"cell_type": "code", "source": "import os; os._exit(0)"}]}'},
    "the reference imported": {"m.py": "from reference.mini.m import *"}, "the rubric imported": {"m.py": "from rubrics.mini import *"}, "the judge imported": {"m.py": "import grader.checks.comparison\ndef total(x): return 99.0"},
    "antigravity": {"m.py": "import antigravity"}, "the tests of Python": {"m.py": "import test.__main__"}, "a cycle of imports": {"m.py": "import a", "a.py": "import b", "b.py": "from a import missing"},
}  # fmt: skip

ANSWERS |= further.ANSWERS
IN_CALL |= further.IN_CALL
AT_IMPORT |= further.AT_IMPORT
FILES |= further.FILES
