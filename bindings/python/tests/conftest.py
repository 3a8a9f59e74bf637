"""A shop: a bank, two wallets with history, a fee account, and a manual clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import escrowdb
from escrowdb import Account, AccountFlags, Clock, Durability, Ledger, Store

USD = Ledger.iso(1, "USD")
BANK, ALICE, BOB, FEES = 1, 2, 3, 4
WALLET = AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags.HISTORY


def create_shop(store: Store) -> None:
    """Registers the ledger and the accounts."""
    accounts = [
        Account(BANK, ledger=USD, code=100, flags=AccountFlags.EXTERNAL),
        Account(ALICE, ledger=USD, code=200, flags=WALLET),
        Account(BOB, ledger=USD, code=300, flags=WALLET),
        Account(FEES, ledger=USD, code=400),
    ]
    for outcome in store.create_ledgers([USD]) + store.create_accounts(accounts):
        outcome.check()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.escrow"


@pytest.fixture
def shop(path: Path) -> Iterator[Store]:
    with escrowdb.open(path, clock=Clock.MANUAL, durability=Durability.PROCESS) as store:
        create_shop(store)
        yield store
