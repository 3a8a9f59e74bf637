"""Serves the pages of the stand-ins, and the mail server."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

import uvicorn
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from .. import texts
from ..house import USD
from ..settings import HOST, exported
from ..shell import Shell
from ..web import HERE
from .acquirer import BANK_CODE, CARDS, Acquirer
from .mail import Mailboxes, serve

#: Seconds that a parcel takes; one of which the reference ends so is never delivered, or twice.
PARCEL_TAKES = 20.0

SETTINGS = exported()
ACQUIRER = Acquirer(SETTINGS)
MAILBOXES = Mailboxes()
TEMPLATES = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """Answers a page."""
    language = str(values.get("language") or request.cookies.get("language", "en"))
    language = language if language in texts.LANGUAGES else "en"

    def say(text: str, **given: Any) -> str:
        return texts.say(language, text, **given)

    theme = request.cookies.get("theme", "")
    values = {**values, "t": say, "theme": theme, "language": language, "shop": SETTINGS.url}
    return HTMLResponse(TEMPLATES.get_template(template).render(**values), status)


async def card(request: Request) -> Response:
    """Asks for a card."""
    asked = dict(request.query_params)
    if not ACQUIRER.is_signed(asked):
        return HTMLResponse("403", 403)
    asked["key"] = secrets.token_hex(12)
    return card_page(request, asked)


def card_page(
    request: Request, asked: dict[str, str], problem: str = "", step: str = ""
) -> Response:
    """Shows the page on which a card is typed in, or its bank's code."""
    amount = texts.amount(asked["language"], USD.format(int(asked["amount"])))
    return page(
        request,
        "acquirer.html",
        language=asked["language"],
        asked=asked,
        amount=amount,
        cards=CARDS,
        problem=problem,
        step=step,
    )


async def pay(request: Request) -> Response:
    """Takes a card, asks its bank for a code if that is so, and charges it."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    if not ACQUIRER.is_signed(form):
        return HTMLResponse("403", 403)
    number = "".join(character for character in form.get("number", "") if character.isdigit())
    if number not in CARDS:
        return card_page(request, form, "This is none of the test cards below.")
    if CARDS[number].is_authenticated and form.get("code") != BANK_CODE:
        problem = "This is not the code of the bank." if form.get("code") else ""
        return card_page(request, {**form, "number": number}, problem, "code")
    amount, key = int(form["amount"]), form.get("key", "")
    reference = form["reference"]
    if not await run_in_threadpool(ACQUIRER.typed_in, number, reference, amount, key):
        return card_page(request, form, "The card was declined. Nothing was charged.")
    return RedirectResponse(form["back"], 303)


async def from_shop(request: Request) -> Any:
    """Gives what the shop asks; nothing if it was not the shop."""
    body = await request.body()
    return json.loads(body) if ACQUIRER.is_from_shop(body, request.headers["signature"]) else None


async def charge(request: Request) -> Response:
    """Charges a bound card."""
    asked = await from_shop(request)
    if asked is None:
        return JSONResponse({}, 403)
    return JSONResponse(ACQUIRER.charge_token(asked["token"], asked["reference"], asked["amount"]))


async def refund(request: Request) -> Response:
    """Refunds a charge."""
    asked = await from_shop(request)
    if asked is None:
        return JSONResponse({}, 403)
    return JSONResponse(ACQUIRER.refund(asked["reversal"], asked["charges"], asked["amount"]))


async def parcel(request: Request) -> Response:
    """Takes a parcel, and delivers it after a while: every eighth one never, another one twice."""
    asked = await from_shop(request)
    if asked is None:
        return JSONResponse({}, 403)
    last = int(asked["reference"].split(":")[0][-1], 16) % 8
    if last != 7:
        times = 2 if last == 6 else 1
        ACQUIRER.reporter.report("/reports/parcels", asked, PARCEL_TAKES, times)
    return JSONResponse({"state": "taken"})


async def mail(request: Request) -> Response:
    """Shows the mailboxes."""
    address = request.query_params.get("of", "")
    mails = MAILBOXES.of(address)
    return page(request, "mailbox.html", mails=mails, address=address)


async def books(request: Request) -> Response:
    """Tells what was charged and refunded: for tests, which compare it with the shop's books."""
    del request
    charges = ACQUIRER.charges.values()
    return JSONResponse([[c.reference, c.amount, sum(c.refunds.values())] for c in charges])


APP = Starlette(
    routes=[
        Route("/card", card),
        Route("/card", pay, methods=["POST"]),
        Route("/charges", charge, methods=["POST"]),
        Route("/refunds", refund, methods=["POST"]),
        Route("/parcels", parcel, methods=["POST"]),
        Route("/books", books),
        Route("/", mail),
        Route("/mail", mail),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ],
    middleware=[Middleware(Shell, payments=SETTINGS.url)],
)


def main() -> None:
    """Serves until it is interrupted."""
    controller = serve(SETTINGS, MAILBOXES)
    config = uvicorn.Config(APP, HOST, SETTINGS.stand_ins_port, log_level="warning")
    try:
        asyncio.run(uvicorn.Server(config).serve())
    finally:
        controller.stop()


if __name__ == "__main__":
    main()
