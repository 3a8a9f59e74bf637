"""Verification: how a wallet comes to a higher tier."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional

from .. import _record as field
from .._constants import VerificationReason, VerificationState
from .._library import ffi, lib
from .._values import Id, IdLike, TimeLike, id_struct, nanoseconds, u128_number, whole_number
from . import _text_record as texts
from ._actor import Actor, actor_struct
from ._calling import Calling, new_struct
from ._evidence import Evidence
from ._given import checked, optional_id
from ._text_record import TextRecord, as_structs


class VerificationCase(TextRecord):
    """A verification case."""

    __slots__ = ("evidence",)
    C_TYPE = "escrow_verification"

    # These are written by generate.py.
    state = field.member32(VerificationState, "Where it is.")
    id = field.identifier("Its id.")
    wallet = field.identifier("Whose wallet it is about.")
    tier = field.u32("The tier that is asked for.")
    reason = field.optional_member32(VerificationReason, "Why it was refused; `None` otherwise.")
    until = field.time("Until when the approval lasts; 0 for ever.")
    opened_at = field.time("When it was opened.")
    changed_at = field.time("When it last moved.")
    _evidence = field.u64(
        "How many pieces of evidence it has: see `escrow_verification_evidence_at`."
    )
    reviewer = texts.text("The member of staff who reviews it; empty for nobody yet.")
    first_approver = texts.text("Who approved first, where two must.")

    #: What was shown, in the order in which it was submitted.
    evidence: tuple[Evidence, ...]

    @classmethod
    def _of(cls, record: bytes) -> VerificationCase:
        made = super()._of(record)
        made.evidence = ()
        return made

    @classmethod
    def _read_row(cls, rows: Any, index: int, struct: Any) -> VerificationCase:
        made, piece = cls._read(struct), new_struct(Evidence.C_TYPE)
        evidence = []
        for number in range(made._evidence):
            Calling._checked(lib.escrow_verification_evidence_at, rows, index, number, piece)
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


class Verifications(Calling):
    """Cases of verification."""

    def open_verification(self, case: IdLike, wallet: IdLike, tier: int, actor: Actor) -> None:
        """Opens a case: the wallet asks for a tier, its own (to renew it) or a higher one.

        A wallet has one open case at a time. Sent again with the same id, it changes nothing.

        Refused: `CASE_EXISTS`, `WALLET_NOT_FOUND`, `CASE_IS_OPEN`, `ID_MUST_BE_VALID`,
        `WALLET_MUST_BE_ACTIVE`, `TIER_MUST_EXIST`, `TIER_ALREADY_REACHED`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct, number = actor_struct(actor), whole_number(tier, "a tier", 32)
        ids = (id_struct(case, "case"), id_struct(wallet, "wallet"))
        self._command(lib.escrow_verification_open, *ids, number, struct.pointer)

    def submit_evidence(self, case: IdLike, evidence: Iterable[Evidence], actor: Actor) -> None:
        """Adds evidence to a case that is not reviewed yet. Staff find it from now on.

        One scan, by its hash, counts once for the tier, however often it is shown. Evidence of kind
        `IN_PERSON` is taken from staff alone, who saw the customer (`ACTOR_MUST_BE_NAMED`).

        Refused: `CASE_NOT_FOUND`, `CASE_MUST_BE_AT_THIS_STEP`, `EVIDENCE_MUST_BE_GIVEN`,
        `EVIDENCE_KIND_MUST_BE_KNOWN`, `EVIDENCE_HAS_EXPIRED`, `PERSON_NOT_FOUND`,
        `TEXT_MUST_BE_VALID`, `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`, `TOO_MANY`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        pieces = [checked(piece, Evidence, "evidence") for piece in evidence]
        structs, struct = as_structs(Evidence.C_TYPE, pieces), actor_struct(actor)
        function = lib.escrow_verification_submit
        self._command(
            function, id_struct(case, "case"), structs.pointer, len(pieces), struct.pointer
        )

    def review_verification(self, case: IdLike, actor: Actor) -> None:
        """Takes a submitted case into review. For a member of staff.

        Refused: `CASE_NOT_FOUND`, `CASE_MUST_BE_AT_THIS_STEP`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_REVIEWER_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        self._command(lib.escrow_verification_review, id_struct(case, "case"), struct.pointer)

    def approve_verification(
        self, case: IdLike, actor: Actor, *, until: TimeLike = 0
    ) -> VerificationState:
        """Approves a case, until a time or for as long as the policy allows.

        Gives `APPROVED`, or `AWAITS_SECOND` where the policy wants another member of staff to
        approve too. The wallet is in its new tier at once, and its owner is told.

        Refused: `CASE_NOT_FOUND`, `CASE_MUST_BE_AT_THIS_STEP`, `TIER_MUST_EXIST`,
        `EVIDENCE_MUST_SUFFICE`, `EVIDENCE_HAS_EXPIRED`, `APPROVAL_MUST_END_LATER`,
        `REVIEWER_MUST_BE_ANOTHER`, `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_REVIEWER_ROLE`, `STAFF_MUST_HAVE_APPROVER_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct, time = actor_struct(actor), nanoseconds(until)
        function = lib.escrow_verification_approve
        state = self._command_for(
            "uint32_t", function, id_struct(case, "case"), time, struct.pointer
        )
        return VerificationState(int(state))

    def refuse_verification(self, case: IdLike, reason: VerificationReason, actor: Actor) -> None:
        """Refuses a case; the customer is told. For a member of staff.

        Refused: `CASE_NOT_FOUND`, `CASE_MUST_BE_AT_THIS_STEP`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_REVIEWER_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct, number = actor_struct(actor), whole_number(reason, "a reason", 32)
        function = lib.escrow_verification_refuse
        self._command(function, id_struct(case, "case"), number, struct.pointer)

    def withdraw_verification(self, case: IdLike, actor: Actor) -> None:
        """The customer withdraws an open case.

        Refused: `CASE_NOT_FOUND`, `CASE_MUST_BE_AT_THIS_STEP`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        self._command(lib.escrow_verification_withdraw, id_struct(case, "case"), struct.pointer)

    def same_scans(self, case: IdLike) -> Optional[list[Id]]:
        """Gives the cases of other persons that the scans of a case were shown in too, at most 64.

        `None` if there is no such case. To be shown to whoever reviews it: to approve it takes two
        members of staff then, whatever the tier.
        """
        return self._find_ids(lib.escrow_verification_same_scans, id_struct(case, "case"))

    def revoke_tier(self, wallet: IdLike, actor: Actor) -> None:
        """Takes the tier of a wallet back, for a member of staff.

        The evidence that it stands on turned out false, say. The wallet is in tier 0 at once, and
        its owner is told. Cases of the same person that await their second approval are in review
        again. One in tier 0 has none (`TIER_MUST_BE_REACHED`).

        Refused: `WALLET_NOT_FOUND`, `TIER_MUST_BE_REACHED`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_REVIEWER_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        self._command(lib.escrow_wallet_revoke_tier, id_struct(wallet, "wallet"), struct.pointer)

    def verification(self, case: IdLike) -> Optional[VerificationCase]:
        """Looks up a case."""
        function = lib.escrow_verification_find
        found = self._rows(
            VerificationCase, lib.escrow_verification_at, function, id_struct(case, "case")
        )
        return found[0] if found else None

    def open_verifications(
        self, limit: int = 256, *, after: Optional[IdLike] = None
    ) -> list[VerificationCase]:
        """Gives the cases that wait for staff, the one that was opened first at the front.

        To go on behind a case, give its id as `after`.
        """
        behind, count = optional_id(after, "after"), whole_number(limit, "a limit", 64)
        function, row_at = lib.escrow_verification_waiting, lib.escrow_verification_at
        return self._rows(VerificationCase, row_at, function, behind, count)

    def open_verification_of(self, wallet: IdLike) -> Optional[Id]:
        """Gives the open verification case of a wallet."""
        case = ffi.new("escrow_u128 *")
        if not self._find(lib.escrow_verification_of_wallet, id_struct(wallet, "wallet"), case):
            return None
        return Id(u128_number(case))
