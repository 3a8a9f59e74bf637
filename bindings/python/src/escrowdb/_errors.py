"""What is raised: one exception for each reason that a call cannot be carried out.

A refused operation is no error: it is answered with an `Outcome` that is false, and whose `status`
names the law that it would have broken. With `check=True` it raises `RefusedError`, as
`Outcome.check` does. A refused wallet command always raises, since nobody must overlook a wrong
password: see `Refused`; and so does a refused order command: see `OrderRefused`. `Refusal` is the
base of all three.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ._constants import ErrorCode, Status

if TYPE_CHECKING:
    from ._outcome import Outcome


class Error(Exception):
    """A call was not carried out: the root of everything that this package raises of its own.

    What is wrong with an argument before it reaches the library raises `TypeError` or `ValueError`,
    as everywhere in Python; a number that does not fit raises `OutOfRangeError`.
    """

    #: Why, as a number of the C ABI; `ErrorCode.OK` for a refusal.
    code: ErrorCode

    def __init__(self, message: str, code: ErrorCode = ErrorCode.OK) -> None:
        super().__init__(message)
        self.code = code


class InvalidArgumentError(Error, ValueError):
    """An argument makes no sense."""


class OutOfRangeError(InvalidArgumentError, OverflowError):
    """A number is negative or too large for the argument that the message names."""

    def __init__(self, message: str, code: ErrorCode = ErrorCode.INVALID_ARGUMENT) -> None:
        super().__init__(message, code)


class InvalidTextError(InvalidArgumentError):
    """A text is not UTF-8."""


class LimitExceededError(Error):
    """More than one of the limits allows."""


class BufferTooSmallError(Error):
    """A buffer was too small; the package makes them large enough, so this is a bug in it."""


class TimedOutError(Error):
    """Nothing came in time."""


class ContendedError(Error):
    """Others changed the same wallet again and again. Nothing was done: send the command again."""


class NotFoundError(Error):
    """There is no store at the path."""


class InvalidPositionError(Error):
    """A consumer cannot acknowledge this: it is behind, or nothing has happened there yet."""


class AlreadyExistsError(Error):
    """There is a store where one was to be created."""


class NotAStoreError(Error):
    """The directory is not empty and is no escrow store."""


class LockedError(Error):
    """The store is open elsewhere, and there or here `exclusive`, to be read, or to be verified."""


class NewerFormatError(Error):
    """A later version of escrowdb wrote the store, a file of it, or a row of its wallets."""


class InTheWayError(Error):
    """Something stands where something is to be written."""


class WrongMasterKeyError(Error):
    """The master key is not the one by which the keys of the store's wallets are wrapped."""


class WrongPepperError(Error):
    """The pepper, or the lack of one, is not what the store's passwords were hashed with."""


class ReadOnlyError(Error):
    """The store was opened by `Mode.READ_ONLY`, and this would write."""


class MismatchedStateError(Error):
    """`state.redb` is that of another store, of a diverged copy, or later than the journal.

    Move it away and open the store, which builds it again.
    """


class ClockMustBeConfirmedError(Error):
    """The system clock is far from the last event: nothing was done. See `Store.confirm_clock`."""


class ArchivedError(Error):
    """What is asked for is in a part of the journal that was archived."""


class VersionMismatchError(Error):
    """The process that hosts the store has another version of escrowdb. Close the store there."""


class HostEndedError(Error):
    """The process that hosted the store has ended, and with it a snapshot: take a new one."""


class HostUnresponsiveError(Error):
    """The process that hosts the store does not answer: it is stopped, or its disk hangs.

    Whether what was asked for was done is not known: send it again under the same ids.
    """


class ClosedError(Error):
    """The store, snapshot or iterator was closed."""


class ForkedError(Error):
    """It came from the parent's store, before this process forked. Take another one."""


class PoisonedError(Error):
    """A write failed, or a bug was met: open the store again. What was answered is there."""


class PanicError(PoisonedError):
    """A bug in the library was met and contained. The store is poisoned."""


class StorageError(Error):
    """The disk failed or refused."""


class CorruptError(Error):
    """The files hold something that no crash explains: rot, a lost file, or tampering."""


class Refusal(Error):  # noqa: N818 - a refusal is no error of the program, and not named one
    """A refusal by name: of an operation (`RefusedError`), or of a wallet command (`Refused`)."""


class RefusedError(Refusal):
    """An operation was refused: raised by `Outcome.check`, and by `submit` with `check=True`."""

    #: The answer to the operation.
    outcome: Outcome
    #: The answers to all operations that were submitted with it, in order. Others of them may have
    #: been carried out.
    outcomes: Sequence[Outcome]

    def __init__(self, outcome: Outcome, outcomes: Sequence[Outcome] = ()) -> None:
        status, first = outcome.status, outcome.first_status
        text = status.name.lower()
        if status == Status.ID_ALREADY_FAILED:
            text += f": the first time it was {first.name.lower()}"
        super().__init__(text)
        self.outcome = outcome
        self.outcomes = outcomes or [outcome]

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.outcome, self.outcomes))


def check_all(outcomes: list[Outcome]) -> list[Outcome]:
    """Gives the outcomes, or raises `RefusedError` for the first operation that is not done.

    Of a chain that is the culprit, and not one that fell with it.
    """
    refused = [outcome for outcome in outcomes if not outcome.is_done]
    if refused:
        culprits = (each for each in refused if each.status != Status.LINKED_EVENT_FAILED)
        raise RefusedError(next(culprits, refused[0]), outcomes)
    return outcomes


BY_CODE: dict[int, type[Error]] = {
    ErrorCode.NULL_ARGUMENT: InvalidArgumentError,
    ErrorCode.INVALID_ARGUMENT: InvalidArgumentError,
    ErrorCode.INVALID_HANDLE: ClosedError,
    ErrorCode.INVALID_TEXT: InvalidTextError,
    ErrorCode.BUFFER_TOO_SMALL: BufferTooSmallError,
    ErrorCode.LIMIT_EXCEEDED: LimitExceededError,
    ErrorCode.TIMED_OUT: TimedOutError,
    ErrorCode.CONTENDED: ContendedError,
    ErrorCode.INVALID_POSITION: InvalidPositionError,
    ErrorCode.NOT_FOUND: NotFoundError,
    ErrorCode.ALREADY_EXISTS: AlreadyExistsError,
    ErrorCode.NOT_A_STORE: NotAStoreError,
    ErrorCode.LOCKED: LockedError,
    ErrorCode.NEWER_FORMAT: NewerFormatError,
    ErrorCode.IN_THE_WAY: InTheWayError,
    ErrorCode.WRONG_MASTER_KEY: WrongMasterKeyError,
    ErrorCode.WRONG_PEPPER: WrongPepperError,
    ErrorCode.READ_ONLY: ReadOnlyError,
    ErrorCode.CLOCK_MUST_BE_CONFIRMED: ClockMustBeConfirmedError,
    ErrorCode.VERSION_MISMATCH: VersionMismatchError,
    ErrorCode.CLOSED: ClosedError,
    ErrorCode.FORKED: ForkedError,
    ErrorCode.POISONED: PoisonedError,
    ErrorCode.PANIC: PanicError,
    ErrorCode.HOST_ENDED: HostEndedError,
    ErrorCode.HOST_UNRESPONSIVE: HostUnresponsiveError,
    ErrorCode.IO: StorageError,
    ErrorCode.CORRUPT: CorruptError,
    ErrorCode.ARCHIVED: ArchivedError,
    ErrorCode.MISMATCHED_STATE: MismatchedStateError,
}


def error_of(code: int, message: str) -> Error:
    """Gives the exception for a code; one that is not known yet is a plain `Error`."""
    return BY_CODE.get(code, Error)(message, ErrorCode(code))
