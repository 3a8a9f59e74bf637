"""Load and death: many shoppers at once, and `kill -9` of the worker that hosts the store.

    python -m shop.load [--workers 4] [--shoppers 200] [--orders 3] [--kill-after SECONDS]

Each shopper has a session and a cart, buys as a guest by card, and confirms what came. Requests
that fail are sent again, as people press the button again. In the end the acquirer's books are
compared with the shop's: no order is lost, none is paid twice, and no cent is missing.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

import httpx

from escrowdb import Id, OrderState, PartCommand, Party, Stage

from .browsing import CARD
from .house import USD, House
from .running import Running, running

#: Seconds between two attempts at a request, for how long it is tried, and between two looks.
PAUSE, PATIENCE, LOOK = 0.3, 60.0, 1.5


@dataclass
class Seen:
    """What the shoppers saw."""

    #: Seconds that requests took, by what they were for.
    times: dict[str, list[float]] = field(default_factory=dict)
    #: Orders that a page said were paid, and those that their buyers confirmed.
    paid: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)
    #: Requests that were sent again, by why.
    again: Counter[str] = field(default_factory=Counter)


class Shopper:
    """Somebody who buys, with a client that keeps cookies."""

    def __init__(self, shop: Running, seen: Seen, number: int) -> None:
        self._shop, self._seen, self._number = shop, seen, number
        self._client = httpx.AsyncClient(timeout=30, follow_redirects=False)

    async def _send(self, what: str, url: str, form: dict[str, str] | None) -> httpx.Response:
        """Sends a request until it is answered: a page that says "try again" is no answer."""
        end = time.monotonic() + PATIENCE
        while True:
            begin = time.perf_counter()
            try:
                if form is None:
                    answer = await self._client.get(url)
                else:
                    answer = await self._client.post(url, data=form)
                self._seen.times.setdefault(what, []).append(time.perf_counter() - begin)
                if answer.status_code < 500:
                    return answer
                reason = str(answer.status_code)
            except httpx.TransportError as error:
                reason = type(error).__name__
            self._seen.again[reason] += 1
            if time.monotonic() > end:
                raise TimeoutError(f"{what}: {reason}")
            await asyncio.sleep(PAUSE)

    async def _page(self, what: str, path: str) -> tuple[str, str]:
        """Opens a page, wherever it leads; gives its address and what is in it."""
        url = urljoin(self._shop.url, path)
        while True:
            answer = await self._send(what, url, None)
            if answer.status_code != 303:
                return url, answer.text
            url = urljoin(url, answer.headers["location"])

    async def _press(self, what: str, page: str, action: str, **filled: str) -> str:
        """Sends a form of a page; gives where it leads."""
        form = re.search(rf'action="{re.escape(action)}".*?</form>', page, re.DOTALL)
        if form is None:
            raise LookupError(f"{what}: no form {action}")
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.group()))
        hidden = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
        base = self._shop.url if action != "/card" else self._shop.settings.stand_ins_url
        answer = await self._send(what, urljoin(base, action), {**hidden, **filled})
        if answer.status_code != 303:
            said = re.sub(r"<[^>]+>|\s+", " ", answer.text.split("<main")[-1])
            raise LookupError(f"{what}: {answer.status_code} {said[:200]}")
        return str(answer.headers["location"])

    async def buy(self, article: int) -> None:
        """Buys an article, pays it, and confirms it when it was shipped."""
        _, page = await self._page("article", f"/articles/{article}")
        await self._press("cart", page, "/cart/add", count="1")
        _, page = await self._page("checkout", "/checkout")
        email = f"shopper{self._number}@example.com"
        try:
            to = await self._press("order", page, "/checkout", address="Road", email=email)
        except LookupError:
            # It was placed, and the answer was lost: it is the newest of the orders.
            _, page = await self._page("my orders", "/orders")
            to = re.findall(r'href="(/orders/[0-9a-f-]+)"', page)[0] + "/pay"
        order = to.split("/")[-2]
        url, page = await self._page("payment", to)
        if url.endswith("/pay"):
            to = await self._press("to the acquirer", page, f"/orders/{order}/card")
            url, page = await self._page("acquirer", to)
            await self._press("card", page, "/card", number=CARD)
        await self._until_paid(order)
        self._seen.paid.add(order)
        await self._confirm(order)

    async def _until_paid(self, order: str) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            url, _ = await self._page("payment", f"/orders/{order}/pay")
            if not url.endswith("/pay"):
                return
            await asyncio.sleep(LOOK)
        raise TimeoutError(f"{order} was not paid")

    async def _confirm(self, order: str) -> None:
        end = time.monotonic() + PATIENCE
        action = f"/orders/{order}/parts/0/confirm"
        while time.monotonic() < end:
            _, page = await self._page("my order", f"/orders/{order}")
            if f'action="{action}"' in page:
                await self._press("confirm", page, action)
                self._seen.confirmed.add(order)
                return
            await asyncio.sleep(LOOK)
        raise TimeoutError(f"{order} was not shipped")

    async def close(self) -> None:
        """Leaves."""
        await self._client.aclose()


async def ship_all(house: House, ended: asyncio.Event) -> None:
    """Ships what is paid, as the seller of the load does."""
    while not ended.is_set():
        parts = await asyncio.to_thread(house.orders.open_parts, 10_000, stage=Stage.PAID)
        for part in parts:
            id = Id.named("load", f"{part.order}:{part.part}")
            ship = PartCommand.ship()
            await asyncio.to_thread(
                house.orders.act, part.order, part.part, Party.SELLER, ship, id=id
            )
        await asyncio.sleep(PAUSE)


async def kill_host(shop: Running, after: float, ended: asyncio.Event) -> int:
    """Kills the worker that hosts the store, in the middle of it all; gives how many that were."""
    await asyncio.sleep(after)
    if ended.is_set():
        return 0
    print(f"killed worker {await asyncio.to_thread(shop.kill_host)}, which hosted the store")
    return 1


async def run(shop: Running, house: House, given: argparse.Namespace) -> tuple[Seen, float, int]:
    """Has all shoppers buy at once; gives what they saw, the seconds, and the kills."""
    seen, ended = Seen(), asyncio.Event()
    shoppers = [Shopper(shop, seen, number) for number in range(given.shoppers)]

    async def walk(shopper: Shopper, number: int) -> None:
        for turn in range(given.orders):
            await shopper.buy(1 + (number + turn) % 12)
        await shopper.close()

    ships = asyncio.create_task(ship_all(house, ended))
    killer = asyncio.create_task(kill_host(shop, given.kill_after, ended))
    begin = time.perf_counter()
    results = await asyncio.gather(
        *(walk(shopper, number) for number, shopper in enumerate(shoppers)), return_exceptions=True
    )
    took = time.perf_counter() - begin
    ended.set()
    await ships
    for failure in [each for each in results if isinstance(each, BaseException)][:5]:
        print("failed:", repr(failure))
    return seen, took, await killer


def compare(shop: Running, house: House, seen: Seen) -> list[str]:
    """Compares the acquirer's books with the shop's; gives what is wrong."""
    wrong = []
    charged: Counter[str] = Counter()
    for reference, amount, back in shop.charges():
        charged[reference.split(":")[1]] += amount - back
    for number in sorted(seen.paid | set(charged)):
        view = house.orders.order(Id.parse(number))
        price = sum(int(tender.amount) for tender in view.tenders)
        if view.state not in (OrderState.OPEN, OrderState.DONE):
            wrong.append(f"{number} is {view.state.name}, and was charged")
        if charged[number] != price:
            wrong.append(f"{number} costs {price}, and {charged[number]} were charged")
        if number in seen.confirmed and view.parts[0].stage != Stage.DONE:
            wrong.append(f"{number} was confirmed, and is {view.parts[0].stage.name}")
    if not house.store.trial_balance(USD).is_balanced:
        wrong.append("the books do not balance")
    return wrong


def tell(seen: Seen, took: float, kills: int) -> None:
    """Prints the figures."""
    requests = sum(map(len, seen.times.values()))
    print(f"{len(seen.confirmed)} orders paid and confirmed in {took:.1f} s,", end=" ")
    print(f"{requests} requests, {requests / took:.0f} a second; {kills} kill(s) of the host")
    print(f"sent again: {dict(seen.again) or 'nothing'}")
    for what, times in seen.times.items():
        cuts = statistics.quantiles(times, n=100) if len(times) > 1 else times * 99
        figures = f"median {cuts[49] * 1000:6.0f} ms, 99 % {cuts[98] * 1000:6.0f} ms"
        print(f"  {what:16} {len(times):6} times: {figures}")


def main() -> None:
    """Runs a shop, and the load on it."""
    parser = argparse.ArgumentParser("python -m shop.load")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--shoppers", type=int, default=200)
    parser.add_argument("--orders", type=int, default=3)
    parser.add_argument("--kill-after", type=float, default=5.0, help="seconds")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        with (
            running(Path(data), given.workers, empty=True) as shop,
            shop.house() as house,
        ):
            seen, took, kills = asyncio.run(run(shop, house, given))
            wrong = compare(shop, house, seen)
        tell(seen, took, kills)
    asked = given.shoppers * given.orders
    if len(seen.confirmed) != asked:
        wrong.append(f"{asked} orders were wanted")
    print("\n".join(wrong) or "No order was lost, none was paid twice, and the books balance.")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
