"""Scans and pictures that people upload: sealed on the disk, under a key of the shop's."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from escrowdb import Id

from .settings import Settings

BYTES_MAX = 4 << 20
#: How the files begin that are taken.
KINDS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"%PDF-": "application/pdf",
}


class UnfitFileError(Exception):
    """The file is too large, or neither a picture nor a PDF."""


def kind_of(content: bytes) -> str:
    """Gives the type of a file by its first bytes, whatever the browser says."""
    kinds = [kind for begin, kind in KINDS.items() if content.startswith(begin)]
    if not kinds or len(content) > BYTES_MAX:
        raise UnfitFileError
    return kinds[0]


def keep(settings: Settings, id: Id, content: bytes) -> str:
    """Seals a file and keeps it; gives the reference to it."""
    kind_of(content)
    folder = settings.data / "files"
    folder.mkdir(mode=0o700, exist_ok=True)
    nonce = os.urandom(12)
    sealed = AESGCM(settings.key("files")).encrypt(nonce, content, id.bytes)
    path = folder / str(id.uuid)
    unfinished = path.with_suffix(".new")
    unfinished.write_bytes(nonce + sealed)
    unfinished.replace(path)
    return f"files/{id.uuid}"


def read(settings: Settings, id: Id) -> bytes:
    """Unseals a file. Raises `LookupError` if it is not there, or not as it was."""
    try:
        sealed = (settings.data / "files" / str(id.uuid)).read_bytes()
        return AESGCM(settings.key("files")).decrypt(sealed[:12], sealed[12:], id.bytes)
    except (OSError, InvalidTag) as error:
        raise LookupError(f"no file {id.uuid}") from error
