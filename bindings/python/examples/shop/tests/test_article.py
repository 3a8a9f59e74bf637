"""The eight parts of the article, page by page, as its shopper meets them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

from shop.browsing import CARD, CARD_WITH_CODE, DECLINED, Walker
from shop.house import House
from shop.running import Running
from shop.seed import drawing

LOGIN, PIN = "a long way to Tipperary", "582931"
NUMBERS = itertools.count(1)


def scan(folder: Path, width: int = 420) -> Path:
    """Makes a scan to upload."""
    path = folder / f"scan{width}.png"
    path.write_bytes(drawing(width, 280))
    return path


def begin(she: Walker, house: House, email: str) -> None:
    she.go("/register")
    she.fill(email=email, captcha="wrong")
    she.click("Go on")
    assert "not the one in the picture" in she.text()
    she.fill(email=email, captcha=she.captcha(house))
    she.click("Go on")
    assert "A letter with a link" in she.text()


def fill_in(she: Walker, name: str, refunds: bool = True) -> None:
    """Fills the form, and chooses the password, with what is refused on the way."""
    number = next(NUMBERS)
    she.fill(name=name, citizenship="CZECHIA", document_country="CZ")
    she.fill(citizenship="1!", document_number=f"T-{number}", phone="+420 601 000 00" + str(number))
    she.fill(postal_address="Long Road 1\nBrno")
    she.click("Go on")
    assert "Give countries by two letters" in she.text()
    she.fill(citizenship="cz")
    she.click("Go on")
    she.fill(password="short one", repeated="short one", answer_1="Rex", answer_2="Brno")
    she.page.locator("[name=terms]").check()
    she.click("Open the account")
    assert "too short" in she.text()
    she.fill(password=LOGIN, repeated=LOGIN)
    she.click("Open the account")
    assert "Agree to the terms" in she.text()
    she.fill(password=LOGIN, repeated=LOGIN)
    she.page.locator("[name=terms]").check()
    if not refunds:
        she.page.locator("[name=refunds]").uncheck()
    she.click("Open the account")
    assert "Your account is open." in she.text()


def register(she: Walker, house: House, email: str, name: str) -> None:
    begin(she, house, email)
    she.go(she.link_in_letter(email, "/confirm"))
    she.click("It is mine")
    fill_in(she, name)


def move_clock(olga: Walker, by: str) -> None:
    olga.go("/operator")
    olga.click(by)
    assert "The clock was moved." in olga.text()


def test_registration_and_the_letter_that_does_not_come(
    walker: Callable[..., Walker], house: House
) -> None:
    """Parts 2 and 8: the letter never comes, is in the spam folder, and is sent again."""
    she, olga = walker(), walker()
    olga.sign_in("olga")
    begin(she, house, "clara+never@example.com")
    she.click("Send it again")
    assert "A letter was sent a moment ago" in she.text()
    move_clock(olga, "A minute")
    move_clock(olga, "A minute")
    she.go("/register/letter")
    she.fill(email="clara+spam@example.com")
    she.click("Correct the address")
    first = she.link_in_letter("clara+spam@example.com", "/confirm")
    assert "Spam folder" in she.text()
    move_clock(olga, "A minute")
    move_clock(olga, "A minute")
    she.go("/register/letter")
    she.click("Send it again")
    while (second := she.link_in_letter("clara+spam@example.com", "/confirm")) == first:
        pass
    # The older link is void; the newer one is good once, wherever it is opened.
    she.go(first)
    she.click("It is mine")
    assert "replaced by a newer one" in she.text()
    she.go(second)
    she.click("It is mine")
    fill_in(she, "Clara Clear")
    other = walker()
    other.go(second)
    other.click("It is mine")
    assert "used up" in other.text()


def test_a_guest_pays_by_card_and_comes_back_with_a_password(
    walker: Callable[..., Walker], house: House
) -> None:
    """Parts 1, 5 and 6: paid into escrow, shipped, confirmed; the card is bound, and pays again."""
    she = walker()
    she.put_into_cart(12, 5)
    order = she.check_out("dora@example.com")
    she.pay_by_card(DECLINED)
    assert "declined" in she.text()
    she.type_card(CARD_WITH_CODE)
    she.page.wait_for_url(order + "*")
    assert "Paid. The sellers have been told to ship." in she.text()
    assert she.page.locator(".stage", has_text="Paid").count() == 2
    # The shop has never seen the number.
    clay = walker()
    clay.sign_in("clay")
    clay.go(order.replace("/orders/", "/seller/orders/"))
    clay.click("Hand over to the carrier")
    assert "On its way" in clay.text()
    she.go(order)
    she.click("I have it, and all is well")
    assert "Receipt confirmed" in she.text()

    register(she, house, "dora@example.com", "Dora Dean")
    she.go("/orders")
    assert "Settled" in she.text(), "her orders as a guest are hers"
    she.go(order)
    she.click("Bind the card")
    she.fill(password="12345", repeated="12345")
    she.click("Bind the card")
    assert "too short" in she.text()
    she.fill(password=PIN, repeated=PIN)
    she.click("Bind the card")
    assert "The card is bound" in she.text()

    she.put_into_cart(6)
    order = she.check_out()
    she.pay_by_password("000000")
    assert "That is not right" in she.text()
    she.pay_by_password(PIN)
    assert "Paid. The sellers have been told to ship." in she.text()


def test_verification_recovery_and_a_new_telephone(
    walker: Callable[..., Walker], house: House, tmp_path: Path
) -> None:
    """Parts 3, 4 and 7: a closed wallet, a document for a large purchase, a forgotten password."""
    she, eve, adam = walker(), walker(), walker()
    eve.sign_in("eve")
    adam.sign_in("adam")
    register(she, house, "emma@example.com", "Emma East")
    she.go("/wallet")
    she.fill(password=PIN)
    she.click("Make it")
    she.fill(amount="400")
    she.click("To the acquirer")
    she.type_card(CARD)
    she.page.wait_for_url("**/wallet")
    assert "$400.00" in she.text()

    she.put_into_cart(9)
    order = she.check_out()
    she.pay_by_password(PIN)
    assert "your identity has to be verified" in she.text()
    she.go("/wallet/verification")
    she.page.locator("[name=scan]").set_input_files(__file__)
    she.click("Send it")
    assert "Send a picture" in she.text()
    she.go("/wallet/verification")
    she.page.locator("[name=scan]").set_input_files(scan(tmp_path))
    she.click("Send it")
    assert "The scan is with our staff." in she.text()
    review(eve, "Emma East", "Take it into review")
    refusal = eve.page.locator("form[action$='/refuse']")
    refusal.locator("[name=why]").select_option(label="Unreadable")
    refusal.locator("[name=reason]").fill("cannot be read")
    eve.click("Refuse")
    she.go("/wallet")
    assert "The last scan was refused: Unreadable." in she.text()
    she.go("/wallet/verification")
    she.page.locator("[name=scan]").set_input_files(scan(tmp_path, 421))
    she.click("Send it")
    review(eve, "Emma East", "Take it into review")
    review(adam, "Emma East", "Approve")
    she.go("/wallet")
    assert "your identity is verified" in she.text()
    she.go(order + "/pay")
    she.pay_by_password(PIN)
    assert "Paid." in she.text()

    # She forgets the payment password. Who opens the case does not decide it.
    she.go("/wallet/recovery")
    she.page.locator("[name=scan]").set_input_files(scan(tmp_path, 422))
    she.click("Send it")
    eve.go("/staff")
    eve.fill(reason="she asked")
    eve.click("Open a case")
    here = eve.page.url
    eve.fill(reason="and decided")
    eve.click("Take it into review")
    assert "Another member of staff" in eve.text()
    adam.go(here)
    adam.fill(reason="looked at it")
    adam.click("Take it into review")
    adam.page.locator("form[action$='/approve'] [name=reason]").fill("it is her")
    adam.click("Approve, and send the link")
    link = she.link_in_letter("emma@example.com", "/payment-password")
    she.go(link)
    she.fill(password="246810")
    she.click("Set it")
    assert "The new password holds." in she.text()
    assert "lower limits hold until" in she.text()
    she.go(link)
    she.fill(password="135799")
    she.click("Set it")
    assert "This link is used up" in she.text()

    # A new telephone is confirmed by a code that goes there.
    she.go("/account")
    she.fill(phone="+420 777 111 222")
    she.click("Send a code there")
    code = she.code_in_letter("420777111222@phone.example")
    she.go("/account")
    she.fill(code="00000000")
    she.click("Confirm")
    assert "That cannot be done now" in she.text() or "not right" in she.text()
    she.go("/account")
    she.fill(code=code)
    she.click("Confirm")
    assert "Done." in she.text()


def review(clerk: Walker, name: str, button: str) -> None:
    """Finds the case of a person, and does something about it."""
    clerk.go("/staff")
    links = clerk.page.locator("a[href^='/staff/verifications/']")
    for path in [links.nth(at).get_attribute("href") for at in range(links.count())]:
        clerk.go(str(path))
        if name in clerk.text():
            clerk.page.locator("[name=reason]").first.fill("looked at it")
            clerk.click(button)
            return
    raise AssertionError(f"no case of {name}")


def test_the_shop_never_sees_a_card_number(walker: Callable[..., Walker], shop: Running) -> None:
    """The number is posted to the acquirer alone, and no file of the shop has it."""
    he = walker()
    sent: list[tuple[str, str]] = []
    he.page.on("request", lambda asked: sent.append((asked.url, asked.post_data or "")))
    he.put_into_cart(11)
    he.check_out("felix@example.com")
    he.pay_by_card(CARD)
    he.page.wait_for_url("**/orders/*")
    to = {url.split("/card")[0] for url, data in sent if CARD in data}
    assert to == {shop.settings.stand_ins_url}
    for path in shop.settings.data.rglob("*"):
        assert not path.is_file() or CARD.encode() not in path.read_bytes(), path
