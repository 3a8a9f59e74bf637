"""The audit trail: who did what with a person or a wallet, when and why."""

from __future__ import annotations

from typing import Optional

from .. import _record as field
from .._constants import ActorKind, AuditCommand
from .._library import lib
from .._values import IdLike, id_struct, whole_number
from . import _text_record as texts
from ._actor import Actor, actor_struct
from ._calling import Calling
from ._given import optional_id
from ._text_record import TextRecord


class AuditEntry(TextRecord):
    """An entry of the audit trail."""

    __slots__ = ()
    C_TYPE = "escrow_audit_entry"

    # These are written by generate.py.
    command = field.member32(AuditCommand, "What was done.")
    id = field.identifier("The entry's own id, to go on behind.")
    subject = field.identifier(
        "The person or wallet whose trail it is in; zero for the store's own."
    )
    about = field.identifier("The case, letter or wallet that it was about; zero for none.")
    at = field.time("When, by the store's clock.")
    actor = field.member32(ActorKind, "Who did it.")
    name = texts.text("The name of the member of staff; empty for others.")
    reason = texts.text("Why they did it.")
    detail = texts.text(
        "What exactly, in words, where the command does not say it: amounts in minor units, ids, "
        "times. Empty where there is no more to say."
    )


class Audit(Calling):
    """The audit trail."""

    def audit_trail(
        self, subject: IdLike, limit: int = 256, *, after: Optional[IdLike] = None
    ) -> list[AuditEntry]:
        """Gives what was done with a person or a wallet, oldest first.

        What was done with the keys of the store is in the trail of the subject 0, and so is each
        change of the policy that its wallets were opened under (`AuditCommand.CHANGE_POLICY`),
        with both hashes. To go on behind an entry, give its id as `after`.
        """
        ids, count = (
            (id_struct(subject, "subject"), optional_id(after, "after")),
            whole_number(limit, "a limit", 64),
        )
        function, row_at = lib.escrow_audit_trail, lib.escrow_audit_entry_at
        return self._rows(AuditEntry, row_at, function, *ids, count)

    def record_disclosure(
        self, subject: IdLike, actor: Actor, *, about: Optional[IdLike] = None
    ) -> None:
        """Writes into the trail of a person or wallet that personal data was shown to staff.

        The data of a case if `about` names one. To be called before it is shown.

        Refused: `WALLET_NOT_FOUND` if there is neither, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct, ids = (
            actor_struct(actor),
            (id_struct(subject, "subject"), optional_id(about, "about")),
        )
        self._command(lib.escrow_audit_disclosure, *ids, struct.pointer)
