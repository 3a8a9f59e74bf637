"""Payments by cards that are not bound: the first one of most customers."""

from __future__ import annotations

from typing import Union

from .. import _record as field
from .._account import Ledger, ledger_number
from .._constants import CardAuthentication
from .._library import call, ffi, lib
from .._operation import Operation
from .._record import Record
from .._values import Id, IdLike, id_struct, u128_number, whole_number
from ._calling import Calling
from ._given import packed, pointer_to
from ._payments import operation_bytes


class NewCardPayment(Record):
    """A payment by a card that is not bound.

    Its operation is a hold or a transfer without flags, from the wallet's account or from none: in
    its place stands the buyer's purchase account. `authentication` is what 3-D Secure said of the
    card, by the caller's word.

    >>> hold = Operation.hold(id=21, payer=12, payee=3, ledger=1, amount=2005)
    >>> said = CardAuthentication.AUTHENTICATED
    >>> NewCardPayment(wallet=11, order=7, operation=hold, authentication=said).order
    Id(7)
    """

    __slots__ = ()
    C_TYPE = "escrow_new_card_payment"

    # These are written by generate.py.
    wallet = field.identifier(
        "The wallet of the customer who pays, which need not have a payment password."
    )
    order = field.identifier("What for: the host's order.")
    operation = field.inner(
        Operation,
        "A `hold` or a `transfer` without flags. It debits the wallet's account or none: in its "
        "place stands the buyer's purchase account. Its id makes the payment idempotent; fee, "
        "deadline, code and user data are up to the host.",
    )
    authentication = field.member32(
        CardAuthentication, "What 3-D Secure said of the card, by the host's word."
    )

    def __init__(
        self,
        *,
        wallet: IdLike,
        order: IdLike,
        operation: Operation,
        authentication: CardAuthentication,
    ) -> None:
        given = ffi.from_buffer("escrow_operation[]", operation_bytes(operation))
        self._record = packed(
            self.C_TYPE,
            wallet=id_struct(wallet, "wallet"),
            order=id_struct(order, "order"),
            operation=given[0],
            authentication=whole_number(authentication, "an authentication", 32),
        )


class NewCards(Calling):
    """Payments by cards that are not bound."""

    def begin_new_card_payment(self, payment: NewCardPayment) -> None:
        """Begins a payment by a card that is not bound, the first one say.

        Counts it against the limits of the wallet's tier; after that the caller has the processor
        charge the card, with the operation's id as its idempotency key. It takes no payment
        password. No money moves until `card_charged`; from there on it is a payment by card like
        any other, and the card can be bound. Sent again while the card is being charged, it changes
        nothing, if the wallet may still pay.

        Refused: `WALLET_NOT_FOUND`, `WALLET_MUST_BE_ACTIVE`, `WALLET_HAS_ANOTHER_LEDGER`;
        `CARD_AUTHENTICATION_MUST_SUCCEED` if 3-D Secure failed; `SECOND_FACTOR_IS_NEEDED` where the
        policy wants one and the cardholder was not authenticated; `NEEDS_TIER` with the tier that
        would allow it, `OPERATION_IS_NOT_ALLOWED`, `EXCEEDS_LIMIT_PER_PAYMENT` and the like,
        `EXCEEDS_COOLDOWN_LIMIT`, `LEDGER_HAS_NO_LIMITS`; `AMOUNT_MUST_BE_VALID`,
        `PAYMENT_MUST_BE_PLAIN`, `AUTHORISATION_MUST_MATCH` if the operation debits another account;
        `CARD_PAYMENT_EXISTS`, `CARD_PAYMENT_MUST_BE_AT_THIS_STEP` if it was charged or has failed,
        `ORDER_IS_PAID` if money in suspense has paid its order since it began;
        `PAYEE_MUST_NOT_BE_A_WALLET`, also of a purchase account; `REFUSED_BY_LEDGER`.
        """
        pointer = pointer_to(payment, NewCardPayment, "a payment")
        self._command(lib.escrow_card_payment_begin_new, pointer)

    @staticmethod
    def purchase_account(buyer: IdLike, ledger: Union[int, Ledger]) -> Id:
        """Gives the account through which the money of all card payments of a buyer passes.

        The buyer is a person; she has one for each ledger, which her first payment by card opens.
        What is available in it is owed to her: leave its money to the methods of wallets, although
        the ledger does not keep you from it.
        """
        made = ffi.new("escrow_u128 *")
        number = ledger_number(ledger)
        call(lib.escrow_purchase_account, id_struct(buyer, "buyer"), number, made)
        return Id(u128_number(made))
