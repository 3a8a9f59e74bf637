"""The shopper of the article: each of its eight chapters, and what is refused in it."""

from __future__ import annotations

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
    policy,
    profile,
    purchase,
    refused,
    secret_of,
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
    LetterState,
    NewCardPayment,
    NewWallet,
    Operation,
    Payment,
    RecoveryDecision,
    Refunded,
    Status,
    Store,
    VerificationReason,
    VerificationState,
    Wallets,
    WalletStatus,
)

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
PERSON, WALLET = 101, 1001
CARD = CardReference(
    token="tok_1", brand="Visa", last_four="4242", expiry_year=2030, expiry_month=12,
    fingerprint="fp_1",
)  # fmt: skip
PASSPORT = Evidence.of_scan(EvidenceKind.PASSPORT, b"a scan", reference="scans/17")
NEW_PIN = "582931"


def questions(policy) -> None:
    policy["identity"]["credentials"]["security_answers"]["needed"] = 2


def test_the_shopper_of_the_article(path) -> None:
    with escrowdb.open(path, clock=Clock.MANUAL, durability=Durability.PROCESS) as store:
        store.advance(START)
        wallets = open_market(store, policy=policy(questions))
        the_letter_does_not_come(store, wallets)
        she_registers(wallets)
        payment = she_types_in_a_card(store, wallets)
        the_seller_ships(store, wallets, payment)
        she_binds_the_card(wallets)
        goods_come_back(store, wallets)
        money_does_not_leave(store, wallets)
        she_is_verified(store, wallets)
        she_forgets_the_payment_password(store, wallets)
        assert store.trial_balance(1).is_balanced


def the_letter_does_not_come(store: Store, wallets: Wallets) -> None:
    wrong = "alice1@exmaple.org"
    refused(WalletStatus.CAPTCHA_MUST_BE_SOLVED, wallets.begin_registration, PERSON, wrong)
    wallets.begin_registration(PERSON, wrong, captcha_ok=True)
    (letter,) = wallets.take_letters()
    wallets.report_letter(letter, escrowdb.LetterFate.BOUNCED)
    assert wallets.letters_of(PERSON)[0].state is LetterState.BOUNCED
    soon = refused(WalletStatus.TOO_SOON, wallets.resend_confirmation, PERSON)
    wallets.leave_note(PERSON, "the letter does not come", EVE)
    store.advance(soon.until)
    wallets.correct_address(PERSON, email(1))
    token = secret_of(wallets, LetterKind.CONFIRM_ADDRESS)
    # The former link, which went elsewhere, is good no more.
    refused(WalletStatus.TOKEN_MUST_BE_VALID, wallets.confirm_address, letter.secret)
    refused(WalletStatus.ADDRESS_MUST_BE_CONFIRMED, wallets.set_profile, PERSON, profile())
    assert wallets.confirm_address(token) == PERSON
    refused(WalletStatus.TOKEN_MUST_BE_VALID, wallets.confirm_address, token)


def she_registers(wallets: Wallets) -> None:
    new = NewWallet(WALLET, account=WALLET + 1000, ledger=USD, code=200)
    refused(WalletStatus.PROFILE_MUST_BE_SET, wallets.submit_registration, PERSON, new)
    wallets.set_profile(PERSON, profile())
    refused(WalletStatus.PASSWORD_TOO_SHORT, wallets.set_login_password, PERSON, "short one")
    refused(WalletStatus.PASSWORD_MUST_BE_SET, wallets.submit_registration, PERSON, new)
    wallets.set_login_password(PERSON, LOGIN)
    refused(WalletStatus.SECURITY_ANSWERS_MUST_BE_SET, wallets.submit_registration, PERSON, new)
    wallets.set_security_answers(PERSON, {1: "Rex", 2: "Faro"})
    refused(WalletStatus.CONSENT_MUST_BE_GIVEN, wallets.submit_registration, PERSON, new)
    wallets.set_consent(PERSON, "terms", "1")
    wallets.set_consent(PERSON, "refunds_to_wallet", "1")
    wallets.submit_registration(PERSON, new)
    assert wallets.log_in(email(1), LOGIN) == PERSON
    refused(WalletStatus.CREDENTIALS_MUST_MATCH, wallets.log_in, email(1), LOGIN.upper())
    # Upper and lower case differ.
    no_match = WalletStatus.CREDENTIALS_MUST_MATCH
    refused(no_match, wallets.check_security_answer, PERSON, 1, "rex", EVE)
    wallets.check_security_answer(PERSON, 1, "Rex", EVE)
    assert wallets.wallet(WALLET).refunds_to_wallet


def charge(payment: int, amount: int) -> CardCharge:
    return CardCharge(
        payment=payment, reference=f"ch_{payment}", amount=amount, external=BANK, suspense=SUSPENSE
    )


def she_types_in_a_card(store: Store, wallets: Wallets) -> int:
    def typed_in(amount: int, said: CardAuthentication) -> NewCardPayment:
        operation = hold(WALLET, amount)
        return NewCardPayment(wallet=WALLET, order=6, operation=operation, authentication=said)

    failed = WalletStatus.CARD_AUTHENTICATION_MUST_SUCCEED
    begin = wallets.begin_new_card_payment
    refused(failed, begin, typed_in(900, CardAuthentication.FAILED))
    large = typed_in(20_001, CardAuthentication.AUTHENTICATED)
    assert refused(WalletStatus.NEEDS_TIER, begin, large).tier == 1
    order = typed_in(900, CardAuthentication.AUTHENTICATED)
    begin(order)
    payment = order.operation.id
    assert store.hold(payment) is None, "nothing is paid before the card is charged"
    assert wallets.card_charged(charge(payment, 900)).is_paid
    return payment


def the_seller_ships(store: Store, wallets: Wallets, payment: int) -> None:
    # What the seller sees: it is paid, and it is not his yet.
    seen = store.hold(payment)
    assert (seen.payee, seen.held, store.account(SELLER).balances.available) == (SELLER, 900, 0)
    store.submit([Operation.release(payment)])[0].check()
    assert store.account(SELLER).balances.available == 900
    # He was paid, and is paid once.
    for late in (Operation.refund(payment), Operation.release(payment)):
        assert store.submit([late])[0].status is Status.HOLD_ALREADY_SETTLED
    assert store.account(SELLER).balances.available == 900


def she_binds_the_card(wallets: Wallets) -> None:
    wallets.propose_card(WALLET, 51, CARD, EVE)
    refused(WalletStatus.PAYMENT_PASSWORD_MUST_BE_SET, wallets.confirm_card, WALLET, 51)
    refused(WalletStatus.PASSWORD_TOO_SHORT, wallets.create_payment_password, WALLET, "12345")
    equal = WalletStatus.PASSWORDS_MUST_DIFFER
    refused(equal, wallets.create_payment_password, WALLET, LOGIN)
    wallets.create_payment_password(WALLET, PIN)
    wallets.confirm_card(WALLET, 51)


def goods_come_back(store: Store, wallets: Wallets) -> None:
    order = Payment(wallet=WALLET, order=8, authorisation=32, operation=hold(WALLET, 3000))
    authorise = wallets.authorise_card
    no_match = WalletStatus.CREDENTIALS_MUST_MATCH
    refused(no_match, authorise, 32, order.purchase(), LOGIN)
    authorise(32, order.purchase(), PIN)
    other = Payment(wallet=WALLET, order=8, authorisation=32, operation=hold(WALLET, 3001))
    refused(WalletStatus.AUTHORISATION_MUST_MATCH, wallets.begin_card_payment, other)
    assert wallets.begin_card_payment(order).card == CARD
    payment = order.operation.id
    assert wallets.card_charged(charge(payment, 3000)).is_paid
    # They are not what was ordered. She had ticked that refunds go to her wallet.
    back = wallets.refund_card_payment(payment, Operation.refund(payment))
    assert back is Refunded.TO_WALLET
    assert store.account(WALLET + 1000).balances.available == 3000
    assert wallets.open_card_refunds() == []
    spent = WalletStatus.EXCEEDS_CARD_PAYMENT
    refused(spent, wallets.refund_card_payment, payment, Operation.refund(payment))


def money_does_not_leave(store: Store, wallets: Wallets) -> None:
    out = Operation.transfer(
        debit_account=WALLET + 1000, credit_account=BANK, ledger=USD, amount=3000
    )
    assert store.submit([out])[0].status is Status.SPEND_ONLY_MONEY_MUST_NOT_LEAVE
    redeemed = Payment(wallet=WALLET, order=WALLET, authorisation=33, operation=out)
    refused(WalletStatus.REDEMPTION_IS_OFF, wallets.redeem, redeemed)
    spent = Payment(wallet=WALLET, order=9, authorisation=34, operation=hold(WALLET, 1000))
    wallets.authorise(34, spent.purchase(), PIN)
    assert wallets.pay(spent).is_applied
    again = Payment(wallet=WALLET, order=9, authorisation=34, operation=hold(WALLET, 1000))
    refused(WalletStatus.AUTHORISATION_NOT_FOUND, wallets.pay, again)
    assert store.account(WALLET + 1000).balances.available == 2000


def she_is_verified(store: Store, wallets: Wallets) -> None:
    store.submit(
        [
            Operation.transfer(
                debit_account=BANK, credit_account=WALLET + 1000, ledger=USD, amount=60_000
            )
        ]
    )[0].check()
    large = purchase(WALLET, 50_000, order=10)
    tier = refused(WalletStatus.NEEDS_TIER, wallets.authorise, 35, large, PIN).tier
    wallets.open_verification(71, WALLET, tier, Actor.customer())
    evidence = WalletStatus.EVIDENCE_MUST_BE_GIVEN
    refused(evidence, wallets.submit_evidence, 71, [], Actor.customer())
    wallets.submit_evidence(71, [PASSPORT], Actor.customer())
    wallets.review_verification(71, EVE)
    wallets.refuse_verification(71, VerificationReason.UNREADABLE, EVE)
    refused(WalletStatus.NEEDS_TIER, wallets.authorise, 35, large, PIN)
    wallets.open_verification(72, WALLET, tier, Actor.customer())
    wallets.submit_evidence(72, [PASSPORT], Actor.customer())
    wallets.review_verification(72, EVE)
    assert wallets.approve_verification(72, EVE) is VerificationState.APPROVED
    order = Payment(wallet=WALLET, order=10, authorisation=35, operation=hold(WALLET, 50_000))
    wallets.authorise(35, large, PIN)
    assert wallets.pay(order).is_applied


def she_forgets_the_payment_password(store: Store, wallets: Wallets) -> None:
    no_match = WalletStatus.CREDENTIALS_MUST_MATCH
    refused(no_match, wallets.check_payment_password, WALLET, "000000")
    wallets.open_recovery(81, WALLET, EVE)
    refused(WalletStatus.EVIDENCE_MUST_BE_GIVEN, wallets.review_recovery, 81, ADAM)
    wallets.add_recovery_evidence(81, PASSPORT, EVE)
    refused(WalletStatus.REVIEWER_MUST_BE_ANOTHER, wallets.review_recovery, 81, EVE)
    wallets.review_recovery(81, ADAM)
    wallets.decide_recovery(81, RecoveryDecision.APPROVE, ADAM)
    token = secret_of(wallets, LetterKind.RESET_PAYMENT_PASSWORD)
    wallets.reset_payment_password(token, NEW_PIN)
    refused(WalletStatus.TOKEN_MUST_BE_VALID, wallets.reset_payment_password, token, "111222")
    refused(no_match, wallets.check_payment_password, WALLET, PIN)
    # For a day whoever has the new one can pay little.
    order = Payment(wallet=WALLET, order=11, authorisation=36, operation=hold(WALLET, 5001))
    authorise = wallets.authorise
    cooled = WalletStatus.EXCEEDS_COOLDOWN_LIMIT
    until = refused(cooled, authorise, 36, order.purchase(), NEW_PIN).until
    assert until == wallets.wallet(WALLET).cooldown_until
    assert escrowdb.utc(until) - escrowdb.utc(store.head().timestamp) <= timedelta(days=1)
    store.advance(until)
    authorise(36, order.purchase(), NEW_PIN)
    assert wallets.pay(order).is_applied
