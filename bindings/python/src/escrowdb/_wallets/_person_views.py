"""Persons as support reads them, registrations under way, and changes of addresses and numbers."""

from __future__ import annotations

import json
from typing import Any, Optional

from .. import _record as field
from .._constants import Channel, ContactChangeState, DocumentKind
from .._library import lib
from .._record import Record
from .._values import Id, IdLike, id_struct, u128_number, whole_number
from . import _text_record as texts
from ._actor import Actor, actor_struct
from ._calling import Calling
from ._given import given
from ._options import written_text
from ._text_record import TextRecord


class FoundPerson(TextRecord):
    """Somebody who was looked for by an address."""

    __slots__ = ()
    C_TYPE = "escrow_found_person"

    # These are written by generate.py.
    is_registering = field.flag("Whether the registration is not submitted yet.")
    person = field.identifier("Who.")
    address_is_confirmed = field.flag("Whether the address is confirmed, and so nobody else's.")


class PersonView(TextRecord):
    """Who a person is."""

    __slots__ = ()
    C_TYPE = "escrow_person_view"

    # These are written by generate.py.
    is_registering = field.flag("Whether the registration is not submitted yet.")
    person = field.identifier("Who.")
    created_at = field.time("When the registration was begun.")
    retain_until = field.time("Until when the data must be kept; 0 for no date.")
    legal_hold = field.flag("Whether a legal hold forbids erasure.")
    document_kind = field.member32(
        DocumentKind,
        "What the customer is identified by, or 0 until the profile is filled in: all its texts "
        "are empty then.",
    )
    email = texts.hidden("Where letters go.")
    name = texts.hidden("The full name.")
    citizenship = texts.hidden("The country of which the customer is a citizen.")
    document_country = texts.hidden("The country that issued the document.")
    document_number = texts.hidden("Its number.")
    postal_address = texts.hidden("The postal address.")
    phone = texts.hidden("The telephone number.")
    birth_date = texts.hidden("The birth date, as in `1990-02-28`; empty if it is not known.")


class PersonExport(TextRecord):
    """All that is known of a person."""

    __slots__ = ()
    C_TYPE = "escrow_person_export"

    # These are written by generate.py.
    json = texts.hidden("One JSON document.")


class RegistrationView(Record):
    """A registration that is under way: what is there, and what is missing."""

    __slots__ = ()
    C_TYPE = "escrow_registration_view"

    # These are written by generate.py.
    address_is_confirmed = field.flag(
        "Whether the address is confirmed: nothing else can be filled in before."
    )
    person = field.identifier("Whose it is.")
    begun_at = field.time("When it was begun.")
    resend_from = field.time(
        "From when on the confirmation can be sent again (`resend_confirmation`); 0 for now."
    )
    until = field.time("When it is removed unless it is submitted.")
    has_profile = field.flag("Whether the profile is filled in.")
    has_login_password = field.flag("Whether the login password is set.")
    answers_missing = field.u32("How many more security answers the policy asks for.")
    consents_missing = field.u32(
        "How many consents are missing that the policy asks for: see `missing_consents`."
    )
    is_over = field.flag(
        "Whether it is over, because it was refused with `person_exists`: only a new one can "
        "succeed."
    )
    is_complete = field.flag(
        "Whether nothing is missing: it may be submitted. The age is judged then."
    )


class MissingConsent(TextRecord):
    """A consent that is missing."""

    __slots__ = ()
    C_TYPE = "escrow_consent"

    # These are written by generate.py.
    kind = texts.text("What the customer is to agree to, such as `terms`.")
    version = texts.text("The version of the text.")


class ContactChange(TextRecord):
    """The change of an address or number that waits, or can still be stopped."""

    __slots__ = ()
    C_TYPE = "escrow_contact_change"

    # These are written by generate.py.
    state = field.member32(ContactChangeState, "Where it is.")
    person = field.identifier("Whose.")
    correction = field.identifier(
        "The correction that it is part of; zero if the customer wanted it."
    )
    begun_at = field.time("When the letter was sent.")
    until = field.time("When the link or code ends, or the cool-down.")
    channel = field.member32(Channel, "An e-mail address or a telephone number.")


def person_export_schema() -> dict[str, Any]:
    """Gives the JSON Schema of what `Wallets.export_person` gives.

    >>> person_export_schema()["title"]
    'PersonDocument'
    """
    schema: dict[str, Any] = json.loads(written_text(lib.escrow_person_export_schema))
    return schema


class PersonViews(Calling):
    """Finding, reading and exporting persons."""

    def find_persons(self, email: str, actor: Actor) -> list[FoundPerson]:
        """Looks for persons by an e-mail address, for a member of staff.

        First whose address it is, then registrations under way that were begun with it, oldest
        first. Their trails say who looked and why; that nobody was found stands in the store's own.

        Refused: `PERSON_NOT_FOUND`, `ADDRESS_MUST_BE_VALID`, `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`,
        `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        address, struct = given(email, "an e-mail address"), actor_struct(actor)
        return self._command_for_rows(
            FoundPerson,
            lib.escrow_found_person_at,
            lib.escrow_person_find,
            *address,
            struct.pointer,
        )

    def show_person(self, person: IdLike, actor: Actor, *, case: IdLike = 0) -> PersonView:
        """Shows who a person is to a member of staff, beside the evidence of a case of hers.

        The trail remembers it before it is shown.

        Refused: `PERSON_NOT_FOUND`, `CASE_NOT_FOUND` if the case is not the person's,
        `DATA_IS_DAMAGED` while the person's key is damaged, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        (view,) = self._command_for_rows(
            PersonView,
            lib.escrow_person_view_at,
            lib.escrow_person_show,
            id_struct(person, "person"),
            id_struct(case, "case"),
            struct.pointer,
        )
        return view

    def export_person(self, person: IdLike, actor: Actor) -> str:
        """Gives all that is known of a person, as one JSON document: for her right of access.

        Ordered by the customer, whom the host has authenticated, or by staff; the trail remembers
        it. Its schema is `person_export_schema()`. Never in it are passwords, answers, codes,
        links, tokens of processors or hashes of these, and no names of staff.

        Refused: `PERSON_NOT_FOUND`, `DATA_IS_DAMAGED` while the person's key is damaged,
        `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        (export,) = self._command_for_rows(
            PersonExport,
            lib.escrow_person_export_at,
            lib.escrow_person_export_all,
            id_struct(person, "person"),
            struct.pointer,
        )
        return export.json

    def registration(self, person: IdLike) -> Optional[RegistrationView]:
        """Says how far a registration has come; `None` if there is none, or it was submitted.

        It does not tell whether the address or the document belongs to somebody already.
        """
        return self._find_record(
            RegistrationView, lib.escrow_registration_find, id_struct(person, "person")
        )

    def missing_consents(self, person: IdLike) -> list[MissingConsent]:
        """Gives the consents that the policy asks for and a registration lacks."""
        function, row_at = lib.escrow_registration_missing_consents, lib.escrow_consent_at
        return self._rows(MissingConsent, row_at, function, id_struct(person, "person"))


class ContactChanges(Calling):
    """Changing e-mail addresses and telephone numbers."""

    def begin_contact_change(self, person: IdLike, channel: int, new: str) -> None:
        """Begins to change the e-mail address or the telephone number of a customer.

        The host has authenticated her. A letter goes to the new one, with a link for
        `confirm_email_change`, or a code for `confirm_phone_change`. The answer is the same whether
        or not the address belongs to another person, who is told by the letter then.

        Refused: `ADDRESS_MUST_BE_VALID`, `TEXT_MUST_BE_VALID`, `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`,
        `PERSON_NOT_FOUND`, `PERSON_MUST_BE_ACTIVE`, `DATA_IS_DAMAGED`, `ADDRESS_ALREADY_CONFIRMED`
        if it is the present one, `CHANGE_IS_UNDER_WAY` while the last one cools down, `TOO_SOON`,
        `TOO_MANY_TODAY`, `TOO_MANY`.
        """
        contact = given(new, "an address or number")
        number = whole_number(channel, "a channel", 32)
        self._command(lib.escrow_contact_begin, id_struct(person, "person"), number, *contact)

    def confirm_email_change(self, token: str) -> Id:
        """Confirms a new e-mail address by the token of the link; gives the person.

        Refused: `TOKEN_MUST_BE_VALID`, `PERSON_EXISTS` if somebody else has confirmed the address
        meanwhile.
        """
        function = lib.escrow_contact_confirm_email
        return Id(u128_number(self._command_for("escrow_u128", function, *given(token, "a token"))))

    def confirm_phone_change(self, person: IdLike, code: str) -> None:
        """Confirms a new telephone number by the code that was sent there.

        Refused: `CODE_MUST_MATCH`, whatever is wrong with it.
        """
        function = lib.escrow_contact_confirm_phone
        self._command(function, id_struct(person, "person"), *given(code, "a code"))

    def stop_contact_change(self, person: IdLike, channel: int, actor: Actor) -> None:
        """Stops the change of an address or number, for the customer or a member of staff.

        One that is not confirmed is dropped, and one that cools down is taken back.

        Refused: `PERSON_NOT_FOUND`, `CHANGE_NOT_FOUND` if there is none, or it stands already,
        `DATA_IS_DAMAGED`, `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct, number = actor_struct(actor), whole_number(channel, "a channel", 32)
        function = lib.escrow_contact_stop
        self._command(function, id_struct(person, "person"), number, struct.pointer)

    def stop_contact_change_by_link(self, token: str) -> Id:
        """The same by the link of the notice; gives the person, whose sessions the host ends.

        Refused: `TOKEN_MUST_BE_VALID`.
        """
        function = lib.escrow_contact_stop_by_link
        return Id(u128_number(self._command_for("escrow_u128", function, *given(token, "a token"))))

    def contact_changes(self, person: IdLike) -> list[ContactChange]:
        """Gives the changes that wait for their confirmation, or can still be stopped."""
        function, row_at = lib.escrow_contact_changes, lib.escrow_contact_change_at
        return self._rows(ContactChange, row_at, function, id_struct(person, "person"))
