"""Reports to the shop: signed, and sent again until it takes them."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from typing import Any

from ..others import signature_of
from ..settings import Settings

#: Seconds between two attempts, and how many there are.
PAUSE, ATTEMPTS = 1.0, 60


class Reporter:
    """Reports to the shop in the background."""

    def __init__(self, settings: Settings) -> None:
        self._url, self._key = settings.url, settings.key("acquirer")

    def report(self, path: str, what: dict[str, Any], after: float = 0.0, times: int = 1) -> None:
        """Reports something after so many seconds, so many times."""
        arguments = (path, what, after, times)
        threading.Thread(target=self._report, args=arguments, daemon=True).start()

    def now(self, path: str, what: dict[str, Any]) -> bool:
        """Reports something once; says whether the shop took it."""
        body = json.dumps(what).encode()
        headers = {"Signature": signature_of(self._key, body)}
        request = urllib.request.Request(self._url + path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=10):
                return True
        except urllib.error.HTTPError as error:
            error.close()
            # What is refused for good is not reported again.
            return error.code < 500
        except (urllib.error.URLError, OSError):
            return False

    def _report(self, path: str, what: dict[str, Any], after: float, times: int) -> None:
        time.sleep(after)
        for _ in range(times):
            for _ in range(ATTEMPTS):
                if self.now(path, what):
                    break
                time.sleep(PAUSE)
