"""Wallets: threads at a limit, and an event loop that goes on."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from market import (
    BANK,
    LOGIN,
    PIN,
    SELLER,
    USD,
    email,
    open_market,
    payment,
    policy,
    purchase,
    register,
    top_up,
)

import escrowdb
from escrowdb import Durability, NeedsTier, Operation, Refused, WalletStatus


@pytest.fixture
def store(path):
    with escrowdb.open(path, durability=Durability.PROCESS) as store:
        yield store


def run(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_threads_pay_no_more_than_the_limit(store) -> None:
    wallets = open_market(store)
    wallet = register(wallets)
    top_up(wallets, wallet, 1_000_000)
    count, amount = 12, 15_000
    payments = [payment(wallet, amount, order=at, by=100 + at) for at in range(1, count + 1)]
    answers: list[object] = []

    def work(made: escrowdb.Payment) -> None:
        try:
            wallets.authorise(made.authorisation, made.purchase(), PIN)
            answers.append(wallets.pay(made).status)
        except Refused as refusal:
            answers.append(type(refusal))

    run([threading.Thread(target=work, args=(made,)) for made in payments])
    allowed = 100_000 // amount
    assert sorted(answers, key=str).count(escrowdb.Status.APPLIED) == allowed
    assert answers.count(NeedsTier) == count - allowed
    assert wallets.spending(wallet).month == allowed * amount
    account = store.account(wallet + 1000)
    assert account.balances.debits_pending == allowed * amount
    assert store.trial_balance(1).is_balanced


def test_threads_share_wallets(store) -> None:
    wallets = open_market(store)
    numbers = range(1, 7)
    failures: list[BaseException] = []
    for number in numbers:
        top_up(wallets, register(wallets, number), 1000)

    def work(number: int) -> None:
        try:
            wallet = 1000 + number
            for at in range(5):
                made = payment(wallet, 10 + at, order=at + 1, by=100 * number + at)
                wallets.authorise(made.authorisation, made.purchase(), PIN)
                assert wallets.pay(made).is_applied
                assert wallets.spending(wallet).authorisations == 0
                assert wallets.wallet(wallet).has_payment_password
        except BaseException as error:
            failures.append(error)

    run([threading.Thread(target=work, args=(number,)) for number in numbers])
    assert failures == []
    assert {wallets.spending(1000 + number).day for number in numbers} == {60}


def test_guesses_by_threads_are_all_counted(store) -> None:
    wallets = open_market(store)
    wallet = register(wallets)
    answers: list[WalletStatus] = []

    def guess() -> None:
        for _ in range(3):
            try:
                wallets.check_payment_password(wallet, "000001")
            except Refused as refusal:
                answers.append(refusal.status)

    run([threading.Thread(target=guess) for _ in range(4)])
    assert answers.count(WalletStatus.CREDENTIALS_MUST_MATCH) <= 5
    assert wallets.payment_password_failures(wallet).failures >= 5
    with pytest.raises(escrowdb.CredentialIsLocked):
        wallets.check_payment_password(wallet, PIN)


class Meddler:
    """Wraps keys by nothing, and does something else meanwhile, here and in a thread."""

    def __init__(self, meddle) -> None:
        self.meddle = meddle
        self.said: list[object] = []

    def _work(self) -> None:
        thread = threading.Thread(target=self._say, daemon=True)
        self._say()
        thread.start()
        thread.join()

    def _say(self) -> None:
        try:
            self.said.append(self.meddle())
        except BaseException as error:
            self.said.append(type(error))

    def wrap(self, key: bytes) -> bytes:
        self._work()
        return key

    def unwrap(self, wrapped: bytes) -> bytes | None:
        self._work()
        return wrapped if len(wrapped) == 32 else None

    def is_blocked(self, _password: str) -> bool:
        self._work()
        return False


def in_time(work) -> None:
    """Does not wait for a deadlock."""
    failures: list[BaseException] = []

    def watched() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=watched, daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive(), "a deadlock"
    assert failures == []


def test_a_key_service_may_close_the_store(path) -> None:
    def work() -> None:
        for is_there in (False, True):  # to wrap a new key, and to unwrap one
            store = escrowdb.open(path)
            service = Meddler(lambda: None)
            if is_there:
                open_market(store, master_key=service).close()
            service.meddle, service.said = store.close, []
            with pytest.raises(escrowdb.ClosedError):
                store.wallets(master_key=service, policy=policy())
            # What was wrapped is unwrapped again.
            assert service.said == [None, None] * (1 if is_there else 2)
            escrowdb.open(path).close()  # it is free

    in_time(work)


def test_a_key_service_may_close_the_wallets(path) -> None:
    def work() -> None:
        with escrowdb.open(path) as store:
            wallets = open_market(store)
            service = Meddler(wallets.close)
            wallets.add_master_key(service, escrowdb.Actor.system())
            assert service.said == [None, None] * 2  # to wrap, and to unwrap that again
            assert wallets.is_closed
            store.wallets(master_key=service, policy=policy()).close()

    in_time(work)


def test_a_key_service_may_use_the_store_but_not_open_wallets(path, tmp_path) -> None:
    def work() -> None:
        with escrowdb.open(path) as store:
            backups = iter(range(100))
            for meddle, said in (
                (
                    lambda: store.wallets(master_key=bytes(32), policy="none"),
                    escrowdb.InvalidArgumentError,
                ),
                (lambda: store.backup(tmp_path / f"backup{next(backups)}") and None, None),
                (lambda: store.snapshot().close(), None),
                (lambda: store.checkpoint(), None),
            ):
                service = Meddler(meddle)
                for _ in range(2):
                    store.wallets(master_key=service, policy=policy()).close()
                # What was wrapped when the file was made is unwrapped again.
                is_made = said is escrowdb.InvalidArgumentError
                assert service.said == [said] * (6 if is_made else 4)

    in_time(work)


@pytest.mark.parametrize("closes", ["store", "wallets"])
def test_a_block_list_may_close(path, closes) -> None:
    def work() -> None:
        store = escrowdb.open(path)
        blocks = Meddler(lambda: None)
        wallets = open_market(store, is_blocked=blocks.is_blocked)
        blocks.meddle = store.close if closes == "store" else wallets.close
        wallets.begin_registration(101, email(1), captcha_ok=True)
        (letter,) = wallets.take_letters()
        wallets.confirm_address(letter.secret)
        if closes == "store":
            with pytest.raises(escrowdb.ClosedError):
                wallets.set_login_password(101, LOGIN)
        else:
            wallets.set_login_password(101, LOGIN)  # what was begun goes on to its end
        assert blocks.said == [None, None]
        assert wallets.is_closed
        store.close()
        escrowdb.open(path).close()

    in_time(work)


def test_callbacks_raise_on_the_thread_that_called(store) -> None:
    def is_blocked(password: str) -> bool:
        raise LookupError(threading.current_thread().name)

    wallets = open_market(store)
    for number in range(1, 5):
        register(wallets, number, pin=None)
    wallets.close()
    wallets = open_market(store, is_blocked=is_blocked)
    told: dict[str, str] = {}

    def work(number: int) -> None:
        for _ in range(5):
            try:
                wallets.create_payment_password(1000 + number, PIN)
            except LookupError as error:
                told[threading.current_thread().name] = str(error.args[0])

    threads = [threading.Thread(target=work, args=(at,), name=f"n{at}") for at in range(1, 5)]
    run(threads)
    assert told == {thread.name: thread.name for thread in threads}


def test_other_threads_run_while_one_hashes(store) -> None:
    def dear(policy) -> None:
        policy["identity"]["credentials"]["hash"] = {"memory_kib": 65536, "passes": 3, "lanes": 1}

    wallets = open_market(store, policy=policy(dear))
    wallet = register(wallets)
    begun, ended = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        wallets.check_payment_password(wallet, PIN)
        ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    steps = 0
    while not ended.is_set():
        time.sleep(0.001)
        steps += 1
    thread.join()
    # Were the lock of the interpreter held, there would be a step before and one after.
    assert steps > 5


def test_the_loop_goes_on_while_a_password_is_judged(store) -> None:
    asked, answered = threading.Event(), threading.Event()

    def is_blocked(password: str) -> bool:
        asked.set()
        assert answered.wait(30), "the loop stands still"
        return False

    async def main(wallets: escrowdb.Wallets) -> None:
        create = wallets.run(wallets.create_payment_password, 1001, PIN)
        task = asyncio.ensure_future(create)
        while not asked.is_set():
            await asyncio.sleep(0)
        answered.set()
        await task

    with open_market(store) as wallets:
        register(wallets, pin=None)
    wallets = open_market(store, is_blocked=is_blocked)
    asyncio.run(main(wallets))
    assert wallets.wallet(1001).has_payment_password


def test_tasks_pay_at_the_same_time(store) -> None:
    wallets = open_market(store)
    wallet = register(wallets)
    top_up(wallets, wallet, 100_000)

    async def task(number: int) -> escrowdb.Outcome:
        made = payment(wallet, 100, order=number, by=100 + number)
        await wallets.run(wallets.authorise, 100 + number, made.purchase(), PIN)
        return await wallets.run(wallets.pay, made)

    async def main() -> None:
        outcomes = await asyncio.gather(*(task(number) for number in range(1, 16)))
        assert all(outcome.is_applied for outcome in outcomes)
        with pytest.raises(NeedsTier) as needs:
            await wallets.run(wallets.needs, purchase(wallet, 20_001))
        assert needs.value.tier == 1
        assert await wallets.run(wallets.log_in, email(1), password=LOGIN) == 101

    asyncio.run(main())
    assert wallets.spending(wallet).day == 1500
    wallets.close()
    with pytest.raises(escrowdb.ClosedError):
        asyncio.run(main())


def test_tasks_share_a_batch_of_payments(store, monkeypatch) -> None:
    wallets = open_market(store)
    wallet = register(wallets)
    top_up(wallets, wallet, 1000)
    sizes = []
    pay_many = wallets.pay_many

    def counted(payments: list) -> list:
        sizes.append(len(payments))
        return pay_many(payments)

    monkeypatch.setattr(wallets, "pay_many", counted)
    made = [payment(wallet, 100, order=at, by=100 + at) for at in range(8)]
    for each in made[1:]:
        wallets.authorise(each.authorisation, each.purchase(), PIN)

    async def main() -> None:
        paid = asyncio.gather(*map(wallets.pay_async, made), return_exceptions=True)
        missing, *done = await paid
        assert isinstance(missing, escrowdb.PaymentRefused)
        assert [outcome.status for outcome in done] == [escrowdb.Status.APPLIED] * 7
        assert (await wallets.pay_async(made[1])).status is escrowdb.Status.EXISTS
        with pytest.raises(escrowdb.PaymentRefused):
            await wallets.pay_async(made[0])
        with pytest.raises(TypeError):
            await wallets.pay_async(made[0].operation)
        cancelled = asyncio.ensure_future(wallets.pay_async(made[1]))
        other = asyncio.ensure_future(wallets.pay_async(made[2]))
        await asyncio.sleep(0)
        cancelled.cancel()
        assert (await other).is_done
        waiting = asyncio.ensure_future(wallets.pay_async(made[1]))
        await asyncio.sleep(0)
        wallets.close()
        with pytest.raises(escrowdb.ClosedError):
            await waiting
        with pytest.raises(escrowdb.ClosedError):
            await wallets.pay_async(made[1])

    asyncio.run(main())
    assert sizes[:4] == [8, 1, 1, 2]


def test_a_batch_fails_for_each_task(store) -> None:
    wallets = open_market(store)
    wallet = register(wallets)

    async def main() -> None:
        tasks = [asyncio.ensure_future(wallets.pay_async(payment(wallet, 5))) for _ in range(3)]
        store.close()
        for error in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(error, escrowdb.ClosedError)

    asyncio.run(main())


def test_a_cancelled_task_stops_waiting_and_its_command_is_carried_out(store) -> None:
    wallets = open_market(store)
    wallet = register(wallets)
    transfer = Operation.transfer(
        debit_account=BANK, credit_account=wallet + 1000, ledger=USD, amount=50
    )

    async def main() -> None:
        task = asyncio.ensure_future(wallets.run(wallets.top_up, wallet, transfer))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    # Sent again, it tells, whether or not it had begun.
    assert wallets.top_up(wallet, transfer).is_done
    assert store.account(wallet + 1000).balances.available == 50
    assert store.account(SELLER).balances.available == 0


def test_closing_while_threads_work_ends_them_in_order(store) -> None:
    wallets = open_market(store)
    register(wallets)
    ended: list[BaseException] = []

    def work() -> None:
        try:
            while True:
                wallets.check_payment_password(1001, PIN)
                wallets.take_letters()
        except BaseException as error:
            ended.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    wallets.close()
    for thread in threads:
        thread.join()
    assert [type(error) for error in ended] == [escrowdb.ClosedError] * 4
    open_market(store).close()
