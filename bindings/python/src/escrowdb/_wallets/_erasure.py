"""Erasing persons, and what forbids it."""

from __future__ import annotations

from .._library import lib
from .._values import IdLike, TimeLike, id_struct, nanoseconds
from ._actor import Actor, actor_struct
from ._calling import Calling
from ._given import flag


class Erasure(Calling):
    """Erasing persons."""

    def erase_person(self, person: IdLike, actor: Actor) -> None:
        """Erases a person whose wallets are closed. For a member of staff.

        The key is destroyed, so that profile, evidence, letters and password hashes are unreadable,
        in the journal too. The ledger's history stays: it knows ids alone. Backups of the file
        `KEYS` that the caller keeps are for the caller to destroy. Before the term that the policy
        set when the last wallet was closed it takes two, as `set_legal_hold` does, also where staff
        have shortened the retention since.

        Refused: `PERSON_NOT_FOUND`, `PERSON_MUST_BE_ACTIVE`, `WALLETS_MUST_BE_CLOSED`,
        `PERSON_HAS_UNCLAIMED_MONEY`, `LEGAL_HOLD_FORBIDS`, `RETENTION_FORBIDS` until the time
        given, `SECOND_PERSON_MUST_AGREE` and `REVIEWER_MUST_BE_ANOTHER` where it takes two,
        `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        self._command(lib.escrow_person_erase, id_struct(person, "person"), struct.pointer)

    def set_legal_hold(self, person: IdLike, is_held: bool, actor: Actor) -> None:
        """Sets or lifts a legal hold: a person under one cannot be erased. For staff.

        To lift one takes two: the first is refused (`SECOND_PERSON_MUST_AGREE`), however often,
        which is remembered for a week, and when another one orders it too, it is done;
        `REVIEWER_MUST_BE_ANOTHER` by a name that only looks like another one's. Whoever sets the
        hold or the date of retention in between, to what it is already too, ends what the first
        wanted.

        Refused: `SECOND_PERSON_MUST_AGREE`, `REVIEWER_MUST_BE_ANOTHER`, `PERSON_NOT_FOUND`,
        `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        struct, held = actor_struct(actor), flag(is_held)
        self._command(
            lib.escrow_person_set_legal_hold, id_struct(person, "person"), held, struct.pointer
        )

    def set_retention(self, person: IdLike, until: TimeLike, actor: Actor) -> None:
        """Sets until when the data of a person must be kept. For a member of staff.

        To set an earlier time than before takes two, as `set_legal_hold` does.

        Refused: `SECOND_PERSON_MUST_AGREE`, `REVIEWER_MUST_BE_ANOTHER`, `PERSON_NOT_FOUND`,
        `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        struct, time = actor_struct(actor), nanoseconds(until)
        self._command(
            lib.escrow_person_set_retention, id_struct(person, "person"), time, struct.pointer
        )
