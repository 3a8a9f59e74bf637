"""Leaving a wallet: what is left in it is given up, or waits for its owner."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from market import (
    ADAM,
    BANK,
    EVE,
    PIN,
    USD,
    create_market,
    open_market,
    policy,
    refused,
    register,
    top_up,
)

import escrowdb
from escrowdb import (
    Account,
    Actor,
    Clock,
    Durability,
    LetterKind,
    Operation,
    Status,
    UnclaimedReason,
    Wallets,
    WalletStatus,
)

WAIVED = 79
START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def leaving_policy(made: dict[str, Any]) -> None:
    """Asks after a year, waits for three months, and pays out."""
    made["redemption"] = {"allowed": True}
    made["inactivity"] = {"notice_after_days": 365, "wait_days": 90}


def test_what_is_left_is_given_up_or_waits(path: Path) -> None:
    with escrowdb.open(path, clock=Clock.MANUAL, durability=Durability.PROCESS) as store:
        store.advance(START)
        store.create_ledgers([USD])
        store.create_accounts([Account(WAIVED, ledger=USD, code=700)])[0].check()
        wallets = open_market(store, policy=policy(leaving_policy), waiver_accounts={1: WAIVED})
        wallet, owner = register(wallets), 101
        top_up(wallets, wallet, 500)

        stated = {"id": 501, "version": "2026-03"}
        wrong = WalletStatus.CREDENTIALS_MUST_MATCH
        refused(wrong, wallets.waive, wallet, 200, password="000000", **stated)
        for _ in range(2):
            assert wallets.waive(wallet, 200, password=PIN, **stated) == 200
        assert store.account(WAIVED).balances.available == 200

        not_frozen = WalletStatus.WALLET_IS_NOT_FROZEN
        refused(not_frozen, wallets.set_aside, 502, wallet, EVE)
        wallets.freeze_wallet(wallet, EVE)
        refused(WalletStatus.WALLET_MUST_BE_EMPTY, wallets.close_wallet, wallet, EVE)
        wallets.set_aside(502, wallet, EVE)
        (item,) = wallets.open_unclaimed()
        assert (item.id, item.person, item.wallet, item.amount) == (502, owner, wallet, 300)
        assert (item.reason, item.resolved_by) == (UnclaimedReason.LEFT, 0)
        assert wallets.open_unclaimed(after=502) == []
        there = Wallets.unclaimed_account(USD)
        (taken,) = store.submit(
            [Operation.transfer(debit_account=there, credit_account=WAIVED, ledger=USD, amount=1)]
        )
        assert taken.status is Status.ACCOUNT_IS_MANAGED

        wallets.unfreeze_wallet(wallet, EVE)
        wallets.claim_unclaimed(502, into=wallet, id=503, actor=Actor.customer())
        gone = wallets.unclaimed_item(502)
        assert gone is not None
        assert (gone.resolved_by, gone.resolved_to) == (503, wallet + 1000)
        assert wallets.unclaimed_of(owner) == [gone]
        assert wallets.unclaimed_item(504) is None

        wallets.freeze_wallet(wallet, EVE)
        wallets.set_aside(505, wallet, EVE)
        wallets.close_wallet(wallet, EVE)
        second = WalletStatus.SECOND_PERSON_MUST_AGREE
        refused(second, wallets.pay_out_unclaimed, 505, to=WAIVED, id=506, actor=EVE)
        wallets.pay_out_unclaimed(505, to=WAIVED, id=507, actor=ADAM)
        assert store.account(WAIVED).balances.available == 500
        is_resolved = WalletStatus.UNCLAIMED_MONEY_IS_RESOLVED
        refused(is_resolved, wallets.pay_out_unclaimed, 505, to=WAIVED, id=508, actor=ADAM)
        assert [one.id for one in wallets.unclaimed_of(owner)] == [502, 505]


def test_money_that_nobody_uses_is_set_aside(path: Path) -> None:
    with escrowdb.open(path, clock=Clock.MANUAL, durability=Durability.PROCESS) as store:
        store.advance(START)
        wallets = open_market(store, policy=policy(leaving_policy))
        wallet = register(wallets)
        top_up(wallets, wallet, 500)
        store.advance(START + timedelta(days=366))
        done = wallets.upkeep()
        assert (done.notices, done.set_aside) == (1, 0)
        assert LetterKind.WALLET_IS_INACTIVE in [one.kind for one in wallets.take_letters()]
        store.advance(START + timedelta(days=457))
        done = wallets.upkeep()
        assert (done.notices, done.set_aside) == (0, 1)
        (item,) = wallets.open_unclaimed()
        assert (item.amount, item.reason) == (500, UnclaimedReason.INACTIVE)


@pytest.mark.parametrize(
    ("waiver_accounts", "error", "match"),
    [
        ({1: BANK}, escrowdb.InvalidArgumentError, "cannot take what owners"),
        ([WAIVED], TypeError, "waiver_accounts must be a dict"),
    ],
)
def test_a_waiver_account_must_be_one(
    path: Path, waiver_accounts: object, error: type[Exception], match: str
) -> None:
    with escrowdb.open(path, clock=Clock.MANUAL, durability=Durability.PROCESS) as store:
        create_market(store)
        with pytest.raises(error, match=match):
            open_market(store, waiver_accounts=waiver_accounts)
