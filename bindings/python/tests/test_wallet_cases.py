"""Wallets: verification, cards, suspense, recovery, codes, the trail, erasing, keys."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from market import (
    ADAM,
    BANK,
    EVE,
    LOGIN,
    MASTER,
    PIN,
    SELLER,
    SUSPENSE,
    USD,
    email,
    hold,
    open_market,
    pay,
    policy,
    profile,
    purchase,
    refused,
    register,
    secret_of,
    top_up,
)

import escrowdb
from escrowdb import (
    Actor,
    ActorKind,
    AuditCommand,
    CardCharge,
    CardPaymentState,
    CardReference,
    CardState,
    Channel,
    Clock,
    Durability,
    Evidence,
    EvidenceKind,
    Leg,
    LetterKind,
    Needs,
    NewWallet,
    Operation,
    Order,
    OrderPart,
    OrderRefused,
    OrderStatus,
    OrderTerms,
    PartCommand,
    Party,
    Payment,
    RecoveryDecision,
    RecoveryState,
    Refunded,
    Resolution,
    Status,
    SuspenseReason,
    Tender,
    TenderKind,
    Terms,
    VerificationReason,
    VerificationState,
    WalletStatus,
)

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
PASSPORT = Evidence.of_scan(EvidenceKind.PASSPORT, b"a scan", reference="scans/17")


@pytest.fixture
def store(path):
    with escrowdb.open(path, clock=Clock.MANUAL, durability=Durability.PROCESS) as store:
        store.advance(START)
        yield store


@pytest.fixture
def wallets(store):
    return open_market(store)


def card(number: int = 1) -> CardReference:
    return CardReference(
        token=f"tok_{number}",
        brand="Visa",
        last_four="4242",
        expiry_year=2030,
        expiry_month=12,
        fingerprint=f"fp_{number}",
    )


def with_card(wallets) -> int:
    wallet = register(wallets)
    wallets.propose_card(wallet, 51, card(), EVE)
    wallets.confirm_card(wallet, 51)
    return wallet


def begin(wallets, wallet: int, amount: int, order: int = 7) -> Payment:
    made = Payment(
        wallet=wallet, order=order, authorisation=100 + order, operation=hold(wallet, amount)
    )
    wallets.authorise_card(100 + order, made.purchase(), PIN)
    instruction = wallets.begin_card_payment(made)
    assert instruction.payment == made.operation.id
    return made


def charge(payment: Payment, amount: int, reference: str = "ch_1") -> CardCharge:
    return CardCharge(
        payment=payment.operation.id,
        reference=reference,
        amount=amount,
        external=BANK,
        suspense=SUSPENSE,
    )


def test_verification(store, wallets) -> None:
    wallet = register(wallets)
    assert wallets.open_verification_of(wallet) is None
    assert wallets.verification(71) is None
    customer = Actor.customer()
    refused(WalletStatus.TIER_MUST_EXIST, wallets.open_verification, 71, wallet, 9, customer)
    wallets.open_verification(71, wallet, 1, customer)
    assert wallets.open_verification_of(wallet) == 71
    refused(WalletStatus.CASE_IS_OPEN, wallets.open_verification, 72, wallet, 1, customer)
    refused(WalletStatus.EVIDENCE_MUST_BE_GIVEN, wallets.submit_evidence, 71, [], customer)
    selfie = Evidence(
        EvidenceKind.SELFIE,
        hash=bytes(range(32)),
        reference="scans/18",
        expires_at=START + timedelta(days=9),
    )
    wallets.submit_evidence(71, [PASSPORT, selfie], customer)
    (case,) = wallets.open_verifications()
    assert case == wallets.verification(71)
    assert (case.id, case.wallet, case.tier) == (71, wallet, 1)
    assert (case.state, case.reason) == (VerificationState.SUBMITTED, None)
    assert case.evidence == (PASSPORT, selfie)
    assert case.as_dict()["evidence"] == [PASSPORT.as_dict(), selfie.as_dict()]
    assert "scans/17" not in repr(case)
    assert wallets.open_verifications(after=71) == []
    early = refused(WalletStatus.CASE_MUST_BE_AT_THIS_STEP, wallets.approve_verification, 71, EVE)
    assert isinstance(early, escrowdb.CaseRefused)
    wallets.review_verification(71, EVE)
    until = START + timedelta(days=30)
    assert wallets.approve_verification(71, EVE, until=until) is VerificationState.APPROVED
    case = wallets.verification(71)
    assert (case.state, case.reviewer) == (VerificationState.APPROVED, "eve")
    # It never outlasts the evidence that it stands on.
    assert escrowdb.utc(case.until) == START + timedelta(days=9)
    assert wallets.wallet(wallet).tier == 1
    assert wallets.needs(purchase(wallet, 10_000_000)) is escrowdb.Needs.PASSWORD
    store.advance(until)
    refused(WalletStatus.NEEDS_TIER, wallets.needs, purchase(wallet, 10_000_000))


def test_verifications_that_come_to_nothing(wallets) -> None:
    wallet = register(wallets)
    wallets.open_verification(71, wallet, 1, Actor.customer())
    wallets.submit_evidence(71, iter([PASSPORT]), Actor.customer())
    wallets.review_verification(71, EVE)
    wallets.refuse_verification(71, VerificationReason.UNREADABLE, EVE)
    case = wallets.verification(71)
    assert case.state is VerificationState.REFUSED
    assert case.reason is VerificationReason.UNREADABLE
    wallets.open_verification(72, wallet, 1, Actor.customer())
    wallets.withdraw_verification(72, Actor.customer())
    assert wallets.verification(72).state is VerificationState.WITHDRAWN
    letters = [letter.kind for letter in wallets.take_letters()]
    assert LetterKind.VERIFICATION_REFUSED in letters


def test_two_members_of_staff_approve(store) -> None:
    def two(policy) -> None:
        policy["verification"]["second_person_from_tier"] = 1

    wallets = open_market(store, policy=policy(two))
    wallet = register(wallets)
    wallets.open_verification(71, wallet, 1, Actor.customer())
    wallets.submit_evidence(71, [PASSPORT], Actor.customer())
    wallets.review_verification(71, EVE)
    assert wallets.approve_verification(71, EVE) is VerificationState.AWAITS_SECOND
    assert wallets.verification(71).first_approver == "eve"
    assert wallets.approve_verification(71, EVE) is VerificationState.AWAITS_SECOND
    alias = Actor.staff("e.v.e", "asked by phone")
    refused(WalletStatus.STAFF_MUST_BE_REGISTERED, wallets.approve_verification, 71, alias)
    assert wallets.approve_verification(71, ADAM) is VerificationState.APPROVED


def test_a_scan_of_somebody_else(wallets) -> None:
    first, second = register(wallets), register(wallets, 2)
    assert wallets.same_scans(71) is None
    for case, wallet in ((71, first), (72, second)):
        wallets.open_verification(case, wallet, 1, Actor.customer())
        wallets.submit_evidence(case, [PASSPORT], Actor.customer())
        wallets.review_verification(case, EVE)
    assert wallets.same_scans(71) == [72]
    assert wallets.same_scans(72) == [71]
    # To approve either takes two members of staff, though the policy asks for one.
    assert wallets.approve_verification(72, EVE) is VerificationState.AWAITS_SECOND
    assert wallets.approve_verification(72, ADAM) is VerificationState.APPROVED
    with pytest.raises(TypeError):
        wallets.same_scans("71")


def test_a_tier_that_is_taken_back(wallets) -> None:
    wallet = register(wallets)
    refused(WalletStatus.TIER_MUST_BE_REACHED, wallets.revoke_tier, wallet, EVE)
    wallets.open_verification(71, wallet, 1, Actor.customer())
    wallets.submit_evidence(71, [PASSPORT], Actor.customer())
    wallets.review_verification(71, EVE)
    wallets.approve_verification(71, EVE)
    assert wallets.wallet(wallet).tier == 1
    refused(WalletStatus.ACTOR_MUST_BE_NAMED, wallets.revoke_tier, wallet, Actor.customer())
    wallets.revoke_tier(wallet, EVE)
    assert wallets.wallet(wallet).tier == 0
    refused(WalletStatus.NEEDS_TIER, wallets.needs, purchase(wallet, 10_000_000))
    revoked = wallets.audit_trail(wallet)[-1]
    assert (revoked.command, revoked.name) == (AuditCommand.REVOKE_TIER, "eve")
    assert LetterKind.TIER_REVOKED in [letter.kind for letter in wallets.take_letters()]
    refused(WalletStatus.WALLET_NOT_FOUND, wallets.revoke_tier, 5, EVE)


def test_cards(wallets) -> None:
    wallet = register(wallets, pin=None)
    assert wallets.cards(wallet) == []
    wallets.propose_card(wallet, 51, card(), EVE)
    refused(WalletStatus.PAYMENT_PASSWORD_MUST_BE_SET, wallets.confirm_card, wallet, 51)
    wallets.create_payment_password(wallet, PIN)
    wallets.confirm_card(wallet, 51)
    wallets.propose_card(wallet, 52, card(2), EVE)
    wallets.confirm_card(wallet, 52)
    wallets.set_default_card(wallet, 52)
    first, second = wallets.cards(wallet)
    assert (first.id, first.state, first.is_default) == (51, CardState.ACTIVE, False)
    assert (second.id, second.is_default, second.last_four) == (52, True, "4242")
    assert (first.reference, second.reference) == (card(1), card(2))
    assert escrowdb.utc(first.valid_until) == datetime(2031, 1, 1, tzinfo=timezone.utc)
    for shown in (first, card()):
        assert "tok_1" not in repr(shown)
        assert "fp_1" not in repr(shown)
    wallets.suspend_card(wallet, 51, EVE)
    assert wallets.cards(wallet)[0].state is CardState.SUSPENDED
    suspended = refused(WalletStatus.CARD_MUST_BE_ACTIVE, wallets.set_default_card, wallet, 51)
    assert isinstance(suspended, escrowdb.CardRefused)
    wallets.resume_card(wallet, 51, EVE)
    wallets.remove_card(wallet, 51, Actor.customer())
    removed = wallets.cards(wallet)[0]
    assert (removed.state, removed.reference) == (CardState.REMOVED, None)
    number = CardReference(
        token="4242424242424242", brand="Visa", last_four="4242", expiry_year=2030,
        expiry_month=12, fingerprint="fp",
    )  # fmt: skip
    refused(
        WalletStatus.TEXT_MUST_NOT_HOLD_A_CARD_NUMBER,
        wallets.propose_card, wallet, 53, number, EVE,
    )  # fmt: skip


def test_a_payment_by_card(store, wallets) -> None:
    wallet = with_card(wallets)
    assert wallets.card_payment(5) is None
    made = Payment(wallet=wallet, order=7, authorisation=31, operation=hold(wallet, 2005))
    until = wallets.authorise_card(31, made.purchase(), PIN, card=51)
    assert escrowdb.utc(until) == START + timedelta(minutes=5)
    for _ in range(2):
        instruction = wallets.begin_card_payment(made, card=51)
        assert (instruction.amount, instruction.ledger) == (2005, 1)
        assert instruction.card == card()
        assert "tok_1" not in repr(instruction)
    payment = made.operation.id
    assert wallets.card_payment(payment) is CardPaymentState.CHARGING
    assert store.hold(payment) is None
    for _ in range(2):
        result = wallets.card_charged(charge(made, 2005))
        assert (result.is_paid, result.reason, result.item) == (True, None, 0)
    assert store.hold(payment).held == 2005
    assert wallets.card_payment(payment) is CardPaymentState.PAID
    part = Operation.refund(payment, amount=5)
    assert wallets.refund_card_payment(payment, part) is Refunded.TO_CARD
    too_much = Operation.refund(payment, amount=5000)
    with pytest.raises(escrowdb.Refused):
        wallets.refund_card_payment(payment, too_much)
    wallets.set_consent(101, "refunds_to_wallet", "1")
    part = Operation.refund(payment, amount=1000)
    assert wallets.refund_card_payment(payment, part) is Refunded.TO_WALLET
    assert wallets.wallet(wallet).refunds_to_wallet
    back = escrowdb.new_id()
    for _ in range(2):
        assert wallets.return_to_card(payment, back, 400) is Refunded.TO_CARD
    assert store.account(wallet + 1000).balances.available == 600
    refused(WalletStatus.EXCEEDS_CARD_PAYMENT, wallets.return_to_card, payment, 5, 601)
    # All the rest, without an amount: first what is held, then nothing.
    assert wallets.refund_card_payment(payment, Operation.refund(payment)) is Refunded.TO_WALLET
    assert store.hold(payment).held == 0
    rest = Operation.refund(payment)
    refused(WalletStatus.EXCEEDS_CARD_PAYMENT, wallets.refund_card_payment, payment, rest)


def test_a_whole_order(store, wallets) -> None:
    """A cart of two sellers: one password, one chain, with what the shop writes down.

    A third part comes from her card.
    """
    wallet = with_card(wallets)
    top_up(wallets, wallet, 10_000)
    order = Order(wallet=wallet, order=7, ledger=USD)
    parts = [
        OrderPart(payee=SELLER, amount=Decimal("60.00"), ledger=USD),
        OrderPart(payee=SUSPENSE, amount=1_000),
        OrderPart(payee=SELLER, amount=500, card=51),
    ]
    terms = OrderTerms(order, parts)
    assert wallets.needs_for_order(terms) is Needs.PASSWORD
    until = wallets.authorise_order(31, terms, PIN)
    assert escrowdb.utc(until) == START + timedelta(minutes=5)
    operations = [
        hold(wallet, 6_000),
        Operation.transfer(
            debit_account=wallet + 1000, credit_account=SUSPENSE, ledger=USD, amount=1_000
        ),
    ]
    changed = OrderTerms(order, [parts[0], OrderPart(payee=SUSPENSE, amount=999), parts[2]])
    assert changed.hash() != terms.hash()
    refused(WalletStatus.AUTHORISATION_MUST_MATCH, wallets.pay_order, changed, 31, operations)
    written = Operation.put("orders", b"A-1", b"paid")
    for status in (Status.APPLIED, Status.EXISTS):
        paid = wallets.pay_order(terms, 31, operations, alongside=[written])
        assert [outcome.status for outcome in paid] == [status] * 3
    assert store.document("orders", b"A-1").value == b"paid"
    assert store.hold(operations[0].id).held == 6_000
    part = hold(wallet, 500)
    begin = wallets.begin_order_card_payment
    refused(WalletStatus.AUTHORISATION_MUST_MATCH, begin, terms, 31, 1, part)
    assert begin(terms, 31, 2, part).amount == 500
    refused(
        WalletStatus.ORDER_MUST_BE_VALID, wallets.authorise_order, 32, OrderTerms(order, []), PIN
    )
    with pytest.raises(TypeError, match="the terms must be OrderTerms"):
        wallets.needs_for_order(order)


def test_an_order_is_paid_from_a_wallet(store, wallets) -> None:
    """Its owner authorises the terms of the order; what is given back comes back to her."""
    wallet = with_card(wallets)
    top_up(wallets, wallet, 10_000)
    with store.orders() as orders:
        orders.register_buyer(900, USD)
        orders.register_seller(901, USD)
        terms = Terms(
            buyer=900,
            ledger=USD,
            policy=orders.keep_policy(escrowdb.order_policy("vinted")),
            legs=[Leg(seller=901, amount=6_000)],
            tenders=[Tender(kind=TenderKind.WALLET, source=wallet + 1000, amount=6_000)],
        )
        orders.place(902, terms)
        with pytest.raises(OrderRefused) as caught:
            orders.tender_came(902, 0, id=1)
        assert caught.value.status is OrderStatus.TENDER_KIND_MUST_FIT
        authorised = orders.wallet_terms(902, 0)
        assert (authorised.order.wallet, authorised.parts[0].amount) == (wallet, 6_000)
        with pytest.raises(OrderRefused, match="refused_by_wallet: authorisation_not_") as caught:
            orders.pay_from_wallet(wallets, 902, 0, authorisation=31, id=1)
        assert caught.value.status is OrderStatus.REFUSED_BY_WALLET
        assert caught.value.wallet_status is WalletStatus.AUTHORISATION_NOT_FOUND
        wallets.authorise_order(31, authorised, PIN)
        for _ in range(2):
            came = orders.pay_from_wallet(wallets, 902, 0, authorisation=31, id=1)
            assert came.is_taken
            assert came.has_paid
        assert store.account(wallet + 1000).balances.available == 4_000
        orders.act(902, 0, Party.SELLER, PartCommand.cancel(), id=2)
        assert store.account(wallet + 1000).balances.available == 10_000
        with pytest.raises(TypeError, match="the wallets must be Wallets"):
            orders.pay_from_wallet(orders, 902, 0, id=3)


def test_a_card_that_was_not_charged(wallets) -> None:
    wallet = with_card(wallets)
    made = begin(wallets, wallet, 2005)
    assert wallets.spending(wallet).day == 2005
    for _ in range(2):
        wallets.card_payment_failed(made.operation.id)
    assert wallets.card_payment(made.operation.id) is CardPaymentState.FAILED
    assert wallets.spending(wallet).day == 0
    refused(WalletStatus.CARD_PAYMENT_NOT_FOUND, wallets.card_payment_failed, 5)


def test_suspense(store, wallets) -> None:
    wallet = with_card(wallets)
    items = []
    for order in (7, 8, 9):
        made = begin(wallets, wallet, 2005, order)
        result = wallets.card_charged(charge(made, 2000 + order, f"ch_{order}"))
        assert (result.is_paid, result.reason) == (False, SuspenseReason.ANOTHER_AMOUNT)
        assert wallets.card_payment(made.operation.id) is CardPaymentState.IN_SUSPENSE
        items.append(result.item)
    open_items = wallets.open_suspense()
    assert [item.id for item in open_items] == items
    assert wallets.open_suspense(1) == open_items[:1]
    assert wallets.open_suspense(after=items[0]) == open_items[1:]
    item = wallets.suspense_item(items[0])
    assert (item.amount, item.wallet, item.resolved_by) == (2007, wallet, 0)
    assert (item.order, item.payee, item.expected) == (7, SELLER, 2005)
    meant = wallets.order_from_suspense(item.id, 41)
    assert (meant.id, meant.kind.name, meant.amount) == (41, "HOLD", 2007)
    through = wallets.purchase_account(101, USD)
    assert (meant.credit_account, meant.debit_account) == (SELLER, through)
    assert wallets.order_from_suspense(5, 41) is None
    assert wallets.suspense_item(5) is None
    assert store.account(SUSPENSE).balances.available == 2007 + 2008 + 2009
    to_wallet = Resolution.to_wallet(escrowdb.new_id())
    for _ in range(2):
        wallets.resolve_suspense(items[0], to_wallet, EVE)
    assert store.account(wallet + 1000).balances.available == 2007
    assert wallets.suspense_item(items[0]).resolved_by == to_wallet.by
    wallets.resolve_suspense(items[1], Resolution.back_to_card(escrowdb.new_id()), EVE)
    order = wallets.order_from_suspense(items[2], escrowdb.new_id())
    wallets.resolve_suspense(items[2], Resolution.to_order(order), EVE)
    assert store.hold(order.id).held == 2009
    assert wallets.open_suspense() == []
    refused(
        WalletStatus.SUSPENSE_ITEM_IS_RESOLVED,
        wallets.resolve_suspense, items[0], Resolution.to_wallet(escrowdb.new_id()), EVE,
    )  # fmt: skip
    with pytest.raises(TypeError):
        wallets.resolve_suspense(items[0], escrowdb.new_id(), EVE)


def test_recovery(store, wallets) -> None:
    wallet = register(wallets)
    top_up(wallets, wallet, 100_000)
    assert wallets.recovery_of(wallet) is None
    wallets.open_recovery(81, wallet, EVE)
    wallets.add_recovery_evidence(81, PASSPORT, EVE)
    (case,) = wallets.open_recoveries()
    assert case == wallets.recovery_case(81) == wallets.recovery_of(wallet)
    assert (case.state, case.opened_by, case.evidence) == (RecoveryState.SUBMITTED, "eve", 1)
    assert wallets.open_recoveries(after=81) == []
    (shown,) = wallets.recovery_evidence(81)
    assert (shown.kind, shown.hash, shown.reference) == (
        EvidenceKind.PASSPORT, PASSPORT.hash, "scans/17",
    )  # fmt: skip
    assert escrowdb.utc(shown.added_at) == START
    wallets.record_disclosure(wallet, EVE, about=81)
    wallets.record_disclosure(101, EVE)
    shown = wallets.audit_trail(wallet)[-1]
    assert (shown.command, shown.about) == (AuditCommand.DISCLOSE, 81)
    assert wallets.audit_trail(101)[-1].command is AuditCommand.DISCLOSE
    refused(WalletStatus.REVIEWER_MUST_BE_ANOTHER, wallets.review_recovery, 81, EVE)
    wallets.review_recovery(81, ADAM)
    wallets.decide_recovery(81, RecoveryDecision.APPROVE, ADAM)
    assert wallets.recovery_case(81).state is RecoveryState.APPROVED
    token = secret_of(wallets, LetterKind.RESET_PAYMENT_PASSWORD)
    wallets.reset_payment_password(token, "582931")
    assert wallets.recovery_case(81).state is RecoveryState.DONE
    refused(WalletStatus.CREDENTIALS_MUST_MATCH, wallets.check_payment_password, wallet, PIN)
    wallets.check_payment_password(wallet, "582931")
    assert escrowdb.utc(wallets.wallet(wallet).cooldown_until) == START + timedelta(days=1)
    cooled = refused(WalletStatus.EXCEEDS_COOLDOWN_LIMIT, wallets.needs, purchase(wallet, 5001))
    assert cooled.until == wallets.wallet(wallet).cooldown_until
    assert isinstance(cooled, escrowdb.LimitRefused)
    wallets.open_recovery(82, wallet, EVE)
    wallets.add_recovery_evidence(82, PASSPORT, EVE)
    wallets.review_recovery(82, ADAM)
    wallets.decide_recovery(82, RecoveryDecision.REFUSE, ADAM)
    assert wallets.recovery_of(wallet).state is RecoveryState.REFUSED


def test_a_recovery_that_awaits_its_second_approval(wallets) -> None:
    hers, his = register(wallets), register(wallets, 2)
    for case, wallet in ((81, his), (82, hers)):
        wallets.open_recovery(case, wallet, EVE)
        wallets.add_recovery_evidence(case, PASSPORT, EVE)
        wallets.review_recovery(case, ADAM)
    assert wallets.recovery_case(82).first_approver == ""
    approve = RecoveryDecision.APPROVE
    refused(WalletStatus.SECOND_PERSON_MUST_AGREE, wallets.decide_recovery, 82, approve, ADAM)
    case = wallets.recovery_case(82)
    assert (case.state, case.first_approver) == (RecoveryState.AWAITS_SECOND, "adam")
    wallets.decide_recovery(82, approve, Actor.staff("bob", "asked for"))
    assert wallets.recovery_case(82).state is RecoveryState.APPROVED


def test_a_recovery_that_the_customer_stops(wallets) -> None:
    wallet = register(wallets)
    wallets.open_recovery(81, wallet, EVE)
    wallets.add_recovery_evidence(81, PASSPORT, EVE)
    wallets.review_recovery(81, ADAM)
    wallets.decide_recovery(81, RecoveryDecision.APPROVE, ADAM)
    token = secret_of(wallets, LetterKind.RESET_PAYMENT_PASSWORD)
    for _ in range(2):
        wallets.stop_recovery(81, Actor.customer())
    assert wallets.recovery_case(81).state is RecoveryState.STOPPED
    assert LetterKind.RECOVERY_STOPPED in [letter.kind for letter in wallets.take_letters()]
    # The link that is in the mailbox is good no more.
    refused(WalletStatus.TOKEN_MUST_BE_VALID, wallets.reset_payment_password, token, "582931")
    wallets.check_payment_password(wallet, PIN)
    wallets.open_recovery(82, wallet, EVE)
    nameless = Actor.staff("eve", "")
    refused(WalletStatus.REASON_MUST_BE_GIVEN, wallets.stop_recovery, 82, nameless)
    assert wallets.recovery_case(82).state is RecoveryState.OPENED
    refused(WalletStatus.CASE_NOT_FOUND, wallets.stop_recovery, 83, EVE)


def test_a_device_that_is_known(wallets) -> None:
    register(wallets)
    for _ in range(5):
        refused(WalletStatus.CREDENTIALS_MUST_MATCH, wallets.log_in, email(1), "wrong")
    refused(WalletStatus.CREDENTIAL_IS_LOCKED, wallets.log_in, email(1), LOGIN)
    # Strangers who guess lock strangers out; her own device goes on.
    with wallets.known_device() as known:
        assert known.log_in(email(1), LOGIN) == 101
        refused(WalletStatus.CREDENTIALS_MUST_MATCH, known.log_in, email(1), "wrong")
    with pytest.raises(escrowdb.ClosedError):
        known.known_device()
    refused(WalletStatus.CREDENTIAL_IS_LOCKED, wallets.log_in, email(1), LOGIN)


def test_security_answers(store) -> None:
    def two(policy) -> None:
        policy["identity"]["credentials"]["security_answers"]["needed"] = 2

    wallets = open_market(store, policy=policy(two))
    wallets.begin_registration(101, email(1), captcha_ok=True)
    wallets.confirm_address(secret_of(wallets, LetterKind.CONFIRM_ADDRESS))
    wallets.set_profile(101, profile())
    wallets.set_login_password(101, LOGIN)
    wallets.set_consent(101, "terms", "1")
    new = NewWallet(1001, account=2001, ledger=1, code=200)
    refused(WalletStatus.SECURITY_ANSWERS_MUST_BE_SET, wallets.submit_registration, 101, new)
    refused(
        WalletStatus.SECURITY_ANSWERS_MUST_BE_SET,
        wallets.set_security_answers, 101, {1: "Rex"},
    )  # fmt: skip
    wallets.set_security_answers(101, {1: "Rex", 2: "Faro"})
    wallets.submit_registration(101, new)
    wallets.check_security_answer(101, 2, "Faro", EVE)
    with pytest.raises(escrowdb.WrongCredentials):
        wallets.check_security_answer(101, 1, "rex", EVE)
    for wrong in ([(1, "Rex")], {1: b"Rex"}, {"1": "Rex"}):
        with pytest.raises(TypeError):
            wallets.set_security_answers(101, wrong)


def test_codes(wallets) -> None:
    register(wallets)
    wallets.take_letters()
    wallets.send_code(101, 5, Channel.PHONE)
    (letter,) = wallets.take_letters()
    assert (letter.kind, letter.channel) == (LetterKind.CODE, Channel.PHONE)
    assert letter.address == "+351 900 000 001"
    code = letter.secret
    assert code not in repr(letter)
    wrong = refused(WalletStatus.CODE_MUST_MATCH, wallets.check_code, 101, 6, code)
    assert isinstance(wrong, escrowdb.CredentialRefused)
    wallets.check_code(101, 5, f"{code[:4]} {code[4:]}")
    refused(WalletStatus.CODE_MUST_MATCH, wallets.check_code, 101, 5, code)
    refused(WalletStatus.TOO_SOON, wallets.send_code, 101, 5, Channel.EMAIL)


def test_the_trail(wallets) -> None:
    wallet = register(wallets)
    wallets.freeze_wallet(wallet, EVE)
    trail = wallets.audit_trail(wallet)
    last = trail[-1]
    assert (last.command, last.actor) == (AuditCommand.FREEZE_WALLET, ActorKind.STAFF)
    assert (last.name, last.reason, last.subject) == ("eve", "asked by phone", wallet)
    assert escrowdb.utc(last.at) == START
    assert wallets.audit_trail(wallet, 1) == trail[:1]
    assert wallets.audit_trail(wallet, after=trail[0].id) == trail[1:]
    assert wallets.audit_trail(5) == []


def test_erasing(store, wallets) -> None:
    wallet = register(wallets)
    refused(WalletStatus.WALLETS_MUST_BE_CLOSED, wallets.erase_person, 101, EVE)
    wallets.freeze_wallet(wallet, EVE)
    wallets.close_wallet(wallet, EVE)
    kept = refused(WalletStatus.RETENTION_FORBIDS, wallets.erase_person, 101, EVE)
    assert escrowdb.utc(kept.until) == START + timedelta(days=5 * 365)
    assert isinstance(kept, escrowdb.ClosingRefused)
    soon, adam = START + timedelta(days=1), Actor.staff("adam", "asked as well")
    refused(WalletStatus.SECOND_PERSON_MUST_AGREE, wallets.set_retention, 101, soon, EVE)
    wallets.set_retention(101, soon, adam)
    wallets.set_legal_hold(101, True, EVE)
    refused(WalletStatus.LEGAL_HOLD_FORBIDS, wallets.erase_person, 101, EVE)
    refused(WalletStatus.SECOND_PERSON_MUST_AGREE, wallets.set_legal_hold, 101, False, EVE)
    wallets.set_legal_hold(101, False, adam)
    store.advance(START + timedelta(days=2))
    refused(WalletStatus.SECOND_PERSON_MUST_AGREE, wallets.erase_person, 101, EVE)
    wallets.erase_person(101, adam)
    refused(WalletStatus.PERSON_NOT_FOUND, wallets.notes_on, 101)
    with pytest.raises(TypeError):
        wallets.set_legal_hold(101, 1, EVE)


def test_keys(path) -> None:
    new = bytes(range(1, 33))
    with escrowdb.open(path) as store:
        with open_market(store) as wallets:
            register(wallets, 1)
            register(wallets, 2)
            wallets.add_master_key(new, EVE)
            with pytest.raises(ValueError, match="a master key has 32 bytes, not 3"):
                wallets.add_master_key(b"new", EVE)
            refused(WalletStatus.ACTOR_MUST_BE_NAMED, wallets.add_master_key, new, Actor.customer())
            with pytest.raises(escrowdb.InvalidArgumentError, match="decide for one of them first"):
                wallets.add_master_key(bytes([9]) * 32, EVE)
            with pytest.raises(escrowdb.WrongMasterKeyError):
                wallets.keep_master_key(bytes([9]) * 32, EVE)
        for key in (MASTER, new):
            open_market(store, master_key=key).close()
        with open_market(store, master_key=new) as wallets:
            wallets.keep_master_key(new, EVE)
            assert wallets.rotate_key_encryption_key(Actor.system()) == 2
            wallets.begin_index_rotation(EVE)
            first = wallets.reindex(EVE, 1)
            assert first in (101, 102)
            with pytest.raises(escrowdb.InvalidArgumentError):
                wallets.end_index_rotation(EVE)
            last = first
            while last is not None:
                last = wallets.reindex(EVE, after=last)
            wallets.end_index_rotation(EVE)
            assert wallets.log_in(email(2), LOGIN) == 102
            commands = [entry.command for entry in wallets.audit_trail(0)]
            added = commands.index(AuditCommand.ADD_MASTER_KEY)
            assert commands[added + 1] == AuditCommand.KEEP_MASTER_KEY
        with pytest.raises(escrowdb.WrongMasterKeyError):
            open_market(store)


def test_redeeming(store) -> None:
    def allowed(policy) -> None:
        policy["redemption"]["allowed"] = True
        for tier in policy["tiers"]:
            tier["operations"].append("redeem")

    wallets = open_market(store, policy=policy(allowed))
    wallet = register(wallets)
    top_up(wallets, wallet, 1000)
    transfer = Operation.transfer(
        debit_account=wallet + 1000, credit_account=SELLER, ledger=1, amount=300
    )
    made = Payment(wallet=wallet, order=wallet, authorisation=31, operation=transfer)
    wallets.authorise(31, made.purchase(), PIN)
    assert wallets.redeem(made).is_applied
    assert store.account(SELLER).balances.available == 300
    made = pay(wallets, wallet, 100, by=32)
    assert store.hold(made.operation.id).held == 100


def test_every_method_is_tried() -> None:
    """Whoever adds a method to wallets calls it in a test."""
    folder = Path(__file__).parent
    tests = "".join(path.read_text(encoding="utf-8") for path in folder.glob("test_*.py"))
    tests += (folder / "market.py").read_text(encoding="utf-8")
    names = [name for name in dir(escrowdb.Wallets) if not name.startswith("_")]
    assert len(names) > 80
    assert [name for name in names if not re.search(rf"\.{name}\b", tests)] == []
