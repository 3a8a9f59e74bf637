"""Letters: what they say, and sending them by SMTP. Their secrets stand nowhere else."""

from __future__ import annotations

import smtplib
import time
from email.message import EmailMessage

from escrowdb import Channel, Id, Letter, LetterFate, LetterKind

from .house import House
from .people import end_sessions, language_of
from .sessions import key_of
from .settings import HOST
from .texts import say

#: The subject of each kind of letter, what it says, and the page that its link leads to.
TEXTS: dict[LetterKind, tuple[str, str, str]] = {
    LetterKind.CONFIRM_ADDRESS: (
        "Confirm your e-mail address",
        "Follow this link to go on with your registration. It is good for a day.",
        "/confirm",
    ),
    LetterKind.ADDRESS_IS_KNOWN: (
        "You have an account already",
        "Somebody began a registration with your address. If it was you, just sign in.",
        "",
    ),
    LetterKind.WELCOME: ("Your account is open", "Your wallet is ready.", ""),
    LetterKind.RESET_PAYMENT_PASSWORD: (
        "Set a new payment password",
        "Our staff have looked at your documents. Follow this link within half an hour.",
        "/payment-password",
    ),
    LetterKind.RESET_LOGIN_PASSWORD: (
        "Set a new password",
        "Follow this link to choose a new password to sign in with.",
        "/new-password",
    ),
    LetterKind.RECOVERY_OPENED: (
        "A new payment password was asked for",
        "If that was not you, stop it on the page of your wallet.",
        "",
    ),
    LetterKind.RECOVERY_REFUSED: (
        "No new payment password",
        "The documents did not convince our staff. You can ask again.",
        "",
    ),
    LetterKind.PAYMENT_PASSWORD_CHANGED: (
        "Your payment password was changed",
        "If that was not you, ask our support at once.",
        "",
    ),
    LetterKind.PAYMENT_PASSWORD_LOCKED: (
        "Your payment password is locked",
        "It was wrong too often. If that was not you, ask our support.",
        "",
    ),
    LetterKind.LOGIN_PASSWORD_CHANGED: (
        "Your password was changed",
        "If that was not you, ask our support at once.",
        "",
    ),
    LetterKind.VERIFICATION_APPROVED: (
        "Your identity is verified",
        "Large purchases are open to you now.",
        "",
    ),
    LetterKind.VERIFICATION_REFUSED: (
        "Your identity could not be verified",
        "The page of your wallet says why, and takes another scan.",
        "",
    ),
    LetterKind.CARD_BOUND: (
        "A card was bound",
        "From now on the payment password is enough to pay with it.",
        "",
    ),
    LetterKind.CONFIRM_NEW_PHONE: ("A code", "The code for your new telephone number:", ""),
    LetterKind.CODE: ("A code", "The code that you asked for:", ""),
    LetterKind.CONTACT_CHANGED: (
        "Your contact data were changed",
        "If that was not you, ask our support at once.",
        "",
    ),
    LetterKind.WALLET_FROZEN: ("Your wallet is frozen", "Our support tells you why.", ""),
}
#: Whose password links reset, by the hashes of their secrets, and for how many seconds at most.
RESETS, RESETS_LAST = "resets", 30 * 24 * 60 * 60
OTHER = ("News about your wallet", "Look at the page of your wallet.", "")


def address_of(letter: Letter) -> str:
    """Gives where a letter goes: short messages go by mail too, to the number."""
    if letter.channel == Channel.EMAIL:
        return letter.address
    digits = "".join(character for character in letter.address if character.isdigit())
    return f"{digits}@phone.example"


def written(house: House, letter: Letter) -> EmailMessage:
    """Writes a letter."""
    subject, text, page = TEXTS.get(letter.kind, OTHER)
    language = language_of(house, letter.person)
    message = EmailMessage()
    message["From"] = "Demo shop <shop@example.com>"
    message["To"] = address_of(letter)
    message["Subject"] = say(language, subject)
    lines = [say(language, text)]
    if page:
        lines.append(f"{house.settings.url}{page}?token={letter.secret}")
    elif letter.secret and letter.kind in (LetterKind.CODE, LetterKind.CONFIRM_NEW_PHONE):
        lines.append(letter.secret)
    message.set_content("\n\n".join(lines))
    return message


def send(house: House, letter: Letter) -> LetterFate:
    """Sends a letter; says what became of it. One that failed is handed over again later."""
    try:
        with smtplib.SMTP(HOST, house.settings.smtp_port, timeout=10) as server:
            server.send_message(written(house, letter))
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
        return LetterFate.BOUNCED
    except (smtplib.SMTPException, OSError):
        return LetterFate.FAILED
    return LetterFate.DELIVERED


def note_reset(house: House, letter: Letter) -> None:
    """Notes whose password a link resets: the library does not tell when it is followed."""
    row = {"person": str(letter.person), "sent": time.time()}
    house.documents.write(RESETS, key_of(letter.secret), row)


def end_sessions_of(house: House, token: str) -> None:
    """Ends the sessions of who has just reset a password by a link."""
    row = house.documents.read(RESETS, key_of(token))
    end_sessions(house, Id.parse(row["person"]))
    house.documents.delete(RESETS, key_of(token))


def remove_old(house: House) -> None:
    """Forgets links that nobody followed."""
    for key, row in list(house.documents.all(RESETS)):
        if row["sent"] + RESETS_LAST < time.time():
            house.documents.delete(RESETS, key)


def send_waiting(house: House) -> None:
    """Sends what waits in the outbox. What one worker has taken no other one takes."""
    for letter in house.wallets.take_letters():
        if letter.kind == LetterKind.RESET_LOGIN_PASSWORD:
            note_reset(house, letter)
        house.wallets.report_letter(letter, send(house, letter))
