"""One customer from the first letter to the last, through stores that are opened anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

from market import (
    ADAM,
    BANK,
    EVE,
    LOGIN,
    PIN,
    SELLER,
    SUSPENSE,
    USD,
    email,
    hold,
    open_market,
    pay,
    purchase,
    refused,
    register,
    secret_of,
    top_up,
)

import escrowdb
from escrowdb import (
    Actor,
    CardAuthentication,
    CardCharge,
    CardReference,
    Clock,
    Durability,
    Evidence,
    EvidenceKind,
    LetterKind,
    Needs,
    NewCardPayment,
    Operation,
    Payment,
    RecoveryDecision,
    Refunded,
    Resolution,
    Store,
    SuspenseReason,
    VerificationState,
    Wallets,
    WalletState,
    WalletStatus,
)

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
PASSPORT = Evidence.of_scan(EvidenceKind.PASSPORT, b"a scan", reference="scans/17")


def test_the_story_of_a_customer(path) -> None:
    now = START

    @contextmanager
    def day() -> Iterator[tuple[Store, Wallets]]:
        """Opens the market on the next day."""
        nonlocal now
        now += timedelta(days=1)
        manual, durability = Clock.MANUAL, Durability.PROCESS
        with escrowdb.open(path, clock=manual, durability=durability) as store:
            store.advance(now)
            yield store, open_market(store)

    with day() as (_, wallets):
        wallet = register(wallets)
        assert wallets.log_in(email(1), LOGIN) == 101

    with day() as (store, wallets):
        top_up(wallets, wallet, 50_000)
        made = pay(wallets, wallet, 2005)
        store.submit([Operation.release(made.operation.id)])[0].check()
        needs = refused(WalletStatus.NEEDS_TIER, wallets.needs, purchase(wallet, 30_000))
        wallets.open_verification(71, wallet, needs.tier, Actor.customer())
        wallets.submit_evidence(71, [PASSPORT], Actor.customer())

    with day() as (_, wallets):
        (case,) = wallets.open_verifications()
        wallets.review_verification(case.id, EVE)
        assert wallets.approve_verification(case.id, EVE) is VerificationState.APPROVED
        assert wallets.needs(purchase(wallet, 30_000)) is Needs.PASSWORD
        card = CardReference(
            token="tok_1", brand="Visa", last_four="4242", expiry_year=2030, expiry_month=12,
            fingerprint="fp_1",
        )  # fmt: skip
        wallets.propose_card(wallet, 51, card, EVE)
        wallets.confirm_card(wallet, 51)

    with day() as (store, wallets):
        typed_in = NewCardPayment(
            wallet=wallet, order=6, operation=hold(wallet, 900),
            authentication=CardAuthentication.FAILED,
        )  # fmt: skip
        failed = WalletStatus.CARD_AUTHENTICATION_MUST_SUCCEED
        refused(failed, wallets.begin_new_card_payment, typed_in)
        typed_in = NewCardPayment(
            wallet=wallet, order=6, operation=typed_in.operation,
            authentication=CardAuthentication.AUTHENTICATED,
        )  # fmt: skip
        wallets.begin_new_card_payment(typed_in)
        came = CardCharge(
            payment=typed_in.operation.id, reference="ch_0", amount=900, external=BANK,
            suspense=SUSPENSE,
        )  # fmt: skip
        assert wallets.card_charged(came).is_paid
        through = wallets.purchase_account(101, USD)
        assert store.hold(typed_in.operation.id).payer == through
        back = wallets.refund_card_payment(came.payment, Operation.refund(came.payment))
        assert back is Refunded.TO_CARD
        (waiting,) = wallets.open_card_refunds()
        assert (waiting.payment, waiting.amount) == (came.payment, 900)
        wallets.card_refunded(waiting.id)
        assert wallets.open_card_refunds() == []
        refused(WalletStatus.CARD_REFUND_NOT_FOUND, wallets.card_refunded, 7)
        assert wallets.upkeep().refunds == 0

    with day() as (_, wallets):
        order = Payment(wallet=wallet, order=8, authorisation=32, operation=hold(wallet, 3000))
        wallets.authorise_card(32, order.purchase(), PIN)
        assert wallets.begin_card_payment(order).card == card
        came = CardCharge(
            payment=order.operation.id, reference="ch_1", amount=2999, external=BANK,
            suspense=SUSPENSE,
        )  # fmt: skip
        result = wallets.card_charged(came)
        assert result.reason is SuspenseReason.ANOTHER_AMOUNT

    with day() as (store, wallets):
        (item,) = wallets.open_suspense()
        wallets.resolve_suspense(item.id, Resolution.to_wallet(escrowdb.new_id()), EVE)
        assert store.account(wallet + 1000).balances.available == 50_000 - 2005 + 2999
        wallets.open_recovery(81, wallet, EVE)
        wallets.add_recovery_evidence(81, PASSPORT, EVE)
        wallets.review_recovery(81, ADAM)
        wallets.decide_recovery(81, RecoveryDecision.APPROVE, ADAM)
        token = secret_of(wallets, LetterKind.RESET_PAYMENT_PASSWORD)
        wallets.reset_payment_password(token, "582931")

    with day() as (store, wallets):
        rest = store.account(wallet + 1000).balances.available
        last = Payment(wallet=wallet, order=9, authorisation=33, operation=hold(wallet, rest))
        cooled = refused(
            WalletStatus.EXCEEDS_COOLDOWN_LIMIT, wallets.authorise, 33, last.purchase(), "582931"
        )
        store.advance(cooled.until)
        wallets.authorise(33, last.purchase(), "582931")
        assert wallets.pay(last).is_applied
        store.submit([Operation.release(last.operation.id)])[0].check()
        wallets.freeze_wallet(wallet, EVE)
        wallets.close_wallet(wallet, EVE)
        kept = refused(WalletStatus.RETENTION_FORBIDS, wallets.erase_person, 101, EVE)
        now = escrowdb.utc(kept.until)

    with day() as (store, wallets):
        wallets.erase_person(101, EVE)
        refused(WalletStatus.CREDENTIALS_MUST_MATCH, wallets.log_in, email(1), LOGIN)
        assert wallets.letters_of(101) == []
        assert wallets.wallet(wallet).state is WalletState.CLOSED
        assert wallets.verification(71).evidence[0].reference == ""
        assert wallets.cards(wallet)[0].reference is None
        # The ledger's history stays.
        assert store.account(SELLER).balances.available == 50_000 + 2999
        assert store.trial_balance(1).is_balanced
        # The address is free again.
        wallets.begin_registration(201, email(1), captcha_ok=True)
        token = secret_of(wallets, LetterKind.CONFIRM_ADDRESS)
        assert wallets.confirm_address(token) == 201
