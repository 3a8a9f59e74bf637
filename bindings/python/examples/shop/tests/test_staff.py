"""The staff's and the operator's side: persons, frozen wallets, suspense, goodwill, the books."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shop.browsing import Walker

from .test_claims import complain

NO_REFUNDS = "4000000000005126"


def look_for(clerk: Walker, email: str) -> None:
    """Looks for a person, with a reason."""
    clerk.go("/staff/persons")
    clerk.fill(email=email, reason="called us")
    clerk.click("Look")
    clerk.click("Customer")


@pytest.mark.long
def test_support_looks_for_a_person_and_freezes_a_wallet(walker: Callable[..., Walker]) -> None:
    eve, bert = walker(), walker()
    eve.sign_in("eve")
    look_for(eve, "bert@example.com")
    assert "Bert Havel" in eve.text()
    eve.page.locator("form[action$='/answer'] [name=answer]").fill("rex")
    eve.click("Check it")
    assert "upper and lower case too" in eve.text()
    look_for(eve, "bert@example.com")
    eve.page.locator("form[action$='/answer'] [name=answer]").fill("Rex")
    eve.click("Check it")
    assert "Done." in eve.text()
    look_for(eve, "bert@example.com")
    eve.page.locator("[name=note]").fill("He asks for his parcel.")
    eve.click("Leave it")
    look_for(eve, "bert@example.com")
    assert "He asks for his parcel." in eve.text()
    eve.click("Freeze")
    bert.sign_in("bert")
    bert.go("/wallet")
    assert "The wallet is frozen" in bert.text()
    bert.fill(present="739154", password="864209")
    bert.click("Change it")
    assert "The wallet is frozen. Ask our support." in bert.text()
    look_for(eve, "bert@example.com")
    eve.click("Unfreeze")
    bert.go("/wallet")
    assert "The wallet is frozen" not in bert.text()
    eve.go("/staff")
    assert "called us" in eve.text()


def test_a_refund_that_fails_is_not_lost(walker: Callable[..., Walker]) -> None:
    """Bert has not ticked that refunds go to his wallet, and his card takes none."""
    bert, clay, olga = walker(), walker(), walker()
    bert.sign_in("bert")
    bert.put_into_cart(4)
    order = bert.check_out()
    bert.pay_by_card(NO_REFUNDS)
    bert.page.wait_for_url(order + "*")
    clay.sign_in("clay")
    clay.go(order.replace("/orders/", "/seller/orders/"))
    clay.click("Cancel and refund")
    olga.sign_in("olga")
    for _ in range(20):
        olga.go("/staff/suspense")
        if "$51.50" in olga.text():
            break
        olga.page.wait_for_timeout(300)
    olga.click("Into the wallet")
    assert "Done." in olga.text()
    bert.go("/wallet")
    assert "$51.50" in bert.text()
    assert olga.page.get_by_role("button", name="Into the wallet").count() == 0


def test_staff_give_goodwill_and_the_books_balance(
    walker: Callable[..., Walker], tmp_path: Path
) -> None:
    anna, eve, olga = walker(), walker(), walker()
    anna.sign_in("anna")
    anna.put_into_cart(5)
    order = anna.check_out(wallet=False)
    anna.pay_by_card()
    anna.page.wait_for_url(order + "*")
    complain(anna, "17.50", "", tmp_path)
    eve.sign_in("eve")
    eve.go(order.replace("/orders/", "/staff/disputes/") + "/0")
    form = eve.unfold("Goodwill of the shop")
    form.locator("[name=amount]").fill("5")
    form.locator("[name=reason]").fill("it took us long")
    form.locator("button").click()
    assert "Goodwill of the shop · $5.00" in eve.text()
    olga.sign_in("olga")
    olga.go("/operator")
    assert "Every cent of theirs is there." in olga.text()
    olga.click("Check all of it")
    assert "The store is sound" in olga.text()


@pytest.mark.long
def test_a_forgotten_password_to_sign_in(walker: Callable[..., Walker]) -> None:
    """By a link that is good once; support sees where the letter is."""
    she, eve = walker(), walker()
    she.go("/forgotten")
    she.fill(email="anna@example.com")
    she.click("Send the letter")
    link = she.link_in_letter("anna@example.com", "/new-password")
    eve.sign_in("eve")
    look_for(eve, "anna@example.com")
    assert "reset login password" in eve.text()
    she.go(link)
    she.fill(password="too short")
    she.click("Set it")
    assert "too short" in she.text()
    she.fill(password="correct horse battery staple 2")
    she.click("Set it")
    assert "The new password holds." in she.text()
    she.go(link)
    she.fill(password="correct horse battery staple 3")
    she.click("Set it")
    assert "This link is used up" in she.text()
    # Back to the one that the page of people shows.
    she.go("/sign-in")
    she.fill(email="anna@example.com", password="correct horse battery staple 2")
    she.click("Sign in")
    she.go("/account")
    she.fill(present="correct horse battery staple 2", password="correct horse battery staple")
    she.click("Change it")
    assert "The new password holds." in she.text()
