"""Persons: registered, logged in, known by their profile, and written notes about."""

from __future__ import annotations

from typing import Union

from .. import _record as field
from .._account import Ledger, ledger_number
from .._constants import DocumentKind
from .._library import lib
from .._record import Record
from .._values import Id, IdLike, id_struct, u128_number, whole_number
from . import _text_record as texts
from ._actor import Actor, actor_struct
from ._calling import Calling
from ._given import checked, flag, given, packed, pointer_to
from ._text_record import TextRecord


class Profile(TextRecord):
    """Who a customer is. Sealed before it is stored, and never given back.

    >>> Profile(
    ...     name="Alice Example", citizenship="PT", document_kind=DocumentKind.PASSPORT,
    ...     document_country="PT", document_number="X-123", postal_address="1 Road",
    ...     phone="+351 1")
    ... # doctest: +ELLIPSIS
    Profile(document_kind=<DocumentKind.PASSPORT: 1>, name=<hidden>, ...)
    """

    __slots__ = ()
    C_TYPE = "escrow_profile"

    # These are written by generate.py.
    document_kind = field.member32(DocumentKind, "What the customer is identified by.")
    name = texts.hidden("The full name.")
    citizenship = texts.hidden(
        "The country of which the customer is a citizen: two letters A to Z."
    )
    document_country = texts.hidden("The country that issued the document: two letters A to Z.")
    document_number = texts.hidden(
        "Its number. Spaces, hyphens and case do not count. It is refused as a card number only "
        "if it begins as a network's cards do, and has their 14 to 19 digits with a right Luhn "
        "digit: no passport has, and the owner of a licence that does by chance registers with a "
        "passport."
    )
    postal_address = texts.hidden("The postal address, of one line or several.")
    phone = texts.hidden("The telephone number.")
    birth_date = texts.hidden(
        "The birth date, as in `1990-02-28`; empty if it is not known. A policy with a minimum "
        "age asks for it."
    )

    def __init__(
        self,
        *,
        name: str,
        citizenship: str,
        document_kind: int,
        document_country: str,
        document_number: str,
        postal_address: str,
        phone: str,
        birth_date: str = "",
    ) -> None:
        self._fill(
            name=name,
            citizenship=citizenship,
            document_kind=whole_number(document_kind, "the kind of a document", 32),
            document_country=document_country,
            document_number=document_number,
            postal_address=postal_address,
            phone=phone,
            birth_date=birth_date,
        )


class NewWallet(Record):
    """A wallet to be opened. The ids are the caller's, so that a retry opens no second one.

    >>> NewWallet(11, account=12, ledger=1, code=100)
    NewWallet(wallet=Id(11), account=Id(12), ledger=1, code=100)
    """

    __slots__ = ()
    C_TYPE = "escrow_new_wallet"

    # These are written by generate.py.
    wallet = field.identifier("The wallet's id.")
    account = field.identifier(
        "The id of its account in the ledger, which is opened too: spend-only."
    )
    ledger = field.u32("The ledger: its currency.")
    code = field.u16("The account's code in the host's chart of accounts; not 0.")

    def __init__(
        self, wallet: IdLike, *, account: IdLike, ledger: Union[int, Ledger], code: int
    ) -> None:
        self._record = packed(
            self.C_TYPE,
            wallet=id_struct(wallet, "wallet"),
            account=id_struct(account, "account"),
            ledger=ledger_number(ledger),
            code=whole_number(code, "a code", 16),
        )


class Note(TextRecord):
    """A note of support."""

    __slots__ = ()
    C_TYPE = "escrow_note"

    # These are written by generate.py.
    at = field.time("When it was left.")
    author = texts.text("By whom.")
    text = texts.hidden("What it says; empty while the person's key is damaged.")


class Registrations(Calling):
    """The way from an e-mail address to an open wallet."""

    def begin_registration(self, person: IdLike, email: str, *, captcha_ok: bool = False) -> None:
        """Begins the registration of a person: a letter with a link goes into the outbox.

        The answer is the same whether or not the address has a wallet already; if so, its owner is
        told by the letter. Sent again with the same id and address, it changes nothing.
        `captcha_ok` says that the host had a captcha solved.

        Refused: `ID_MUST_BE_VALID`, `CAPTCHA_MUST_BE_SOLVED`, `ADDRESS_MUST_BE_VALID`,
        `PERSON_ID_EXISTS`, `TOO_MANY_TODAY`.
        """
        address = given(email, "an e-mail address")
        function = lib.escrow_registration_begin
        self._command(function, id_struct(person, "person"), *address, flag(captcha_ok))

    def resend_confirmation(self, person: IdLike) -> None:
        """Sends the letter again, with a new link that ends the old one.

        After a minute at the earliest, five times a day, unless the policy says otherwise:
        `Refused.until` tells when.

        Refused: `REGISTRATION_NOT_FOUND`, `ADDRESS_ALREADY_CONFIRMED`, `TOO_SOON` and
        `TOO_MANY_TODAY` with the time until which to wait.
        """
        self._command(lib.escrow_registration_resend, id_struct(person, "person"))

    def correct_address(self, person: IdLike, email: str) -> None:
        """Corrects the address before it is confirmed, and sends the letter there.

        Refused: `ADDRESS_MUST_BE_VALID`; as `resend_confirmation`.
        """
        address = given(email, "an e-mail address")
        self._command(
            lib.escrow_registration_correct_address, id_struct(person, "person"), *address
        )

    def confirm_address(self, token: str) -> Id:
        """Confirms an address by the token of the link; gives the person who goes on.

        Refused: `TOKEN_MUST_BE_VALID`, `PERSON_EXISTS`.
        """
        function = lib.escrow_registration_confirm
        return Id(u128_number(self._command_for("escrow_u128", function, *given(token, "a token"))))

    def set_profile(self, person: IdLike, profile: Profile) -> None:
        """Fills in who the customer is, once the address is confirmed.

        Again until the registration is submitted.

        Refused: `REGISTRATION_NOT_FOUND`, `ADDRESS_MUST_BE_CONFIRMED`, `COUNTRY_MUST_BE_VALID`,
        `TEXT_MUST_BE_VALID`, `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`, `BIRTH_DATE_MUST_BE_VALID`,
        `BIRTH_DATE_MUST_BE_GIVEN` by a policy with a minimum age, `PERSON_EXISTS` if the document
        belongs to somebody else.
        """
        struct = checked(profile, Profile, "a profile")._struct()
        self._command(lib.escrow_person_set_profile, id_struct(person, "person"), struct.pointer)

    def set_consent(
        self, person: IdLike, kind: str, version: str, *, is_given: bool = True
    ) -> None:
        """Remembers what the customer agrees to, or no longer does.

        `kind` and `version` are the caller's own, such as `terms` and `2026-01`: 1 to 64 of A-Z,
        a-z, 0-9, `.`, `_` and `-`, for they stand in the trail in clear. The kind
        `refunds_to_wallet` has refunds of card payments credited to the wallet.

        Refused: `PERSON_NOT_FOUND`, `REGISTRATION_NOT_FOUND`, `ADDRESS_MUST_BE_CONFIRMED`,
        `TEXT_MUST_BE_VALID`, `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`, `TOO_MANY`.
        """
        texts = (*given(kind, "a kind of consent"), *given(version, "a version"))
        self._command(
            lib.escrow_person_set_consent, id_struct(person, "person"), *texts, flag(is_given)
        )

    def submit_registration(self, person: IdLike, wallet: NewWallet) -> None:
        """Submits a registration: the person becomes active, the wallet is opened, in tier 0.

        Its account is opened in the ledger. Sent again, it answers as before.

        Refused: `REGISTRATION_NOT_FOUND`, `ADDRESS_MUST_BE_CONFIRMED`, `PROFILE_MUST_BE_SET`,
        `BIRTH_DATE_MUST_BE_GIVEN` and `PERSON_IS_UNDERAGE` by a policy with a minimum age,
        `PASSWORD_MUST_BE_SET`, `SECURITY_ANSWERS_MUST_BE_SET`, `CONSENT_MUST_BE_GIVEN`,
        `PERSON_EXISTS`, `WALLET_EXISTS`, `ACCOUNT_MUST_FIT`, `REFUSED_BY_LEDGER`.
        """
        pointer = pointer_to(wallet, NewWallet, "a new wallet")
        self._command(lib.escrow_registration_submit, id_struct(person, "person"), pointer)

    def open_wallet(self, person: IdLike, wallet: NewWallet) -> None:
        """Opens a further wallet for a person who has one, in another ledger.

        Nothing is registered anew. It begins in tier 0, has a payment password and cards of its
        own, and the lower limits that hold in the person's other wallets. Sent again, it answers
        as before.

        Refused: `ID_MUST_BE_VALID`, `PERSON_NOT_FOUND`, `PERSON_MUST_BE_ACTIVE`,
        `WALLET_MUST_BE_ACTIVE` while another wallet of the person is frozen, or if all are closed,
        `CONSENT_MUST_BE_GIVEN`, `WALLET_EXISTS_IN_LEDGER`, `WALLET_EXISTS`, `ACCOUNT_MUST_FIT`,
        `EXCHANGE_RATE_IS_MISSING` if the policy counts all wallets of a person and has no rate for
        the currency of one of them, `BIRTH_DATE_MUST_BE_GIVEN` and `PERSON_IS_UNDERAGE` by a policy
        with a minimum age, `REFUSED_BY_LEDGER`.
        """
        pointer = pointer_to(wallet, NewWallet, "a new wallet")
        self._command(lib.escrow_person_open_wallet, id_struct(person, "person"), pointer)

    def wallets_of(self, person: IdLike) -> list[Id]:
        """Gives the wallets of a person, in the order in which they were opened."""
        return self._ids(lib.escrow_person_wallets, id_struct(person, "person"))

    def leave_note(self, person: IdLike, text: str, actor: Actor) -> None:
        """Leaves a note of support on a person: sealed, up to 2,000 bytes.

        Refused: `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`,
        `REASON_MUST_BE_GIVEN`, `TEXT_MUST_BE_VALID`, `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`,
        `PERSON_NOT_FOUND`, `TOO_MANY`.
        """
        note, struct = given(text, "a note"), actor_struct(actor)
        self._command(
            lib.escrow_person_leave_note, id_struct(person, "person"), *note, struct.pointer
        )

    def notes_on(self, person: IdLike) -> list[Note]:
        """Gives the notes of support on a person, oldest first.

        Refused: `PERSON_NOT_FOUND`.
        """
        function, row_at = lib.escrow_person_notes, lib.escrow_note_at
        return self._command_for_rows(Note, row_at, function, id_struct(person, "person"))


class Logins(Calling):
    """The login of persons."""

    def set_login_password(
        self, person: IdLike, password: str, *, has_second_factor: bool = False
    ) -> None:
        """Sets the login password of a person who is registering, once the address is confirmed.

        It may be shorter if the caller checks a second factor at each login.

        Refused: `PASSWORD_TOO_SHORT`, `PASSWORD_TOO_LONG`, `PASSWORD_TOO_COMMON`,
        `REGISTRATION_NOT_FOUND`, `ADDRESS_MUST_BE_CONFIRMED`.
        """
        secret = given(password, "a password")
        function = lib.escrow_person_set_login_password
        self._command(function, id_struct(person, "person"), *secret, flag(has_second_factor))

    def log_in(self, email: str, password: str) -> Id:
        """Checks a login; gives the person.

        Raises `WrongCredentials` whether the address or the password was wrong, which takes the
        same work; failures are counted by address, and lock it for a while
        (`CredentialIsLocked`, `until`). They count until a login succeeds, a new password is set,
        or 30 days pass without another one; what they have locked for good stays so.

        Refused: `CREDENTIALS_MUST_MATCH`; `CREDENTIAL_IS_LOCKED` until the time given;
        `CREDENTIAL_IS_LOCKED_FOR_GOOD`, for unknown devices alone, until a new password is set.
        """
        texts = (*given(email, "an e-mail address"), *given(password, "a password"))
        return Id(u128_number(self._command_for("escrow_u128", lib.escrow_person_log_in, *texts)))

    def change_login_password(
        self, person: IdLike, present: str, new: str, *, has_second_factor: bool = False
    ) -> None:
        """Changes the login password of a person who knows the present one.

        Failures count as failed logins.

        Refused: `CREDENTIALS_MUST_MATCH`, `CREDENTIAL_IS_LOCKED`, `PASSWORD_TOO_SHORT`,
        `PASSWORD_TOO_LONG`, `PASSWORD_TOO_COMMON`, `PASSWORDS_MUST_DIFFER`.
        """
        texts = (*given(present, "a password"), *given(new, "a password"))
        function = lib.escrow_person_change_login_password
        self._command(function, id_struct(person, "person"), *texts, flag(has_second_factor))

    def send_login_reset(self, email: str, requester: str) -> None:
        """Asks for a link to set a new login password.

        Answer and work are the same whether or not the address has a wallet; nothing is locked by
        asking. The letter is written when letters are taken the next time, to the address as it is
        stored. `requester` is the host's name for who asks, 1 to 255 bytes: the network address,
        say; only a keyed hash of it is remembered. A requester and an address have a few letters a
        day (`TOO_MANY_TODAY`); those from known devices are counted apart (`known_device`).

        Refused: `ADDRESS_MUST_BE_VALID`, `TEXT_MUST_BE_VALID`, `TOO_MANY_TODAY`.
        """
        texts = (*given(email, "an e-mail address"), *given(requester, "a requester"))
        self._command(lib.escrow_person_send_login_reset, *texts)

    def reset_login_password(
        self, token: str, new: str, *, has_second_factor: bool = False
    ) -> None:
        """Sets a new login password by the token of a link.

        Refused: `TOKEN_MUST_BE_VALID`, `PASSWORD_TOO_SHORT`, `PASSWORD_TOO_LONG`,
        `PASSWORD_TOO_COMMON`, `PASSWORDS_MUST_DIFFER`.
        """
        texts = (*given(token, "a token"), *given(new, "a password"))
        function = lib.escrow_person_reset_login_password
        self._command(function, *texts, flag(has_second_factor))
