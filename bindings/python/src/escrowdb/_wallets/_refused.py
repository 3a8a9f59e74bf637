"""Refusals of wallet commands: raised, so that nobody overlooks a wrong password.

The tree follows the bands of the statuses, with classes of their own for what shops tell apart most
often.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from .._constants import Status, WalletStatus
from .._errors import Refusal
from .._values import utc

#: What to do, where the name of a status does not say it.
ADVICE = {
    WalletStatus.ACTOR_MUST_BE_NAMED: "it takes a member of staff, whose name is 1 to 64 of "
    "a-z, 0-9, '.', '_', '@' and '-'",
    WalletStatus.WALLET_NOT_FOUND: "no wallet has this id; that of its owner, its account or a "
    "case is another one",
}


class ExceededLimit(NamedTuple):
    """A limit that stood in the way, and what counted against it.

    In minor units of the wallet's ledger, or as a number of payments.
    """

    #: Which one, as a refusal that no tier lifts: `WalletStatus.EXCEEDS_LIMIT_PER_DAY`, say.
    limit: WalletStatus
    #: The limit: of the wallet's tier; of the highest tier, if none allows it; or the lower one
    #: that holds after a recovery.
    most: int
    #: What counted before, of the owner's other wallets too where the policy counts them all.
    counted: int
    #: The part of `counted` that the owner's other wallets paid or hold.
    elsewhere: int


class Refused(Refusal):
    """A wallet command would have broken a law: nothing of it was done.

    A failed password was counted all the same. `status` names the law, and the classes below
    gather what is about the same.

    >>> refused = Refused.of(WalletStatus.CREDENTIAL_IS_LOCKED, until=60_000_000_000)
    >>> refused.status.name, refused.until
    ('CREDENTIAL_IS_LOCKED', 60000000000)
    >>> str(refused)
    'credential_is_locked: until 1970-01-01T00:01:00+00:00'
    >>> str(Refused.of(WalletStatus.WALLET_NOT_FOUND)).split(";")[0]
    'wallet_not_found: no wallet has this id'
    >>> isinstance(refused, CredentialIsLocked), isinstance(refused, CredentialRefused)
    (True, True)
    """

    #: The law.
    status: WalletStatus
    #: When it can be tried again, in nanoseconds since the Unix epoch; 0 where time does not help.
    until: int
    #: The tier of verification that would allow it; 0 where none would.
    tier: int
    #: For `WalletStatus.REFUSED_BY_LEDGER`: what the ledger said; otherwise `Status.APPLIED`.
    ledger_status: Status
    #: Where `ledger_status` is about an operation that was sent before, such as
    #: `Status.ID_ALREADY_FAILED`: what became of it the first time. Otherwise as `ledger_status`.
    ledger_first_status: Status
    #: The limit that stood in the way of a payment, a top-up or a refund, where that is why.
    exceeded: Optional[ExceededLimit]

    def __init__(
        self,
        status: int,
        until: int = 0,
        tier: int = 0,
        ledger_status: int = Status.APPLIED,
        ledger_first_status: Optional[int] = None,
        exceeded: Optional[ExceededLimit] = None,
    ) -> None:
        self.status = WalletStatus(status)
        self.until = until
        self.tier = tier
        self.ledger_status = Status(ledger_status)
        first = ledger_status if ledger_first_status is None else ledger_first_status
        self.ledger_first_status = Status(first)
        self.exceeded = exceeded
        text = self.status.name.lower()
        if self.status in ADVICE:
            text += f": {ADVICE[self.status]}"
        if self.ledger_status:
            text += f": {self.ledger_status.name.lower()}"
        if self.ledger_first_status != self.ledger_status:
            text += f": the first time it was {self.ledger_first_status.name.lower()}"
        if until:
            text += f": until {utc(until).isoformat(timespec='seconds')}"
        if tier:
            text += f": tier {tier} would allow it"
        super().__init__(text)

    @staticmethod
    def of(
        status: int,
        *,
        until: int = 0,
        tier: int = 0,
        ledger_status: int = Status.APPLIED,
        ledger_first_status: Optional[int] = None,
        exceeded: Optional[ExceededLimit] = None,
    ) -> Refused:
        """Gives the refusal for a status, of the class that it belongs to."""
        kind = BY_STATUS.get(status) or BY_BAND.get(status // 100, Refused)
        return kind(status, until, tier, ledger_status, ledger_first_status, exceeded)

    @property
    def name(self) -> str:
        """The status in lower case, as the documentation names it.

        >>> Refused.of(WalletStatus.NEEDS_TIER, tier=2).name
        'needs_tier'
        """
        return self.status.name.lower()

    def _state(self) -> tuple[int, int, int, int, int, Optional[ExceededLimit]]:
        ledger = (self.ledger_status, self.ledger_first_status)
        return (self.status, self.until, self.tier, *ledger, self.exceeded)

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), self._state())

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._state() == other._state()

    def __hash__(self) -> int:
        return hash(self._state())


class RequestRefused(Refused):
    """What was asked makes no sense: an address, a text, an amount, a member of staff."""


class PersonRefused(Refused):
    """About persons, their registrations and wallets: not there, there already, not complete."""


class CredentialRefused(Refused):
    """About passwords, tokens and codes."""


class WrongCredentials(CredentialRefused):
    """The password is wrong, or there is none: which of them is not told."""


class CredentialIsLocked(CredentialRefused):
    """Too many failures: locked until `until`, or, where that is 0, until it is recovered."""


class CaseRefused(Refused):
    """About cases of verification and recovery, and their evidence."""


class LimitRefused(Refused):
    """About tiers and the limits of the policy."""


class NeedsTier(LimitRefused):
    """A higher tier of verification would allow it: `tier`."""


class PaymentRefused(Refused):
    """About authorisations and payments."""


class CardRefused(Refused):
    """About cards, payments by card, and money in suspense."""


class LetterRefused(Refused):
    """About letters."""


class ClosingRefused(Refused):
    """About freezing, closing and erasing."""


class LedgerRefused(Refused):
    """The ledger refused the operation: `ledger_status` tells which of its laws."""


BY_BAND: dict[int, type[Refused]] = {
    10: RequestRefused,
    11: PersonRefused,
    12: CredentialRefused,
    13: CaseRefused,
    14: LimitRefused,
    15: PaymentRefused,
    16: CardRefused,
    17: LetterRefused,
    18: ClosingRefused,
    19: LedgerRefused,
}

BY_STATUS: dict[int, type[Refused]] = {
    WalletStatus.CREDENTIALS_MUST_MATCH: WrongCredentials,
    WalletStatus.CREDENTIAL_IS_LOCKED: CredentialIsLocked,
    WalletStatus.CREDENTIAL_IS_LOCKED_FOR_GOOD: CredentialIsLocked,
    WalletStatus.NEEDS_TIER: NeedsTier,
}


def refusal_of(outcome: Any) -> Refused:
    """Gives the refusal that the library wrote."""
    exceeded = None
    if outcome.limit:
        amounts = (outcome.limit_most, outcome.limit_counted, outcome.limit_elsewhere)
        most, counted, elsewhere = (amount.hi << 64 | amount.lo for amount in amounts)
        exceeded = ExceededLimit(WalletStatus(outcome.limit), most, counted, elsewhere)
    return Refused.of(
        int(outcome.status),
        until=int(outcome.until),
        tier=int(outcome.tier),
        ledger_status=int(outcome.ledger_outcome),
        ledger_first_status=int(outcome.ledger_first_outcome),
        exceeded=exceeded,
    )
