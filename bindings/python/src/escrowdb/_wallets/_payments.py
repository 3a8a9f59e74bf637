"""Payments from the money in a wallet: authorised for one order, and made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional, Union

from .. import _record as field
from .._account import Ledger, ledger_number
from .._constants import Needs
from .._library import ffi, lib
from .._operation import AmountLike, Operation
from .._outcome import Outcome
from .._record import Record
from .._values import IdLike, id_record, id_struct, minor_units, u128_struct, whole_number
from ._calling import Calling
from ._given import flag, given, packed, pointer_to
from ._refused import Refused, refusal_of

#: What a payment of `pay_many` came to: look which of both it is.
PaymentAnswer = Union[Outcome, Refused]


class Purchase(Record):
    """What is to be paid: the values that an authorisation is bound to.

    >>> from decimal import Decimal
    >>> Purchase(wallet=11, order=7, payee=3, amount=Decimal("20.05"), ledger=Ledger.iso(1, "USD"))
    Purchase(wallet=Id(11), order=Id(7), payee=Id(3), amount=2005, ledger=1)
    """

    __slots__ = ()
    C_TYPE = "escrow_purchase"

    # These are written by generate.py.
    wallet = field.identifier("Who pays.")
    order = field.identifier("What for: the host's order.")
    payee = field.identifier("The account that is paid.")
    amount = field.amount("How much.")
    ledger = field.u32("The ledger of both accounts.")

    def __init__(
        self,
        *,
        wallet: IdLike,
        order: IdLike,
        payee: IdLike,
        amount: AmountLike,
        ledger: Union[int, Ledger],
    ) -> None:
        self._record = packed(
            self.C_TYPE,
            wallet=id_struct(wallet, "wallet"),
            order=id_struct(order, "order"),
            payee=id_struct(payee, "payee"),
            amount=u128_struct(minor_amount(amount, ledger)),
            ledger=ledger_number(ledger),
        )


class Payment(Record):
    """A payment from a wallet.

    Its operation is a hold or a transfer from the wallet's account, without flags. The operation's
    id makes the payment idempotent; fee, deadline, code and user data are up to the caller.

    >>> hold = Operation.hold(id=21, payer=12, payee=3, ledger=1, amount=2005)
    >>> Payment(wallet=11, order=7, authorisation=31, operation=hold).purchase()
    Purchase(wallet=Id(11), order=Id(7), payee=Id(3), amount=2005, ledger=1)
    """

    __slots__ = ()
    C_TYPE = "escrow_payment"

    # These are written by generate.py.
    wallet = field.identifier("Who pays.")
    order = field.identifier("What for: the host's order.")
    authorisation = field.identifier(
        "What allows it; zero for a small payment, which the policy exempts."
    )
    operation = field.inner(
        Operation,
        "A `hold` or a `transfer` from the wallet's account, without flags. Its id makes the "
        "payment idempotent; fee, deadline, code and user data are up to the host.",
    )

    def __init__(
        self,
        *,
        wallet: IdLike,
        order: IdLike,
        operation: Operation,
        authorisation: Optional[IdLike] = None,
    ) -> None:
        allowed_by = 0 if authorisation is None else authorisation
        ids = b"".join(map(id_record, (wallet, order, allowed_by)))
        self._record = ids + operation_bytes(operation)

    def purchase(self) -> Purchase:
        """Gives what it pays, to be authorised."""
        operation = self.operation
        return Purchase(
            wallet=self.wallet,
            order=self.order,
            payee=operation.credit_account,
            amount=operation.amount,
            ledger=operation.ledger,
        )


class Payments(Calling):
    """Payments by the money in a wallet."""

    def needs(self, purchase: Purchase) -> Needs:
        """Says what a purchase needs beside the customer's order.

        Raises what would stand in its way: `NeedsTier` names the tier that would allow it.

        Refused: `WALLET_NOT_FOUND`, `WALLET_MUST_BE_ACTIVE`, `WALLET_HAS_ANOTHER_LEDGER`,
        `NEEDS_TIER` with the tier that would allow it, `OPERATION_IS_NOT_ALLOWED`,
        `EXCEEDS_LIMIT_PER_PAYMENT` and the like, `EXCEEDS_COOLDOWN_LIMIT`, `LEDGER_HAS_NO_LIMITS`,
        `EXCHANGE_RATE_IS_MISSING` where the policy counts all wallets of a person and has no rate
        for one; for a payee that could not be paid `REFUSED_BY_LEDGER`, with what the ledger would
        say of one that is not there, of another ledger, frozen or closed,
        `PAYEE_MUST_NOT_BE_A_WALLET`, and `PAYEE_CANNOT_RECEIVE` for a wallet that is not active.
        """
        pointer = pointer_to(purchase, Purchase, "a purchase")
        return Needs(int(self._command_for("uint32_t", lib.escrow_wallet_needs, pointer)))

    def authorise(
        self,
        authorisation: IdLike,
        purchase: Purchase,
        password: str,
        *,
        second_factor: bool = False,
    ) -> int:
        """Authorises one payment: the customer showed the payment password for just this one.

        Good for the time that the policy says (five minutes), for one payment, and until the
        password changes; gives when it ends. `second_factor` says that the caller checked one.
        An order whose id is the wallet's stands for a redemption: `redeem` takes it, and `pay` does
        not.
        Raises `WrongCredentials` or `CredentialIsLocked`, and what `needs` raises: also for a payee
        that could not be paid, what `pay` would raise.

        Refused: as `check_payment_password` and `needs`; `ID_MUST_BE_VALID`,
        `AMOUNT_MUST_BE_VALID`, `AUTHORISATION_EXISTS`, `SECOND_FACTOR_IS_NEEDED`, `TOO_MANY`.
        """
        pointer = pointer_to(purchase, Purchase, "a purchase")
        arguments = (*given(password, "a password"), flag(second_factor))
        function = lib.escrow_wallet_authorise
        until = self._command_for(
            "uint64_t", function, id_struct(authorisation, "authorisation"), pointer, *arguments
        )
        return int(until)

    def pay(self, payment: Payment) -> Outcome:
        """Pays: uses the authorisation up, counts the payment, and places the hold or transfer.

        All or nothing. Sent again with the same operation, a payment that was made is answered
        `Status.EXISTS`, and nothing is charged. The hold is one like any other then: shipped,
        released, refunded and disputed by `Store.submit`. What the ledger refused, such as for want
        of money, has used up the operation's id and not the authorisation: for another attempt it
        takes a new id. A payment that is refunded goes on counting against every limit of its
        periods, against the number of payments and for the lifetime.

        Refused: `AUTHORISATION_NOT_FOUND`, `AUTHORISATION_HAS_EXPIRED`, `AUTHORISATION_MUST_MATCH`
        if it is for anything else, `PAYMENT_PASSWORD_IS_NEEDED` without an authorisation,
        `SECOND_FACTOR_IS_NEEDED`, `PAYMENT_MUST_BE_PLAIN`, `NEEDS_TIER` with the tier that would
        allow it, `OPERATION_IS_NOT_ALLOWED`, `EXCEEDS_LIMIT_PER_PAYMENT` and the like,
        `EXCEEDS_COOLDOWN_LIMIT`, `LEDGER_HAS_NO_LIMITS`, `EXCHANGE_RATE_IS_MISSING` where the
        policy counts all wallets of a person and has no rate for one; for a small payment, which
        needs no authorisation, `CREDENTIAL_IS_LOCKED` while the payment password is, and
        `PAYMENT_PASSWORD_MUST_BE_SET` if there is none yet; `PAYEE_MUST_NOT_BE_A_WALLET` unless the
        policy lets wallets pay each other (its payments.to_wallets), and then
        `PAYEE_CANNOT_RECEIVE` if the limits of that wallet do not allow the top-up that it is;
        `REFUSED_BY_LEDGER`, also for a payment that is archived.
        """
        pointer = pointer_to(payment, Payment, "a payment")
        return self._command_for_record(Outcome, lib.escrow_wallet_pay, pointer)

    def pay_many(self, payments: Iterable[Payment]) -> list[PaymentAnswer]:
        """Makes many payments in one batch, of as many wallets as you like.

        What the disk takes longest for is done once. Each stands and falls for itself: its answer
        is the `Outcome`, or the `Refused` that `pay` would have raised. If the call itself fails,
        send all of them again: what was paid is not paid twice.

        Refused: as `pay`; where that would fail, `CONTENDED` if others changed the same wallet
        again and again, and `DATA_IS_DAMAGED` if its rows cannot be read: others are paid all the
        same.
        """
        many = list(payments)
        size = ffi.sizeof(Outcome.C_TYPE)
        for payment in many:
            pointer_to(payment, Payment, "a payment")
        records = b"".join(payment._record for payment in many)
        array = ffi.from_buffer("escrow_payment[]", records)
        paid = ffi.new("escrow_outcome[]", max(len(many), 1))
        outcomes = ffi.new("escrow_wallet_outcome[]", max(len(many), 1))
        self._call(lib.escrow_wallet_pay_many, array, len(many), paid, outcomes)
        answered = ffi.buffer(paid)[:]
        return [
            refusal_of(outcomes[at])
            if outcomes[at].status
            else Outcome._of(answered[at * size : (at + 1) * size])
            for at in range(len(many))
        ]

    def top_up(self, wallet: IdLike, operation: Operation) -> Outcome:
        """Puts money into a wallet, within the limits of its tier.

        By a transfer without flags from an external account to the wallet's. Sent again, it is
        answered `Status.EXISTS`. Money that comes in by other operations of the store is not
        limited. With a bound card too: the caller charges it and reports the money here, from the
        account that card money comes from; `begin_card_payment` is for orders alone. A top-up takes
        no authorisation, and `refund_card_payment` does not give it back.

        Refused: `WALLET_NOT_FOUND`, `WALLET_MUST_BE_ACTIVE`, `PAYMENT_MUST_BE_PLAIN`,
        `EXCEEDS_BALANCE_LIMIT`, `NEEDS_TIER` with the tier that would allow it,
        `OPERATION_IS_NOT_ALLOWED`, `EXCEEDS_LIMIT_PER_PAYMENT` and the like,
        `EXCEEDS_COOLDOWN_LIMIT`, `LEDGER_HAS_NO_LIMITS`, `EXCHANGE_RATE_IS_MISSING`,
        `REFUSED_BY_LEDGER`.
        """
        record = ffi.from_buffer("escrow_operation[]", operation_bytes(operation))
        return self._command_for_record(
            Outcome, lib.escrow_wallet_top_up, id_struct(wallet, "wallet"), record
        )

    def redeem(self, payment: Payment) -> Outcome:
        """Takes money out of a wallet, where the policy allows it.

        By a transfer without flags from its account to one that the caller pays out from,
        authorised like any payment, with the wallet itself as the order. That account must not be
        external: wallet money leaves through the caller's books.

        Refused: `REDEMPTION_IS_OFF`, `OPERATION_IS_NOT_ALLOWED`, `PAYEE_MUST_NOT_BE_A_WALLET`; as
        `pay`.
        """
        pointer = pointer_to(payment, Payment, "a payment")
        return self._command_for_record(Outcome, lib.escrow_wallet_redeem, pointer)


def minor_amount(amount: AmountLike, ledger: Union[int, Ledger]) -> int:
    """Gives an amount in minor units: a `Decimal` needs the ledger as a `Ledger`."""
    if isinstance(ledger, Ledger):
        return minor_units(amount, ledger.scale)
    return whole_number(amount, "an amount")


def operation_bytes(operation: object) -> bytes:
    """Gives the bytes of an operation, which must be one without a document."""
    if not isinstance(operation, Operation):
        raise TypeError(f"an operation must be Operation, not {type(operation).__name__}")
    if operation._data:
        raise ValueError("an operation with a document is no payment")
    return operation._record
