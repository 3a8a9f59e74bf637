"""Batches as numpy arrays, and what comes back as arrays and data frames."""

from __future__ import annotations

import tracemalloc
import uuid

import pytest
from conftest import ALICE, BANK, BOB, FEES, USD

import escrowdb
from escrowdb import Account, Hold, Kind, Operation, Status

numpy = pytest.importorskip("numpy")


def test_an_array_is_the_same_batch_as_a_list(shop) -> None:
    amounts = numpy.array([500, 600, 10_000])
    array = escrowdb.op_array(
        3, kind=Kind.TRANSFER, id=[10, 11, 12], debit_account=[BANK, BANK, ALICE],
        credit_account=[ALICE, ALICE, BOB], ledger=1, code=1, amount=amounts,
    )  # fmt: skip
    outcomes = shop.submit_array(array)
    assert outcomes.dtype == escrowdb.outcome_dtype()
    assert outcomes["status"].tolist() == [0, 0, Status.EXCEEDS_CREDITS]
    assert outcomes["credit"]["credits_posted"]["lo"].tolist()[:2] == [500, 1100]
    same = [
        Operation.transfer(
            id=10 + at, debit_account=payer, credit_account=payee, ledger=USD, amount=amount
        )
        for at, (payer, payee, amount) in enumerate(
            [(BANK, ALICE, 500), (BANK, ALICE, 600), (ALICE, BOB, 10_000)]
        )
    ]
    assert b"".join(operation._record for operation in same) == array.tobytes()
    repeats = [outcome.status for outcome in shop.submit(same)]
    assert repeats == [Status.EXISTS, Status.EXISTS, Status.ID_ALREADY_FAILED]


def test_an_array_is_read_where_it_lies(shop) -> None:
    array = escrowdb.op_array(4, kind=Kind.TRANSFER, id=range(10, 14), debit_account=BANK,
                              credit_account=ALICE, ledger=1, code=1, amount=1)  # fmt: skip
    array.flags.writeable = False
    assert not shop.submit_array(array[1:3])["status"].any()
    assert [found is not None for found in shop.operations(range(10, 14))] == [
        False, True, True, False,
    ]  # fmt: skip


def test_outcomes_are_written_where_the_caller_says(shop) -> None:
    array = escrowdb.op_array(4, kind=Kind.TRANSFER, id=range(10, 14), debit_account=BANK,
                              credit_account=ALICE, ledger=1, code=1, amount=1)  # fmt: skip
    room = numpy.full(6, 255, "u1").repeat(escrowdb.outcome_dtype().itemsize)
    room = room.view(escrowdb.outcome_dtype())
    part = room[1:5]
    assert shop.submit_array(array, out=part) is part
    assert part["credit"]["credits_posted"]["lo"].tolist() == [1, 2, 3, 4]
    assert room[0].tobytes() == room[5].tobytes() == b"\xff" * room.dtype.itemsize
    assert shop.submit_array(array[:0], out=room[:0]).size == 0
    locked = room[:4].copy()
    locked.flags.writeable = False
    for wrong in (room, room[:3], room[:0], room[:8:2][:4], locked):
        with pytest.raises(ValueError, match=r"contiguous|writeable"):
            shop.submit_array(array, out=wrong)
    for wrong in (array, numpy.zeros(4), bytearray(4 * 208), [0] * 4):
        with pytest.raises(TypeError, match="outcome_dtype"):
            shop.submit_array(array, out=wrong)


def test_arrays_are_not_copied(shop) -> None:
    count = 8192
    array = escrowdb.op_array(count, kind=Kind.TRANSFER, id=numpy.arange(10, 10 + count),
                              debit_account=BANK, credit_account=ALICE, ledger=1, code=1,
                              amount=1)  # fmt: skip
    out = numpy.empty(count, escrowdb.outcome_dtype())
    # numpy tells tracemalloc what it allocates, and cffi's copies would be Python's objects.
    tracemalloc.start()
    try:
        shop.submit_array(array, out=out)
        peak_with_room = tracemalloc.get_traced_memory()[1]
        outcomes = shop.submit_array(array)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_with_room < array.nbytes // 10
    assert outcomes.nbytes <= peak < outcomes.nbytes + array.nbytes // 10
    assert set(out["status"].tolist()) == {Status.APPLIED}
    assert set(outcomes["status"].tolist()) == {Status.EXISTS}


def test_documents_beside_an_array(shop) -> None:
    array = escrowdb.op_array(
        2, kind=Kind.PUT, id=[10, 11], data_offset=[0, 7], space_length=4, key_length=1,
        value_length=2,
    )  # fmt: skip
    assert not shop.submit_array(array, b"shopaXXshopbYY")["status"].any()
    assert shop.document("shop", b"b").value == b"YY"


def test_a_wrong_array_is_refused(shop) -> None:
    good = escrowdb.op_array(4)
    for wrong in (numpy.zeros(4), [1], None, good.tobytes(), escrowdb.id_array([1])):
        with pytest.raises(TypeError):
            shop.submit_array(wrong)
    for wrong in (good[::2], good.reshape(2, 2)):
        with pytest.raises(ValueError, match="contiguous"):
            shop.submit_array(wrong)
    misaligned = numpy.frombuffer(bytearray(escrowdb.op_dtype().itemsize + 1), "u1")[1:].view(
        escrowdb.op_dtype()
    )
    with pytest.raises(escrowdb.InvalidArgumentError):
        shop.submit_array(misaligned)
    assert shop.submit_array(good[:0]).size == 0


@pytest.mark.parametrize(
    "column",
    [
        {"amount": 1.5}, {"amount": numpy.array([1.0, 2.0])}, {"amount": [1, 2.0]},
        {"amount": "7"}, {"ledger": 1.0}, {"ledger": [1.0, 2.0]}, {"id": [True, False]},
        {"code": True}, {"nonsense": 1}, {"reserved": 1}, {"amount": ["1", "2"]},
    ],
    ids=repr,
)  # fmt: skip
def test_a_wrong_column_is_refused(column) -> None:
    with pytest.raises(TypeError):
        escrowdb.op_array(2, **column)


def test_a_column_that_does_not_fit_is_refused() -> None:
    for column in ({"amount": numpy.array([-1, 2])}, {"code": 1 << 16}, {"id": [1, 1 << 128]}):
        with pytest.raises(OverflowError):
            escrowdb.op_array(2, **column)
    with pytest.raises(ValueError, match="broadcast"):
        escrowdb.op_array(2, ledger=[1, 2, 3])


def test_ids_in_every_form() -> None:
    forms = [7, uuid.UUID(int=1 << 100), (9).to_bytes(16, "big")]
    ids = escrowdb.id_array(forms)
    assert escrowdb.op_array(3, target=ids)["target"].tolist() == ids.tolist()
    columns = escrowdb.to_columns(escrowdb.op_array(3, target=forms))
    assert columns["target"].tolist() == [7, 1 << 100, 9]
    assert columns["id"].dtype == columns["target"].dtype == object
    assert escrowdb.op_array(2, target=uuid.UUID(int=5))["target"]["lo"].tolist() == [5, 5]


def test_look_ups_and_rows_as_arrays(shop) -> None:
    operations = [
        Operation.transfer(debit_account=BANK, credit_account=ALICE, ledger=1, amount=amount)
        for amount in range(1, 1101)
    ]
    shop.submit([*operations, Operation.hold(id=5, payer=ALICE, payee=BOB, ledger=1, amount=9)])
    accounts = shop.accounts_array(numpy.array([ALICE, 99]))
    assert accounts.dtype == escrowdb.dtype(Account)
    assert accounts["id"]["lo"].tolist() == [ALICE, 0]
    assert shop.holds_array([5, 6])["held"]["lo"].tolist() == [9, 0]
    assert shop.holds_array([5]).dtype == escrowdb.dtype(Hold)
    lines = shop.statement(ALICE)
    assert next(lines).posted == 1
    columns = escrowdb.to_columns(lines.to_numpy())
    assert columns["posted"].tolist() == [*range(2, 1101), 0]
    assert columns["pending"].tolist()[-1] == 9
    assert columns["balances.credits_posted"][-1] == 1100 * 1101 // 2
    assert len(shop.all_accounts().to_numpy()) == 4
    bank = escrowdb.to_columns(shop.all_accounts().to_numpy())
    assert bank["id"].tolist() == [1, 2, 3, 4]
    assert len(lines.to_numpy()) == 0


def test_changes_below_zero_stay_exact(shop) -> None:
    far = 2**80
    pay = Operation.transfer(debit_account=BANK, credit_account=ALICE, ledger=1, amount=far)
    hold = Operation.hold(id=5, payer=ALICE, payee=BOB, ledger=1, amount=far)
    shop.submit([pay, hold, Operation.refund(5)])
    columns = escrowdb.to_columns(shop.statement(ALICE).to_numpy())
    assert columns["pending"].tolist() == [0, far, -far]
    small = Operation.hold(id=6, payer=ALICE, payee=BOB, ledger=1, amount=5)
    shop.submit([small, Operation.refund(6)])
    lines = shop.statement(ALICE, newest_first=True, limit=2).to_numpy()
    column = escrowdb.to_columns(lines)["pending"]
    assert (column.dtype, column.tolist()) == (object, [-5, 5])


def test_a_statement_as_a_data_frame(shop) -> None:
    pandas = pytest.importorskip("pandas")
    pay = Operation.transfer(debit_account=BANK, credit_account=ALICE, ledger=1, amount=5)
    shop.submit([pay, Operation.hold(id=5, payer=ALICE, payee=BOB, ledger=1, amount=2)])
    frame = shop.statement(ALICE).to_pandas()
    assert frame["posted"].tolist() == [5, 0]
    assert isinstance(frame["timestamp"].dtype, pandas.DatetimeTZDtype)
    assert frame["timestamp"].astype("int64").tolist() == [
        line.timestamp for line in shop.statement(ALICE)
    ]
    assert shop.open_holds().to_pandas()["at_deadline"].tolist() == ["none"]
    assert len(shop.statement(ALICE, limit=1, start=2**62).to_pandas()) == 0


def test_the_types_of_a_data_frame_do_not_depend_on_the_data(shop) -> None:
    """A report that worked for months failed on the day of the first large amount.

    Ids and amounts were `uint64` where all of them fitted, and objects otherwise; an empty frame
    had other types than a full one; and members of enumerations were numbers.
    """
    pytest.importorskip("pandas")

    def types_of(name: str) -> object:
        frames = {
            "statement": lambda: shop.statement(ALICE),
            "holds": lambda: shop.open_holds(),
            "accounts": lambda: shop.all_accounts(ALICE),
            "events": lambda: shop.events(after=after),
        }
        frame = frames[name]().to_pandas()
        return frame.dtypes.drop("data", errors="ignore").to_dict()

    after, names = 2**62, ("statement", "holds", "events")
    empty = [types_of(name) for name in names]
    after = 0
    for amount in (5, 2**80):
        pay = Operation.transfer(debit_account=BANK, credit_account=ALICE, ledger=1, amount=amount)
        hold = Operation.hold(payer=ALICE, payee=BOB, ledger=1, amount=amount)
        shop.submit([pay, hold], check=True)
        assert [types_of(name) for name in names] == empty
    frame = shop.statement(ALICE).to_pandas()
    assert frame["operation.kind"].tolist() == ["transfer", "hold"] * 2
    assert frame["side"].tolist() == ["credit", "debit"] * 2
    assert shop.open_holds().to_pandas()["phase"].tolist() == ["funded"] * 2
    events = shop.events().to_pandas()
    assert set(events["kind"]) == {"ledger", "account", "operation"}
    assert set(events["operation.kind"]) == {None, "transfer", "hold"}
    accounts = shop.all_accounts().to_pandas()
    assert accounts["flags"].tolist()[0] == "external"


def test_events_as_an_array_and_as_a_data_frame(shop) -> None:
    pandas = pytest.importorskip("pandas")
    pay = Operation.transfer(debit_account=BANK, credit_account=ALICE, ledger=1, amount=5)
    shop.submit([pay, Operation.put("shop", b"key", b"value")])
    events = list(shop.events())
    shop.acknowledge("mail", events[-1].timestamp)
    array = shop.events().to_numpy()
    assert array.dtype == escrowdb.dtype(escrowdb.Event)
    assert array["kind"].tolist() == [event.kind for event in events]
    rows = shop.events()
    assert next(rows) == events[0]
    frame = rows.to_pandas()
    assert list(rows) == []
    assert isinstance(frame["timestamp"].dtype, pandas.DatetimeTZDtype)
    assert frame["timestamp"].astype("int64").tolist() == [event.timestamp for event in events[1:]]
    assert frame["operation.amount"].tolist() == [0, 0, 0, 0, 5, 0]
    assert frame["account.id"].tolist()[:4] == [BANK, ALICE, BOB, FEES]
    assert frame["data"].tolist() == [b""] * 5 + [b"shopkeyvalue"]
    assert not [name for name in frame if "data_offset" in name]
    assert len(shop.events(after=2**62).to_pandas()) == 0
