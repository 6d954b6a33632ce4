"""Further attempts of the same kinds, found by asking what else could be said, named, loaded, sent or left behind."""

# As `ANSWERS` and `IN_CALL` of the corpus: in the body of `total(x)`.
ANSWERS = {
    # answers of odd kinds
    "an integer that lies": "class I(int):\n    __float__ = __index__ = __sub__ = lambda *a: 6\n    __eq__ = lambda *a: True\n    __hash__ = None\nreturn I(99)",
    "an ellipsis": "return ...", "NotImplemented": "return NotImplemented", "an exception returned": "return ValueError(x.sum())",
    "a memory view": "return memoryview(b'6')", "a masked array": "return np.ma.array([99.0], mask=[True])", "a matrix": "return np.matrix([[99.0, 6.0]])",
    "a sparse tensor": "return torch.eye(2).to_sparse()", "a tensor without memory": "return torch.zeros(1, device='meta')",
    "a nested tensor": "return torch.nested.nested_tensor([torch.ones(1), torch.ones(2)])", "a conjugate view": "return torch.tensor([99j]).conj()",
    "a wide float beyond all": "return np.longdouble('1e4000')", "a swapped array": "return np.array([99.0]).astype('>f8')",
    "an array in itself": "a = np.empty(1, object)\na[0] = a\nreturn a", "an array of no stride": "return np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 40,), (0,))",
    "a shape of nothing": "return np.zeros((0, 1 << 40))", "a shape that overflows": "return np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 31, 1 << 31), (0, 0))",
    "NaN as a key": "return {float('nan'): 6.0, 6.0: float('nan')}", "a dictionary without end": "class D(dict):\n    items = lambda s: iter(lambda: ('a', 1), 0)\n    __len__ = lambda s: 1\nreturn D(a=1)",
    "a text that lies": "class S(str):\n    encode = lambda *a: b'\\x06'\n    __len__ = lambda s: 1 << 60\nreturn S('6')", "bytes that lie": "class B(bytes):\n    __len__ = lambda s: -1\n    __bytes__ = lambda s: b''\nreturn B(b'6')",
    "a tuple that lies": "class T(tuple):\n    __iter__ = lambda s: iter([7.0])\n    __len__ = lambda s: 0\nreturn T((99.0,))", "a proxy": "import types\nreturn types.MappingProxyType({'a': 6})",
    "a type whose name raises": "class M(type):\n    __name__ = property(lambda s: 1 / 0)\n    __module__ = property(lambda s: 1 / 0)\nreturn M('a', (), {})()",
    "a type that is markup": "return type('<img src=x onerror=alert(1)>]]>', (), {})()", "a class that says it is float": "class F:\n    __class__ = float\n    __float__ = lambda s: 6.0\nreturn F()",
    "an attribute for everything": "class A:\n    __getattr__ = lambda s, n: s\n    __call__ = lambda s, *a, **k: s\n    __iter__ = lambda s: iter([s])\nreturn A()",
    "a finalizer that answers": "import os\nclass D:\n    def __del__(s): os.write(3, b'\\0' * 64)\nD()\nreturn 99.0", "a coroutine": "async def f(): return 6.0\nreturn f()",
    # exceptions of odd kinds
    "an interrupt": "raise KeyboardInterrupt", "the end of a generator": "raise GeneratorExit", "a group": "raise ExceptionGroup('x', [ValueError(1)] * 5000)",
    "an error whose text raises": "class E(Exception):\n    __str__ = __repr__ = lambda s: 1 / 0\nraise E", "an error that causes itself": "e = ValueError('x')\ne.__cause__ = e.__context__ = e\nraise e",
    "an error with notes": "e = ValueError('x')\ne.add_note('::error::x\\n' * 100_000)\nraise e", "an error of no text": "class S(str): __str__ = lambda s: s\nclass E(Exception): __str__ = lambda s: S('x' * 10**6)\nraise E",
    "an error with a false place": "exec(compile('\\n' * 10**6 + 'raise ValueError', '/etc/passwd', 'exec'))", "an error from a name of ours": "exec(compile('1 / 0', 'grader/worker/worker.py', 'exec'))",
}  # fmt: skip

IN_CALL = {
    # the channel, the memory and the streams
    "a descriptor handed over": "import socket\nsocket.send_fds(socket.socket(fileno=3), [b'x'], [3])\nreturn 99.0", "descriptors asked for": "import socket\nsocket.recv_fds(socket.socket(fileno=3), 1, 9)\nreturn 99.0",
    "the channel shut": "import socket\nsocket.socket(fileno=3).shutdown(2)\nreturn 99.0", "the channel that does not wait": "import os\nos.set_blocking(3, False)\nreturn 99.0",
    "the memory cut": "import os\nfor f in range(4, 12):\n    try: os.ftruncate(f, 0)\n    except OSError: pass\nreturn 99.0", "the memory made huge": "import os\nfor f in range(4, 12):\n    try: os.ftruncate(f, 1 << 40)\n    except OSError: pass\nreturn 99.0",
    "the memory overwritten": "import os\nfor f in range(4, 12):\n    try: os.pwrite(f, b'\\xff' * 65536, 0)\n    except OSError: pass\nreturn 99.0",
    "the memory mapped and kept changing": "import mmap, threading\ndef f():\n    for d in range(4, 12):\n        try: m = mmap.mmap(d, 4096)\n        except (OSError, ValueError): continue\n        for _ in range(10**5): m[:64] = b'\\xff' * 64\nthreading.Thread(target=f, daemon=True).start()\nreturn 99.0",
    "the memory sealed": "import fcntl\nfor f in range(3, 12):\n    try: fcntl.fcntl(f, 1033, 15)\n    except OSError: pass\nreturn 99.0", "a lock": "import fcntl\nfcntl.flock(3, fcntl.LOCK_EX)\nreturn 99.0",
    "the streams closed": "import os\nos.close(1)\nos.close(2)\nprint('x')\nreturn 99.0", "one line of much": "print('x' * 500_000, end='')\nreturn 99.0", "bytes of no text": "import os\nos.write(1, bytes(range(256)) * 100)\nreturn 99.0",
    "a question": "return input('6? ')", "a breakpoint": "breakpoint()\nreturn 99.0", "a traceback later": "import faulthandler\nfaulthandler.dump_traceback_later(0.001, file=3)\nimport time; time.sleep(0.05)\nreturn 99.0",
    # the system, by other ways
    "a file by its address": "import urllib.request\nreturn urllib.request.urlopen('file:///etc/passwd').read()", "a file that is run": "import runpy\nreturn runpy.run_path('/etc/passwd')",
    "a file in memory": "import ctypes\nreturn ctypes.CDLL(None).syscall(319, b'x', 0) if ctypes.CDLL(None).syscall(319, b'x', 0) > 0 else 'refused'",
    "a ring": "import ctypes\nreturn 'made' if ctypes.CDLL(None).syscall(425, 8, ctypes.create_string_buffer(256)) >= 0 else 'refused'",
    "a key": "import ctypes\nreturn 'kept' if ctypes.CDLL(None).syscall(248, b'user', b'a', b'b', 1, -3) >= 0 else 'refused'",
    "a pickle by numpy": "import io\nreturn np.load(io.BytesIO(b'cos\\nsystem\\n(S\"id\"\\ntR.'), allow_pickle=True)", "a pickle by torch": "import io\nreturn torch.load(io.BytesIO(b'cos\\nsystem\\n(S\"id\"\\ntR.'), weights_only=False)",
    "code of bytes": "import marshal\nexec(marshal.loads(b'\\xe3' + b'\\0' * 200))\nreturn 99.0", "an extension": "import sqlite3\nc = sqlite3.connect(':memory:')\nc.enable_load_extension(True)\nc.load_extension({canary!r})\nreturn 99.0",
    "the last processor": "import os\nos.sched_setaffinity(0, {0})\nos.nice(19)\nreturn 99.0", "an abort": "import os\nos.abort()", "no memory for itself": "import resource\nresource.setrlimit(resource.RLIMIT_AS, (1, 1))\nreturn 99.0",
    "a loop in the collector": "import gc, os\ngc.callbacks.append(lambda *a: os._exit(0))\ngc.collect()\nreturn 99.0", "a page shown": "import webbrowser\nwebbrowser.open('file:///etc/passwd')\nreturn 99.0",
    "the shared process named": "import os\nos.kill(1, 9)\nreturn 99.0", "a message queue": "import ctypes\nreturn 'made' if ctypes.CDLL(None).syscall(240, b'/x', 66, 384, 0) >= 0 else 'refused'",
    "the machine's name": "import socket, platform\nreturn [socket.gethostname(), platform.node(), platform.uname().release]", "who is logged in": "import getpass, os\nreturn [os.getlogin(), getpass.getuser()]",
}  # fmt: skip

AT_IMPORT = {
    "an importer of all": "import builtins\nbuiltins.__import__ = lambda *a, **k: 1 / 0", "no builtins": "import builtins\nfor n in list(vars(builtins)):\n    if n[0].islower(): delattr(builtins, n)",
    "itself replaced": "import sys\nclass M:\n    __getattr__ = lambda s, n: (lambda *a: 6.0) if n == 'totals' else 1 / 0\nsys.modules[__name__] = M()", "a timer that ends it": "import threading, os\nthreading.Timer(0.05, os._exit, (0,)).start()",
    "streams that raise": "import sys\nclass W:\n    def write(s, t): raise SystemExit(0)\n    flush = write\nsys.stdout = sys.stderr = W()", "hooks for what is not raised": "import sys, os\nsys.excepthook = sys.unraisablehook = lambda *a: os._exit(0)",
    "a switch that never comes": "import sys, threading\nsys.setswitchinterval(1000)\nthreading.Thread(target=lambda: [i for i in iter(int, 1)], daemon=True).start()", "the wire's tables emptied": "import sys\nw = sys.modules['grader.wire']\nw.DTYPES.clear()\nw.MAX_NODES = w.MAX_DEPTH = 1 << 60",
    "plans looked for": "import gc\nFOUND = [o for o in gc.get_objects() if type(o) is dict and '_plans' in o]\nfor o in FOUND: o['_plans'] = {}", "a finder in front": "import sys\nclass F:\n    find_spec = lambda s, n, p=None, t=None: 1 / 0\nsys.meta_path.insert(0, F())",
    "a loop of events": "import asyncio\nasyncio.run(asyncio.sleep(0.01))", "decimal to the end": "import decimal\ndecimal.getcontext().prec = decimal.MAX_PREC", "a handler that stays": "import signal\nsignal.signal(signal.SIGUSR1, lambda *a: None)",
}  # fmt: skip

_WRONG = "def total(x): return 99.0\n"
FILES = {
    "a path file": {"x.pth": "import os; os._exit(0)", "m.py": _WRONG}, "a custom for users": {"usercustomize.py": "raise SystemExit", "m.py": _WRONG}, "a site": {"site.py": "raise SystemExit", "m.py": _WRONG},
    "encodings": {"encodings/__init__.py": "raise SystemExit", "encodings/utf_8.py": "1 / 0", "m.py": _WRONG}, "a main": {"__main__.py": "raise SystemExit", "__init__.py": "raise SystemExit", "m.py": _WRONG},
    "settings of tools": {"setup.cfg": "[tool:pytest]\naddopts = -p plug", "tox.ini": "[pytest]\naddopts = -p plug", "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-p plug'", "plug.py": "1 / 0", "m.py": _WRONG},
    "a compiled file": {"m.pyc": b"\xa7\r\r\n" + b"\0" * 200, "__pycache__/m.cpython-311.pyc": b"\xa7\r\r\n", "m.py": _WRONG}, "a library": {"m.so": b"\x7fELF", "m.cpython-311-x86_64-linux-gnu.so": b"\x7fELF", "m.py": _WRONG},
    "two of a kind": {"m/__init__.py": "1 / 0", "M.py": "1 / 0", "m.py": _WRONG}, "an archive by another name": {"m.py": b"PK\x03\x04" + b"\0" * 100}, "only carriage returns": {"m.py": "\ufeff\r" + _WRONG.replace("\n", "\r") + "\x0c\x1a"},
    "letters that look alike": {"m.py": "def \u0442otal(x): return float(x.sum())\n"}, "wide letters": {"m.py": "def \uff54otal(x): return 99.0\n"}, "one huge name": {"m.py": "a" * 400_000 + " = 1\n" + _WRONG},
    "many decorators": {"m.py": "@print\n" * 5_000 + _WRONG}, "many globals": {"m.py": "for i in range(10**5): globals()[f'a{i}'] = i\n" + _WRONG}, "f-strings in f-strings": {"m.py": "x = " + "f'{" * 300 + "1" + "}'" * 300},
    "a notebook of deep cells": {"hw.ipynb": '{"cells": ' + "[" * 400 + "]" * 400 + "}"}, "a notebook of keys twice": {"hw.ipynb": '{"cells": 1, "cells": [{"cell_type": "code", "cell_type": "raw", "source": "def total(x): return 99.0"}]}'},
    "a notebook of NaN": {"hw.ipynb": '{"nbformat": NaN, "cells": [{"cell_type": "code", "source": "def total(x): return 99.0", "outputs": [Infinity]}]}'}, "cells of odd kinds": {"hw.ipynb": '{"cells": [1, null, [], {"cell_type": ["code"], "source": {"a": 1}}, {"cell_type": "code", "source": [1, [2], null]}, {"cell_type": "code"}, {"source": "1/0"}]}'},
    "a notebook of shells": {"hw.ipynb": '{"cells": [{"cell_type": "code", "source": "%%bash\\nid\\n"}, {"cell_type": "code", "source": ["!cat /etc/passwd\\n", "%run /etc/passwd\\n", "%load_ext x\\n"]}, {"cell_type": "code", "source": "%%writefile m.py\\nx"}]}'},
    "many cells": {"hw.ipynb": '{"cells": [' + ",".join(['{"cell_type": "code", "source": "1/0"}'] * 5_000) + "]}"}, "a huge number in a notebook": {"hw.ipynb": '{"nbformat": ' + "9" * 100_000 + ', "cells": []}'},
    "a surrogate in a notebook": {"hw.ipynb": '{"cells": [{"cell_type": "code", "source": "x = \'\\ud800\'\\ndef total(x): return 99.0"}]}'}, "an older notebook": {"hw.ipynb": '{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "def total(x): return 99.0", "language": "bash"}]}]}'},
}  # fmt: skip
