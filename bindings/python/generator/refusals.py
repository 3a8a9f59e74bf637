"""By what a call is refused: the paragraph `Refused:` of a docstring, as the header has it.

It stands in each public method that calls a function whose comment has such a paragraph. Laws are
named as members of `WalletStatus`, or of `OrderStatus` where orders refuse, those of the ledger as
members of `Status`.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from .header import constants, refusals

COLUMNS = 100
#: What the laws of each house begin with.
HOUSES = ("ESCROW_WALLET_", "ESCROW_ORDER_")


def docstrings(texts: dict[Path, str], header: str) -> dict[Path, str]:
    """Gives the texts of modules with these paragraphs."""
    methods = {path: list(methods_of(text)) for path, text in texts.items()}
    names = {house: laws(header, house) for house in HOUSES}
    for found in methods.values():
        for known in names.values():
            known.update({function: f"`{method.name}`" for method, function in found})
    refused = {
        function: in_python(paragraph, names[house_of(function)])
        for function, paragraph in refusals(header).items()
    }
    return {path: with_paragraphs(texts[path], methods[path], refused) for path in texts}


def house_of(function: str) -> str:
    """Gives the prefix of the laws that a function refuses by."""
    return "ESCROW_ORDER_" if function.startswith("escrow_orders_") else "ESCROW_WALLET_"


def in_python(paragraph: str, names: dict[str, str]) -> str:
    """Gives a paragraph in the words of Python."""
    return re.sub(r"`([^`]+)`", lambda match: names.get(match[1], match[0]), paragraph)


def laws(header: str, house: str) -> dict[str, str]:
    """Gives what Python calls the laws that the header's comments name."""
    found = {}
    for prefix, word in (("ESCROW_OUTCOME_", "Status."), (house, "")):
        for constant in constants(header):
            if constant.name.startswith(prefix):
                name = constant.name[len(prefix) :]
                found[name.lower()] = f"`{word}{name}`"
    return found


def methods_of(text: str) -> Iterator[tuple[ast.FunctionDef, str]]:
    """Gives the public methods of a module with each function of the library that they name."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute) and ast.unparse(part.value) == "lib":
                yield node, part.attr


def with_paragraphs(
    text: str, methods: list[tuple[ast.FunctionDef, str]], refused: dict[str, str]
) -> str:
    """Gives the text of a module with the paragraphs of its methods."""
    called: dict[ast.FunctionDef, list[str]] = {}
    for method, function in methods:
        if function in refused:
            called.setdefault(method, []).append(function)
    lines = text.split("\n")
    for method, functions in sorted(called.items(), key=lambda found: -found[0].lineno):
        documented, doc = method.body[0], ast.get_docstring(method)
        assert doc is not None, f"{method.name} has no docstring"
        assert documented.end_lineno is not None
        place = slice(documented.lineno - 1, documented.end_lineno)
        lines[place] = quoted(doc, paragraphs(functions, refused), " " * documented.col_offset)
    return "\n".join(lines)


def paragraphs(functions: list[str], refused: dict[str, str]) -> list[str]:
    """Gives the paragraphs of a method: where it calls one of several, with the verb of each."""
    if len(functions) == 1:
        return [refused[functions[0]]]
    verbs = (function.split("_", 2)[2] for function in functions)
    return [
        refused[function].replace("Refused", f"Refused `{verb}`", 1)
        for function, verb in zip(functions, verbs)
    ]


def quoted(doc: str, paragraphs: list[str], indent: str) -> list[str]:
    """Gives the lines of a docstring whose last paragraphs are these."""
    kept = [part for part in doc.split("\n\n") if not re.match(r"Refused( `\w+`)?:", part)]
    wrapped = [
        textwrap.fill(part, COLUMNS - len(indent), break_on_hyphens=False) for part in paragraphs
    ]
    content = "\n\n".join([*kept, *wrapped]).split("\n")
    return [
        f'{indent}"""{content[0]}',
        *(f"{indent}{line}".rstrip() for line in content[1:]),
        f'{indent}"""',
    ]
