"""Rows that are read as they are asked for, a few hundred at a time."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, Optional, TypeVar

from ._constants import ErrorCode
from ._errors import ClosedError
from ._library import call, ffi, lib, new_error, raise_error
from ._outcome import Document, Event, StatementLine
from ._record import Field, Record, name_of, packing, vars_of
from ._values import rfc3339

if TYPE_CHECKING:
    import pandas
    from numpy import void
    from numpy.typing import NDArray

#: Rows that are fetched at once.
ROWS_MAX = 512
#: Room for documents to begin with; it grows if a single one needs more.
DATA_BYTES = 1 << 18

T = TypeVar("T")
R = TypeVar("R", bound=Record)
Row = TypeVar("Row")

DOCUMENT = packing("escrow_document")
PLACE = struct.Struct("<QQ")
OFFSET = struct.Struct("<I")
DATA_AT = ffi.offsetof("escrow_event", "data_offset")
OPERATION_DATA_AT = ffi.offsetof("escrow_event", "operation", "data_offset")


class Rows(Generic[Row]):
    """An iterator over rows of a snapshot. One thread at a time may use it.

    It keeps what it reads alive, and is closed by itself at its end; `close`, or `with`, lets go
    of it earlier.
    """

    def __init__(self, cursor: Any) -> None:
        self._cursor: Optional[Any] = ffi.gc(cursor, lib.escrow_cursor_free)
        self._buffered: Iterator[Row] = iter(())
        self._ended = False

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        for row in self._buffered:
            return row
        if self._ended:
            raise StopIteration
        rows = self._fetch(self._open_cursor())
        if not rows:
            self._ended = True
            self.close()
            raise StopIteration
        self._buffered = iter(rows)
        return next(self._buffered)

    def __enter__(self: T) -> T:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the snapshot. Rows that were given remain."""
        if self._cursor is not None:
            ffi.release(self._cursor)
        self._cursor = None
        self._buffered = iter(())

    def _open_cursor(self) -> Any:
        if self._cursor is None:
            raise ClosedError("the iterator was closed", ErrorCode.CLOSED)
        return self._cursor

    def _fetch(self, cursor: Any) -> list[Row]:
        raise NotImplementedError


class RecordRows(Rows[R]):
    """Rows of one kind of record."""

    def __init__(self, cursor: Any, kind: type[R], function: Any) -> None:
        super().__init__(cursor)
        self._kind = kind
        self._function = function

    def _fetch(self, cursor: Any) -> list[R]:
        buffer, count = self._fetch_buffer(cursor, ROWS_MAX)
        return self._kind._many(buffer, count)

    def _fetch_buffer(self, cursor: Any, capacity: int) -> tuple[bytearray, int]:
        buffer = bytearray(capacity * ffi.sizeof(self._kind.C_TYPE))
        count = ffi.new("size_t *")
        array = ffi.from_buffer(f"{self._kind.C_TYPE}[]", buffer)
        call(self._function, cursor, array, capacity, count)
        return buffer, int(count[0])

    def to_numpy(self) -> NDArray[void]:
        """Gives the rows that are left as one structured array of `escrowdb.dtype(...)`."""
        import numpy

        from ._arrays import dtype

        size = ffi.sizeof(self._kind.C_TYPE)
        read = bytearray(b"".join(row._record for row in self._buffered))
        while not self._ended:
            buffer, count = self._fetch_buffer(self._open_cursor(), ROWS_MAX)
            read += memoryview(buffer)[: count * size]
            self._ended = count == 0
        self.close()
        return numpy.frombuffer(read, dtype(self._kind))

    def to_pandas(self) -> pandas.DataFrame:
        """Gives the rows that are left as a pandas data frame, a column for each field.

        The types of the columns do not depend on the data: times become timestamps in UTC, ids and
        amounts Python's numbers, and members of enumerations their names in lower case.
        """
        return data_frame(self.to_numpy(), self._kind)


class Statement(RecordRows[StatementLine]):
    """The lines of a statement, one for each operation that changed the account."""

    def __init__(self, cursor: Any) -> None:
        super().__init__(cursor, StatementLine, lib.escrow_cursor_lines)


class DataRows(Rows[Row]):
    """Rows with bytes beside them."""

    C_TYPE: str

    def __init__(self, cursor: Any, function: Any) -> None:
        super().__init__(cursor)
        self._function = function
        self._data_bytes = DATA_BYTES

    def _fetch(self, cursor: Any) -> list[Row]:
        records = bytearray(ROWS_MAX * ffi.sizeof(self.C_TYPE))
        array = ffi.from_buffer(f"{self.C_TYPE}[]", records)
        count, needed = ffi.new("size_t *"), ffi.new("size_t *")
        while True:
            data = bytearray(self._data_bytes)
            error = new_error()
            room = ffi.from_buffer(data)
            code = self._function(cursor, array, ROWS_MAX, room, len(data), count, needed, error)
            if code != ErrorCode.BUFFER_TOO_SMALL:
                break
            self._data_bytes = int(needed[0])
        if code:
            raise_error(code, error)
        return self._rows(records, int(count[0]), bytes(data[: needed[0]]))

    def _rows(self, records: bytearray, count: int, data: bytes) -> list[Row]:
        raise NotImplementedError


class Documents(DataRows[Document]):
    """Documents of one space, by key."""

    C_TYPE = "escrow_document"

    def __init__(self, cursor: Any) -> None:
        super().__init__(cursor, lib.escrow_cursor_documents)

    def _rows(self, records: bytearray, count: int, data: bytes) -> list[Document]:
        rows = []
        for at in range(count):
            version, start, key, value = DOCUMENT.unpack_from(records, at * DOCUMENT.size)
            middle = start + key
            rows.append(Document(data[start:middle], data[middle : middle + value], version))
        return rows


class Events(DataRows[Event]):
    """Events, oldest first."""

    C_TYPE = "escrow_event"

    def __init__(self, cursor: Any) -> None:
        super().__init__(cursor, lib.escrow_cursor_events)

    def _rows(self, records: bytearray, count: int, data: bytes) -> list[Event]:
        places = [PLACE.unpack_from(records, at + DATA_AT) for at in starts(self.C_TYPE, count)]
        # Where its data lay in this buffer is no part of an event.
        for at in starts(self.C_TYPE, count):
            PLACE.pack_into(records, at + DATA_AT, 0, 0)
            OFFSET.pack_into(records, at + OPERATION_DATA_AT, 0)
        rows = Event._many(records, count)
        for row, (start, length) in zip(rows, places):
            row._data = data[start : start + length]
        return rows

    def to_numpy(self) -> NDArray[void]:
        """Gives the events that are left as one structured array of `escrowdb.dtype(Event)`.

        Without the bytes beside them: documents.
        """
        return event_array(list(self))

    def to_pandas(self) -> pandas.DataFrame:
        """Gives the events that are left as a pandas data frame, a column for each field.

        What an event's kind does not concern is zero. `data` holds the bytes beside an event:
        space, key and value of a document.
        """
        events = list(self)
        frame = data_frame(event_array(events), Event)
        places = ["data_offset", "data_length", "operation.data_offset"]
        return frame.drop(columns=places).assign(data=[event._data for event in events])


def event_array(events: list[Event]) -> NDArray[void]:
    """Gives the records of events."""
    import numpy

    from ._arrays import dtype

    return numpy.frombuffer(bytearray(b"".join(each._record for each in events)), dtype(Event))


def data_frame(array: NDArray[void], kind: type[Record]) -> pandas.DataFrame:
    """Gives records as a data frame: times are timestamps in UTC, members of enumerations names."""
    import pandas

    from ._arrays import to_columns

    columns: dict[str, Any] = to_columns(array)
    for name, each in leaves(kind):
        if name not in columns:
            continue
        if each.plain is rfc3339:
            times = columns[name].astype("datetime64[ns]")
            columns[name] = pandas.Series(times).dt.tz_localize("UTC")
        elif each.kind is not None:
            columns[name] = pandas.Series(member_names(columns[name], each.kind), dtype=object)
    return pandas.DataFrame(columns)


def leaves(kind: type[Record], prefix: str = "") -> Iterator[tuple[str, Field[Any]]]:
    """Gives the fields of a record and of those within it, by the names of their columns."""
    for name, each in vars_of(kind).items():
        path = prefix + name.lstrip("_")
        if each.kind is not None and issubclass(each.kind, Record):
            yield from leaves(each.kind, path + ".")
        else:
            yield path, each


def member_names(numbers: NDArray[Any], kind: type[Any]) -> list[Optional[str]]:
    """Gives the names of members; `None` for a zero that stands for no member."""
    members = {number: kind(number) for number in set(numbers.tolist())}
    names = {
        number: name_of(member) if number or member.name in kind.__members__ else None
        for number, member in members.items()
    }
    return [names[number] for number in numbers.tolist()]


def starts(c_type: str, count: int) -> range:
    """Says where the records of an array start."""
    size = ffi.sizeof(c_type)
    return range(0, count * size, size)
