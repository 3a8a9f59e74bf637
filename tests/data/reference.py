#!/usr/bin/env python3
"""Settles a file of orders in the plainest way there is, and prints what must come out.

    python3 reference.py orders.csv 2024-07-15T00:00:00Z > orders.expected.json

It knows nothing of escrowdb: a few dictionaries, decimal arithmetic, whole seconds. Terms:
commission 10 %, 30 days to ship, 60 days of protection.
"""

import csv
import heapq
import json
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

COMMISSION = Decimal("0.10")
SHIP, PROTECT = timedelta(days=30), timedelta(days=60)
CENT = {"EUR": Decimal("0.01"), "JPY": Decimal("1")}


def time(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


class Leg:
    def __init__(self, row):
        self.buyer, self.seller = row["buyer_id"], row["seller_id"]
        self.amount, self.cent = Decimal(row["amount"]), CENT[row["currency"]]
        self.is_open, self.deadline, self.default = True, None, None


class Shop:
    def __init__(self):
        self.wallets, self.sellers = Counter(), Counter()
        self.external = self.platform = Decimal(0)
        self.legs, self.due, self.ticks = defaultdict(list), [], 0
        self.rows, self.counts, self.totals, self.refused = 0, Counter(), Counter(), Counter()

    def row(self, row):
        now, event = time(row["at"]), row["event"]
        self.settle(now)
        self.rows += 1
        if event == "payment":
            self.payment(row)
        elif event == "paid":
            self.paid(row, now)
        elif not self.legs[row["order_id"]]:
            self.refused[event + ":no_hold"] += 1
        for leg in self.legs[row["order_id"]] if event not in ("payment", "paid") else ():
            self.leg(leg, event, now)

    def payment(self, row):
        amount = Decimal(row["amount"])
        self.wallets[row["buyer_id"]] += amount
        self.external -= amount
        self.counts["payments"] += 1
        self.totals["paid_in"] += amount

    def paid(self, row, now):
        leg = Leg(row)
        if self.wallets[leg.buyer] < leg.amount:
            self.refused["paid:insufficient_funds"] += 1
            return
        self.wallets[leg.buyer] -= leg.amount
        self.wait(leg, now + SHIP, "refund")
        self.legs[row["order_id"]].append(leg)
        self.counts["holds"] += 1
        self.totals["held"] += leg.amount

    def leg(self, leg, event, now):
        if not leg.is_open:
            self.refused[event + ":hold_closed"] += 1
        elif event == "delivered":
            self.close(leg, "release", "")
        elif event == "canceled":
            self.close(leg, "refund", "")
        elif leg.default == "release":
            self.refused["shipped:hold_already_shipped"] += 1
        else:
            self.wait(leg, now + PROTECT, "release")
            self.counts["shipped"] += 1

    def wait(self, leg, deadline, default):
        leg.deadline, leg.default = deadline, default
        self.ticks += 1
        heapq.heappush(self.due, (deadline, self.ticks, leg))

    def settle(self, now):
        while self.due and self.due[0][0] <= now:
            deadline, _, leg = heapq.heappop(self.due)
            if leg.is_open and leg.deadline == deadline:
                self.close(leg, leg.default, "expired_")

    def close(self, leg, how, prefix):
        leg.is_open = False
        name = prefix + {"release": "released", "refund": "refunded"}[how]
        self.counts[name] += 1
        self.totals[name] += leg.amount
        if how == "refund":
            self.wallets[leg.buyer] += leg.amount
            return
        fee = (leg.amount * COMMISSION).quantize(leg.cent, ROUND_HALF_EVEN)
        self.sellers[leg.seller] += leg.amount - fee
        self.platform += fee
        self.totals["fees"] += fee

    def open(self):
        legs = [leg for legs in self.legs.values() for leg in legs if leg.is_open]
        return {"open": len(legs), "open_amount": str(sum(leg.amount for leg in legs))}


def main(path, until):
    shop = Shop()
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            shop.row(row)
    before = shop.open()
    shop.settle(time(until))
    text = {name: str(total) for name, total in sorted(shop.totals.items())}
    report = {
        "rows": shop.rows,
        "counts": dict(sorted(shop.counts.items())),
        "totals": text,
        "refused": dict(sorted(shop.refused.items())),
        "before_until": before,
        "after_until": shop.open(),
        "sellers_paid": str(sum(shop.sellers.values())),
        "platform": str(shop.platform),
        "buyers_left": str(sum(shop.wallets.values())),
        "external": str(shop.external),
        "top_sellers": [[name, str(paid)] for name, paid in shop.sellers.most_common(5)],
    }
    print(json.dumps(report, indent=1))


main(*sys.argv[1:])
