"""Refusals of order commands: raised, with what this actor can do instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional

from .._constants import Action, OrderStatus, Stage, Status, WalletStatus
from .._errors import Refusal


class OrderRefused(Refusal):
    """An order command would have broken a law: nothing of it was done.

    >>> refused = OrderRefused(OrderStatus.NOT_IN_THIS_STAGE, Stage.PAID, [Action.SHIP])
    >>> refused.status.name, refused.possible
    ('NOT_IN_THIS_STAGE', (<Action.SHIP: 1>,))
    >>> str(refused)
    'not_in_this_stage: the part is paid, and this actor can ship'
    """

    #: The law.
    status: OrderStatus
    #: The stage of the part, where that is why; otherwise `None`.
    stage: Optional[Stage]
    #: What this actor can do in that stage.
    possible: tuple[Action, ...]
    #: For `OrderStatus.TENDER_FALLS_SHORT`: how much more was asked for; otherwise 0.
    missing: int
    #: For `OrderStatus.REFUSED_BY_LEDGER`: what the ledger said; otherwise `Status.APPLIED`.
    ledger_status: Status
    #: For `OrderStatus.REFUSED_BY_WALLET`: the law of wallets; otherwise `None`.
    wallet_status: Optional[WalletStatus]

    def __init__(
        self,
        status: int,
        stage: Optional[int] = None,
        possible: Iterable[int] = (),
        ledger_status: int = Status.APPLIED,
        missing: int = 0,
        wallet_status: Optional[int] = None,
    ) -> None:
        self.status = OrderStatus(status)
        self.stage = Stage(stage) if stage else None
        self.possible = tuple(Action(action) for action in possible)
        self.ledger_status = Status(ledger_status)
        self.missing = missing
        self.wallet_status = WalletStatus(wallet_status) if wallet_status else None
        text = self.name
        if missing:
            text += f": {missing} missing"
        if self.ledger_status:
            text += f": {self.ledger_status.name.lower()}"
        if self.wallet_status:
            text += f": {self.wallet_status.name.lower()}"
        if self.stage:
            text += f": the part is {self.stage.name.lower()}"
            if self.possible:
                names = ", ".join(action.name.lower() for action in self.possible)
                text += f", and this actor can {names}"
        super().__init__(text)

    @property
    def name(self) -> str:
        """The status in lower case, as the documentation names it.

        >>> OrderRefused(OrderStatus.ORDER_NOT_FOUND).name
        'order_not_found'
        """
        return self.status.name.lower()

    def _state(self) -> tuple[Any, ...]:
        return (
            self.status,
            self.stage,
            self.possible,
            self.ledger_status,
            self.missing,
            self.wallet_status,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), self._state())

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._state() == other._state()

    def __hash__(self) -> int:
        return hash(self._state())


def actions_of(bits: int) -> tuple[Action, ...]:
    """Gives the actions that stand for bits.

    >>> actions_of(1 << Action.CLAIM | 1 << Action.CONFIRM)
    (<Action.CONFIRM: 3>, <Action.CLAIM: 6>)
    """
    return tuple(Action(number) for number in range(64) if bits >> number & 1)


def order_refusal_of(outcome: Any) -> OrderRefused:
    """Gives the refusal that the library wrote."""
    return OrderRefused(
        int(outcome.status),
        int(outcome.stage),
        actions_of(int(outcome.possible)),
        int(outcome.ledger_outcome),
        outcome.missing.hi << 64 | outcome.missing.lo,
        int(outcome.wallet_status),
    )
