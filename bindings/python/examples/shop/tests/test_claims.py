"""Claims: a proposal, a return, a decision of staff with four eyes, and what time does alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shop.browsing import CARD, Walker
from shop.seed import drawing

from .test_article import move_clock


def buy_and_ship(she: Walker, seller: Walker, article: int, email: str) -> str:
    """Buys as a guest, and has it shipped."""
    she.put_into_cart(article)
    order = she.check_out(email)
    she.pay_by_card(CARD)
    she.page.wait_for_url(order + "*")
    seller.go(order.replace("/orders/", "/seller/orders/"))
    seller.click("Hand over to the carrier")
    she.go(order)
    return order


def complain(she: Walker, amount: str, remedy: str, folder: Path) -> None:
    """Complains, with a picture."""
    form = she.unfold("Something is wrong")
    form.locator("[name=reason]").select_option(label="It is not as described")
    if remedy:
        form.locator("[name=remedy]").select_option(label=remedy)
    form.locator("[name=amount]").fill(amount)
    form.locator("[name=note]").fill("It is cracked.")
    picture = folder / "crack.png"
    picture.write_bytes(drawing(240, 150))
    form.locator("[name=picture]").set_input_files(picture)
    form.locator("button").click()


def test_a_proposal_is_accepted(walker: Callable[..., Walker], tmp_path: Path) -> None:
    she, clay = walker(), walker()
    clay.sign_in("clay")
    order = buy_and_ship(she, clay, 4, "gina@example.com")
    complain(she, "900", "Money back", tmp_path)
    assert "That is more than there is." in she.text()
    she.click("Look at it again")
    complain(she, "20.00", "Money back", tmp_path)
    assert "claimed: $20.00" in she.text()
    assert "the claim is granted" in she.text()
    clay.go(order.replace("/orders/", "/seller/orders/"))
    assert "It is cracked." in clay.text()
    form = clay.unfold("Propose an amount")
    form.locator("[name=amount]").fill("12.50")
    form.locator("button").click()
    she.go(order)
    assert "The seller proposes $12.50." in she.text()
    she.click("Accept the proposal: $12.50")
    assert "$12.50 went back." in she.text()
    # The acquirer has carried it out soon.
    she.page.wait_for_timeout(2500)
    she.go(order)
    assert "Refund carried out" in she.text()


@pytest.mark.long
def test_goods_are_returned(walker: Callable[..., Walker], tmp_path: Path) -> None:
    she, lantern = walker(), walker()
    lantern.sign_in("lantern")
    order = buy_and_ship(she, lantern, 3, "hana@example.com")
    complain(she, "58.90", "Send it back for the money", tmp_path)
    sold = order.replace("/orders/", "/seller/orders/")
    lantern.go(sold)
    lantern.click("Grant the claim: $58.90")
    she.go(order)
    assert "Send the goods back until" in she.text()
    form = she.unfold("I have sent it back")
    form.locator("[name=note]").fill("RR 123 CZ")
    form.locator("button").click()
    lantern.go(sold)
    assert "RR 123 CZ" in lantern.text()
    lantern.click("I have it back: $58.90")
    she.go(order)
    assert "$58.90 went back." in she.text()


def test_staff_decide_with_four_eyes(walker: Callable[..., Walker], tmp_path: Path) -> None:
    she, nimbus, eve, adam = walker(), walker(), walker(), walker()
    nimbus.sign_in("nimbus")
    eve.sign_in("eve")
    adam.sign_in("adam")
    order = buy_and_ship(she, nimbus, 9, "iris@example.com")
    complain(she, "100", "Money back", tmp_path)
    nimbus.go(order.replace("/orders/", "/seller/orders/"))
    form = nimbus.unfold("Refuse the claim")
    form.locator("[name=note]").fill("It left our house in order.")
    form.locator("button").click()
    she.go(order)
    she.click("Have our staff decide")
    for clerk, stage in ((eve, "A first member of staff decided: $80.00"), (adam, "$80.00 back")):
        clerk.go(order.replace("/orders/", "/staff/disputes/") + "/0")
        assert "It left our house in order." in clerk.text()
        form = clerk.unfold("Decide")
        form.locator("[name=amount]").fill("80")
        form.locator("button").click()
        assert stage in clerk.text() or "A second member of staff has to decide" in clerk.text()
    she.go(order)
    assert "Our staff decided: $80.00 back." in she.text()
    assert "Appeal" in she.text()
    olga = walker()
    olga.sign_in("olga")
    move_clock(olga, "A week")
    move_clock(olga, "A day")
    she.go(order)
    assert "$80.00 went back." in she.text()
    assert she.page.locator(".stage", has_text="Settled").count() == 1


@pytest.mark.long
def test_a_silent_seller_leaves_nothing(walker: Callable[..., Walker]) -> None:
    """Nobody ships: the buyer gets all back, by time alone."""
    she, olga = walker(), walker()
    she.put_into_cart(12)
    order = she.check_out("jana@example.com")
    she.pay_by_card(CARD)
    she.page.wait_for_url(order + "*")
    assert "the buyer gets the money back" in she.text()
    olga.sign_in("olga")
    for _ in range(4):
        move_clock(olga, "A day")
    she.go(order)
    assert "$24.00 went back." in she.text()
