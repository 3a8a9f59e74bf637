"""Ids, amounts, rates and times; and what is taken for none of them."""

from __future__ import annotations

import pickle
import uuid
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from conftest import ALICE, BANK, USD

import escrowdb
from escrowdb import Account, Id, Ledger, Operation

TEXT = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
UUID = uuid.UUID(TEXT)


@pytest.mark.parametrize("form", [UUID, UUID.int, UUID.bytes, Id(UUID.int), bytearray(UUID.bytes)])
def test_every_form_of_an_id_is_the_same(form) -> None:
    id = Operation.freeze(form).target
    assert (id, id.uuid, id.bytes, str(id)) == (UUID.int, UUID, UUID.bytes, TEXT)
    assert type(id) is Id
    assert escrowdb.id_of(form) == id


def test_new_ids_rise_and_are_uuids_of_version_7() -> None:
    ids = escrowdb.new_ids(1000)
    assert ids == sorted(set(ids))
    assert escrowdb.new_id() > ids[-1]
    assert ids[0].uuid.version == 7
    assert escrowdb.new_ids(0) == []


WRONG = [
    1.5, float("nan"), True, None, "7", [1], (1,), {}, object(), 1j, Decimal("1"), datetime.now(),
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize(
    "use",
    [
        Operation.freeze,
        Operation.dispute,
        escrowdb.id_of,
        escrowdb.new_ids,
        lambda wrong: Operation.release(1, to=wrong),
        lambda wrong: Operation.freeze(1, user_data_128=wrong),
        lambda wrong: Operation.freeze(1, user_data_64=wrong),
        lambda wrong: Operation.extend(1, timeout=wrong),
        lambda wrong: Operation.put("s", b"k", b"v", expected_version=wrong or "none"),
        lambda wrong: transfer(ledger=wrong if wrong is not None else 1.0),
        lambda wrong: transfer(code=wrong),
        lambda wrong: Account(wrong, ledger=1, code=1),
        lambda wrong: Account(1, ledger=wrong, code=1),
        lambda wrong: Account(1, ledger=1, code=wrong),
        lambda wrong: Account(1, ledger=1, code=1, flags=wrong),
        lambda wrong: Ledger(wrong, "USD", 2),
        lambda wrong: Ledger(1, "USD", wrong),
        lambda wrong: escrowdb.fee(100, wrong),
        lambda wrong: escrowdb.split(100, [wrong]),
        lambda wrong: escrowdb.format_rate(wrong),
        lambda wrong: Operation(wrong),
    ],
)
def test_a_wrong_type_is_refused(use, wrong) -> None:
    with pytest.raises(TypeError):
        use(wrong)


@pytest.mark.parametrize("wrong", [1.0, True, "7", b"7", [1], object()], ids=repr)
@pytest.mark.parametrize(
    "use",
    [
        lambda wrong: transfer(amount=wrong),
        lambda wrong: Operation.hold(payer=1, payee=2, ledger=USD, amount=wrong),
        lambda wrong: Operation.release(1, amount=wrong),
        lambda wrong: Operation.refund(1, amount=wrong, ledger=USD),
        lambda wrong: Operation.top_up(1, amount=wrong),
        lambda wrong: Operation.reverse(1, amount=wrong),
        USD.minor,
        lambda wrong: escrowdb.fee(wrong, 1),
        lambda wrong: escrowdb.split(wrong, [1]),
        lambda wrong: escrowdb.nanoseconds(wrong),
    ],
)
def test_an_amount_is_whole_or_decimal(use, wrong) -> None:
    with pytest.raises(TypeError):
        use(wrong)


@pytest.mark.parametrize("wrong", [1, 1.5, None, "text", [b"k"]], ids=repr)
def test_keys_and_values_are_bytes(wrong) -> None:
    for use in (
        lambda: Operation.put("s", wrong, b""),
        lambda: Operation.put("s", b"k", wrong),
        lambda: Operation.delete("s", wrong),
        lambda: Operation.delete(b"s", b"k"),
        lambda: Ledger(1, b"USD", 2),
        lambda: escrowdb.parse_rate(wrong if not isinstance(wrong, str) else b"2%"),
        lambda: escrowdb.parse_amount(wrong if not isinstance(wrong, str) else b"2", 2),
    ):
        with pytest.raises(TypeError):
            use()


@pytest.mark.parametrize("number", [-1, 1 << 128])
def test_a_number_that_does_not_fit_is_refused(number) -> None:
    for use in (Operation.freeze, escrowdb.new_ids, lambda n: transfer(amount=n)):
        with pytest.raises(OverflowError):
            use(number)
    with pytest.raises(OverflowError):
        transfer(code=1 << 16)
    # int.to_bytes said that "can't convert negative int to unsigned", of ten ids of a payment.
    for name in ("id", "debit_account", "credit_account", "user_data_128"):
        with pytest.raises(escrowdb.OutOfRangeError, match=rf"{name} must be from 0 to 2\*\*128"):
            transfer(**{name: number})
    for error in (ValueError, escrowdb.Error, escrowdb.InvalidArgumentError):
        with pytest.raises(error, match="an id must be"):
            escrowdb.id_of(number)
    with pytest.raises(ValueError, match="16 bytes"):
        Operation.freeze(b"short")


def test_numbers_of_numpy_are_numbers() -> None:
    numpy = pytest.importorskip("numpy")
    assert transfer(amount=numpy.int64(5)).amount == 5
    assert Operation.freeze(numpy.uint64(2)).target == 2
    with pytest.raises(TypeError):
        transfer(amount=numpy.float64(5))


@pytest.mark.parametrize(
    ("text", "scale", "minor"),
    [
        ("35.61", 2, 3561),
        ("35.6", 2, 3560),
        ("35.610", 2, 3561),
        ("0", 2, 0),
        ("-0", 2, 0),
        ("1E+3", 0, 1000),
        ("79228162514264337593543950335", 0, 2**96 - 1),
        ("0.000000000000000001", 18, 1),
    ],
)
def test_decimals_are_exact(text, scale, minor) -> None:
    ledger = Ledger(1, "X", scale)
    assert ledger.minor(Decimal(text)) == minor
    assert transfer(ledger=ledger, amount=Decimal(text)).amount == minor
    assert ledger.decimal(minor) == Decimal(text)
    assert str(ledger.decimal(minor)) == ledger.format(minor) or scale == 18
    assert escrowdb.parse_amount(ledger.format(minor), scale) == minor


@pytest.mark.parametrize("text", ["0.001", "-1", "NaN", "Infinity", "1E-999999", "1E+999999"])
def test_a_decimal_that_is_no_amount_is_refused(text) -> None:
    with pytest.raises(ValueError, match="not an amount of scale 2"):
        USD.minor(Decimal(text))


def test_a_decimal_needs_a_scale() -> None:
    for use in (
        lambda: transfer(ledger=1, amount=Decimal(1)),
        lambda: Operation.release(1, amount=Decimal(1)),
    ):
        with pytest.raises(TypeError, match="Ledger"):
            use()
    assert Operation.release(1, amount=Decimal(1), ledger=USD).amount == 100
    assert Operation.release(1, amount=Decimal(1), ledger=USD).ledger == 0


@pytest.mark.parametrize("text", ["", "1,5", "-1", "1e3", " 1", "0.001"])
def test_a_text_that_is_no_amount_is_refused(text) -> None:
    with pytest.raises(escrowdb.InvalidArgumentError) as caught:
        escrowdb.parse_amount(text, 2)
    assert caught.value.code == escrowdb.ErrorCode.INVALID_ARGUMENT
    assert isinstance(caught.value, ValueError)


def test_negative_amounts_are_written_too() -> None:
    assert escrowdb.format_amount(-12345, 2) == "-123.45"
    assert escrowdb.format_amount(-(2**96), 0) == str(-(2**96))
    assert escrowdb.decimal_amount(-12345, 2) == Decimal("-123.45")


def test_rates_fees_and_splits() -> None:
    assert escrowdb.parse_rate("12.5%") == 125_000
    assert escrowdb.format_rate(125_000) == "12.5%"
    assert escrowdb.fee(2015, 100_000) == 202
    assert escrowdb.split(1001, [500, 500, 1]) == [500, 500, 1]
    for wrong in ([], [0]):
        with pytest.raises(escrowdb.InvalidArgumentError):
            escrowdb.split(1, wrong)
    with pytest.raises(escrowdb.InvalidArgumentError):
        escrowdb.parse_rate("150%")


def test_times() -> None:
    time = datetime(2024, 7, 15, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    assert escrowdb.utc(escrowdb.nanoseconds(time)) == time
    with pytest.raises(ValueError, match="time zone"):
        escrowdb.nanoseconds(datetime(2024, 7, 15))
    with pytest.raises(OverflowError):
        escrowdb.nanoseconds(datetime(1969, 1, 1, tzinfo=timezone.utc))
    assert Operation.extend(1, timeout=timedelta(days=2)).timeout_seconds == 172_800
    with pytest.raises(ValueError, match="seconds"):
        Operation.extend(1, timeout=timedelta(milliseconds=1))


def test_ledgers() -> None:
    assert Ledger.iso(1, "JPY") == Ledger(1, "JPY", 0)
    with pytest.raises(escrowdb.InvalidArgumentError):
        Ledger.iso(1, "XYZ")
    with pytest.raises(ValueError, match="16 bytes"):
        Ledger(1, "A" * 17, 0)


def test_records_are_values() -> None:
    one, two = transfer(id=1), transfer(id=2)
    assert one == transfer(id=1)
    assert one != two
    assert len({one, transfer(id=1), two}) == 2
    assert one != "another thing"
    with pytest.raises(AttributeError):
        one.amount = 5
    assert "amount=500" in repr(one)
    document = Operation.put("s", b"k", b"v", id=9)
    for record in (one, document, Account(1, ledger=1, code=1), USD):
        assert pickle.loads(pickle.dumps(record)) == record
    assert document != Operation.put("s", b"k", b"w", id=9)


def transfer(**arguments) -> Operation:
    defaults = {"debit_account": BANK, "credit_account": ALICE, "ledger": USD, "amount": 500}
    return Operation.transfer(**{**defaults, **arguments})
