"""The cart, and what becomes of it: the legs and tenders of an order.

A cart has an id from its first article on, which becomes that of the order: sent twice, or from two
tabs, it is one order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Optional

import escrowdb
from escrowdb import Id, Leg, Line, LineKind, Tender, TenderKind, Terms, WalletView

from .catalogue import ARTICLES, SELLERS, Article
from .house import CARDS, COMMISSION, COMMISSION_PPM, PROMOTION, USD, House
from .people import account_of

#: Codes of coupons, and what the platform adds for them.
COUPONS = {"WELCOME": 5_00}
MOST = 20


def seller_id(name: str) -> Id:
    """Gives the id of a seller."""
    return Id.named("people", SELLERS[name].email)


@dataclass(frozen=True)
class Cart:
    """What somebody is about to buy."""

    id: Id
    counts: dict[int, int]

    @classmethod
    def of(cls, session: dict[str, Any]) -> Cart:
        """Gives the cart of a session."""
        kept = session.get("cart") or {"id": str(escrowdb.new_id()), "counts": {}}
        counts = {int(number): count for number, count in kept["counts"].items()}
        return cls(Id.parse(kept["id"]), counts)

    def kept(self) -> dict[str, Any]:
        """Gives what a session keeps of it."""
        return {"id": str(self.id), "counts": self.counts}

    def with_count(self, article: int, count: int) -> Cart:
        """Gives the cart with so many of an article."""
        changed = {**self.counts, article: min(count, MOST)}
        return Cart(self.id, {each: count for each, count in changed.items() if count > 0})

    def by_seller(self) -> Iterator[tuple[str, list[tuple[Article, int]]]]:
        """Gives the sellers, and what is bought of each."""
        for name in SELLERS:
            chosen = [(ARTICLES[number], count) for number, count in sorted(self.counts.items())]
            of_seller = [(article, count) for article, count in chosen if article.seller == name]
            if of_seller:
                yield name, of_seller

    def legs(self) -> list[Leg]:
        """Gives what each seller gets."""
        return [leg_of(name, chosen) for name, chosen in self.by_seller()]

    @property
    def total(self) -> int:
        """What it comes to."""
        return sum(int(leg.amount) for leg in self.legs())

    @property
    def size(self) -> int:
        """How many articles there are."""
        return sum(self.counts.values())


def leg_of(seller: str, chosen: list[tuple[Article, int]]) -> Leg:
    """Gives the leg of a seller: its items and its shipping."""
    lines = [
        Line(
            kind=LineKind.ITEM, reference=article.number, quantity=count,
            amount=article.price * count,
        )
        for article, count in chosen
    ]  # fmt: skip
    if SELLERS[seller].shipping:
        lines.append(Line(kind=LineKind.SHIPPING, amount=SELLERS[seller].shipping))
    amount = sum(int(line.amount) for line in lines)
    return Leg(seller=seller_id(seller), amount=amount, commission_ppm=COMMISSION_PPM, lines=lines)


def tenders_of(
    total: int, coupon: int, wallet: Optional[WalletView], available: int
) -> list[Tender]:
    """Gives where the money comes from: a coupon, then the wallet, and a card for the rest."""
    sources = [
        (TenderKind.PROMOTION, PROMOTION, min(coupon, total)),
        (TenderKind.WALLET, wallet.account if wallet else 0, available),
        (TenderKind.EXTERNAL, CARDS, total),
    ]
    tenders, rest = [], total
    for kind, source, most in sources:
        if amount := min(most, rest):
            tenders.append(Tender(kind=kind, source=source, amount=amount))
            rest -= amount
    return tenders


def terms_of(
    house: House, cart: Cart, buyer: Id, tenders: list[Tender], wallet: Optional[WalletView]
) -> Terms:
    """Gives the terms of an order. Refunds go to the wallet of who ticked that."""
    keeps = wallet is not None and wallet.refunds_to_wallet
    return Terms(
        buyer=buyer,
        ledger=USD,
        policy=house.policy,
        legs=cart.legs(),
        tenders=tenders,
        commission_account=COMMISSION,
        keeping_account=account_of(buyer) if keeps else None,
        keeps_refunds=keeps,
    )
