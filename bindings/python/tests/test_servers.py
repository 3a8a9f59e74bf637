"""The checkout under real web servers, whose workers are processes on one store."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

import escrowdb

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
sys.path.insert(0, str(EXAMPLES))

import checkout  # noqa: E402

#: How long a request may take that meets a worker which ends.
PATIENCE = 60


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def gunicorn(port: int, *more: str) -> list[str]:
    bound = f"--bind=127.0.0.1:{port}"
    return ["gunicorn", "--workers=4", bound, "--log-level=warning", *more, "checkout_app:wsgi"]


def uvicorn(port: int) -> list[str]:
    # A worker that starts on a busy machine is given up after five seconds otherwise.
    slow = "--timeout-worker-healthcheck=60"
    quiet = "--log-level=warning"
    return ["uvicorn", "--workers=4", f"--port={port}", slow, quiet, "checkout_app:asgi"]


@contextmanager
def served(module: str, words: list[str], path: Path) -> Iterator[subprocess.Popen]:
    """Runs a server, which has to end well when it is told to."""
    pytest.importorskip(module)
    server = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=EXAMPLES,
        env={**os.environ, "SHOP": str(path)},
    )
    try:
        yield server
        server.terminate()
        assert server.wait(timeout=PATIENCE) in (0, -signal.SIGTERM)
    finally:
        server.kill()
        server.wait()


class Client:
    """A customer's connection, which sends again what was not answered."""

    def __init__(self, port: int) -> None:
        self.port, self.sent_again = port, 0

    def send(self, method: str, target: str, body: object = None) -> tuple:
        end = time.monotonic() + PATIENCE
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                connection.request(method, target, json.dumps(body))
                response = connection.getresponse()
                return response.status, json.loads(response.read())
            except (OSError, http.client.HTTPException):
                if time.monotonic() > end:
                    raise
                self.sent_again += 1
                time.sleep(0.05)
            finally:
                connection.close()

    def buy(self, order: str, customer: int) -> None:
        """Pays in, pays an order and confirms it."""
        deposit = {"customer": customer, "amount": "20.00"}
        moved = self.send("POST", f"/deposits/{uuid.uuid4()}", deposit)
        assert moved == (200, {"moved": "20.00", "held": "0.00"})
        payment = {"attempt": str(uuid.uuid4()), "customer": customer, "amount": "20.00"}
        paid = self.send("POST", f"/orders/{order}/pay", payment)
        assert paid == (200, {"moved": "20.00", "held": "20.00"})
        again = self.send("POST", f"/orders/{order}/pay", payment)
        assert again == paid
        second = {**payment, "attempt": str(uuid.uuid4())}
        lacking = self.send("POST", f"/orders/{order}/pay", second)
        assert lacking[0] in (402, 409)
        released = self.send("POST", f"/orders/{order}/confirm")
        assert released == (200, {"moved": "20.00", "held": "0.00"})
        shown = self.send("GET", f"/orders/{order}")
        assert shown == (200, {"phase": "settled", "held": "0.00", "released": "20.00"})


class Crowd:
    """Eight customers who buy at the same time."""

    def __init__(self, path: Path, port: int) -> None:
        self.path, self.clients = path, [Client(port) for _ in range(8)]
        self.orders = 0

    @contextmanager
    def buying(self, orders: int) -> Iterator[None]:
        """Has them buy while the caller disturbs them, and looks into the books after that."""
        with ThreadPoolExecutor(len(self.clients)) as pool:
            numbers = range(self.orders, self.orders + orders)
            work = [
                pool.submit(self.clients[number % 8].buy, f"A-{number}", 1001 + number % 50)
                for number in numbers
            ]
            yield
            for each in work:
                each.result()
        self.orders += orders
        with escrowdb.open(self.path, follow_host=True) as store:
            merchant = store.account(checkout.MERCHANT)
            assert merchant.balances.available == self.orders * 1800
            assert store.trial_balance(1).is_balanced

    @property
    def sent_again(self) -> int:
        return sum(client.sent_again for client in self.clients)


def host_of(path: Path) -> int:
    with escrowdb.open(path, follow_host=True) as store:
        return store.host_process


def workers_of(server: subprocess.Popen) -> set[int]:
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return {int(child) for child in children if not is_of_python(child)}


def is_of_python(process: str) -> bool:
    """Whether it is a helper that `multiprocessing` starts beside the workers."""
    try:
        return b"resource_tracker" in Path(f"/proc/{process}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


def restart(server: subprocess.Popen, before: set[int]) -> None:
    """Has the server replace its workers. If a new one starts slowly it gives up: told again."""
    began, told = time.monotonic(), 0.0
    while workers_of(server) & before:
        now = time.monotonic()
        assert now - began < 2 * PATIENCE, "the workers are still the old ones"
        if now - told > PATIENCE / 3:
            server.send_signal(signal.SIGHUP)
            told = now
        time.sleep(0.02)


SERVERS = {
    "gunicorn": gunicorn,
    "gunicorn --preload": lambda port: gunicorn(port, "--preload"),
    "gunicorn with threads": lambda port: gunicorn(port, "--threads=4"),
    "uvicorn": uvicorn,
}

#: How many requests a rolling restart may leave without an answer. A worker of uvicorn that is
#: told to end closes each connection that it has accepted and not read from: one a customer, if
#: all of them connect at that moment. Those of gunicorn answer all that they have accepted.
CLOSED_UNREAD = {"gunicorn": 0, "uvicorn": 8}


@pytest.mark.parametrize("name", SERVERS)
def test_workers_share_a_store(name, path) -> None:
    """Each worker answers for all, whichever of them hosts the store, ends or is born."""
    port = free_port()
    with served(name.split()[0], SERVERS[name](port), path) as server:
        crowd = Crowd(path, port)
        with crowd.buying(60):
            pass
        host, is_parent = host_of(path), name.endswith("--preload")
        assert (host == server.pid) == is_parent
        assert is_parent or host in workers_of(server)

        # A worker is killed: the one that hosts the store, where a worker does.
        with crowd.buying(60):
            time.sleep(0.05)
            os.kill(min(workers_of(server)) if is_parent else host, signal.SIGKILL)
        assert (host_of(path) == host) == is_parent

        # A rolling restart, which customers must not notice.
        before, sent_again = workers_of(server), crowd.sent_again
        with crowd.buying(120):
            restart(server, before)
        assert crowd.sent_again - sent_again <= CLOSED_UNREAD[name.split()[0]]
        assert host_of(path) not in before
    assert escrowdb.verify(path).is_sound
