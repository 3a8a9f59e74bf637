"""Writing and reading: every function of a store and a snapshot, by a deal or two."""

from __future__ import annotations

import gc
import pickle
import uuid
from datetime import datetime, timedelta, timezone

import pytest
from conftest import ALICE, BANK, BOB, FEES, USD, create_shop

import escrowdb
from escrowdb import (
    Account,
    AtDeadline,
    Clock,
    ClockState,
    EventKind,
    Kind,
    Ledger,
    Mode,
    Operation,
    Phase,
    Side,
    Status,
    chain,
)

DAY = 86_400


def pay_in(amount: int = 5000, **common) -> Operation:
    return Operation.transfer(
        debit_account=BANK, credit_account=ALICE, ledger=USD, amount=amount, **common
    )


def buy(id: int, amount: int = 2000, **terms) -> Operation:
    terms = {"timeout": DAY, "at_deadline": AtDeadline.REFUND, **terms}
    return Operation.hold(id=id, payer=ALICE, payee=BOB, ledger=USD, amount=amount, **terms)


def statuses(outcomes) -> list[str]:
    return [outcome.status.name.lower() for outcome in outcomes]


def test_a_deal_from_funding_to_payout(shop, path) -> None:
    batch = [
        pay_in(id=10),
        buy(11, 2005, fee_account=FEES, fee_ppm=100_000),
        Operation.transfer(id=12, debit_account=ALICE, credit_account=BOB, ledger=USD, amount=2996),
        Operation.release(11, id=13),
        buy(14, 100, timeout=timedelta(seconds=60)),
    ]
    outcomes = shop.submit(batch)
    assert statuses(outcomes) == ["applied", "applied", "exceeds_credits", "applied", "applied"]
    assert outcomes[3].fee == 200
    assert outcomes[3].credit.available == 1805
    assert outcomes[2].debit.available == 2995
    assert shop.advance(61 * 10**9) == (1, 61 * 10**9)
    assert shop.hold(14).phase is Phase.REFUNDED
    lines = [(line.operation.kind, line.balances.available) for line in shop.statement(ALICE)]
    assert lines == [
        (Kind.TRANSFER, 5000), (Kind.HOLD, 2995), (Kind.RELEASE, 2995), (Kind.HOLD, 2895),
        (Kind.EXPIRE, 2995),
    ]  # fmt: skip
    assert shop.trial_balance(USD).is_balanced
    assert len(list(shop.events())) == 5 + 5 + 1
    repeats = shop.submit(batch)
    assert (repeats[0].status, repeats[0].is_applied, repeats[0].is_done) == (200, False, True)
    assert (repeats[2].status, repeats[2].first_status) == (
        Status.ID_ALREADY_FAILED,
        Status.EXCEEDS_CREDITS,
    )
    shop.close()
    report = escrowdb.verify(path)
    assert (report.is_sound, report.fault, report.events) == (True, "", 11)


def test_every_kind_of_operation(shop) -> None:
    steps = [
        [pay_in(10_000, id=10), buy(11, 1000, fee_account=FEES, fee_ppm=100_000), buy(12), buy(13)],
        [Operation.ship(11, timeout=2 * DAY, at_deadline=AtDeadline.RELEASE)],
        [Operation.deliver(11, timeout=timedelta(days=3))],
        [Operation.extend(11, timeout=4 * DAY)],
        [Operation.top_up(11, amount=500), Operation.top_up(12, amount=10**6, balancing=True)],
        [Operation.release(11, amount=700, id=20),
         Operation.release(11, amount=100, to=FEES, no_fee=True)],
        [Operation.refund(11, amount=50), Operation.release(11, amount=150, final=True)],
        [Operation.dispute(12), Operation.withdraw_dispute(12), Operation.dispute(12)],
        [Operation.refund(12, amount=1, arbitrated=True)],
        [Operation.release(12, arbitrated=True)],
        [Operation.divide(13, amount=200, id=14), Operation.release(14)],
        [Operation.refund(13)],
        [Operation.reverse(20, amount=100), Operation.reverse(20), Operation.reverse(10, amount=1)],
        [Operation.freeze(BOB), Operation.unfreeze(BOB)],
        [Operation.close(BOB), Operation.reopen(BOB)],
        [Operation.put("shop", b"k", b"v"), Operation.delete("shop", b"k")],
        [
            Operation.transfer(
                debit_account=ALICE, credit_account=BOB, ledger=USD, amount=10**6,
                balancing_debit=True,
            ),
        ],
    ]  # fmt: skip
    seen = set()
    for step in steps:
        for operation, outcome in zip(step, shop.submit(step)):
            assert outcome.check().is_applied, (operation, outcome)
            seen.add(operation.kind)
    assert seen == set(Kind) - {Kind.EXPIRE}
    hold = shop.hold(11)
    assert (hold.phase, hold.amount, hold.held) == (Phase.SPLIT, 1500, 0)
    assert hold.released + hold.refunded == 1500
    assert not hold.is_open
    assert shop.trial_balance(1).is_balanced


def test_what_would_have_no_effect_is_refused(shop) -> None:
    # A split took no commission, and only a page said so; balancing against an account without a
    # limit moved the whole amount. Both name what is missing instead.
    shop.submit([pay_in(10_000), buy(11, 1000, fee_account=FEES, fee_ppm=100_000)])
    unlimited = {"debit_account": BANK, "credit_account": FEES, "ledger": USD, "amount": 1}
    outcomes = shop.submit(
        [
            Operation.release(11, amount=100, to=BANK),
            Operation.release(11, amount=100, no_fee=True),
            Operation.release(11, amount=100, to=BANK, no_fee=True),
            Operation.transfer(**unlimited, balancing_debit=True),
            Operation.transfer(**unlimited, balancing_credit=True),
        ]
    )
    assert statuses(outcomes) == [
        "split_needs_no_fee",
        "no_fee_needs_split",
        "applied",
        "balancing_debit_needs_limit",
        "balancing_credit_needs_limit",
    ]
    assert (outcomes[2].amount, outcomes[2].fee) == (100, 0)


def test_a_refusal_is_an_outcome_or_an_exception_if_asked_for(shop) -> None:
    outcome = shop.submit([buy(11)])[0]
    assert outcome.status is Status.EXCEEDS_CREDITS
    with pytest.raises(escrowdb.RefusedError, match="exceeds_credits") as caught:
        outcome.check()
    assert caught.value.outcome is outcome


def test_a_chain_stands_or_falls_together(shop) -> None:
    outcomes = shop.submit(chain([pay_in(), buy(11, 9999)]))
    assert statuses(outcomes) == ["linked_event_failed", "exceeds_credits"]
    assert statuses(shop.submit(chain([pay_in(), buy(12)]))) == ["applied", "applied"]
    assert statuses(shop.submit([pay_in(linked=True)])) == ["linked_event_chain_open"]


def test_a_history_is_moved_in(shop) -> None:
    outcomes = shop.submit([pay_in(at=10**18), pay_in(at=10**18 + 5)])
    assert [outcome.timestamp for outcome in outcomes] == [10**18, 10**18 + 5]
    assert statuses(shop.submit([pay_in(at=5)])) == ["imported_timestamp_must_not_regress"]


def test_ledgers_and_accounts(shop) -> None:
    points = escrowdb.Ledger(2, "POINTS", 0)
    assert statuses(shop.create_ledgers([points, USD])) == ["applied", "exists"]
    assert [ledger.code for ledger in shop.all_ledgers()] == ["USD", "POINTS"]
    assert shop.ledgers([2, 3])[1] is None
    assert shop.ledger(2).scale == 0
    account = Account(9, ledger=points, code=5, user_data_128=7, user_data_64=8)
    assert statuses(shop.create_accounts([account])) == ["applied"]
    found = shop.account(9)
    assert (found.user_data_128, found.user_data_64, found.code, found.ledger) == (7, 8, 5, 2)
    assert [account.id for account in shop.all_accounts()] == [BANK, ALICE, BOB, FEES, 9]
    assert [account.id for account in shop.all_accounts(after=BOB)] == [FEES, 9]
    assert [account and account.id for account in shop.accounts([9, 99, BANK])] == [9, None, 1]
    with pytest.raises(TypeError, match="Account expected"):
        shop.create_accounts([points])
    with pytest.raises(TypeError, match="Ledger expected"):
        shop.create_ledgers([account])


def test_a_snapshot_does_not_change(shop) -> None:
    shop.submit([pay_in(id=10)])
    with shop.snapshot() as snapshot:
        before = snapshot.timestamp
        shop.submit([pay_in(id=11), buy(12)])
        assert snapshot.account(ALICE).balances.net == 5000
        assert snapshot.hold(12) is None
        assert snapshot.operation(11) is None
        assert snapshot.operation(10).amount == 5000
        assert snapshot.timestamp == before
        lines = snapshot.statement(ALICE)
    assert len(list(lines)) == 1, "an iterator outlives its snapshot"
    with pytest.raises(escrowdb.ClosedError):
        snapshot.account(ALICE)
    snapshot.close()


def test_look_ups(shop) -> None:
    shop.submit([pay_in(id=10), buy(11), buy(12, 10**9)])
    applied, refused, missing = shop.operations([11, 12, 13])
    assert (applied.operation.kind, applied.status, applied.amount) == (Kind.HOLD, 0, 2000)
    assert refused.status is Status.EXCEEDS_CREDITS
    assert missing is None
    assert [hold and hold.held for hold in shop.holds([11, 12])] == [2000, None]
    assert shop.holds([]) == []


def test_statements(shop) -> None:
    times = [outcome.timestamp for outcome in shop.submit([pay_in(i) for i in range(1, 1200)])]
    assert [line.posted for line in shop.statement(ALICE)] == list(range(1, 1200))
    newest = shop.statement(ALICE, newest_first=True, limit=2)
    assert [line.posted for line in newest] == [1199, 1198]
    between = shop.statement(ALICE, start=times[5], end=times[6])
    assert [(line.posted, line.side) for line in between] == [(6, Side.CREDIT), (7, Side.CREDIT)]
    assert shop.balances_at(ALICE, times[2]).net == 6
    with pytest.raises(escrowdb.InvalidArgumentError):
        shop.statement(999)
    with pytest.raises(escrowdb.InvalidArgumentError):
        shop.balances_at(BANK, 1)


def test_value_dates_and_parties_of_lines(shop) -> None:
    hold = buy(11, 100, code=7, user_data_128=4711, value_date=5)
    release = Operation.release(11, id=12, value_date=9 * 10**18)
    outcomes = shop.submit([pay_in(), hold, release, Operation.reverse(11, id=13)])
    assert statuses(outcomes) == ["applied"] * 4
    later = Operation.release(11, id=12, value_date=6)
    assert statuses(shop.submit([release, later])) == [
        "exists",
        "exists_with_different_value_date",
    ]
    paid, held, released, reversed = shop.statement(ALICE)
    assert paid.value_date == paid.timestamp
    assert (held.value_date, released.value_date) == (5, 9 * 10**18)
    assert (held.operation.value_date, reversed.operation.value_date) == (5, 0)
    for line, parties in ((released, (ALICE, BOB)), (reversed, (BOB, ALICE))):
        of = line.operation
        assert (of.debit_account, of.credit_account) == parties
        assert (of.ledger, of.code, of.user_data_128) == (1, 7, 4711)
    pytest.importorskip("pandas")
    frame = shop.statement(ALICE).to_pandas()
    assert str(frame["value_date"].dtype) == "datetime64[ns, UTC]"
    nothing_moves = Operation.freeze(ALICE, value_date=5)
    assert statuses(shop.submit([nothing_moves])) == ["unused_field_must_be_zero"]


def test_open_holds(shop) -> None:
    shop.submit([pay_in(), buy(11, 1, user_data_64=5), buy(12, 1, timeout=2 * DAY), buy(13, 1)])
    shop.submit([buy(14, 1, timeout=0, at_deadline=AtDeadline.NONE, user_data_128=6)])
    shop.submit([Operation.ship(12), Operation.dispute(13)])

    def ids(**query) -> list[int]:
        return [hold.id for hold in shop.open_holds(**query)]

    assert ids() == [11, 12, 13, 14]
    assert ids(account=BOB, phase=Phase.SHIPPED) == [12]
    assert ids(disputed=True) == [13]
    assert ids(disputed=False, limit=2) == [11, 12]
    assert ids(due_from=1, due_to=DAY * 10**9 * 3 // 2) == [11]
    assert ids(user_data_64=5) == [11]
    assert ids(user_data_128=6) == [14]
    attention = shop.holds_needing_attention(disputed_before=10**18)
    assert sorted(hold.id for hold in attention) == [13, 14]
    assert [hold.id for hold in shop.all_holds(after=11)] == [12, 13, 14]
    assert sum(hold.is_open for hold in shop.all_holds()) == 4


def test_documents(shop) -> None:
    put = [Operation.put("shop", b"order/%d" % i, b"v" * i) for i in range(3)]
    big = Operation.put("shop", b"z", b"x" * escrowdb.DOCUMENT_VALUE_BYTES_MAX)
    outcomes = shop.submit([*put, pay_in(), big])
    assert {outcome.is_applied for outcome in outcomes} == {True}
    document = shop.document("shop", b"order/2")
    assert document == (b"order/2", b"vv", outcomes[2].version)
    assert len(shop.document("shop", b"z").value) == 65_536
    assert shop.document("shop", b"none") is None
    assert [each.key for each in shop.documents("shop", prefix=b"order/")] == [
        b"order/0", b"order/1", b"order/2",
    ]  # fmt: skip
    between = shop.documents("shop", lower=b"order/1", upper=b"z")
    assert [each.value for each in between] == [b"v", b"vv"]
    assert len(list(shop.documents("shop"))) == 4
    assert list(shop.documents("other")) == []
    with pytest.raises(ValueError, match="both"):
        shop.documents("shop", prefix=b"a", lower=b"b")
    stale = Operation.put("shop", b"order/2", b"new", expected_version=1)
    (refused,) = shop.submit([stale])
    assert (refused.status, refused.version) == (Status.VERSION_MUST_MATCH, document.version)
    fresh = Operation.put("shop", b"order/2", b"new", expected_version=document.version)
    gone = Operation.delete("shop", b"order/1", expected_version=outcomes[1].version)
    never = Operation.put("shop", b"order/0", b"", expected_version=0)
    assert statuses(shop.submit([fresh, gone, never])) == [
        "applied", "applied", "version_must_match",
    ]  # fmt: skip


def test_more_documents_than_fit_a_buffer(shop) -> None:
    value = b"x" * 60_000
    shop.submit([Operation.put("shop", b"%03d" % i, value) for i in range(40)])
    assert [each.key for each in shop.documents("shop")] == [b"%03d" % i for i in range(40)]
    events = [event.document for event in shop.events() if event.document]
    assert [document.value for _, document in events] == [value] * 40


def test_events_and_consumers(shop) -> None:
    shop.submit([pay_in(), Operation.put("shop", b"key", b"value"), buy(11, 10**9)])
    events = list(shop.events())
    kinds = [event.kind for event in events]
    ledger, account, operation = EventKind.LEDGER, EventKind.ACCOUNT, EventKind.OPERATION
    assert kinds == [ledger] + [account] * 4 + [operation] * 3
    assert events[0].ledger.code == "USD"
    assert events[1].account.id == BANK
    assert (events[0].account, events[0].operation, events[0].document) == (None, None, None)
    assert events[5].operation.amount == 5000
    space, document = events[6].document
    assert (space, document.key, document.value) == ("shop", b"key", b"value")
    assert shop.document("shop", b"key") == document
    assert events[7].status is Status.EXCEEDS_CREDITS
    assert shop.consumer("mail") is None
    shop.acknowledge("mail", events[6].timestamp)
    assert shop.consumer("mail") == events[6].timestamp
    assert list(shop.events(consumer="mail")) == [events[7]]
    assert [(each.name, each.position) for each in shop.consumers()] == [
        ("mail", events[6].timestamp),
    ]
    assert list(shop.events(after=events[7].timestamp)) == []
    assert "document" in repr(events[6])
    assert pickle.loads(pickle.dumps(events)) == events
    for wrong in (events[5].timestamp, events[7].timestamp + 10**18):
        with pytest.raises(escrowdb.InvalidPositionError):
            shop.acknowledge("mail", wrong)
    assert shop.remove_consumer("mail")
    assert not shop.remove_consumer("mail")
    assert shop.consumers() == []


def test_the_feed_ends(shop) -> None:
    # The documented loop never ended, and with two consumers the feed grew exponentially: each
    # acknowledgement was an event that the next round acknowledged. They are told to nobody.
    shop.submit([pay_in()])
    total = 0
    for _round in range(4):
        seen = 0
        for consumer in ("mail", "books"):
            for event in shop.events(consumer=consumer):
                shop.acknowledge(consumer, event.timestamp)
                seen += 1
        total += seen
        if not seen:
            break
    else:
        raise AssertionError("the feed does not end")
    assert total == 2 * 6
    for name in ("", "x" * 64):
        with pytest.raises(escrowdb.InvalidArgumentError):
            shop.acknowledge(name, 1)


def test_the_trial_balance(shop) -> None:
    accounts = [Account(1000 + i, ledger=USD, code=1000 + i) for i in range(300)]
    shop.create_accounts(accounts)
    shop.submit([pay_in(), buy(11)])
    balance = shop.trial_balance(USD)
    assert (balance.is_balanced, len(balance.rows)) == (True, 304)
    assert balance.totals.debits_posted == balance.totals.credits_posted == 5000
    assert (balance.ledger.posted, balance.ledger.pending) == (5000, 2000)
    assert [(row.code, row.accounts) for row in balance.rows[:2]] == [(100, 1), (200, 1)]
    assert pickle.loads(pickle.dumps(balance)) == balance
    with pytest.raises(escrowdb.InvalidArgumentError):
        shop.trial_balance(9)


def test_operations_by_user_data(path) -> None:
    with escrowdb.open(path, clock=Clock.MANUAL, index_user_data=True) as store:
        create_shop(store)
        store.submit([pay_in(user_data_128=7), pay_in(user_data_128=8), pay_in(user_data_128=7)])
        assert len(list(store.operations_by_user_data(7))) == 2


def test_only_a_store_with_an_index_finds_by_user_data(shop) -> None:
    with pytest.raises(escrowdb.InvalidArgumentError):
        shop.operations_by_user_data(7)


def test_stats_and_checkpoints(shop) -> None:
    before = shop.stats()
    shop.submit([pay_in()])
    shop.checkpoint()
    after = shop.stats()
    assert after.events == before.events + 1
    assert after.checkpoints == before.checkpoints + 1
    assert len(after.chain_hash) == 64
    assert after.last_block == after.checkpoint_block


def test_a_store_keeps_its_id_and_its_history_is_one_hash(tmp_path) -> None:
    heads = []
    for name, store_id in (("one", 7), ("two", uuid.UUID(int=7)), ("three", 8), ("four", None)):
        with escrowdb.open(tmp_path / name, clock=Clock.MANUAL, store_id=store_id) as store:
            assert (store.head().block, store.head().timestamp) == (0, 0)
            create_shop(store)
            heads.append(store.head())
            assert heads[-1].hash.hex() == store.stats().chain_hash
    assert heads[0] == heads[1]
    assert len({head.hash for head in heads}) == 3
    with pytest.raises(escrowdb.InvalidArgumentError, match=r"^the store has the id 7, not 8$"):
        escrowdb.open(tmp_path / "one", store_id=8)
    with escrowdb.open(tmp_path / "one") as store:
        assert store.head() == heads[0]


def test_verify_tells_how_it_goes_on(shop, path) -> None:
    # Beside its host, too.
    assert escrowdb.verify(path).is_sound
    shop.close()
    told: list[tuple[int, int]] = []
    escrowdb.verify(path, progress=lambda done, blocks: told.append((done, blocks)))
    assert told[-1][0] == told[-1][1]

    def fails(done: int, blocks: int) -> None:
        raise KeyError(done)

    with pytest.raises(KeyError):
        escrowdb.verify(path, progress=fails)


def test_verify_finds_what_is_rotten(shop, path) -> None:
    shop.close()
    (journal,) = (path / "journal").iterdir()
    content = bytearray(journal.read_bytes())
    content[300] ^= 1
    journal.write_bytes(content)
    try:
        report = escrowdb.verify(path)
    except escrowdb.CorruptError:
        return
    assert not report.is_sound
    assert report.fault


def test_backup_and_restore(shop, path, tmp_path) -> None:
    copied = shop.backup(tmp_path / "backup")
    assert copied.head == shop.head()
    assert copied.segments == 1
    assert copied.journal_bytes > 0
    with pytest.raises(escrowdb.InTheWayError, match="exists and is not an empty directory"):
        shop.backup(tmp_path / "backup")
    shop.submit([pay_in(5)])
    late = shop.head()
    shop.close()
    # The store has gone on from the backup, and the backup has not come as far.
    assert escrowdb.verify(path, head=copied.head).is_sound
    behind = escrowdb.verify(tmp_path / "backup", head=late)
    assert not behind.is_sound
    assert behind.fault.startswith("the journal ends with block")
    with pytest.raises(escrowdb.CorruptError, match="the journal ends with block"):
        escrowdb.restore(tmp_path / "backup", tmp_path / "restored", head=late)
    told: list[int] = []
    restored = escrowdb.restore(
        tmp_path / "backup",
        tmp_path / "restored",
        head=copied.head,
        progress=lambda done, _blocks: told.append(done),
    )
    assert restored.is_sound
    assert told
    with escrowdb.open(tmp_path / "restored") as store:
        assert store.head() == copied.head


def test_archive(tmp_path) -> None:
    small = {"clock": Clock.MANUAL, "segment_bytes": 2_000, "preallocate_bytes": 512}
    with escrowdb.open(tmp_path / "shop", **small) as store:
        create_shop(store)
        sent = [pay_in(1) for _ in range(30)]
        first = [store.submit([operation])[0] for operation in sent]
        noted = store.head()
        moved = store.archive(tmp_path / "old", before=first[20].timestamp)
        assert moved.segments > 1
        assert moved.bytes > 0
        assert (moved.held_back_by, moved.archived.block > 5) == ("", True)
        again = store.submit([sent[0]])[0]
        assert (again.status, again.timestamp) == (
            Status.ORIGINAL_IS_ARCHIVED,
            first[0].timestamp,
        )
        with pytest.raises(escrowdb.ArchivedError, match="was archived, with all events up to"):
            store.operations([sent[0].id])
        assert store.head() == noted
    part = escrowdb.verify(tmp_path / "shop")
    assert (part.is_sound, part.blocks_archived) == (True, moved.archived.block)
    whole = escrowdb.verify(tmp_path / "shop", archive=tmp_path / "old", head=noted)
    assert (whole.is_sound, whole.blocks_archived) == (True, 0)


def test_opening(path, tmp_path) -> None:
    with pytest.raises(escrowdb.NotFoundError) as caught:
        escrowdb.open(path, mode=Mode.OPEN_EXISTING)
    assert caught.value.code == escrowdb.ErrorCode.NOT_FOUND
    with escrowdb.open(str(path), mode=Mode.CREATE_NEW), pytest.raises(escrowdb.LockedError):
        escrowdb.open(path, exclusive=True)
    with pytest.raises(escrowdb.AlreadyExistsError):
        escrowdb.open(bytes(path), mode=Mode.CREATE_NEW)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").write_text("dear")
    with pytest.raises(escrowdb.NotAStoreError):
        escrowdb.open(tmp_path / "full")
    for wrong in (1.5, None, 3):
        with pytest.raises(TypeError):
            escrowdb.open(wrong)
    for options in ({"mode": 9}, {"clock": 9}, {"durability": 9}):
        with pytest.raises(escrowdb.InvalidArgumentError):
            escrowdb.open(path, **options)
    with pytest.raises(TypeError):
        escrowdb.open(path, cache_bytes=1.5)


def test_read_only(path, tmp_path) -> None:
    with escrowdb.open(path, clock=Clock.MANUAL) as store:
        create_shop(store)
        store.submit([pay_in()])
        head = store.head()
        with escrowdb.open(path, mode=Mode.READ_ONLY, follow_host=True) as guest:
            assert (guest.role, guest.head()) == (escrowdb.Role.GUEST, head)
            with pytest.raises(escrowdb.ReadOnlyError):
                guest.submit([pay_in()])
    reader = escrowdb.open(path, mode=Mode.READ_ONLY)
    with reader as store, escrowdb.open(path, mode=Mode.READ_ONLY) as second:
        assert store.head() == second.head() == head
        assert store.account(ALICE) == second.account(ALICE)
        with pytest.raises(escrowdb.LockedError):
            escrowdb.open(path)
        for write in (
            lambda: store.submit([pay_in()]),
            store.checkpoint,
            lambda: store.advance(1),
            lambda: store.acknowledge("mailer", 1),
            lambda: store.archive(tmp_path / "old", before=1),
        ):
            with pytest.raises(escrowdb.ReadOnlyError):
                write()
        assert store.backup(tmp_path / "copy").head == head
        for space in ("a\0b", ""):
            with pytest.raises(escrowdb.InvalidArgumentError):
                store.documents(space)
    assert escrowdb.verify(tmp_path / "copy", head=head).is_sound


def test_what_belongs_to_another_store_is_refused(path, tmp_path) -> None:
    other = tmp_path / "other"
    for place in (path, other):
        with escrowdb.open(place, clock=Clock.MANUAL) as store:
            create_shop(store)
    with pytest.raises(escrowdb.InvalidArgumentError, match=r"move state\.redb away"):
        escrowdb.open(path, index_user_data=True)
    (other / "state.redb").rename(path / "state.redb")
    with pytest.raises(escrowdb.MismatchedStateError, match="that of another store"):
        escrowdb.open(path)


def test_use_after_close(shop, path) -> None:
    shop.submit([pay_in()])
    snapshot, lines = shop.snapshot(), shop.statement(ALICE)
    assert "open" in repr(shop)
    shop.close()
    shop.close()
    assert shop.is_closed
    assert "closed" in repr(shop)
    for use in (
        lambda: shop.submit([]),
        lambda: shop.submit([pay_in()]),
        lambda: shop.create_ledgers([USD]),
        lambda: shop.create_accounts([]),
        lambda: shop.advance(1),
        lambda: shop.acknowledge("mail", 1),
        shop.snapshot,
        shop.checkpoint,
        shop.stats,
        shop.all_ledgers,
        lambda: shop.account(ALICE),
        lambda: shop.events(),
        lambda: snapshot.account(ALICE),
        lambda: next(lines),
    ):
        with pytest.raises(escrowdb.ClosedError):
            use()
    with escrowdb.open(path) as again:
        assert again.account(ALICE).balances.net == 5000


def test_a_store_that_is_forgotten_warns_and_is_freed(path) -> None:
    def forget() -> None:
        escrowdb.open(path)
        gc.collect()

    with pytest.warns(ResourceWarning, match="not closed"):
        forget()
    escrowdb.open(path).close()


def test_iterators_are_context_managers(shop) -> None:
    with shop.all_accounts() as accounts:
        next(accounts)
    with pytest.raises(escrowdb.ClosedError):
        next(accounts)
    accounts.close()
    rows = shop.all_accounts()
    assert len(list(rows)) == 4
    assert list(rows) == [], "an iterator that ended stays ended"


def test_a_batch_is_of_operations(shop) -> None:
    assert shop.submit([]) == []
    assert statuses(shop.submit(pay_in() for _ in range(2))) == ["applied"] * 2
    for wrong in ([1], [None], [USD], ["x"], 1, None, pay_in()):
        with pytest.raises(TypeError):
            shop.submit(wrong)
    with pytest.raises(escrowdb.LimitExceededError):
        shop.submit([pay_in(id=1)] * (escrowdb.BATCH_OPERATIONS_MAX + 1))


def test_advance_on_a_system_clock_cannot_be_ahead(path) -> None:
    with escrowdb.open(path) as store:
        advanced = store.advance(1)
        assert advanced.settled == 0
        assert advanced.now > 1
        with pytest.raises(escrowdb.InvalidArgumentError):
            store.advance(2**63)


def test_the_same_operations_give_the_same_state(tmp_path) -> None:
    hashes = set()
    for name in ("one", "two"):
        with escrowdb.open(tmp_path / name, clock=Clock.MANUAL) as store:
            create_shop(store)
            store.submit([pay_in(id=10), buy(11)])
        hashes.add(escrowdb.verify(tmp_path / name).state_hash)
    assert len(hashes) == 1


def test_an_exception_that_is_kept_keeps_no_store_locked(tmp_path) -> None:
    """A closed store could not be opened again as long as an exception of it was kept.

    An exception keeps the frames that it came through, and in them was the snapshot that a single
    call reads from. Closing a store frees those, too.
    """
    store = escrowdb.open(tmp_path / "store")
    kept = []
    for reads in [
        lambda: store.trial_balance(77),
        lambda: list(store.statement(77)),
        lambda: list(store.documents("wallet\0")),
        lambda: store.accounts([-1]),
    ]:
        try:
            reads()
        except Exception as error:
            kept.append(error)
    assert kept
    store.close()
    escrowdb.open(tmp_path / "store", exclusive=True).close()


def test_files_are_their_owners(tmp_path) -> None:
    """Under the usual umask anybody could read a store: its files get rights of their own."""
    for access, expected in [
        (escrowdb.FileAccess.OF_OWNER, 0o600),
        (escrowdb.FileAccess.READ_BY_GROUP, 0o640),
        (escrowdb.FileAccess.OF_GROUP, 0o660),
    ]:
        path = tmp_path / access.name
        escrowdb.open(path, file_access=access).close()
        files = [file for file in path.rglob("*") if file.is_file()]
        assert {file.stat().st_mode & 0o777 for file in files} == {expected}
        restored = tmp_path / f"{access.name}.restored"
        escrowdb.restore(path, restored, file_access=access)
        files = [file for file in restored.rglob("*") if file.is_file()]
        assert {file.stat().st_mode & 0o777 for file in files} == {expected}


def test_what_does_not_exist_is_answered_in_one_way(shop) -> None:
    """Some reads of a mistyped account raised, and others gave nothing."""
    for look in (shop.ledger, shop.account, shop.hold, shop.operation):
        assert look(99) is None
    assert shop.consumer("nobody") is None
    assert shop.document("space", b"key") is None
    assert shop.accounts([99]) == shop.holds([99]) == shop.operations([99]) == [None]
    for ask in (
        lambda: shop.statement(99),
        lambda: shop.balances_at(99, 1),
        lambda: shop.open_holds(account=99),
        lambda: shop.trial_balance(99),
    ):
        with pytest.raises(escrowdb.InvalidArgumentError, match=r"there is no (account|ledger) 99"):
            ask()
    assert list(shop.open_holds(user_data_64=99)) == list(shop.all_accounts(after=99)) == []
    assert list(shop.documents("space")) == list(shop.events(after=2**63)) == []


def test_a_store_that_cannot_know_the_time_asks(tmp_path) -> None:
    """The clock of a store that is opened long after its last event may be wrong.

    Deadlines pay for good: nothing is written until somebody who knows the time says so.
    """
    path = tmp_path / "shop.escrow"
    with escrowdb.open(path, clock=Clock.MANUAL) as store:
        store.create_ledgers([Ledger.iso(1, "USD")])
        store.advance(100)
        reading = store.clock()
        assert (reading.state, reading.now) == (ClockState.MANUAL, 100)
        assert store.advance(99) == (0, 100)
        assert store.clock().now == 100
        with pytest.raises(escrowdb.InvalidArgumentError):
            store.confirm_clock(100)
    with escrowdb.open(path) as store:
        with pytest.raises(escrowdb.ClockMustBeConfirmedError, match="confirm the time"):
            store.create_accounts([Account(1, ledger=1, code=1)])
        assert store.clock().state == ClockState.UNCONFIRMED
        now = datetime.now(timezone.utc)
        with pytest.raises(escrowdb.InvalidArgumentError):
            store.confirm_clock(now - timedelta(hours=2))
        assert store.confirm_clock(now) >= escrowdb.nanoseconds(now)
        assert store.create_accounts([Account(1, ledger=1, code=1)], check=True)
        assert store.clock().state == ClockState.TRUSTED
    with escrowdb.open(path, clock_gap_max=timedelta(0), clock_step_max=timedelta(minutes=1)):
        pass
    with pytest.raises(ValueError, match="must not be negative"):
        escrowdb.open(path, clock_gap_max=timedelta(seconds=-1))
