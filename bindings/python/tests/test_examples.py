"""What the README and the examples show is run."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import uuid
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import market
import pytest
from market import LOGIN, MASTER, PIN

import escrowdb
from escrowdb import Account, AccountFlags, Durability, Operation

ROOT = Path(__file__).resolve().parent.parent
REPOSITORY = ROOT.parent.parent
sys.path.insert(0, str(ROOT / "examples"))


@pytest.mark.parametrize(
    "code", re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
)
def test_the_code_of_the_readme(code, tmp_path, monkeypatch) -> None:
    if "numpy" in code:
        pytest.importorskip("numpy")
    monkeypatch.chdir(tmp_path)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shown = "".join(f"{line}\n" for line in re.findall(r"#> (.*)", code))
    assert done.stdout == shown


@pytest.mark.parametrize("example", ["balances", "checkout", "settlement", "wallet_checkout"])
def test_an_example_without_arguments_says_its_usage(example) -> None:
    """It ended in an `IndexError`, which tells nobody what to give it."""
    if example in ("balances", "settlement"):
        pytest.importorskip("numpy")
    if example == "balances":
        pytest.importorskip("matplotlib")
    script = ROOT / "examples" / f"{example}.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"usage: {example}.py ")
    assert done.stderr.count("\n") == 1


async def request(port: int, method: str, target: str, body: object = None) -> tuple:
    """Sends a request; gives the status and the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    content = json.dumps(body).encode()
    head = f"{method} {target} HTTP/1.1\r\nContent-Length: {len(content)}\r\n\r\n"
    writer.write(head.encode() + content)
    status = int((await reader.readline()).split()[1])
    while (line := await reader.readline()).strip():
        if line.lower().startswith(b"content-length"):
            length = int(line.split(b":")[1])
    answer = json.loads(await reader.readexactly(length))
    writer.close()
    return status, answer


def test_the_checkout_service(path) -> None:
    import checkout

    async def customer(port: int, number: int) -> None:
        order = f"/orders/A-{number}"
        for target in (order, f"{order}/lines"):
            assert (await request(port, "GET", target))[0] == 404
        body = {"attempt": str(uuid.uuid4()), "customer": number, "amount": "20.05"}
        # The money is not enough: the same answer when it is sent again, also when there is enough.
        deposit, charge = f"/deposits/{uuid.uuid4()}", {"customer": number, "amount": "50.00"}
        for _ in range(2):
            lacking = await request(port, "POST", f"{order}/pay", body)
            assert lacking == (402, {"error": "exceeds_credits"})
            charged = await request(port, "POST", deposit, charge)
            assert charged == (200, {"moved": "50.00", "held": "0.00"})
        assert (await request(port, "GET", order))[0] == 404
        # A second attempt pays for the same order, once, and a third one does not.
        body["attempt"] = str(uuid.uuid4())
        for _ in range(2):
            paid = await request(port, "POST", f"{order}/pay", body)
            assert paid == (200, {"moved": "20.05", "held": "20.05"})
        third = {**body, "attempt": str(uuid.uuid4())}
        for _ in range(2):
            refused = await request(port, "POST", f"{order}/pay", third)
            assert refused == (409, {"error": "order_is_paid"})
        assert (await request(port, "POST", f"{order}/ship"))[0] == 200
        shown = await request(port, "GET", order)
        assert shown == (200, {"phase": "shipped", "held": "20.05", "released": "0.00"})
        for _ in range(2):
            released = await request(port, "POST", f"{order}/confirm")
            assert released == (200, {"moved": "20.05", "held": "0.00"})
        again = {**body, "amount": "20.06"}
        assert (await request(port, "POST", f"{order}/pay", again))[0] == 409

    async def main() -> None:
        with escrowdb.open(path, durability=Durability.PROCESS) as store:
            checkout.prepare(store)
            server = await checkout.serve(store, 0)
            port = server.sockets[0].getsockname()[1]
            await asyncio.gather(*(customer(port, 1001 + at) for at in range(100)))
            for method, target, status in (
                ("GET", "/", 404),
                ("GET", "/orders/A-1", 404),
                ("GET", "/orders", 404),
                ("POST", "/orders/A-1/pay", 400),
                ("POST", "/deposits/none", 400),
                ("POST", "/orders/A-1/ship", 404),
                ("POST", "/orders/A-1001/steal", 404),
                ("DELETE", "/orders/A-1001", 404),
            ):
                assert (await request(port, method, target))[0] == status
            server.close()
            await server.wait_closed()
            merchant = store.account(checkout.MERCHANT)
            assert merchant.balances.available == 100 * (2005 - 200)
            for number in range(1001, 1101):
                assert store.account(number).balances.available == 2995
            assert store.trial_balance(1).is_balanced

    asyncio.run(main())


def test_the_checkout_from_wallets(path) -> None:
    import wallet_checkout

    customers = range(101, 111)
    mail: dict[str, list] = {}

    async def send(letter) -> bool:
        mail.setdefault(letter.address, []).append(letter)
        return letter.kind != escrowdb.LetterKind.WELCOME

    async def post(port: int, target: str, **body) -> tuple:
        return await request(port, "POST", target, body)

    async def register(port: int, number: int) -> None:
        email = f"alice{number}@example.org"
        begun = await post(port, "/customers", id=number, email=email, captcha=True)
        assert begun == (202, {"next": "the link in the letter"})
        while email not in mail:
            await asyncio.sleep(0.01)
        token = mail[email][0].secret
        confirmed = await post(port, "/customers/confirm", token=token)
        assert confirmed == (200, {"customer": number})
        profile = {
            "name": "Alice", "citizenship": "PT", "document_kind": "passport",
            "document_country": "PT", "document_number": str(number),
            "postal_address": "1 Road", "phone": "+351 1",
        }  # fmt: skip
        secrets = {"login_password": LOGIN, "payment_password": PIN}
        answers = {"1": "Rex", "2": "Rostock"}
        opened = await post(
            port, f"/customers/{number}", profile=profile, answers=answers, **secrets
        )
        assert opened == (201, {"wallet": number})

    async def customer(port: int, number: int) -> None:
        await register(port, number)
        order = {"order": f"A-{number}", "wallet": number, "amount": "20.05"}
        # The money is not enough: the same answer when it is sent again, also when there is enough.
        first, transfer = f"/payments/{uuid.uuid4()}", str(uuid.uuid4())
        for _ in range(2):
            lacking = await post(port, first, **order, password=PIN)
            assert lacking == (402, {"error": "exceeds_credits"})
            moved = await post(port, f"/wallets/{number}/top-up", id=transfer, amount="50.00")
            assert moved == (200, {"moved": "50.00"})
        # A second attempt pays for the same order.
        second = f"/payments/{uuid.uuid4()}"
        wrong = await post(port, second, **order, password="000001")
        assert wrong == (401, {"error": "credentials_must_match"})
        for _ in range(2):
            assert await post(port, second, **order, password=PIN) == (200, {"held": "20.05"})
        assert await post(port, f"{second}/confirm") == (200, {"moved": "20.05"})
        shown = {"available": "29.95", "spent_this_month": "20.05", "tier": 0}
        assert await request(port, "GET", f"/wallets/{number}") == (200, shown)
        dear = {**order, "amount": "200.01"}
        status, answer = await post(port, f"/payments/{uuid.uuid4()}", **dear, password=PIN)
        assert (status, answer["verify_up_to_tier"]) == (403, 1)
        differs = {**order, "amount": "20.06"}
        status, answer = await post(port, second, **differs, password=PIN)
        assert (status, answer["error"]) == (409, "refused_by_ledger")

    async def guesser(port: int, number: int) -> None:
        body = {"order": "B-1", "wallet": number, "amount": "1.00", "password": "000001"}
        statuses = [(await post(port, f"/payments/{uuid.uuid4()}", **body))[0] for _ in range(6)]
        assert statuses == [401] * 5 + [423]

    def asks_two(policy: dict) -> None:
        policy["identity"]["credentials"]["security_answers"]["needed"] = 2

    async def main() -> None:
        with escrowdb.open(path, durability=Durability.PROCESS) as store:
            wallet_checkout.prepare(store)
            with store.wallets(master_key=MASTER, policy=market.policy(asks_two)) as wallets:
                sending = wallet_checkout.send_letters(wallets, send, pause=0.01)
                letters = asyncio.create_task(sending)
                server = await wallet_checkout.serve(store, wallets, 0)
                port = server.sockets[0].getsockname()[1]
                await asyncio.gather(*(customer(port, number) for number in customers))
                await guesser(port, customers[0])
                for method, target, status in (
                    ("GET", "/wallets/5", 404),
                    ("GET", "/wallets/me", 400),
                    ("POST", "/customers", 400),
                    ("POST", "/payments/none", 400),
                    ("POST", "/wallets/101/empty/all", 404),
                    ("DELETE", "/wallets/101", 404),
                ):
                    assert (await request(port, method, target))[0] == status
                letters.cancel()
                server.close()
                await server.wait_closed()
            merchant = store.account(wallet_checkout.MERCHANT)
            assert merchant.balances.available == len(customers) * (2005 - 200)
            assert store.trial_balance(1).is_balanced

    asyncio.run(asyncio.wait_for(main(), 120))


def test_the_settlement(path) -> None:
    pytest.importorskip("numpy")
    orders, merchants = 1000, range(10, 15)
    with escrowdb.open(path, durability=Durability.PROCESS) as store:
        usd = escrowdb.Ledger.iso(1, "USD")
        store.create_ledgers([usd])
        store.create_accounts(
            [
                Account(1, ledger=usd, code=1, flags=AccountFlags.EXTERNAL),
                Account(2, ledger=usd, code=1),
                *(Account(merchant, ledger=usd, code=2) for merchant in merchants),
            ]
        )
        holds = [
            Operation.hold(
                id=escrowdb.new_id(),
                payer=1,
                payee=merchants[at % 5],
                ledger=usd,
                amount=1000 + at,
                fee_account=2,
                fee_ppm=100_000,
            )
            for at in range(orders)
        ]
        delivered = [Operation.deliver(hold.id) for hold in holds[: orders // 2]]
        disputed = [Operation.dispute(hold.id) for hold in holds[:5]]
        for outcome in store.submit([*holds, *delivered, *disputed]):
            outcome.check()
    settlement = str(ROOT / "examples" / "settlement.py")
    command = [sys.executable, settlement, str(path)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert printed.startswith("495 settled, 0 refused\n")
    again = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert again == "0 settled, 0 refused\n"
    with escrowdb.open(path) as store:
        paid = sum(1000 + at - escrowdb.fee(1000 + at, 100_000) for at in range(5, 500))
        got = sum(store.account(merchant).balances.net for merchant in merchants)
        assert got == paid
        assert store.account(2).balances.net == sum(
            escrowdb.fee(1000 + at, 100_000) for at in range(5, 500)
        )


@pytest.mark.parametrize(
    ("orders", "until"),
    [
        (REPOSITORY / "tests/data/orders.csv", "2024-07-15T00:00:00+00:00"),
        # A real marketplace, where the repository stands beside it.
        (REPOSITORY.parent / "shared/data/marketplace.csv", "2019-01-01T00:00:00+00:00"),
    ],
    ids=["orders", "marketplace"],
)
def test_the_picture_of_balances(orders, until, tmp_path) -> None:
    pytest.importorskip("matplotlib")
    if not orders.exists():
        pytest.skip(f"there is no {orders.name}")
    import balances

    expected = json.loads(orders.with_suffix(".expected.json").read_text())
    rows = balances.read_rows(orders)
    currency = escrowdb.Ledger.iso(1, rows[0]["currency"])
    picture = tmp_path / "balances.png"
    manual = escrowdb.Clock.MANUAL
    with escrowdb.open(tmp_path / "s", clock=manual, durability=Durability.PROCESS) as store:
        answers = balances.settle(store, rows, currency)
        store.advance(datetime.fromisoformat(until))
        last = balances.draw(store, currency, picture)
        assert store.trial_balance(currency).is_balanced
    assert answers["applied"] > len(rows) * 0.9
    names = {"merchants": "sellers_paid", "platform's commission": "platform"}
    names["buyers' wallets"] = "buyers_left"
    found = {names[name]: currency.format(last[name]) for name in names}
    assert found == {name: expected[name] for name in names.values()}
    open_amount = Decimal(expected["after_until"]["open_amount"])
    assert currency.decimal(last["in escrow"]) == open_amount
    assert picture.read_bytes().startswith(b"\x89PNG")
