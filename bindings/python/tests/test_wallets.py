"""The story of a customer, told by the wallets' methods."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta, timezone

import pytest
from market import (
    EVE,
    LOGIN,
    PIN,
    SELLER,
    email,
    hold,
    open_market,
    payment,
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
    Clock,
    Durability,
    Evidence,
    EvidenceKind,
    LetterFate,
    LetterKind,
    LetterState,
    Needs,
    NewWallet,
    Operation,
    Payment,
    Refused,
    Status,
    WalletState,
    WalletStatus,
)

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@pytest.fixture
def store(path):
    with escrowdb.open(path, clock=Clock.MANUAL, durability=Durability.PROCESS) as store:
        store.advance(START)
        yield store


@pytest.fixture
def wallets(store):
    return open_market(store)


def test_registration(store, wallets) -> None:
    wallets.begin_registration(101, email(1), captcha_ok=True)
    refused(WalletStatus.ADDRESS_MUST_BE_CONFIRMED, wallets.set_profile, 101, profile())
    soon = refused(WalletStatus.TOO_SOON, wallets.resend_confirmation, 101)
    assert escrowdb.utc(soon.until) - START == timedelta(minutes=1)
    store.advance(soon.until)
    wallets.correct_address(101, email(1))
    token = secret_of(wallets, LetterKind.CONFIRM_ADDRESS)
    refused(WalletStatus.TOKEN_MUST_BE_VALID, wallets.confirm_address, "A" * len(token))
    assert wallets.confirm_address(token) == 101
    new = NewWallet(1001, account=2001, ledger=1, code=200)
    refused(WalletStatus.PROFILE_MUST_BE_SET, wallets.submit_registration, 101, new)
    wallets.set_profile(101, profile())
    refused(WalletStatus.PASSWORD_MUST_BE_SET, wallets.submit_registration, 101, new)
    refused(WalletStatus.PASSWORD_TOO_SHORT, wallets.set_login_password, 101, "short one")
    wallets.set_login_password(101, "short one", has_second_factor=True)
    wallets.set_login_password(101, LOGIN)
    refused(WalletStatus.CONSENT_MUST_BE_GIVEN, wallets.submit_registration, 101, new)
    wallets.set_consent(101, "terms", "1")
    for _ in range(2):
        wallets.submit_registration(101, new)
    assert wallets.wallets_of(101) == [1001]
    assert wallets.wallets_of(5) == []
    view = wallets.wallet(1001)
    assert (view.person, view.account, view.ledger, view.tier) == (101, 2001, 1, 0)
    assert view.state is WalletState.ACTIVE
    assert not view.has_payment_password
    assert wallets.wallet(5) is None
    assert store.account(2001).flags & escrowdb.AccountFlags.SPEND_ONLY


def test_login(store, wallets) -> None:
    register(wallets)
    assert wallets.log_in(email(1).upper(), LOGIN) == 101
    for address, password in ((email(1), "wrong"), ("nobody@example.org", LOGIN)):
        with pytest.raises(escrowdb.WrongCredentials):
            wallets.log_in(address, password)
    wallets.change_login_password(101, LOGIN, LOGIN + "!")
    assert wallets.log_in(email(1), LOGIN + "!") == 101
    wallets.send_login_reset("nobody@example.org", "192.0.2.7")
    wallets.send_login_reset(email(1), "192.0.2.7")
    token = secret_of(wallets, LetterKind.RESET_LOGIN_PASSWORD)
    wallets.reset_login_password(token, LOGIN)
    refused(WalletStatus.TOKEN_MUST_BE_VALID, wallets.reset_login_password, token, LOGIN)
    for _ in range(5):
        refused(WalletStatus.CREDENTIALS_MUST_MATCH, wallets.log_in, email(1), "wrong")
    with pytest.raises(escrowdb.CredentialIsLocked) as locked:
        wallets.log_in(email(1), LOGIN)
    store.advance(locked.value.until)
    assert wallets.log_in(email(1), LOGIN) == 101


def test_letters(store, wallets) -> None:
    wallets.begin_registration(101, email(1), captcha_ok=True)
    (letter,) = wallets.take_letters(10)
    assert letter.kind is LetterKind.CONFIRM_ADDRESS
    assert letter.address == email(1)
    assert (letter.person, letter.attempts, letter.channel.name) == (101, 1, "EMAIL")
    assert letter.secret
    assert wallets.take_letters() == []
    wallets.report_letter(letter, LetterFate.FAILED)
    status = wallets.letters_of(101)[0]
    assert status.state is LetterState.QUEUED
    assert wallets.waiting_letters() == [status]
    assert wallets.waiting_letters(after=status) == []
    store.advance(status.due)
    (again,) = wallets.take_letters()
    assert (again.id, again.secret, again.attempts) == (letter.id, letter.secret, 2)
    wallets.report_letter(letter.id, LetterFate.BOUNCED, EVE)
    assert wallets.letters_of(101)[0].state is LetterState.BOUNCED
    wallets.retry_letter((letter.person, letter.letter), EVE)
    assert wallets.take_letters()[0].id == letter.id
    refused(WalletStatus.LETTER_NOT_FOUND, wallets.retry_letter, (101, 5), EVE)


def test_damaged_key(path, wallets) -> None:
    """Who was frozen while the key was damaged was not told, and could not be looked at."""
    register(wallets)
    for letter in wallets.take_letters():
        wallets.report_letter(letter, LetterFate.DELIVERED)
    wallets.leave_note(101, "asked for her balance", EVE)
    assert not wallets.wallet(1001).key_is_damaged

    def flip() -> None:
        keys = path / "KEYS"
        whole = bytearray(keys.read_bytes())
        whole[8_192 + 40] ^= 1
        with keys.open("r+b") as file:
            file.write(whole)

    flip()
    assert wallets.wallet(1001).key_is_damaged
    (note,) = wallets.notes_on(101)
    assert (note.author, note.text) == ("eve", "")
    wallets.freeze_wallet(1001, EVE)
    assert wallets.take_letters() == []
    states = [one.state for one in wallets.letters_of(101) if one.kind is LetterKind.WALLET_FROZEN]
    assert states == [LetterState.AWAITS_KEY] * 2
    wallets.unfreeze_wallet(1001, EVE)
    wallets.open_recovery(301, 1001, EVE)
    scan = Evidence(kind=EvidenceKind.PASSPORT, hash=bytes(32), reference="scans/1")
    refused(WalletStatus.DATA_IS_DAMAGED, wallets.add_recovery_evidence, 301, scan, EVE)

    flip()
    for one in wallets.waiting_letters():
        wallets.retry_letter(one.id, EVE)
    letters = [one for one in wallets.take_letters() if one.kind is LetterKind.WALLET_FROZEN]
    assert sorted(one.address for one in letters) == sorted([profile().phone, email(1)])
    assert not wallets.wallet(1001).key_is_damaged


def test_support(wallets) -> None:
    register(wallets)
    wallets.leave_note(101, "called, was friendly", EVE)
    (note,) = wallets.notes_on(101)
    assert (note.author, note.text) == ("eve", "called, was friendly")
    assert escrowdb.utc(note.at) == START
    refused(WalletStatus.PERSON_NOT_FOUND, wallets.notes_on, 5)
    frozen = refused(WalletStatus.WALLET_IS_NOT_FROZEN, wallets.unfreeze_wallet, 1001, EVE)
    assert isinstance(frozen, escrowdb.ClosingRefused)
    wallets.freeze_wallet(1001, EVE)
    assert wallets.wallet(1001).state is WalletState.FROZEN
    refused(WalletStatus.WALLET_MUST_BE_ACTIVE, wallets.needs, purchase(1001, 5))
    wallets.unfreeze_wallet(1001, EVE)
    wallets.freeze_wallet(1001, EVE)
    wallets.close_wallet(1001, EVE)
    assert wallets.wallet(1001).state is WalletState.CLOSED


def test_payment_passwords(store, wallets) -> None:
    wallet = register(wallets, pin=None)
    assert wallets.payment_password_failures(wallet) is None
    refused(WalletStatus.PASSWORD_TOO_SHORT, wallets.create_payment_password, wallet, "7391")
    refused(WalletStatus.PASSWORD_TOO_COMMON, wallets.create_payment_password, wallet, "123456")
    refused(WalletStatus.PASSWORDS_MUST_DIFFER, wallets.create_payment_password, wallet, LOGIN)
    wallets.create_payment_password(wallet, PIN)
    wallets.check_payment_password(wallet, PIN)
    wallets.change_payment_password(wallet, PIN, "847261")
    for _ in range(5):
        refused(WalletStatus.CREDENTIALS_MUST_MATCH, wallets.check_payment_password, wallet, PIN)
    failures = wallets.payment_password_failures(wallet)
    assert failures.failures == 5
    assert escrowdb.utc(failures.locked_until) == START + timedelta(minutes=15)
    assert not failures.is_locked_for_good
    locked = refused(
        WalletStatus.CREDENTIAL_IS_LOCKED, wallets.authorise, 31, purchase(wallet, 5), PIN
    )
    assert locked.until == failures.locked_until


def test_payments(store, wallets) -> None:
    wallet = register(wallets)
    top_up(wallets, wallet, 50_000)
    order = purchase(wallet, 2005)
    assert wallets.needs(order) is Needs.PASSWORD
    made = payment(wallet, 2005)
    refused(WalletStatus.AUTHORISATION_NOT_FOUND, wallets.pay, made)
    until = wallets.authorise(31, order, PIN)
    assert escrowdb.utc(until) == START + timedelta(minutes=5)
    assert wallets.spending(wallet).authorisations == 1
    other = payment(wallet, 2006)
    refused(WalletStatus.AUTHORISATION_MUST_MATCH, wallets.pay, other)
    paid = wallets.pay(made)
    assert (paid.status, paid.amount, paid.held) == (Status.APPLIED, 2005, 2005)
    again = wallets.pay(made)
    assert (again.status, again.is_done) == (Status.EXISTS, True)
    assert store.hold(made.operation.id).held == 2005
    spending = wallets.spending(wallet)
    assert (spending.day, spending.month, spending.lifetime) == (2005, 2005, 2005)
    assert wallets.spending(5) is None
    store.submit([Operation.release(made.operation.id)])[0].check()
    assert store.account(SELLER).balances.available == 2005
    unauthorised = Payment(wallet=wallet, order=7, operation=hold(wallet, 5))
    refused(WalletStatus.PAYMENT_PASSWORD_IS_NEEDED, wallets.pay, unauthorised)
    refused(WalletStatus.REDEMPTION_IS_OFF, wallets.redeem, payment(wallet, 5))


def test_a_higher_tier_is_needed(wallets) -> None:
    wallet = register(wallets)
    top_up(wallets, wallet, 50_000)
    with pytest.raises(escrowdb.NeedsTier) as needs:
        wallets.needs(purchase(wallet, 20_001))
    assert (needs.value.tier, needs.value.until) == (1, 0)
    assert str(needs.value) == "needs_tier: tier 1 would allow it"


def test_the_ledger_refuses(wallets) -> None:
    wallet = register(wallets)
    wallets.authorise(31, purchase(wallet, 5), PIN)
    attempt = payment(wallet, 5)
    with pytest.raises(escrowdb.LedgerRefused) as refusal:
        wallets.pay(attempt)
    first = (refusal.value.ledger_status, refusal.value.ledger_first_status)
    assert first == (Status.EXCEEDS_CREDITS, Status.EXCEEDS_CREDITS)
    assert str(refusal.value) == "refused_by_ledger: exceeds_credits"

    # Sent again it says why it failed the first time, alone and among others.
    with pytest.raises(escrowdb.LedgerRefused) as refusal:
        wallets.pay(attempt)
    for again in (refusal.value, *wallets.pay_many([attempt])):
        assert isinstance(again, escrowdb.LedgerRefused)
        said = (again.ledger_status, again.ledger_first_status)
        assert said == (Status.ID_ALREADY_FAILED, Status.EXCEEDS_CREDITS)
        text = "refused_by_ledger: id_already_failed: the first time it was exceeds_credits"
        assert str(again) == text
        assert pickle.loads(pickle.dumps(again)) == again != refusal.value.of(again.status)

    # The authorisation is still good, for another attempt.
    top_up(wallets, wallet, 50_000)
    assert wallets.pay(payment(wallet, 5)).is_applied


def test_many_payments(wallets) -> None:
    first, second = register(wallets, 1), register(wallets, 2)
    top_up(wallets, first, 1000)
    top_up(wallets, second, 1000)
    assert wallets.pay_many([]) == []
    for number in range(4):
        wallet = (first, second)[number % 2]
        wallets.authorise(31 + number, purchase(wallet, 10 + number), PIN)
    payments = [payment((first, second)[at % 2], 10 + at, by=31 + at) for at in range(5)]
    answers = wallets.pay_many(payments)
    assert [answer.amount for answer in answers[:4]] == [10, 11, 12, 13]
    missing = answers[4]
    assert isinstance(missing, Refused)
    assert missing.status is WalletStatus.AUTHORISATION_NOT_FOUND
    repeated = wallets.pay_many(payments[:2])
    assert [answer.status for answer in repeated] == [Status.EXISTS] * 2
    with pytest.raises(escrowdb.LimitExceededError):
        wallets.pay_many(payments[:1] * (escrowdb.PAYMENTS_MAX + 1))


def test_upkeep_and_what_wallets_say_of_themselves(store, wallets) -> None:
    wallets.begin_registration(101, email(1), captcha_ok=True)
    store.advance(START + timedelta(days=8))
    assert wallets.upkeep().registrations == 1
    assert wallets.policy() == policy()
    before = wallets.password_hashes()
    refused(WalletStatus.CREDENTIALS_MUST_MATCH, wallets.log_in, email(1), LOGIN)
    assert wallets.password_hashes() > before
