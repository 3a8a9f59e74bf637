"""The shop in a browser, as people meet it."""

from __future__ import annotations

import os

from shop.browsing import CHROMIUM

#: Why no browser walks, if none does. With CI set it must be there.
NO_BROWSER = (
    "" if CHROMIUM or os.environ.get("CI") else "skipped: there is no browser; apt install chromium"
)
