"""escrowdb: an embedded, transactional escrow store.

Balances, escrow holds and double-entry transfers, on disk, in your process.

>>> import escrowdb, tempfile
>>> from decimal import Decimal
>>> from escrowdb import Account, AccountFlags, Ledger, Operation
>>> usd = Ledger.iso(1, "USD")
>>> bank, alice, bob = 1, 2, 3
>>> wallet = AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS
>>> with escrowdb.open(tempfile.mkdtemp()) as store:
...     _ = store.create_ledgers([usd])
...     _ = store.create_accounts([
...         Account(bank, ledger=usd, code=1, flags=AccountFlags.EXTERNAL),
...         Account(alice, ledger=usd, code=2, flags=wallet),
...         Account(bob, ledger=usd, code=2, flags=wallet),
...     ])
...     outcomes = store.submit([
...         Operation.transfer(
...             debit_account=bank, credit_account=alice, ledger=usd, amount=Decimal("50.00")),
...         Operation.hold(id=11, payer=alice, payee=bob, ledger=usd, amount=Decimal("20.00")),
...         Operation.release(11),
...     ])
...     [outcome.status.name for outcome in outcomes]
...     usd.format(store.account(bob).balances.available)
['APPLIED', 'APPLIED', 'APPLIED']
'20.00'
"""

from ._account import Account, Balances, Ledger
from ._arrays import (
    dtype,
    id_array,
    id_dtype,
    op_array,
    op_dtype,
    outcome_dtype,
    to_columns,
)
from ._constants import (
    BATCH_DATA_BYTES_MAX,
    BATCH_OPERATIONS_MAX,
    CONSUMER_NAME_BYTES_MAX,
    CONSUMERS_MAX,
    DOCUMENT_KEY_BYTES_MAX,
    DOCUMENT_SPACE_BYTES_MAX,
    DOCUMENT_VALUE_BYTES_MAX,
    LEDGER_CODE_BYTES_MAX,
    LEDGER_SCALE_MAX,
    LEDGERS_MAX,
    RATE_PPM_MAX,
    AccountFlags,
    AtDeadline,
    Clock,
    Durability,
    ErrorCode,
    EventKind,
    Kind,
    Mode,
    OperationFlags,
    Phase,
    Side,
    Status,
)
from ._errors import (
    AlreadyExistsError,
    BufferTooSmallError,
    ClosedError,
    CorruptError,
    Error,
    ForkedError,
    InvalidArgumentError,
    InvalidTextError,
    LimitExceededError,
    LockedError,
    NewerFormatError,
    NotAStoreError,
    NotFoundError,
    PanicError,
    PoisonedError,
    RefusedError,
    StorageError,
    TimedOutError,
)
from ._library import version
from ._operation import AmountLike, Operation, OperationRecord, chain
from ._outcome import (
    Consumer,
    Document,
    Event,
    Head,
    Hold,
    Outcome,
    StatementLine,
    Stats,
    TrialBalance,
    TrialBalanceRow,
    VerifyReport,
)
from ._record import Record
from ._rows import Documents, Events, RecordRows, Rows, Statement
from ._snapshot import Reading, Snapshot
from ._store import PathLike, Store, open, verify
from ._values import (
    Id,
    IdLike,
    Span,
    TimeLike,
    decimal_amount,
    fee,
    format_amount,
    format_rate,
    id_of,
    minor_units,
    nanoseconds,
    new_id,
    new_ids,
    parse_amount,
    parse_rate,
    split,
    utc,
)

__version__ = version()

__all__ = [
    "BATCH_DATA_BYTES_MAX",
    "BATCH_OPERATIONS_MAX",
    "CONSUMERS_MAX",
    "CONSUMER_NAME_BYTES_MAX",
    "DOCUMENT_KEY_BYTES_MAX",
    "DOCUMENT_SPACE_BYTES_MAX",
    "DOCUMENT_VALUE_BYTES_MAX",
    "LEDGERS_MAX",
    "LEDGER_CODE_BYTES_MAX",
    "LEDGER_SCALE_MAX",
    "RATE_PPM_MAX",
    "Account",
    "AccountFlags",
    "AlreadyExistsError",
    "AmountLike",
    "AtDeadline",
    "Balances",
    "BufferTooSmallError",
    "Clock",
    "ClosedError",
    "Consumer",
    "CorruptError",
    "Document",
    "Documents",
    "Durability",
    "Error",
    "ErrorCode",
    "Event",
    "EventKind",
    "Events",
    "ForkedError",
    "Head",
    "Hold",
    "Id",
    "IdLike",
    "InvalidArgumentError",
    "InvalidTextError",
    "Kind",
    "Ledger",
    "LimitExceededError",
    "LockedError",
    "Mode",
    "NewerFormatError",
    "NotAStoreError",
    "NotFoundError",
    "Operation",
    "OperationFlags",
    "OperationRecord",
    "Outcome",
    "PanicError",
    "PathLike",
    "Phase",
    "PoisonedError",
    "Reading",
    "Record",
    "RecordRows",
    "RefusedError",
    "Rows",
    "Side",
    "Snapshot",
    "Span",
    "Statement",
    "StatementLine",
    "Stats",
    "Status",
    "StorageError",
    "Store",
    "TimeLike",
    "TimedOutError",
    "TrialBalance",
    "TrialBalanceRow",
    "VerifyReport",
    "chain",
    "decimal_amount",
    "dtype",
    "fee",
    "format_amount",
    "format_rate",
    "id_array",
    "id_dtype",
    "id_of",
    "minor_units",
    "nanoseconds",
    "new_id",
    "new_ids",
    "op_array",
    "op_dtype",
    "open",
    "outcome_dtype",
    "parse_amount",
    "parse_rate",
    "split",
    "to_columns",
    "utc",
    "verify",
    "version",
]
