# %% [markdown]
# # Where the money of a marketplace is
#
# Settles a file of orders (what buyers paid, what was shipped, delivered and canceled) and draws
# how much of the money buyers, escrow, merchants and the platform had, day by day. Everything that
# is drawn comes from the statements of the store. Each `# %%` is a cell: open the file in a
# notebook, or run it as a script:
#
#     python balances.py orders.csv balances.png
#
# The terms: 10 % commission, 30 days to ship or the buyer gets the money back, 60 days of
# protection after that or the merchant gets it.

# %%
"""Draws where the money of a marketplace is, from the statements of a store."""

from __future__ import annotations

import csv
import hashlib
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter

import escrowdb
from escrowdb import (
    Account,
    AccountFlags,
    AtDeadline,
    Clock,
    Durability,
    Ledger,
    Operation,
    Side,
    Store,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

OUTSIDE, PLATFORM, BUYER, MERCHANT = 1, 2, 3, 4
WALLET = AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS
COMMISSION = escrowdb.parse_rate("10%")
BATCH = 8192
DAY = 86_400 * 10**9

Row = dict[str, str]


# %% [markdown]
# Ids are derived from what they stand for: settled a second time, the file changes nothing.


# %%
def name(*parts: object) -> int:
    """Gives the id that stands for something."""
    text = "\0".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=16).digest(), "big")


def read_rows(path: str | Path) -> list[Row]:
    """Reads a file of orders."""
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


# %% [markdown]
# Every buyer has a wallet, whose history shows what is held in escrow; every merchant an account.


# %%
def accounts(rows: list[Row], currency: Ledger) -> Iterator[Account]:
    """Gives the accounts that a file needs."""
    yield Account(OUTSIDE, ledger=currency, code=OUTSIDE, flags=AccountFlags.EXTERNAL)
    yield Account(PLATFORM, ledger=currency, code=PLATFORM)
    for buyer in dict.fromkeys(row["buyer_id"] for row in rows if row["event"] == "payment"):
        flags = WALLET | AccountFlags.HISTORY
        yield Account(name("buyer", buyer), ledger=currency, code=BUYER, flags=flags)
    for merchant in dict.fromkeys(row["seller_id"] for row in rows if row["event"] == "paid"):
        yield Account(name("merchant", merchant), ledger=currency, code=MERCHANT, flags=WALLET)


# %% [markdown]
# The rows are moved in with the times that they happened at, thousands in a batch; before each the
# store settles what fell due. A number within the second keeps the times apart.


# %%
def operations(rows: list[Row], currency: Ledger) -> Iterator[Operation]:
    """Gives what the rows of a file ask for."""
    holds: dict[str, list[int]] = defaultdict(list)
    count = 0
    for number, row in enumerate(rows):
        id, event, order = name("row", number), row["event"], row["order_id"]
        time = escrowdb.nanoseconds(datetime.fromisoformat(row["at"].replace("Z", "+00:00")))
        legs = [(name("row", number, hold), hold) for hold in holds[order]]
        if event in ("payment", "paid"):
            legs = [(id, id)]
        for own, hold in legs:
            count += 1
            at = time + count
            if event == "payment":
                yield Operation.transfer(
                    id=own,
                    at=at,
                    debit_account=OUTSIDE,
                    credit_account=name("buyer", row["buyer_id"]),
                    ledger=currency,
                    amount=Decimal(row["amount"]),
                )
            elif event == "paid":
                holds[order].append(own)
                yield Operation.hold(
                    id=own,
                    at=at,
                    payer=name("buyer", row["buyer_id"]),
                    payee=name("merchant", row["seller_id"]),
                    ledger=currency,
                    amount=Decimal(row["amount"]),
                    fee_account=PLATFORM,
                    fee_ppm=COMMISSION,
                    timeout=timedelta(days=30),
                    at_deadline=AtDeadline.REFUND,
                )
            elif event == "shipped":
                protection = timedelta(days=60)
                default = AtDeadline.RELEASE
                yield Operation.ship(hold, id=own, at=at, timeout=protection, at_deadline=default)
            elif event == "delivered":
                yield Operation.release(hold, id=own, at=at)
            else:
                yield Operation.refund(hold, id=own, at=at)


def settle(store: Store, rows: list[Row], currency: Ledger) -> dict[str, int]:
    """Settles a file, up to its last row. Gives how often which status was answered."""
    store.create_ledgers([currency])
    for batch in batches(accounts(rows, currency)):
        store.create_accounts(batch)
    answers: dict[str, int] = defaultdict(int)
    for batch in batches(operations(rows, currency)):
        for outcome in store.submit(batch):
            answers[outcome.status.name.lower()] += 1
    return dict(answers)


def batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    """Cuts into batches."""
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


# %% [markdown]
# A line of a statement says by how much an operation changed one side of an account. Sorted by day
# and added up they are balances over time.


# %%
class Changes:
    """What the statements of some accounts say, as columns; their sums fit 64 bits."""

    def __init__(self, store: Store, ids: Iterable[int]) -> None:
        lines = np.concatenate([store.statement(id).to_numpy() for id in ids])
        columns = escrowdb.to_columns(lines[["timestamp", "side", "pending", "posted"]])
        order = np.argsort(columns["timestamp"])
        self.times = columns["timestamp"][order]
        self.is_debit = columns["side"][order] == Side.DEBIT
        self.pending = columns["pending"][order].astype(np.int64)
        self.posted = columns["posted"][order].astype(np.int64)

    def net(self, days: NDArray[Any]) -> NDArray[Any]:
        """The posted balance at the end of each day."""
        return self.at(days, np.where(self.is_debit, -self.posted, self.posted))

    def held(self, days: NDArray[Any]) -> NDArray[Any]:
        """What was held for others at the end of each day."""
        return self.at(days, np.where(self.is_debit, self.pending, 0))

    def at(self, days: NDArray[Any], changes: NDArray[Any]) -> NDArray[Any]:
        """Adds up the changes until the end of each day."""
        sums = np.concatenate([[0], np.cumsum(changes)])
        added: NDArray[Any] = sums[np.searchsorted(self.times, days, side="right")]
        return added


# %% [markdown]
# Above: whose money it is. Below: the merchants that earned most.


# %%
def draw(store: Store, currency: Ledger, path: str | Path) -> dict[str, int]:
    """Draws the picture. Gives the last value of each area, in minor units."""
    codes: dict[int, list[Account]] = defaultdict(list)
    for account in store.all_accounts():
        codes[account.code].append(account)
    groups = {code: Changes(store, [one.id for one in found]) for code, found in codes.items()}
    first, last = groups[OUTSIDE].times[0], max(group.times[-1] for group in groups.values())
    days = np.arange(int(first) // DAY + 1, int(last) // DAY + 2, dtype=np.uint64) * np.uint64(DAY)
    held = groups[BUYER].held(days)
    areas = {
        "merchants": groups[MERCHANT].net(days),
        "platform's commission": groups[PLATFORM].net(days),
        "in escrow": held,
        "buyers' wallets": groups[BUYER].net(days) - held,
    }
    units = 10**currency.scale
    dates = days.astype("datetime64[ns]")
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(10, 7.5), sharex=True, height_ratios=[3, 2], layout="constrained"
    )
    colors = ["#4c78a8", "#e45756", "#f2b134", "#9ecae9"]
    above.stackplot(
        dates, [area / units for area in areas.values()], labels=list(areas), colors=colors
    )
    handles, labels = above.get_legend_handles_labels()
    above.legend(handles[::-1], labels[::-1], loc="upper left", frameon=False)
    above.set_title("Whose money it is", loc="left", fontweight="bold")

    richest = sorted(codes[MERCHANT], key=lambda account: account.balances.net)[-5:]
    for place, account in enumerate(reversed(richest), 1):
        net = Changes(store, [account.id]).net(days) / units
        below.step(dates, net, where="post", label=f"no. {place}: {net[-1]:,.0f}")
    below.legend(loc="upper left", frameon=False)
    below.set_title("The five merchants that earned most", loc="left", fontweight="bold")
    for axes in (above, below):
        axes.set_ylabel(currency.code)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axes.set_ylim(bottom=0)
        axes.margins(x=0)
        axes.grid(axis="y", alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    dated = mdates.ConciseDateFormatter(below.xaxis.get_major_locator())  # type: ignore[no-untyped-call]
    below.xaxis.set_major_formatter(dated)
    figure.align_ylabels()
    figure.savefig(path, dpi=120)
    plt.close(figure)
    return {label: int(area[-1]) for label, area in areas.items()}


# %%
def main(orders: str, picture: str) -> None:
    """Settles a file in a new store, and draws its balances."""
    rows = read_rows(orders)
    currency = Ledger.iso(1, next(row["currency"] for row in rows if row["currency"]))
    with (
        tempfile.TemporaryDirectory() as directory,
        escrowdb.open(directory, clock=Clock.MANUAL, durability=Durability.PROCESS) as store,
    ):
        for status, count in sorted(settle(store, rows, currency).items()):
            print(f"{status:40}{count:8,}")
        # What is still held is settled at its deadline.
        store.advance(escrowdb.utc(store.snapshot().timestamp) + timedelta(days=120))
        for label, amount in draw(store, currency, picture).items():
            print(f"{label:40}{currency.format(amount):>16} {currency.code}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: balances.py ORDERS PICTURE")
    main(*sys.argv[1:])
