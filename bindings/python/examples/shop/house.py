"""The store of the shop, with its wallets, its orders, its accounts and its policies."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import escrowdb
from escrowdb import Account, AccountFlags, Clock, Ledger, Operation, Orders, Store, Wallets

from .documents import Documents
from .settings import Settings

USD = Ledger.iso(1, "USD")
#: Where card money comes from, where bank transfers come from, and what the platform has itself.
CARDS, BANK, COMMISSION, PROMOTION, SUSPENSE = 1, 2, 3, 4, 5
#: What accounts are for, as the trial balance sums them up.
WALLET_CODE = 200
ACCOUNTS = [
    Account(CARDS, ledger=USD, code=100, flags=AccountFlags.EXTERNAL),
    Account(BANK, ledger=USD, code=101, flags=AccountFlags.EXTERNAL),
    Account(COMMISSION, ledger=USD, code=300, flags=AccountFlags.HISTORY),
    Account(PROMOTION, ledger=USD, code=301),
    Account(SUSPENSE, ledger=USD, code=302),
]
#: The commission of the platform, of what a seller is paid.
COMMISSION_PPM = escrowdb.parse_rate("8%")
FIRST_OPERATOR = "olga"
#: The version of the terms that customers agree to.
TERMS = "1"

#: Short enough to be seen to their end; the operator moves the clock.
ORDER_POLICY: dict[str, Any] = {
    "name": "demo shop",
    "payment": {"hours": 1},
    "processing": {"days": 3},
    "protection": {"days": 30},
    "inspection": {"days": 3},
    "claims": {
        "answer": {"days": 5},
        "refused": {"days": 5},
        "after_refusal": "escalate",
        "send_back": {"days": 10},
        "receive_back": {"days": 10},
        "decision": {"days": 7},
        "undecided": "claim",
        "appeal": {"days": 7},
        "four_eyes_above": 200_00,
    },
}


def wallet_policy() -> dict[str, Any]:
    """Gives the policy of the article, with hashes that a laptop computes for 200 people."""
    policy = escrowdb.wallet_policy("article")
    policy["name"] = "demo shop"
    credentials = policy["identity"]["credentials"]
    credentials["hash"] = {"memory_kib": 19456, "passes": 2, "lanes": 1}
    # In a demo all requests come from one machine.
    credentials["login"]["resets_per_requester"] = 1000
    return policy


@dataclass(frozen=True)
class House:
    """The store as one worker has it. Its threads share it."""

    settings: Settings
    store: Store
    wallets: Wallets
    orders: Orders
    documents: Documents
    policy: bytes

    def now(self) -> int:
        """Tells what time it is in the shop, in nanoseconds."""
        return int(self.store.clock().now)

    def follow_time(self) -> None:
        """Moves the clock to the present, and as far beyond as the operator has set it forward.

        A real shop opens its store with the system's clock, and needs none of this.
        """
        ahead = self.documents.read("clock", "ahead").get("seconds", 0)
        self.store.advance(time.time_ns() + ahead * 1_000_000_000)

    def close(self) -> None:
        """Closes the store: another worker hosts it from now on."""
        self.store.close()


def open_house(settings: Settings, begin: int = 0) -> House:
    """Opens the store; the first process that does hosts it, and the others are its guests.

    A new one begins at the time `begin`.
    """
    store = escrowdb.open(settings.store, clock=Clock.MANUAL)
    documents = Documents(store, settings.key("documents"))
    if begin:
        store.advance(begin)
    store.create_ledgers([USD], check=True)
    store.create_accounts(ACCOUNTS, check=True)
    budget = Operation.transfer(
        id=escrowdb.Id.named("budget", "coupons"),
        debit_account=BANK,
        credit_account=PROMOTION,
        ledger=USD,
        amount=1_000_000_00,
    )
    store.submit([budget], check=True)
    wallets = store.wallets(
        master_key=settings.key("master"),
        pepper=settings.key("pepper"),
        policy=wallet_policy(),
        first_operator=FIRST_OPERATOR,
    )
    orders = store.orders()
    return House(settings, store, wallets, orders, documents, orders.keep_policy(ORDER_POLICY))
