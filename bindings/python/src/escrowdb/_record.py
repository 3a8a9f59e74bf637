"""Records of the C ABI as Python objects.

A record keeps the bytes that the library reads and writes, and decodes a field when it is asked
for: a batch of thousands costs little more than its bytes. Where a field lies is known from the
header alone.
"""

from __future__ import annotations

import enum
import struct
from typing import Any, Callable, ClassVar, Generic, NoReturn, Optional, TypeVar, Union, overload

from ._library import ffi
from ._values import Id, rfc3339

T = TypeVar("T")
R = TypeVar("R", bound="Record")

U16, U32, U64 = struct.Struct("<H"), struct.Struct("<I"), struct.Struct("<Q")


def packing(c_type: str) -> struct.Struct:
    """Gives what packs and unpacks a struct without padding: ids as bytes, what is reserved not.

    >>> packing("escrow_document").format
    '<QQII8x'
    """
    codes = []
    for name, each in ffi.typeof(c_type).fields:
        size = ffi.sizeof(each.type)
        if name.startswith("reserved"):
            codes.append(f"{size}x")
        else:
            codes.append({2: "H", 4: "I", 8: "Q"}.get(size, f"{size}s"))
    made = struct.Struct("<" + "".join(codes))
    assert made.size == ffi.sizeof(c_type)
    return made


class Field(Generic[T]):
    """A field of a record: read only, decoded when it is read."""

    def __init__(
        self,
        decode: Callable[[bytes, int], T],
        doc: str,
        *,
        plain: Optional[Callable[[T], Any]] = None,
        kind: Optional[type[Any]] = None,
    ) -> None:
        self.decode = decode
        #: What `as_dict` gives for a value.
        self.plain: Callable[[Any], Any] = plain or plain_value
        #: The enumeration or record that the field is of, if it is of one.
        self.kind = kind
        self.offset = 0
        self.__doc__ = doc

    def __set_name__(self, owner: type[Record], name: str) -> None:
        fields = dict(ffi.typeof(owner.C_TYPE).fields)
        self.offset = fields[name.lstrip("_")].offset
        owner.FIELDS = (*owner.FIELDS, name)

    @overload
    def __get__(self, record: None, owner: object) -> Field[T]: ...

    @overload
    def __get__(self, record: Record, owner: object) -> T: ...

    def __get__(self, record: Optional[Record], owner: object) -> Union[T, Field[T]]:
        if record is None:
            return self
        return self.decode(record._record, self.offset)

    def __set__(self, record: Record, value: object) -> NoReturn:
        raise AttributeError("a record cannot be changed: make another one")


class Record:
    """What all records have: equality by content, a readable form, `as_dict`."""

    __slots__ = ("_record",)

    #: The struct of the header.
    C_TYPE: ClassVar[str]
    #: The names of the fields.
    FIELDS: ClassVar[tuple[str, ...]] = ()

    _record: bytes

    @classmethod
    def _of(cls: type[R], record: bytes) -> R:
        """Wraps the bytes of a record."""
        made = cls.__new__(cls)
        made._record = record
        return made

    @classmethod
    def _many(cls: type[R], buffer: Any, count: int) -> list[R]:
        """Wraps the first `count` records of a buffer."""
        size = ffi.sizeof(cls.C_TYPE)
        new = cls.__new__
        records = []
        for (record,) in struct.iter_unpack(f"{size}s", memoryview(buffer)[: count * size]):
            made = new(cls)
            made._record = record
            records.append(made)
        return records

    def as_dict(self) -> dict[str, Any]:
        """Gives the fields by name, as JSON can hold them: `json.dumps` takes the result.

        Ids, amounts in minor units and times (RFC 3339) are text, as the numbers of many readers of
        JSON are floats; only counts are numbers. Members of enumerations are names in lower case,
        bytes hexadecimal digits, records dictionaries, and a time that is none is `None`.
        """
        fields = vars_of(type(self))
        return {
            name: fields[name].plain(value) if name in fields else plain_value(value)
            for name, value in self._values().items()
        }

    def _values(self) -> dict[str, Any]:
        """Gives the fields by name, as they are read."""
        return {name: getattr(self, name) for name in self.FIELDS}

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._state() == other._state()

    def __hash__(self) -> int:
        return hash(self._state())

    def _state(self) -> tuple[Any, ...]:
        return (self._record,)

    def __getstate__(self) -> tuple[Any, ...]:
        return self._state()

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        (self._record,) = state

    def __repr__(self) -> str:
        fields = (
            (name, value) for name, value in self._values().items() if value or name == "status"
        )
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in fields)})"


def vars_of(kind: type[Record]) -> dict[str, Field[Any]]:
    """Gives the fields of a kind of record by name."""
    return {name: getattr(kind, name) for name in kind.FIELDS}


def plain_value(value: Any) -> Any:
    """Gives a value as JSON can hold it."""
    if isinstance(value, enum.Enum):
        return name_of(value)
    if isinstance(value, Id):
        return f"{value:032x}" if value >> 64 else str(value)
    if isinstance(value, bytes):
        return value.hex()
    if hasattr(value, "as_dict"):
        return value.as_dict()
    if isinstance(value, (tuple, list)):
        return [plain_value(each) for each in value]
    return value


def name_of(value: enum.Enum) -> str:
    """Gives the name of a member in lower case; of flags the names, joined by `|`.

    >>> from escrowdb import AccountFlags, Kind
    >>> name_of(Kind.TOP_UP), name_of(AccountFlags.EXTERNAL | AccountFlags.HISTORY)
    ('top_up', 'external|history')
    >>> name_of(AccountFlags(0)), name_of(AccountFlags(1 << 20))
    ('none', '0x100000')
    """
    if not isinstance(value, enum.IntFlag):
        return value.name.lower()
    names = [each.name.lower() for each in type(value) if each & value and each.name]
    known = sum(each.value for each in type(value))
    rest = value.value & ~known
    return "|".join(names + [hex(rest)] * bool(rest)) or "none"


def u16(doc: str) -> Field[int]:
    """A field of 16 bits."""
    return Field(lambda record, at: int(U16.unpack_from(record, at)[0]), doc)


def u32(doc: str) -> Field[int]:
    """A field of 32 bits."""
    return Field(lambda record, at: int(U32.unpack_from(record, at)[0]), doc)


def u64(doc: str) -> Field[int]:
    """A field of 64 bits."""
    return Field(lambda record, at: int(U64.unpack_from(record, at)[0]), doc)


def number(doc: str) -> Field[int]:
    """A field of 64 bits that may need all of them, and counts nothing."""
    return Field(lambda record, at: int(U64.unpack_from(record, at)[0]), doc, plain=str)


def time(doc: str) -> Field[int]:
    """A field that is a time in nanoseconds since the Unix epoch, or zero for none."""
    return Field(lambda record, at: int(U64.unpack_from(record, at)[0]), doc, plain=rfc3339)


def amount(doc: str) -> Field[int]:
    """A field that is an amount in minor units."""
    return Field(lambda record, at: int.from_bytes(record[at : at + 16], "little"), doc, plain=str)


def change(doc: str) -> Field[int]:
    """A field that is a change in minor units, up or down."""
    return Field(
        lambda record, at: int.from_bytes(record[at : at + 16], "little", signed=True),
        doc,
        plain=str,
    )


def identifier(doc: str) -> Field[Id]:
    """A field that is an id."""
    return Field(lambda record, at: Id(int.from_bytes(record[at : at + 16], "little")), doc)


def flag(doc: str) -> Field[bool]:
    """A field that is 1 or 0, of 32 bits."""
    return Field(lambda record, at: record[at] != 0, doc)


def text(size: int, doc: str) -> Field[str]:
    """A field that is a text with zeros behind it."""
    return Field(lambda record, at: record[at : at + size].split(b"\0")[0].decode(), doc)


def raw(size: int, doc: str) -> Field[bytes]:
    """A field of bytes."""
    return Field(lambda record, at: record[at : at + size], doc)


def member16(kind: Callable[[int], T], doc: str) -> Field[T]:
    """A field of 16 bits that is a member of an enumeration."""
    return Field(lambda record, at: kind(U16.unpack_from(record, at)[0]), doc, kind=enum_of(kind))


def member32(kind: Callable[[int], T], doc: str) -> Field[T]:
    """A field of 32 bits that is a member of an enumeration."""
    return Field(lambda record, at: kind(U32.unpack_from(record, at)[0]), doc, kind=enum_of(kind))


def optional_member32(kind: Callable[[int], T], doc: str) -> Field[Optional[T]]:
    """A field of 32 bits that is a member of an enumeration, or zero for none."""

    def decode(record: bytes, at: int) -> Optional[T]:
        number = U32.unpack_from(record, at)[0]
        return kind(number) if number else None

    return Field(decode, doc, kind=enum_of(kind))


def enum_of(kind: Callable[[int], Any]) -> Optional[type[Any]]:
    """Gives the enumeration that makes members, if one does."""
    return kind if isinstance(kind, type) else None


def inner(kind: type[R], doc: str) -> Field[R]:
    """A field that is a record itself."""
    size = ffi.sizeof(kind.C_TYPE)
    return Field(lambda record, at: kind._of(record[at : at + size]), doc, kind=kind)
