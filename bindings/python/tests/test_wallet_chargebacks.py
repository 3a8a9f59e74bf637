"""Chargebacks: a cardholder contests a payment; and refunds that no card takes."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
from market import BANK, EVE, SUSPENSE, USD, hold, open_market, refused, register

import escrowdb
from escrowdb import (
    Account,
    Actor,
    CardAuthentication,
    CardCharge,
    ChargebackNotice,
    ChargebackState,
    Clock,
    Durability,
    NewCardPayment,
    Operation,
    Refunded,
    RefundReturnedKind,
    Resolution,
    SuspenseReason,
    WalletStatus,
)

LOSS = 78


def test_a_payment_is_contested(path: Path) -> None:
    with escrowdb.open(path, clock=Clock.MANUAL, durability=Durability.PROCESS) as store:
        store.advance(datetime(2026, 3, 1, 12, tzinfo=timezone.utc))
        store.create_ledgers([USD])
        store.create_accounts([Account(LOSS, ledger=USD, code=600)])[0].check()
        wallets = open_market(store, loss_accounts={1: LOSS})
        wallet, host = register(wallets), Actor.system()
        typed = NewCardPayment(
            wallet=wallet, order=6, operation=hold(wallet, 900),
            authentication=CardAuthentication.AUTHENTICATED,
        )  # fmt: skip
        wallets.begin_new_card_payment(typed)
        payment = typed.operation.id
        notice = ChargebackNotice(
            id=91, payment=payment, reference="cb_1", amount=900, reason="10.4", external=BANK,
            answer_by=7,
        )  # fmt: skip
        early = WalletStatus.CHARGE_MUST_BE_REPORTED
        refused(early, wallets.chargeback_notified, notice, host)
        came = CardCharge(
            payment=payment, reference="ch_2", amount=900, external=BANK, suspense=SUSPENSE
        )
        assert wallets.card_charged(came).is_paid
        told = wallets.chargeback_notified(notice, host)
        assert (told.state, told.of_payment) == (ChargebackState.NOTIFIED, 900)
        assert wallets.chargeback_notified(notice, host) == told
        part = Operation.refund(payment, amount=100)
        is_open = WalletStatus.CHARGEBACK_IS_OPEN
        refused(is_open, wallets.refund_card_payment, payment, part)
        assert wallets.chargeback_taken(91, host).due == 0
        assert store.account(BANK).balances.credits_posted == 900
        sent = wallets.chargeback_represented(91, "receipts/17", host)
        assert (sent.evidence, sent.reference, sent.reason) == ("receipts/17", "cb_1", "10.4")
        assert wallets.open_chargebacks() == [sent] == wallets.chargebacks_of(payment)
        assert wallets.open_chargebacks(after=91) == []
        refused(WalletStatus.EXCEEDS_CHARGEBACK, wallets.chargeback_decided, 91, 901, host)
        decided = wallets.chargeback_decided(91, 400, host)
        assert (decided.state, decided.lost) == (ChargebackState.PARTLY, 400)
        assert wallets.chargeback(91) == decided
        assert wallets.chargeback(92) is None
        balances = store.account(LOSS).balances
        assert balances.credits_posted == balances.debits_posted == 900
        assert wallets.upkeep().chargebacks == 0

        assert wallets.refund_card_payment(payment, part) is Refunded.TO_CARD
        (waiting,) = wallets.open_card_refunds()
        for _ in range(2):
            returned = wallets.card_refund_failed(waiting.id, external=BANK, suspense=SUSPENSE)
            assert returned.kind is RefundReturnedKind.IN_SUSPENSE
            assert not returned.is_in_wallet
        has_failed = WalletStatus.CARD_REFUND_HAS_FAILED
        refused(has_failed, wallets.card_refunded, waiting.id)
        item = wallets.suspense_item(returned.item)
        assert item is not None
        assert (item.reason, item.amount) == (SuspenseReason.REFUND_FAILED, 100)
        back = Resolution.back_to_card(escrowdb.new_id())
        wallets.resolve_suspense(returned.item, back, EVE)


@pytest.mark.parametrize(
    ("loss_accounts", "error"),
    [
        ({1: BANK}, escrowdb.InvalidArgumentError),
        ({2: LOSS}, escrowdb.InvalidArgumentError),
        ([LOSS], TypeError),
    ],
)
def test_a_loss_account_must_be_one(
    path: Path, loss_accounts: object, error: type[Exception]
) -> None:
    store = escrowdb.open(path, clock=Clock.MANUAL, durability=Durability.PROCESS)
    with store, pytest.raises(error, match="loss"):
        open_market(store, loss_accounts=loss_accounts)
