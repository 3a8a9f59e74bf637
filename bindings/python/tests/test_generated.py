"""What is written by generate.py is what it would write now, and agrees with the library."""

from __future__ import annotations

import enum
import sys
import types
from pathlib import Path

import pytest

import escrowdb
from escrowdb._library import ffi, lib, text_of
from escrowdb._operation import OPERATION, Operation

HERE = Path(__file__).parent


def test_the_generated_files_are_current() -> None:
    sys.path.insert(0, str(HERE.parent))
    import generate

    for path, text in generate.generated().items():
        assert path.read_text() == text, f"run generate.py: {path.name} is stale"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (escrowdb.Kind, lib.escrow_kind_name),
        (escrowdb.Status, lib.escrow_outcome_name),
        (escrowdb.Phase, lib.escrow_phase_name),
        (escrowdb.AtDeadline, lib.escrow_at_deadline_name),
        (escrowdb.ErrorCode, lib.escrow_status_name),
        (escrowdb.WalletStatus, lib.escrow_wallet_outcome_name),
        (escrowdb.LetterKind, lib.escrow_letter_kind_name),
        (escrowdb.AuditCommand, lib.escrow_audit_command_name),
    ],
)
def test_members_are_named_as_the_library_names_them(kind, name) -> None:
    for member in kind:
        assert text_of(name(member)) == member.name.lower()


def test_unknown_values_survive() -> None:
    unknown = escrowdb.Status(9999)
    assert unknown == 9999
    assert unknown.name == "UNKNOWN_9999"
    assert escrowdb.Status(9999) == unknown
    assert int(escrowdb.OperationFlags(1 << 20 | 1)) == 1 << 20 | 1
    with pytest.raises(ValueError, match="oops"):
        escrowdb.Status("oops")


def test_records_are_as_large_as_those_of_the_library() -> None:
    for kind in everything_public(escrowdb.Record):
        names = [name for name in kind.FIELDS if not name.startswith("_")]
        zero = bytes(ffi.sizeof(kind.C_TYPE))
        record = kind._of(zero)
        for name in names:
            getattr(record, name)
    assert OPERATION.size == ffi.sizeof("escrow_operation")


def test_fields_lie_where_the_header_has_them() -> None:
    operation = Operation(
        2, id=1, debit_account=2, credit_account=3, target=4, amount=5, fee_account=6,
        user_data_128=7, user_data_64=8, at=9, expected_version=10, timeout=11, fee_ppm=12,
        ledger=13, flags=14, code=15, at_deadline=16, space=b"s", key=b"kk", value=b"vvv",
        fee_fixed=18, value_date=17,
    )  # fmt: skip
    values = operation._values()
    assert values == {
        "id": 1, "debit_account": 2, "credit_account": 3, "target": 4, "amount": 5,
        "fee_account": 6, "user_data_128": 7, "user_data_64": 8, "timestamp": 9,
        "expected_version": 10, "timeout_seconds": 11, "fee_ppm": 12, "ledger": 13,
        "flags": 14 | 32, "data_offset": 0, "value_length": 3, "key_length": 2,
        "space_length": 1, "code": 15, "kind": 2, "at_deadline": 16,
        "fee_fixed": 18, "value_date": 17,
    }  # fmt: skip


def test_everything_public_explains_itself() -> None:
    for name in escrowdb.__all__:
        thing = getattr(escrowdb, name)
        if isinstance(thing, type) and not issubclass(thing, enum.Enum):
            for member, value in vars(thing).items():
                if not member.startswith("_") and callable(value):
                    assert value.__doc__, f"{name}.{member}"
        if isinstance(thing, (type, types.FunctionType)):
            assert thing.__doc__, name


def test_versions() -> None:
    assert escrowdb.version() == escrowdb.__version__
    assert escrowdb.__version__.count(".") == 2


def everything_public(base: type) -> list[type]:
    things = (getattr(escrowdb, name) for name in escrowdb.__all__)
    return [
        thing
        for thing in things
        if isinstance(thing, type) and issubclass(thing, base) and thing is not base
    ]
