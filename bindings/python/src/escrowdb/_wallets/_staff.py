"""Members of staff: who they are, what they may do, and what they did."""

from __future__ import annotations

from typing import Any, Optional

from .. import _record as field
from .._constants import AuditCommand, StaffRoles, StaffState
from .._library import lib
from .._values import id_struct, whole_number
from . import _text_record as texts
from ._actor import Actor, actor_struct
from ._audit import AuditEntry
from ._calling import Calling
from ._given import checked, flag, given
from ._text_record import TextRecord


class StaffMember(TextRecord):
    """A member of staff."""

    __slots__ = ()
    C_TYPE = "escrow_staff_member"

    # These are written by generate.py.
    state = field.member32(StaffState, "Where they stand.")
    roles = field.member32(StaffRoles, "What they may do now. Nothing unless they are active.")
    proposed_command = field.optional_member32(
        AuditCommand,
        "What one operator wants, and another one must want, too, within a week, to register them "
        "or to grant roles; `None` for nothing.",
    )
    proposed_roles = field.member32(StaffRoles, "The roles that are wanted.")
    registered_at = field.time(
        "Since when they are registered, for the last time; while they are proposed, since when."
    )
    changed_at = field.time("When state or roles last changed.")
    proposed_at = field.time("Since when it is wanted; 0 if nothing is.")
    name = texts.text("The name, in lower case.")
    proposed_by = texts.text("The operator who wants it; empty if nothing is.")


class Staff(Calling):
    """Members of staff."""

    def register_staff(self, name: str, roles: StaffRoles, actor: Actor) -> None:
        """Registers a member of staff under a name, with roles. For an operator; it takes two.

        The first is refused `WalletStatus.SECOND_PERSON_MUST_AGREE`, which is remembered for a
        week, and when another operator orders just the same, it is done. Who was deactivated is
        registered again in the same way, under the same name. The only active operator there is
        registers a second one, with that role alone, without anybody else.

        Refused: `TEXT_MUST_BE_VALID` and `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER` for a name that no
        actor can have, or without letter and digit; `STAFF_NAME_IS_TAKEN` if it, or one that looks
        like it, is registered; `ROLES_MUST_BE_GIVEN`; `SECOND_PERSON_MUST_AGREE` to the first of
        two operators; `SOLE_OPERATOR_MUST_WAIT` to the only operator within a week after another
        one was deactivated or lost the role; `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_OPERATOR_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        self._order(lib.escrow_staff_register, name, actor, roles)

    def grant_roles(self, name: str, roles: StaffRoles, actor: Actor) -> None:
        """Grants roles to a member of staff, who keeps those that they have.

        Takes two operators as `register_staff` does, with the same exception. Who has them already
        has them.

        Refused: `STAFF_NOT_FOUND`, also for who is deactivated; `ROLES_MUST_BE_GIVEN`,
        `SECOND_PERSON_MUST_AGREE`, `SOLE_OPERATOR_MUST_WAIT`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        self._order(lib.escrow_staff_grant, name, actor, roles)

    def revoke_roles(self, name: str, roles: StaffRoles, actor: Actor) -> None:
        """Takes roles from a member of staff at once, and what one operator wanted for them.

        For one operator, who may be the same. Who has none of them has none of them.

        Refused: `AN_OPERATOR_MUST_REMAIN` of the last active operator; `STAFF_NOT_FOUND`,
        `ROLES_MUST_BE_GIVEN`; `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_OPERATOR_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        self._order(lib.escrow_staff_revoke, name, actor, roles)

    def deactivate_staff(self, name: str, actor: Actor) -> None:
        """Deactivates a member of staff at once. For one operator.

        Every command of theirs is refused from then on; one that is under way either took effect
        before or is refused. What they did can be listed as before, and nobody else gets the name.
        Who is deactivated already stays so.

        Refused: `AN_OPERATOR_MUST_REMAIN` of the last active operator; `STAFF_NOT_FOUND`;
        `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        self._order(lib.escrow_staff_deactivate, name, actor)

    def staff(self, limit: int = 256, *, after: Optional[str] = None) -> list[StaffMember]:
        """Gives the members of staff, also those who were deactivated or are proposed.

        By the letters and digits of their names. To go on behind one, give the name as `after`.
        """
        begin = given("" if after is None else after, "the name to go on behind")
        function, row_at = lib.escrow_staff_list, lib.escrow_staff_member_at
        return self._rows(StaffMember, row_at, function, *begin, whole_number(limit, "a limit", 64))

    def staff_member(self, name: str) -> Optional[StaffMember]:
        """Gives the member of staff of a name.

        `None` if nobody is registered or proposed under it.
        """
        function, row_at = lib.escrow_staff_find, lib.escrow_staff_member_at
        found = self._rows(StaffMember, row_at, function, *given(name, "a name"))
        return found[0] if found else None

    def staff_acts(
        self,
        name: str,
        limit: int = 256,
        *,
        newest_first: bool = False,
        after: Optional[AuditEntry] = None,
    ) -> list[AuditEntry]:
        """Gives what a member of staff did, in all trails, oldest or newest first.

        Also what they were refused, and what somebody tried who is not registered under that name.
        What an earlier version of the library wrote stands in the trails alone. To go on behind the
        last one that was given, give it as `after`.
        """
        at, entry = 0, id_struct(0)
        if after is not None:
            last = checked(after, AuditEntry, "the entry to go on behind")
            at, entry = last.at, id_struct(last.id)
        function, row_at = lib.escrow_staff_acts, lib.escrow_audit_entry_at
        begin = (*given(name, "a name"), flag(newest_first), at, entry)
        return self._rows(AuditEntry, row_at, function, *begin, whole_number(limit, "a limit", 64))

    def _order(self, function: Any, name: str, actor: Actor, *roles: StaffRoles) -> None:
        struct, bits = (
            actor_struct(actor),
            [whole_number(role, "roles of staff", 32) for role in roles],
        )
        self._command(function, *given(name, "a name"), *bits, struct.pointer)
