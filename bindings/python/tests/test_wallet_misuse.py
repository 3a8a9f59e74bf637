"""Wallets and what goes wrong around them: wrong types, keys, callbacks, kills, and secrets."""

from __future__ import annotations

import copy
import gc
import json
import os
import pickle
import re
import signal
import subprocess
import sys
import textwrap
import traceback
from collections.abc import Iterable
from pathlib import Path

import pytest
from market import (
    ADAM,
    BANK,
    EVE,
    LOGIN,
    MASTER,
    PIN,
    USD,
    email,
    hold,
    open_market,
    payment,
    policy,
    profile,
    purchase,
    refused,
    register,
    top_up,
)

import escrowdb
from escrowdb import (
    Actor,
    Clock,
    Durability,
    KeyWrapper,
    LetterFate,
    NewWallet,
    Operation,
    Payment,
    Purchase,
    Refused,
    Status,
    WalletStatus,
)

HERE = Path(__file__).parent
TOKEN = "a token that must not be shown"


@pytest.fixture
def store(path):
    with escrowdb.open(path, clock=Clock.MANUAL, durability=Durability.PROCESS) as store:
        store.advance(10**18)
        yield store


@pytest.fixture
def wallets(store):
    return open_market(store)


class KeyService:
    """Wraps keys by a number, and fails when it is told to."""

    def __init__(self, number: int = 1) -> None:
        self.number = number
        self.fails: BaseException | None = None
        self.calls: list[str] = []

    def wrap(self, key: bytes) -> bytes:
        self.calls.append("wrap")
        if self.fails:
            raise self.fails
        return bytes([self.number]) + bytes(byte ^ self.number for byte in key)

    def unwrap(self, wrapped: bytes) -> bytes | None:
        self.calls.append("unwrap")
        if self.fails:
            raise self.fails
        if wrapped[0] != self.number:
            return None
        return bytes(byte ^ self.number for byte in wrapped[1:])


def test_every_function_of_the_header_has_its_method() -> None:
    header = (HERE / "../../../include/escrowdb.h").read_text()
    functions = re.findall(
        r"^(?:escrow_status|const char \*|void) ?(escrow_\w+)\(",
        header[header.index("---- Wallets ") :],
        re.MULTILINE,
    )
    sources = "".join(path.read_text() for path in (HERE / "../src/escrowdb").rglob("*.py"))
    used = set(re.findall(r"lib\.(escrow_\w+)", sources))
    assert len(functions) > 40
    assert set(functions) - used == set()


@pytest.mark.parametrize("status", [each for each in WalletStatus if each >= 1000])
def test_every_refusal_has_a_class_of_its_band(status) -> None:
    refusal = Refused.of(status, until=5, tier=1)
    assert type(refusal) is not Refused
    assert refusal.status is status
    assert refusal.name == status.name.lower()
    assert refusal.code is escrowdb.ErrorCode.OK
    for same in (pickle.loads(pickle.dumps(refusal)), copy.copy(refusal)):
        assert same == refusal
        assert type(same) is type(refusal)
        assert (same.until, same.tier, same.ledger_status) == (5, 1, Status.APPLIED)
    with pytest.raises(escrowdb.Error):
        raise refusal


def test_a_refusal_of_a_later_version_is_one_too() -> None:
    for number in (1299, 5000):
        refusal = Refused.of(number)
        assert isinstance(refusal, Refused)
        assert refusal.status == number


def test_wrong_types_are_told_before_anything_happens(wallets) -> None:
    register(wallets)
    good = payment(1001, 5)
    wrong: list[tuple] = [
        (wallets.begin_registration, (101.0, email(2)), {}),
        (wallets.begin_registration, (101, b"alice@example.org"), {}),
        (wallets.begin_registration, (101, email(2)), {"captcha_ok": 1}),
        (wallets.confirm_address, (None,), {}),
        (wallets.set_profile, (101, {"name": "Alice"}), {}),
        (wallets.submit_registration, (101, (1, 2)), {}),
        (wallets.leave_note, (101, "a note", "eve"), {}),
        (wallets.freeze_wallet, (1001, None), {}),
        (wallets.take_letters, (1.5,), {}),
        (wallets.report_letter, (5, LetterFate.DELIVERED), {}),
        (wallets.report_letter, ((5, 6), "delivered"), {}),
        (wallets.waiting_letters, (5,), {"after": 7}),
        (wallets.check_payment_password, (1001, 739154), {}),
        (wallets.authorise, (31, good, PIN), {}),
        (wallets.authorise, (31, good.purchase(), PIN), {"second_factor": "no"}),
        (wallets.pay, (good.operation,), {}),
        (wallets.pay_many, ([good, None],), {}),
        (wallets.top_up, (1001, good), {}),
        (Purchase, (), {"wallet": 1, "order": 2, "payee": 3, "amount": 1.5, "ledger": 1}),
        (Payment, (), {"wallet": 1, "order": 2, "operation": good}),
        (NewWallet, (1,), {"account": 2, "ledger": "USD", "code": 1}),
        (Actor.staff, ("eve", None), {}),
    ]
    for function, arguments, more in wrong:
        with pytest.raises(TypeError):
            function(*arguments, **more)
    with pytest.raises(ValueError, match="document"):
        wallets.top_up(1001, Operation.put("s", b"k", b"v"))


def test_options_are_checked(store) -> None:
    whole = {"master_key": MASTER, "policy": policy()}
    cases: list[tuple] = [
        ({"master_key": "a" * 32}, TypeError, "a master key must be bytes, not str"),
        ({"master_key": MASTER[1:]}, ValueError, "a master key has 32 bytes, not 31"),
        ({"pepper": b"pepper"}, ValueError, "a pepper has 32 bytes, not 6"),
        ({"policy": 5}, TypeError, "a policy must be str or dict, not int"),
        ({"policy": "mine"}, escrowdb.InvalidArgumentError, "polic"),
        ({"policy": "{"}, escrowdb.InvalidArgumentError, "polic"),
        ({"policy": {**policy(), "limit": 5}}, escrowdb.InvalidArgumentError, "limit"),
        ({"is_blocked": ["password"]}, TypeError, "is_blocked must be a function"),
        ({"hashes_in_parallel": -1}, OverflowError, "hashes"),
    ]
    for change, error, match in cases:
        with pytest.raises(error, match=match):
            store.wallets(**{**whole, **change})
    with pytest.raises(TypeError):
        store.wallets()
    opened = store.wallets(**{**whole, "policy": json.dumps(policy())})
    with pytest.raises(escrowdb.InvalidArgumentError, match="open"):
        store.wallets(**whole)
    opened.close()
    with store.wallets(**{**whole, "policy": "article", "hashes_in_parallel": 1}) as again:
        assert again.policy() == escrowdb.wallet_policy("article")
    assert again.is_closed


def test_closed_wallets_say_so(store, wallets) -> None:
    assert repr(wallets) == "<escrowdb.Wallets open>"
    store.close()
    assert wallets.is_closed
    assert repr(wallets) == "<escrowdb.Wallets closed>"
    for method in (wallets.upkeep, wallets.policy, wallets.password_hashes, wallets.take_letters):
        with pytest.raises(escrowdb.ClosedError):
            method()
    wallets.close()


def test_wallets_keep_their_store(path) -> None:
    wallets = open_market(escrowdb.open(path))
    gc.collect()
    assert wallets.upkeep().letters == 0
    wallets._store.close()


def test_another_master_key_is_refused(path) -> None:
    with escrowdb.open(path) as store, open_market(store) as wallets:
        register(wallets)
    with escrowdb.open(path) as store:
        for other in (bytes(32), KeyService()):
            with pytest.raises(escrowdb.Error) as wrong:
                open_market(store, master_key=other)
            assert isinstance(wrong.value, escrowdb.WrongMasterKeyError)
        with open_market(store, master_key=bytearray(MASTER)) as wallets:
            assert wallets.log_in(email(1), LOGIN) == 101


def test_another_pepper_is_noticed(path) -> None:
    with escrowdb.open(path) as store:
        with open_market(store, pepper=bytes(32)) as wallets:
            register(wallets)
            wallets.check_payment_password(1001, PIN)
        for other in (None, bytes([1] * 32)):
            with pytest.raises(escrowdb.WrongPepperError):
                open_market(store, pepper=other)
        with open_market(store, pepper=bytes(32)) as wallets:
            wallets.check_payment_password(1001, PIN)
        with open_market(store, replaces_pepper=True) as wallets:
            assert wallets.audit_trail(0)[-1].command == escrowdb.AuditCommand.CHANGE_PEPPER
            refused(WalletStatus.CREDENTIALS_MUST_MATCH, wallets.check_payment_password, 1001, PIN)


def test_a_key_service_wraps_the_keys(path) -> None:
    service = KeyService()
    assert isinstance(service, KeyWrapper)
    with escrowdb.open(path) as store, open_market(store, master_key=service) as wallets:
        register(wallets)
        assert "wrap" in service.calls
    service.calls.clear()
    with escrowdb.open(path) as store:
        with open_market(store, master_key=service) as wallets:
            assert wallets.log_in(email(1), LOGIN) == 101
        assert "unwrap" in service.calls
        with pytest.raises(escrowdb.WrongMasterKeyError):
            open_market(store, master_key=KeyService(2))


class Broken(KeyService):
    """Gives what is no key."""

    def __init__(self, wrapped: object, key: object) -> None:
        super().__init__()
        self.wrapped, self.key = wrapped, key

    def wrap(self, key: bytes) -> bytes:
        return self.wrapped if self.wrapped is not None else super().wrap(key)

    def unwrap(self, _wrapped: bytes) -> bytes | None:
        return self.key


class Stop(BaseException):
    """No `Exception`: as `KeyboardInterrupt` is none."""


@pytest.mark.parametrize("error", [OSError("no key service"), Stop("now")])
def test_what_a_key_service_raises_is_raised(path, error, capfd) -> None:
    service = KeyService()
    service.fails = error
    with escrowdb.open(path) as store:
        for _ in range(2):
            with pytest.raises(type(error)) as caught:
                open_market(store, master_key=service)
            assert caught.value is error
        service.fails = None
        with open_market(store, master_key=service) as wallets:
            register(wallets)
        service.fails = error
        with pytest.raises(type(error)):
            open_market(store, master_key=service)
        service.fails = None
        with open_market(store, master_key=service) as wallets:
            assert wallets.log_in(email(1), LOGIN) == 101
    assert capfd.readouterr() == ("", "")


def test_a_key_service_that_gives_no_key(path) -> None:
    with escrowdb.open(path) as store:
        for wrapped, error in (("text", TypeError), (bytes(513), ValueError)):
            with pytest.raises(error):
                open_market(store, master_key=Broken(wrapped, None))
        open_market(store, master_key=KeyService()).close()
        for key, error in (("text", TypeError), (bytes(31), ValueError)):
            with pytest.raises(error):
                open_market(store, master_key=Broken(None, key))


def test_the_block_list_of_the_host(store, capfd) -> None:
    asked: list[str] = []
    fails: list[BaseException] = []

    def is_blocked(password: str) -> bool:
        asked.append(password)
        if fails:
            raise fails[0]
        return password == "847261"

    wallets = open_market(store, is_blocked=is_blocked)
    wallet = register(wallets, pin=None)
    refused(WalletStatus.PASSWORD_TOO_COMMON, wallets.create_payment_password, wallet, "847261")
    assert asked == [LOGIN, "847261"]
    for error in (RuntimeError("no list"), Stop("now")):
        fails[:] = [error]
        with pytest.raises(type(error)) as caught:
            wallets.create_payment_password(wallet, PIN)
        assert caught.value is error
    fails.clear()
    assert not wallets.wallet(wallet).has_payment_password
    wallets.create_payment_password(wallet, PIN)
    assert capfd.readouterr() == ("", "")


def test_no_secret_is_shown(store, wallets) -> None:
    register(wallets)
    wallets.send_login_reset(email(1), "192.0.2.7")
    wallets.leave_note(101, "likes to be called Ally", EVE)
    letters = wallets.take_letters()
    (reset,) = (letter for letter in letters if letter.secret)
    shown = profile()
    secrets = [
        reset.secret, email(1), shown.name, shown.document_number, shown.postal_address,
        shown.phone, "called Ally", LOGIN, PIN, TOKEN,
    ]  # fmt: skip
    things = [shown, *letters, *wallets.notes_on(101), *wallets.letters_of(101), wallets, EVE]
    texts = [form(thing) for thing in things for form in (repr, str)]
    texts += said_by(
        lambda: wallets.confirm_address(TOKEN),
        lambda: wallets.reset_login_password(TOKEN, LOGIN),
        lambda: wallets.reset_payment_password(TOKEN, PIN),
        lambda: wallets.log_in("nobody@example.org", LOGIN),
        lambda: wallets.log_in("nobody@example.org", LOGIN + "\ud800"),
        lambda: wallets.check_payment_password(5, PIN + "\udfff"),
        lambda: wallets.check_payment_password(5, PIN),
        lambda: wallets.check_payment_password(5, PIN.encode()),
        lambda: wallets.confirm_address(TOKEN.encode()),
        lambda: wallets.begin_registration(5, email(1) + "\ud800"),
        lambda: store.wallets(master_key=MASTER.hex(), policy="article"),
        lambda: store.wallets(master_key=MASTER + b"!", policy="article"),
    )
    secrets += [MASTER.hex(), repr(MASTER)[2:-1]]
    for text in texts:
        for secret in secrets:
            assert secret not in text
    assert "secret=<hidden>" in repr(reset)
    assert reset.as_dict()["secret"] == reset.secret


def said_by(*functions) -> Iterable[str]:
    """Gives all that their exceptions say, and those that led to them."""
    for function in functions:
        with pytest.raises(Exception) as caught:  # noqa: PT011
            function()
        error: BaseException | None = caught.value
        while error is not None:
            yield str(error)
            yield repr(error)
            yield from traceback.format_exception_only(type(error), error)
            error = error.__cause__ or error.__context__


def test_records_are_values(wallets) -> None:
    wallets.begin_registration(101, email(1), captcha_ok=True)
    (letter,) = wallets.take_letters()
    (status,) = wallets.letters_of(101)
    same = [profile(), EVE, letter, status, purchase(1, 2), payment(1, 2), NewWallet(
        1, account=2, ledger=USD, code=3
    )]  # fmt: skip
    for record in same:
        again = pickle.loads(pickle.dumps(record))
        assert again == record
        assert hash(again) == hash(record)
        assert again.as_dict() == record.as_dict()
    assert profile(1) != profile(2)
    assert EVE != ADAM
    with pytest.raises(AttributeError):
        letter.secret = "another"


def test_a_killed_process_has_lost_nothing(path) -> None:
    code = f"""
        import os, sys
        sys.path.insert(0, {str(HERE)!r})
        import escrowdb, market
        store = escrowdb.open({str(path)!r})
        wallets = market.open_market(store)
        wallet = market.register(wallets)
        market.top_up(wallets, wallet, 1000)
        wallets.authorise(31, market.purchase(wallet, 20), market.PIN)
        wallets.pay(market.payment(wallet, 20, by=31))
        wallets.authorise(32, market.purchase(wallet, 30), market.PIN)
        market.refused(
            market.WalletStatus.CREDENTIALS_MUST_MATCH,
            wallets.check_payment_password, wallet, "000000")
        os.kill(os.getpid(), {int(signal.SIGKILL)})
    """
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    with escrowdb.open(path) as store, open_market(store) as wallets:
        assert wallets.spending(1001).day == 20
        assert wallets.payment_password_failures(1001).failures == 1
        assert wallets.pay(payment(1001, 30, by=32)).is_applied
        assert store.account(2001).balances.debits_pending == 50


def test_a_forked_child_goes_on_with_its_parents_wallets(wallets) -> None:
    register(wallets)
    child = os.fork()
    if not child:
        try:
            wallets.check_payment_password(1001, PIN)
            os._exit(7)
        finally:
            os._exit(8)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    wallets.check_payment_password(1001, PIN)


def test_what_the_ledger_calls_invalid_is_no_payment(wallets) -> None:
    wallet = register(wallets)
    top_up(wallets, wallet, 100)
    deposit = Operation.transfer(
        debit_account=BANK, credit_account=wallet + 1000, ledger=1, amount=5
    )
    for operation in (Operation.release(5), hold(wallet, 5, linked=True), deposit):
        made = Payment(wallet=wallet, order=7, authorisation=31, operation=operation)
        with pytest.raises(escrowdb.PaymentRefused):
            wallets.pay(made)
