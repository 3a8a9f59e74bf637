"""Rows of the shop's own, as JSON documents beside the money: in the same store and journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Callable

from escrowdb import Operation, Store

Row = dict[str, Any]
Key = str


class Documents:
    """Documents of a store, each in a space and under a key."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, space: str, key: Key) -> Row:
        """Gives a row; an empty one if there is none."""
        found = self._store.document(space, key.encode())
        return json.loads(found.value) if found else {}

    def all(self, space: str, prefix: Key = "") -> Iterator[tuple[Key, Row]]:
        """Gives the rows whose keys begin so, by their keys."""
        for found in self._store.documents(space, prefix=prefix.encode()):
            yield found.key.decode(), json.loads(found.value)

    def write(self, space: str, key: Key, row: Row) -> None:
        """Writes a row, whatever was there."""
        self._store.submit([Operation.put(space, key.encode(), packed(row))], check=True)

    def create(self, space: str, key: Key, row: Row) -> bool:
        """Writes a row where there is none; says whether that was so."""
        put = Operation.put(space, key.encode(), packed(row), expected_version=0)
        return self._store.submit([put])[0].is_done

    def change(self, space: str, key: Key, changed: Callable[[Row], Row]) -> Row:
        """Changes a row, however many do so at once: each starts from what the one before left."""
        while True:
            found = self._store.document(space, key.encode())
            row = changed(json.loads(found.value) if found else {})
            version = found.version if found else 0
            put = Operation.put(space, key.encode(), packed(row), expected_version=version)
            if self._store.submit([put])[0].is_done:
                return row

    def delete(self, space: str, key: Key) -> None:
        """Deletes a row, if it is there."""
        self._store.submit([Operation.delete(space, key.encode())])


def packed(row: Row) -> bytes:
    """Writes a row as bytes."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
