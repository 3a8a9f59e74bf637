"""Goodwill: what staff give of the platform's own money, and from where on it takes two of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Optional

from escrowdb import Id, Refusal, Stage

from .documents import Row
from .house import PROMOTION, House
from .people import account_of
from .web import NotNowError

SPACE = "goodwill"
#: Minor units that one member of staff can give for an order, all in all.
ALONE = 50_00
#: The stages of parts that goodwill is for.
DISPUTED = (
    Stage.CLAIMED,
    Stage.REFUSED,
    Stage.RETURN_AGREED,
    Stage.SENT_BACK,
    Stage.ESCALATED,
    Stage.DECIDED,
)


@dataclass(frozen=True)
class Wish:
    """What a member of staff wants to give, for which part, and why."""

    part: int
    amount: int
    staff: str
    reason: str


def wish_of(house: House, order: Id) -> Optional[Wish]:
    """Gives what a first member of staff wants to give, and a second one has to want, too."""
    row = house.documents.read(SPACE, str(order)).get("wish")
    return Wish(**row) if row else None


def given(row: Row) -> dict[str, Any]:
    """Gives what was given, by the commands."""
    found: dict[str, Any] = row.get("given", {})
    return found


def give(house: House, order: Id, buyer: Id, command: Id, wish: Wish) -> bool:
    """Gives goodwill; says whether it was given, or waits for a second member of staff.

    What is given is counted before it is: two at once cannot give more than one may.
    """

    def noted(row: Row) -> Row:
        known = given(row).get(str(command))
        if known:
            if (known["part"], known["amount"]) != (wish.part, wish.amount):
                raise NotNowError("kept")
            return row
        first = Wish(**row["wish"]) if row.get("wish") else None
        total = wish.amount + sum(each["amount"] for each in given(row).values())
        if total > ALONE:
            if first is None or (first.part, first.amount) != (wish.part, wish.amount):
                return {**row, "wish": asdict(wish)}
            if first.staff == wish.staff:
                raise NotNowError("goodwill-second")
        done = {**asdict(wish), "with": first.staff if first and total > ALONE else ""}
        kept = None if total > ALONE else row.get("wish")
        return {**row, "wish": kept, "given": {**given(row), str(command): done}}

    row = house.documents.change(SPACE, str(order), noted)
    if str(command) not in given(row):
        return False
    try:
        house.orders.give_goodwill(
            order, wish.amount, from_=PROMOTION, to=account_of(buyer), staff=wish.staff, id=command
        )
    except Refusal:
        house.documents.change(SPACE, str(order), lambda row: without(row, command))
        raise
    return True


def without(row: Row, command: Id) -> Row:
    """Gives what was given without what was refused."""
    return {**row, "given": {key: each for key, each in given(row).items() if key != str(command)}}
