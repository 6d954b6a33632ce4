"""What honest code does with files: each function does it in the current folder and returns plain data."""

import csv
import io
import json
import logging
import os
import pathlib
import pickle
import shutil
import tempfile
import zipfile

import numpy as np
import torch


def data_by_open():
    with open("data/recipe.csv") as file:
        return [line.strip() for line in file]


def data_by_csv():
    with open("data/recipe.csv", newline="") as file:
        return [row for row in csv.reader(file)]


def data_by_pathlib():
    path = pathlib.Path("data") / "recipe.csv"
    return [path.read_text(), path.exists(), path.is_file(), path.stat().st_size, path.suffix, str(path.parent)]


def data_by_os():
    path = os.path.join("data", "recipe.csv")
    return [
        os.path.getsize(path),
        os.path.exists(path),
        os.path.isdir("data"),
        os.listdir("data"),
        os.stat(path).st_size,
    ]


def data_from_end():
    with open("data/recipe.csv", "rb") as file:
        file.seek(-2, os.SEEK_END)
        return [file.read().decode(), file.tell()]


def data_by_numpy():
    return np.loadtxt("data/recipe.csv", delimiter=",", usecols=1).tolist()


def data_by_absolute_path():
    return open(os.path.abspath("data/recipe.csv")).read()


def data_by_glob():
    return [
        sorted(map(str, pathlib.Path().glob("data/*.csv"))),
        [name for _, _, names in os.walk("data") for name in names],
    ]


def data_is_fixed():
    found = []
    for act in (
        lambda: open("data/recipe.csv", "a"),
        lambda: open("data/new.csv", "w"),
        lambda: os.remove("data/recipe.csv"),
        lambda: os.rename("data/recipe.csv", "mine.csv"),
        lambda: os.mkdir("data/inner"),
        lambda: shutil.rmtree("data"),
        lambda: os.truncate("data/recipe.csv", 0),
        lambda: os.rename("data", "mine"),
    ):
        try:
            act()
            found.append("done")
        except OSError:
            found.append("refused")
    return found


def text_and_back():
    with open("note.txt", "w", encoding="utf-8") as file:
        print("less salt", "ß", sep="\n", file=file)
    with open("note.txt", "a") as file:
        file.write("more\n")
    with open("note.txt", encoding="utf-8") as file:
        first = file.readline()
        return [first, file.read(), file.closed, file.name, file.mode, file.encoding.lower().replace("-", "")]


def modes():
    found = []
    with open("m.bin", "wb") as file:
        found += [file.write(b"0123456789"), file.tell()]
    with open("m.bin", "r+b") as file:
        file.seek(2)
        file.write(b"ab")
        file.seek(0)
        found.append(file.read(5).decode())
        file.truncate(6)
    found.append(os.path.getsize("m.bin"))
    for mode in ("x", "q", "rw"):
        try:
            open("m.bin", mode)
        except (OSError, ValueError) as error:
            found.append(type(error).__name__)
    with open("m.bin", "w+") as file:
        file.write("abc")
        file.seek(0)
        found.append(file.read())
    with open("m.bin", "rb") as file:
        try:
            file.write(b"")
        except io.UnsupportedOperation:
            found.append("not writable")
    return found


def numpy_files():
    x = np.arange(6.0).reshape(2, 3)
    np.save("x.npy", x)
    np.savez("z.npz", a=x, b=np.arange(3))
    np.savez_compressed("c.npz", a=x)
    np.savetxt("t.txt", x)
    with np.load("z.npz") as z:
        again = [z["a"].tolist(), z["b"].tolist()]
    with open("raw.bin", "wb") as file:
        file.write(x.tobytes())
    raw = np.fromfile("raw.bin", dtype=np.float64, count=4)
    with open("raw.bin", "rb") as file:
        file.seek(8)
        rest = np.fromfile(file, dtype=np.float64)
    mapped = np.memmap("raw.bin", dtype=np.float64, mode="r", shape=(2, 3))
    return [np.load("x.npy").tolist(), again, np.load("c.npz")["a"].tolist(), np.loadtxt("t.txt").tolist(),
            np.genfromtxt("t.txt").tolist(), raw.tolist(), rest.tolist(), float(mapped[1].sum()),
            np.load("x.npy", mmap_mode="r").tolist()]  # fmt: skip


def torch_files():
    net = torch.nn.Linear(2, 1)
    torch.save(net.state_dict(), "net.pt")
    torch.save({"step": 3, "w": torch.ones(2)}, pathlib.Path("state.pt"))
    other = torch.nn.Linear(2, 1)
    other.load_state_dict(torch.load("net.pt"))
    with open("again.pt", "wb") as file:
        torch.save(torch.arange(3), file)
    with open("again.pt", "rb") as file:
        third = torch.load(file)
    torch.save(torch.arange(2), "old.pt", _use_new_zipfile_serialization=False)
    return [
        bool((other.weight == net.weight).all()),
        torch.load("state.pt")["step"],
        third.tolist(),
        torch.load("old.pt").tolist(),
    ]


def folders():
    os.makedirs("a/b/c", exist_ok=True)
    pathlib.Path("a/b/c/x.txt").write_text("x")
    os.replace("a/b/c/x.txt", "a/y.txt")
    shutil.copy("a/y.txt", "a/z.txt")
    shutil.copytree("a", "copy")
    os.remove("a/z.txt")
    os.removedirs("a/b/c")
    found = [sorted(os.listdir("a")), sorted(os.listdir("copy")), os.path.exists("a/b")]
    found.append(sorted((entry.name, entry.is_dir()) for entry in os.scandir("copy")))
    shutil.rmtree("copy")
    os.rename("a", "moved")
    return [*found, os.path.exists("copy"), pathlib.Path("moved/y.txt").read_text(), os.path.isabs(os.getcwd())]


def chdir():
    here = os.getcwd()
    os.mkdir("inner")
    os.chdir("inner")
    open("in.txt", "w").close()
    os.chdir("..")
    return [os.getcwd() == here, os.listdir("inner"), os.path.relpath(os.path.abspath("inner"), here)]


def temporary():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x")
        with open(path, "w") as file:
            file.write("12")
        size = os.path.getsize(path)
    with tempfile.NamedTemporaryFile("w+") as file:
        file.write("abc")
        file.flush()
        text = open(file.name).read()
    with tempfile.TemporaryFile() as file:
        file.write(b"xy")
        file.seek(0)
        raw = file.read()
    number, name = tempfile.mkstemp()
    os.write(number, b"zz")
    os.lseek(number, 0, os.SEEK_SET)
    two = os.read(number, 10)
    os.close(number)
    with os.fdopen(os.open(name, os.O_RDONLY)) as file:
        three = file.read()
    with tempfile.SpooledTemporaryFile(max_size=2) as file:
        file.write(b"longer")
        file.seek(0)
        four = file.read()
    return [size, os.path.exists(folder), text, raw.decode(), two.decode(), three, four.decode()]


def loggers():
    logger = logging.getLogger("mine")
    handler = logging.FileHandler("run.log")
    logger.addHandler(handler)
    logger.warning("seen")
    handler.close()
    return open("run.log").read()


def formats():
    with open("x.json", "w") as file:
        json.dump({"a": [1, 2]}, file)
    with open("x.pkl", "wb") as file:
        pickle.dump({"a": np.arange(2)}, file)
    with zipfile.ZipFile("x.zip", "w") as archive:
        archive.writestr("inner.txt", "in")
    with open("x.json") as file:
        loaded = json.load(file)
    with open("x.pkl", "rb") as file:
        pickled = pickle.load(file)["a"].tolist()
    with open("n.txt", "w") as file:
        os.fsync(file.fileno())
        size = os.fstat(file.fileno()).st_size
    return [loaded, pickled, zipfile.ZipFile("x.zip").read("inner.txt").decode(), size]


def errors():
    found = []
    pathlib.Path("f.txt").write_text("f")
    os.makedirs("d/e", exist_ok=True)
    for act in (
        lambda: open("absent.txt"),
        lambda: open("d"),
        lambda: open("f.txt/x"),
        lambda: os.listdir("f.txt"),
        lambda: os.mkdir("d"),
        lambda: os.rmdir("d"),
        lambda: os.remove("absent"),
        lambda: os.mkdir("p/q"),
        lambda: pathlib.Path("f.txt").rename("d"),
        lambda: open("f.txt").close() or open("f.txt", "rb", encoding="utf-8"),
        lambda: os.stat("absent"),
        lambda: open(""),
    ):
        try:
            act()
            found.append("done")
        except Exception as error:
            found.append(type(error).__name__)
    return found


def iterated():
    pathlib.Path("lines.bin").write_bytes(b"a\nbb\n\nccc")
    with open("lines.bin", "rb") as file:
        lines = [line.decode() for line in file]
        file.seek(0)
        return [lines, file.readline(1).decode(), file.readlines()[1].decode(), bytes(bytearray(3)).hex()]


ACTS = [
    name for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == __name__
]
