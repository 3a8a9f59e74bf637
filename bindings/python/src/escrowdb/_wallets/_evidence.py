"""Evidence: what a customer shows, of which the caller keeps the scans."""

from __future__ import annotations

import hashlib

from .. import _record as field
from .._constants import EvidenceKind
from .._values import TimeLike, nanoseconds, whole_number
from . import _text_record as texts
from ._given import checked_bytes
from ._text_record import TextRecord

HASH_BYTES = 32


class Evidence(TextRecord):
    """A piece of evidence: the caller keeps the scan, the store its hash and where it is.

    >>> shown = Evidence.of_scan(EvidenceKind.PASSPORT, b"a scan", reference="scans/17")
    >>> shown.kind.name, len(shown.hash), shown.reference
    ('PASSPORT', 32, 'scans/17')
    """

    __slots__ = ()
    C_TYPE = "escrow_evidence"

    # These are written by generate.py.
    reference = texts.hidden(
        "Where the host finds it: 1 to 255 bytes, for a recovery up to 500. Sealed; empty when "
        "the person was erased."
    )
    expires_at = field.time("When the document itself ends; 0 for never.")
    added_at = field.time(
        "Of evidence of a recovery that is read: when it was added. Otherwise zero."
    )
    hash = field.raw(32, "The hash of the scan, so that nobody changes it later unnoticed.")
    kind = field.member32(EvidenceKind, "What it is.")

    def __init__(self, kind: int, *, hash: bytes, reference: str, expires_at: TimeLike = 0) -> None:
        self._fill(
            kind=whole_number(kind, "a kind of evidence", 32),
            hash=bytes(checked_bytes(hash, HASH_BYTES, "the hash of a scan")),
            reference=reference,
            expires_at=nanoseconds(expires_at),
        )

    @classmethod
    def of_scan(
        cls, kind: int, scan: bytes, *, reference: str, expires_at: TimeLike = 0
    ) -> Evidence:
        """Makes it from the scan itself, of which it takes the SHA-256."""
        digest = hashlib.sha256(scan).digest()
        return cls(kind, hash=digest, reference=reference, expires_at=expires_at)
