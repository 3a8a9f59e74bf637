"""Rows of the shop's own, as JSON documents beside the money: in the same store and journal.

Names, addresses and what people wrote are among them, so each is sealed under a key of the shop's,
and good in its place alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any, Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from escrowdb import Operation, Store

Row = dict[str, Any]
Key = str
#: Bytes of what makes each sealing another one.
NONCE = 12


class Documents:
    """Documents of a store, each in a space and under a key."""

    def __init__(self, store: Store, key: bytes) -> None:
        self._store, self._cipher = store, AESGCM(key)

    def _sealed(self, space: str, key: Key, row: Row) -> bytes:
        text = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, text, f"{space}/{key}".encode())

    def _row(self, space: str, key: Key, sealed: bytes) -> Row:
        place = f"{space}/{key}".encode()
        row: Row = json.loads(self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], place))
        return row

    def read(self, space: str, key: Key) -> Row:
        """Gives a row; an empty one if there is none."""
        found = self._store.document(space, key.encode())
        return self._row(space, key, found.value) if found else {}

    def all(self, space: str, prefix: Key = "") -> Iterator[tuple[Key, Row]]:
        """Gives the rows whose keys begin so, by their keys."""
        for found in self._store.documents(space, prefix=prefix.encode()):
            key = found.key.decode()
            yield key, self._row(space, key, found.value)

    def write(self, space: str, key: Key, row: Row) -> None:
        """Writes a row, whatever was there."""
        self._store.submit(
            [Operation.put(space, key.encode(), self._sealed(space, key, row))], check=True
        )

    def create(self, space: str, key: Key, row: Row) -> bool:
        """Writes a row where there is none; says whether that was so."""
        sealed = self._sealed(space, key, row)
        put = Operation.put(space, key.encode(), sealed, expected_version=0)
        return self._store.submit([put])[0].is_done

    def change(self, space: str, key: Key, changed: Callable[[Row], Row]) -> Row:
        """Changes a row, however many do so at once: each starts from what the one before left."""
        while True:
            found = self._store.document(space, key.encode())
            row = changed(self._row(space, key, found.value) if found else {})
            version = found.version if found else 0
            sealed = self._sealed(space, key, row)
            put = Operation.put(space, key.encode(), sealed, expected_version=version)
            if self._store.submit([put])[0].is_done:
                return row

    def delete(self, space: str, key: Key) -> None:
        """Deletes a row, if it is there."""
        self._store.submit([Operation.delete(space, key.encode())])
