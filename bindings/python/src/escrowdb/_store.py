"""The store: opened, written to, closed."""

from __future__ import annotations

import asyncio
import os
import threading
import warnings
import weakref
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from ._account import Account, Ledger
from ._asynchronous import Submitter
from ._constants import Clock, Durability, ErrorCode, FileAccess, Mode, Role
from ._errors import ClosedError, HostEndedError, check_all
from ._forks import inherit
from ._library import call, ffi, lib
from ._operation import Operation, as_batch, batch_bytes, some_bytes
from ._orders import Orders, orders_of_store
from ._outcome import (
    Advanced,
    ArchiveReport,
    BackupReport,
    ClockReading,
    Head,
    Outcome,
    Stats,
    VerifyReport,
)
from ._record import Record
from ._snapshot import AnyRows, Reading, Snapshot
from ._values import IdLike, TimeLike, id_struct, nanoseconds, text_bytes, whole_number
from ._wallets import Wallets, wallets_of_store
from ._wallets._options import NO_ACCOUNTS, MasterKey, Policy

if TYPE_CHECKING:
    from numpy import void
    from numpy.typing import NDArray

PathLike = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]


def open(
    path: PathLike,
    *,
    mode: Mode = Mode.OPEN_OR_CREATE,
    clock: Clock = Clock.SYSTEM,
    clock_step_max: Optional[timedelta] = None,
    clock_gap_max: Optional[timedelta] = None,
    durability: Durability = Durability.SYNC,
    cache_bytes: int = 0,
    segment_bytes: int = 0,
    preallocate_bytes: int = 0,
    index_user_data: bool = False,
    store_id: Optional[IdLike] = None,
    file_access: FileAccess = FileAccess.OF_OWNER,
    submissions_bytes_max: int = 0,
    exclusive: bool = False,
    follow_host: bool = False,
    guests_max: int = 0,
    takeover_wait: Optional[timedelta] = None,
) -> Store:
    """Opens the store in a directory, and recovers what a crash left.

    Any number of processes may have it open: the first one hosts it, and every other is its guest,
    with the same methods (see `Store.role`). When the host ends, a guest takes its place, and what
    was not answered is sent again under the same ids. With `exclusive` this store is alone, and a
    second opening, here or there, raises `LockedError`. A host takes up to `guests_max` guests
    (256); a guest waits for a host that does not answer for `takeover_wait` (30 seconds), and then
    raises `HostUnresponsiveError`. All must have the same clock and durability, unless
    `follow_host` takes those of the host. A forked child goes on with a store of its parent's.

    With `Clock.MANUAL` the caller alone says what time it is, by `Store.advance` and imported
    operations. Sizes that are 0 are the defaults.

    With `index_user_data` operations are found by their `user_data_128`. It is decided when the
    store is created: a store that has the index keeps it, and one without it raises
    `InvalidArgumentError`, which says how to get it.

    With `Mode.READ_ONLY` nothing is written, so that it works on a medium that cannot be written
    to. Many may read at a time, also as guests of a process that writes; who comes to write a store
    that others have open to read raises `LockedError`. What would write raises `ReadOnlyError`,
    also opening wallets.

    A clock that jumps pays nothing out. While the store is open the system clock may step by
    `clock_step_max` (one hour), summed since it was opened or confirmed: beyond that the store
    goes on by a clock that nobody sets. Opened later than `clock_gap_max` (30 days) after its last
    event, nothing is settled, and every write raises `ClockMustBeConfirmedError`. Either lasts
    until `Store.confirm_clock`; `timedelta(0)` believes any step or gap.

    With `store_id` a store that is created gets this id, and one that is there must have it: it
    raises `InvalidArgumentError` otherwise. Two stores with the same id that are sent the same, a
    call at a time and by a manual clock, have the same journal, byte for byte, and so the same
    `Store.head`.

    `file_access` says who else than its owner may use the files that the store creates, also as
    backups and archives, whatever the umask is.

    `submissions_bytes_max` bounds the memory for batches that tasks await and that are not answered
    yet, 256 MiB if it is 0: beyond that `Store.submit_async` raises `LimitExceededError`, and
    nothing was submitted.

    >>> import tempfile
    >>> with open(tempfile.mkdtemp()) as store:
    ...     store.create_ledgers([Ledger.iso(1, "USD")])[0].is_applied
    True
    """
    options = ffi.new("escrow_open_options *")
    options.struct_size = ffi.sizeof("escrow_open_options")
    options.mode = whole_number(mode, "a mode", 32)
    options.clock = whole_number(clock, "a clock", 32)
    options.durability = whole_number(durability, "a durability", 32)
    options.clock_step_max_seconds = clock_bound(clock_step_max)
    options.clock_gap_max_seconds = clock_bound(clock_gap_max)
    options.cache_bytes = whole_number(cache_bytes, "a number of bytes", 64)
    options.segment_bytes = whole_number(segment_bytes, "a number of bytes", 64)
    options.preallocate_bytes = whole_number(preallocate_bytes, "a number of bytes", 64)
    options.submissions_bytes_max = whole_number(submissions_bytes_max, "a number of bytes", 64)
    options.index_user_data = int(bool(index_user_data))
    options.file_access = whole_number(file_access, "a file access", 32)
    options.exclusive = int(bool(exclusive))
    options.follow_host = int(bool(follow_host))
    options.guests_max = whole_number(guests_max, "a number of guests", 32)
    if takeover_wait is not None:
        seconds = -(-takeover_wait // timedelta(seconds=1))
        if not 0 < seconds < 1 << 32:
            raise ValueError("the wait for a take-over is at least a second")
        options.takeover_wait_seconds = seconds
    options.store_id = id_struct(0 if store_id is None else store_id, "store_id")
    encoded, store = os.fsencode(path), ffi.new("escrow_store **")
    call(lib.escrow_store_open, ffi.from_buffer(encoded), len(encoded), options, store)
    return Store(store[0])


def clock_bound(bound: Optional[timedelta]) -> int:
    """Gives a bound on the clock as the library takes it, rounded up to seconds."""
    if bound is None:
        return 0
    if bound < timedelta(0):
        raise ValueError("a bound on the clock must not be negative")
    return -(-bound // timedelta(seconds=1)) if bound else (1 << 64) - 1


Progress = Callable[[int, int], object]


def verify(
    path: PathLike,
    *,
    head: Optional[Head] = None,
    archive: Optional[PathLike] = None,
    progress: Optional[Progress] = None,
) -> VerifyReport:
    """Reads a store completely and checks all of it. It may be open.

    With a `head` that was noted earlier the store must have it or have gone on from it: that proves
    that nothing up to it was changed, and nothing of it lost. With `archive`, the directory into
    which `Store.archive` has moved segments, they are read as if they were in the store.

    A fault that is found is in the report. `progress` is called with the blocks that are done and
    how many there are; what it raises is raised when the verification has ended.
    """
    given = path_bytes(path)
    with Against(head, archive, progress) as against:
        call(lib.escrow_store_verify_against, *given, *against.sources, *against.outputs)
    return against.report()


def restore(
    backup: PathLike,
    destination: PathLike,
    *,
    head: Optional[Head] = None,
    archive: Optional[PathLike] = None,
    file_access: FileAccess = FileAccess.OF_OWNER,
    progress: Optional[Progress] = None,
) -> VerifyReport:
    """Restores a backup: copies it, verifies the copy, and gives it its name if it is in order.

    Raises `CorruptError` with the first fault, and `InTheWayError` if the destination is there and
    no empty directory. `file_access` says who else than its owner may use the files of the copy,
    whoever may use those of the backup. The other arguments are those of `verify`. The store that
    was backed up must not be used any more: both would be the same store with two histories.
    """
    given = (*path_bytes(backup), *path_bytes(destination))
    access = whole_number(file_access, "a file access", 32)
    with Against(head, archive, progress) as against:
        call(lib.escrow_store_restore, *given, *against.sources, access, *against.outputs)
    return against.report()


def path_bytes(path: PathLike) -> tuple[Any, int]:
    """Gives a path as the library takes it."""
    encoded = os.fsencode(path)
    return ffi.from_buffer(encoded), len(encoded)


class Against:
    """What a verification is held against, and where its report goes."""

    def __init__(
        self, head: Optional[Head], archive: Optional[PathLike], progress: Optional[Progress]
    ) -> None:
        self._progress = progress
        self._raised: list[BaseException] = []
        self._report = ffi.new("escrow_verify_report *")
        self._report.struct_size = ffi.sizeof("escrow_verify_report")
        # The library is given their addresses only.
        self._head = ffi.NULL if head is None else ffi.new("escrow_head *")
        if head is not None:
            ffi.memmove(self._head, head._record, ffi.sizeof("escrow_head"))
        self._archive = (ffi.NULL, 0) if archive is None else path_bytes(archive)
        self._callback = (
            ffi.NULL if progress is None else ffi.callback("escrow_progress", self._tell)
        )
        self.sources = (self._head, *self._archive)
        self.outputs = (self._callback, ffi.NULL, self._report)

    def _tell(self, _context: Any, blocks_done: int, blocks: int) -> None:
        try:
            if self._progress is not None and not self._raised:
                self._progress(blocks_done, blocks)
        except BaseException as error:
            self._raised.append(error)

    def __enter__(self) -> Against:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._raised:
            raise self._raised[0]

    def report(self) -> VerifyReport:
        """Gives what was seen."""
        return VerifyReport._of(ffi.buffer(self._report)[:])


class Store(Reading):
    """An open store, from `escrowdb.open`. Any number of threads may use it at the same time.

    Everything that a `Snapshot` can be asked a store can be asked too, as of now. Used in `with`
    it is closed at the end.
    """

    def __init__(self, pointer: Any) -> None:
        self._pointer: Optional[Any] = ffi.gc(pointer, lib.escrow_store_free)
        self._children: weakref.WeakSet[Any] = weakref.WeakSet()
        # Snapshots of single calls: an exception that is kept keeps the frames that have them.
        self._readings: weakref.WeakSet[Any] = weakref.WeakSet()
        self._submitters: dict[asyncio.AbstractEventLoop, Submitter] = {}
        self._lock = threading.Lock()
        self._process = os.getpid()
        inherit(self)

    def _renew(self) -> None:
        """In a forked child: leaves what threads of the parent may have been in the middle of."""
        self._lock = threading.Lock()
        self._submitters = {}

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_pointer", None) is not None and self._process == os.getpid():
            warnings.warn("a store was not closed", ResourceWarning, stacklevel=2, source=self)

    def __repr__(self) -> str:
        return f"<escrowdb.Store {'closed' if self._pointer is None else 'open'}>"

    def close(self) -> None:
        """Writes a checkpoint, and closes the store with all snapshots and iterators of it.

        What was submitted is carried out and answered first; nobody is left waiting. Then the
        directory is free, or, where a function of the host's is what closes, when the call has
        ended that it is part of. A store whose process ends without this has lost nothing that was
        answered. A second call does nothing.
        """
        with self._lock:
            pointer, self._pointer = self._pointer, None
            children = list(self._children)
            readings = list(self._readings)
            submitters = list(self._submitters.items())
            self._submitters.clear()
        if pointer is None:
            return
        try:
            call(lib.escrow_store_close, pointer)
        finally:
            for loop, submitter in submitters:
                close_on(loop, submitter)
            for child in children:
                child.close()
            for reading in readings:
                ffi.release(reading)
            ffi.release(pointer)

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        return self._pointer is None

    @property
    def role(self) -> Role:
        """Whether this process hosts the store, or is a guest of the process that does.

        It does not change but from guest to host, when the process that was the host has ended.
        """
        role = ffi.new("uint32_t *")
        call(lib.escrow_store_role, self._open_pointer(), role)
        return Role(role[0])

    @property
    def host_process(self) -> int:
        """The number of the process that hosts the store."""
        process, guests = ffi.new("uint32_t *"), ffi.new("uint32_t *")
        call(lib.escrow_store_host_process, self._open_pointer(), process, guests)
        return int(process[0])

    def create_ledgers(self, ledgers: Iterable[Ledger], *, check: bool = False) -> list[Outcome]:
        """Registers ledgers, each answered by an outcome; sent again, by `EXISTS`.

        With `check` one that is refused raises `RefusedError`, as in `submit`.
        """
        answers = self._create(Ledger, lib.escrow_store_create_ledgers, ledgers)
        return check_all(answers) if check else answers

    def create_accounts(self, accounts: Iterable[Account], *, check: bool = False) -> list[Outcome]:
        """Opens accounts, each answered by an outcome; sent again, by `EXISTS`.

        With `check` one that is refused raises `RefusedError`, as in `submit`.
        """
        answers = self._create(Account, lib.escrow_store_create_accounts, accounts)
        return check_all(answers) if check else answers

    def _create(self, kind: type[Record], function: Any, given: Iterable[Any]) -> list[Outcome]:
        records = list(given)
        for record in records:
            if not isinstance(record, kind):
                raise TypeError(f"{kind.__name__} expected, not {type(record).__name__}")
        packed = b"".join(record._record for record in records)
        array = ffi.from_buffer(f"{kind.C_TYPE}[]", packed)
        outcomes = bytearray(len(records) * ffi.sizeof("escrow_outcome"))
        room = ffi.from_buffer("escrow_outcome[]", outcomes)
        call(function, self._open_pointer(), array, len(records), room)
        return Outcome._many(outcomes, len(records))

    def submit(self, operations: Iterable[Operation], *, check: bool = False) -> list[Outcome]:
        """Applies a batch, waits until it is durable, and gives an outcome for each operation.

        An operation that breaks a law is refused in its outcome, which is false, and the others go
        on. With `check` a refused operation raises `RefusedError` when the whole batch is durable:
        the others of it may have been carried out, as its `outcomes` tell. Batches of
        several threads share a commit; other Python threads run meanwhile. After `PoisonedError`
        or `StorageError` it is not known whether the batch was applied: open the store again and
        send the same operations, what was applied is answered `EXISTS`.
        """
        batch = as_batch(operations)
        records, data = batch_bytes(batch)
        outcomes = bytearray(len(batch) * ffi.sizeof("escrow_outcome"))
        call(
            lib.escrow_store_submit,
            self._open_pointer(),
            ffi.from_buffer("escrow_operation[]", records),
            len(batch),
            ffi.from_buffer(data),
            len(data),
            ffi.from_buffer("escrow_outcome[]", outcomes),
        )
        answers = Outcome._many(outcomes, len(batch))
        return check_all(answers) if check else answers

    def submit_array(
        self, array: NDArray[void], data: bytes = b"", *, out: Optional[NDArray[void]] = None
    ) -> NDArray[void]:
        """As `submit`, for an array of `op_dtype()`: gives an array of `outcome_dtype()`.

        Nothing is copied on the way. Documents lie in `data`, where each operation's
        `data_offset` says. The array must not be changed meanwhile. The outcomes are written into
        `out` if it is given, which saves making room for each batch anew; it has as many elements
        as the array. If the call fails, they mean nothing.
        """
        import numpy

        from ._arrays import operations_buffer, outcome_dtype, outcomes_buffer

        operations, data = operations_buffer(array), some_bytes(data, "data")
        outcomes = numpy.empty(len(array), outcome_dtype()) if out is None else out
        call(
            lib.escrow_store_submit,
            self._open_pointer(),
            operations,
            len(array),
            ffi.from_buffer(data),
            len(data),
            outcomes_buffer(outcomes, len(array)),
        )
        return outcomes

    async def submit_async(
        self, operations: Iterable[Operation], *, check: bool = False
    ) -> list[Outcome]:
        """As `submit`, without blocking the event loop.

        What the tasks of a loop submit at the same time shares a commit. A task that is cancelled
        stops waiting, but its operations may still be carried out: their ids tell.
        """
        batch = as_batch(operations)
        if not batch:
            self._open_pointer()
            return []
        loop = asyncio.get_running_loop()
        try:
            submitter = self._submitter(loop)
        except NotImplementedError:
            # This kind of loop cannot watch descriptors: a thread waits in its place.
            answers = await loop.run_in_executor(None, self.submit, batch)
        else:
            answers = await submitter.submit(batch)
        return check_all(answers) if check else answers

    def _submitter(self, loop: asyncio.AbstractEventLoop) -> Submitter:
        pointer = self._open_pointer()
        submitter = self._submitters.get(loop)
        if submitter is None:
            submitter = Submitter(pointer, loop)
            with self._lock:
                ended = [each for each in self._submitters if each.is_closed()]
                queues = [self._submitters.pop(each) for each in ended]
                self._submitters[loop] = submitter
            for queue in queues:
                queue.close()
        return submitter

    def clock(self) -> ClockReading:
        """Tells what the store's clock shows, a manual one too, and how far it is believed."""
        reading = ffi.new("escrow_clock_reading *")
        reading.struct_size = ffi.sizeof("escrow_clock_reading")
        call(lib.escrow_store_clock, self._open_pointer(), reading)
        return ClockReading._of(ffi.buffer(reading)[:])

    def confirm_clock(self, now: TimeLike) -> int:
        """Says that it is `now`, from a source other than the system clock: a person, say.

        Where the system clock agrees, to within an hour, it is believed from now on, what is due
        is settled, and the time that it shows is given back. It is remembered, so that the store
        can be opened again although nothing happens until then. Raises `InvalidArgumentError` if
        the system clock does not agree, or the store's clock is manual.
        """
        confirmed = ffi.new("uint64_t *")
        call(lib.escrow_store_confirm_clock, self._open_pointer(), nanoseconds(now), confirmed)
        return int(confirmed[0])

    def advance(self, to: TimeLike) -> Advanced:
        """Settles all holds that are due at `to`, and says how many, and what the clock shows.

        A manual clock moves there, and stays where it is if it shows a later time.
        """
        settled, now = ffi.new("uint64_t *"), ffi.new("uint64_t *")
        call(lib.escrow_store_advance, self._open_pointer(), nanoseconds(to), settled, now)
        return Advanced(int(settled[0]), int(now[0]))

    def acknowledge(self, consumer: str, position: TimeLike) -> None:
        """Remembers durably that a consumer has dealt with all events up to a timestamp.

        One before what it has acknowledged already, or at which nothing has happened yet, raises
        `InvalidPositionError`. An acknowledgement is no event.
        """
        encoded, given = text_bytes(consumer, "a consumer"), nanoseconds(position)
        pointer = self._open_pointer()
        name = ffi.from_buffer(encoded)
        call(lib.escrow_store_acknowledge, pointer, name, len(encoded), given)

    def remove_consumer(self, consumer: str) -> bool:
        """Forgets a consumer of the event feed, and says whether there was one.

        It holds back no archive any more, and its name may begin again.
        """
        encoded, removed = text_bytes(consumer, "a consumer"), ffi.new("uint32_t *")
        name = ffi.from_buffer(encoded)
        call(lib.escrow_store_remove_consumer, self._open_pointer(), name, len(encoded), removed)
        return bool(removed[0])

    def snapshot(self) -> Snapshot:
        """Takes a snapshot: what is durable now, to be read. Costs next to nothing."""
        snapshot = Snapshot(self._new_snapshot(), self._remember)
        self._remember(snapshot)
        return snapshot

    def wallets(
        self,
        *,
        master_key: MasterKey,
        policy: Policy,
        pepper: Optional[bytes] = None,
        replaces_pepper: bool = False,
        first_operator: Optional[str] = None,
        is_blocked: Optional[Callable[[str], bool]] = None,
        hashes_in_parallel: int = 0,
        loss_accounts: Mapping[int, IdLike] = NO_ACCOUNTS,
        waiver_accounts: Mapping[int, IdLike] = NO_ACCOUNTS,
    ) -> Wallets:
        """Opens the wallets of the store: persons, passwords, letters, and limited payments.

        `master_key` wraps the keys that seal personal data: 32 random bytes, or an object with
        `wrap` and `unwrap` (`KeyWrapper`). Whoever loses it has lost all personal data; another one
        than the first raises `WrongMasterKeyError`. `policy` is the name of one that comes with the
        library (`article`, `eu_amld5`, `cn_pboc`, `none`), or the caller's own as a dict or as JSON
        text: begin it with `wallet_policy`. The store remembers it by its hash, which is BLAKE3 of
        its JSON with all fields ordered by their names and without white space; opened under
        another one, its own trail says so (`audit_trail(0)`). `pepper`, 32 random bytes that are
        kept apart from the store, is mixed into every password hash; another one than the first
        raises `WrongPepperError`, unless `replaces_pepper` says that the first is lost or was
        wrong, and all passwords are to be reset. `first_operator` names who registers all other
        members of staff (`register_staff`); until one is named, no command of staff is carried out.
        In a store that has one, another name raises `InvalidArgumentError`, and the same one
        changes nothing. `is_blocked` says whether a password is too common. At most
        `hashes_in_parallel` passwords are hashed at a time, 4 if it is 0. `loss_accounts` names for
        each ledger the account that bears what chargebacks take, and `waiver_accounts` the one that
        what owners give up goes to (`waive`).

        A store's wallets are open once at a time; threads share them. What a function of the
        caller raises, the method raises that called it.
        """
        wallets = wallets_of_store(
            self,
            self._open_pointer(),
            master_key=master_key,
            policy=policy,
            pepper=pepper,
            replaces_pepper=replaces_pepper,
            first_operator=first_operator,
            is_blocked=is_blocked,
            hashes_in_parallel=hashes_in_parallel,
            loss_accounts=loss_accounts,
            waiver_accounts=waiver_accounts,
        )
        self._remember(wallets)
        return wallets

    def orders(self) -> Orders:
        """Gives the orders of the store: deals over holds, from the cart to the last decision.

        Nothing is opened, and there may be none. Threads share them.
        """
        orders = orders_of_store(self, self._open_pointer())
        self._remember(orders)
        return orders

    def checkpoint(self) -> None:
        """Writes what is durable into the state file now, so that the next opening is fast."""
        call(lib.escrow_store_checkpoint, self._open_pointer())

    def head(self) -> Head:
        """Tells which block was made durable last, and the hash of all history up to it."""
        head = ffi.new("escrow_head *")
        call(lib.escrow_store_head, self._open_pointer(), head)
        return Head._of(ffi.buffer(head)[:])

    def backup(self, destination: PathLike) -> BackupReport:
        """Copies the store into a new directory while it goes on: all that was answered until now.

        The copy is a store, to be opened or given to `restore`. It has its name only when all of it
        is durable. Raises `InTheWayError` if something is there that is no empty directory.
        """
        report = ffi.new("escrow_backup_report *")
        report.struct_size = ffi.sizeof("escrow_backup_report")
        call(lib.escrow_store_backup, self._open_pointer(), *path_bytes(destination), report)
        return BackupReport._of(ffi.buffer(report)[:])

    def archive(self, destination: PathLike, *, before: TimeLike) -> ArchiveReport:
        """Moves old segments of the journal into the directory `destination`.

        They are those all whose events are before the time `before`, but for what recovery needs
        and what some consumer of events has not acknowledged. Balances remain; operations, lines
        of statements and events of that time raise `ArchivedError` from then on. An id that was
        used there is answered `Status.ORIGINAL_IS_ARCHIVED`, and is never applied again.
        """
        report = ffi.new("escrow_archive_report *")
        report.struct_size = ffi.sizeof("escrow_archive_report")
        given = path_bytes(destination)
        call(lib.escrow_store_archive, self._open_pointer(), *given, nanoseconds(before), report)
        return ArchiveReport._of(ffi.buffer(report)[:])

    def stats(self) -> Stats:
        """Tells what the store has done since it was opened, and how large it is."""
        stats = ffi.new("escrow_stats *")
        stats.struct_size = ffi.sizeof("escrow_stats")
        call(lib.escrow_store_stats, self._open_pointer(), stats)
        return Stats._of(ffi.buffer(stats)[:])

    def _open_pointer(self) -> Any:
        pointer = self._pointer
        if pointer is None:
            raise ClosedError("the store was closed", ErrorCode.CLOSED)
        return pointer

    def _ask(self, function: Any, *arguments: Any) -> None:
        """Calls a function of a snapshot of now, which nobody has to know of.

        If it ends with its host, the next host is asked.
        """
        while True:
            try:
                return call(function, self._new_snapshot(), *arguments)
            except HostEndedError:
                continue

    def _new_snapshot(self) -> Any:
        snapshot = ffi.new("escrow_snapshot **")
        call(lib.escrow_store_snapshot, self._open_pointer(), snapshot)
        reading = ffi.gc(snapshot[0], lib.escrow_snapshot_free)
        with self._lock:
            self._readings.add(reading)
        return reading

    def _remember(self, child: Any) -> None:
        with self._lock:
            self._children.add(child)

    def _adopt(self, rows: AnyRows) -> AnyRows:
        self._remember(rows)
        return rows


def close_on(loop: asyncio.AbstractEventLoop, submitter: Submitter) -> None:
    """Closes a submitter on the thread of its loop."""
    try:
        running: Optional[asyncio.AbstractEventLoop] = asyncio.get_running_loop()
    except RuntimeError:
        running = None
    if loop is running or not loop.is_running():
        submitter.close()
    else:
        loop.call_soon_threadsafe(submitter.close)
