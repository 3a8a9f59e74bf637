"""Calling: what every method of wallets and orders does with the library.

A method is a command, whose refusal is raised; a query, which gives records; or neither. What a
function of the host raised meanwhile comes before everything else.
"""

from __future__ import annotations

from typing import Any, Callable, ClassVar, Optional, TypeVar

from .._constants import ErrorCode
from .._errors import ClosedError
from .._library import ffi, lib, new_error, raise_error
from .._record import Record
from .._values import Id, u128_number
from ._options import Host
from ._refused import refusal_of
from ._text_record import TextRecord, has_struct_size

R = TypeVar("R", bound=Record)
T = TypeVar("T", bound=TextRecord)

#: Ids for which there is room at once; more are asked for again.
IDS = 64


class Calling:
    """The handle of open wallets or orders, and how it is used."""

    #: What a command comes to, and whose it is.
    _OUTCOME: ClassVar[str] = "escrow_wallet_outcome *"
    _NAME: ClassVar[str] = "wallets"

    _pointer: Optional[Any]
    _host: Host

    def _refusal_of(self, outcome: Any) -> Exception:
        """Gives what is raised where a command was refused."""
        return refusal_of(outcome)

    def _open_pointer(self) -> Any:
        pointer = self._pointer
        if pointer is None:
            raise ClosedError(f"the {self._NAME} were closed", ErrorCode.CLOSED)
        return pointer

    def _code(self, function: Any, *arguments: Any) -> tuple[int, Any]:
        """Calls a function; gives what it answers and the explanation."""
        error = new_error()
        code = function(self._open_pointer(), *arguments, error)
        self._host.raise_failed()
        return code, error

    def _call(self, function: Any, *arguments: Any) -> None:
        """Calls a function; raises what it answers."""
        code, error = self._code(function, *arguments)
        if code:
            raise_error(code, error)

    def _command(self, function: Any, *arguments: Any) -> None:
        """Gives a command; raises its refusal."""
        outcome = ffi.new(self._OUTCOME)
        self._call(function, *arguments, outcome)
        if outcome.status:
            raise self._refusal_of(outcome)

    def _command_for(self, c_type: str, function: Any, *arguments: Any) -> Any:
        """Gives a command that answers a number or an id."""
        answer = ffi.new(f"{c_type} *")
        self._command(function, *arguments, answer)
        return answer[0]

    def _command_for_record(self, kind: type[R], function: Any, *arguments: Any) -> R:
        """Gives a command that answers a record."""
        answer = new_struct(kind.C_TYPE)
        self._command(function, *arguments, answer)
        return kind._of(ffi.buffer(answer)[:])

    def _find(self, function: Any, *arguments: Any) -> bool:
        """Looks something up; says whether it is there."""
        code, error = self._code(function, *arguments)
        if code == ErrorCode.NOT_FOUND:
            return False
        if code:
            raise_error(code, error)
        return True

    def _find_record(self, kind: type[R], function: Any, *arguments: Any) -> Optional[R]:
        """Looks a record up."""
        answer = new_struct(kind.C_TYPE)
        if not self._find(function, *arguments, answer):
            return None
        return kind._of(ffi.buffer(answer)[:])

    def _ids(self, function: Any, *arguments: Any) -> list[Id]:
        """Asks for ids."""
        return self._find_ids(function, *arguments) or []

    def _find_ids(self, function: Any, *arguments: Any) -> Optional[list[Id]]:
        """Asks for the ids that something has; `None` if it is not there."""
        count, capacity = ffi.new("size_t *"), IDS
        while True:
            room = ffi.new("escrow_u128[]", capacity)
            code, error = self._code(function, *arguments, room, capacity, count)
            if code != ErrorCode.BUFFER_TOO_SMALL:
                break
            capacity = int(count[0])
        if code == ErrorCode.NOT_FOUND:
            return None
        if code:
            raise_error(code, error)
        return [Id(u128_number(room[at])) for at in range(count[0])]

    def _rows(self, kind: type[T], row_at: Any, function: Any, *arguments: Any) -> list[T]:
        """Asks for rows, and copies them."""
        return self._copied(kind, row_at, self._call, function, *arguments)

    def _command_for_rows(
        self, kind: type[T], row_at: Any, function: Any, *arguments: Any
    ) -> list[T]:
        """Gives a command that answers rows, and copies them."""
        return self._copied(kind, row_at, self._command, function, *arguments)

    def _copied(
        self,
        kind: type[T],
        row_at: Any,
        how: Callable[..., None],
        function: Any,
        *arguments: Any,
    ) -> list[T]:
        answer = ffi.new("escrow_rows **")
        how(function, *arguments, answer)
        # Freed as soon as they are copied, which wipes what is secret in them.
        with ffi.gc(answer[0], lib.escrow_rows_free) as rows:
            count, struct = ffi.new("size_t *"), new_struct(kind.C_TYPE)
            self._checked(lib.escrow_rows_count, rows, count)
            copies = []
            for at in range(count[0]):
                self._checked(row_at, rows, at, struct)
                copies.append(kind._read_row(rows, at, struct))
            return copies

    @staticmethod
    def _checked(function: Any, *arguments: Any) -> None:
        """Calls a function of rows, which outlive the wallets."""
        error = new_error()
        code = function(*arguments, error)
        if code:
            raise_error(code, error)


def new_struct(c_type: str) -> Any:
    """Makes a struct for the library to fill."""
    struct = ffi.new(f"{c_type} *")
    if has_struct_size(c_type):
        struct.struct_size = ffi.sizeof(c_type)
    return struct
