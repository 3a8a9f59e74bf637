"""Payments by card: authorised, charged by a processor, and booked; refunded, or in suspense."""

from __future__ import annotations

import dataclasses
from typing import Any, Optional, Union

from .. import _record as field
from .._constants import CardPaymentState, ChargeKind, SuspenseReason
from .._library import ffi, lib
from .._operation import Operation
from .._record import Record
from .._values import Id, IdLike, id_of, id_struct, u128_struct, whole_number
from . import _text_record as texts
from ._actor import Actor, actor_struct
from ._calling import Calling
from ._cards import CardReference, card_reference
from ._given import checked, flag, given, optional_id, pointer_to
from ._payments import Payment, Purchase, operation_bytes
from ._text_record import TextRecord

#: Items in suspense that are fetched at once.
ITEMS = 64


class ChargeInstruction(TextRecord):
    """What the caller asks the processor for: charge this card."""

    __slots__ = ()
    C_TYPE = "escrow_charge_instruction"

    # These are written by generate.py.
    ledger = field.u32("Of which ledger the amount is.")
    payment = field.identifier("The payment: use it as the processor's idempotency key.")
    amount = field.amount("How much.")
    expiry_year = field.u32("The year to the end of which month the card is valid.")
    expiry_month = field.u32("That month.")
    token = texts.hidden("The processor's token of the card.")
    brand = texts.text("Its brand.")
    last_four = texts.text("Its last four digits.")
    fingerprint = texts.hidden("The processor's fingerprint.")

    @property
    def card(self) -> CardReference:
        """The card, with its token."""
        return card_reference(self)


class CardCharge(TextRecord):
    """A processor's report that a card was charged.

    >>> CardCharge(payment=21, reference="ch_1", amount=2005, external=1, suspense=9)
    ... # doctest: +ELLIPSIS
    CardCharge(payment=Id(21), amount=2005, external=Id(1), suspense=Id(9), reference='ch_1')
    """

    __slots__ = ()
    C_TYPE = "escrow_card_charge"

    # These are written by generate.py.
    payment = field.identifier("The payment that it was charged for.")
    amount = field.amount("What was charged.")
    external = field.identifier("The external account that card money comes from.")
    suspense = field.identifier(
        "The account for money that cannot be booked: neither external nor a wallet's."
    )
    reference = texts.text(
        "The processor's own name for this charge: 1 to 255 bytes. The same twice is one charge."
    )

    def __init__(
        self, *, payment: IdLike, reference: str, amount: int, external: IdLike, suspense: IdLike
    ) -> None:
        self._fill(
            payment=id_struct(payment, "payment"),
            reference=reference,
            amount=u128_struct(whole_number(amount, "an amount")),
            external=id_struct(external, "external"),
            suspense=id_struct(suspense, "suspense"),
        )


class ChargeResult(Record):
    """What became of the money of a card."""

    __slots__ = ()
    C_TYPE = "escrow_charge_result"

    # These are written by generate.py.
    item = field.identifier("The item in suspense; zero if the order was paid.")
    kind = field.member32(ChargeKind, "Whether it paid the order or lies in suspense.")
    reason = field.optional_member32(
        SuspenseReason, "Why it lies in suspense; `None` if the order was paid."
    )

    @property
    def is_paid(self) -> bool:
        """Whether it paid the order: the hold or transfer is placed."""
        return self.kind == ChargeKind.PAID


class SuspenseItem(Record):
    """Money of a card in suspense, until staff say where it belongs."""

    __slots__ = ()
    C_TYPE = "escrow_suspense_item"

    # These are written by generate.py.
    id = field.identifier("The transfer that brought it in.")
    payment = field.identifier("The payment that it was charged for.")
    wallet = field.identifier("The wallet whose card it came from.")
    order = field.identifier("The order that the payment was for.")
    payee = field.identifier("The account that the payment was to pay.")
    amount = field.amount(
        "How much came, less what chargebacks took; if they took all of it, how much came."
    )
    expected = field.amount("How much the payment was to be.")
    resolved_by = field.identifier("The operation that resolved it; zero while it is open.")
    came_at = field.time("When it came.")
    ledger = field.u32("Of which ledger.")
    reason = field.member32(SuspenseReason, "Why it lies there.")
    order_is_paid = field.flag(
        "Whether the order is paid, by this payment or another of the wallet, and not given back: "
        "no money in suspense pays it then."
    )


@dataclasses.dataclass(frozen=True)
class Resolution:
    """Where money in suspense belongs: made by one of its methods.

    >>> Resolution.to_wallet(41)
    Resolution(where='to_wallet', by=Id(41))
    """

    #: The name of the method that made it.
    where: str
    #: The id of the operation that moves it, or that operation.
    by: Union[Id, Operation]

    @classmethod
    def to_wallet(cls, id: IdLike) -> Resolution:
        """Into the wallet, by a transfer of this id."""
        return cls("to_wallet", id_of(id, "id"))

    @classmethod
    def back_to_card(cls, id: IdLike) -> Resolution:
        """Back to the card, by a reversal of this id: the caller has the processor refund it."""
        return cls("back_to_card", id_of(id, "id"))

    @classmethod
    def to_order(cls, operation: Operation) -> Resolution:
        """To the order: through the wallet, and on by this hold or transfer from its account.

        Of the whole amount and without flags: see `order_from_suspense`. Its id is that of a card
        payment then, which can be refunded to its card.
        """
        operation_bytes(operation)
        return cls("to_order", operation)


class CardPayments(Calling):
    """Payments by bound cards."""

    def authorise_card(
        self,
        authorisation: IdLike,
        purchase: Purchase,
        password: str,
        *,
        card: Optional[IdLike] = None,
        second_factor: bool = False,
    ) -> int:
        """As `authorise`, for a payment with a bound card: the default one if none is named.

        Refused: as `authorise`; `CARD_NOT_FOUND`, `CARD_MUST_BE_ACTIVE`, `CARD_HAS_EXPIRED`.
        """
        pointer = pointer_to(purchase, Purchase, "a purchase")
        until = self._command_for(
            "uint64_t",
            lib.escrow_card_authorise,
            id_struct(authorisation, "authorisation"),
            pointer,
            optional_id(card, "card"),
            *given(password, "a password"),
            flag(second_factor),
        )
        return int(until)

    def begin_card_payment(
        self, payment: Payment, *, card: Optional[IdLike] = None
    ) -> ChargeInstruction:
        """Begins a payment by card; gives what the processor is to charge.

        Uses up an authorisation that was made for the card, the default one if none is named, and
        counts the payment. No money moves until `card_charged`. Sent again while the card is being
        charged, it gives the same instruction, if wallet and card may still pay and no money in
        suspense has paid its order since. The operation debits the wallet's account or none: in its
        place stands the owner's `purchase_account`, through which the money of all cards passes,
        and which the first payment opens.

        Refused: as `pay`; `CARD_NOT_FOUND`, `CARD_MUST_BE_ACTIVE`, `CARD_HAS_EXPIRED`,
        `CARD_PAYMENT_EXISTS`; `CARD_PAYMENT_MUST_BE_AT_THIS_STEP` if it was charged or has failed;
        `ORDER_IS_PAID` if money in suspense has paid its order since it began.
        """
        pointer = pointer_to(payment, Payment, "a payment")
        function, row_at = lib.escrow_card_payment_begin, lib.escrow_charge_instruction_at
        (instruction,) = self._command_for_rows(
            ChargeInstruction, row_at, function, pointer, optional_id(card, "card")
        )
        return instruction

    def card_charged(self, charge: CardCharge) -> ChargeResult:
        """Books the money of a card: it pays the order, or lands in suspense.

        In suspense if it came late, twice, with another amount, if money in suspense paid the order
        since the payment began, or if the ledger refuses the payment. The same report again is
        answered alike, and books nothing. A reference belongs to one payment for ever, with its
        amount: other reports of it are refused.

        Refused: `CARD_PAYMENT_NOT_FOUND`, `TEXT_MUST_BE_VALID`, `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`,
        `AMOUNT_MUST_BE_VALID`, `EXTERNAL_ACCOUNT_MUST_FIT`, `SUSPENSE_ACCOUNT_MUST_FIT`;
        `CHARGE_IS_OF_ANOTHER_PAYMENT` and `CHARGE_HAS_ANOTHER_AMOUNT` if the reference was reported
        so before, which stands in the trail then: a reference belongs to one payment for ever;
        `REFUSED_BY_LEDGER` if not even the suspense account takes it: report it again.
        """
        struct = checked(charge, CardCharge, "a charge")._struct()
        function = lib.escrow_card_payment_charged
        return self._command_for_record(ChargeResult, function, struct.pointer)

    def card_payment_failed(self, payment: IdLike) -> None:
        """The processor did not charge the card: the payment is over, and no longer counts.

        If the money comes after all it lands in suspense. Sent again, it changes nothing.

        Refused: `CARD_PAYMENT_NOT_FOUND`, `CARD_PAYMENT_MUST_BE_AT_THIS_STEP`.
        """
        self._command(lib.escrow_card_payment_failed, id_struct(payment, "payment"))

    def card_payment(self, payment: IdLike) -> Optional[CardPaymentState]:
        """Says where a card payment is."""
        state = ffi.new("uint32_t *")
        if not self._find(lib.escrow_card_payment_find, id_struct(payment, "payment"), state):
            return None
        return CardPaymentState(int(state[0]))


class Suspense(Calling):
    """Money of cards that could not be booked."""

    def suspense_item(self, item: IdLike) -> Optional[SuspenseItem]:
        """Looks up money in suspense, open or resolved."""
        return self._find_record(SuspenseItem, lib.escrow_suspense_find, id_struct(item, "item"))

    def open_suspense(
        self, limit: int = 256, *, after: Optional[IdLike] = None
    ) -> list[SuspenseItem]:
        """Gives the money in suspense that waits for staff, the oldest first.

        To go on behind an item, give its id as `after`.
        """
        wanted, count = whole_number(limit, "a limit", 64), ffi.new("size_t *")
        room = ffi.new(f"{SuspenseItem.C_TYPE}[]", ITEMS)
        items: list[SuspenseItem] = []
        while len(items) < wanted:
            behind = optional_id(items[-1].id if items else after)
            capacity = min(ITEMS, wanted - len(items))
            self._call(lib.escrow_suspense_waiting, behind, room, capacity, count)
            items += SuspenseItem._many(ffi.buffer(room), int(count[0]))
            if count[0] < capacity:
                break
        return items

    def order_from_suspense(self, item: IdLike, id: IdLike) -> Optional[Operation]:
        """Gives the operation by which money in suspense pays its order as the payment was to.

        For `Resolution.to_order`: with payee, fee, kind, deadline, code and user data of the
        payment's, of the whole amount. `None` if there is no such item.
        """
        ids = (id_struct(item, "item"), id_struct(id, "id"))
        return self._find_record(Operation, lib.escrow_suspense_order, *ids)

    def resolve_suspense(self, item: IdLike, resolution: Resolution, actor: Actor) -> None:
        """Gives money in suspense where it belongs. For a member of staff.

        Its owner is told. An order that it pays counts, and no limit stops that; what goes into the
        wallet must be within its limits. While a card is being charged for the same order, what
        comes of that lies in suspense. Sent again with the same operation, it changes nothing.

        Refused `to_order`: `ORDER_IS_PAID` if the order is paid, by this payment or another of the
        wallet, and was not given back in full: no number of staff pays it twice;
        `RESOLUTION_NEEDS_A_SECOND_PERSON` if anything but id and amount is not as the payment has
        it, which is remembered for a week: another member of staff orders just the same, and then
        it is done; the same one is answered as before, and `REVIEWER_MUST_BE_ANOTHER` by a name
        that only looks like another one's; `PAYEE_MUST_NOT_BE_A_WALLET`, `CARD_PAYMENT_EXISTS`,
        `SUSPENSE_ITEM_NOT_FOUND`, `SUSPENSE_ITEM_IS_RESOLVED`, `CHARGEBACK_IS_OPEN`,
        `REFUSED_BY_LEDGER`, `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_OPERATOR_ROLE`, `REASON_MUST_BE_GIVEN`, `AUTHORISATION_MUST_MATCH` if the
        order is paid another amount or from another account, `PAYMENT_MUST_BE_PLAIN`.

        Refused `to_wallet`: `SUSPENSE_ITEM_NOT_FOUND`, `SUSPENSE_ITEM_IS_RESOLVED`,
        `CHARGEBACK_IS_OPEN`, `REFUSED_BY_LEDGER`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`, `REASON_MUST_BE_GIVEN`;
        `NEEDS_TIER` with the tier that would allow it, `EXCEEDS_BALANCE_LIMIT`,
        `OPERATION_IS_NOT_ALLOWED`, `LEDGER_HAS_NO_LIMITS`.

        Refused `to_card`: `SUSPENSE_ITEM_NOT_FOUND`, `SUSPENSE_ITEM_IS_RESOLVED`,
        `CHARGEBACK_IS_OPEN`, `REFUSED_BY_LEDGER`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        if not isinstance(resolution, Resolution):
            raise TypeError(f"a resolution must be Resolution, not {type(resolution).__name__}")
        struct, by = actor_struct(actor), resolution.by
        given: Any
        if isinstance(by, Operation):
            function = lib.escrow_suspense_to_order
            given = ffi.from_buffer("escrow_operation[]", operation_bytes(by))
        else:
            is_wallet = resolution.where == "to_wallet"
            function = lib.escrow_suspense_to_wallet if is_wallet else lib.escrow_suspense_to_card
            given = id_struct(by, "by")
        self._command(function, id_struct(item, "item"), given, struct.pointer)
