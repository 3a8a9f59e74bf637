"""Upkeep, and what the wallets say of themselves."""

from __future__ import annotations

import json
from typing import Any

from .. import _record as field
from .._library import ffi, lib
from .._record import Record
from ._calling import Calling, new_struct
from ._options import written_text


class Upkeep(Record):
    """What an upkeep has done."""

    __slots__ = ()
    C_TYPE = "escrow_upkeep"

    # These are written by generate.py.
    registrations = field.u64(
        "Registrations that were never submitted in time, and are gone with all they held."
    )
    letters = field.u64("Letters whose fate was known for long enough.")
    addresses = field.u64("Addresses of nobody that were looked at.")
    refunds = field.u64("Payments by card of which a refund by a deadline was passed on.")
    contact_changes = field.u64(
        "Changes of addresses or numbers that were never confirmed, or stand now."
    )
    chargebacks = field.u64("Chargebacks of which what was due was booked.")
    notices = field.u64(
        "Owners who were told that the money of a wallet that nobody uses will be set aside."
    )
    set_aside = field.u64("Wallets whose money was set aside.")


class Upkeeping(Calling):
    """What is done for the wallets as a whole."""

    def upkeep(self) -> Upkeep:
        """Removes what is past its time, up to about a thousand of each kind.

        To be called now and then; what is left waits for the next call.
        """
        done = new_struct(Upkeep.C_TYPE)
        self._call(lib.escrow_wallets_upkeep, done)
        return Upkeep._of(ffi.buffer(done)[:])

    def policy(self) -> dict[str, Any]:
        """Gives the policy that the wallets were opened with."""
        policy: dict[str, Any] = json.loads(
            written_text(lib.escrow_wallets_policy, self._open_pointer())
        )
        return policy

    def password_hashes(self) -> int:
        """Gives how many password hashes were computed since the wallets were opened.

        A wrong password takes as many as a person or wallet that does not exist.
        """
        count = ffi.new("uint64_t *")
        self._call(lib.escrow_wallets_password_hashes, count)
        return int(count[0])
