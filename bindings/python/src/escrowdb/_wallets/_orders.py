"""Whole orders: one authorisation for all parts, paid in one chain with the caller's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Optional, Union

from .. import _record as field
from .._account import Ledger, ledger_number
from .._constants import Needs
from .._library import call, ffi, lib
from .._operation import AmountLike, Operation, as_batch, batch_bytes
from .._outcome import Outcome
from .._record import Record
from .._values import IdLike, id_struct, u128_struct, whole_number
from ._calling import Calling
from ._card_payments import ChargeInstruction
from ._given import checked, flag, given, optional_id, packed
from ._payments import minor_amount, operation_bytes


class OrderPart(Record):
    """What one payee of an order gets from one source.

    >>> OrderPart(payee=3, amount=2005)
    OrderPart(payee=Id(3), amount=2005)
    """

    __slots__ = ()
    C_TYPE = "escrow_order_part"

    # These are written by generate.py.
    payee = field.identifier("The account that is paid.")
    amount = field.amount("How much.")
    card = field.identifier("The bound card that it comes from; zero for the money in the wallet.")

    def __init__(
        self,
        *,
        payee: IdLike,
        amount: AmountLike,
        card: Optional[IdLike] = None,
        ledger: Union[int, Ledger] = 0,
    ) -> None:
        # Says how a `Decimal` is meant, and is kept by the order.
        ledger_number(ledger)
        self._record = packed(
            self.C_TYPE,
            payee=id_struct(payee, "payee"),
            amount=u128_struct(minor_amount(amount, ledger)),
            card=optional_id(card, "card"),
        )


class Order(Record):
    """What an order is: together with its parts the terms that an authorisation is bound to.

    >>> Order(wallet=11, order=7, ledger=1)
    Order(wallet=Id(11), order=Id(7), ledger=1)
    """

    __slots__ = ()
    C_TYPE = "escrow_order"

    # These are written by generate.py.
    wallet = field.identifier("The buyer's wallet.")
    order = field.identifier("The host's order.")
    ledger = field.u32("The ledger of all accounts.")

    def __init__(self, *, wallet: IdLike, order: IdLike, ledger: Union[int, Ledger]) -> None:
        self._record = packed(
            self.C_TYPE,
            wallet=id_struct(wallet, "wallet"),
            order=id_struct(order, "order"),
            ledger=ledger_number(ledger),
        )


class OrderTerms:
    """The terms of an order: an authorisation is bound to all of them.

    >>> order = Order(wallet=11, order=7, ledger=1)
    >>> terms = OrderTerms(order, [OrderPart(payee=3, amount=60), OrderPart(payee=4, amount=40)])
    >>> len(terms.hash())
    32
    """

    __slots__ = ("order", "parts")

    def __init__(self, order: Order, parts: Iterable[OrderPart]) -> None:
        self.order: Order = checked(order, Order, "an order")
        self.parts: tuple[OrderPart, ...] = tuple(
            checked(part, OrderPart, "a part of an order") for part in parts
        )

    def __repr__(self) -> str:
        return f"OrderTerms({self.order!r}, {list(self.parts)!r})"

    def hash(self) -> bytes:
        """Gives the hash of the terms, by which the trail knows them."""
        room = ffi.new("uint8_t[]", 32)
        call(lib.escrow_order_terms_hash, *self._given(), room)
        return bytes(ffi.buffer(room))

    def _given(self) -> tuple[Any, Any, int]:
        parts = b"".join(part._record for part in self.parts)
        order = ffi.from_buffer("escrow_order[]", self.order._record)
        return order, ffi.from_buffer("escrow_order_part[]", parts), len(self.parts)


class Orders(Calling):
    """Orders of several sellers, from several sources."""

    def needs_for_order(self, terms: OrderTerms) -> Needs:
        """Says what paying an order needs beside the customer's order.

        What comes from the wallet is one payment of its sum.

        Refused: as `needs`; `ORDER_MUST_BE_VALID`, `TOO_MANY`, `PAYEE_MUST_NOT_BE_A_WALLET`.
        """
        function = lib.escrow_order_needs
        return Needs(int(self._command_for("uint32_t", function, *given_terms(terms))))

    def authorise_order(
        self,
        authorisation: IdLike,
        terms: OrderTerms,
        password: str,
        *,
        second_factor: bool = False,
    ) -> int:
        """Authorises a whole order: the customer showed the payment password for just these terms.

        The buyer, the ledger, each payee and amount, each source and amount. Good for each part
        once, for the time that the policy says (five minutes), and until the password changes; void
        for any other terms; gives when it ends. `second_factor` says that the caller checked one.

        Refused: as `authorise`; `ORDER_MUST_BE_VALID`, `TOO_MANY` parts,
        `PAYEE_MUST_NOT_BE_A_WALLET`; for a card `CARD_NOT_FOUND`, `CARD_MUST_BE_ACTIVE`,
        `CARD_HAS_EXPIRED`.
        """
        arguments = (*given(password, "a password"), flag(second_factor))
        until = self._command_for(
            "uint64_t",
            lib.escrow_order_authorise,
            id_struct(authorisation, "authorisation"),
            *given_terms(terms),
            *arguments,
        )
        return int(until)

    def pay_order(
        self,
        terms: OrderTerms,
        authorisation: Optional[IdLike],
        operations: Sequence[Operation],
        *,
        alongside: Iterable[Operation] = (),
    ) -> list[Outcome]:
        """Pays the parts of an order from the wallet, in one chain with what is alongside.

        All of it is done, or nothing. The operations are a hold or a transfer for each part from
        the wallet, in their order, each as in `Payment.operation`; those alongside are the caller's
        own, documents too. The parts are one payment for the limits, of their sum. Gives an outcome
        for each operation, those of the parts first; sent again with the same operations, each is
        `Status.EXISTS`, and nothing is charged or done. No authorisation is for a small payment,
        which the policy exempts. With one part and something alongside, it is how a payment from
        the wallet stands in one chain with the caller's own documents and transfers.

        Refused: as `pay`; `AUTHORISATION_MUST_MATCH` if the authorisation is for other terms, or
        the operations are not one for each part from the wallet; `PAYMENT_MUST_BE_PLAIN` if
        something of the host's own is neither a transfer, a hold nor a document;
        `PAYEE_MUST_NOT_BE_A_WALLET`, whatever the policy says; `ORDER_MUST_BE_VALID`. What the
        ledger refuses of the operations alongside is `REFUSED_BY_LEDGER` too, with what it said:
        `Status.VERSION_MUST_MATCH`, say.
        """
        for operation in operations:
            operation_bytes(operation)
        batch = as_batch([*operations, *alongside])
        records, data = batch_bytes(batch)
        paid = bytearray(len(batch) * ffi.sizeof("escrow_outcome"))
        self._command(
            lib.escrow_order_pay,
            *given_terms(terms),
            optional_id(authorisation, "authorisation"),
            ffi.from_buffer("escrow_operation[]", records),
            len(batch),
            len(operations),
            ffi.from_buffer(data),
            len(data),
            ffi.from_buffer("escrow_outcome[]", paid),
        )
        return Outcome._many(paid, len(batch))

    def begin_order_card_payment(
        self, terms: OrderTerms, authorisation: IdLike, part: int, operation: Operation
    ) -> ChargeInstruction:
        """Begins the payment of one part of an order that comes from a card.

        By the authorisation of the order; otherwise as `begin_card_payment`. `part` is its place
        among the parts, and the operation its hold or transfer.

        Refused: as `begin_card_payment`; `AUTHORISATION_MUST_MATCH` if the authorisation is for
        other terms, or the part does not come from a card.
        """
        function, row_at = lib.escrow_order_begin_card_payment, lib.escrow_charge_instruction_at
        (instruction,) = self._command_for_rows(
            ChargeInstruction,
            row_at,
            function,
            *given_terms(terms),
            id_struct(authorisation, "authorisation"),
            whole_number(part, "a part", 64),
            ffi.from_buffer("escrow_operation[]", operation_bytes(operation)),
        )
        return instruction


def given_terms(terms: OrderTerms) -> tuple[Any, Any, int]:
    """Gives terms as the library takes them."""
    if not isinstance(terms, OrderTerms):
        raise TypeError(f"the terms must be OrderTerms, not {type(terms).__name__}")
    return terms._given()
