"""Refunds of payments by card: into the wallet, or back to the card."""

from __future__ import annotations

from typing import Optional

from .. import _record as field
from .._constants import Refunded, RefundReturnedKind
from .._library import ffi, lib
from .._operation import Operation
from .._record import Record
from .._values import IdLike, id_struct, u128_struct, whole_number
from ._calling import Calling
from ._given import optional_id
from ._payments import operation_bytes

#: Refunds that are fetched at once.
REFUNDS = 64


class CardRefund(Record):
    """A refund to a card that the processor is to carry out."""

    __slots__ = ()
    C_TYPE = "escrow_card_refund"

    # These are written by generate.py.
    id = field.identifier(
        "The reversal by which the money left: use it as the processor's idempotency key."
    )
    payment = field.identifier(
        "The payment that it is of, by the id under which the card was charged."
    )
    amount = field.amount("How much.")
    since = field.time("Since when it is to be carried out.")
    ledger = field.u32("Of which ledger.")


class RefundReturned(Record):
    """What became of the money of a refund that the processor could not carry out."""

    __slots__ = ()
    C_TYPE = "escrow_refund_returned"

    # These are written by generate.py.
    item = field.identifier("The item in suspense; zero if it went into the wallet.")
    kind = field.member32(RefundReturnedKind, "Where it went.")

    @property
    def is_in_wallet(self) -> bool:
        """Whether it went into the wallet; otherwise it lies in suspense."""
        return self.kind == RefundReturnedKind.TO_WALLET


class CardRefunds(Calling):
    """Refunds of payments by card."""

    def refund_card_payment(self, payment: IdLike, operation: Operation) -> Refunded:
        """Refunds a payment by card, all or an amount of it.

        Into the wallet as much as its limits have room for, if its owner agrees to that, it is
        active and its tier allows it, and the rest out to the card it came from, in the same chain;
        `open_card_refunds` tells how much goes to the card. `operation` names the payment. While
        the money is in escrow it is a `refund`, without flags but `arbitrated`; what the payee was
        paid, by releases, a deadline or a transfer, a `reverse` takes back. Without an amount it is
        all that there is of it. Sent again, it changes nothing. What a deadline refunds is passed
        on by `upkeep`. What was paid out of suspense is refunded by the id of the operation that
        paid then. The refund goes on counting as paid.

        The money of a payment that an older version began passes through the wallet's account, and
        goes one of the two ways as a whole: while that is frozen or closed, the ledger refuses what
        would go to the card, and what the payee gives back.

        Refused: `CARD_PAYMENT_NOT_FOUND`, `CARD_PAYMENT_MUST_BE_AT_THIS_STEP`,
        `PAYMENT_MUST_BE_PLAIN`, `EXCEEDS_CARD_PAYMENT` if nothing is left, `CHARGEBACK_IS_OPEN`,
        `TOO_MANY`, `REFUSED_BY_LEDGER`.
        """
        record = ffi.from_buffer("escrow_operation[]", operation_bytes(operation))
        function = lib.escrow_card_payment_refund
        return Refunded(
            int(self._command_for("uint32_t", function, id_struct(payment, "payment"), record))
        )

    def return_to_card(self, payment: IdLike, id: IdLike, amount: int) -> Refunded:
        """Takes money of a card payment that its owner has back to the card.

        What a deadline refunded and nobody has passed on yet, and what lies in the wallet, which
        must still have it. At most what came back and is not at the card yet; `id` is that of the
        reversal. Sent again, it changes nothing.

        Refused: `CARD_PAYMENT_NOT_FOUND`, `CARD_PAYMENT_MUST_BE_AT_THIS_STEP`,
        `EXCEEDS_CARD_PAYMENT`, `WALLET_NOT_FOUND` if the owner has none any more,
        `CHARGEBACK_IS_OPEN`, `TOO_MANY`, `REFUSED_BY_LEDGER`.
        """
        minor = u128_struct(whole_number(amount, "an amount"))
        arguments = (id_struct(payment, "payment"), id_struct(id, "id"), minor)
        function = lib.escrow_card_payment_return
        return Refunded(int(self._command_for("uint32_t", function, *arguments)))

    def open_card_refunds(
        self, limit: int = 256, *, after: Optional[IdLike] = None
    ) -> list[CardRefund]:
        """Gives the refunds to cards that the processor is to carry out, the oldest first.

        Every refund to a card stands here, whoever ordered it, until `card_refunded`. To go on
        behind one, give its id as `after`.
        """
        wanted, count = whole_number(limit, "a limit", 64), ffi.new("size_t *")
        room = ffi.new(f"{CardRefund.C_TYPE}[]", REFUNDS)
        refunds: list[CardRefund] = []
        while len(refunds) < wanted:
            behind = optional_id(refunds[-1].id if refunds else after)
            capacity = min(REFUNDS, wanted - len(refunds))
            self._call(lib.escrow_card_refund_waiting, behind, room, capacity, count)
            refunds += CardRefund._many(ffi.buffer(room), int(count[0]))
            if count[0] < capacity:
                break
        return refunds

    def card_refunded(self, refund: IdLike) -> None:
        """The processor has refunded a card: the refund is waited for no more.

        Sent again, it changes nothing.

        Refused: `CARD_REFUND_NOT_FOUND`; `CARD_REFUND_HAS_FAILED` after `card_refund_failed`.
        """
        self._command(lib.escrow_card_refund_done, id_struct(refund, "refund"))

    def card_refund_failed(
        self, refund: IdLike, *, external: IdLike, suspense: IdLike
    ) -> RefundReturned:
        """The processor could not refund a card: the money came back.

        It goes into the wallet as a whole, if its owner agrees to refunds there and there is room
        for it; otherwise it lies in suspense, due to the customer until staff resolve it. There it
        goes too if the payment is or was charged back. The refund is waited for no more, also if it
        was said to be carried out before. Sent again, it changes nothing.

        Refused: `CARD_REFUND_NOT_FOUND`, `EXTERNAL_ACCOUNT_MUST_FIT`, `SUSPENSE_ACCOUNT_MUST_FIT`,
        `CARD_PAYMENT_NOT_FOUND`, `REFUSED_BY_LEDGER`.
        """
        ids = (
            id_struct(refund, "refund"),
            id_struct(external, "external"),
            id_struct(suspense, "suspense"),
        )
        return self._command_for_record(RefundReturned, lib.escrow_card_refund_failed, *ids)
