"""What the processes of the shop have to agree on: where the store lies, ports and keys."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
#: The keys that a shop keeps, each of 32 bytes. A real one keeps them in a key service.
KEYS = ("master", "pepper", "sessions", "files", "documents", "acquirer")


@dataclass(frozen=True)
class Settings:
    """Where things are."""

    data: Path
    port: int
    stand_ins_port: int
    smtp_port: int

    @property
    def store(self) -> Path:
        """The directory of the store."""
        return self.data / "shop.escrow"

    @property
    def url(self) -> str:
        """Where the shop is."""
        return f"http://{HOST}:{self.port}"

    @property
    def stand_ins_url(self) -> str:
        """Where the acquirer, the carrier and the mailbox are."""
        return f"http://{HOST}:{self.stand_ins_port}"

    @property
    def mark(self) -> Path:
        """The file that says that the store was filled to the end."""
        return self.data / "filled"

    def export(self) -> None:
        """Hands them to the processes that this one starts."""
        os.environ["SHOP"] = json.dumps(
            [str(self.data), self.port, self.stand_ins_port, self.smtp_port]
        )

    def key(self, name: str) -> bytes:
        """Gives a key; makes all of them when there are none."""
        path = self.data / "keys.json"
        if not path.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            made = {each: secrets.token_hex(32) for each in KEYS}
            unfinished = path.with_suffix(".new")
            with open(os.open(unfinished, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
                json.dump(made, file)
            unfinished.replace(path)
        return bytes.fromhex(json.loads(path.read_text())[name])


def exported() -> Settings:
    """Gives what the process that started this one exported."""
    data, port, stand_ins_port, smtp_port = json.loads(os.environ["SHOP"])
    return Settings(Path(data), port, stand_ins_port, smtp_port)
