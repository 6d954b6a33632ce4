import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np


def load_points(path):
    head, *rows = Path(path).read_text().splitlines()
    kinds = [(name, int if name == "label" else float) for name in head.split(",")]
    table = np.array([tuple(row.split(",")) for row in rows], dtype=kinds)
    return np.column_stack((table["x"], table["y"])), table["label"]


def save_weights(path, params):
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in params.items():
            buffer = BytesIO()
            np.save(buffer, value)
            archive.writestr(name, buffer.getvalue())


def load_weights(path):
    with zipfile.ZipFile(path) as archive:
        return {name: np.load(BytesIO(archive.read(name))) for name in archive.namelist()}
