"""Takes pictures of the main pages: light and dark, wide and narrow.

python -m shop.pictures [DIRECTORY] [--language cs]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from .browsing import Walker, chromium
from .running import Running, running

WINDOWS = {"wide": {"width": 1280, "height": 800}, "narrow": {"width": 390, "height": 844}}
#: Who looks at which pages; `order` is the order in whose stage something can be done.
PAGES = {
    "": ["/", "/articles/4", "/how", "/cart", "/checkout", "/register", "/sign-in", "/forgotten"],
    "anna": ["/orders", "/wallet", "/wallet/verification", "/account"],
    "clay": ["/seller"],
    "eve": ["/staff", "/staff/persons", "/staff/suspense"],
    "olga": ["/operator"],
}
#: Pages that are reached by the links of a page.
FURTHER = {"/orders": "/orders/", "/seller": "/seller/orders/", "/staff": "/staff/"}
MOST = 6


def pages_of(walker: Walker, name: str, most: int = MOST) -> list[str]:
    """Gives the pages that somebody looks at, and so many of those that each leads to."""
    paths = []
    for path in PAGES[name]:
        paths.append(path)
        if path in FURTHER:
            walker.go(path)
            links = walker.page.locator(f"main a[href^='{FURTHER[path]}']")
            found = [links.nth(at).get_attribute("href") or "" for at in range(links.count())]
            known = [*paths, *PAGES[name]]
            paths += [each for each in dict.fromkeys(found) if each not in known][:most]
    return paths


def take(browser: Browser, shop: Running, name: str, directory: Path, language: str) -> None:
    """Takes the pictures of what somebody looks at."""
    for size, window in WINDOWS.items():
        for scheme in ("light", "dark"):
            walker = Walker(browser, shop, language, viewport=window, color_scheme=scheme)
            if name:
                walker.go("/sign-in")
                walker.page.locator(f"a[href*='as={name}@']").click()
                walker.page.locator("main button").first.click()
                walker.page.wait_for_load_state()
            else:
                walker.page.goto(shop.url + "/articles/1")
                for article in (1, 4, 5):
                    walker.go(f"/articles/{article}")
                    walker.page.locator("main button").first.click()
            for number, path in enumerate(pages_of(walker, name)):
                walker.go(path)
                walker.page.wait_for_load_state("networkidle")
                short = "-".join(path.split("/")[1:3]) or "shop"
                who = name or "guest"
                walker.picture(directory / f"{who}-{number:02}-{short[:24]}-{size}-{scheme}.png")
            walker.context.close()


def main() -> None:
    """Takes all pictures."""
    parser = argparse.ArgumentParser("python -m shop.pictures")
    parser.add_argument("directory", type=Path, nargs="?", default=Path("pictures"))
    parser.add_argument("--language", default="en")
    given = parser.parse_args()
    given.directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, running(Path(data)) as shop, chromium() as browser:
        for name in PAGES:
            take(browser, shop, name, given.directory, given.language)
    print(f"{len(list(given.directory.glob('*.png')))} pictures in {given.directory}")


if __name__ == "__main__":
    main()
