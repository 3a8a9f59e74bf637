"""Cards that are bound to wallets: references to them, never their numbers."""

from __future__ import annotations

from typing import Optional, Protocol

from .. import _record as field
from .._constants import CardState
from .._library import lib
from .._values import IdLike, id_struct, whole_number
from . import _text_record as texts
from ._actor import Actor, actor_struct
from ._calling import Calling
from ._given import checked
from ._text_record import TextRecord


class CardReference(TextRecord):
    """What the caller knows of a card: what its processor gave for it, never the number.

    >>> CardReference(
    ...     token="tok_1", brand="Visa", last_four="4242", expiry_year=2030, expiry_month=12,
    ...     fingerprint="fp_1")
    ... # doctest: +ELLIPSIS
    CardReference(expiry_year=2030, expiry_month=12, token=<hidden>, brand='Visa', ...)
    """

    __slots__ = ()
    C_TYPE = "escrow_card_reference"

    # These are written by generate.py.
    expiry_year = field.u16("The year to the end of which month it is valid, of four digits.")
    expiry_month = field.u16("That month, 1 to 12.")
    token = texts.hidden("The processor's token: what the host charges. 1 to 255 bytes.")
    brand = texts.text("Visa, UnionPay: 1 to 32 bytes.")
    last_four = texts.text("The last four digits, for the customer to recognise it.")
    fingerprint = texts.hidden(
        "The processor's fingerprint: the same for the same card. 1 to 255 bytes."
    )

    def __init__(
        self,
        *,
        token: str,
        brand: str,
        last_four: str,
        expiry_year: int,
        expiry_month: int,
        fingerprint: str,
    ) -> None:
        self._fill(
            token=token,
            brand=brand,
            last_four=last_four,
            expiry_year=whole_number(expiry_year, "a year", 16),
            expiry_month=whole_number(expiry_month, "a month", 16),
            fingerprint=fingerprint,
        )


class WithCard(Protocol):
    """What a record has that tells of a card among others."""

    @property
    def token(self) -> str: ...
    @property
    def brand(self) -> str: ...
    @property
    def last_four(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def expiry_year(self) -> int: ...
    @property
    def expiry_month(self) -> int: ...


class BoundCard(TextRecord):
    """A card that is bound to a wallet, or was."""

    __slots__ = ()
    C_TYPE = "escrow_card"

    # These are written by generate.py.
    state = field.member32(CardState, "Whether it can be paid with.")
    id = field.identifier("Its id.")
    valid_until = field.time("The first moment at which it is no longer valid.")
    is_default = field.flag("Whether it is paid with unless another is named.")
    has_reference = field.flag(
        "Whether the rest is there: not once the card is removed, or the person was erased, and "
        "not while the person's key is damaged."
    )
    expiry_year = field.u32("The year to the end of which month it is valid.")
    expiry_month = field.u32("That month.")
    token = texts.hidden("The processor's token.")
    brand = texts.text("Its brand.")
    last_four = texts.text("The last four digits.")
    fingerprint = texts.hidden("The processor's fingerprint.")

    @property
    def reference(self) -> Optional[CardReference]:
        """What the caller knows of it; `None` once it is removed, or the person was erased."""
        return card_reference(self) if self.has_reference else None


class Cards(Calling):
    """Cards that are bound to wallets."""

    def propose_card(
        self, wallet: IdLike, card: IdLike, reference: CardReference, actor: Actor
    ) -> None:
        """Proposes to bind a card, after a payment with it; the customer has it confirmed.

        The same card is bound to a wallet once.

        Refused: `WALLET_NOT_FOUND`, `WALLET_MUST_BE_ACTIVE`, `ID_MUST_BE_VALID`,
        `CARD_MUST_BE_VALID`, `CARD_HAS_EXPIRED`, `PERSON_NOT_FOUND`,
        `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`, `CARD_EXISTS`, `TOO_MANY`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        given = checked(reference, CardReference, "a card")._struct()
        struct = actor_struct(actor)
        ids = (id_struct(wallet, "wallet"), id_struct(card, "card"))
        self._command(lib.escrow_card_propose, *ids, given.pointer, struct.pointer)

    def confirm_card(self, wallet: IdLike, card: IdLike) -> None:
        """The customer confirms a proposed card, for which there must be a payment password.

        Refused: `WALLET_NOT_FOUND`, `WALLET_MUST_BE_ACTIVE`, `PAYMENT_PASSWORD_MUST_BE_SET`,
        `CARD_NOT_FOUND`, `CARD_MUST_BE_AT_THIS_STATE`, `CARD_HAS_EXPIRED`.
        """
        self._command(lib.escrow_card_confirm, id_struct(wallet, "wallet"), id_struct(card, "card"))

    def suspend_card(self, wallet: IdLike, card: IdLike, actor: Actor) -> None:
        """Stops payments with a card for now.

        Refused: `WALLET_NOT_FOUND`, `WALLET_MUST_BE_ACTIVE`, `CARD_NOT_FOUND`,
        `CARD_MUST_BE_AT_THIS_STATE`, `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct, ids = actor_struct(actor), (id_struct(wallet, "wallet"), id_struct(card, "card"))
        self._command(lib.escrow_card_suspend, *ids, struct.pointer)

    def resume_card(self, wallet: IdLike, card: IdLike, actor: Actor) -> None:
        """Allows payments with a suspended card again.

        Refused: `WALLET_NOT_FOUND`, `WALLET_MUST_BE_ACTIVE`, `CARD_NOT_FOUND`,
        `CARD_MUST_BE_AT_THIS_STATE`, `CARD_IS_HELD_BY_STAFF` for others if staff suspended it,
        `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        struct, ids = actor_struct(actor), (id_struct(wallet, "wallet"), id_struct(card, "card"))
        self._command(lib.escrow_card_resume, *ids, struct.pointer)

    def remove_card(self, wallet: IdLike, card: IdLike, actor: Actor) -> None:
        """Removes a card: its token is forgotten by the present state of the store.

        Refused: `WALLET_NOT_FOUND`, `WALLET_MUST_BE_ACTIVE`, `CARD_NOT_FOUND`,
        `CARD_MUST_BE_AT_THIS_STATE`, `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct, ids = actor_struct(actor), (id_struct(wallet, "wallet"), id_struct(card, "card"))
        self._command(lib.escrow_card_remove, *ids, struct.pointer)

    def set_default_card(self, wallet: IdLike, card: IdLike) -> None:
        """Makes an active card the one that is paid with unless another is named.

        Refused: `WALLET_NOT_FOUND`, `WALLET_MUST_BE_ACTIVE`, `CARD_NOT_FOUND`,
        `CARD_MUST_BE_ACTIVE`, `CARD_HAS_EXPIRED`.
        """
        self._command(
            lib.escrow_card_set_default, id_struct(wallet, "wallet"), id_struct(card, "card")
        )

    def cards(self, wallet: IdLike) -> list[BoundCard]:
        """Gives the cards of a wallet, in the order in which they were proposed."""
        function = lib.escrow_wallet_cards
        return self._rows(BoundCard, lib.escrow_card_at, function, id_struct(wallet, "wallet"))


def card_reference(record: WithCard) -> CardReference:
    """Gives what the caller knows of a card, out of a record that has it among others."""
    return CardReference(
        token=record.token,
        brand=record.brand,
        last_four=record.last_four,
        expiry_year=record.expiry_year,
        expiry_month=record.expiry_month,
        fingerprint=record.fingerprint,
    )
