"""My orders: drawn from what the library says that I can do, until when, and what happens else."""

from __future__ import annotations

from starlette.responses import Response

from escrowdb import CardState, Id, OrderView, Party

from .. import deals, files
from ..web import Visit, get, post
from .checkout import details_of, my_order


@get("/orders")
def orders(visit: Visit) -> Response:
    """Lists what the visitor has bought, the newest first."""
    listed = visit.house.orders.orders_of_buyer(visit.buyer) if visit.buyer else []
    shown = [(row.order, visit.house.orders.order(row.order)) for row in reversed(listed)]
    return visit.page("orders.html", orders=shown)


@get("/orders/{order}")
def order(visit: Visit) -> Response:
    """Shows an order with its parts, and what can be done about each."""
    view, id = my_order(visit), visit.id("order")
    return visit.page(
        "order.html",
        order=id,
        view=view,
        parts=deals.parts_of(visit, id, view, Party.BUYER),
        steps=visit.house.orders.timeline(id),
        details=details_of(visit, id),
        cards=cards_to_bind(visit),
        evidence=evidence_of(visit),
        base=f"/orders/{id.uuid}",
    )


def cards_to_bind(visit: Visit) -> list[object]:
    """Gives the cards that were paid with, and are not bound yet."""
    if not visit.person or not visit.house.wallets.wallets_of(visit.me.id):
        return []
    cards = visit.house.wallets.cards(visit.me.id)
    return [card for card in cards if card.state == CardState.PROPOSED]


def evidence_of(visit: Visit) -> object:
    """Gives how pages look up what somebody said and showed."""

    def find(reference: Id) -> dict[str, str]:
        row = visit.house.documents.read("evidence", str(reference)) if reference else {}
        return {"note": "", "kind": "", **row}

    return find


@post("/orders/{order}/parts/{part}/{action}")
def act(visit: Visit) -> Response:
    """Does what the buyer wants about a part."""
    my_order(visit)
    deals.act(visit, Party.BUYER)
    return visit.go(f"/orders/{visit.id('order').uuid}", "done")


def concerns(visit: Visit, view: OrderView, part: int) -> bool:
    """Says whether the visitor is the buyer, the seller of a part, or staff."""
    if visit.buyer == view.buyer:
        return True
    if visit.person is None:
        return False
    return bool(visit.me.staff) or view.parts[part].seller == visit.me.id


@get("/evidence/{evidence}")
def picture(visit: Visit) -> Response:
    """Shows a picture of a claim to those whom it concerns."""
    id = visit.id("evidence")
    row = visit.house.documents.read("evidence", str(id))
    if not row.get("kind"):
        raise LookupError("no picture")
    view = visit.house.orders.order(Id.parse(row["order"]))
    content = files.read(visit.house.settings, id)
    if not concerns(visit, view, row["part"]) or files.hash_of(content) != row["hash"]:
        raise LookupError("somebody else's, or not what was sent")
    headers = {"Content-Security-Policy": "sandbox"}
    return Response(content, media_type=row["kind"], headers=headers)
