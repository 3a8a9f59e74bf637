"""Measures a checkout under gunicorn: one process with threads, and four with as many together.

    python bench_workers.py [--rounds N] [--seconds N] [--dir DIR]

The application is examples/checkout_app.py. Sixteen customers pay orders over connections that
stay open, each an HTTP request, a hold and a document, answered when it is durable. Both servers
run once in each round, in turn, so that the ratio counts and not what else the machine does.
"""

from __future__ import annotations

import argparse
import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import escrowdb
from escrowdb import Operation

EXAMPLES = Path(__file__).resolve().parent / "examples"
sys.path.insert(0, str(EXAMPLES))

import checkout  # noqa: E402

CUSTOMERS = 16
SERVERS = {
    "1 process, 16 threads": ["--workers=1", "--threads=16"],
    "4 processes, 4 threads each": ["--workers=4", "--threads=4"],
}


def main() -> None:
    """Runs both servers in turn."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--dir")
    settings = parser.parse_args()
    rates: dict[str, list[float]] = {name: [] for name in SERVERS}
    for _ in range(settings.rounds):
        for name, words in SERVERS.items():
            with tempfile.TemporaryDirectory(dir=settings.dir) as directory:
                rates[name].append(rate(Path(directory) / "shop.escrow", words, settings.seconds))
    one, four = rates.values()
    for name, found in rates.items():
        print(f"{name:30}{statistics.median(found):8,.0f} orders a second")
    ratios = sorted(many / single for single, many in zip(one, four))
    print(f"{statistics.median(ratios):.2f} times ({ratios[0]:.2f} to {ratios[-1]:.2f})")


def rate(path: Path, words: list[str], seconds: float) -> float:
    """Gives the orders a second that a server of these words takes."""
    with escrowdb.open(path) as store:
        checkout.prepare(store)
        for number in checkout.CUSTOMERS:
            money = Operation.transfer(
                debit_account=checkout.BANK,
                credit_account=number,
                ledger=1,
                amount=1_000_000_000,
            )
            store.submit([money], check=True)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    bound = f"--bind=127.0.0.1:{port}"
    quiet = ["--log-level=warning", "--keep-alive=60"]
    command = [sys.executable, "-m", "gunicorn", *words, bound, *quiet, "checkout_app:wsgi"]
    server = subprocess.Popen(command, cwd=EXAMPLES, env={**os.environ, "SHOP": str(path)})
    try:
        crowd = Crowd(port)
        # Until all workers answer: what comes before that is not counted.
        crowd.pay_for(2)
        begin = time.perf_counter()
        paid = crowd.pay_for(seconds)
        took = time.perf_counter() - begin
        crowd.leave()
        return paid / took
    finally:
        server.terminate()
        server.wait()


class Crowd:
    """Customers who each pay one order after the other over a connection of their own.

    All in one thread and by requests that are made by hand, so that they leave the processors to
    the server.
    """

    def __init__(self, port: int) -> None:
        self.selector = selectors.DefaultSelector()
        for number in range(CUSTOMERS):
            connection = connect(port)
            self.selector.register(connection, selectors.EVENT_READ, 1001 + number)
            send_order(connection, 1001 + number)

    def pay_for(self, seconds: float) -> int:
        """Pays for so long; gives how many orders were paid."""
        paid, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            for key, _ in self.selector.select(1):
                connection = key.fileobj
                assert isinstance(connection, socket.socket)
                piece = connection.recv(4096)
                # Head and body may come apart.
                if not (piece.startswith(b"HTTP/1.1 200") or piece.startswith(b"{")):
                    raise RuntimeError(piece.decode() or "the server has hung up")
                if not piece.endswith(b"}"):
                    continue
                paid += 1
                send_order(connection, key.data)
        return paid

    def leave(self) -> None:
        """Hangs up."""
        for key in list(self.selector.get_map().values()):
            self.selector.unregister(key.fileobj)
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()


def connect(port: int) -> socket.socket:
    """Waits for the server to be there."""
    end = time.monotonic() + 30
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def send_order(connection: socket.socket, customer: int) -> None:
    """Asks to pay an order."""
    attempt = os.urandom(16).hex()
    body = f'{{"attempt": "{attempt}", "customer": {customer}, "amount": "20.00"}}'
    head = f"POST /orders/{attempt}/pay HTTP/1.1\r\nHost: shop\r\nContent-Length: {len(body)}"
    connection.sendall(f"{head}\r\n\r\n{body}".encode())


if __name__ == "__main__":
    main()
