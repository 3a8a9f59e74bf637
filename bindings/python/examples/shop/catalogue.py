"""What is sold, by whom, and for how much: in minor units, which are cents."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Seller:
    """Somebody who sells."""

    name: str
    email: str
    shipping: int


@dataclass(frozen=True)
class Article:
    """Something that is sold. The picture of its name is in `static/goods.svg`."""

    number: int
    name: str
    seller: str
    price: int
    about: str


SELLERS = {
    seller.name: seller
    for seller in (
        Seller("Lantern House", "lantern@example.com", 4_90),
        Seller("Clay & Leaf", "clay@example.com", 3_50),
        Seller("Nimbus Audio", "nimbus@example.com", 0),
        Seller("North Trail", "north@example.com", 6_00),
    )
}
ARTICLES = {
    article.number: article
    for article in (
        Article(1, "Desk lamp", "Lantern House", 39_00, "Brass and linen, with a warm light."),
        Article(2, "Paper lantern", "Lantern House", 12_50, "Rice paper on bamboo, 40 cm."),
        Article(3, "Wall clock", "Lantern House", 54_00, "Silent hands, a face of oak."),
        Article(4, "Teapot", "Clay & Leaf", 48_00, "Thrown by hand, for a litre of tea."),
        Article(5, "Tea bowl", "Clay & Leaf", 14_00, "Stoneware, no two alike."),
        Article(6, "Plant pot", "Clay & Leaf", 22_00, "Terracotta with a saucer."),
        Article(7, "Headphones", "Nimbus Audio", 129_00, "Closed, with a cable that comes off."),
        Article(8, "Radio", "Nimbus Audio", 89_00, "Medium wave, FM, and a dial to turn."),
        Article(
            9, "Studio speaker", "Nimbus Audio", 349_00, "A pair, for a room of thirty metres."
        ),
        Article(10, "Backpack", "North Trail", 95_00, "Waxed canvas, 24 litres."),
        Article(11, "Field bottle", "North Trail", 27_00, "Steel, keeps warm for twelve hours."),
        Article(12, "Compass", "North Trail", 18_00, "Finds north without a battery."),
    )
}
