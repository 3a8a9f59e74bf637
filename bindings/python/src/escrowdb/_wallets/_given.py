"""What callers give, as the library takes it: checked here, and never shown by an error."""

from __future__ import annotations

import contextlib
from typing import Any, Optional

from .._library import ffi
from .._record import Record
from .._values import IdLike, id_struct


class Structs:
    """Structs for the library to read, which keep alive what lies in them."""

    __slots__ = ("_kept", "pointer")

    def __init__(self, c_type: str, count: int) -> None:
        self.pointer = ffi.new(f"{c_type}[]", max(count, 1))
        self._kept: list[Any] = []

    def put_text(self, index: int, name: str, value: bytes) -> None:
        """Points a text of a struct to these bytes."""
        given = ffi.from_buffer("char[]", value)
        self._kept.append(given)
        place = getattr(self.pointer[index], name)
        place.bytes, place.length = given, len(value)


def packed(c_type: str, **values: Any) -> bytes:
    """Gives the bytes of a struct with these fields."""
    struct = ffi.new(f"{c_type} *")
    for name, value in values.items():
        setattr(struct, name, value)
    return bytes(ffi.buffer(struct))


def utf8(value: str, what: str) -> bytes:
    """Encodes a text that may be secret: no error shows any of it."""
    if not isinstance(value, str):
        raise TypeError(f"{what} must be str, not {type(value).__name__}")
    encoded = None
    with contextlib.suppress(UnicodeEncodeError):
        encoded = value.encode()
    # Outside of the handler, so that the exception does not lead to the text.
    if encoded is None:
        raise ValueError(f"{what} has half of a surrogate pair, which is not text")
    return encoded


def given(value: str, what: str) -> tuple[Any, int]:
    """Gives a text as the library takes it."""
    encoded = utf8(value, what)
    return ffi.from_buffer("char[]", encoded), len(encoded)


def checked_bytes(value: Any, count: int, what: str) -> Any:
    """Gives exactly so many bytes as they are, and says what is wrong without showing them."""
    if not isinstance(value, (bytes, bytearray)):
        raise TypeError(f"{what} must be bytes, not {type(value).__name__}")
    if len(value) != count:
        raise ValueError(f"{what} has {count} bytes, not {len(value)}")
    return value


def flag(value: bool) -> int:
    """Gives what the library has for a truth value, and takes nothing else for one."""
    if not isinstance(value, bool):
        raise TypeError(f"a bool expected, not {type(value).__name__}")
    return int(value)


def optional_id(value: Optional[IdLike], what: str = "an id") -> dict[str, int]:
    """Gives an id, or zero for none. `what` names the argument."""
    return id_struct(0 if value is None else value, what)


def checked(value: Any, kind: type[Record], what: str) -> Any:
    """Gives a record of just this kind."""
    if not isinstance(value, kind):
        raise TypeError(f"{what} must be {kind.__name__}, not {type(value).__name__}")
    return value


def pointer_to(value: Any, kind: type[Record], what: str) -> Any:
    """Points to the bytes of a record of just this kind, which live as long as the pointer."""
    return ffi.from_buffer(f"{kind.C_TYPE}[]", checked(value, kind, what)._record)
