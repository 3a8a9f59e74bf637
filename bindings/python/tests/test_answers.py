"""Answers that cannot be misread: refusals are false or raise, dictionaries go into JSON."""

from __future__ import annotations

import builtins
import json
import pickle
from typing import Any

import pytest
from conftest import ALICE, BANK, BOB

import escrowdb
from escrowdb import AccountFlags, Kind, Operation, Refusal, Refused, RefusedError, Status


def pay(amount: int, **more: Any) -> Operation:
    return Operation.transfer(
        debit_account=BANK, credit_account=ALICE, ledger=1, amount=amount, **more
    )


def overdraw(**more: Any) -> Operation:
    return Operation.transfer(
        debit_account=ALICE, credit_account=BOB, ledger=1, amount=10**6, **more
    )


def test_a_refused_outcome_is_false(shop) -> None:
    """`if store.submit([...])[0]:` shipped the goods although nothing was paid."""
    paid, refused = shop.submit([pay(5, id=100), overdraw()])
    assert paid
    assert not refused
    (again,) = shop.submit([pay(5, id=100)])
    assert again.status == Status.EXISTS
    assert again


def test_check_raises_for_the_first_refusal_and_tells_of_the_others(shop) -> None:
    with pytest.raises(RefusedError, match="exceeds_credits") as raised:
        shop.submit([pay(5), overdraw(), pay(6)], check=True)
    error = raised.value
    assert [bool(outcome) for outcome in error.outcomes] == [True, False, True]
    assert error.outcome is error.outcomes[1]
    assert pickle.loads(pickle.dumps(error)).outcomes == error.outcomes
    # Of a chain the culprit is named, not those that fell with it.
    with pytest.raises(RefusedError, match=r"^exceeds_credits$"):
        shop.submit(escrowdb.chain([pay(5), overdraw(), pay(6)]), check=True)
    account = escrowdb.Account(77, ledger=9, code=1)
    with pytest.raises(RefusedError, match="ledger"):
        shop.create_accounts([account], check=True)
    assert all(shop.submit([pay(5)], check=True))


def test_check_of_tasks(shop) -> None:
    async def submit() -> None:
        assert await shop.submit_async([pay(5)], check=True)
        with pytest.raises(RefusedError, match="exceeds_credits"):
            await shop.submit_async([overdraw()], check=True)

    import asyncio

    asyncio.run(submit())


def test_refusals_of_ledger_and_wallets_have_one_base() -> None:
    for kind in (RefusedError, Refused, escrowdb.NeedsTier):
        assert issubclass(kind, Refusal)
    assert not issubclass(escrowdb.StorageError, Refusal)


def test_import_star_takes_the_place_of_nothing_built_in() -> None:
    """After `from escrowdb import *` a script could not read its own files any more."""
    assert set(escrowdb.__all__).isdisjoint(dir(builtins))
    assert callable(escrowdb.open)


def test_dictionaries_go_into_json(shop) -> None:
    """`json.dumps(outcome.as_dict())` failed on balances, and ids lost their last digits.

    Every kind of record is tried. Only counts are numbers: the numbers of many readers are floats.
    """
    order = 2**100 + 1
    shop.submit(
        [
            pay(2**60 + 1),
            Operation.hold(
                id=order, payer=ALICE, payee=BOB, ledger=1, amount=7, user_data_64=2**63 + 1
            ),
            Operation.put("shop", b"key", b"\xff"),
        ],
        check=True,
    )
    records = [
        *shop.all_accounts(), *shop.all_holds(), *shop.events(), *shop.statement(ALICE),
        *shop.all_ledgers(), shop.trial_balance(1), shop.stats(), shop.head(),
        shop.operation(order), *shop.submit([overdraw()]), *shop.documents("shop"),
    ]  # fmt: skip
    for record in records:
        read = json.loads(json.dumps(record.as_dict()))
        assert_exact(read)
    hold = json.loads(json.dumps(shop.hold(order).as_dict()))
    assert hold["id"] == f"{order:032x}"
    assert (hold["payer"], hold["amount"], hold["phase"]) == (str(ALICE), "7", "funded")
    assert hold["deadline"] is None
    assert hold["created_at"].endswith("Z")
    assert hold["user_data_64"] == str(2**63 + 1)
    account = shop.account(BANK).as_dict()
    assert account["flags"] == "external"
    assert account["balances"]["debits_posted"] == str(2**60 + 1)
    assert repr(shop.account(BANK).flags) == repr(AccountFlags.EXTERNAL)
    document = [event.as_dict()["document"] for event in shop.events() if event.document]
    assert document[0][0] == "shop"
    assert document[0][1]["value"] == "ff"
    assert Operation(Kind.PUT, space=b"s", key=b"k").as_dict()["kind"] == "put"


def assert_exact(value: Any) -> None:
    """Every number is one that a reader with floats keeps."""
    if isinstance(value, dict):
        for each in value.values():
            assert_exact(each)
    elif isinstance(value, list):
        for each in value:
            assert_exact(each)
    elif isinstance(value, int):
        assert value < 2**53
    else:
        assert value is None or isinstance(value, str)
