"""The catalogue and the cart."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from .. import people, texts
from ..carts import Cart
from ..catalogue import ARTICLES, Article
from ..web import Visit, get, local, post


def article_of(visit: Visit) -> Article:
    """Gives the article that is asked for."""
    article = ARTICLES.get(visit.number("article"))
    if article is None:
        raise HTTPException(404)
    return article


@get("/")
def catalogue(visit: Visit) -> Response:
    """Shows what is sold."""
    return visit.page("catalogue.html", articles=list(ARTICLES.values()))


@get("/articles/{article}")
def article(visit: Visit) -> Response:
    """Shows one article."""
    return visit.page("article.html", article=article_of(visit))


@get("/how")
def how_it_works(visit: Visit) -> Response:
    """Says how the money is kept safe, and what to try in this demo."""
    return visit.page("how.html", mail=visit.house.settings.stand_ins_url)


@get("/cart")
def cart(visit: Visit) -> Response:
    """Shows the cart."""
    return visit.page("cart.html", cart=Cart.of(visit.session))


def change_cart(visit: Visit, article: Article, count: int, adds: bool) -> None:
    """Changes how many of an article are in the cart, whatever other tabs do."""

    def changed(row: dict[str, Any]) -> dict[str, Any]:
        cart = Cart.of(row)
        before = cart.counts.get(article.number, 0) if adds else 0
        return {**row, "cart": cart.with_count(article.number, before + count).kept()}

    visit.change(changed)


@post("/cart/add")
def add(visit: Visit) -> Response:
    """Puts an article into the cart."""
    change_cart(visit, article_of(visit), visit.number("count", 1), adds=True)
    return visit.go("/cart", "added")


@post("/cart/set")
def set_count(visit: Visit) -> Response:
    """Says how many of an article there are to be."""
    change_cart(visit, article_of(visit), visit.number("count"), adds=False)
    return visit.go("/cart")


@post("/look")
def look(visit: Visit) -> Response:
    """Remembers the language, and whether pages are light or dark."""
    response = visit.go(local(visit.text("back")))
    language, theme = visit.text("language"), visit.text("theme")
    if language in texts.LANGUAGES:
        response.set_cookie("language", language, max_age=31_536_000, samesite="lax")
        if visit.person:
            remember_language(visit, language)
    if theme in ("light", "dark", "auto"):
        response.set_cookie("theme", theme, max_age=31_536_000, samesite="lax")
    return response


def remember_language(visit: Visit, language: str) -> None:
    """Has letters written in this language, too."""
    people.remember(visit.house, visit.me.id, language=language)
