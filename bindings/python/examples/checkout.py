"""A checkout service in plain asyncio: HTTP in, escrow behind it.

    python checkout.py shop.escrow 8080

    POST /deposits/<uuid>        {"customer": 1001, "amount": "20.00"}    charged to a card
    POST /orders/A-1001/pay      {"attempt": "<uuid>", "customer": 1001, "amount": "20.00"}
    POST /orders/A-1001/ship                                              on its way
    POST /orders/A-1001/confirm                                           pays the merchant
    GET  /orders/A-1001                                                   where it stands

Every request is one operation or chain, answered when it is durable. Requests that come at the same
time share a commit. A request that is sent again (the phone lost its connection) changes nothing
and gets the same answer.

Each attempt to pay for an order has an id of its own, which is that of its hold: after a refusal,
such as for want of money, the customer tries again with a new one. A document of the order, written
with the hold or not at all, says which attempt has paid, and lets no second one do so.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import sys
import uuid
from collections.abc import Awaitable
from datetime import timedelta
from decimal import Decimal
from typing import Any, Callable, Optional, Union

import escrowdb
from escrowdb import (
    Account,
    AccountFlags,
    AtDeadline,
    Id,
    Ledger,
    Operation,
    Outcome,
    RefusedError,
    Status,
    Store,
)

USD = Ledger.iso(1, "USD")
BANK, MERCHANT, MARKETPLACE = 1, 2, 3
COMMISSION = escrowdb.parse_rate("10%")
CUSTOMERS = range(1001, 2001)
WALLET = AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS

Answer = tuple[int, dict[str, Any]]
#: Gives the answer to a request, from its method, path and body.
Route = Callable[[str, str, bytes], Awaitable[Answer]]


def prepare(store: Store) -> None:
    """Registers the ledger and the accounts; on a store that has them nothing happens."""
    accounts = [
        Account(BANK, ledger=USD, code=1, flags=AccountFlags.EXTERNAL),
        Account(MERCHANT, ledger=USD, code=2, flags=WALLET),
        Account(MARKETPLACE, ledger=USD, code=3),
        *(Account(customer, ledger=USD, code=4, flags=WALLET) for customer in CUSTOMERS),
    ]
    for outcome in store.create_ledgers([USD]) + store.create_accounts(accounts):
        outcome.check()


def name_of(attempt: uuid.UUID, step: str) -> uuid.UUID:
    """Gives the id of a step after an attempt: always the same one, so that a repeat is known."""
    return uuid.uuid5(attempt, step)


def deposit(id: uuid.UUID, body: dict[str, Any]) -> Operation:
    """Charges a card, whose money the customer has then."""
    return Operation.transfer(
        id=id,
        debit_account=BANK,
        credit_account=int(body["customer"]),
        ledger=USD,
        amount=Decimal(body["amount"]),
    )


def pay(order: str, body: dict[str, Any]) -> list[Operation]:
    """Holds the money, and notes which attempt has paid for the order: both or neither."""
    attempt = uuid.UUID(body["attempt"])
    hold = Operation.hold(
        id=attempt,
        user_data_128=Id.named("orders", order),
        payer=int(body["customer"]),
        payee=MERCHANT,
        ledger=USD,
        amount=Decimal(body["amount"]),
        fee_account=MARKETPLACE,
        fee_ppm=COMMISSION,
        timeout=timedelta(days=14),
        at_deadline=AtDeadline.REFUND,
    )
    paid = Operation.put(
        "orders", order.encode(), attempt.bytes, expected_version=0, id=name_of(attempt, "paid")
    )
    return escrowdb.chain([hold, paid])


def paid_by(store: Store, order: str) -> Optional[uuid.UUID]:
    """Gives the attempt that has paid for an order."""
    document = store.document("orders", order.encode())
    return None if document is None else uuid.UUID(bytes=document.value)


def ship(attempt: uuid.UUID) -> Operation:
    """Tells that the order is on its way: from now on the deadline pays the merchant."""
    return Operation.ship(
        attempt,
        id=name_of(attempt, "ship"),
        timeout=timedelta(days=10),
        at_deadline=AtDeadline.RELEASE,
    )


def confirm(attempt: uuid.UUID) -> Operation:
    """Pays the merchant, less the commission."""
    return Operation.release(attempt, id=name_of(attempt, "confirm"))


def show(store: Store, attempt: uuid.UUID) -> Answer:
    """Tells where an order stands."""
    hold = store.hold(attempt)
    if hold is None:
        return 404, {"error": "no such order"}
    amounts = {"held": USD.format(hold.held), "released": USD.format(hold.released)}
    return 200, {"phase": hold.phase.name.lower(), **amounts}


def answer(outcomes: list[Outcome]) -> Answer:
    """Turns the outcome of what was done into an HTTP answer."""
    done = outcomes[0]
    return 200, {"moved": USD.format(done.amount), "held": USD.format(done.held)}


def answer_to(refusal: RefusedError) -> Answer:
    """Turns a refusal into an HTTP answer: the same one when the request is sent again."""
    law = refusal.outcome.status
    if law == Status.ID_ALREADY_FAILED:
        law = refusal.outcome.first_status
    if law == Status.VERSION_MUST_MATCH:
        return 409, {"error": "order_is_paid"}
    return (402 if law == Status.EXCEEDS_CREDITS else 409), {"error": law.name.lower()}


def what_is_asked(
    store: Store, method: str, path: str, body: bytes
) -> Union[Answer, list[Operation]]:
    """Gives what a request wants done, or the answer if it wants nothing done."""
    parts = path.strip("/").split("/")
    kind, name, step = (*parts, "", "")[:3]
    if len(parts) > 3 or not name:
        return 404, {"error": "no such page"}
    try:
        if method == "POST" and kind == "deposits" and not step:
            return [deposit(uuid.UUID(name), json.loads(body))]
        if kind != "orders":
            return 404, {"error": "no such page"}
        if method == "POST" and step == "pay":
            return pay(name, json.loads(body))
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return 400, {"error": "the request makes no sense"}
    attempt = paid_by(store, name)
    if attempt is None:
        return 404, {"error": "no such order"}
    if method == "GET" and not step:
        return show(store, attempt)
    if method == "POST" and step in ("ship", "confirm"):
        return [(ship if step == "ship" else confirm)(attempt)]
    return 404, {"error": "no such page"}


async def route(store: Store, method: str, path: str, body: bytes) -> Answer:
    """Answers a request; others go on meanwhile."""
    asked = what_is_asked(store, method, path, body)
    if isinstance(asked, tuple):
        return asked
    try:
        return answer(await store.submit_async(asked, check=True))
    except RefusedError as refusal:
        return answer_to(refusal)


async def serve_connection(
    answer_of: Route, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answers the requests of one connection, one after the other."""
    try:
        while request := (await reader.readline()).decode().split():
            length = 0
            while (line := await reader.readline()).strip():
                name, _, value = line.decode().partition(":")
                if name.lower() == "content-length":
                    length = int(value)
            body = await reader.readexactly(length)
            status, content = await answer_of(request[0], request[1], body)
            text = json.dumps(content).encode()
            head = f"HTTP/1.1 {status} \r\nContent-Type: application/json\r\n"
            writer.write(f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text)
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        return
    finally:
        writer.close()


async def serve_routes(answer_of: Route, port: int) -> asyncio.Server:
    """Starts to serve what a route answers, on this machine alone."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve_connection(answer_of, reader, writer)

    return await asyncio.start_server(connected, "127.0.0.1", port)


async def serve(store: Store, port: int) -> asyncio.Server:
    """Starts to serve the checkout."""
    return await serve_routes(functools.partial(route, store), port)


async def main(path: str, port: int) -> None:
    """Serves until it is interrupted."""
    with escrowdb.open(path) as store:
        prepare(store)
        server = await serve(store, port)
        async with server:
            await server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal():
        sys.exit("usage: checkout.py DIR PORT")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(sys.argv[1], int(sys.argv[2])))
