"""What people do about a part of an order: from a form to a command of the library, and back.

Which actions there are, for whom, until when, and what happens if nobody acts is asked of
`Orders.options`; pages are drawn from that, and nothing here knows the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

from escrowdb import (
    Acted,
    Action,
    ClaimReason,
    Id,
    Item,
    OrderView,
    PartCommand,
    PartOptions,
    PartView,
    Party,
    Remedy,
)

from . import files
from .web import NotNowError, Visit

DAY = 24 * 60 * 60
#: What can be done about some items of a part alone.
ON_ITEMS = (Action.SHIP, Action.CONFIRM)


@dataclass(frozen=True)
class Part:
    """A part, as one party sees it."""

    number: int
    view: PartView
    options: PartOptions
    party: Party

    @property
    def amount(self) -> int:
        """What it comes to."""
        view = self.view
        return int(view.held + view.paid + view.commission + view.refunded)

    @property
    def theirs(self) -> int:
        """What the other side proposes; 0 if it proposes nothing."""
        view = self.view
        return view.seller_proposal if self.party == Party.BUYER else view.buyer_proposal


def parts_of(visit: Visit, order: Id, view: OrderView, party: Party) -> list[Part]:
    """Gives the parts of an order that concern a party."""
    return [
        Part(number, part, visit.house.orders.options(order, number, party), party)
        for number, part in enumerate(view.parts)
        if party != Party.SELLER or part.seller == visit.me.id
    ]


def keep_evidence(visit: Visit, order: Id, part: int, party: Party, action: Action) -> Id:
    """Keeps what somebody says and shows; gives the reference by which the order knows it.

    It is kept before it is referred to, if the action is possible at all, and never replaced.
    """
    command = visit.id("command")
    id = Id.named("evidence", f"{order}:{part}:{party.name}:{command}")
    content, note = visit.upload("picture"), visit.text("note")[:2000]
    row = evidence_row(order, part, note, content)
    documents = visit.house.documents
    kept = documents.read("evidence", str(id))
    if not kept and action not in visit.house.orders.options(order, part, party).possible:
        return id
    if not kept and not documents.create("evidence", str(id), row):
        kept = documents.read("evidence", str(id))
    if kept and kept != row:
        raise NotNowError("kept")
    if content:
        files.keep(visit.house.settings, id, content)
    return id


def evidence_row(order: Id, part: int, note: str, content: bytes) -> dict[str, Any]:
    """Gives what is remembered of evidence: what it is about, and by what it is known again."""
    return {
        "order": str(order),
        "part": part,
        "note": note,
        "kind": files.kind_of(content) if content else "",
        "hash": files.hash_of(content) if content else "",
    }


def command_of(visit: Visit, order: Id, number: int, action: Action, party: Party) -> PartCommand:
    """Reads from a form what is to be done."""
    part = visit.house.orders.order(order).parts[number]

    def evidence() -> Id:
        return keep_evidence(visit, order, number, party, action)

    def seen() -> int:
        return visit.number("seen")

    made: dict[Action, Callable[[], PartCommand]] = {
        Action.SHIP: PartCommand.ship,
        Action.CONFIRM: PartCommand.confirm,
        Action.CANCEL: PartCommand.cancel,
        Action.WITHDRAW: PartCommand.withdraw,
        Action.ESCALATE: PartCommand.escalate,
        Action.EXTEND: lambda: PartCommand.extend(seconds_beyond(visit, part)),
        Action.CLAIM: lambda: PartCommand.claim(
            visit.amount("amount"),
            reason=visit.member(ClaimReason, "reason"),
            remedy=visit.member(Remedy, "remedy", Remedy.REFUND),
            evidence=evidence(),
        ),
        Action.AMEND: lambda: PartCommand.amend(visit.amount("amount"), evidence=evidence()),
        Action.PROPOSE: lambda: PartCommand.propose(visit.amount("amount")),
        Action.ACCEPT: lambda: PartCommand.accept(seen()),
        Action.GRANT: lambda: PartCommand.grant(seen()),
        Action.REFUSE: lambda: PartCommand.refuse(evidence=evidence()),
        Action.SEND_BACK: lambda: PartCommand.send_back(tracking=evidence()),
        Action.CONFIRM_RETURN: lambda: PartCommand.confirm_return(seen()),
        Action.CONTEST_RETURN: lambda: PartCommand.contest_return(evidence=evidence()),
        Action.DECIDE: lambda: PartCommand.decide(visit.amount("amount")),
        Action.ASK_EVIDENCE: lambda: PartCommand.ask_evidence(
            visit.member(Party, "from"), visit.number("days", 1) * DAY
        ),
        Action.GIVE_EVIDENCE: lambda: PartCommand.give_evidence(evidence()),
        Action.APPEAL: lambda: PartCommand.appeal(evidence=evidence()),
    }
    return made[action]()


def seconds_beyond(visit: Visit, part: PartView) -> int:
    """Gives the seconds from now to so many days after the present end."""
    left = max(0, part.until - visit.house.now()) // 1_000_000_000
    return int(left) + visit.number("days", 1) * DAY


def items_of(visit: Visit, part: PartView, action: Action) -> list[Item]:
    """Gives the items that a form names; none if it is about the whole part."""
    if action not in ON_ITEMS:
        return []
    wanted = [(item, visit.number(f"of-{item.line}", item.quantity)) for item in part.items]
    if all(count == item.quantity for item, count in wanted):
        return []
    return [Item(item.line, count) for item, count in wanted if count]


def act(visit: Visit, party: Party) -> Acted:
    """Does what a form says about a part. Sent twice, it is done once."""
    orders, order, number = visit.house.orders, visit.id("order"), visit.number("part")
    part = orders.order(order).parts[number]
    action = Action[visit.request.path_params["action"].upper()]
    command = command_of(visit, order, number, action, party)
    staff = visit.me.staff if party == Party.STAFF else ""
    items, id = items_of(visit, part, action), visit.id("command")
    if items:
        return orders.act_on_items(order, number, items, party, command, id=id, staff=staff)
    return orders.act(order, number, party, command, id=id, staff=staff)
