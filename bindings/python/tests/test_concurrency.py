"""Threads, asyncio, forks, and a process that is killed."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from conftest import ALICE, BANK, BOB, create_shop

import escrowdb
from escrowdb import Clock, Operation, Status, chain


def pay_in(amount: int = 1, **common) -> Operation:
    return Operation.transfer(
        debit_account=BANK, credit_account=ALICE, ledger=1, amount=amount, **common
    )


def test_threads_share_a_store(shop) -> None:
    threads, rounds = 8, 50
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(rounds):
                (outcome,) = shop.submit([pay_in()])
                assert outcome.is_applied
                with shop.snapshot() as snapshot:
                    assert snapshot.account(ALICE).balances.net > 0
                    assert next(snapshot.statement(ALICE, newest_first=True, limit=1)).posted == 1
        except BaseException as error:
            failures.append(error)

    run([threading.Thread(target=work) for _ in range(threads)])
    assert failures == []
    assert shop.account(ALICE).balances.net == threads * rounds
    assert shop.trial_balance(1).is_balanced


def test_closing_while_threads_work_ends_them_in_order(shop) -> None:
    ended: list[BaseException] = []

    def work() -> None:
        try:
            while True:
                shop.submit([pay_in()])
                list(shop.statement(ALICE, newest_first=True, limit=3))
        except BaseException as error:
            ended.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    shop.close()
    for thread in threads:
        thread.join(20)
    assert [type(error) for error in ended] == [escrowdb.ClosedError] * 4


def test_other_threads_run_while_one_waits(path) -> None:
    with escrowdb.open(path) as store:
        create_shop(store)
        counted = [0]
        done = threading.Event()

        def count() -> None:
            while not done.is_set():
                counted[0] += 1
                time.sleep(0)

        counter = threading.Thread(target=count)
        counter.start()
        batch = [pay_in() for _ in range(20_000)]
        before = counted[0]
        store.submit(batch)
        during = counted[0] - before
        done.set()
        counter.join()
        assert during > 10, "the interpreter was held while the store worked"


def test_many_tasks_share_commits(path) -> None:
    tasks, rounds = 500, 4

    async def customer(store: escrowdb.Store) -> None:
        for _ in range(rounds):
            (outcome,) = await store.submit_async([pay_in()])
            assert outcome.is_applied

    async def main() -> None:
        with escrowdb.open(path) as store:
            create_shop(store)
            before = store.stats()
            await asyncio.gather(*(customer(store) for _ in range(tasks)))
            after = store.stats()
            assert after.events - before.events == tasks * rounds
            assert after.blocks - before.blocks <= 10 * rounds
            assert store.account(ALICE).balances.net == tasks * rounds

    asyncio.run(main(), debug=True)


def test_the_loop_is_not_blocked(path) -> None:
    async def main() -> int:
        with escrowdb.open(path) as store:
            create_shop(store)
            batch = [pay_in() for _ in range(40_000)]
            waiting = asyncio.ensure_future(store.submit_async(batch))
            turns = 0
            while not waiting.done():
                await asyncio.sleep(0)
                turns += 1
            assert len(await waiting) == 40_000
            return turns

    assert asyncio.run(main()) > 10


def test_batches_of_tasks_keep_their_meaning(shop) -> None:
    """Batches that are sent together mean what they mean alone: chains, and nothing at all."""

    async def main() -> None:
        answers = await asyncio.gather(
            shop.submit_async([pay_in(linked=True)]),
            shop.submit_async([pay_in(id=10)]),
            shop.submit_async(chain([pay_in(), pay_in(amount=0)])),
            shop.submit_async([]),
            shop.submit_async([Operation.put("s", b"a", b"1"), pay_in(id=10)]),
            shop.submit_async([Operation.put("s", b"b", b"2")]),
            shop.submit_async([pay_in() for _ in range(40_000)]),
            shop.submit_async([pay_in() for _ in range(40_000)]),
        )
        statuses = [[outcome.status for outcome in answer] for answer in answers[:6]]
        assert statuses == [
            [Status.LINKED_EVENT_CHAIN_OPEN],
            [Status.APPLIED],
            [Status.LINKED_EVENT_FAILED, Status.AMOUNT_MUST_NOT_BE_ZERO],
            [],
            [Status.APPLIED, Status.EXISTS],
            [Status.APPLIED],
        ]
        assert [len(answer) for answer in answers[6:]] == [40_000] * 2
        assert (shop.document("s", b"a").value, shop.document("s", b"b").value) == (b"1", b"2")
        imported = shop.submit_async([pay_in(at=10**18)])
        both = await asyncio.gather(imported, shop.submit_async([pay_in()]))
        assert [answer[0].status for answer in both] == [Status.APPLIED] * 2

    asyncio.run(main())


def test_errors_reach_the_task(shop) -> None:
    async def main() -> None:
        with pytest.raises(escrowdb.LimitExceededError):
            await shop.submit_async([pay_in()] * (escrowdb.BATCH_OPERATIONS_MAX + 1))
        with pytest.raises(TypeError):
            await shop.submit_async([1])
        (outcome,) = await shop.submit_async([pay_in()])
        assert outcome.is_applied

    asyncio.run(main())


def test_a_cancelled_task_stops_waiting_and_the_operation_happens(shop) -> None:
    async def main() -> None:
        task = asyncio.ensure_future(shop.submit_async([pay_in(id=10)]))
        other = asyncio.ensure_future(shop.submit_async([pay_in(id=11)]))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await other)[0].is_applied
        assert (await shop.submit_async([pay_in(id=10)]))[0].status == Status.EXISTS

    asyncio.run(main())


def test_closing_tells_who_waits(shop) -> None:
    async def main() -> None:
        waiting = [asyncio.ensure_future(shop.submit_async([pay_in()])) for _ in range(3)]
        await asyncio.sleep(0)
        shop.close()
        for task in waiting:
            with pytest.raises(escrowdb.ClosedError):
                await task
        with pytest.raises(escrowdb.ClosedError):
            await shop.submit_async([pay_in()])
        with pytest.raises(escrowdb.ClosedError):
            await shop.submit_async([])

    asyncio.run(main())


def test_what_was_submitted_is_answered_when_the_store_closes(shop, path) -> None:
    """Symptom: what was carried out while the store closed was answered by `ClosedError`."""

    async def main() -> list:
        waiting = [asyncio.ensure_future(shop.submit_async([pay_in()])) for _ in range(10)]
        for _ in range(2):  # they are handed over
            await asyncio.sleep(0)
        late = asyncio.ensure_future(shop.submit_async([pay_in()]))
        await asyncio.sleep(0)  # not handed over
        shop.close()
        done = [outcome for (outcome,) in await asyncio.gather(*waiting)]
        with pytest.raises(escrowdb.ClosedError):
            await late
        return done

    outcomes = asyncio.run(asyncio.wait_for(main(), 60))
    assert all(outcome.is_applied for outcome in outcomes)
    with escrowdb.open(path) as store:
        assert store.account(ALICE).balances.net == 10


def test_the_directory_is_free_at_once_with_batches_under_way(path) -> None:
    for round in range(5):
        with escrowdb.open(path, clock=Clock.MANUAL) as store:
            create_shop(store)

            async def main(store=store, paid=3 * (round + 1)) -> None:
                waiting = [asyncio.ensure_future(store.submit_async([pay_in()])) for _ in range(3)]
                for _ in range(2):
                    await asyncio.sleep(0)
                store.close()
                with escrowdb.open(path) as again:
                    assert again.account(ALICE).balances.net == paid
                for (outcome,) in await asyncio.gather(*waiting):
                    assert outcome.is_applied

            asyncio.run(main())


def test_closing_wakes_every_loop_and_thread(path) -> None:
    """Whoever waits gets an answer or `ClosedError`, and what was answered is there."""
    store = escrowdb.open(path)
    create_shop(store)
    applied: list[int] = []
    ended: list[BaseException] = []

    def wait() -> None:
        try:
            while True:
                (outcome,) = store.submit([pay_in()])
                applied.append(outcome.timestamp)
        except BaseException as error:
            ended.append(error)

    async def task() -> None:
        try:
            while True:
                (outcome,) = await store.submit_async([pay_in()])
                applied.append(outcome.timestamp)
        except BaseException as error:
            ended.append(error)

    async def tasks() -> None:
        await asyncio.gather(*(task() for _ in range(8)))

    threads = [threading.Thread(target=wait, daemon=True) for _ in range(8)]
    threads += [
        threading.Thread(target=asyncio.run, args=(tasks(),), daemon=True) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    while len(applied) < 100:
        time.sleep(0.001)
    store.close()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert len(ended) == 8 + 4 * 8
    assert {type(error) for error in ended} == {escrowdb.ClosedError}
    with escrowdb.open(path) as again:
        assert again.account(ALICE).balances.net == len(applied) == len(set(applied))


def test_submissions_are_bounded_by_bytes(path) -> None:
    """64 submitters at the bound are refused by name and go on; what was accepted is there."""
    loops, tasks, batches, size = 16, 4, 6, 8
    refused: list[str] = []
    failures: list[BaseException] = []
    with escrowdb.open(path, submissions_bytes_max=16 << 10) as store:
        create_shop(store)

        async def submitter() -> None:
            for _ in range(batches):
                batch = [pay_in() for _ in range(size)]
                while True:
                    try:
                        outcomes = await store.submit_async(batch)
                    except escrowdb.LimitExceededError as error:
                        refused.append(str(error))
                        await asyncio.sleep(0)
                    else:
                        assert all(outcome.is_applied for outcome in outcomes)
                        break

        async def submitters() -> None:
            await asyncio.gather(*(submitter() for _ in range(tasks)))

        def loop() -> None:
            try:
                asyncio.run(submitters())
            except BaseException as error:
                failures.append(error)

        run([threading.Thread(target=loop) for _ in range(loops)])
        assert failures == []
        assert refused
        assert all(str(16 << 10) in text for text in refused)
        assert store.account(ALICE).balances.net == loops * tasks * batches * size

        # There is room again: also for one that is larger than the bound, if it is alone.
        async def large() -> int:
            return len(await store.submit_async([pay_in() for _ in range(200)]))

        assert asyncio.run(large()) == 200
        assert store.trial_balance(1).is_balanced


def test_one_loop_after_another(shop, path) -> None:
    for _ in range(3):
        assert asyncio.run(shop.submit_async([pay_in()]))[0].is_applied
    gc.collect()
    shop.close()
    escrowdb.open(path).close()


def test_closing_from_another_thread(shop) -> None:
    async def main() -> None:
        await shop.submit_async([pay_in()])
        await asyncio.get_running_loop().run_in_executor(None, shop.close)
        with pytest.raises(escrowdb.ClosedError):
            await shop.submit_async([pay_in()])

    asyncio.run(main())


def test_a_loop_that_cannot_watch_descriptors_waits_in_a_thread(shop) -> None:
    class Deaf(asyncio.SelectorEventLoop):
        def add_reader(self, *arguments):
            raise NotImplementedError

    loop = Deaf()
    try:
        assert loop.run_until_complete(shop.submit_async([pay_in()]))[0].is_applied
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_came_from_a_store_before_a_fork_is_refused(shop) -> None:
    lines, snapshot = shop.statement(ALICE), shop.snapshot()
    child = os.fork()
    if child == 0:
        uses = [
            lambda: snapshot.account(ALICE),
            lambda: next(lines),
        ]
        for at, use in enumerate(uses):
            try:
                use()
                os._exit(10 + at)
            except escrowdb.ForkedError:
                pass
            except BaseException:
                os._exit(30 + at)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert shop.submit([pay_in()])[0].is_applied


def test_a_killed_process_loses_nothing_that_was_answered(path) -> None:
    writer = textwrap.dedent(
        """
        import sys, escrowdb
        from conftest import ALICE, BANK, create_shop
        from escrowdb import Operation

        store = escrowdb.open(sys.argv[1])
        create_shop(store)
        id = 100
        while True:
            batch = [
                Operation.transfer(
                    id=id + at, debit_account=BANK, credit_account=ALICE, ledger=1, amount=1)
                for at in range(10)
            ]
            for outcome in store.submit(batch):
                outcome.check()
            id += 10
            print(id - 100, flush=True)
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", writer, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=os.path.dirname(__file__),
    )
    answered = 0
    assert process.stdout is not None
    for line in process.stdout:
        answered = int(line)
        if answered >= 200:
            process.send_signal(signal.SIGKILL)
            break
    answered = max([answered, *map(int, process.communicate()[0].split())])
    with escrowdb.open(path) as store:
        there = store.account(ALICE).balances.net
        assert there in (answered, answered + 10)
        assert all(store.operations(range(100, 100 + answered)))
        again = [pay_in(id=100 + at) for at in range(answered)]
        assert {outcome.status for outcome in store.submit(again)} == {Status.EXISTS}
    assert escrowdb.verify(path).is_sound


def test_a_manual_clock_settles_for_tasks_too(shop) -> None:
    assert Clock.MANUAL == 1
    terms = {"timeout": 60, "at_deadline": escrowdb.AtDeadline.RELEASE}

    async def main() -> None:
        hold = Operation.hold(id=11, payer=ALICE, payee=BOB, ledger=1, amount=4, **terms)
        await shop.submit_async([pay_in(amount=5), hold])
        assert shop.advance(61 * 10**9).settled == 1
        assert shop.account(BOB).balances.available == 4

    asyncio.run(main())


def run(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
