"""C, Go and Python on one store at the same time, and whoever hosts it is killed, again and again.

    python bindings/together/together.py [--rounds N]

A worker in each language pays one unit after the other into an account of its own, reads it, and
says what was answered. In each round the one that hosts the store is killed, and another is
started. At the end every answer must stand in the store, with its time. Needs what
`bindings/go/test.sh` and `bindings/python/test.sh` have built.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import IO

import escrowdb
from escrowdb import Account, AccountFlags, Ledger

HERE = Path(__file__).resolve().parent
BINDINGS = HERE.parent
ROOT = BINDINGS.parent
PATIENCE = 60


class Worker:
    """A process, and what it was answered: times by number."""

    def __init__(self, language: str, command: list[str], store: Path, number: int) -> None:
        self.language, self.number = language, number
        self.process = subprocess.Popen(
            [*command, str(store), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        opened = self.process.stdout.readline()
        if opened != "open\n":
            sys.exit(f"the worker in {language} did not open the store")
        self.answers: dict[int, int] = {}
        self.reader = threading.Thread(target=self.read, args=(self.process.stdout,))
        self.reader.start()

    def read(self, output: IO[str]) -> None:
        """Takes the answers. The last line of one that is killed may be a part of one."""
        for line in output:
            if line.endswith("\n"):
                count, timestamp = line.split()
                self.answers[int(count)] = int(timestamp)

    def end(self) -> None:
        """Ends it as it wants to be ended."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        if self.process.wait(PATIENCE) != 0:
            sys.exit(f"the worker in {self.language} has failed")
        self.reader.join()

    def kill(self) -> None:
        """Ends it as nothing should be ended."""
        self.process.kill()
        self.process.wait()
        self.reader.join()


def build(work: Path) -> dict[str, list[str]]:
    """Builds the workers; gives the command of each language."""
    c, go = work / "c", work / "go"
    library = BINDINGS / "go/lib/libescrowdb.a"
    if not library.exists():
        sys.exit(f"{library} is missing: run bindings/go/build.sh")
    include = f"-I{ROOT / 'include'}"
    warnings = ["-std=c11", "-Wall", "-Wextra", "-Werror"]
    system = ["-lpthread", "-ldl", "-lm"]
    source = HERE / "worker.c"
    run("cc", "-O1", *warnings, include, source, library, *system, "-o", c)
    run("go", "build", "-o", go, "./internal/worker", cwd=BINDINGS / "go")
    return {
        "C": [str(c)],
        "Go": [str(go)],
        "Python": [sys.executable, str(HERE / "worker.py")],
    }


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Runs a command that has to succeed."""
    subprocess.run([str(word) for word in command], cwd=cwd, check=True)


def settle_in(path: Path, accounts: int) -> None:
    """Makes the store, with an account for each worker that there will be."""
    with escrowdb.open(path) as store:
        bank = Account(1, ledger=1, code=1, flags=AccountFlags.EXTERNAL)
        own = [Account(1000 + number, ledger=1, code=2) for number in range(1, accounts + 1)]
        for outcome in store.create_ledgers([Ledger.iso(1, "EUR")]) + store.create_accounts(
            [bank, *own]
        ):
            outcome.check()


def host_of(path: Path) -> int:
    """Gives the process that hosts the store."""
    with escrowdb.open(path) as store:
        return store.host_process


def kill_hosts(path: Path, commands: dict[str, list[str]], rounds: int) -> list[Worker]:
    """Has the workers pay while their hosts are killed. Gives all that there were."""
    numbers = iter(range(1, rounds + len(commands) + 1))
    at_work = [Worker(name, command, path, next(numbers)) for name, command in commands.items()]
    all_workers = list(at_work)
    for _ in range(rounds):
        time.sleep(0.2)
        host = host_of(path)
        (killed,) = (worker for worker in at_work if worker.process.pid == host)
        killed.kill()
        at_work.remove(killed)
        heir = Worker(killed.language, commands[killed.language], path, next(numbers))
        at_work.append(heir)
        all_workers.append(heir)
    for worker in at_work:
        worker.end()
    return all_workers


def check(path: Path, workers: list[Worker]) -> None:
    """Looks for every answer in the store."""
    with escrowdb.open(path) as store, store.snapshot() as snapshot:
        for worker in workers:
            for count, timestamp in worker.answers.items():
                operation = snapshot.operation(worker.number << 64 | count)
                if operation is None or operation.timestamp != timestamp:
                    sys.exit(f"{worker.language} was told of a payment {count} that is not there")
    report = escrowdb.verify(path)
    if not report.is_sound:
        sys.exit(f"the store is not sound: {report}")


def main() -> None:
    """Runs it, and says what was checked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "shop.escrow"
        commands = build(Path(work))
        settle_in(path, rounds + len(commands))
        workers = kill_hosts(path, commands, rounds)
        check(path, workers)
    answers: Counter[str] = Counter()
    for worker in workers:
        answers[worker.language] += len(worker.answers)
    if min(answers[language] for language in commands) < rounds:
        sys.exit(f"too few answers: {answers}")
    told = ", ".join(f"{count} in {language}" for language, count in sorted(answers.items()))
    print(f"{rounds} hosts killed, every answer is there: {told}")


if __name__ == "__main__":
    main()
