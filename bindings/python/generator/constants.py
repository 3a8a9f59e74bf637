"""`_constants.py`: the enumerations and limits, with the header's comments."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from .header import Constant, constants

ENUMERATIONS_FILE = Path(__file__).resolve().parent / "../../c/abi/escrowdb.enumerations"


class Enumeration(NamedTuple):
    """Constants with one prefix that make one Python type."""

    name: str
    base: str
    prefix: str
    comment: str


def enumerations(text: str) -> tuple[Enumeration, ...]:
    """Reads `escrowdb.enumerations`: prefix, name, form, the function of names, and a comment."""
    bases = {"values": "OpenEnum", "flags": "enum.IntFlag"}
    lines = (line.split(" ", 4) for line in text.splitlines())
    return tuple(
        Enumeration(name, bases[form], prefix, comment) for prefix, name, form, _, comment in lines
    )


ENUMERATIONS = enumerations(ENUMERATIONS_FILE.read_text())

# Limits that do not end in _MAX, and codes of callbacks.
FURTHER = ("ESCROW_KEY_BYTES", "ESCROW_KEY_IS_ANOTHER")

# Constants whose prefix another enumeration, or none, has too.
ERROR_CODES = ("ESCROW_OK", "ESCROW_MISMATCHED_STATE")
DURABILITY = ("ESCROW_DURABLE", "ESCROW_DURABLE_PROCESS")
RENAMED = {"OR_CREATE": "OPEN_OR_CREATE", "EXISTING": "OPEN_EXISTING"}
CONSTANTS_HEAD = '''"""The enumerations and limits of the C ABI: generate.py wrote them."""

import enum
from typing import Optional


class OpenEnum(enum.IntEnum):
    """An enumeration to which later versions add: a value that it does not know survives."""

    @classmethod
    def _missing_(cls, value: object) -> Optional["OpenEnum"]:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member
'''


def wrapped(comment: str) -> list[str]:
    """Breaks a comment into lines of a class body."""
    lines = [""]
    for word in comment.split():
        if len(lines[-1]) + len(word) > 90:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [f"    #: {line}" for line in lines if line]


def enumeration(name: str, base: str, comment: str, members: list[tuple[str, Constant]]) -> str:
    """Gives the text of one class."""
    lines = [f"\n\nclass {name}({base}):", f'    """{comment}"""\n']
    if base == "enum.IntFlag":
        lines.append("    #: None of them.\n    NONE = 0")
    for member, constant in members:
        lines += wrapped(constant.comment)
        lines.append(f"    {member} = {constant.value}")
    return "\n".join(lines) + "\n"


def prefix_of(name: str) -> str:
    """Gives the prefix of the enumeration that a constant belongs to: the longest that fits."""
    prefixes = (each.prefix for each in ENUMERATIONS if name.startswith(each.prefix))
    return max(prefixes, key=len, default="")


def is_limit(name: str) -> bool:
    """Says whether a constant is a limit, whatever enumeration its prefix is of."""
    return name.endswith("_MAX") and "OUTCOME" not in name


def constants_module(header: str) -> str:
    """Gives the text of `_constants.py`."""
    everything = constants(header)
    names = [constant.name for constant in everything]
    parts = [CONSTANTS_HEAD]
    first, last = (names.index(name) for name in ERROR_CODES)
    statuses = everything[first : last + 1]
    for name, base, prefix, comment in ENUMERATIONS:
        members = [
            (constant.name[len(prefix) :], constant)
            for constant in everything
            if prefix_of(constant.name) == prefix
            and constant not in statuses
            and not is_limit(constant.name)
        ]
        members = [(RENAMED.get(member, member), constant) for member, constant in members]
        parts.append(enumeration(name, base, comment, members))
    codes = [(constant.name[len("ESCROW_") :], constant) for constant in statuses]
    parts.append(enumeration("ErrorCode", "OpenEnum", "Why a call was not carried out.", codes))
    durabilities = [
        (constant.name[len("ESCROW_DURABLE") :].strip("_") or "SYNC", constant)
        for constant in everything
        if constant.name in DURABILITY
    ]
    parts.append(enumeration("Durability", "OpenEnum", "When an answer is given.", durabilities))
    parts.append("\n")
    for constant in everything:
        if is_limit(constant.name) or constant.name in FURTHER:
            parts.append(f"\n#: {constant.comment}")
            parts.append(f"\n{constant.name[len('ESCROW_') :]} = {constant.value}")
    abi = next(constant for constant in everything if constant.name == "ESCROW_ABI_VERSION")
    parts.append("\n#: The number of the ABI that the package was made for.")
    parts.append(f"\nABI_VERSION = {abi.value}\n")
    return "".join(parts)
