"""Scans and pictures that people upload: sealed on the disk, under a key of the shop's."""

from __future__ import annotations

import hashlib
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


class KeptFileError(Exception):
    """There is another file under this id: what was sent once is not replaced."""


def hash_of(content: bytes) -> str:
    """Gives the hash by which a file is known again."""
    return hashlib.sha256(content).hexdigest()


def reference_of(id: Id) -> str:
    """Gives the reference to a file."""
    return f"files/{id.uuid}"


def keep(settings: Settings, id: Id, content: bytes) -> bool:
    """Seals a file and keeps it; says whether it was not there. What is there is not replaced.

    Raises `KeptFileError` if it is there with another content.
    """
    kind_of(content)
    folder = settings.data / "files"
    folder.mkdir(mode=0o700, exist_ok=True)
    nonce = os.urandom(12)
    sealed = AESGCM(settings.key("files")).encrypt(nonce, content, id.bytes)
    unfinished = folder / f"{id.uuid}.{nonce.hex()}"
    try:
        made = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(made, "wb") as file:
            file.write(nonce + sealed)
        # Unlike renaming, this never takes the place of what is there.
        os.link(unfinished, folder / str(id.uuid))
    except FileExistsError:
        if read(settings, id) != content:
            raise KeptFileError(reference_of(id)) from None
        return False
    finally:
        unfinished.unlink(missing_ok=True)
    return True


def forget(settings: Settings, id: Id) -> None:
    """Deletes a file that nothing refers to."""
    (settings.data / "files" / str(id.uuid)).unlink(missing_ok=True)


def read(settings: Settings, id: Id) -> bytes:
    """Unseals a file. Raises `LookupError` if it is not there, or not as it was."""
    try:
        sealed = (settings.data / "files" / str(id.uuid)).read_bytes()
        return AESGCM(settings.key("files")).decrypt(sealed[:12], sealed[12:], id.bytes)
    except (OSError, InvalidTag) as error:
        raise LookupError(f"no file {id.uuid}") from error
