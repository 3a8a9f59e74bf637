"""The seller's side: what is paid and to be shipped, claims to answer, and earnings."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from escrowdb import Id, Orders, OrderView, Party, Stage

from .. import deals, plots
from ..house import USD
from ..web import Visit, get, post
from .checkout import details_of
from .orders import evidence_of

STATEMENT = 50


@dataclass(frozen=True)
class Sold:
    """A part of an order that this seller has sold."""

    order: Id
    part: deals.Part


def sold(visit: Visit) -> list[Sold]:
    """Gives all that a seller has sold, the newest first."""
    listed = {row.order for row in visit.house.orders.orders_of_seller(visit.me.id)}
    found = []
    for order in sorted(listed, reverse=True):
        view = visit.house.orders.order(order)
        found += [Sold(order, part) for part in deals.parts_of(visit, order, view, Party.SELLER)]
    return found


@get("/seller", "seller")
def desk(visit: Visit) -> Response:
    """Shows what waits for the seller, and the earnings."""
    account = Orders.seller_account(visit.me.id, USD)
    lines = [line for line in visit.house.store.statement(account) if line.posted]
    balances = visit.house.store.account(account)
    assert balances is not None
    groups: dict[str, list[Sold]] = {"ship": [], "claims": [], "others": [], "done": []}
    for each in sold(visit):
        groups[group_of(each.part)].append(each)
    return visit.page(
        "seller.html",
        groups=groups,
        balances=balances.balances,
        account=account,
        lines=list(reversed(lines))[:STATEMENT],
        plot=plots.steps(lines),
    )


def group_of(part: deals.Part) -> str:
    """Says where the desk shows a part."""
    if part.options.stage == Stage.PAID:
        return "ship"
    if part.options.stage == Stage.DONE:
        return "done"
    return "claims" if part.view.claimed else "others"


def order_sold(visit: Visit) -> tuple[Id, OrderView]:
    """Gives an order of which this seller has sold a part: others see that there is none."""
    id = visit.id("order")
    view = visit.house.orders.order(id)
    if all(part.seller != visit.me.id for part in view.parts):
        raise LookupError("somebody else's")
    return id, view


@get("/seller/orders/{order}", "seller")
def order(visit: Visit) -> Response:
    """Shows what this seller has sold in an order, and where to send it."""
    id, view = order_sold(visit)
    parts = deals.parts_of(visit, id, view, Party.SELLER)
    mine = {part.number for part in parts}
    steps = visit.house.orders.timeline(id)
    return visit.page(
        "seller_order.html",
        order=id,
        view=view,
        parts=parts,
        steps=[step for step in steps if not step.is_of_part or step.part in mine],
        details=details_of(visit, id),
        evidence=evidence_of(visit),
        base=f"/seller/orders/{id.uuid}",
    )


@post("/seller/orders/{order}/parts/{part}/{action}", "seller")
def act(visit: Visit) -> Response:
    """Does what the seller wants about a part of their own."""
    id, view = order_sold(visit)
    if view.parts[visit.number("part")].seller != visit.me.id:
        raise LookupError("somebody else's")
    deals.act(visit, Party.SELLER)
    return visit.go(f"/seller/orders/{id.uuid}", "done")
