"""Recovery: how a customer comes to a new payment password who has forgotten the old one."""

from __future__ import annotations

from typing import Optional

from .. import _record as field
from .._constants import RecoveryDecision, RecoveryState
from .._library import lib
from .._values import IdLike, id_struct, whole_number
from . import _text_record as texts
from ._actor import Actor, actor_struct
from ._calling import Calling
from ._evidence import Evidence
from ._given import checked, optional_id
from ._text_record import TextRecord, as_structs


class RecoveryCase(TextRecord):
    """A recovery case as staff see it."""

    __slots__ = ()
    C_TYPE = "escrow_recovery"

    # These are written by generate.py.
    state = field.member32(RecoveryState, "Where it is.")
    id = field.identifier("Its id.")
    wallet = field.identifier("The wallet that is recovered.")
    opened_at = field.time("When it was opened.")
    changed_at = field.time("When it last changed.")
    evidence = field.u64("How many pieces of evidence it has: see `recovery_evidence`.")
    opened_by = texts.text("Who opened it.")
    reviewer = texts.text("Who reviews it, or decided it; empty for nobody yet.")
    first_approver = texts.text(
        "Who approved it first, where another one must too; empty for nobody."
    )


class Recoveries(Calling):
    """Cases of recovery; `reset_payment_password` ends one."""

    def open_recovery(self, case: IdLike, wallet: IdLike, actor: Actor) -> None:
        """Opens the recovery of a wallet's payment password. For a member of staff.

        It locks nothing; the customer is told by every channel. Sent again with the same id, it
        answers as before. While the customer's key is damaged, a case can be opened, reviewed,
        refused and stopped; to add evidence, to approve it and to use its link takes the key
        (`DATA_IS_DAMAGED`).

        Refused: `CASE_EXISTS`, `WALLET_NOT_FOUND`, `WALLET_MUST_BE_ACTIVE`, `CASE_IS_OPEN`,
        `ID_MUST_BE_VALID`, `PERSON_NOT_FOUND`, `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        ids = (id_struct(case, "case"), id_struct(wallet, "wallet"))
        self._command(lib.escrow_recovery_open, *ids, struct.pointer)

    def add_recovery_evidence(self, case: IdLike, evidence: Evidence, actor: Actor) -> None:
        """Adds a piece of evidence to a case.

        Refused: `CASE_NOT_FOUND`, `CASE_MUST_BE_AT_THIS_STEP`, `EVIDENCE_KIND_MUST_BE_KNOWN`,
        `EVIDENCE_HAS_EXPIRED`, `TEXT_MUST_BE_VALID`, `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`,
        `TOO_MANY`, `DATA_IS_DAMAGED`, `PERSON_NOT_FOUND`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        pieces = as_structs(Evidence.C_TYPE, [checked(evidence, Evidence, "evidence")])
        struct = actor_struct(actor)
        function = lib.escrow_recovery_add_evidence
        self._command(function, id_struct(case, "case"), pieces.pointer, struct.pointer)

    def review_recovery(self, case: IdLike, actor: Actor) -> None:
        """Takes a case into review, by another member of staff than who opened it.

        Refused: `CASE_NOT_FOUND`, `CASE_MUST_BE_AT_THIS_STEP`, `REVIEWER_MUST_BE_ANOTHER`,
        `EVIDENCE_MUST_BE_GIVEN`, `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_REVIEWER_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        self._command(lib.escrow_recovery_review, id_struct(case, "case"), struct.pointer)

    def decide_recovery(self, case: IdLike, decision: RecoveryDecision, actor: Actor) -> None:
        """Decides a case, by the member of staff who reviews it.

        If it is approved, a link to set a new payment password goes to the customer's address;
        staff never see it. Where scans of it were shown for another person too it takes two: the
        reviewer is refused (`SECOND_PERSON_MUST_AGREE`), which is remembered
        (`RecoveryState.AWAITS_SECOND`), however often that one approves, and when a third one
        approves, who did not open it, it is done.

        Refused: `CASE_NOT_FOUND`, `CASE_MUST_BE_AT_THIS_STEP`, `REVIEWER_MUST_BE_ANOTHER`,
        `SECOND_PERSON_MUST_AGREE`, `EVIDENCE_HAS_EXPIRED`, `PERSON_NOT_FOUND`, `DATA_IS_DAMAGED` if
        it is to be approved, `CHANGE_IS_UNDER_WAY` while a new e-mail address cools down,
        `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_REVIEWER_ROLE`,
        `STAFF_MUST_HAVE_APPROVER_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct, number = actor_struct(actor), whole_number(decision, "a decision", 32)
        self._command(lib.escrow_recovery_decide, id_struct(case, "case"), number, struct.pointer)

    def stop_recovery(self, case: IdLike, actor: Actor) -> None:
        """Stops a recovery that is under way, for the customer or for a member of staff.

        The link of an approved one is good no more, and the customer is told by every channel. Sent
        again, it changes nothing. What was refused or is done is not stopped
        (`CASE_MUST_BE_AT_THIS_STEP`).

        Refused: `CASE_NOT_FOUND`, `CASE_MUST_BE_AT_THIS_STEP` if it was refused or is done,
        `PERSON_NOT_FOUND`, `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        self._command(lib.escrow_recovery_stop, id_struct(case, "case"), struct.pointer)

    def recovery_case(self, case: IdLike) -> Optional[RecoveryCase]:
        """Looks up a case."""
        return self._recovery(lib.escrow_recovery_find, case)

    def recovery_of(self, wallet: IdLike) -> Optional[RecoveryCase]:
        """Gives the last recovery case of a wallet.

        Unless it ended in a new password or was stopped.
        """
        return self._recovery(lib.escrow_recovery_of_wallet, wallet)

    def _recovery(self, function: object, id: IdLike) -> Optional[RecoveryCase]:
        found = self._rows(RecoveryCase, lib.escrow_recovery_at, function, id_struct(id, "id"))
        return found[0] if found else None

    def open_recoveries(
        self, limit: int = 256, *, after: Optional[IdLike] = None
    ) -> list[RecoveryCase]:
        """Gives the cases that wait for staff, oldest first.

        To go on behind a case, give its id as `after`.
        """
        behind, count = optional_id(after, "after"), whole_number(limit, "a limit", 64)
        function, row_at = lib.escrow_recovery_waiting, lib.escrow_recovery_at
        return self._rows(RecoveryCase, row_at, function, behind, count)

    def recovery_evidence(self, case: IdLike) -> list[Evidence]:
        """Gives the evidence of a case, with the caller's references, for a member of staff.

        Refused: `CASE_NOT_FOUND`, `PERSON_NOT_FOUND`.
        """
        function, row_at = lib.escrow_recovery_evidence, lib.escrow_evidence_at
        return self._command_for_rows(Evidence, row_at, function, id_struct(case, "case"))
