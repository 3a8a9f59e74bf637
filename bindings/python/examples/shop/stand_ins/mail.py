"""A mail server, and the mailboxes of all people of this demo. Letters are sent to it by SMTP.

An address says by what stands behind a plus sign how its mail behaves: `anna+spam@` finds its
letters in the spam folder, `anna+late@` after twenty seconds, `anna+never@` gets none, and
`anna+bounce@` is refused.
"""

from __future__ import annotations

import email
import email.policy
import re
import time
from dataclasses import dataclass
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from ..settings import HOST, Settings

#: Seconds that late letters take.
LATE = 20
MOST = 2000


@dataclass(frozen=True)
class Mail:
    """A letter in a mailbox."""

    to: str
    subject: str
    text: str
    shown_from: float
    is_spam: bool

    @property
    def parts(self) -> list[tuple[bool, str]]:
        """The text, in pieces that are links and pieces that are not."""
        pieces = re.split(r"(https?://\S+)", self.text)
        return [(piece.startswith("http"), piece) for piece in pieces if piece]


class Mailboxes:
    """All letters that came."""

    def __init__(self) -> None:
        self._mails: list[Mail] = []

    def of(self, address: str) -> list[Mail]:
        """Gives the letters of an address, or of all, the newest first."""
        now = time.time()
        shown = [mail for mail in self._mails if mail.shown_from <= now]
        return [mail for mail in reversed(shown) if address in ("", mail.to)]

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        rcpt_options: list[Any],  # noqa: ARG002
    ) -> str:
        """Takes an address, unless there is nobody."""
        if "+bounce@" in address:
            return "550 there is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
    ) -> str:
        """Takes a letter."""
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        body = message.get_body(("plain",))
        for address in envelope.rcpt_tos:
            if "+never@" in address:
                continue
            late = LATE if "+late@" in address else 0
            text = body.get_content() if body else ""
            spam = "+spam@" in address
            self._mails.append(
                Mail(address, str(message["Subject"]), text, time.time() + late, spam)
            )
        del self._mails[:-MOST]
        return "250 taken"


def serve(settings: Settings, mailboxes: Mailboxes) -> Controller:
    """Begins to take letters."""
    controller = Controller(mailboxes, hostname=HOST, port=settings.smtp_port)
    controller.start()
    return controller
