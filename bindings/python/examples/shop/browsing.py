"""A browser that walks through the shop as people do. Chromium is the system's, headless."""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Playwright, Response, sync_playwright

from .house import House
from .pages.account import DEMO_PASSWORD, DEMO_PAYMENT_PASSWORD
from .running import Running
from .sessions import SPACE, key_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
#: Milliseconds that a page may take.
PATIENCE = 8_000
CARD, CARD_WITH_CODE, DECLINED = "4242424242424242", "4000000000003220", "4000000000000002"
REPORTED_TWICE, REPORTED_LATE = "4000000000000119", "4000000000000259"


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Runs the browser."""
    with sync_playwright() as playwright:
        browser = start(playwright)
        yield browser
        browser.close()


def start(playwright: Playwright) -> Browser:
    """Starts the browser of the system."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


class Walker:
    """Somebody with a browser window of their own."""

    def __init__(
        self, browser: Browser, shop: Running, language: str = "en", **window: object
    ) -> None:
        self.shop = shop
        options = {"locale": language, "reduced_motion": "reduce", **window}
        self.context = browser.new_context(**options)  # type: ignore[arg-type]
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("console", lambda said: self._note(said.type, said.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _note(self, kind: str, text: str) -> None:
        # That a page is not there, or refuses something, is told by its status.
        if kind == "error" and "Failed to load resource" not in text:
            self.problems.append(text)

    def go(self, path: str) -> Response:
        """Opens a page."""
        address = path if path.startswith("http") else self.shop.url + path
        response = self.page.goto(address)
        assert response is not None
        return response

    def click(self, name: str, within: str = "main") -> None:
        """Presses a button, or follows a link, by what it says."""
        place = self.page.locator(within)
        found = place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name))
        found.first.click()
        self.page.wait_for_load_state()

    def unfold(self, name: str) -> Locator:
        """Unfolds a form, and gives it."""
        details = self.page.locator("details", has=self.page.locator(f"summary:text-is('{name}')"))
        details.locator("summary").click()
        return details

    def fill(self, **values: str) -> None:
        """Fills fields in, by their names."""
        for name, value in values.items():
            self.page.locator(
                f"main [name='{name.replace('_', '-')}'], main [name='{name}']"
            ).last.fill(value)

    def text(self) -> str:
        """Gives what the page says."""
        return self.page.locator("main").inner_text()

    def sign_in(self, name: str) -> None:
        """Signs in as one of the people of the demo."""
        self.go(f"/sign-in?as={name}@example.com")
        self.fill(email=f"{name}@example.com", password=DEMO_PASSWORD)
        self.click("Sign in")

    def put_into_cart(self, *articles: int) -> None:
        """Puts articles into the cart."""
        for article in articles:
            self.go(f"/articles/{article}")
            self.click("Add to cart")

    def check_out(self, email: str = "", wallet: bool = True, coupon: str = "") -> str:
        """Places the order; gives its page."""
        self.go("/checkout")
        self.fill(address="Guest\nLong Road 1", coupon=coupon)
        if email:
            self.fill(email=email)
        box = self.page.locator("[name=wallet]")
        if box.count() and not wallet:
            box.uncheck()
        self.click("Order, and on to payment")
        return self.page.url.split("/pay")[0]

    def pay_by_card(self, number: str = CARD) -> None:
        """Pays on the acquirer's page."""
        self.click("To the acquirer")
        self.type_card(number)

    def type_card(self, number: str) -> None:
        """Types a card in on the acquirer's page, and what its bank asks for."""
        self.fill(number=number)
        self.click("Pay")
        if number == CARD_WITH_CODE:
            self.fill(code="1234")
            self.click("Pay")

    def pay_by_password(self, password: str = DEMO_PAYMENT_PASSWORD) -> None:
        """Pays from the wallet, or by a bound card."""
        self.fill(password=password)
        self.click("Pay")

    def link_in_letter(self, address: str, page: str) -> str:
        """Waits for the letter, and gives its link."""
        end = time.monotonic() + 15
        while time.monotonic() < end:
            self.go(f"{self.shop.settings.stand_ins_url}/mail?of={address.replace('+', '%2B')}")
            found = self.page.locator(f"a[href*='{page}?token=']").first
            if found.count():
                return found.get_attribute("href") or ""
            time.sleep(0.2)
        raise AssertionError(f"no letter came to {address}")

    def code_in_letter(self, address: str) -> str:
        """Waits for the letter, and gives its code."""
        end = time.monotonic() + 15
        while time.monotonic() < end:
            self.go(f"{self.shop.settings.stand_ins_url}/mail?of={address}")
            letter = self.page.locator("article p.pre").first
            found = re.search(r"\b\d{4}[ -]?\d{4}\b", letter.inner_text() if letter.count() else "")
            if found:
                return found.group()
            time.sleep(0.2)
        raise AssertionError(f"no code came to {address}")

    def captcha(self, house: House) -> str:
        """Reads the code of the picture, as a person does, from the session."""
        self.page.wait_for_load_state("networkidle")
        (cookie,) = [each for each in self.context.cookies() if each["name"] == "session"]
        row = house.documents.read(SPACE, key_of(cookie["value"]))
        return str(row["captcha"])

    def picture(self, path: Path) -> None:
        """Takes a picture of the whole page."""
        self.page.screenshot(path=path, full_page=True)
