"""Records with texts: what people wrote, and what nobody else may read.

The C ABI has a text as a pointer and a length. A record here keeps its texts beside its bytes, in
which the pointers are zero: it is equal to another one by content. What is secret or personal is
not shown by `repr`.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from .._library import ffi
from .._record import Field, Record
from ._given import Structs, packed, utf8

T = TypeVar("T", bound="TextRecord")

TEXT_BYTES = ffi.sizeof("escrow_text")


@dataclasses.dataclass(frozen=True)
class Place:
    """A text of a kind of record."""

    #: Its name.
    name: str
    #: Where it lies in the struct.
    offset: int
    #: Whether `repr` keeps it to itself.
    is_hidden: bool


class TextField(Field[str]):
    """A field that is a text of any length."""

    def __init__(self, doc: str, *, is_hidden: bool) -> None:
        super().__init__(lambda _record, _at: "", doc)
        self.is_hidden = is_hidden
        self.index = 0

    def __set_name__(self, owner: type[Record], name: str) -> None:
        super().__set_name__(owner, name)
        assert issubclass(owner, TextRecord)
        self.index = len(owner.TEXTS)
        owner.TEXTS = (*owner.TEXTS, Place(name, self.offset, self.is_hidden))

    def __get__(self, record: Any, owner: object) -> Any:
        return self if record is None else record._texts[self.index]


def text(doc: str) -> Field[str]:
    """A field that is a text."""
    return TextField(doc, is_hidden=False)


def hidden(doc: str) -> Field[str]:
    """A field that is a secret or personal text: `repr` does not show it."""
    return TextField(doc, is_hidden=True)


class TextRecord(Record):
    """A record with texts beside its bytes."""

    __slots__ = ("_texts",)

    #: The texts, in the order of the fields.
    TEXTS: ClassVar[tuple[Place, ...]] = ()

    _texts: tuple[str, ...]

    @classmethod
    def _of(cls: type[T], record: bytes) -> T:
        """Wraps the bytes of a record whose texts are empty."""
        made = super()._of(record)
        made._texts = ("",) * len(cls.TEXTS)
        return made

    @classmethod
    def _read_row(cls: type[T], _rows: Any, _index: int, struct: Any) -> T:
        """Copies a row that was read into a struct."""
        return cls._read(struct)

    @classmethod
    def _read(cls: type[T], struct: Any) -> T:
        """Copies a struct that the library filled, with its texts."""
        record, texts = bytearray(ffi.buffer(struct)[:]), []
        for place in cls.TEXTS:
            given = getattr(struct, place.name)
            # Where an empty text begins is not said.
            texts.append(
                bytes(ffi.buffer(given.bytes, given.length)).decode() if given.length else ""
            )
            record[place.offset : place.offset + TEXT_BYTES] = bytes(TEXT_BYTES)
        made = cls._of(bytes(record))
        made._texts = tuple(texts)
        return made

    def _fill(self, **values: Any) -> None:
        """Sets all fields of a record that is being made: texts are checked, others packed."""
        names = [place.name for place in self.TEXTS]
        texts = {name: values.pop(name) for name in names}
        for name, value in texts.items():
            utf8(value, f"{name} of {type(self).__name__}")
        self._record = packed(self.C_TYPE, **values)
        self._texts = tuple(texts.values())

    def _struct(self) -> Structs:
        """Gives the struct that the library reads."""
        return as_structs(self.C_TYPE, [self])

    def _state(self) -> tuple[Any, ...]:
        return (self._record, self._texts)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._record, self._texts = state

    def __repr__(self) -> str:
        hidden = {place.name for place in self.TEXTS if place.is_hidden}
        fields = (
            f"{name}=<hidden>" if name in hidden else f"{name}={value!r}"
            for name, value in self._values().items()
            if value
        )
        return f"{type(self).__name__}({', '.join(fields)})"


def as_structs(c_type: str, records: Sequence[TextRecord]) -> Structs:
    """Gives records of one kind as the library reads them."""
    structs = Structs(c_type, len(records))
    for at, record in enumerate(records):
        struct = structs.pointer[at]
        ffi.memmove(ffi.addressof(struct), record._record, len(record._record))
        if has_struct_size(c_type):
            struct.struct_size = len(record._record)
        for place, value in zip(record.TEXTS, record._texts):
            structs.put_text(at, place.name, utf8(value, place.name))
    return structs


@functools.cache
def has_struct_size(c_type: str) -> bool:
    """Says whether a struct begins with its size, which the library compares with its own."""
    return any(name == "struct_size" for name, _ in ffi.typeof(c_type).fields)
