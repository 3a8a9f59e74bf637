"""Ledgers, accounts and balances."""

from __future__ import annotations

import struct
from decimal import Decimal
from typing import Union

from . import _record as field
from ._constants import AccountFlags
from ._library import call, ffi, lib
from ._record import Record
from ._values import (
    IdLike,
    TimeLike,
    decimal_amount,
    format_amount,
    id_record,
    minor_units,
    nanoseconds,
    text_bytes,
    whole_number,
)

LEDGER = struct.Struct("<II16sQ16s16s32x")
ACCOUNT = struct.Struct("<16s64s16sQQIIIHH")


class Ledger(Record):
    """A currency book with a fixed scale: the digits behind the decimal point.

    It also turns amounts into minor units and back:

    >>> usd = Ledger.iso(1, "USD")
    >>> usd.minor(Decimal("35.61"))
    3561
    >>> usd.decimal(3561), usd.format(3561)
    (Decimal('35.61'), '35.61')
    >>> Ledger(2, "POINTS", 0)
    Ledger(number=2, code='POINTS')
    """

    __slots__ = ()
    C_TYPE = "escrow_ledger"

    # These are written by generate.py.
    number = field.u32("The number that accounts and operations name it by; not 0.")
    scale = field.u32("Digits behind the decimal point, 0 to 18, fixed for ever.")
    code = field.text(
        16, "The currency: an ISO 4217 code or one of your own, such as `USD` or `POINTS`."
    )
    created_at = field.time("When it was registered; zero on the way in.")
    posted = field.amount(
        "The sum of `debits_posted` of its accounts, which equals that of `credits_posted`; zero "
        "on the way in."
    )
    pending = field.amount(
        "The sum of `debits_pending` of its accounts, which equals that of `credits_pending`; "
        "zero on the way in."
    )

    def __init__(self, number: int, code: str, scale: int) -> None:
        encoded = text_bytes(code, "a ledger's code")
        if len(encoded) > 16:
            raise ValueError("a ledger's code has at most 16 bytes")
        number = whole_number(number, "a ledger's number", 32)
        scale = whole_number(scale, "a scale", 32)
        self._record = LEDGER.pack(number, scale, encoded, 0, bytes(16), bytes(16))

    @classmethod
    def iso(cls, number: int, code: str) -> Ledger:
        """Makes a ledger for a currency of ISO 4217, with its scale.

        >>> Ledger.iso(1, "JPY").scale
        0
        """
        encoded = text_bytes(code, "a ledger's code")
        made = ffi.new("escrow_ledger *")
        number = whole_number(number, "a ledger's number", 32)
        call(lib.escrow_ledger_iso, number, ffi.from_buffer(encoded), len(encoded), made)
        return cls._of(ffi.buffer(made)[:])

    def minor(self, value: Union[int, Decimal]) -> int:
        """Gives an amount in minor units: a `Decimal` by the scale, an `int` as it is."""
        return minor_units(value, self.scale)

    def decimal(self, minor: int) -> Decimal:
        """Gives minor units as a `Decimal`."""
        return decimal_amount(minor, self.scale)

    def format(self, minor: int) -> str:
        """Writes minor units as text."""
        return format_amount(minor, self.scale)


class Balances(Record):
    """The four balances of an account, in minor units."""

    __slots__ = ()
    C_TYPE = "escrow_balances"

    # These are written by generate.py.
    debits_pending = field.amount("Held for others: the rest of its open holds as payer.")
    debits_posted = field.amount("All that ever left it.")
    credits_pending = field.amount(
        "Held for it: the rest of its open holds as payee. Nobody can spend it yet."
    )
    credits_posted = field.amount("All that ever came in.")

    @property
    def available(self) -> int:
        """What a wallet or merchant can spend: zero where that is negative."""
        return max(0, self.net - self.debits_pending)

    @property
    def available_debit(self) -> int:
        """What cash or a receivable can give: zero where that is negative."""
        return max(0, -self.net - self.credits_pending)

    @property
    def net(self) -> int:
        """The posted balance as a wallet reads it; negative where money came from."""
        return self.credits_posted - self.debits_posted


class Account(Record):
    """An account of one ledger.

    >>> alice = Account(2, ledger=1, code=100, flags=AccountFlags.HISTORY)
    >>> alice.id, alice.flags is AccountFlags.HISTORY, alice.balances.available
    (Id(2), True, 0)
    """

    __slots__ = ()
    C_TYPE = "escrow_account"

    # These are written by generate.py.
    id = field.identifier("Chosen by the caller; not 0, not the maximum.")
    balances = field.inner(Balances, "What it owes and owns; zero on the way in.")
    user_data_128 = field.identifier("The caller's own key: a customer's number, a UUID.")
    user_data_64 = field.number("The caller's own.")
    created_at = field.time("When it was opened; zero on the way in unless `imported`.")
    ledger = field.u32("The ledger it belongs to.")
    flags = field.member32(AccountFlags, "What it may do.")
    open_holds = field.u32(
        "Open holds in which it is payer, payee or fee account; zero on the way in."
    )
    code = field.u16("The caller's chart of accounts; not 0.")

    def __init__(
        self,
        id: IdLike,
        *,
        ledger: Union[int, Ledger],
        code: int,
        flags: AccountFlags = AccountFlags.NONE,
        user_data_128: IdLike = 0,
        user_data_64: int = 0,
        created_at: TimeLike = 0,
    ) -> None:
        created = nanoseconds(created_at)
        self._record = ACCOUNT.pack(
            id_record(id, "id"),
            bytes(64),
            id_record(user_data_128, "user_data_128"),
            whole_number(user_data_64, "user data", 64),
            created,
            ledger_number(ledger),
            whole_number(flags, "flags", 32) | (AccountFlags.IMPORTED if created else 0),
            0,
            whole_number(code, "a code", 16),
            0,
        )


def ledger_number(ledger: Union[int, Ledger]) -> int:
    """Gives the number of a ledger."""
    if isinstance(ledger, Ledger):
        return ledger.number
    return whole_number(ledger, "a ledger", 32)
