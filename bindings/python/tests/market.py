"""A market with wallets: its policy, its customers, and what tests do to them again and again."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

import escrowdb
from escrowdb import (
    Account,
    AccountFlags,
    Actor,
    DocumentKind,
    Ledger,
    LetterKind,
    NewWallet,
    Operation,
    Payment,
    Profile,
    Purchase,
    Refused,
    StaffRoles,
    Store,
    Wallets,
    WalletStatus,
)

USD = Ledger.iso(1, "USD")
BANK, SELLER, SUSPENSE = 1, 2, 3
LOGIN = "correct horse battery staple"
PIN = "739154"
MASTER = bytes(range(32))
EVE = Actor.staff("eve", "asked by phone")
ADAM = Actor.staff("adam", "looked at it too")
OLGA = Actor.staff("olga", "runs the wallets")
OTTO = Actor.staff("otto", "runs them, too")
ALL_ROLES = StaffRoles.SUPPORT | StaffRoles.REVIEWER | StaffRoles.APPROVER | StaffRoles.OPERATOR


def policy(change: Callable[[dict[str, Any]], None] = lambda _policy: None) -> dict[str, Any]:
    """Gives the policy of the article, with the cheapest hashes that may be."""
    made = copy.deepcopy(escrowdb.wallet_policy("article"))
    made["identity"]["credentials"]["hash"] = {"memory_kib": 19456, "passes": 2, "lanes": 1}
    # Two hashes less for each customer; `test_wallets.py` has the questions.
    made["identity"]["credentials"]["security_answers"]["needed"] = 0
    change(made)
    return made


def create_market(store: Store) -> None:
    """Registers the ledger, the bank, a seller and the account for money in suspense."""
    accounts = [
        Account(BANK, ledger=USD, code=100, flags=AccountFlags.EXTERNAL),
        Account(SELLER, ledger=USD, code=300),
        Account(SUSPENSE, ledger=USD, code=900),
    ]
    for outcome in store.create_ledgers([USD]) + store.create_accounts(accounts):
        outcome.check()


def open_market(store: Store, **options: Any) -> Wallets:
    """Opens the wallets of the market."""
    create_market(store)
    opened = {"master_key": MASTER, "policy": policy(), "first_operator": "olga", **options}
    wallets = store.wallets(**opened)
    hire(wallets)
    return wallets


def hire(wallets: Wallets) -> None:
    """Registers the staff of the market, unless they are: two operators, and clerks for all."""
    if wallets.staff_member("otto") is not None:
        return
    wallets.register_staff("otto", StaffRoles.OPERATOR, OLGA)
    for name in ["eve", "adam", "bob"]:
        with pytest.raises(Refused) as refused:
            wallets.register_staff(name, ALL_ROLES, OLGA)
        assert refused.value.status is WalletStatus.SECOND_PERSON_MUST_AGREE
        wallets.register_staff(name, ALL_ROLES, OTTO)


def profile(number: int = 1, birth_date: str = "") -> Profile:
    """Gives who a customer is."""
    return Profile(
        name="Alice Example",
        citizenship="PT",
        document_kind=DocumentKind.PASSPORT,
        document_country="PT",
        document_number=f"X-{number:06}",
        postal_address="1 Long Road\nLisbon",
        phone="+351 900 000 001",
        birth_date=birth_date,
    )


def email(number: int) -> str:
    """Gives the address of a customer."""
    return f"alice{number}@example.org"


def secret_of(wallets: Wallets, kind: LetterKind) -> str:
    """Takes the letters that wait, and gives the secret of the last one of a kind."""
    secrets = []
    for letter in wallets.take_letters():
        wallets.report_letter(letter, escrowdb.LetterFate.DELIVERED)
        if letter.kind == kind:
            secrets.append(letter.secret)
    return secrets[-1]


def register(wallets: Wallets, number: int = 1, pin: str | None = PIN) -> int:
    """Registers a customer; gives the wallet, whose account is a thousand more."""
    person, wallet = 100 + number, 1000 + number
    wallets.begin_registration(person, email(number), captcha_ok=True)
    token = secret_of(wallets, LetterKind.CONFIRM_ADDRESS)
    assert wallets.confirm_address(token) == person
    wallets.set_profile(person, profile(number))
    wallets.set_login_password(person, LOGIN)
    wallets.set_consent(person, "terms", "1")
    wallets.submit_registration(
        person, NewWallet(wallet, account=wallet + 1000, ledger=USD, code=200)
    )
    if pin is not None:
        wallets.create_payment_password(wallet, pin)
    return wallet


def top_up(wallets: Wallets, wallet: int, amount: int) -> None:
    """Puts money into a wallet."""
    transfer = Operation.transfer(
        debit_account=BANK, credit_account=wallet + 1000, ledger=USD, amount=amount
    )
    assert wallets.top_up(wallet, transfer).check().amount == amount


def hold(wallet: int, amount: int, **common: Any) -> Operation:
    """Gives a hold from a wallet's account for the seller."""
    return Operation.hold(payer=wallet + 1000, payee=SELLER, ledger=USD, amount=amount, **common)


def payment(wallet: int, amount: int, *, order: int = 7, by: int = 31) -> Payment:
    """Gives a payment that an authorisation may allow."""
    return Payment(wallet=wallet, order=order, authorisation=by, operation=hold(wallet, amount))


def pay(wallets: Wallets, wallet: int, amount: int, *, order: int = 7, by: int = 31) -> Payment:
    """Authorises a payment and makes it."""
    made = payment(wallet, amount, order=order, by=by)
    wallets.authorise(by, made.purchase(), PIN)
    assert wallets.pay(made).is_applied
    return made


def purchase(wallet: int, amount: int, order: int = 7) -> Purchase:
    """Gives what is to be paid."""
    return Purchase(wallet=wallet, order=order, payee=SELLER, amount=amount, ledger=USD)


def refused(status: WalletStatus, function: Callable[..., Any], *args: Any, **more: Any) -> Refused:
    """Expects just this refusal, and gives it."""
    with pytest.raises(Refused) as caught:
        function(*args, **more)
    assert caught.value.status == status, caught.value
    assert type(caught.value) is type(Refused.of(status))
    return caught.value
