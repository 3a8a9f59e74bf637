"""What the header says: constants, functions, and by what calls are refused."""

from __future__ import annotations

import re
from typing import NamedTuple

CONSTANT = re.compile(r"^#define (ESCROW_\w+) (\d+)$")
FUNCTION = re.compile(r"(?:[\w ]+[ *])?(escrow_\w+)\(")
FIELDS = re.MULTILINE | re.DOTALL
REFUSED = re.compile(r"Refused: .*?(?=\n\n|$)", re.DOTALL)


class Constant(NamedTuple):
    """A constant of the header and what its comment says."""

    name: str
    value: int
    comment: str


def constants(header: str) -> list[Constant]:
    """Reads the constants of the header with the comments before them."""
    found = []
    comment: list[str] = []
    for line in header.splitlines():
        match = CONSTANT.match(line)
        text = line.strip()
        if match:
            found.append(Constant(match[1], int(match[2]), " ".join(comment)))
            comment = []
        elif text.startswith("/**"):
            comment = [text.strip("/* ")] if text.strip("/* ") else []
        elif text.startswith("*") and text.strip("/* "):
            comment.append(text.strip("/* "))
        elif text and not text.startswith("*"):
            comment = []
    return found


def refusals(header: str) -> dict[str, str]:
    """Gives the paragraph `Refused:` of each function that has one, on one line."""
    found = {}
    for block in header.split("/**")[1:]:
        comment, _, code = block.partition("*/")
        function = FUNCTION.match(code.strip())
        text = re.sub(r"^ \* ?", "", comment, flags=re.MULTILINE)
        refused = REFUSED.search(text)
        if function and refused:
            found[function[1]] = " ".join(refused[0].split())
    return found


def comments(header: str) -> dict[str, str]:
    """Gives the comments of the fields of structs, by `struct.field`, on one line each."""
    found = {}
    for struct in re.finditer(r"^typedef struct (\w+) \{\n(.*?)^\}", header, FIELDS):
        for field in re.finditer(r"/\*\*(.*?)\*/\n[^;]*?(\w+)(?:\[\d+\])?;", struct[2], re.DOTALL):
            text = re.sub(r"^ *\* ?", "", field[1], flags=re.MULTILINE)
            found[f"{struct[1]}.{field[2]}"] = " ".join(text.split())
    return found
