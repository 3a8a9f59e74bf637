"""Several processes on one store: guests, forked children, and a host that is killed."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import market
import pytest
from conftest import ALICE, BANK, create_shop

import escrowdb
from escrowdb import Clock, Durability, FileAccess, Operation, Role, Status

NOBODY = 65534
SETTINGS = {"clock": Clock.MANUAL, "durability": Durability.PROCESS}


def pay_in(id: int) -> Operation:
    return Operation.transfer(id=id, debit_account=BANK, credit_account=ALICE, ledger=1, amount=1)


def paid(store: escrowdb.Store) -> int:
    return store.account(ALICE).balances.net


HOST = """
import sys, escrowdb
from test_processes import SETTINGS

with escrowdb.open(sys.argv[1], **SETTINGS):
    print("open", flush=True)
    sys.stdin.read()
"""


@contextmanager
def host_of_its_own(path: Path) -> Iterator[subprocess.Popen]:
    """A process that hosts the store, and nothing else."""
    host = subprocess.Popen(
        [sys.executable, "-c", HOST, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=os.path.dirname(__file__),
    )
    try:
        assert host.stdout is not None
        assert host.stdout.readline() == "open\n"
        yield host
    finally:
        host.kill()
        host.communicate()


def test_a_guest_goes_on_when_its_host_is_killed(path) -> None:
    with (
        host_of_its_own(path) as host,
        escrowdb.open(path, **SETTINGS, takeover_wait=timedelta(seconds=20)) as store,
    ):
        assert (store.role, store.host_process) == (Role.GUEST, host.pid)
        create_shop(store)
        assert store.submit([pay_in(100)])[0].is_applied
        snapshot = store.snapshot()
        assert snapshot.account(ALICE).balances.net == paid(store) == 1
        host.kill()
        assert [outcome.status for outcome in store.submit([pay_in(100), pay_in(101)])] == [
            Status.EXISTS,
            Status.APPLIED,
        ]
        with pytest.raises(escrowdb.HostEndedError):
            snapshot.account(ALICE)
        assert paid(store) == 2
        assert (store.role, store.host_process) == (Role.HOST, os.getpid())


def test_what_a_second_opening_is_refused_for(shop, path) -> None:
    assert shop.role == Role.HOST
    with pytest.raises(escrowdb.LockedError):
        escrowdb.open(path, **SETTINGS, exclusive=True)
    with pytest.raises(escrowdb.InvalidArgumentError):
        escrowdb.open(path)
    with escrowdb.open(path, follow_host=True) as guest:
        assert guest.role == Role.GUEST
    for wrong in (timedelta(0), timedelta(seconds=-1), timedelta(seconds=1 << 32)):
        with pytest.raises(ValueError, match="take-over"):
            escrowdb.open(path, **SETTINGS, takeover_wait=wrong)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_forked_children_go_on(shop) -> None:
    children = []
    for number in range(4):
        child = os.fork()
        if child == 0:
            try:
                assert shop.submit([pay_in(1000 + number)])[0].is_applied
                outcomes = asyncio.run(shop.submit_async([pay_in(2000 + number)]))
                assert outcomes[0].is_applied
                assert paid(shop) >= 2
                assert shop.role == Role.GUEST
                shop.close()
            except BaseException:
                os._exit(1)
            os._exit(0)
        children.append(child)
        assert shop.submit([pay_in(3000 + number)])[0].is_applied
    ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert ended == [0] * 4
    assert (paid(shop), shop.role) == (12, Role.HOST)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_wallets_go_on_in_forked_children(path) -> None:
    """A server that loads before it forks has opened its wallets by then.

    They go on in each child, by the same key, as do those for known devices that came from them.
    """
    with escrowdb.open(path, **SETTINGS) as store, market.open_market(store) as wallets:
        known = wallets.known_device()
        wallet = market.register(wallets)
        market.top_up(wallets, wallet, 10_000)
        children = []
        for number in range(3):
            child = os.fork()
            if child == 0:
                try:
                    these = known if number == 2 else wallets
                    market.pay(these, wallet, 100, order=70 + number, by=300 + number)
                    paid = market.payment(wallet, 50, order=70 + number, by=400 + number)
                    these.authorise(400 + number, paid.purchase(), market.PIN)
                    outcome = asyncio.run(these.pay_async(paid))
                    assert outcome.is_applied
                    assert store.role == Role.GUEST
                    wallets.close()
                except BaseException:
                    traceback.print_exc()
                    os._exit(1)
                os._exit(0)
            children.append(child)
            market.pay(wallets, wallet, 100, order=80 + number, by=500 + number)
        ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        assert ended == [0] * 3
        spent = 3 * 150 + 3 * 100
        assert wallets.spending(wallet).month == spent
        known.close()


def test_wallets_go_on_when_their_host_is_killed(path) -> None:
    """A command that was under way goes on with the next host, whatever it was about to do.

    Symptom: it raised `HostEndedError`, or said that the store was corrupt, where it had been
    carried out and the answer was lost.
    """
    for turn in range(3):
        with host_of_its_own(path) as host, escrowdb.open(path, **SETTINGS) as store:
            wallets, is_over = market.open_market(store), threading.Event()

            def register(
                first: int, wallets: escrowdb.Wallets = wallets, is_over: threading.Event = is_over
            ) -> int:
                count = 0
                while not is_over.is_set():
                    person = first + count
                    wallets.begin_registration(person, f"a{person}@example.org", captcha_ok=True)
                    wallets.take_letters()
                    count += 1
                return count

            with ThreadPoolExecutor(8) as pool:
                firsts = [(turn * 8 + thread + 1) * 100_000 for thread in range(8)]
                work = [pool.submit(register, first) for first in firsts]
                time.sleep(0.3)
                host.kill()
                time.sleep(0.3)
                is_over.set()
                assert all(each.result() > 0 for each in work)
            assert store.role == Role.HOST
            wallets.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_guest_of_the_group_has_no_files_written() -> None:
    """The host would write them by its own rights, wherever that guest says."""
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o711)
        path, settings = f"{directory}/shop", {**SETTINGS, "file_access": FileAccess.OF_GROUP}
        os.mkdir(path)
        os.chown(path, 0, NOBODY)
        os.chmod(path, 0o2770)
        with escrowdb.open(path, **settings) as store:
            create_shop(store)
            child = os.fork()
            if child == 0:
                try:
                    os.setgroups([])
                    os.setgid(NOBODY)
                    os.setuid(NOBODY)
                    with escrowdb.open(path, **settings) as guest:
                        assert guest.submit([pay_in(100)])[0].is_applied
                        stolen = f"{directory}/stolen"
                        with pytest.raises(escrowdb.StorageError, match="no files written"):
                            guest.backup(stolen)
                        with pytest.raises(escrowdb.StorageError, match="no files written"):
                            guest.archive(stolen, before=1)
                except BaseException:
                    traceback.print_exc()
                    os._exit(1)
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            assert paid(store) == 1
        assert os.listdir(directory) == ["shop"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_what_root_creates_is_the_owners(path) -> None:
    """A shell of root's that is there first keeps nobody out."""
    path.mkdir()
    os.chown(path, NOBODY, NOBODY)
    with escrowdb.open(path, **SETTINGS) as store:
        create_shop(store)
        names = list(path.rglob("*"))
        assert {found.name for found in names} >= {"LOCK", "SOCKET", "journal", "state.redb"}
        assert {(found.stat().st_uid, found.stat().st_gid) for found in names} == {(NOBODY, NOBODY)}


def worker(path: str, number: int) -> None:
    with escrowdb.open(path, **SETTINGS) as store:
        assert store.submit([pay_in(1000 + number)])[0].is_applied
        assert store.role == Role.GUEST


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_multiprocessing(shop, path, method) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("the system has no such way")
    context = multiprocessing.get_context(method)
    workers = [context.Process(target=worker, args=(str(path), number)) for number in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert [each.exitcode for each in workers] == [0] * 3
    assert paid(shop) == 3
