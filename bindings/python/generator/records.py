"""The fields of records: in each class with a `C_TYPE`, one for each field of that struct.

Where a field lies the package asks cffi. What it holds is in `escrowdb.fields`, which is written
from the types of Rust, and its comment is the header's.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cffi

from .cdef import without_preprocessor
from .constants import ENUMERATIONS, prefix_of
from .header import comments
from .refusals import methods_of

COLUMNS = 100
INDENT = "    "
#: What stands before the fields of a class.
MARK = f"{INDENT}# These are written by generate.py."

#: Fields that are given in another way, as what is public beside them says.
PRIVATE = {
    "escrow_event.operation",
    "escrow_event.account",
    "escrow_event.ledger",
    "escrow_verification.evidence",
    "escrow_correction.evidence",
    "escrow_part_options.possible",
    "escrow_order_view.tenders",
    "escrow_order_view.parts",
    "escrow_part_view.items",
    "escrow_leg_line.leg",
    "escrow_order_step.refunds",
}
#: Fields that Python has no use for.
SKIPPED = {"escrow_event.data_offset", "escrow_event.data_length", "escrow_consumer.name_length"}
#: What Python knows no other case of.
OBVIOUS = (", and zeros behind it", ", zero-terminated", "zero-terminated, ", " 0 if not.")

MAKERS = {
    "id": "field.identifier",
    "amount": "field.amount",
    "change": "field.change",
    "time": "field.time",
    "number": "field.number",
    "flag": "field.flag",
    "uint16_t": "field.u16",
    "uint32_t": "field.u32",
    "uint64_t": "field.u64",
    "text": "texts.text",
    "secret": "texts.hidden",
}


class Class(NamedTuple):
    """A class with fields: its struct, and the lines that they stand on."""

    name: str
    c_type: str
    first: int
    last: int


def records(texts: dict[Path, str], header: str, described: str) -> dict[Path, str]:
    """Gives the texts of modules with the fields of their records."""
    classes = {path: list(classes_of(text)) for path, text in texts.items()}
    names = {found.c_type: found.name for each in classes.values() for found in each}
    ffi = cffi.FFI()
    ffi.cdef(without_preprocessor(header))
    meanings = dict(line.split(" ", 1) for line in described.splitlines())
    methods = {
        function: method.name for text in texts.values() for method, function in methods_of(text)
    }
    writer = Writer(ffi, names, meanings, comments(header), methods)
    return {path: with_fields(text, classes[path], writer) for path, text in texts.items()}


def classes_of(text: str) -> Iterator[Class]:
    """Finds the classes with fields in a module, and those where fields are to be written."""
    lines = text.split("\n")
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.ClassDef):
            continue
        c_type, fields = "", []
        for part in node.body:
            if not isinstance(part, ast.Assign):
                continue
            if ast.unparse(part.targets[0]) == "C_TYPE":
                c_type = ast.literal_eval(part.value)
            elif re.match(r"(field|texts)\.", ast.unparse(part.value)):
                fields.append(part)
        if c_type and fields:
            assert fields[-1].end_lineno is not None
            yield Class(node.name, c_type, fields[0].lineno, fields[-1].end_lineno)
        elif c_type:
            assert node.end_lineno is not None
            last = node.end_lineno + 1
            while last < len(lines) and not lines[last - 1]:
                last += 1
            if lines[last - 1] == MARK:
                yield Class(node.name, c_type, last + 1, last)


def with_fields(text: str, classes: list[Class], writer: Writer) -> str:
    """Gives the text of a module with the fields of its classes."""
    lines = text.split("\n")
    for found in sorted(classes, key=lambda each: -each.first):
        first = found.first - 1
        is_marked = lines[first - 1] == MARK
        lines[first - is_marked : found.last] = [MARK, *writer.fields(found.c_type)]
    return "\n".join(lines)


class Writer:
    """Writes fields."""

    def __init__(
        self,
        ffi: cffi.FFI,
        names: dict[str, str],
        meanings: dict[str, str],
        comments: dict[str, str],
        methods: dict[str, str],
    ) -> None:
        self.ffi = ffi
        #: The classes of structs.
        self.names = names
        self.meanings = meanings
        self.comments = comments
        #: The methods that call functions.
        self.methods = methods

    def fields(self, c_type: str) -> list[str]:
        """Gives the lines of all fields of a class."""
        lines = []
        for name, found in self.ffi.typeof(c_type).fields:
            place = f"{c_type}.{name}"
            meaning = self.meanings[place]
            if meaning in ("size", "reserved") or place in SKIPPED:
                continue
            maker, *arguments = self.made(meaning, self.ffi.sizeof(found.type) * 8)
            target = f"_{name}" if place in PRIVATE else name
            lines += assignment(target, maker, arguments, self.doc(place, meaning))
        return lines

    def made(self, meaning: str, bits: int) -> list[str]:
        """Gives what makes a field, and its arguments before the comment."""
        if meaning in MAKERS:
            return [MAKERS[meaning]]
        if meaning.startswith("ESCROW_"):
            optional = "optional_" if meaning.endswith("?") else ""
            return [f"field.{optional}member{bits}", class_of(meaning.rstrip("?*"))]
        array = re.fullmatch(r"(char|uint8_t)\[(\d+)\]", meaning)
        if array:
            return ["field.text" if array[1] == "char" else "field.raw", array[2]]
        return ["field.inner", self.names[meaning]]

    def doc(self, place: str, meaning: str) -> str:
        """Gives the comment of a field in the words of Python."""
        text = self.comments[place]
        for obvious in OBVIOUS:
            text = text.replace(obvious, "")
        if meaning == "flag":
            text = text.replace("1 if ", "Whether ", 1)
        if meaning.endswith("?"):
            text = text.replace("; 0 ", "; `None` ")
        # The type of the field says it.
        text = text.replace(f": `{meaning.rstrip('?')}`", "")
        text = re.sub(r"escrow_\w+", lambda match: self.methods.get(match[0], match[0]), text)
        return re.sub(r"ESCROW_\w+\*?", lambda match: named(match[0]), text)


def class_of(prefix: str) -> str:
    """Gives the enumeration of the constants with a prefix."""
    return next(each.name for each in ENUMERATIONS if each.prefix == prefix)


def named(constant: str) -> str:
    """Gives what Python calls a constant, or all with a prefix."""
    prefix = prefix_of(constant.rstrip("*"))
    if not prefix:
        return constant
    if constant.endswith("*"):
        return class_of(prefix)
    return f"{class_of(prefix)}.{constant[len(prefix) :]}"


def assignment(target: str, maker: str, arguments: list[str], doc: str) -> list[str]:
    """Gives the lines of a field, as ruff would format them."""
    given = ", ".join([*arguments, quoted(doc)])
    short = f"{INDENT}{target} = {maker}({given})"
    if len(short) <= COLUMNS:
        return [short]
    begin, end, inner = f"{INDENT}{target} = {maker}(", f"{INDENT})", INDENT * 2
    if len(inner + given) <= COLUMNS:
        return [begin, inner + given, end]
    parts = textwrap.wrap(doc, COLUMNS - len(inner) - len('" ",'), break_on_hyphens=False)
    strings = [quoted(f"{part} ") for part in parts[:-1]] + [quoted(parts[-1])]
    if not arguments:
        return [begin, *(inner + string for string in strings), end]
    strings[-1] += ","
    return [
        begin,
        *(f"{inner}{argument}," for argument in arguments),
        *(inner + string for string in strings),
        end,
    ]


def quoted(text: str) -> str:
    """Gives a string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
