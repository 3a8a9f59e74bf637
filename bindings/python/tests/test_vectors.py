"""The vectors that all languages play: the same operations, answers, balances and hashes.

Their form is described in tests/vectors/README.md. They are played twice: as arrays, and as
lists of `Operation` where the package lets a caller make what the vector has.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import escrowdb
from escrowdb import (
    Account,
    AtDeadline,
    Clock,
    Durability,
    Hold,
    Kind,
    Ledger,
    Operation,
    Outcome,
    Phase,
    Record,
    Status,
)

np = pytest.importorskip("numpy")

FOLDER = Path(__file__).resolve().parents[3] / "tests" / "vectors"
NAMED = {
    "kind": Kind,
    "phase": Phase,
    "at_deadline": AtDeadline,
    "default_before": AtDeadline,
    "status": Status,
}
NAMED["first_status"] = Status


def fill(row: Any, fields: dict[str, Any]) -> None:
    """Fills a row of a structured array from the JSON of a record."""
    for name, value in fields.items():
        field = row.dtype[name]
        if isinstance(value, dict):
            fill(row[name], value)
        elif field.names == ("lo", "hi"):
            row[name] = (int(value) % 2**64, int(value) >> 64)
        elif name in NAMED and isinstance(value, str):
            row[name] = NAMED[name][value.upper()]
        else:
            row[name] = value.encode() if field.kind == "S" else int(value)


def array_of(kind: type[Record], records: list[dict[str, Any]]) -> Any:
    array = np.zeros(len(records), escrowdb.dtype(kind))
    for row, fields in zip(array, records):
        fill(row, fields)
    return array


def records_of(kind: type[Record], records: list[dict[str, Any]]) -> list[Any]:
    return kind._many(array_of(kind, records).tobytes(), len(records))


def bytes_of(runs: list[Any]) -> bytes:
    return b"".join(bytes.fromhex(digits) * times for digits, times in runs)


def as_objects(operations: list[Operation], data: bytes) -> list[Operation] | None:
    """Makes the operations again as a caller does; None if no caller could."""
    made = []
    for one in operations:
        space_end = one.data_offset + one.space_length
        key_end = space_end + one.key_length
        again = Operation(
            one.kind,
            id=one.id,
            debit_account=one.debit_account,
            credit_account=one.credit_account,
            target=one.target,
            amount=one.amount,
            fee_account=one.fee_account,
            user_data_128=one.user_data_128,
            user_data_64=one.user_data_64,
            at=one.timestamp,
            expected_version=one.expected_version,
            timeout=one.timeout_seconds,
            fee_ppm=one.fee_ppm,
            ledger=one.ledger,
            flags=one.flags,
            code=one.code,
            at_deadline=one.at_deadline,
            fee_fixed=one.fee_fixed,
            value_date=one.value_date,
            space=data[one.data_offset : space_end],
            key=data[space_end:key_end],
            value=data[key_end : key_end + one.value_length],
        )
        made.append(again)
    records, again_data = escrowdb._operation.batch_bytes(made)
    if again_data != data or records != b"".join(one._record for one in operations):
        return None
    return made


class Player:
    def __init__(self, path: Path, vector: dict[str, Any], way: str) -> None:
        self.path, self.vector, self.way = path, vector, way
        self.lists = 0
        self.store = self.open()

    def open(self) -> escrowdb.Store:
        return escrowdb.open(
            self.path,
            clock=Clock.MANUAL,
            durability=Durability.PROCESS,
            store_id=int(self.vector["store_id"]),
        )

    def submit(self, records: list[dict[str, Any]], data: bytes) -> list[Outcome]:
        array = array_of(Operation, records)
        if self.way == "lists":
            operations = as_objects(records_of(Operation, records), data)
            if operations is not None:
                self.lists += 1
                return self.store.submit(operations)
        outcomes = self.store.submit_array(array, data)
        return Outcome._many(outcomes.tobytes(), len(outcomes))

    def step(self, step: dict[str, Any]) -> None:
        records, outcomes, settled = step.get("records", []), [], 0
        if step["do"] == "create_ledgers":
            outcomes = self.store.create_ledgers(records_of(Ledger, records))
        elif step["do"] == "create_accounts":
            outcomes = self.store.create_accounts(records_of(Account, records))
        elif step["do"] == "submit":
            outcomes = self.submit(records, bytes_of(step.get("data", [])))
        elif step["do"] == "advance":
            settled = self.store.advance(int(step["to"])).settled
        else:
            assert step["do"] == "reopen"
            self.store.close()
            self.store = self.open()
        assert outcomes == records_of(Outcome, step.get("outcomes", []))
        assert settled == step.get("settled", 0)
        self.check_head(step["head"])

    def check_head(self, expected: dict[str, str]) -> None:
        head = self.store.head()
        found = (str(head.block), str(head.timestamp), head.hash.hex())
        assert found == (expected["block"], expected["timestamp"], expected["hash"])

    def check_final(self) -> None:
        final = self.vector["final"]
        assert self.store.all_ledgers() == records_of(Ledger, final["ledgers"])
        assert list(self.store.all_accounts()) == records_of(Account, final["accounts"])
        assert list(self.store.all_holds()) == records_of(Hold, final["holds"])
        for document in final["documents"]:
            space, key = bytes_of(document["space"]).decode(), bytes_of(document["key"])
            expected = (key, bytes_of(document["value"]), int(document["version"]))
            assert self.store.document(space, key) == expected
        self.check_head(final["head"])
        self.store.close()
        report = escrowdb.verify(self.path)
        assert (report.fault, report.state_hash) == ("", final["state_hash"])


@pytest.mark.parametrize("way", ["arrays", "lists"])
@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_vectors(file, way, tmp_path) -> None:
    vector = json.loads(file.read_text())
    player = Player(tmp_path / "store", vector, way)
    for number, step in enumerate(vector["steps"]):
        try:
            player.step(step)
        except AssertionError as error:
            raise AssertionError(f"step {number}: {error}") from error
    player.check_final()
    assert way == "arrays" or player.lists > 0


def test_there_are_vectors() -> None:
    assert len(list(FOLDER.glob("*.json"))) >= 10


def test_named_ids_are_the_same_in_all_languages() -> None:
    for line in (FOLDER / "named_ids.txt").read_text(encoding="utf-8").splitlines():
        space, text, expected = line.split("\t")
        assert escrowdb.Id.named(space, text).bytes.hex() == expected


def test_ids_are_printed_and_read_the_same_in_all_languages() -> None:
    for line in (FOLDER / "printed_ids.txt").read_text(encoding="utf-8").splitlines():
        expected, text = line.split("\t")
        id = escrowdb.Id(int(expected, 16))
        assert (str(id), f"{id}") == (text, text)
        assert escrowdb.Id.parse(text) == escrowdb.Id.parse(text.upper()) == id
    for wrong in ("", "-1", "+1", " 1", "1.0", "0x10", str(2**128), "0" * 32, "1_0", "\u0661"):
        with pytest.raises(ValueError, match="an id is a UUID"):
            escrowdb.Id.parse(wrong)
