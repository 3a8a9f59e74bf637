"""A customer with several wallets, and limits over all of them."""

from __future__ import annotations

import copy
import pickle
from datetime import datetime, timezone
from typing import Any

import pytest
from market import PIN, SELLER, USD, hold, open_market, policy, purchase, refused, register, top_up

import escrowdb
from escrowdb import (
    Account,
    AccountFlags,
    Clock,
    Durability,
    ExceededLimit,
    Ledger,
    LetterKind,
    NewWallet,
    Operation,
    Payment,
    Purchase,
    Status,
    WalletStatus,
)

EUR = Ledger.iso(2, "EUR")
EUROS_BANK, EUROS_SELLER = 21, 22
EUROS = NewWallet(5001, account=6001, ledger=EUR, code=200)


def over_all(made: dict[str, Any]) -> None:
    """Counts all wallets of a person, and gives refunds back."""
    euros = copy.deepcopy(made["currencies"][0])
    euros["code"] = "EUR"
    made["currencies"].append(euros)
    for currency in made["currencies"]:
        currency["small_payments"] = {
            "per_payment": 100_000,
            "in_a_row_sum": 1_000_000,
            "in_a_row": 100,
        }
        currency["tiers"][0]["per_day"] = 30_000
    rates = [{"code": "USD", "worth": "1"}, {"code": "EUR", "worth": "1.25"}]
    made["over_all_wallets"] = {"rates_of": "2026-12-01", "rates": rates}
    made["payments"]["refunds_give_back"] = True


@pytest.fixture
def store(path):
    with escrowdb.open(path, clock=Clock.MANUAL, durability=Durability.PROCESS) as store:
        store.advance(datetime(2026, 3, 1, 12, tzinfo=timezone.utc))
        yield store


def test_a_further_wallet_and_limits_over_all(store) -> None:
    wallets = open_market(store, policy=policy(over_all))
    for outcome in store.create_ledgers([EUR]) + store.create_accounts(
        [
            Account(EUROS_BANK, ledger=EUR, code=100, flags=AccountFlags.EXTERNAL),
            Account(EUROS_SELLER, ledger=EUR, code=300),
        ]
    ):
        outcome.check()
    dollars = register(wallets)
    top_up(wallets, dollars, 50_000)
    wallets.take_letters()

    second = NewWallet(5002, account=6002, ledger=USD, code=200)
    refused(WalletStatus.WALLET_EXISTS_IN_LEDGER, wallets.open_wallet, 101, second)
    refused(WalletStatus.PERSON_NOT_FOUND, wallets.open_wallet, 199, EUROS)
    for _ in range(2):
        wallets.open_wallet(101, EUROS)
    assert wallets.wallets_of(101) == [dollars, 5001]
    assert {letter.kind for letter in wallets.take_letters()} == {LetterKind.WALLET_OPENED}
    wallets.create_payment_password(5001, PIN)
    coming = Operation.transfer(
        debit_account=EUROS_BANK, credit_account=6001, ledger=EUR, amount=50_000
    )
    wallets.top_up(5001, coming).check()

    first = hold(dollars, 20_000)
    wallets.pay(Payment(wallet=dollars, order=7, operation=first)).check()
    wanted = Purchase(wallet=5001, order=8, payee=EUROS_SELLER, amount=15_000, ledger=EUR)
    needs = refused(WalletStatus.NEEDS_TIER, wallets.needs, wanted)
    assert needs.exceeded == ExceededLimit(
        WalletStatus.EXCEEDS_LIMIT_PER_DAY, most=30_000, counted=16_000, elsewhere=16_000
    )
    assert pickle.loads(pickle.dumps(needs)) == needs
    wrong = refused(WalletStatus.WALLET_NOT_FOUND, wallets.needs, purchase(9, 5))
    assert wrong.exceeded is None

    # The goods are not there: what comes back counts no longer.
    store.submit([Operation.refund(first.id, amount=20_000)])[0].check()
    assert wallets.spending(dollars).day == 0
    assert wallets.needs(wanted) is escrowdb.Needs.NOTHING
    assert store.account(SELLER).balances.available == 0
    assert (
        wallets.pay(
            Payment(
                wallet=5001,
                order=8,
                operation=Operation.hold(payer=6001, payee=EUROS_SELLER, ledger=EUR, amount=15_000),
            )
        ).status
        == Status.APPLIED
    )
