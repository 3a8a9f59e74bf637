"""All pages: for screen readers, keyboards and phones; light and dark; in three languages."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from shop import catalogue, letters, texts, web, words
from shop.browsing import Walker
from shop.pages import account, operator, registration
from shop.pictures import PAGES, pages_of
from shop.running import Running
from shop.stand_ins.acquirer import CARDS

LONG = pytest.mark.long
#: What axe finds is serious from here on.
SERIOUS = ("serious", "critical")


@pytest.mark.parametrize(
    "name",
    [name if name in ("", "anna", "eve") else pytest.param(name, marks=LONG) for name in PAGES],
)
def test_axe_finds_nothing_serious(
    walker: Callable[..., Walker], name: str, request: pytest.FixtureRequest
) -> None:
    """Each page in light and dark, as wide as a desk and as narrow as a phone."""
    most = 6 if request.config.getoption("--long") else 1
    who, axe = walker(), Axe()
    if name:
        who.sign_in(name)
    else:
        who.put_into_cart(1, 4)
    found = {}
    for path in pages_of(who, name, most):
        for scheme, width in (("light", 1280), ("dark", 360)):
            who.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            who.page.set_viewport_size({"width": width, "height": 800})
            assert who.go(path).status == 200, path
            for problem in axe.run(who.page).response["violations"]:
                if problem["impact"] in SERIOUS:
                    nodes = [node["html"][:160] for node in problem["nodes"][:3]]
                    found[f"{path} {scheme} {problem['id']}"] = nodes
            wide = who.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{path} is {wide} too wide"
    assert found == {}


def test_a_cart_is_filled_by_the_keyboard_alone(walker: Callable[..., Walker]) -> None:
    who = walker()
    who.go("/articles/12")
    who.page.keyboard.press("Tab")
    assert who.page.evaluate("document.activeElement.textContent") == "To the content"
    who.page.keyboard.press("Enter")
    for _ in range(30):
        who.page.keyboard.press("Tab")
        if who.page.evaluate("document.activeElement.textContent") == "Add to cart":
            break
    who.page.keyboard.press("Enter")
    who.page.wait_for_url("**/cart")
    assert "It is in the cart." in who.text()


def test_pages_come_at_once_and_stay_where_they_are(
    walker: Callable[..., Walker], shop: Running
) -> None:
    times = []
    for _ in range(20):
        begin = time.perf_counter()
        with urllib.request.urlopen(shop.url) as answer:
            answer.read()
        times.append(time.perf_counter() - begin)
    assert sorted(times)[10] < 0.1
    who = walker()
    who.page.add_init_script(
        "window.jumps = 0; new PerformanceObserver(list => {"
        "for (const e of list.getEntries()) window.jumps += e.value;"
        "}).observe({type: 'layout-shift', buffered: true});"
    )
    for path in ("/", "/articles/4", "/how", "/sign-in", "/register"):
        who.go(path)
        who.page.wait_for_load_state("networkidle")
        assert who.page.evaluate("window.jumps") == 0, path


def test_security_headers(shop: Running) -> None:
    with urllib.request.urlopen(shop.url) as answer:
        policy = answer.headers["Content-Security-Policy"]
        cookie = answer.headers["Set-Cookie"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize(("language", "word"), [("cs", "Košík"), ("ru", "Корзина")])
def test_languages(walker: Callable[..., Walker], language: str, word: str) -> None:
    """By what the browser asks for, and by choice."""
    who = walker(language=language)
    who.go("/cart")
    assert who.page.locator("h1").inner_text() == word
    assert who.page.locator("html").get_attribute("lang") == language
    who.click("English", within="footer")
    who.go("/cart")
    assert who.page.locator("h1").inner_text() == "Cart"


def all_texts() -> set[str]:
    """Finds all that the shop says: in templates, and in the modules that name texts."""
    found: set[str] = set()
    for path in (web.HERE / "templates").glob("*.html"):
        template = path.read_text()
        found |= set(re.findall(r"\bt\(\"((?:[^\"\\]|\\.)+)\"", template))
        found |= set(re.findall(r"else t\(\"([^\"]+)\"\)", template))
        found |= set(re.findall(r"(?:if|else) \"([A-Z][^\"]+ [^\"]+)\"", template))
    modules = [
        *web.HERE.glob("pages/*.py"),
        web.HERE / "web.py",
        web.HERE / "stand_ins/__main__.py",
    ]
    for path in modules:
        source = re.sub(r"\"\s*\n\s*\"", "", path.read_text())
        found |= set(re.findall(r"say\(\s*\"([^\"]+)\"", source))
        found |= set(re.findall(r"refuse\(\s*\"([^\"]+)\"", source))
        found |= set(re.findall(r"text = \"([^\"]+)\"", source))
        found |= set(re.findall(r"refuse\([^\n]*\"/[^\"]*\", \"([^\"]+)\"", source))
        found |= set(re.findall(r"then, \"([A-Z][^\"]+)\"", source))
        found |= set(re.findall(r"card_page\([^\n]*, \"([A-Z][^\"]+)\"", source))
    for name, table in vars(words).items():
        if isinstance(table, dict) and name.isupper():
            found |= {text for text in table.values() if isinstance(text, str)}
    found |= {words.NO_MONEY, words.OTHERWISE, "Paid in", "Paid", *web.SAID.values()}
    found |= {text for kind in (*letters.TEXTS.values(), letters.OTHER) for text in kind[:2]}
    found |= {card.about for card in CARDS.values()}
    found |= {text for each in catalogue.ARTICLES.values() for text in (each.name, each.about)}
    found |= set(registration.QUESTIONS.values()) | set(operator.CODES.values())
    found |= {who for who, _ in account.DEMO_PEOPLE.values()}
    return found - {""}


@pytest.mark.parametrize("language", ["cs", "ru"])
def test_no_text_is_missing(language: str) -> None:
    known = texts.CATALOGUES[language]
    assert all_texts() - set(known) == set()
    for text, said in known.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", said)), text


def test_nothing_is_fetched_from_outside() -> None:
    for path in Path(web.HERE).rglob("*"):
        if path.suffix in (".html", ".css", ".js", ".svg"):
            found = re.findall(r"(?:src|href|url)[=(][\"']?(https?:[^\"')]+)", path.read_text())
            assert found == [], path
