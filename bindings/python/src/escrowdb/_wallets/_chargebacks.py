"""Chargebacks of payments by card: a cardholder contests one at the bank."""

from __future__ import annotations

from typing import Any, Optional

from .. import _record as field
from .._constants import ChargebackState
from .._library import lib
from .._values import IdLike, id_struct, u128_struct, whole_number
from . import _text_record as texts
from ._actor import Actor, actor_struct
from ._calling import Calling
from ._given import checked, given, optional_id
from ._text_record import TextRecord


class ChargebackNotice(TextRecord):
    """A processor's report that a cardholder contests a payment.

    >>> ChargebackNotice(
    ...     id=31, payment=21, reference="cb_1", amount=2005, reason="10.4", external=1
    ... )  # doctest: +ELLIPSIS
    ChargebackNotice(id=Id(31), payment=Id(21), amount=2005, external=Id(1), ...
    """

    __slots__ = ()
    C_TYPE = "escrow_chargeback_notice"

    # These are written by generate.py.
    id = field.identifier("The host's id of it, which makes the report idempotent.")
    payment = field.identifier(
        "The payment that is contested. If its money lies in suspense, or lay there, the item."
    )
    amount = field.amount("What is contested, which may be more than the payment.")
    external = field.identifier("The external account by which the money leaves.")
    answer_by = field.time("Until when it must be answered; 0 if the processor does not say.")
    reference = texts.text(
        "The processor's own name for it: 1 to 255 bytes. The same twice is one chargeback."
    )
    reason = texts.text(
        "The reason code of the card network: 1 to 32 letters, digits, `.`, `_` and `-`."
    )

    def __init__(
        self,
        *,
        id: IdLike,
        payment: IdLike,
        reference: str,
        amount: int,
        reason: str,
        external: IdLike,
        answer_by: int = 0,
    ) -> None:
        self._fill(
            id=id_struct(id, "id"),
            payment=id_struct(payment, "payment"),
            reference=reference,
            amount=u128_struct(whole_number(amount, "an amount")),
            reason=reason,
            external=id_struct(external, "external"),
            answer_by=whole_number(answer_by, "a time", 64),
        )


class Chargeback(TextRecord):
    """A chargeback."""

    __slots__ = ()
    C_TYPE = "escrow_chargeback"

    # These are written by generate.py.
    state = field.member32(ChargebackState, "Where it is.")
    id = field.identifier("The host's id of it.")
    payment = field.identifier(
        "The payment that is contested, or the item in suspense, as it was reported."
    )
    wallet = field.identifier("The wallet that paid, or the buyer who has none.")
    amount = field.amount("What is contested.")
    of_payment = field.amount(
        "What of that the payment had left when it was reported: what is above falls on the loss "
        "account."
    )
    lost = field.amount("What is gone for good; zero before it is decided.")
    due = field.amount(
        "What the processor took while no loss account could bear it: it is not in the books."
    )
    answer_by = field.time("Until when it must be answered; 0 if the processor does not say.")
    notified_at = field.time("When it was reported.")
    taken_at = field.time("When the processor took the money; 0 before.")
    changed_at = field.time("When it last changed.")
    ledger = field.u32("Of which ledger.")
    reference = texts.text("The processor's name for it.")
    reason = texts.text("The reason code of the card network.")
    evidence = texts.text(
        "The host's name for the evidence that it was answered with; empty before."
    )


class Chargebacks(Calling):
    """What the processor reports of chargebacks."""

    def chargeback_notified(self, notice: ChargebackNotice, actor: Actor) -> Chargeback:
        """A cardholder contests a payment: from now on none of it is refunded.

        Its hold is disputed: no time releases or refunds it. Sent again, with the same id or the
        same reference, it changes nothing and gives what is known by now. At most what the payment
        has left counts against it; what is contested above that falls on the loss account alone.
        Nothing of it ever comes out of a wallet.

        Refused: `CARD_PAYMENT_NOT_FOUND`; `CHARGE_MUST_BE_REPORTED` if the payment is not paid:
        report the charge, and if that lies in suspense, name the item; `CHARGEBACK_EXISTS` if the
        id is that of another one; `CHARGEBACK_IS_OF_ANOTHER_PAYMENT` and
        `CHARGEBACK_HAS_ANOTHER_AMOUNT` if the reference was reported so before, which stands in the
        trail then; `EXTERNAL_ACCOUNT_MUST_FIT`, `ID_MUST_BE_VALID`, `AMOUNT_MUST_BE_VALID`,
        `TEXT_MUST_BE_VALID`, `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`, `TOO_MANY`,
        `CHARGEBACK_NOT_FOUND`, `REFUSED_BY_LEDGER`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = checked(notice, ChargebackNotice, "a notice")._struct()
        return self._chargeback(lib.escrow_chargeback_notified, struct.pointer, actor=actor)

    def chargeback_taken(self, chargeback: IdLike, actor: Actor) -> Chargeback:
        """The processor has taken the money of a chargeback: it leaves by the external account.

        The loss account of the ledger bears it until the chargeback is decided; where there is
        none, or it cannot pay, the money is `due`, which `upkeep` books when one can. Sent again,
        it changes nothing.

        Refused: `CHARGEBACK_NOT_FOUND`, `CHARGEBACK_IS_DECIDED`; `REFUSED_BY_LEDGER` if the
        external account is frozen or closed; `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_OPERATOR_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        of = id_struct(chargeback, "chargeback")
        return self._chargeback(lib.escrow_chargeback_taken, of, actor=actor)

    def chargeback_represented(self, chargeback: IdLike, evidence: str, actor: Actor) -> Chargeback:
        """A chargeback was answered with evidence, which the caller keeps under this name.

        Another name adds to what was sent before; the same one again changes nothing.

        Refused: `CHARGEBACK_NOT_FOUND`, `CHARGEBACK_IS_DECIDED`, `TEXT_MUST_BE_VALID`,
        `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`, `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_OPERATOR_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        of, name = id_struct(chargeback, "chargeback"), given(evidence, "evidence")
        return self._chargeback(lib.escrow_chargeback_represented, of, *name, actor=actor)

    def chargeback_decided(self, chargeback: IdLike, lost: int, actor: Actor) -> Chargeback:
        """A chargeback is decided: so much is gone for good.

        Nothing of it if it is won, all of it if it is lost. What the processor had taken beyond
        that comes back to the loss account; what is gone comes out of what a deadline refunded and
        nobody has passed on, then out of escrow, as far as the payment bears it; the loss account
        bears the rest. When none of the payment's chargebacks is open any more, what is left in
        escrow goes on as before. Without a loss account the money leaves the payment by the
        external account at once, and what the payment cannot bear is `due`. Sent again, it changes
        nothing.

        Refused: `CHARGEBACK_NOT_FOUND`, `EXCEEDS_CHARGEBACK`; `CHARGEBACK_IS_DECIDED` if it was
        decided otherwise; `REFUSED_BY_LEDGER` while an account that is concerned is frozen, or if
        there is no loss account and the charge is archived; `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        of = id_struct(chargeback, "chargeback")
        gone = u128_struct(whole_number(lost, "an amount"))
        return self._chargeback(lib.escrow_chargeback_decided, of, gone, actor=actor)

    def _chargeback(self, function: Any, *arguments: Any, actor: Actor) -> Chargeback:
        by = actor_struct(actor)
        row_at = lib.escrow_chargeback_at
        (one,) = self._command_for_rows(Chargeback, row_at, function, *arguments, by.pointer)
        return one

    def chargeback(self, chargeback: IdLike) -> Optional[Chargeback]:
        """Looks up a chargeback, open or decided."""
        function, row_at = lib.escrow_chargeback_find, lib.escrow_chargeback_at
        of = id_struct(chargeback, "chargeback")
        found = self._rows(Chargeback, row_at, function, of)
        return found[0] if found else None

    def open_chargebacks(
        self, limit: int = 256, *, after: Optional[IdLike] = None
    ) -> list[Chargeback]:
        """Gives the chargebacks that are open, or whose money is due.

        The one that must be answered first comes first. To go on behind one, give its id as
        `after`.
        """
        behind, count = optional_id(after, "after"), whole_number(limit, "a limit", 64)
        function, row_at = lib.escrow_chargeback_waiting, lib.escrow_chargeback_at
        return self._rows(Chargeback, row_at, function, behind, count)

    def chargebacks_of(self, payment: IdLike) -> list[Chargeback]:
        """Gives all chargebacks of a payment, or of an item in suspense, oldest first."""
        function, row_at = lib.escrow_chargeback_of_payment, lib.escrow_chargeback_at
        return self._rows(Chargeback, row_at, function, id_struct(payment, "payment"))
