#!/usr/bin/env python3
"""Writes orders.csv: invented orders of an invented marketplace, the same ones every time.

    python3 generate.py > orders.csv

Every end that an order can take is in it, and every fault that real data have: payments that fall
short, goods that are sent before they are paid for, parcels that never arrive, orders that are
called off after delivery, the same voucher used twice in one second, and rows that fall into the
very second of a deadline. The file ends with orders still on their way.
"""

import csv
import random
import sys
from datetime import datetime, timedelta, timezone

ORDERS = 3_200
BEGINNING = datetime(2024, 1, 2, 8, tzinfo=timezone.utc)
SECONDS = 180 * 86_400
END = datetime(2024, 7, 1, tzinfo=timezone.utc)
SHIP_DAYS, PROTECT_DAYS = 30, 60
COLUMNS = ["at", "event", "order_id", "buyer_id", "seller_id", "amount", "currency", "method"]

FIRST = "ada ben cleo dario edda finn gita hugo iris jonas kaja leon mira nils olga pavel".split()
LAST = "arden birk corvo dahl eklund farr gallo holm ivers jansen kroll lund moss nagy".split()
WHAT = "kettle lantern loom anvil quill compass saddle spindle".split()
COLOUR = "amber blue copper dusky emerald flint golden hazel".split()


def main():
    rng = random.Random(20240102)
    buyers = [f"{rng.choice(FIRST)}.{rng.choice(LAST)}.{n}" for n in range(1_400)]
    sellers = [f"{colour}-{what}" for colour in COLOUR for what in WHAT]
    rows = []
    for number in range(ORDERS):
        at = BEGINNING + timedelta(seconds=rng.randrange(SECONDS))
        # Some sellers sell more than others.
        some = [sellers[min(rng.randrange(64), rng.randrange(64))] for _ in range(2)]
        legs = some if rng.random() < 0.12 and some[0] != some[1] else some[:1]
        rows += order(rng, f"order-{number + 1:04}", rng.choice(buyers), legs, at)
    # Rows of one second stay in the order of their making.
    rows = sorted((row for row in rows if row[0] < END), key=lambda row: row[0])
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for at, *rest in rows:
        writer.writerow([at.strftime("%Y-%m-%dT%H:%M:%SZ"), *rest])


def order(rng, name, buyer, sellers, at):
    """The rows of one order."""
    prices = [rng.choice([rng.randint(300, 2_500), rng.randint(1_000, 12_000)]) for _ in sellers]

    def event(when, what):
        return (when, what, name, buyer, "", "", "", "")

    def days(few, many):
        return timedelta(seconds=rng.randint(few * 86_400, many * 86_400))

    end = rng.random()
    rows = payments(rng, name, buyer, at, sum(prices), short=end < 0.02)
    paid_at = at if rng.random() < 0.8 else at + timedelta(seconds=rng.randint(30, 90_000))
    rows += [
        (paid_at, "paid", name, buyer, seller, money(price), "EUR", "")
        for seller, price in zip(sellers, prices)
    ]
    shipped_at = paid_at + days(1, 6)
    arrived_at = shipped_at + days(2, 14)
    shipped, delivered = event(shipped_at, "shipped"), event(arrived_at, "delivered")
    if end < 0.75:
        return rows + [shipped, delivered]
    if end < 0.81:  # Never shipped.
        return rows
    if end < 0.82:  # Shipped when it is too late, sometimes in the very second of the deadline.
        late = paid_at + timedelta(days=SHIP_DAYS) + rng.choice([timedelta(0), days(1, 5)])
        return rows + [event(late, "shipped"), event(late + days(2, 9), "delivered")]
    if end < 0.90:  # The buyer keeps silent.
        return rows + [shipped]
    if end < 0.91:  # The buyer speaks too late.
        late = shipped_at + timedelta(days=PROTECT_DAYS) + rng.choice([timedelta(0), days(1, 20)])
        return rows + [shipped, event(late, "delivered")]
    if end < 0.96:  # Called off before or after shipment.
        off = rng.choice([paid_at + timedelta(hours=3), shipped_at + timedelta(hours=9)])
        return rows + ([shipped] if off > shipped_at else []) + [event(off, "canceled")]
    if end < 0.97:  # Called off after delivery.
        return rows + [shipped, delivered, event(arrived_at + days(1, 9), "canceled")]
    if end < 0.98:  # Shipped before it is paid for.
        return rows + [event(at - timedelta(hours=2), "shipped"), delivered]
    if end < 0.985:  # Shipped twice.
        return rows + [shipped, event(shipped_at + timedelta(hours=1), "shipped"), delivered]
    if end < 0.99:  # Delivered without a trace of money.
        return [delivered]
    # Shipped in the last second before the deadline.
    last = paid_at + timedelta(days=SHIP_DAYS) - timedelta(seconds=1)
    return rows + [event(last, "shipped"), event(last + days(2, 9), "delivered")]


def payments(rng, name, buyer, at, cents, short):
    """How the order is paid for: by one or several methods, or from what is in the wallet."""
    if rng.random() < 0.03:
        return []
    if short:
        cents -= rng.randint(1, 40)
    parts = [(cents, rng.choices(["card", "bank_transfer", "direct_debit"], [7, 2, 1])[0])]
    kind = rng.random()
    if kind < 0.05 and cents > 1_100:
        parts = [(500, "voucher"), (500, "voucher"), (cents - 1_000, "card")]
    elif kind < 0.10:
        part = rng.randint(1, cents - 1)
        parts = [(part, "voucher"), (cents - part, "card")]
    return [
        (at, "payment", name, buyer, "", money(part), "EUR", method) for part, method in parts
    ]


def money(cents):
    return f"{cents // 100}.{cents % 100:02}"


main()
