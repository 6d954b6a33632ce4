"""The store in SQLite keeps to the contract of stores."""

from __future__ import annotations

from grader.results.store import Store
from tests.contracts.store import StoreContract


class TestStore(StoreContract):
    """In a folder of files."""

    def open(self, folder):
        return Store(folder)
