"""A checkout service in plain asyncio: HTTP in, escrow behind it.

    python checkout.py shop.escrow 8080

    POST /orders          {"id": "<uuid>", "customer": 1001, "amount": "20.00"}   pay into escrow
    POST /orders/<uuid>/ship                                                      on its way
    POST /orders/<uuid>/confirm                                                   pay the merchant
    GET  /orders/<uuid>                                                           where it stands

Every request is one operation or chain, answered when it is durable. Requests that come at the same
time share a commit. The id of an order is the id of its hold: a request that is sent again (the
phone lost its connection) changes nothing and gets the same answer.
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
from typing import Any, Callable

import escrowdb
from escrowdb import Account, AccountFlags, AtDeadline, Ledger, Operation, Outcome, Store

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


def name_of(order: uuid.UUID, step: str) -> uuid.UUID:
    """Gives the id of a step of an order: always the same one, so that a repeat is known."""
    return uuid.uuid5(order, step)


async def pay(store: Store, body: dict[str, Any]) -> Answer:
    """Charges the customer's card and holds the money: both or neither."""
    order = uuid.UUID(body["id"])
    customer, amount = int(body["customer"]), Decimal(body["amount"])
    charge = Operation.transfer(
        id=name_of(order, "charge"),
        debit_account=BANK,
        credit_account=customer,
        ledger=USD,
        amount=amount,
    )
    hold = Operation.hold(
        id=order,
        payer=customer,
        payee=MERCHANT,
        ledger=USD,
        amount=amount,
        fee_account=MARKETPLACE,
        fee_ppm=COMMISSION,
        timeout=timedelta(days=14),
        at_deadline=AtDeadline.REFUND,
    )
    outcomes = await store.submit_async(escrowdb.chain([charge, hold]))
    return answer(outcomes[-1])


async def ship(store: Store, order: uuid.UUID) -> Answer:
    """Tells that the order is on its way: from now on the deadline pays the merchant."""
    operation = Operation.ship(
        order,
        id=name_of(order, "ship"),
        timeout=timedelta(days=10),
        at_deadline=AtDeadline.RELEASE,
    )
    return answer((await store.submit_async([operation]))[0])


async def confirm(store: Store, order: uuid.UUID) -> Answer:
    """Pays the merchant, less the commission."""
    operation = Operation.release(order, id=name_of(order, "confirm"))
    return answer((await store.submit_async([operation]))[0])


def show(store: Store, order: uuid.UUID) -> Answer:
    """Tells where an order stands."""
    hold = store.hold(order)
    if hold is None:
        return 404, {"error": "no such order"}
    amounts = {"held": USD.format(hold.held), "released": USD.format(hold.released)}
    return 200, {"phase": hold.phase.name.lower(), **amounts}


def answer(outcome: Outcome) -> Answer:
    """Turns an outcome into an HTTP answer."""
    if not outcome.is_done:
        return 409, {"error": outcome.status.name.lower()}
    return 200, {"moved": USD.format(outcome.amount), "held": USD.format(outcome.held)}


async def route(store: Store, method: str, path: str, body: bytes) -> Answer:
    """Finds what a request asks for."""
    parts = path.strip("/").split("/")
    if parts[0] != "orders" or len(parts) > 3:
        return 404, {"error": "no such page"}
    try:
        if method == "POST" and len(parts) == 1:
            return await pay(store, json.loads(body))
        order = uuid.UUID(parts[1])
        if method == "GET" and len(parts) == 2:
            return show(store, order)
        if method == "POST" and parts[2:] in (["ship"], ["confirm"]):
            return await (ship if parts[2] == "ship" else confirm)(store, order)
    except (ArithmeticError, IndexError, KeyError, TypeError, ValueError):
        return 400, {"error": "the request makes no sense"}
    return 404, {"error": "no such page"}


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
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(sys.argv[1], int(sys.argv[2])))
