"""Pays one unit after the other until its input ends, and says what was answered; see together.py.

python worker.py STORE NUMBER
"""

from __future__ import annotations

import sys
import threading

import escrowdb
from escrowdb import Operation, Store


def balance(store: Store, id: int) -> int:
    """Gives what an account has."""
    account = store.account(id)
    return 0 if account is None else account.balances.credits_posted


def work(ended: threading.Event, path: str, number: int) -> None:
    """Pays until the end."""
    account = 1000 + number
    with escrowdb.open(path) as store:
        print("open", flush=True)
        count = 0
        while not ended.is_set():
            count += 1
            pay = Operation.transfer(
                id=number << 64 | count,
                debit_account=1,
                credit_account=account,
                ledger=1,
                amount=1,
            )
            (outcome,) = store.submit([pay], check=True)
            if count % 16 == 0 and balance(store, account) != count:
                sys.exit("Python: the balance is not what was paid")
            print(count, outcome.timestamp, flush=True)


def main() -> None:
    """Works in the main thread, and waits for the end in another."""
    ended = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    work(ended, sys.argv[1], int(sys.argv[2]))


if __name__ == "__main__":
    main()
