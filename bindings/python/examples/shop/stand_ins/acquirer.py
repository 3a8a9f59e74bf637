"""A card acquirer: its page takes the number of a card, which nobody else sees.

What a card does is decided by its number; see `CARDS`. A charge has an idempotency key, as has a
refund: asked again, the answer is the same.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from ..others import signature_of
from ..settings import Settings
from .reports import Reporter


@dataclass(frozen=True)
class Behaviour:
    """What a test card does."""

    about: str
    is_authenticated: bool = False
    is_declined: bool = False
    refuses_refunds: bool = False
    reports: int = 1
    after: float = 0.0


#: The code that the bank of a test card sends.
BANK_CODE = "1234"
CARDS = {
    "4242424242424242": Behaviour("is charged"),
    "4000000000003220": Behaviour("is charged after the bank's code, 1234", is_authenticated=True),
    "4000000000000002": Behaviour("is declined", is_declined=True),
    "4000000000000119": Behaviour("is reported twice", reports=2),
    "4000000000000259": Behaviour("is reported five seconds late", after=5.0),
    "4000000000005126": Behaviour("takes no refunds", refuses_refunds=True),
}
YEAR, MONTH = 2031, 12


@dataclass
class Charge:
    """What was charged, and what of it went back."""

    id: str
    card: str
    reference: str
    amount: int
    refunds: dict[str, int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """What can still go back."""
        return self.amount - sum(self.refunds.values())


def card_of(key: bytes, number: str) -> dict[str, Any]:
    """Gives what a shop may know of a card: the same each time, and not its number."""

    def derived(what: str) -> str:
        return hmac.new(key, f"{what} {number}".encode(), hashlib.sha256).hexdigest()[:32]

    return {
        "token": f"tok_{derived('token')}",
        "brand": "Visa",
        "last_four": number[-4:],
        "expiry_year": YEAR,
        "expiry_month": MONTH,
        "fingerprint": derived("fingerprint"),
    }


class Acquirer:
    """Its books, which lie beside the store: who starts it again finds them. They name tokens."""

    def __init__(self, settings: Settings) -> None:
        self._key = settings.key("acquirer")
        self.reporter = Reporter(settings)
        self._lock = threading.Lock()
        self._tokens = {str(card_of(self._key, number)["token"]): number for number in CARDS}
        self.charges: dict[str, Charge] = {}
        self._by_key: dict[str, Charge] = {}
        self._path = settings.data / "acquirer.jsonl"
        for line in self._path.read_text().splitlines() if self._path.exists() else []:
            self._enter(json.loads(line))

    def _enter(self, entry: dict[str, Any]) -> None:
        if "key" in entry:
            number = self._tokens[entry["token"]]
            charge = Charge(entry["charge"], number, entry["reference"], entry["amount"])
            self.charges[charge.id] = self._by_key[entry["key"]] = charge
        else:
            self.charges[entry["charge"]].refunds[entry["reversal"]] = entry["amount"]

    def _write(self, entry: dict[str, Any]) -> None:
        with open(os.open(self._path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "a") as file:
            file.write(json.dumps(entry) + "\n")
        self._enter(entry)

    def is_signed(self, asked: dict[str, str]) -> bool:
        """Says whether the shop asked for this page."""
        names = ("reference", "amount", "back", "language")
        text = urlencode({name: asked.get(name, "") for name in names})
        expected = signature_of(self._key, text.encode())
        return hmac.compare_digest(asked.get("signature", "").encode(), expected.encode())

    def is_from_shop(self, body: bytes, signature: str) -> bool:
        """Says whether the shop sent this."""
        return hmac.compare_digest(signature.encode(), signature_of(self._key, body).encode())

    def charge(self, number: str, reference: str, amount: int, key: str) -> dict[str, Any] | None:
        """Charges a card; gives what is to be reported, or nothing if it was declined.

        A key is good for one reference and amount: for another one it is declined.
        """
        if CARDS[number].is_declined:
            return None
        with self._lock:
            charge = self._by_key.get(key)
            if charge is not None and (charge.reference, charge.amount) != (reference, amount):
                return None
            if charge is None:
                id, token = "ch_" + secrets.token_hex(12), card_of(self._key, number)["token"]
                made = {"charge": id, "reference": reference, "amount": amount}
                self._write({**made, "key": key, "token": token})
                charge = self._by_key[key]
        return {
            "state": "charged",
            "charge": charge.id,
            "reference": charge.reference,
            "amount": charge.amount,
            "card": card_of(self._key, charge.card),
        }

    def typed_in(self, number: str, reference: str, amount: int, key: str) -> bool:
        """Charges a card that was typed in, and reports it; says whether it was charged."""
        done = self.charge(number, reference, amount, key)
        if done is None:
            return False
        behaviour = CARDS[number]
        times = behaviour.reports
        if not behaviour.after and self.reporter.now("/reports/charges", done):
            times -= 1
        if times:
            self.reporter.report("/reports/charges", done, behaviour.after, times)
        return True

    def charge_token(self, token: str, reference: str, amount: int) -> dict[str, Any]:
        """Charges a card by its token, for a shop whose customer has bound it."""
        number = self._tokens.get(token)
        # One charge for one reference: a shop that asks twice has charged once.
        done = self.charge(number, reference, amount, f"{token} {reference}") if number else None
        return done or {"state": "declined"}

    def refund(self, reversal: str, charges: list[str], amount: int) -> dict[str, str]:
        """Gives back, once for each reversal, what was charged: nothing that is not known here."""
        with self._lock:
            known = [self.charges[id] for id in charges if id in self.charges]
            if any(reversal in charge.refunds for charge in known):
                return {"state": "refunded"}
            for charge in known:
                if charge.left >= amount and not CARDS[charge.card].refuses_refunds:
                    self._write({"charge": charge.id, "reversal": reversal, "amount": amount})
                    return {"state": "refunded"}
        return {"state": "failed"}
