"""Corrections of what is known of a person, by staff with evidence."""

from __future__ import annotations

from typing import Any, Optional

from .. import _record as field
from .._constants import CorrectionState, DocumentKind
from .._library import lib
from .._values import IdLike, id_struct, whole_number
from . import _text_record as texts
from ._actor import Actor, actor_struct
from ._calling import Calling, new_struct
from ._evidence import Evidence
from ._given import checked, optional_id
from ._text_record import TextRecord, as_structs


class Correction(TextRecord):
    """What is to be changed of a person; what is empty stays.

    >>> Correction(email="alice@new.example")
    Correction(email=<hidden>)
    """

    __slots__ = ("evidence",)
    C_TYPE = "escrow_correction"

    # These are written by generate.py.
    document_kind = field.optional_member32(
        DocumentKind,
        "What the customer is identified by, if the document changes, with its country and "
        "number; `None` otherwise.",
    )
    _evidence = field.u64(
        "Of a correction that is read: how many pieces of evidence it has, see "
        "`escrow_correction_evidence_at`. Otherwise zero."
    )
    name = texts.hidden("The full name.")
    citizenship = texts.hidden(
        "The country of which the customer is a citizen: two letters A to Z."
    )
    document_country = texts.hidden("The country that issued the document: two letters A to Z.")
    document_number = texts.hidden("Its number.")
    postal_address = texts.hidden("The postal address, of one line or several.")
    email = texts.hidden("A new e-mail address, which is to be confirmed.")
    phone = texts.hidden("A new telephone number, which is to be confirmed.")
    birth_date = texts.hidden("The birth date, as in `1990-02-28`.")

    #: Of a correction that is read: what was shown, in the order in which it was added.
    evidence: tuple[Evidence, ...]

    def __init__(
        self,
        *,
        name: str = "",
        citizenship: str = "",
        document_kind: Optional[int] = None,
        document_country: str = "",
        document_number: str = "",
        postal_address: str = "",
        email: str = "",
        phone: str = "",
        birth_date: str = "",
    ) -> None:
        self._fill(
            document_kind=whole_number(document_kind or 0, "the kind of a document", 32),
            evidence=0,
            name=name,
            citizenship=citizenship,
            document_country=document_country,
            document_number=document_number,
            postal_address=postal_address,
            email=email,
            phone=phone,
            birth_date=birth_date,
        )
        self.evidence = ()

    @classmethod
    def _of(cls, record: bytes) -> Correction:
        made = super()._of(record)
        made.evidence = ()
        return made

    @classmethod
    def _read_row(cls, rows: Any, index: int, struct: Any) -> Correction:
        made, piece = cls._read(struct), new_struct(Evidence.C_TYPE)
        evidence = []
        for number in range(made._evidence):
            Calling._checked(lib.escrow_correction_evidence_at, rows, index, number, piece)
            evidence.append(Evidence._read(piece))
        made.evidence = tuple(evidence)
        return made

    def _values(self) -> dict[str, Any]:
        fields = super()._values()
        del fields["_evidence"]
        return {**fields, "evidence": self.evidence}

    def _state(self) -> tuple[Any, ...]:
        return (*super()._state(), self.evidence)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._record, self._texts, self.evidence = state


class CorrectionCase(TextRecord):
    """A correction as staff see it in a list: which fields it changes, not to what."""

    __slots__ = ()
    C_TYPE = "escrow_correction_case"

    # These are written by generate.py.
    state = field.member32(CorrectionState, "Where it is.")
    id = field.identifier("Its id.")
    person = field.identifier("Whose.")
    opened_at = field.time("When it was opened.")
    changed_at = field.time("When it last changed.")
    evidence = field.u64("How many pieces of evidence it has.")
    changes = texts.text("What it changes, such as `name, document`.")
    opened_by = texts.text("Who opened it.")
    reviewer = texts.text("Who decided it; empty before.")


class Corrections(Calling):
    """Corrections of persons."""

    def open_correction(
        self, case: IdLike, person: IdLike, wanted: Correction, actor: Actor
    ) -> None:
        """Opens the correction of what is known of a person. For a member of staff.

        Of the name, document, citizenship, address, e-mail address or telephone number. It takes
        evidence, and unless it is the postal address alone another member of staff who approves it.
        So who lost her mailbox and her telephone has a way back: approved, it has letters go to the
        new ones, which count once she has confirmed them. Sent again with the same id, it answers
        as before.

        Refused: `ID_MUST_BE_VALID`, `CASE_EXISTS`, `CORRECTION_MUST_CHANGE_SOMETHING`,
        `PERSON_NOT_FOUND`, `PERSON_MUST_BE_ACTIVE`, `DATA_IS_DAMAGED`, `COUNTRY_MUST_BE_VALID`,
        `TEXT_MUST_BE_VALID`, `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`, `BIRTH_DATE_MUST_BE_VALID`,
        `ADDRESS_MUST_BE_VALID`, `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        ids = (id_struct(case, "case"), id_struct(person, "person"))
        given, struct = checked(wanted, Correction, "a correction")._struct(), actor_struct(actor)
        self._command(lib.escrow_correction_open, *ids, given.pointer, struct.pointer)

    def add_correction_evidence(self, case: IdLike, evidence: Evidence, actor: Actor) -> None:
        """Adds a piece of evidence to a correction. For a member of staff.

        Refused: `CASE_NOT_FOUND`, `CASE_MUST_BE_AT_THIS_STEP`, `EVIDENCE_KIND_MUST_BE_KNOWN`,
        `EVIDENCE_HAS_EXPIRED`, `TEXT_MUST_BE_VALID`, `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`,
        `TOO_MANY`, `DATA_IS_DAMAGED`, `PERSON_NOT_FOUND`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        pieces = as_structs(Evidence.C_TYPE, [checked(evidence, Evidence, "evidence")])
        struct = actor_struct(actor)
        function = lib.escrow_correction_add_evidence
        self._command(function, id_struct(case, "case"), pieces.pointer, struct.pointer)

    def approve_correction(self, case: IdLike, actor: Actor) -> None:
        """Approves a correction: the profile is changed at once, and the customer told.

        To a new e-mail address or telephone number a letter goes, as by `begin_contact_change`.
        Unless it is the postal address alone, by another member of staff than who opened it; also
        for an address whose scans were shown for another person.

        Refused: `CASE_NOT_FOUND`, `CASE_MUST_BE_AT_THIS_STEP`, `EVIDENCE_MUST_BE_GIVEN`,
        `EVIDENCE_HAS_EXPIRED`, `REVIEWER_MUST_BE_ANOTHER`, `PERSON_EXISTS` if the document is
        another person's, `DATA_IS_DAMAGED`, `PERSON_NOT_FOUND`, and as `begin_contact_change`;
        `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_APPROVER_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        self._command(lib.escrow_correction_approve, id_struct(case, "case"), struct.pointer)

    def refuse_correction(self, case: IdLike, actor: Actor) -> None:
        """Refuses a correction, or gives it up; for any member of staff.

        Refused: `CASE_NOT_FOUND`, `CASE_MUST_BE_AT_THIS_STEP`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        self._command(lib.escrow_correction_refuse, id_struct(case, "case"), struct.pointer)

    def show_correction(self, case: IdLike, actor: Actor) -> Correction:
        """Shows what a correction is to change, with its evidence, to a member of staff.

        The trail remembers it before it is shown.

        Refused: `CASE_NOT_FOUND`, `PERSON_NOT_FOUND`, `DATA_IS_DAMAGED`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        (shown,) = self._command_for_rows(
            Correction,
            lib.escrow_correction_at,
            lib.escrow_correction_show,
            id_struct(case, "case"),
            struct.pointer,
        )
        return shown

    def correction_case(self, case: IdLike) -> Optional[CorrectionCase]:
        """Looks up a correction: what it changes, not to what."""
        function, row_at = lib.escrow_correction_find, lib.escrow_correction_case_at
        found = self._rows(CorrectionCase, row_at, function, id_struct(case, "case"))
        return found[0] if found else None

    def open_corrections(
        self, limit: int = 256, *, after: Optional[IdLike] = None
    ) -> list[CorrectionCase]:
        """Gives the corrections that wait for staff, oldest first.

        To go on behind a case, give its id as `after`.
        """
        behind, count = optional_id(after, "after"), whole_number(limit, "a limit", 64)
        function, row_at = lib.escrow_correction_waiting, lib.escrow_correction_case_at
        return self._rows(CorrectionCase, row_at, function, behind, count)
