"""Visitors without a browser, for tests: they speak HTTP, and send what no page would."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any, Optional
from urllib.parse import parse_qsl, urlsplit

import httpx

from .browsing import CARD
from .house import House
from .pages.account import DEMO_PASSWORD
from .running import Running
from .sessions import SPACE, key_of

PNG = b"\x89PNG\r\n\x1a\n"


class Visitor:
    """Somebody with cookies of their own."""

    def __init__(self, shop: Running, name: str = "") -> None:
        self.shop = shop
        self.client = httpx.Client(base_url=shop.url, timeout=30)
        if name:
            assert self.sign_in(name).status_code == 303

    def close(self) -> None:
        """Leaves."""
        self.client.close()

    def sign_in(self, name: str, password: str = DEMO_PASSWORD) -> httpx.Response:
        """Signs in."""
        email = name if "@" in name else f"{name}@example.com"
        return self.post("/sign-in", email=email, password=password)

    def get(self, path: str) -> httpx.Response:
        """Opens a page."""
        return self.client.get(path)

    def stamp(self) -> str:
        """Gives what the forms of this session carry."""
        found = re.search(r'name="stamp" value="(\w+)"', self.get("/").text)
        assert found is not None
        return found[1]

    def post(
        self, path: str, picture: bytes = b"", field: str = "picture", /, **form: str
    ) -> httpx.Response:
        """Sends a form."""
        data = {"command": str(uuid.uuid4()), "stamp": self.stamp(), **form}
        data = {name.replace("__", "-"): value for name, value in data.items()}
        files = {field: ("x.png", picture, "image/png")} if picture else None
        return self.client.post(path, data=data, files=files)

    def order(self, articles: dict[int, int], email: str = "guest@example.com", **form: str) -> str:
        """Places an order; gives its id."""
        for article, count in articles.items():
            self.post("/cart/add", article=str(article), count=str(count))
        page = self.get("/checkout").text
        hidden = dict(re.findall(r'name="(cart|seen)" value="([^"]+)"', page))
        placed = self.post("/checkout", address="Long Road 1", email=email, **hidden, **form)
        assert placed.status_code == 303, placed.text
        return placed.headers["location"].split("/")[2]

    def pay(self, order: str, number: str = CARD, key: str = "") -> httpx.Response:
        """Pays an order on the acquirer's page."""
        return self.type_card(self.post(f"/orders/{order}/card"), number, key)

    def type_card(
        self, to: httpx.Response, number: str = CARD, key: Optional[str] = None
    ) -> httpx.Response:
        """Types a card in where the shop has sent the visitor."""
        asked: dict[str, Any] = dict(parse_qsl(urlsplit(to.headers["location"]).query))
        form = {**asked, "number": number, "key": key or uuid.uuid4().hex}
        return httpx.post(f"{self.shop.settings.stand_ins_url}/card", data=form, timeout=30)

    def is_paid(self, order: str) -> bool:
        """Says whether an order of theirs is paid."""
        return bool(self.get(f"/orders/{order}/state").json()["changed"])

    def in_wallet(self) -> str:
        """Gives what the page of the wallet says is in it."""
        found = re.search(r'class="big">([^<]+)', self.get("/wallet").text)
        assert found is not None
        return found[1]

    def register(self, house: House, email: str) -> httpx.Response:
        """Begins a registration, with the code that its picture shows."""
        self.stamp()
        self.get("/captcha.png")
        row = house.documents.read(SPACE, key_of(self.client.cookies["session"]))
        return self.post("/register", email=email, captcha=str(row["captcha"]))

    def token_in_letter(self, email: str, page: str) -> str:
        """Waits for a letter; gives the secret of its link."""
        url = f"{self.shop.settings.stand_ins_url}/mail"
        end = time.monotonic() + 15
        while time.monotonic() < end:
            letters = httpx.get(url, params={"of": email}).text
            if found := re.findall(page + r"\?token=([^\s\"<]+)", letters):
                return str(found[0])
            time.sleep(0.2)
        raise AssertionError(f"no letter came to {email}")


def until(condition: Any, seconds: float = 10) -> bool:
    """Waits until something is so; says whether it came to be."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return bool(condition())
