"""A shop for all tests, and people with windows of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from shop.browsing import Walker, chromium
from shop.house import House
from shop.running import Running, running

from . import NO_BROWSER


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also what takes minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip("long: with --long"))
    if NO_BROWSER:
        for item in items:
            if "walker" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(NO_BROWSER))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: takes minutes")


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("shop")) as started:
        yield started


@pytest.fixture(scope="session")
def house(shop: Running) -> Iterator[House]:
    with shop.house() as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def walker(browser: Browser, shop: Running) -> Iterator[Callable[..., Walker]]:
    """Gives who walks through the shop; at the end no page has had a problem of its own."""
    walkers: list[Walker] = []

    def another(**options: Any) -> Walker:
        walkers.append(Walker(browser, shop, **options))
        return walkers[-1]

    yield another
    for each in walkers:
        each.context.close()
    assert [problem for each in walkers for problem in each.problems] == []
