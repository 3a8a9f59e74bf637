"""Starts the shop: fills a new store, and runs the stand-ins and the workers.

python -m shop [--port 8000] [--workers 2] [--data DIRECTORY] [--empty]
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from .house import open_house
from .seed import BEFORE, fill
from .settings import HOST, Settings

#: Seconds until all must be up.
PATIENCE = 30


def arguments() -> argparse.Namespace:
    """Reads the command."""
    parser = argparse.ArgumentParser("python -m shop", description="A demo shop on escrowdb.")
    parser.add_argument("--port", type=int, default=8000, help="of the shop; the next two are used")
    parser.add_argument("--workers", type=int, default=2, help="processes that serve pages")
    parser.add_argument("--data", type=Path, help="where the store lies (a new temporary folder)")
    parser.add_argument("--empty", action="store_true", help="without sellers, people and orders")
    return parser.parse_args()


def wait_until_up(url: str) -> None:
    """Waits until a server answers."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def main() -> None:
    """Runs all of it until it is interrupted."""
    given = arguments()
    # Whoever ends this process ends all of it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    data = given.data or Path(tempfile.mkdtemp(prefix="escrowdb-shop-"))
    settings = Settings(data.absolute(), given.port, given.port + 1, given.port + 2)
    settings.key("master")
    settings.export()
    if not settings.store.exists():
        house = open_house(settings, begin=time.time_ns() - BEFORE)
        fill(house, people_too=not given.empty)
        house.close()
    stand_ins = [sys.executable, "-m", "shop.stand_ins"]
    shop = [
        sys.executable, "-m", "uvicorn", "shop.app:make", "--factory", "--host", HOST,
        "--port", str(settings.port), "--workers", str(given.workers), "--log-level", "warning",
        "--no-access-log",
    ]  # fmt: skip
    started = [subprocess.Popen(command) for command in (stand_ins, shop)]
    try:
        wait_until_up(settings.stand_ins_url)
        wait_until_up(settings.url)
        print(f"The shop:      {settings.url}")
        print(f"The mailboxes: {settings.stand_ins_url}/mail")
        print(f"Whom to be:    {settings.url}/sign-in    What to try: {settings.url}/how")
        print(f"The store:     {settings.store}    Stop with Ctrl-C.", flush=True)
        started[1].wait()
    except KeyboardInterrupt:
        pass
    finally:
        for process in started:
            process.terminate()
        for process in started:
            with contextlib.suppress(KeyboardInterrupt):
                process.wait()


if __name__ == "__main__":
    main()
