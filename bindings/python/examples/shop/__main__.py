"""Starts the shop: fills a new store, and runs the stand-ins and the workers.

python -m shop [--port 8000] [--workers 2] [--data DIRECTORY] [--empty]
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, NoReturn

from .house import open_house
from .seed import BEFORE, fill
from .settings import HOST, Settings

#: Seconds until all must be up.
PATIENCE = 30
#: Seconds between two looks whether all of it still runs.
LOOK = 0.5
#: Has the kernel end a process when the one that started it ends.
PR_SET_PDEATHSIG = 1


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


def end(why: str) -> NoReturn:
    """Ends with a line that says why."""
    print(f"the shop is not started: {why}", file=sys.stderr)
    raise SystemExit(1)


def hold(settings: Settings) -> IO[str]:
    """Holds the data folder while this process lives; ends if another one does."""
    settings.data.mkdir(parents=True, exist_ok=True)
    held = open(settings.data / "lock", "w")  # noqa: SIM115 - until this process ends
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        end(f"another one uses {settings.data}")
    return held


def must_be_free(*ports: int) -> None:
    """Ends if somebody uses one of the ports."""
    for port in ports:
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((HOST, port))
            except OSError as error:
                end(f"port {port} cannot be used ({error.strerror}); choose others by --port")


def fill_once(settings: Settings, people_too: bool) -> None:
    """Fills a new store, and marks that in the end; ends if an earlier start was interrupted."""
    if settings.store.exists():
        if not settings.mark.exists():
            end(f"its first start was interrupted; delete {settings.data}, or give another --data")
        return
    settings.key("master")
    house = open_house(settings, begin=time.time_ns() - BEFORE)
    fill(house, people_too=people_too)
    house.close()
    settings.mark.touch()


def started(command: list[str]) -> subprocess.Popen[bytes]:
    """Starts a process that ends with this one, however that ends."""
    mine = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def follow() -> None:
        if libc:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != mine:
                os._exit(1)

    return subprocess.Popen(command, preexec_fn=follow)


def main() -> None:
    """Runs all of it until it is interrupted."""
    given = arguments()
    # Whoever ends this process ends all of it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    data = given.data or Path(tempfile.mkdtemp(prefix="escrowdb-shop-"))
    settings = Settings(data.absolute(), given.port, given.port + 1, given.port + 2)
    held = hold(settings)
    must_be_free(settings.port, settings.stand_ins_port, settings.smtp_port)
    fill_once(settings, people_too=not given.empty)
    settings.export()
    stand_ins = [sys.executable, "-m", "shop.stand_ins"]
    shop = [
        sys.executable, "-m", "uvicorn", "shop.app:make", "--factory", "--host", HOST,
        "--port", str(settings.port), "--workers", str(given.workers), "--log-level", "warning",
        "--no-access-log",
    ]  # fmt: skip
    running = [started(command) for command in (stand_ins, shop)]
    try:
        wait_until_up(settings.stand_ins_url)
        wait_until_up(settings.url)
        print(f"The shop:      {settings.url}")
        print(f"The mailboxes: {settings.stand_ins_url}/mail")
        print(f"Whom to be:    {settings.url}/sign-in    What to try: {settings.url}/how")
        print(f"The store:     {settings.store}    Stop with Ctrl-C.", flush=True)
        while running[1].poll() is None:
            if running[0].poll() is not None:
                print("the stand-ins have ended, and are started again", file=sys.stderr)
                running[0] = started(stand_ins)
            time.sleep(LOOK)
        print("the shop has ended", file=sys.stderr)
        raise SystemExit(1)
    except KeyboardInterrupt:
        pass
    finally:
        for process in running:
            process.terminate()
        for process in running:
            with contextlib.suppress(KeyboardInterrupt):
                process.wait()
        held.close()


if __name__ == "__main__":
    main()
