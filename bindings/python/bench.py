"""Measures what Python costs: transfers a second, durable, over whole runs.

    python bench.py [--batches N] [--singles N] [--dir DIR] [--only WAY]

10,000 accounts with history, batches of 8,192 transfers with rising ids. Batches are made before
the clock starts, unless the line says otherwise. `bindings/compare.py` does the same in the other
languages and sets them beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import escrowdb
from escrowdb import Account, AccountFlags, Kind, Ledger, Operation, Store

ACCOUNTS = 10_000
BATCH = 8192


def main() -> None:
    """Runs every way of submitting, each in a new store."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--batches", type=int, default=60)
    parser.add_argument("--singles", type=int, default=200_000)
    parser.add_argument("--dir")
    parser.add_argument("--only", help="the name of a line: that one alone")
    settings = parser.parse_args()
    batches: int = settings.batches
    singles: int = settings.singles
    ways: list[tuple[str, Callable[[Store], Callable[[], int]]]] = [
        ("numpy arrays", lambda store: arrays(store, batches)),
        ("lists", lambda store: lists(store, batches)),
        ("lists, operations made meanwhile", lambda store: made(store, batches)),
        ("asyncio, 1,000 tasks, single operations", lambda store: tasks(store, 1000, singles)),
        ("64 threads, single operations", lambda store: threads(store, 64, singles // 10)),
        ("one thread, single operations", lambda store: threads(store, 1, singles // 200)),
    ]
    for name, prepare in ways:
        if settings.only not in (None, name):
            continue
        with (
            tempfile.TemporaryDirectory(dir=settings.dir) as directory,
            escrowdb.open(directory) as store,
        ):
            store.create_ledgers([Ledger.iso(1, "USD")])
            for first in range(1, ACCOUNTS + 1, BATCH):
                ids = range(first, min(first + BATCH, ACCOUNTS + 1))
                store.create_accounts(
                    Account(id, ledger=1, code=1, flags=AccountFlags.HISTORY) for id in ids
                )
            store.checkpoint()
            work = prepare(store)
            start = time.perf_counter()
            count = work()
            seconds = time.perf_counter() - start
        print(f"{name:42}{count / seconds:12,.0f} a second", flush=True)


def columns(first: int, count: int) -> dict[str, Any]:
    """Gives transfers as columns, from the one with the id `first` on.

    They are those of the other languages: splitmix64 chooses accounts and amounts.
    """
    state = np.arange(3 * first - 2, 3 * (first + count) - 2, dtype=np.uint64)
    state = np.uint64(42) + state * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    drawn = (state ^ (state >> np.uint64(31))).reshape(count, 3)
    debit, one = drawn[:, 0] % np.uint64(ACCOUNTS), np.uint64(1)
    credit = (debit + one + drawn[:, 1] % np.uint64(ACCOUNTS - 1)) % np.uint64(ACCOUNTS)
    return {
        "id": np.arange(first, first + count),
        "debit_account": debit + one,
        "credit_account": credit + one,
        "amount": drawn[:, 2] % np.uint64(1000) + one,
    }


def arrays(store: Store, batches: int) -> Callable[[], int]:
    """Batches as arrays, whose outcomes are written into one array."""
    common = {"kind": Kind.TRANSFER, "ledger": 1, "code": 1}
    made = [
        escrowdb.op_array(BATCH, **common, **columns(1 + batch * BATCH, BATCH))
        for batch in range(batches)
    ]
    outcomes = np.zeros(BATCH, escrowdb.outcome_dtype())

    def work() -> int:
        for batch in made:
            assert not store.submit_array(batch, out=outcomes)["status"].any()
        return batches * BATCH

    return work


def transfers(count: int) -> Iterator[Operation]:
    """Makes operations one by one."""
    for first in range(1, count + 1, BATCH):
        made = columns(first, min(BATCH, count + 1 - first))
        rows = zip(*(made[name].tolist() for name in made))
        for id, debit, credit, amount in rows:
            yield Operation.transfer(
                id=id, debit_account=debit, credit_account=credit, ledger=1, amount=amount
            )


def lists(store: Store, batches: int) -> Callable[[], int]:
    """Batches as lists."""
    source = transfers(batches * BATCH)
    prepared = [[next(source) for _ in range(BATCH)] for _ in range(batches)]

    def work() -> int:
        for batch in prepared:
            assert all(outcome.is_applied for outcome in store.submit(batch))
        return batches * BATCH

    return work


def made(store: Store, batches: int) -> Callable[[], int]:
    """Batches as lists whose making is measured too."""

    def work() -> int:
        source = transfers(batches * BATCH)
        for _ in range(batches):
            batch = [next(source) for _ in range(BATCH)]
            assert all(outcome.is_applied for outcome in store.submit(batch))
        return batches * BATCH

    return work


def tasks(store: Store, count: int, total: int) -> Callable[[], int]:
    """Tasks that each wait for their operation before the next one."""
    source = iter(list(transfers(total)))

    async def task() -> None:
        for operation in source:
            (outcome,) = await store.submit_async([operation])
            assert outcome.is_applied

    async def all_tasks() -> Any:
        return await asyncio.gather(*(task() for _ in range(count)))

    def work() -> int:
        asyncio.run(all_tasks())
        return total

    return work


def threads(store: Store, count: int, total: int) -> Callable[[], int]:
    """Threads that each wait for their operation before the next one."""
    operations = list(transfers(total))

    def thread(part: list[Operation]) -> None:
        for operation in part:
            assert store.submit([operation])[0].is_applied

    def work() -> int:
        parts = [operations[at::count] for at in range(count)]
        running = [threading.Thread(target=thread, args=(part,)) for part in parts]
        for each in running:
            each.start()
        for each in running:
            each.join()
        return total

    return work


if __name__ == "__main__":
    main()
