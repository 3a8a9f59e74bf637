"""Outcomes, holds, statement lines and events: what the store answers."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from . import _record as field
from ._account import Account, Balances, Ledger
from ._constants import AtDeadline, ClockState, EventKind, Phase, Side, Status
from ._errors import RefusedError
from ._library import ffi
from ._operation import Operation
from ._record import Record

STATUS_AT = ffi.offsetof("escrow_outcome", "status")
APPLIED = Status.APPLIED.value.to_bytes(4, "little")


class Outcome(Record):
    """The answer to one operation, with the balances after it.

    For an operation that was refused they are the balances that it met.
    """

    __slots__ = ()
    C_TYPE = "escrow_outcome"

    # These are written by generate.py.
    timestamp = field.time(
        "When it was decided: unique, and its sequence number in the event feed. For `exists` and "
        "`id_already_failed` the first time. Zero if the operation left no trace."
    )
    status = field.member32(
        Status, "What became of it; `Status.APPLIED` or the law that it would have broken."
    )
    first_status = field.member32(
        Status,
        "For `exists` and `id_already_failed`: what became of it the first time. Otherwise "
        "`status`.",
    )
    amount = field.amount(
        "What really moved; for `final` releases without the part that went back to the payer."
    )
    fee = field.amount(
        "The commission that was taken out of `amount`, or given back by a reversal."
    )
    held = field.amount("What is left in the hold.")
    version = field.number(
        "`put`, `delete`: the version that the document now has, or the one that stood in the "
        "way; zero if there is no document."
    )
    debit = field.inner(
        Balances, "The debit account or payer. For operations on an account: that account."
    )
    credit = field.inner(Balances, "The credit account, payee or other receiver.")

    @property
    def is_applied(self) -> bool:
        """Whether it was carried out by this call."""
        return self._record[STATUS_AT : STATUS_AT + 4] == APPLIED

    @property
    def is_done(self) -> bool:
        """Whether it has been carried out, by this call or by an earlier one with its id."""
        return self.is_applied or self.status == Status.EXISTS

    def __bool__(self) -> bool:
        """Whether it has been carried out: a refused operation is false."""
        return self.is_done

    def check(self) -> Outcome:
        """Gives the outcome itself, or raises `RefusedError` if the operation is not done."""
        if not self.is_done:
            raise RefusedError(self)
        return self


class Hold(Record):
    """Money in escrow: `amount = held + released + refunded` always."""

    __slots__ = ()
    C_TYPE = "escrow_hold"

    # These are written by generate.py.
    id = field.identifier("The id of the `hold` operation that opened it.")
    payer = field.identifier("Whose money it is until it is settled.")
    payee = field.identifier("Who gets it when the deal goes well.")
    fee_account = field.identifier("Who gets the commission, or zero.")
    amount = field.amount("All that was paid in, top-ups included, less what was divided off.")
    held = field.amount("What is still in escrow.")
    released = field.amount("What was released, to payee, splits and commission together.")
    refunded = field.amount("What went back to the payer while in escrow.")
    paid = field.amount(
        "The part of `released` that went to the payee, commission included, less what was "
        "reversed of it since: what the commission is computed on."
    )
    fee = field.amount("The commission on `paid`.")
    reversed = field.amount("What reversals gave back to the payer out of `released`.")
    user_data_128 = field.identifier("From the `hold` operation.")
    user_data_64 = field.number("From the `hold` operation.")
    created_at = field.time("When it was opened.")
    changed_at = field.time("When it last changed.")
    deadline = field.time(
        "When its default settles it; zero for never, and while disputed without a time-out."
    )
    disputed_at = field.time(
        "Since when it is disputed, or zero; of a dispute that was sent again, the first time."
    )
    time_left = field.number(
        "While disputed: nanoseconds that were left to the deadline from before; zero if it had "
        "none."
    )
    ledger = field.u32("The ledger of its accounts.")
    fee_ppm = field.u32("The commission in parts per million.")
    code = field.u16("From the `hold` operation.")
    phase = field.member16(Phase, "How far the deal has come, or how it ended.")
    at_deadline = field.member16(AtDeadline, "What happens at the deadline.")
    default_before = field.member16(
        AtDeadline,
        "While disputed with a time-out: what would have happened at the deadline from before.",
    )
    claimed = field.amount(
        "While disputed: what is claimed for the payer and was not refunded since, or zero."
    )
    fee_fixed = field.amount("The fixed part of the commission.")
    fee_base = field.amount(
        "Of a part that was divided off: the sum that comes before its own in the commission of "
        "the whole. Zero for any other hold."
    )

    @property
    def is_open(self) -> bool:
        """Whether something is still in escrow."""
        return self.held > 0


class StatementLine(Record):
    """How one operation changed an account."""

    __slots__ = ()
    C_TYPE = "escrow_statement_line"

    # These are written by generate.py.
    timestamp = field.time("When it happened.")
    side = field.member32(Side, "Which side of the account changed.")
    value_date = field.time("When it counts: the operation's `value_date`, or else `timestamp`.")
    pending = field.change(
        "Change of that side's pending balance, in minor units; 0 for an account without "
        "`AccountFlags.HISTORY`."
    )
    posted = field.change("Change of that side's posted balance, in minor units.")
    balances = field.inner(
        Balances,
        "The balances after it; the pending ones zero for an account without "
        "`AccountFlags.HISTORY`.",
    )
    operation = field.inner(
        Operation,
        "The operation, with its kind, parties and user data. What an operation on a hold, a "
        "deadline or a reversal names by its `target` alone stands in it as in the hold or "
        "operation that is meant: payer and payee (of a split the receiver; of a reversal who "
        "gives back and who gets it), ledger, code, and the user data unless the operation has "
        "its own.",
    )
    amount = field.amount("What it moved.")
    fee = field.amount("The commission out of `amount`.")
    rest = field.amount("A final release: what went back to the payer beside `amount`.")


class Advanced(NamedTuple):
    """What `Store.advance` has done."""

    #: How many holds were settled, whose deadlines had come.
    settled: int
    #: What the clock shows. Later than was asked for where it showed that before: a clock never
    #: goes back.
    now: int


class Document(NamedTuple):
    """A document of the host's own."""

    #: Its key.
    key: bytes
    #: Its value.
    value: bytes
    #: The timestamp of the operation that wrote it: no version ever comes back.
    version: int

    def as_dict(self) -> dict[str, Any]:
        """Gives the fields by name, as `Record.as_dict` does."""
        return {"key": self.key.hex(), "value": self.value.hex(), "version": str(self.version)}


class Event(Record):
    """Something that happened; what its kind does not concern is `None`."""

    __slots__ = ("_data",)
    C_TYPE = "escrow_event"

    # These are written by generate.py.
    timestamp = field.time("Unique and strictly rising: also the sequence number of the event.")
    kind = field.member32(EventKind, "What it is about.")
    status = field.member32(
        Status, "Of an operation: `Status.APPLIED`, or the refusal that used up its id."
    )
    _operation = field.inner(
        Operation,
        "The operation as it was asked for; its `timestamp` is the assigned one, and its "
        "`data_offset` counts from the beginning of the data buffer.",
    )
    amount = field.amount("What the operation moved.")
    fee = field.amount("The commission out of `amount`.")
    rest = field.amount("A final release: what went back to the payer beside `amount`.")
    _account = field.inner(Account, "The account as it was opened.")
    _ledger = field.inner(Ledger, "The ledger as it was registered.")
    _data: bytes

    @classmethod
    def _of(cls, record: bytes, data: bytes = b"") -> Event:
        made = super()._of(record)
        made._data = data
        return made

    def _state(self) -> tuple[Any, ...]:
        return (self._record, self._data)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._record, self._data = state

    def _values(self) -> dict[str, Any]:
        names = (name for name in self.FIELDS if not name.startswith("_"))
        fields = {name: getattr(self, name) for name in names}
        inner = ("operation", "account", "ledger", "document")
        return {**fields, **{name: getattr(self, name) for name in inner}}

    @property
    def operation(self) -> Optional[Operation]:
        """The operation as it was asked for; its `timestamp` is the assigned one."""
        if self.kind != EventKind.OPERATION:
            return None
        return Operation._of(self._operation._record, self._data)

    @property
    def account(self) -> Optional[Account]:
        """The account as it was opened."""
        return self._account if self.kind == EventKind.ACCOUNT else None

    @property
    def ledger(self) -> Optional[Ledger]:
        """The ledger as it was registered."""
        return self._ledger if self.kind == EventKind.LEDGER else None

    @property
    def document(self) -> Optional[tuple[str, Document]]:
        """The space and the document that was written; of a deleted one the value is empty."""
        operation = self.operation
        if operation is None or not operation.space_length:
            return None
        key_at = operation.space_length
        value_at = key_at + operation.key_length
        space, key, value = (
            self._data[:key_at],
            self._data[key_at:value_at],
            self._data[value_at:],
        )
        return space.decode(), Document(key, value, self.timestamp)


class TrialBalanceRow(Record):
    """The sums over the accounts of one code."""

    __slots__ = ()
    C_TYPE = "escrow_trial_balance_row"

    # These are written by generate.py.
    balances = field.inner(Balances, "The sums of their balances.")
    accounts = field.u64("How many accounts they are.")
    code = field.u32("The code of the accounts.")


class TrialBalance(Record):
    """The sums over the accounts of one ledger, and a row for each code."""

    __slots__ = ("rows",)
    C_TYPE = "escrow_trial_balance"

    # These are written by generate.py.
    ledger = field.inner(Ledger, "Which ledger.")
    totals = field.inner(Balances, "The sums over all its accounts.")
    is_balanced = field.flag(
        "Whether debits equal credits, posted and pending, and agree with the sums that the "
        "ledger itself keeps."
    )

    #: One row for each code of the caller's chart of accounts.
    rows: list[TrialBalanceRow]

    def _state(self) -> tuple[Any, ...]:
        return (self._record, tuple(self.rows))

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._record, self.rows = state[0], list(state[1])


class Consumer(Record):
    """A consumer of the event feed."""

    __slots__ = ()
    C_TYPE = "escrow_consumer"

    # These are written by generate.py.
    position = field.time("The timestamp that it acknowledged last.")
    name = field.text(64, "Its name.")


class Head(Record):
    """How far a store's journal has come: all history, in one hash.

    Each block's hash covers the one before, so that two stores with the same head have the same
    history.
    """

    __slots__ = ()
    C_TYPE = "escrow_head"

    # These are written by generate.py.
    block = field.u64("The number of the last durable block; 0 if there is none yet.")
    timestamp = field.time(
        "The timestamp of the last event or acknowledgement in it, in nanoseconds since the epoch."
    )
    hash = field.raw(
        32,
        "The hash that the journal's chain has come to; of a store without blocks, a hash of its "
        "id.",
    )


class ClockReading(Record):
    """What a store's clock shows. Times are nanoseconds since the Unix epoch."""

    __slots__ = ()
    C_TYPE = "escrow_clock_reading"

    # These are written by generate.py.
    state = field.member32(ClockState, "How far the clock is believed.")
    now = field.time("The time that operations are judged by; never before the last event.")
    system = field.time(
        "What the system clock shows, believed or not; zero where the clock is manual."
    )
    last_event = field.time("When the last event was; zero in an empty store.")


class Stats(Record):
    """What a store has done since it was opened, and how large it is."""

    __slots__ = ()
    C_TYPE = "escrow_stats"

    # These are written by generate.py.
    blocks = field.u64("Blocks made durable since the store was opened.")
    events = field.u64("Events in them: operations, settled deadlines, new accounts and ledgers.")
    syncs = field.u64("Calls of `fdatasync` since the store was opened, of all files.")
    journal_bytes_written = field.u64("Bytes of blocks since the store was opened.")
    checkpoints = field.u64("Checkpoints since the store was opened.")
    journal_bytes = field.u64("Bytes of the journal's files, with the room made ahead.")
    state_bytes = field.u64("Bytes of the state file.")
    records_in_memory = field.u64("Records in memory that operations are judged by.")
    last_timestamp = field.time(
        "The timestamp of the last durable event, in nanoseconds since the Unix epoch."
    )
    last_block = field.u64("The number of the last durable block.")
    checkpoint_block = field.u64(
        "The number of the last block that the state file includes: those after it are carried "
        "out again when the store is opened after a crash."
    )
    chain_hash = field.text(
        72, "The hash that the journal's chain has come to, in hexadecimal digits."
    )


class VerifyReport(Record):
    """What a verification has seen."""

    __slots__ = ()
    C_TYPE = "escrow_verify_report"

    # These are written by generate.py.
    is_sound = field.flag("Whether the store is in order.")
    blocks = field.u64(
        "Blocks of the journal, all with their checksums, hashes and links in the chain."
    )
    events = field.u64("Events in them.")
    accounts = field.u64("Accounts whose balances were added up from their entries and holds.")
    holds = field.u64("Holds that were looked at.")
    chain_hash = field.text(
        72, "The hash that the journal's chain has come to, in hexadecimal digits."
    )
    state_hash = field.text(72, "The hash over all records of the state, in hexadecimal digits.")
    fault = field.text(248, "The first fault, on one line; empty if the store is in order.")
    blocks_archived = field.u64(
        "Blocks that were archived and not looked at. Unless it is 0, the state was not compared "
        "with a replay of the whole journal."
    )


class BackupReport(Record):
    """What was backed up."""

    __slots__ = ()
    C_TYPE = "escrow_backup_report"

    # These are written by generate.py.
    head = field.inner(Head, "The last block in the backup. Keep it elsewhere, for `verify`.")
    segments = field.u64("Segments of the journal that were copied.")
    journal_bytes = field.u64("Bytes of the journal that were copied.")


class ArchiveReport(Record):
    """What was archived."""

    __slots__ = ()
    C_TYPE = "escrow_archive_report"

    # These are written by generate.py.
    segments = field.u64("Segments of the journal that this call moved.")
    bytes = field.u64("Their bytes.")
    archived = field.inner(
        Head,
        "The last block that is archived by now; block 0 if none is. Events later than its "
        "timestamp can be read from the store.",
    )
    held_back_by = field.text(
        64,
        "The consumer of events that has not acknowledged the next segment, which was held back "
        "for it although it is old enough; empty if there is none.",
    )
