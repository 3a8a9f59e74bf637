"""Ids, amounts and times, as they come from callers: parsed once, at the edge.

Money is counted in whole minor units (cents) and never touches a float: a float raises
`TypeError` wherever a number is taken.
"""

from __future__ import annotations

import operator
import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Optional, Union

from ._errors import OutOfRangeError
from ._library import call, ffi, lib

#: What is taken for an id: a UUID, a number below 2**128, or 16 bytes in the order of a UUID's.
IdLike = Union[int, uuid.UUID, bytes]
#: What is taken for a point in time: an aware datetime, or nanoseconds since the Unix epoch.
TimeLike = Union[int, datetime]
#: What is taken for a span of time: whole seconds.
Span = Union[int, timedelta]

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
#: Decimal exponents beyond this name no amount, however few digits they have.
EXPONENT_MAX = 64
#: The forms of an id as text.
_UUID = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DIGITS = re.compile("[0-9a-fA-F]{32}")
_NUMBER = re.compile("[0-9]{1,39}")


class Id(int):
    """An id: an `int` that also knows its other forms.

    >>> Id(11).uuid
    UUID('00000000-0000-0000-0000-00000000000b')
    >>> Id(11) == 11
    True
    >>> print(Id(11), Id(2**64))
    11 00000000-0000-0001-0000-000000000000
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Id:
        """Reads an id as any language prints it, and as UUIDs and numbers are written.

        That is a UUID, 32 hexadecimal digits with a letter among them (without one they could be a
        decimal number), or a decimal number below 2**128. Raises `ValueError` for anything else.

        >>> Id.parse("710d859f-f811-f1b6-7923-65dc46b07fbd") == Id.named("orders", "A-1001")
        True
        """
        if _UUID.fullmatch(text) or (_DIGITS.fullmatch(text) and not text.isdecimal()):
            return cls(int(text.replace("-", ""), 16))
        if _NUMBER.fullmatch(text) and len(text) != 32 and not int(text) >> 128:
            return cls(int(text))
        raise ValueError("an id is a UUID, 32 hexadecimal digits or a decimal number below 2**128")

    @classmethod
    def named(cls, space: str, text: str) -> Id:
        """Makes the id of a name that you have already, such as an order's number.

        It is the same wherever and in whatever language it is made; two spaces share no ids. Such
        ids are in no order: accounts and `user_data_128` may well have one; as ids of operations
        and holds they are slower than those of `new_id`. They are no secret.

        >>> Id.named("orders", "A-1001").uuid
        UUID('710d859f-f811-f1b6-7923-65dc46b07fbd')
        """
        first, second = text_bytes(space, "a space"), text_bytes(text, "a name")
        made = ffi.new("escrow_u128 *")
        call(
            lib.escrow_id_named,
            ffi.from_buffer(first),
            len(first),
            ffi.from_buffer(second),
            len(second),
            made,
        )
        return cls(u128_number(made))

    @property
    def uuid(self) -> uuid.UUID:
        """The id as a UUID."""
        return uuid.UUID(int=int(self))

    @property
    def bytes(self) -> bytes:
        """The id as 16 bytes in the order of a UUID's."""
        return self.to_bytes(16, "big")

    def __repr__(self) -> str:
        return f"Id({int(self)})"

    def __str__(self) -> str:
        """Below 2**64 a decimal number, all others as a UUID: as every language prints it."""
        return str(self.uuid) if self >> 64 else int.__repr__(self)


def id_record(value: IdLike, what: str = "an id") -> bytes:
    """Gives the 16 bytes that stand for an id in a record. `what` names the argument."""
    if type(value) is int or type(value) is Id:
        try:
            return value.to_bytes(16, "little")
        except OverflowError:
            raise out_of_range(what, 128) from None
    if isinstance(value, uuid.UUID):
        return value.bytes[::-1]
    if isinstance(value, (bytes, bytearray)):
        if len(value) != 16:
            raise ValueError(f"{what} has 16 bytes, not {len(value)}")
        return bytes(value[::-1])
    return whole_number(value, what).to_bytes(16, "little")


def out_of_range(what: str, bits: int) -> OutOfRangeError:
    """Gives what is raised for a number that does not fit."""
    return OutOfRangeError(f"{what} must be from 0 to 2**{bits} - 1")


def whole_number(value: object, what: str, bits: int = 128) -> int:
    """Gives a whole number that fits its field, and nothing that merely looks like one."""
    if type(value) is int and value >= 0 and not value >> bits:
        return value
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{what} must be a whole number, not {type(value).__name__}")
    number = operator.index(value)
    if number < 0 or number >> bits:
        raise out_of_range(what, bits)
    return number


def id_of(value: IdLike, what: str = "an id") -> Id:
    """Gives an id from any of its forms.

    >>> id_of(uuid.UUID(int=7)), id_of(bytes(15) + bytes([7]))
    (Id(7), Id(7))
    """
    return Id(int.from_bytes(id_record(value, what), "little"))


def new_id() -> Id:
    """Makes a new id: a UUID of version 7, unique, and rising within the process.

    >>> new_id() < new_id()
    True
    """
    return new_ids(1)[0]


def new_ids(count: int) -> list[Id]:
    """Makes `count` new ids, rising."""
    count = whole_number(count, "a count", 32)
    if not count:
        return []
    buffer = bytearray(16 * count)
    call(lib.escrow_id_new, ffi.from_buffer("escrow_u128[]", buffer), count)
    return [Id(int.from_bytes(buffer[at : at + 16], "little")) for at in range(0, len(buffer), 16)]


def id_struct(value: IdLike, what: str = "an id") -> dict[str, int]:
    """Gives an id as a struct that is passed by value. `what` names the argument."""
    return u128_struct(int.from_bytes(id_record(value, what), "little"))


def u128_struct(number: int) -> dict[str, int]:
    """Gives a number as a struct that is passed by value."""
    return {"lo": number & (1 << 64) - 1, "hi": number >> 64}


def u128_number(struct: object) -> int:
    """Gives the number that a struct holds; signed if its high half is."""
    return int(struct.hi) << 64 | int(struct.lo)  # type: ignore[attr-defined]


def minor_units(amount: Union[int, Decimal], scale: int) -> int:
    """Gives an amount in minor units: a `Decimal` by the scale, an `int` as it is. Exact.

    >>> minor_units(Decimal("35.61"), 2), minor_units(3561, 2)
    (3561, 3561)
    >>> minor_units(Decimal("0.001"), 2)
    Traceback (most recent call last):
    ValueError: 0.001 is not an amount of scale 2
    """
    scale = whole_number(scale, "a scale", 32)
    if not isinstance(amount, Decimal):
        return whole_number(amount, "an amount")
    sign, digits, exponent = amount.as_tuple()
    if isinstance(exponent, str) or abs(amount.adjusted()) > EXPONENT_MAX:
        raise ValueError(f"{amount} is not an amount of scale {scale}")
    number: int = int("".join(map(str, digits)))
    shift = exponent + scale
    number, rest = (number * 10**shift, 0) if shift >= 0 else divmod(number, 10**-shift)
    if rest or (sign and number):
        raise ValueError(f"{amount} is not an amount of scale {scale}")
    return number


def decimal_amount(minor: int, scale: int) -> Decimal:
    """Gives minor units, also negative ones, as a `Decimal` with exactly `scale` decimals.

    >>> decimal_amount(3561, 2), decimal_amount(-5, 2)
    (Decimal('35.61'), Decimal('-0.05'))
    """
    number = whole_number(abs(minor), "an amount")
    digits = tuple(int(digit) for digit in str(number))
    return Decimal((int(minor < 0), digits, -whole_number(scale, "a scale", 32)))


def parse_amount(text: str, scale: int) -> int:
    """Reads an amount in minor units from text. Exact: no sign, spaces, exponent or grouping.

    >>> parse_amount("35.61", 2)
    3561
    """
    encoded = text_bytes(text, "an amount as text")
    amount = ffi.new("escrow_u128 *")
    scale = whole_number(scale, "a scale", 32)
    call(lib.escrow_amount_parse, ffi.from_buffer(encoded), len(encoded), scale, amount)
    return u128_number(amount)


def format_amount(minor: int, scale: int) -> str:
    """Writes minor units, also negative ones, as text with exactly `scale` decimals.

    >>> format_amount(3561, 2), format_amount(-5, 2)
    ('35.61', '-0.05')
    """
    number = whole_number(abs(minor), "an amount")
    signed = minor < 0
    if signed:
        number = (1 << 128) - whole_number(number, "an amount", 127)
    struct = u128_struct(number)
    if signed:
        struct["hi"] -= 1 << 64
    function = lib.escrow_amount_format_signed if signed else lib.escrow_amount_format
    return written(function, struct, whole_number(scale, "a scale", 32))


def written(function: object, *arguments: object) -> str:
    """Calls a function that writes a short text."""
    buffer, length = ffi.new("char[64]"), ffi.new("size_t *")
    call(function, *arguments, buffer, 64, length)
    text: bytes = ffi.buffer(buffer, length[0])[:]
    return text.decode()


def fee(amount: int, rate_ppm: int) -> int:
    """Computes a commission at a rate in parts per million, half to even, as a hold does.

    >>> fee(2005, 100_000)
    200
    """
    result = ffi.new("escrow_u128 *")
    struct = u128_struct(whole_number(amount, "an amount"))
    call(lib.escrow_amount_fee, struct, whole_number(rate_ppm, "a rate", 32), result)
    return u128_number(result)


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Splits an amount over weights, exactly: the parts add up to the whole.

    >>> split(100, [1, 1, 1])
    [34, 33, 33]
    """
    checked = [whole_number(weight, "a weight", 32) for weight in weights]
    parts = ffi.new("escrow_u128[]", len(checked))
    struct = u128_struct(whole_number(amount, "an amount"))
    given = ffi.new("uint32_t[]", checked)
    call(lib.escrow_amount_split, struct, given, len(checked), parts)
    return [u128_number(part) for part in parts]


def parse_rate(text: str) -> int:
    """Reads a rate in parts per million from a fraction or a percentage.

    >>> parse_rate("2.9%"), parse_rate("0.029")
    (29000, 29000)
    """
    encoded = text_bytes(text, "a rate as text")
    rate = ffi.new("uint32_t *")
    call(lib.escrow_rate_parse, ffi.from_buffer(encoded), len(encoded), rate)
    return int(rate[0])


def format_rate(rate_ppm: int) -> str:
    """Writes a rate in parts per million as a percentage.

    >>> format_rate(29_000)
    '2.9%'
    """
    return written(lib.escrow_rate_format, whole_number(rate_ppm, "a rate", 32))


def nanoseconds(time: TimeLike) -> int:
    """Gives a point in time as nanoseconds since the Unix epoch.

    >>> nanoseconds(datetime(1970, 1, 2, tzinfo=timezone.utc))
    86400000000000
    """
    if not isinstance(time, datetime):
        return whole_number(time, "a time", 64)
    if time.tzinfo is None:
        raise ValueError("a datetime must know its time zone")
    return whole_number((time - EPOCH) // timedelta(microseconds=1) * 1000, "a time", 64)


def utc(timestamp: int) -> datetime:
    """Gives nanoseconds since the Unix epoch as a datetime, cut to its microseconds.

    >>> utc(86_400_000_000_000).isoformat()
    '1970-01-02T00:00:00+00:00'
    """
    return EPOCH + timedelta(microseconds=whole_number(timestamp, "a time", 64) // 1000)


def rfc3339(timestamp: int) -> Optional[str]:
    """Gives nanoseconds since the Unix epoch as text, exactly; `None` for zero, which is no time.

    >>> rfc3339(86_400_000_000_001), rfc3339(0)
    ('1970-01-02T00:00:00.000000001Z', None)
    """
    if not timestamp:
        return None
    seconds, nanoseconds = divmod(timestamp, 10**9)
    text = (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{nanoseconds:09}Z" if nanoseconds else f"{text}Z"


def whole_seconds(span: Span) -> int:
    """Gives a span of time as whole seconds.

    >>> whole_seconds(timedelta(days=30))
    2592000
    """
    if not isinstance(span, timedelta):
        return whole_number(span, "a time-out", 32)
    seconds, rest = divmod(span, timedelta(seconds=1))
    if rest:
        raise ValueError(f"{span} is not a whole number of seconds")
    return whole_number(seconds, "a time-out", 32)


def text_bytes(text: str, what: str) -> bytes:
    """Encodes a text, and takes nothing else for one."""
    if not isinstance(text, str):
        raise TypeError(f"{what} must be str, not {type(text).__name__}")
    return text.encode()


def id_array_bytes(ids: Iterable[IdLike], what: str = "ids") -> bytes:
    """Gives ids as they lie in an array. `what` names the argument."""
    return b"".join(id_record(value, f"{what}: an id") for value in ids)
