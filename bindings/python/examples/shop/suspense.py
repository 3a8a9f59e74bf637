"""Money that found nobody: refunds that cards did not take, and charges that nothing can take.

A charge that cannot be used is taken in under the id that its use would have had, and paid out
under an id of its own: the ledger itself sees to it that it is used or taken in, and paid out once.
"""

from __future__ import annotations

from typing import Any, Optional

from escrowdb import Id, Operation, Refusal

from .house import CARDS, SUSPENSE, USD, House
from .people import account_of

SPACE = "suspense"
#: What operations are for: a charge is taken in, given back to the card, put into a wallet.
TAKEN_IN, RETURNED, PAID_OUT = 310, 311, 312


def take_in(house: House, charge: dict[str, Any], person: Id) -> None:
    """Takes a charge in that a person's wallet or order could not use."""
    id = Id.named("charges", charge["charge"])
    transfer = Operation.transfer(
        id=id,
        debit_account=CARDS,
        credit_account=SUSPENSE,
        ledger=USD,
        amount=charge["amount"],
        code=TAKEN_IN,
    )
    house.documents.create(SPACE, str(id), {"person": str(person), "refund": "asked"})
    house.store.submit([transfer], check=True)


def was_taken_in(house: House, charge: str) -> bool:
    """Says whether a charge was taken in, as nothing could use it."""
    found = house.store.operation(Id.named("charges", charge))
    return found is not None and found.operation.credit_account == SUSPENSE


def note_refund(house: House, charge: dict[str, Any], is_back: bool) -> None:
    """Notes what came of giving a charge back that was taken in."""
    id = Id.named("charges", charge["charge"])
    state = "refunded" if is_back else "failed"
    house.documents.change(SPACE, str(id), lambda row: {**row, "refund": state})
    if is_back:
        pay_out(house, id, CARDS, charge["amount"], RETURNED)


def pay_out(house: House, operation: Id, to: Id | int, amount: int, code: int) -> None:
    """Pays money out of suspense, once, to whom it was found to be of."""
    transfer = Operation.transfer(
        id=paid_out_by(operation),
        debit_account=SUSPENSE,
        credit_account=to,
        ledger=USD,
        amount=amount,
        code=code,
    )
    house.store.submit([transfer], check=True)


def paid_out_by(operation: Id) -> Id:
    """Gives the id of the operation that pays out what another one took in."""
    return Id.named("out of suspense", str(operation))


def owner_of(house: House, operation: Id) -> Optional[Id]:
    """Gives whose money an operation took in; nobody while a card may still take it back."""
    found = house.store.operation(operation)
    if found is None or found.operation.credit_account != SUSPENSE:
        raise LookupError("no such money")
    row = house.documents.read(SPACE, str(operation))
    if row:
        return Id.parse(row["person"]) if row["refund"] == "failed" else None
    return Id(house.orders.order(found.operation.user_data_128).buyer)


def can_be_paid_out(house: House, operation: Id) -> bool:
    """Says whether money still waits, and is of somebody who has a wallet to put it into."""
    if house.store.operation(paid_out_by(operation)) is not None:
        return False
    try:
        owner = owner_of(house, operation)
    except (LookupError, Refusal):
        return False
    return owner is not None and house.wallets.wallet(owner) is not None


def into_wallet(house: House, operation: Id) -> None:
    """Puts money into the wallet of whose it is. Raises `LookupError` if there is no wallet."""
    owner = owner_of(house, operation)
    if owner is None or house.wallets.wallet(owner) is None:
        raise LookupError("nobody's wallet")
    found = house.store.operation(operation)
    assert found is not None
    pay_out(house, operation, account_of(owner), found.amount, PAID_OUT)
