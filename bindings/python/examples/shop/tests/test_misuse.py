"""Wrong people, forged forms, replayed links, foreign orders, two tabs: what they are told."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable

import pytest

from shop.browsing import CARD, REPORTED_LATE, REPORTED_TWICE, Walker
from shop.running import Running


def paid_order(she: Walker, email: str, number: str = CARD, article: int = 5) -> str:
    """Buys as a guest."""
    she.put_into_cart(article)
    order = she.check_out(email)
    she.pay_by_card(number)
    she.page.wait_for_url(re.compile(re.escape(order) + r"(\?.*)?$"))
    return order


def test_what_others_own_is_not_there(walker: Callable[..., Walker]) -> None:
    she, other, clay = walker(), walker(), walker()
    order = paid_order(she, "kim@example.com", article=1)
    clay.sign_in("clay")
    for who in (other, clay):
        for path in ("", "/pay", "/state"):
            assert who.go(order + path).status == 404
    assert "it is not yours to see" in other.text() or other.go(order).status == 404
    assert clay.go(order.replace("/orders/", "/seller/orders/")).status == 404
    for path in ("/staff", "/operator", order.replace("/orders/", "/staff/disputes/") + "/0"):
        assert clay.go(path).status == 403
        assert "Sign in as who may see it" in clay.text()
        other.go(path)
        assert "/sign-in" in other.page.url


def test_a_forged_form_is_refused(walker: Callable[..., Walker], shop: Running) -> None:
    she = walker()
    order = paid_order(she, "lea@example.com")
    stamp = she.page.locator("[name=stamp]").first
    stamp_of_another = "0" * len(stamp.get_attribute("value") or "")
    she.page.evaluate(
        "stamp => document.querySelectorAll('[name=stamp]').forEach(e => e.value = stamp)",
        stamp_of_another,
    )
    form = she.unfold("Something is wrong")
    form.locator("[name=note]").fill("forged")
    form.locator("button").click()
    assert "is not ours" in she.text()
    # From elsewhere, even with a cookie: the stamp is of this session alone.
    (cookie,) = [each for each in she.context.cookies() if each["name"] == "session"]
    body = urllib.parse.urlencode({"command": "1"}).encode()
    headers = {"Cookie": f"session={cookie['value']}"}
    for path in (f"{order}/cancel", f"{shop.url}/cart/add", f"{shop.url}/sign-out"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(path, body, headers))
        assert refused.value.code == 403
        refused.value.close()
    for path in ("/reports/charges", "/reports/parcels"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(shop.url + path, b"{}")
        assert refused.value.code == 403
        refused.value.close()


def test_two_tabs_do_not_confirm_and_complain(walker: Callable[..., Walker]) -> None:
    she, clay = walker(), walker()
    order = paid_order(she, "mia@example.com")
    clay.sign_in("clay")
    clay.go(order.replace("/orders/", "/seller/orders/"))
    clay.click("Hand over to the carrier")
    she.go(order)
    tab = she.context.new_page()
    tab.goto(order)
    she.click("I have it, and all is well")
    assert "Receipt confirmed" in she.text()
    tab.locator("summary", has_text="Something is wrong").click()
    tab.locator("details [name=note]").fill("broken")
    tab.locator("details button").click()
    assert "perhaps in another tab" in tab.locator("main").inner_text()
    tab.get_by_role("link", name="Look at it again").click()
    assert tab.locator(".stage", has_text="Settled").count() == 1


@pytest.mark.long
def test_two_tabs_order_a_cart_once(walker: Callable[..., Walker]) -> None:
    she = walker()
    she.put_into_cart(12)
    tab = she.context.new_page()
    for page in (she.page, tab):
        page.goto(she.shop.url + "/checkout")
        page.locator("[name=address]").fill("Long Road")
        page.locator("[name=email]").fill("nora@example.com")
    for page in (she.page, tab):
        page.get_by_role("button", name="Order, and on to payment").click()
    assert "The cart has changed, perhaps in another tab" in tab.locator("main").inner_text()
    she.go("/orders")
    assert she.page.locator("article").count() == 1


def test_an_order_is_paid_once_by_two_tabs(walker: Callable[..., Walker], shop: Running) -> None:
    """Both type a card in; what came second goes back at once."""
    she = walker()
    she.put_into_cart(5)
    order = she.check_out("olivia@example.com")
    tab = she.context.new_page()
    tab.goto(order + "/pay")
    for page in (she.page, tab):
        page.get_by_role("button", name="To the acquirer").click()
        page.locator("[name=number]").fill(CARD)
    for page in (she.page, tab):
        page.get_by_role("button", name="Pay").click()
        page.wait_for_url(re.compile(re.escape(order) + r"(\?.*)?$"))
    she.page.wait_for_timeout(2500)
    she.go(order)
    assert "Money went back" in she.text() or "back to where it came from" in she.text()
    mine = [each for each in shop.charges() if order.rsplit("/", 1)[1] in each[0]]
    assert sum(charged for _, charged, _ in mine) == 2 * 17_50
    assert sum(back for _, _, back in mine) == 17_50


@pytest.mark.parametrize(
    "number", [REPORTED_TWICE, pytest.param(REPORTED_LATE, marks=pytest.mark.long)]
)
def test_reports_come_late_and_twice(
    walker: Callable[..., Walker], shop: Running, number: str
) -> None:
    she = walker()
    order = paid_order(she, "paula@example.com", number)
    mine = [each for each in shop.charges() if order.rsplit("/", 1)[1] in each[0]]
    assert [(charged, back) for _, charged, back in mine] == [(17_50, 0)]


@pytest.mark.long
def test_wrong_passwords_lock(walker: Callable[..., Walker]) -> None:
    she = walker()
    for _ in range(5):
        she.go("/sign-in")
        she.fill(email="otto@example.com", password="not this one at all")
        she.click("Sign in")
    she.fill(email="otto@example.com", password="not this one at all")
    she.click("Sign in")
    assert "Wrong too often. Try again after" in she.text()


def test_a_coupon_is_good_once(walker: Callable[..., Walker]) -> None:
    she = walker()
    she.put_into_cart(12)
    order = she.check_out("rosa@example.com", coupon="welcome")
    assert "$5.00 ✓" in she.text()
    she.pay_by_card()
    she.page.wait_for_url(order + "*")
    she.put_into_cart(12)
    she.check_out("rosa@example.com", coupon="WELCOME")
    assert "unknown, or was used before" in she.text()
    she.go("/how")
    assert she.page.locator("h1").inner_text() == "How it works"
