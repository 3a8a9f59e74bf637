"""Files of orders, settled here and by an independent program with decimal arithmetic."""

from __future__ import annotations

import csv
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import escrowdb
from escrowdb import (
    Account,
    AccountFlags,
    AtDeadline,
    Clock,
    Durability,
    Kind,
    Ledger,
    Operation,
    Phase,
    Status,
    Store,
)

ROOT = Path(__file__).resolve().parents[3]
EXTERNAL, PLATFORM = 1, 2
SECOND = 10**9
SHIP, PROTECT = timedelta(days=30), timedelta(days=60)
REFUSED = {
    Status.EXCEEDS_CREDITS: "insufficient_funds",
    Status.HOLD_ALREADY_SHIPPED: "hold_already_shipped",
    Status.HOLD_ALREADY_SETTLED: "hold_closed",
    Status.HOLD_ALREADY_REFUNDED: "hold_closed",
}
FILES = [
    (ROOT / "tests/data/orders.csv", "2024-07-15T00:00:00Z"),
    (ROOT / "tests/data/yen.csv", "2024-07-15T00:00:00Z"),
    (ROOT / "../shared/data/marketplace.csv", "2019-01-01T00:00:00Z"),
]


class Shop:
    """Turns rows into operations, and counts what became of them."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self.store, self.ledger = store, ledger
        self.accounts: dict[str, int] = {}
        self.legs: defaultdict[str, list[int]] = defaultdict(list)
        self.counts: Counter[str] = Counter()
        self.totals: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        # The latest deadline in each second: rows know seconds only, and come after it.
        self.due: dict[int, int] = {}
        store.create_ledgers([ledger])
        store.create_accounts(
            [
                Account(EXTERNAL, ledger=ledger, code=1, flags=AccountFlags.EXTERNAL),
                Account(PLATFORM, ledger=ledger, code=2),
            ]
        )

    def account(self, name: str, code: int) -> int:
        """Finds the account of a party, or opens it."""
        key = f"{code}:{name}"
        if key not in self.accounts:
            id = self.accounts[key] = uuid.uuid5(uuid.NAMESPACE_OID, key).int
            wallet = AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS
            opened = self.store.create_accounts(
                [Account(id, ledger=self.ledger, code=code, flags=wallet)]
            )
            assert opened[0].is_applied
        return self.accounts[key]

    def row(self, row: dict[str, str]) -> None:
        """Carries out one row."""
        self.advance(row["at"])
        event, amount = row["event"], Decimal(row["amount"] or 0)
        if event == "payment":
            buyer = self.account(row["buyer_id"], 3)
            pay = Operation.transfer(
                debit_account=EXTERNAL, credit_account=buyer, ledger=self.ledger, amount=amount
            )
            self.submit(event, "payments", "paid_in", pay)
        elif event == "paid":
            hold = Operation.hold(
                payer=self.account(row["buyer_id"], 3),
                payee=self.account(row["seller_id"], 4),
                ledger=self.ledger,
                amount=amount,
                fee_account=PLATFORM,
                fee_ppm=escrowdb.parse_rate("10%"),
                timeout=SHIP,
                at_deadline=AtDeadline.REFUND,
            )
            if self.submit(event, "holds", "held", hold):
                self.legs[row["order_id"]].append(hold.id)
        elif not self.legs[row["order_id"]]:
            self.refused[f"{event}:no_hold"] += 1
        else:
            for leg in self.legs[row["order_id"]]:
                self.leg(event, leg)

    def advance(self, at: str) -> None:
        """Settles what is due in the second of a row."""
        time = escrowdb.nanoseconds(time_of(at))
        self.store.advance(max(time, self.due.get(time // SECOND, 0)))

    def leg(self, event: str, leg: int) -> None:
        """Carries out what happened to one leg of an order."""
        if event == "shipped":
            ship = Operation.ship(leg, timeout=PROTECT, at_deadline=AtDeadline.RELEASE)
            self.submit(event, "shipped", None, ship)
        elif event == "delivered":
            self.submit(event, "released", "released", Operation.release(leg))
        else:
            self.submit(event, "refunded", "refunded", Operation.refund(leg))

    def submit(self, event: str, count: str, total: str | None, operation: Operation) -> bool:
        """Submits one operation, and counts it."""
        (outcome,) = self.store.submit([operation])
        if not outcome.is_applied:
            self.refused[f"{event}:{REFUSED[outcome.status]}"] += 1
            return False
        if operation.timeout_seconds:
            deadline = outcome.timestamp + operation.timeout_seconds * SECOND
            self.due[deadline // SECOND] = max(deadline, self.due.get(deadline // SECOND, 0))
        self.counts[count] += 1
        if total:
            self.totals[total] += outcome.amount
        self.totals["fees"] += outcome.fee
        return True

    def expired(self) -> None:
        """Counts what the deadlines settled, out of the feed of events."""
        for event in self.store.events():
            operation = event.operation
            if operation is None or operation.kind is not Kind.EXPIRE:
                continue
            released = self.store.hold(operation.target).phase is Phase.SETTLED
            name = "expired_released" if released else "expired_refunded"
            self.counts[name] += 1
            self.totals[name] += event.amount
            self.totals["fees"] += event.fee

    def open(self) -> dict[str, object]:
        """Tells what is still held."""
        held = [hold.held for hold in self.store.open_holds()]
        amount = Decimal(self.ledger.format(sum(held)))
        return {"open": len(held), "open_amount": amount}

    def net(self, code: int) -> Decimal:
        """Sums what the accounts of one code have, without what is held."""
        rows = self.store.trial_balance(self.ledger).rows
        balances = [row.balances for row in rows if row.code == code]
        return self.ledger.decimal(sum(each.net - each.debits_pending for each in balances))


@pytest.mark.parametrize(("file", "until"), FILES, ids=lambda value: getattr(value, "stem", None))
def test_a_file_of_orders_is_settled_to_the_cent(file, until, path) -> None:
    if not file.exists():
        pytest.skip("the file is not here")
    expected = json.loads(file.with_suffix(".expected.json").read_text())
    rows = list(rows_of(file))
    with escrowdb.open(path, clock=Clock.MANUAL, durability=Durability.PROCESS) as store:
        ledger = Ledger.iso(1, rows[0]["currency"])
        shop = Shop(store, ledger)
        for row in rows:
            shop.row(row)
        before = shop.open()
        shop.advance(until)
        after = shop.open()
        shop.expired()
        assert dict(shop.refused) == expected["refused"]
        assert dict(shop.counts) == expected["counts"]
        totals = {name: ledger.decimal(total) for name, total in shop.totals.items()}
        assert totals == {name: Decimal(total) for name, total in expected["totals"].items()}
        for name, found in (("before_until", before), ("after_until", after)):
            amount = Decimal(expected[name]["open_amount"])
            assert found == {"open": expected[name]["open"], "open_amount": amount}
        assert shop.net(1) == Decimal(expected["external"])
        assert shop.net(2) == Decimal(expected["platform"])
        assert shop.net(3) == Decimal(expected["buyers_left"])
        assert shop.net(4) == Decimal(expected["sellers_paid"])
        assert store.trial_balance(1).is_balanced
    assert escrowdb.verify(path).is_sound


def rows_of(file: Path) -> Iterator[dict[str, str]]:
    with file.open(newline="") as lines:
        yield from csv.DictReader(lines)


def time_of(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
