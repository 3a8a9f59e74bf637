#!/usr/bin/env python3
"""Compares the languages: durable transfers a second, turn by turn, on the same disk.

    python bindings/compare.py [--rounds N] [--operations N] [--singles N] [--dir DIR] [--dev]

In each round every contestant runs once in a new store, in an order that rotates, so that a machine
that is busy with other things disturbs all alike. Printed are the operations a second and the ratio
to Rust in the same round: of each the median over the rounds, and between what the middle half of
the rounds lies. The last column is the ratio of the best round to Rust's best: what disturbs only
ever slows down.

All do the same work: 10,000 accounts with history, and the same transfers between them, with rising
ids, made before the clock starts; one batch at a time, every outcome looked at. Whoever gives room
for outcomes gives the same room for each batch. The upper half sends batches of 8,192 from one
thread, the lower half single operations; it is left out with --singles 0. Lists of Python are half
as many operations, as they take longer to be made than to be sent. --only NAME, given once or more,
leaves out all others, but for Rust.

A run takes about a second by default; shorter ones differ more from round to round. What a language
adds is seen best with --dir on a file system in memory: nothing waits there, and no disk blurs it.

Needs cargo, a C compiler, Go, and a Python with cffi and numpy: that of bindings/python/test.sh is
taken if it is there. --dev takes what is built without optimising as a whole: sooner, for trying
the script itself.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BINDINGS = ROOT / "bindings"
BATCH = 8192
RATE = re.compile(r"([\d,]+) a second")
RUST_RATE = re.compile(r'"per_second":([\d.]+)')


class Contestant(NamedTuple):
    """A way of submitting."""

    name: str
    command: list[str]
    #: The contestant of the same work in Rust.
    against: str


class Tools(NamedTuple):
    """What was built."""

    rust: str
    c: str
    go: str
    python: str
    library: Path


def output(*command: str | Path, cwd: Path = ROOT, **environment: str) -> str:
    """Runs a command that has to succeed, and gives what it says."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def build(work: Path, dev: bool) -> Tools:
    """Builds every contestant."""
    profile = [] if dev else ["--release"]
    bench = ["cargo", "build", *profile, "--manifest-path", "benches/Cargo.toml"]
    messages = output(*bench, "--message-format=json").splitlines()
    executables = [json.loads(line).get("executable") for line in messages]
    rust = next(path for path in executables if path and "throughput" in path)
    output(BINDINGS / "go/build.sh", *(["--dev"] if dev else []))
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    library = target / ("debug" if dev else "release")
    c, go = work / "submit", work / "throughput"
    output("cc", "-O2", "-Wall", f"-I{ROOT / 'include'}", BINDINGS / "c/benches/submit.c",
           "-o", c, f"-L{library}", "-lescrowdb", f"-Wl,-rpath,{library}")  # fmt: skip
    # The library is loaded by the name that it says of itself.
    header = (ROOT / "include/escrowdb.h").read_text()
    (number,) = re.findall(r"#define ESCROW_ABI_VERSION (\d+)", header)
    shared = library / "libescrowdb.so"
    named = work / f"libescrowdb.so.{number}"
    shutil.copy(shared, named)
    output("go", "build", "-o", go, "./internal/throughput", cwd=BINDINGS / "go")
    venv = ROOT / ".venv/bin/python"
    return Tools(rust, str(c), str(go), str(venv if venv.exists() else sys.executable), named)


def workload(operations: int, batch: int, threads: int) -> str:
    """Says what Rust does, in the words of its program; `{}` stands for the directory."""
    work = {
        "operations": operations,
        "accounts": 10_000,
        "batch": batch,
        "threads": threads,
    }
    work |= {"in_flight": 1, "holds": False, "random_ids": False}
    work |= {"is_made_before": True}
    reading = {"secs": 0, "nanos": 0}
    run = {"reading": reading, "stays": False, "workload": work}
    return json.dumps({"contestant": "escrowdb", "folder": "{}", "step": {"Run": run}})


def contestants(tools: Tools, operations: int, singles: int) -> list[Contestant]:
    """Says who takes part; `{}` stands for the directory."""
    batch = [tools.rust, "--as-child", workload(operations, batch=BATCH, threads=0)]
    single = [tools.rust, "--as-child", workload(singles, batch=1, threads=64)]
    go = [tools.go, "-dir", "{}", "-operations"]
    python = [tools.python, str(BINDINGS / "python/bench.py"), "--dir", "{}"]
    python += ["--singles", str(singles)]
    arrays = [*python, "--batches", str(operations // BATCH), "--only", "numpy arrays"]
    few = max(1, operations // BATCH // 2)
    lists = [*python, "--batches", str(few), "--only", "lists"]
    tasks = [*python, "--only", "asyncio, 1,000 tasks, single operations"]
    of, one = "Rust", "Rust, 64 threads"
    everyone = [
        Contestant(of, batch, of),
        Contestant("C", [tools.c, "{}/bench.escrow", str(operations)], of),
        Contestant("Go", [*go, str(operations)], of),
        Contestant("Python, numpy", arrays, of),
        Contestant("Python, lists", lists, of),
        Contestant(one, single, one),
        Contestant("Go, 1,000 goroutines", [*go, str(singles), "-goroutines", "1000"], one),
        Contestant("Python, 1,000 tasks", tasks, one),
    ]
    return everyone if singles else [each for each in everyone if each.against == of]


def measure(contestant: Contestant, tools: Tools, directory: Path) -> float:
    """Runs a contestant once. Gives its operations a second."""
    with tempfile.TemporaryDirectory(dir=directory) as place:
        command = [word.replace("{}", place) for word in contestant.command]
        said = output(
            *command,
            PYTHONPATH=str(BINDINGS / "python/src"),
            ESCROWDB_LIBRARY=str(tools.library),
            LD_LIBRARY_PATH=str(tools.library.parent),
        )
    rust = RUST_RATE.search(said)
    (rate,) = [rust[1]] if rust else RATE.findall(said)
    return float(rate.replace(",", ""))


def spread(values: list[float], form: str) -> str:
    """Writes a median, and between what the middle half lies."""
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    said = f"{low:{form}} to {high:{form}}"
    return f"{middle:>11{form}}  {said:<24}"


def settings() -> argparse.Namespace:
    """Reads the arguments."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--operations", type=int, default=200 * BATCH, help="in batches")
    parser.add_argument("--singles", type=int, default=200_000, help="single operations")
    parser.add_argument("--dir", type=Path, help="where the stores are put")
    parser.add_argument("--only", action="append", help="a contestant that takes part")
    parser.add_argument("--dev", action="store_true")
    given = parser.parse_args()
    if given.operations < BATCH or given.operations % BATCH or given.rounds < 2:
        parser.error(f"operations come in batches of {BATCH}, rounds from 2 on")
    return given


def take_part(everyone: list[Contestant], only: list[str] | None) -> list[Contestant]:
    """Leaves out who was not asked for."""
    if not only:
        return everyone
    asked = [each for each in everyone if each.name in only]
    if len(asked) != len(set(only)):
        raise SystemExit(f"contestants are {', '.join(each.name for each in everyone)}")
    needed = {each.name for each in asked} | {each.against for each in asked}
    return [each for each in everyone if each.name in needed]


def main() -> None:
    """Runs all rounds and prints the table."""
    given = settings()
    with tempfile.TemporaryDirectory() as work:
        tools = build(Path(work), given.dev)
        everyone = take_part(contestants(tools, given.operations, given.singles), given.only)
        rates: dict[str, list[float]] = {contestant.name: [] for contestant in everyone}
        for round in range(given.rounds):
            first = round % len(everyone)
            for contestant in everyone[first:] + everyone[:first]:
                rates[contestant.name].append(measure(contestant, tools, given.dir))
            said = "  ".join(f"{name} {rate[-1]:,.0f}" for name, rate in rates.items())
            print(f"round {round + 1} of {given.rounds}: {said}", file=sys.stderr)
    print(f"{'':22}{'a second':>11}  {'':24}{'to Rust':>11}  {'':24}{'best':>6}")
    for contestant in everyone:
        found, rust = rates[contestant.name], rates[contestant.against]
        ratios = [one / other for one, other in zip(found, rust)]
        best = format(max(found) / max(rust), ".2f")
        print(f"{contestant.name:22}{spread(found, ',.0f')}{spread(ratios, '.2f')}{best:>6}")


if __name__ == "__main__":
    main()
