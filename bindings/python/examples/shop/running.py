"""A running shop, for tests, pictures and load: started in a folder of its own, and looked into."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import escrowdb

from .house import House, open_house
from .settings import HOST, Settings

#: Seconds within which all of it must have ended.
PATIENCE = 60
EXAMPLES = Path(__file__).parent.parent


@dataclass(frozen=True)
class Running:
    """A shop that runs."""

    settings: Settings
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        """Where it is."""
        return self.settings.url

    @contextlib.contextmanager
    def house(self) -> Iterator[House]:
        """Opens its store as one more process, beside the workers."""
        house = open_house(self.settings)
        try:
            yield house
        finally:
            house.close()

    def charges(self) -> list[tuple[str, int, int]]:
        """Gives what the acquirer has charged and refunded, by the shop's references."""
        with urllib.request.urlopen(f"{self.settings.stand_ins_url}/books") as answer:
            found: list[Any] = json.load(answer)
        return [tuple(each) for each in found]

    def kill_host(self) -> int:
        """Kills the worker that hosts the store, as `kill -9` does; gives which one it was."""
        with escrowdb.open(self.settings.store, follow_host=True) as store:
            host = store.host_process
        if host == os.getpid():
            raise RuntimeError("no worker hosts the store")
        os.kill(host, signal.SIGKILL)
        return host


def free_ports() -> int:
    """Finds three ports in a row that nobody uses, and that browsers do not shun."""
    for port in range(20_000 + os.getpid() % 4000 * 3, 65_000, 3):
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for each in range(port, port + 3):
                stack.enter_context(socket.socket()).bind((HOST, each))
            return port
    raise OSError("no free ports")


@contextlib.contextmanager
def running(data: Path, workers: int = 2, empty: bool = False) -> Iterator[Running]:
    """Runs a shop while the block lasts."""
    port = free_ports()
    command = [
        sys.executable, "-m", "shop", "--port", str(port), "--workers", str(workers),
        "--data", str(data), *(["--empty"] if empty else []),
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=EXAMPLES, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError("the shop did not start")
        yield Running(Settings(data, port, port + 1, port + 2), process)
    finally:
        # Not by SIGINT, which a shell has ignored by what it starts in the background.
        process.terminate()
        process.communicate(timeout=PATIENCE)
