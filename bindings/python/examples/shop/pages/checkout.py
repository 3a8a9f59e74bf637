"""From the cart to a paid order: by coupon, wallet, a bound card, a new card, or mixed."""

from __future__ import annotations

import hmac
from typing import Any, Optional

from starlette.responses import JSONResponse, Response

import escrowdb
from escrowdb import (
    BoundCard,
    CardState,
    Id,
    OrderState,
    OrderView,
    Purchase,
    TenderKind,
    TenderView,
    WalletView,
)

from .. import others, people
from ..carts import COUPONS, Cart, tenders_of, terms_of
from ..house import COMMISSION, USD
from ..web import Visit, get, post


def wallet_of(visit: Visit) -> Optional[WalletView]:
    """Gives the wallet of who is signed in."""
    return visit.house.wallets.wallet(visit.me.id) if visit.person else None


def available(visit: Visit) -> int:
    """Gives what is in the wallet of who is signed in."""
    wallet = wallet_of(visit)
    account = visit.house.store.account(wallet.account) if wallet else None
    return account.balances.available if account else 0


@get("/checkout")
def checkout(visit: Visit) -> Response:
    """Asks how to pay, and where to send it."""
    cart = Cart.of(visit.session)
    if not cart.counts:
        return visit.go("/cart")
    return visit.page("checkout.html", cart=cart, available=available(visit), problem="")


@post("/checkout")
def place(visit: Visit) -> Response:
    """Places the order, whose id is that of the cart: sent twice, it is placed once."""
    cart, orders = Cart.of(visit.session), visit.house.orders
    if not cart.counts or str(cart.id) != visit.text("cart") or cart.total != visit.number("seen"):
        text = "The cart has changed, perhaps in another tab. Look at it again before you order."
        return visit.refuse(text, 409, "/cart", "To the cart")
    if not visit.text("address") or not (visit.person or "@" in visit.text("email")):
        problem = visit.say("Say where to send it: a name and an address, and your e-mail.")
        page = {"cart": cart, "available": available(visit), "problem": problem}
        return visit.page("checkout.html", 400, **page)
    buyer = visit.buyer or escrowdb.new_id()
    code = visit.text("coupon").upper()
    if code and not takes_coupon(visit, code, buyer, cart.id):
        problem = visit.say("This coupon is unknown, or was used before.")
        page = {"cart": cart, "available": available(visit), "problem": problem}
        return visit.page("checkout.html", 409, **page)
    wallet = wallet_of(visit)
    from_wallet = available(visit) if visit.text("wallet") else 0
    tenders = tenders_of(cart.total, COUPONS.get(code, 0), wallet, from_wallet)
    orders.register_buyer(buyer, USD)
    orders.place(cart.id, terms_of(visit.house, cart, buyer, tenders, wallet))
    details = {"address": visit.text("address")[:500], "email": visit.text("email")[:200]}
    visit.house.documents.write("orders", str(cart.id), details)
    if code:
        orders.tender_came(cart.id, 0, id=Id.named("coupons", str(cart.id)))
    visit.remember(cart=None, **({} if visit.person else {"guest": str(buyer)}))
    return visit.go(f"/orders/{cart.id.uuid}/pay")


def takes_coupon(visit: Visit, code: str, buyer: Id, order: Id) -> bool:
    """Uses a coupon up, once for each buyer and address; says whether it is good."""
    if code not in COUPONS:
        return False
    documents, row = visit.house.documents, {"order": str(order)}
    # As a letter is delivered: what stands behind a plus sign is no other address.
    name, _, host = email_of(visit, buyer).casefold().partition("@")
    address = f"{name.partition('+')[0]}@{host}".encode()
    hashed = hmac.new(visit.house.settings.key("sessions"), address, "sha256").hexdigest()
    keys = [f"{code}/{buyer}", f"{code}/{hashed}"]
    if any(documents.read("coupons", key) not in ({}, row) for key in keys):
        return False
    return all(
        documents.create("coupons", key, row) or documents.read("coupons", key) == row
        for key in keys
    )


def email_of(visit: Visit, buyer: Id) -> str:
    """Gives the address of who buys: of the person, or as a guest gives it."""
    row = visit.house.documents.read(people.SPACE, str(buyer)) if visit.person else {}
    return str(row.get("email") or visit.text("email"))


def my_order(visit: Visit) -> OrderView:
    """Gives an order of the visitor's own: others see that there is none."""
    view = visit.house.orders.order(visit.id("order"))
    if view.buyer != visit.buyer:
        raise LookupError("somebody else's")
    return view


def awaited(view: OrderView) -> list[tuple[int, TenderView]]:
    """Gives the tenders that have not come, with their places."""
    return [(place, tender) for place, tender in enumerate(view.tenders) if not tender.hold]


def card_to_pay_with(visit: Visit) -> list[BoundCard]:
    """Gives the cards that the visitor can pay with by the payment password."""
    cards = visit.house.wallets.cards(visit.me.id) if wallet_of(visit) else []
    return [card for card in cards if card.state == CardState.ACTIVE]


@get("/orders/{order}/pay")
def pay_page(visit: Visit) -> Response:
    """Shows what is still to be paid, and how."""
    view = my_order(visit)
    if view.state in (OrderState.OPEN, OrderState.DONE):
        return visit.go(f"/orders/{visit.id('order').uuid}", "paid")
    return show_payment(visit, view)


def show_payment(visit: Visit, view: OrderView, problem: str = "", status: int = 200) -> Response:
    """Shows the payment, with what went wrong."""
    wallet = wallet_of(visit)
    return visit.page(
        "pay.html",
        status,
        order=visit.id("order"),
        view=view,
        awaited=awaited(view),
        cards=card_to_pay_with(visit),
        has_password=bool(wallet and wallet.has_payment_password),
        waits=visit.text("waits"),
        problem=problem,
    )


@get("/orders/{order}/state")
def payment_state(visit: Visit) -> Response:
    """Tells a page that waits for the acquirer whether the order is paid."""
    return JSONResponse({"changed": my_order(visit).state != OrderState.UNPAID})


@post("/orders/{order}/card")
def pay_by_new_card(visit: Visit) -> Response:
    """Sends the shopper to the acquirer's page, where the card is typed in."""
    view, order = my_order(visit), visit.id("order")
    for place, tender in awaited(view):
        if tender.kind == TenderKind.EXTERNAL:
            if visit.person:
                # A large purchase by card, too, takes a verified identity.
                visit.house.wallets.needs(purchase_of(visit, order, tender))
            reference = others.order_reference(visit.house, order, place)
            back = f"{visit.house.settings.url}/orders/{order.uuid}/pay?waits=1"
            page = others.card_page(visit.house, reference, tender.amount, back, visit.language)
            return visit.go(page)
    return visit.go(f"/orders/{order.uuid}/pay")


@post("/orders/{order}/pay", "person")
def pay_by_password(visit: Visit) -> Response:
    """Pays from the wallet and by a bound card, which the payment password is enough for."""
    view, order = my_order(visit), visit.id("order")
    try:
        for place, tender in awaited(view):
            # What else is awaited comes from a card: coupons have come when the order was placed.
            if tender.kind == TenderKind.WALLET:
                pay_from_wallet(visit, order, place)
            elif visit.text("card") and not pay_by_bound_card(visit, order, place, tender):
                problem = visit.say("The card was declined. Nothing was charged.")
                return show_payment(visit, view, problem, 402)
    except escrowdb.CredentialRefused as refusal:
        return show_payment(visit, view, visit.reason(refusal), 403)
    return visit.go(f"/orders/{order.uuid}/pay")


def pay_from_wallet(visit: Visit, order: Id, place: int) -> None:
    """Pays a tender from the wallet, authorised for all terms of this order and no other ones."""
    house, command = visit.house, visit.text("command")
    authorisation = Id.named("authorisations", f"{command}:{place}")
    terms = house.orders.wallet_terms(order, place)
    house.wallets.authorise_order(authorisation, terms, visit.secret("password"))
    house.orders.pay_from_wallet(
        house.wallets, order, place, authorisation=authorisation, id=visit.id("command")
    )


def purchase_of(visit: Visit, order: Id, tender: TenderView) -> Purchase:
    """Gives what is paid by card, as the wallet judges it: the platform takes it on."""
    return Purchase(
        wallet=visit.me.id, order=order, payee=COMMISSION, amount=tender.amount, ledger=USD
    )


def pay_by_bound_card(visit: Visit, order: Id, place: int, tender: TenderView) -> bool:
    """Has a bound card charged, once the payment password was right; says whether it was."""
    house, command, card_id = visit.house, visit.text("command"), visit.id("card")
    house.wallets.authorise_card(
        Id.named("authorisations", f"{command}:{place}"),
        purchase_of(visit, order, tender),
        visit.secret("password"),
        card=card_id,
    )
    cards = {card.id: card.reference for card in card_to_pay_with(visit)}
    reference = cards[card_id]
    assert reference is not None
    named = others.order_reference(house, order, place)
    return others.charge_bound_card(house, reference, named, tender.amount)


@post("/orders/{order}/cancel")
def cancel(visit: Visit) -> Response:
    """Cancels an order that is not paid."""
    my_order(visit)
    visit.house.orders.cancel_unpaid(visit.id("order"), id=visit.id("command"))
    return visit.go(f"/orders/{visit.id('order').uuid}", "done")


@post("/orders/{order}/again")
def pay_again(visit: Visit) -> Response:
    """Begins anew to pay an order whose time to pay is over."""
    my_order(visit)
    visit.house.orders.pay_again(visit.id("order"), id=visit.id("command"))
    return visit.go(f"/orders/{visit.id('order').uuid}/pay")


def details_of(visit: Visit, order: Id) -> dict[str, Any]:
    """Gives what the shop itself knows of an order: where to send it."""
    return {"address": "", "email": "", **visit.house.documents.read("orders", str(order))}
