"""A checkout that is paid from wallets, in plain asyncio: HTTP in, letters out.

    ESCROWDB_MASTER_KEY=<64 hexadecimal digits> python wallet_checkout.py shop.escrow 8080

    POST /customers            {"id": 101, "email": "alice@example.org", "captcha": true}
    POST /customers/confirm    {"token": "..."}           from the link in the letter
    POST /customers/101        {"profile": {...}, "login_password": "...",
                                "answers": {"1": "...", "2": "..."}, "payment_password": "..."}
    POST /wallets/101/top-up   {"id": "<uuid>", "amount": "50.00"}
    GET  /wallets/101                                     what there is, and what was spent
    POST /payments/<uuid>      {"order": "A-1001", "wallet": 101, "amount": "20.05",
                                "password": "..."}
    POST /payments/<uuid>/confirm                         pays the merchant

A password is checked, and a payment made, in a thread: the loop goes on serving meanwhile. Every
refusal of a command has one place where it becomes an answer. Everything that a customer sends
names its own id, so that a request which is sent again changes nothing. A payment is one attempt to
pay for an order: its id is that of its hold, and after a refusal, such as for want of money, the
customer tries again with a new one. The master key comes from the environment, where a key service
would belong.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import sys
import uuid
from collections.abc import Awaitable
from datetime import timedelta
from decimal import Decimal
from typing import Any, Callable

from checkout import Answer, serve_routes

import escrowdb
from escrowdb import (
    Account,
    AccountFlags,
    AtDeadline,
    CredentialIsLocked,
    DocumentKind,
    Id,
    Ledger,
    Letter,
    LetterFate,
    NeedsTier,
    NewWallet,
    Operation,
    Payment,
    Profile,
    Refused,
    Status,
    Store,
    Wallets,
    WrongCredentials,
)

USD = Ledger.iso(1, "USD")
BANK, MERCHANT, MARKETPLACE = 1, 2, 3
COMMISSION = escrowdb.parse_rate("10%")
TERMS = ("terms", "1")
#: Gives a letter to the mail; says whether that could be done.
Send = Callable[[Letter], Awaitable[bool]]


def prepare(store: Store) -> None:
    """Registers the ledger and the accounts; on a store that has them nothing happens."""
    accounts = [
        Account(BANK, ledger=USD, code=1, flags=AccountFlags.EXTERNAL),
        Account(MERCHANT, ledger=USD, code=2),
        Account(MARKETPLACE, ledger=USD, code=3),
    ]
    for outcome in store.create_ledgers([USD]) + store.create_accounts(accounts):
        outcome.check()


def name_of(attempt: uuid.UUID, step: str) -> uuid.UUID:
    """Gives the id of a step of an attempt: always the same one, so that a repeat is known."""
    return uuid.uuid5(attempt, step)


def account_of(customer: int) -> int:
    """Gives the account of a customer's wallet, which has the customer's own number."""
    return 1_000_000 + customer


async def begin(wallets: Wallets, body: dict[str, Any]) -> Answer:
    """Begins a registration. The answer does not tell whether the address is known."""
    captcha_ok = body["captcha"] is True
    await wallets.run(
        wallets.begin_registration, int(body["id"]), str(body["email"]), captcha_ok=captcha_ok
    )
    return 202, {"next": "the link in the letter"}


async def confirm_address(wallets: Wallets, body: dict[str, Any]) -> Answer:
    """Takes the token of the link."""
    person = await wallets.run(wallets.confirm_address, str(body["token"]))
    return 200, {"customer": int(person)}


async def submit(wallets: Wallets, customer: int, body: dict[str, Any]) -> Answer:
    """Fills in who the customer is, and opens the wallet with both passwords.

    The policy asks for the answers to two security questions, which the shop numbers.
    """
    kind = DocumentKind[body["profile"].pop("document_kind").upper()]
    profile = Profile(document_kind=kind, **body["profile"])
    await wallets.run(wallets.set_profile, customer, profile)
    await wallets.run(wallets.set_login_password, customer, body["login_password"])
    answers = {int(question): str(answer) for question, answer in body["answers"].items()}
    await wallets.run(wallets.set_security_answers, customer, answers)
    await wallets.run(wallets.set_consent, customer, *TERMS)
    new = NewWallet(customer, account=account_of(customer), ledger=USD, code=4)
    await wallets.run(wallets.submit_registration, customer, new)
    await wallets.run(wallets.create_payment_password, customer, body["payment_password"])
    return 201, {"wallet": customer}


async def top_up(wallets: Wallets, wallet: int, body: dict[str, Any]) -> Answer:
    """Puts in what the bank reported; the id is that of the bank's transfer."""
    transfer = Operation.transfer(
        id=uuid.UUID(body["id"]),
        debit_account=BANK,
        credit_account=account_of(wallet),
        ledger=USD,
        amount=Decimal(body["amount"]),
    )
    moved = await wallets.run(wallets.top_up, wallet, transfer)
    return 200, {"moved": USD.format(moved.amount)}


async def show(store: Store, wallets: Wallets, wallet: int) -> Answer:
    """Tells what is in a wallet, and what it spent."""
    spending = await wallets.run(wallets.spending, wallet)
    account = store.account(account_of(wallet))
    if spending is None or account is None:
        return 404, {"error": "no such wallet"}
    return 200, {
        "available": USD.format(account.balances.available),
        "spent_this_month": USD.format(spending.month),
        "tier": spending.tier,
    }


async def pay(wallets: Wallets, attempt: uuid.UUID, body: dict[str, Any]) -> Answer:
    """Has the customer authorise just this order, and holds the money for it.

    A request that is sent again finds its payment made, and is answered as the first one: the
    payment is tried first, and authorised only if it was never made.
    """
    wallet, order = int(body["wallet"]), Id.named("orders", body["order"])
    hold = Operation.hold(
        id=attempt,
        user_data_128=order,
        payer=account_of(wallet),
        payee=MERCHANT,
        ledger=USD,
        amount=Decimal(body["amount"]),
        fee_account=MARKETPLACE,
        fee_ppm=COMMISSION,
        timeout=timedelta(days=14),
        at_deadline=AtDeadline.REFUND,
    )
    authorisation = name_of(attempt, "authorisation")
    payment = Payment(wallet=wallet, order=order, authorisation=authorisation, operation=hold)
    try:
        paid = await wallets.pay_async(payment)
    except Refused as refusal:
        if refusal.status != escrowdb.WalletStatus.AUTHORISATION_NOT_FOUND:
            raise
        await wallets.run(wallets.authorise, authorisation, payment.purchase(), body["password"])
        paid = await wallets.pay_async(payment)
    return 200, {"held": USD.format(paid.held)}


async def confirm(store: Store, attempt: uuid.UUID) -> Answer:
    """Pays the merchant, less the commission."""
    release = Operation.release(attempt, id=name_of(attempt, "confirm"))
    (outcome,) = await store.submit_async([release])
    if not outcome.is_done:
        return 409, {"error": outcome.status.name.lower()}
    return 200, {"moved": USD.format(outcome.amount)}


def answer_to(refusal: Refused) -> Answer:
    """Turns a refusal into an answer: what it is called, and what would help."""
    content: dict[str, Any] = {"error": refusal.name}
    if refusal.ledger_first_status == Status.EXCEEDS_CREDITS:
        return 402, {"error": "exceeds_credits"}  # also when the request is sent again
    if refusal.until:
        content["again_at"] = escrowdb.utc(refusal.until).isoformat(timespec="seconds")
    if isinstance(refusal, CredentialIsLocked):
        return 423, content
    if isinstance(refusal, WrongCredentials):
        return 401, content
    if isinstance(refusal, NeedsTier):
        return 403, {**content, "verify_up_to_tier": refusal.tier}
    return 409, content


async def route(store: Store, wallets: Wallets, method: str, path: str, body: bytes) -> Answer:
    """Finds what a request asks for."""
    parts = path.strip("/").split("/")
    kind, name, step = (*parts, "", "")[:3]
    if len(parts) > 3:
        return 404, {"error": "no such page"}
    try:
        content = json.loads(body) if body else {}
        if method == "GET" and kind == "wallets" and not step:
            return await show(store, wallets, int(name))
        if method == "POST" and parts == ["customers"]:
            return await begin(wallets, content)
        if method == "POST" and parts == ["customers", "confirm"]:
            return await confirm_address(wallets, content)
        if method == "POST" and kind == "customers" and not step:
            return await submit(wallets, int(name), content)
        if method == "POST" and kind == "wallets" and step == "top-up":
            return await top_up(wallets, int(name), content)
        if method == "POST" and kind == "payments" and not step:
            return await pay(wallets, uuid.UUID(name), content)
        if method == "POST" and kind == "payments" and step == "confirm":
            return await confirm(store, uuid.UUID(name))
    except Refused as refusal:
        return answer_to(refusal)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return 400, {"error": "the request makes no sense"}
    return 404, {"error": "no such page"}


async def send_letters(wallets: Wallets, send: Send, pause: float) -> None:
    """Sends what waits in the outbox, again and again; what could not be sent comes again."""
    while True:
        for letter in await wallets.run(wallets.take_letters):
            fate = LetterFate.DELIVERED if await send(letter) else LetterFate.FAILED
            await wallets.run(wallets.report_letter, letter, fate)
        await asyncio.sleep(pause)


async def print_letter(letter: Letter) -> bool:
    """Stands in for the mail: the secret belongs into the letter, and nowhere else."""
    print(f"To: {letter.address}\n{letter.kind.name.lower()} {letter.secret}\n")
    return True


async def serve(store: Store, wallets: Wallets, port: int) -> asyncio.Server:
    """Starts to serve on this machine alone."""
    return await serve_routes(functools.partial(route, store, wallets), port)


async def main(path: str, port: int) -> None:
    """Serves until it is interrupted."""
    master_key = bytes.fromhex(os.environ["ESCROWDB_MASTER_KEY"])
    with escrowdb.open(path) as store:
        prepare(store)
        with store.wallets(master_key=master_key, policy="article") as wallets:
            letters = asyncio.create_task(send_letters(wallets, print_letter, pause=1))
            server = await serve(store, wallets, port)
            async with server:
                await asyncio.gather(letters, server.serve_forever())


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal():
        sys.exit("usage: wallet_checkout.py DIR PORT")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(sys.argv[1], int(sys.argv[2])))
