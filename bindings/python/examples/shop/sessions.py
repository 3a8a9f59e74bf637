"""Sessions: who a browser belongs to. They are kept in the store, under a hash of their token.

A visitor gets a token with the first page; nothing is kept of that until there is something to
remember, such as a cart. A form carries a stamp that only this session's pages can have.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable

from .documents import Documents, Row

#: Seconds after which a session that nobody used is over, and for how long one lasts at most.
IDLE, LIFE = 30 * 60, 12 * 60 * 60
#: Seconds between two notes that a session is used.
NOTED = 60
SPACE = "sessions"


def new_token(secret: bytes) -> str:
    """Makes the secret of a browser, by which the shop knows that it made it."""
    made = secrets.token_urlsafe(32)
    return f"{made}.{seal_of(secret, made)}"


def is_genuine(secret: bytes, token: str) -> bool:
    """Says whether the shop made a token: one that somebody thought of and planted is not taken."""
    made, _, seal = token.partition(".")
    return hmac.compare_digest(seal.encode(), seal_of(secret, made).encode())


def seal_of(secret: bytes, made: str) -> str:
    """Gives what the token of a browser ends with."""
    return hmac.new(secret, f"token {made}".encode(), "sha256").hexdigest()[:32]


def key_of(token: str) -> str:
    """Gives the key of a session: who reads the store cannot take it over."""
    return hashlib.sha256(token.encode()).hexdigest()


def stamp(secret: bytes, token: str) -> str:
    """Gives what forms of this session carry."""
    return hmac.new(secret, f"form {token}".encode(), "sha256").hexdigest()


def is_over(row: Row) -> bool:
    """Says whether a session was left alone, or lasted, for too long."""
    now = time.time()
    return bool(now > row["used"] + IDLE or now > row["begun"] + LIFE)


def load(documents: Documents, token: str) -> Row:
    """Gives what is remembered of a session: nothing of one that is over."""
    row = documents.read(SPACE, key_of(token)) if token else {}
    if not row or is_over(row):
        return {}
    if row["used"] + NOTED < time.time():
        return change(documents, token, lambda same: same)
    return row


def change(documents: Documents, token: str, changed: Callable[[Row], Row]) -> Row:
    """Changes what is remembered of a session."""

    def noted(row: Row) -> Row:
        if not row or is_over(row):
            row = {"begun": time.time()}
        return {**changed(row), "used": time.time()}

    return documents.change(SPACE, key_of(token), noted)


def end(documents: Documents, token: str) -> None:
    """Ends a session."""
    documents.delete(SPACE, key_of(token))


def remove_old(documents: Documents) -> None:
    """Forgets sessions that are over."""
    for key, row in list(documents.all(SPACE)):
        if is_over(row):
            documents.delete(SPACE, key)
