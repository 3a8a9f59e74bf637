"""Reading: everything that can be asked of a store, as of one moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar, Union

from ._account import Account, Balances, Ledger, ledger_number
from ._constants import (
    CONSUMERS_MAX,
    DOCUMENT_VALUE_BYTES_MAX,
    LEDGERS_MAX,
    ErrorCode,
    Phase,
)
from ._errors import ClosedError
from ._library import call, ffi, lib
from ._operation import OperationRecord, some_bytes
from ._outcome import Consumer, Document, Hold, TrialBalance, TrialBalanceRow
from ._record import Record
from ._rows import Documents, Events, RecordRows, Rows, Statement
from ._values import (
    IdLike,
    TimeLike,
    id_array_bytes,
    id_struct,
    nanoseconds,
    text_bytes,
    whole_number,
)

if TYPE_CHECKING:
    from numpy import void
    from numpy.typing import NDArray

R = TypeVar("R", bound=Record)
AnyRows = TypeVar("AnyRows", bound=Rows[Any])

#: Codes of accounts for which a trial balance has room at once; it is asked again for more.
TRIAL_BALANCE_ROWS = 256


class Reading:
    """What a `Store` and a `Snapshot` can be asked.

    A snapshot answers everything as of one moment; a store answers each call as of now.

    What does not exist is answered in one way. Looking up one thing by its id, number, name or key
    gives `None`. Asking about an account or a ledger that is not there, for its statement, balances
    in the past, open holds or trial balance, raises `InvalidArgumentError`: a mistyped id must not
    look like an account without money. What is filtered or walked through may be empty.
    """

    def _ask(self, function: Any, *arguments: Any) -> None:
        """Calls a function of a snapshot."""
        raise NotImplementedError

    def _adopt(self, rows: AnyRows) -> AnyRows:
        raise NotImplementedError

    def account(self, id: IdLike) -> Optional[Account]:
        """Looks up an account."""
        return self.accounts([id])[0]

    def accounts(self, ids: Iterable[IdLike]) -> list[Optional[Account]]:
        """Looks up accounts, in the order of the ids; `None` where there is none."""
        return found(Account, *self._look_up(Account, lib.escrow_snapshot_accounts, ids))

    def hold(self, id: IdLike) -> Optional[Hold]:
        """Looks up a hold, open or closed."""
        return self.holds([id])[0]

    def holds(self, ids: Iterable[IdLike]) -> list[Optional[Hold]]:
        """Looks up holds, in the order of the ids; `None` where there is none."""
        return found(Hold, *self._look_up(Hold, lib.escrow_snapshot_holds, ids))

    def operation(self, id: IdLike) -> Optional[OperationRecord]:
        """Looks up an operation, applied or refused with its id used up."""
        return self.operations([id])[0]

    def operations(self, ids: Iterable[IdLike]) -> list[Optional[OperationRecord]]:
        """Looks up operations, in the order of the ids; `None` where there is none."""
        function = lib.escrow_snapshot_operations
        return found(OperationRecord, *self._look_up(OperationRecord, function, ids))

    def accounts_array(self, ids: Union[NDArray[void], Iterable[IdLike]]) -> NDArray[void]:
        """Looks up accounts as an array of `dtype(Account)`; all zero where there is none."""
        return self._look_up_array(Account, lib.escrow_snapshot_accounts, ids)

    def holds_array(self, ids: Union[NDArray[void], Iterable[IdLike]]) -> NDArray[void]:
        """Looks up holds as an array of `dtype(Hold)`; all zero where there is none."""
        return self._look_up_array(Hold, lib.escrow_snapshot_holds, ids)

    def _look_up(
        self, kind: type[Record], function: Any, ids: Iterable[IdLike]
    ) -> tuple[bytearray, int]:
        wanted = id_array_bytes(ids)
        count = len(wanted) // 16
        buffer = bytearray(count * ffi.sizeof(kind.C_TYPE))
        given = ffi.from_buffer("escrow_u128[]", wanted)
        room = ffi.from_buffer(f"{kind.C_TYPE}[]", buffer)
        self._ask(function, given, count, room, ffi.new("size_t *"))
        return buffer, count

    def _look_up_array(self, kind: type[Record], function: Any, ids: Any) -> NDArray[void]:
        import numpy

        from ._arrays import dtype, id_column

        wanted = numpy.ascontiguousarray(id_column(ids, "ids"))
        records = numpy.zeros(len(wanted), dtype(kind))
        given = ffi.from_buffer("escrow_u128[]", wanted)
        room = ffi.from_buffer(f"{kind.C_TYPE}[]", records)
        self._ask(function, given, len(wanted), room, ffi.new("size_t *"))
        return records

    def ledger(self, number: int) -> Optional[Ledger]:
        """Looks up a ledger."""
        return self.ledgers([number])[0]

    def ledgers(self, numbers: Iterable[int]) -> list[Optional[Ledger]]:
        """Looks up ledgers, in the order of the numbers; `None` where there is none."""
        given = [whole_number(number, "a ledger's number", 32) for number in numbers]
        records = ffi.new("escrow_ledger[]", len(given))
        self._ask(
            lib.escrow_snapshot_ledgers,
            ffi.new("uint32_t[]", given),
            len(given),
            records,
            ffi.new("size_t *"),
        )
        return found(Ledger, ffi.buffer(records), len(given))

    def all_ledgers(self) -> list[Ledger]:
        """Lists all ledgers by number."""
        return self._list(Ledger, lib.escrow_snapshot_all_ledgers, LEDGERS_MAX)

    def consumers(self) -> list[Consumer]:
        """Lists all consumers of the event feed by name."""
        return self._list(Consumer, lib.escrow_snapshot_consumers, CONSUMERS_MAX)

    def _list(self, kind: type[R], function: Any, capacity: int) -> list[R]:
        records, count = ffi.new(f"{kind.C_TYPE}[]", capacity), ffi.new("size_t *")
        self._ask(function, records, capacity, count)
        return kind._many(ffi.buffer(records), count[0])

    def consumer(self, name: str) -> Optional[int]:
        """Looks up the timestamp that a consumer acknowledged last."""
        encoded, position = text_bytes(name, "a consumer"), ffi.new("uint64_t *")
        given, known = ffi.from_buffer(encoded), ffi.new("uint32_t *")
        self._ask(lib.escrow_snapshot_consumer, given, len(encoded), position, known)
        return int(position[0]) if known[0] else None

    def balances_at(self, account: IdLike, at: TimeLike) -> Balances:
        """Gives the balances of an account with history after everything up to a time."""
        balances = ffi.new("escrow_balances *")
        asked, when = id_struct(account, "account"), nanoseconds(at)
        self._ask(lib.escrow_snapshot_balances_at, asked, when, balances)
        return Balances._of(ffi.buffer(balances)[:])

    def trial_balance(self, ledger: Union[int, Ledger]) -> TrialBalance:
        """Draws the trial balance of a ledger: do the books balance? Reads every account."""
        capacity, count = TRIAL_BALANCE_ROWS, ffi.new("size_t *")
        number = ledger_number(ledger)
        balance = ffi.new("escrow_trial_balance *")
        while True:
            rows = ffi.new("escrow_trial_balance_row[]", capacity)
            try:
                self._ask(
                    lib.escrow_snapshot_trial_balance,
                    *(number, balance, rows, capacity, count),
                )
                break
            except Exception:
                if count[0] <= capacity:
                    raise
                capacity = count[0]
        made = TrialBalance._of(ffi.buffer(balance)[:])
        made.rows = TrialBalanceRow._many(ffi.buffer(rows), count[0])
        return made

    def _cursor(self, function: Any, *arguments: Any) -> Any:
        cursor = ffi.new("escrow_cursor **")
        self._ask(function, *arguments, cursor)
        return cursor[0]

    def _records(self, kind: type[R], read: Any, function: Any, *arguments: Any) -> RecordRows[R]:
        return self._adopt(RecordRows(self._cursor(function, *arguments), kind, read))

    def all_accounts(self, *, after: IdLike = 0) -> RecordRows[Account]:
        """Walks through all accounts by id, behind the id `after`."""
        start = id_struct(after, "after")
        function = lib.escrow_snapshot_all_accounts
        return self._records(Account, lib.escrow_cursor_accounts, function, start)

    def all_holds(self, *, after: IdLike = 0) -> RecordRows[Hold]:
        """Walks through all holds by id, open and closed, behind the id `after`."""
        start = id_struct(after, "after")
        return self._records(Hold, lib.escrow_cursor_holds, lib.escrow_snapshot_all_holds, start)

    def operations_by_user_data(self, user_data_128: IdLike) -> RecordRows[OperationRecord]:
        """Walks through the applied operations with this user data, oldest first.

        The store must have the index: see `index_user_data` of `escrowdb.open`.
        """
        return self._records(
            OperationRecord,
            lib.escrow_cursor_operations,
            lib.escrow_snapshot_operations_by_user_data,
            id_struct(user_data_128, "user_data_128"),
        )

    def statement(
        self,
        account: IdLike,
        *,
        start: TimeLike = 0,
        end: TimeLike = 0,
        newest_first: bool = False,
        limit: int = 0,
    ) -> Statement:
        """Draws the statement of an account: one line for each operation that changed it.

        From `start` to `end`, both included; 0 is no bound. Oldest line first, unless
        `newest_first`. It is an iterator, with `to_numpy` and `to_pandas`.
        """
        query = ffi.new("escrow_statement_query *")
        query.struct_size = ffi.sizeof("escrow_statement_query")
        query.newest_first = int(bool(newest_first))
        setattr(query, "from", nanoseconds(start))
        query.to = nanoseconds(end)
        query.limit = whole_number(limit, "a limit", 64)
        function = lib.escrow_snapshot_statement
        return self._adopt(Statement(self._cursor(function, id_struct(account, "account"), query)))

    def open_holds(
        self,
        *,
        account: IdLike = 0,
        phase: Union[Phase, int] = 0,
        disputed: Optional[bool] = None,
        due_from: TimeLike = 0,
        due_to: TimeLike = 0,
        user_data_128: IdLike = 0,
        user_data_64: int = 0,
        limit: int = 0,
    ) -> RecordRows[Hold]:
        """Finds open holds: all, or those that every argument narrows them to.

        By deadline if a range of deadlines and no account is given, else by id.
        """
        query = ffi.new("escrow_hold_query *")
        query.struct_size = ffi.sizeof("escrow_hold_query")
        query.phase = whole_number(phase, "a phase", 32)
        query.account = id_struct(account, "account")
        query.user_data_128 = id_struct(user_data_128, "user_data_128")
        query.user_data_64 = whole_number(user_data_64, "user data", 64)
        query.due_from, query.due_to = nanoseconds(due_from), nanoseconds(due_to)
        query.limit = whole_number(limit, "a limit", 64)
        if disputed is not None:
            query.disputed = lib.ESCROW_DISPUTED_ONLY if disputed else lib.ESCROW_DISPUTED_NOT
        function = lib.escrow_snapshot_open_holds
        return self._records(Hold, lib.escrow_cursor_holds, function, query)

    def holds_needing_attention(self, *, disputed_before: TimeLike) -> RecordRows[Hold]:
        """Finds open holds that no deadline will settle: without one, or long disputed."""
        function = lib.escrow_snapshot_holds_needing_attention
        time = nanoseconds(disputed_before)
        return self._records(Hold, lib.escrow_cursor_holds, function, time)

    def document(self, space: str, key: bytes) -> Optional[Document]:
        """Reads a document, `None` if there is none."""
        encoded, key = text_bytes(space, "a space"), some_bytes(key, "a key")
        value = bytearray(DOCUMENT_VALUE_BYTES_MAX)
        length, version = ffi.new("size_t *"), ffi.new("uint64_t *")
        self._ask(
            lib.escrow_snapshot_document,
            *(ffi.from_buffer(encoded), len(encoded), ffi.from_buffer(key), len(key)),
            *(ffi.from_buffer(value), len(value), length, version),
        )
        if not version[0]:
            return None
        return Document(key, bytes(memoryview(value)[: length[0]]), int(version[0]))

    def documents(
        self,
        space: str,
        *,
        prefix: bytes = b"",
        lower: bytes = b"",
        upper: bytes = b"",
    ) -> Documents:
        """Scans the documents of a space by key: with a prefix, or from `lower` below `upper`."""
        encoded = text_bytes(space, "a space")
        name = (ffi.from_buffer(encoded), len(encoded))
        bounds = [some_bytes(bound, "a key") for bound in (prefix, lower, upper)]
        prefixed, first, last = ((ffi.from_buffer(bound), len(bound)) for bound in bounds)
        if bounds[0] and (bounds[1] or bounds[2]):
            raise ValueError("documents are scanned by prefix or by bounds, not by both")
        if bounds[0]:
            function = lib.escrow_snapshot_documents_with_prefix
            cursor = self._cursor(function, *name, *prefixed)
        else:
            cursor = self._cursor(lib.escrow_snapshot_documents, *name, *first, *last)
        return self._adopt(Documents(cursor))

    def events(self, *, after: TimeLike = 0, consumer: Optional[str] = None) -> Events:
        """Follows what happened later than `after`, or than a consumer acknowledged, until now.

        To go on, call it again with the timestamp of the last event, or acknowledge that.
        """
        start = nanoseconds(after) if consumer is None else self.consumer(consumer) or 0
        return self._adopt(Events(self._cursor(lib.escrow_snapshot_events, start)))


class Snapshot(Reading):
    """The store as of one moment. Any number of threads may use it at the same time.

    While it lives the store keeps old versions for it: close it, or use it in `with`.
    """

    def __init__(self, pointer: Any, adopt: Callable[[Any], None]) -> None:
        self._pointer: Optional[Any] = pointer
        self._adopt_by = adopt

    @property
    def timestamp(self) -> int:
        """The timestamp of the last event or acknowledgement that it includes."""
        timestamp = ffi.new("uint64_t *")
        self._ask(lib.escrow_snapshot_timestamp, timestamp)
        return int(timestamp[0])

    def close(self) -> None:
        """Lets go of it. Iterators that came from it go on."""
        if self._pointer is not None:
            ffi.release(self._pointer)
        self._pointer = None

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _ask(self, function: Any, *arguments: Any) -> None:
        if self._pointer is None:
            raise ClosedError("the snapshot was closed", ErrorCode.CLOSED)
        call(function, self._pointer, *arguments)

    def _adopt(self, rows: AnyRows) -> AnyRows:
        self._adopt_by(rows)
        return rows


def found(kind: type[R], buffer: Any, count: int) -> list[Optional[R]]:
    """Gives the records of a look-up, `None` for those that are all zero."""
    nothing = bytes(ffi.sizeof(kind.C_TYPE))
    records: Sequence[R] = kind._many(buffer, count)
    return [None if record._record == nothing else record for record in records]
