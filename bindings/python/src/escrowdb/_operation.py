"""Operations: what a batch is made of."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Optional, TypedDict, Union

from . import _record as field
from ._account import Ledger, ledger_number
from ._constants import AtDeadline, Kind, OperationFlags, Status
from ._library import ffi
from ._record import Record, packing
from ._values import (
    IdLike,
    Span,
    TimeLike,
    id_record,
    minor_units,
    nanoseconds,
    new_id,
    text_bytes,
    whole_number,
    whole_seconds,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

OPERATION = packing("escrow_operation")
FLAGS = struct.Struct("<I")
DATA_OFFSET = struct.Struct("<I")
FLAGS_AT = ffi.offsetof("escrow_operation", "flags")
DATA_OFFSET_AT = ffi.offsetof("escrow_operation", "data_offset")

# Flags as plain numbers, which are joined faster than members of an enumeration.
LINKED = OperationFlags.LINKED.value
BALANCING_DEBIT = OperationFlags.BALANCING_DEBIT.value
BALANCING_CREDIT = OperationFlags.BALANCING_CREDIT.value
NO_FEE = OperationFlags.NO_FEE.value
FINAL = OperationFlags.FINAL.value
ARBITRATED = OperationFlags.ARBITRATED.value
IMPORTED = OperationFlags.IMPORTED.value
REST = OperationFlags.REST.value
IF_VERSION = OperationFlags.IF_VERSION.value

#: An amount: minor units, or a `Decimal` where the ledger is given as a `Ledger`.
AmountLike = Union[int, Decimal]


class Common(TypedDict, total=False):
    """What every operation takes beside its own arguments."""

    #: The idempotency key: sent again with the same content, it changes nothing. A new one if
    #: it is not given.
    id: IdLike
    #: Chained to the next operation of the batch: see `chain`.
    linked: bool
    #: The caller's own: an order's number, a UUID.
    user_data_128: IdLike
    #: The caller's own.
    user_data_64: int
    #: When it happened, for moving a history in: all operations of a batch have it, or none.
    at: TimeLike


class Valued(Common, total=False):
    """What operations that move money take, too."""

    #: When it counts, where that is another time than that of the booking.
    value_date: TimeLike


class Operation(Record):
    """One operation of a batch, made by the method that is named like its kind.

    >>> usd = Ledger.iso(1, "USD")
    >>> paid = Operation.hold(
    ...     id=11, payer=2, payee=3, ledger=usd, amount=Decimal("20.05"), fee_account=4,
    ...     fee_ppm=100_000, timeout=30 * 86_400, at_deadline=AtDeadline.REFUND)
    >>> paid.amount, paid.kind.name
    (2005, 'HOLD')
    >>> Operation.release(11)
    ... # doctest: +ELLIPSIS
    Operation(id=Id(...), target=Id(11), flags=..., kind=<Kind.RELEASE: 6>)

    All of them also take `id` (the idempotency key; a new one if it is not given), `linked`,
    `user_data_128`, `user_data_64`, and `at` (when it happened, for moving a history in).
    Those that move money take `value_date`: when it counts, earlier or later, where that is
    another time than that of the booking. It is written down and shown, and changes nothing else.
    Amounts are whole minor units, or a `Decimal` if the ledger is given as a `Ledger`.
    """

    __slots__ = ("_data",)
    C_TYPE = "escrow_operation"

    # These are written by generate.py.
    id = field.identifier(
        "The idempotency key; not 0, not the maximum. The id of a hold is that of its `hold`, or "
        "of the `divide` that made it."
    )
    debit_account = field.identifier("`transfer`: where the money comes from. `hold`: the payer.")
    credit_account = field.identifier(
        "`transfer`: where the money goes. `hold`: the payee. `release`: another receiver than "
        "the payee (a split, which takes no commission: see the flag `no_fee`), or zero."
    )
    target = field.identifier(
        "What the operation is about: the hold (`ship` ... `withdraw_dispute`, `divide`); what is "
        "to be undone (`reverse`): a transfer, a release, or a hold, whose id stands for all that "
        "its payee was paid and has not given back, by releases and deadlines together; or the "
        "account (`freeze`, `unfreeze`, `close`, `reopen`)."
    )
    amount = field.amount(
        "Minor units of the ledger. `dispute`: what is claimed for the payer, or zero. `divide`: "
        "the part that becomes a hold of its own."
    )
    fee_account = field.identifier("`hold`: who receives the commission, or zero.")
    user_data_128 = field.identifier("The caller's own: an order's number, a UUID.")
    user_data_64 = field.number("The caller's own.")
    timestamp = field.time("Zero; with `imported`, when it happened.")
    expected_version = field.number(
        "`put`, `delete` with `if_version`: the version that the document must have; 0 for none."
    )
    timeout_seconds = field.u32(
        "`hold`, `ship`, `deliver`, `extend`, `dispute`: the deadline, in seconds from the "
        "operation's timestamp; 0 for none (`hold`, `dispute`) or no change (`ship`, `deliver`)."
    )
    fee_ppm = field.u32(
        "`hold`: the commission in parts per million of what the payee gets, beside `fee_fixed`."
    )
    ledger = field.u32("`transfer`, `hold`: the ledger of both accounts.")
    flags = field.member32(OperationFlags, "How it is to be carried out.")
    data_offset = field.u32(
        "`put`, `delete`: where space, key and value start in the batch's side buffer, one after "
        "the other."
    )
    value_length = field.u32("`put`: bytes of the value.")
    key_length = field.u16("`put`, `delete`: bytes of the key.")
    space_length = field.u16("`put`, `delete`: bytes of the space's name.")
    code = field.u16("`transfer`, `hold`: the caller's reason for it; not 0.")
    kind = field.member16(Kind, "What it does.")
    at_deadline = field.member16(
        AtDeadline, "`hold`, `ship`, `deliver`, `dispute`: what happens at the deadline."
    )
    fee_fixed = field.amount(
        "`hold`: the fixed part of the commission, taken once out of what the payee gets first."
    )
    value_date = field.time(
        "`transfer`, `hold`, `release`, `top_up`, `refund`, `reverse`: when it counts, where that "
        "is another time than that of the booking, earlier or later; zero for the same. It is "
        "written down and shown, and changes nothing else: balances, deadlines and limits go by "
        "the booking alone."
    )

    _data: bytes

    def __init__(
        self,
        kind: int,
        *,
        id: Optional[IdLike] = None,
        debit_account: IdLike = 0,
        credit_account: IdLike = 0,
        target: IdLike = 0,
        amount: AmountLike = 0,
        fee_account: IdLike = 0,
        user_data_128: IdLike = 0,
        user_data_64: int = 0,
        at: TimeLike = 0,
        expected_version: int = 0,
        timeout: Span = 0,
        fee_ppm: int = 0,
        ledger: Union[int, Ledger] = 0,
        flags: int = 0,
        linked: bool = False,
        code: int = 0,
        at_deadline: int = 0,
        space: bytes = b"",
        key: bytes = b"",
        value: bytes = b"",
        fee_fixed: AmountLike = 0,
        value_date: TimeLike = 0,
    ) -> None:
        """Makes an operation of any kind, field by field; nothing is judged here."""
        timestamp = nanoseconds(at)
        flags = whole_number(flags, "flags", 32)
        if timestamp:
            flags |= IMPORTED
        if linked:
            flags |= LINKED
        if isinstance(amount, Decimal):
            amount = part(amount, ledger)
        if isinstance(fee_fixed, Decimal):
            fee_fixed = part(fee_fixed, ledger)
        self._data = space + key + value
        self._record = OPERATION.pack(
            id_record(new_id() if id is None else id, "id"),
            id_record(debit_account, "debit_account"),
            id_record(credit_account, "credit_account"),
            id_record(target, "target"),
            whole_number(amount, "an amount").to_bytes(16, "little"),
            id_record(fee_account, "fee_account"),
            id_record(user_data_128, "user_data_128"),
            whole_number(user_data_64, "user data", 64),
            timestamp,
            whole_number(expected_version, "a version", 64),
            whole_seconds(timeout),
            whole_number(fee_ppm, "a rate", 32),
            ledger_number(ledger),
            flags,
            0,
            len(value),
            whole_number(len(key), "the length of a key", 16),
            whole_number(len(space), "the length of a space", 16),
            whole_number(code, "a code", 16),
            whole_number(kind, "a kind", 16),
            whole_number(at_deadline, "a default", 16),
            whole_number(fee_fixed, "a commission").to_bytes(16, "little"),
            nanoseconds(value_date),
        )

    @classmethod
    def _of(cls, record: bytes, data: bytes = b"") -> Operation:
        made = super()._of(record)
        made._data = data
        return made

    def _state(self) -> tuple[Any, ...]:
        return (self._record, self._data)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._record, self._data = state

    @property
    def data(self) -> bytes:
        """Space, key and value of a document, one after the other."""
        return self._data

    @classmethod
    def transfer(
        cls,
        *,
        debit_account: IdLike,
        credit_account: IdLike,
        ledger: Union[int, Ledger],
        amount: AmountLike,
        code: int = 1,
        balancing_debit: bool = False,
        balancing_credit: bool = False,
        **common: Unpack[Valued],
    ) -> Operation:
        """Moves money from the debit to the credit account at once.

        Balancing moves up to the amount: as much as the account's limit allows. An account without
        that limit is refused: `balancing_debit` needs `debits_must_not_exceed_credits` of the
        debit account, `balancing_credit` needs `credits_must_not_exceed_debits` of the credit
        account.
        """
        flags = BALANCING_DEBIT if balancing_debit else 0
        flags |= BALANCING_CREDIT if balancing_credit else 0
        return cls(
            Kind.TRANSFER,
            debit_account=debit_account,
            credit_account=credit_account,
            ledger=ledger,
            amount=amount,
            code=code,
            flags=flags,
            **common,
        )

    @classmethod
    def hold(
        cls,
        *,
        payer: IdLike,
        payee: IdLike,
        ledger: Union[int, Ledger],
        amount: AmountLike,
        code: int = 1,
        fee_account: IdLike = 0,
        fee_ppm: int = 0,
        fee_fixed: AmountLike = 0,
        timeout: Span = 0,
        at_deadline: AtDeadline = AtDeadline.NONE,
        **common: Unpack[Valued],
    ) -> Operation:
        """Takes money of the payer into escrow for the payee, with its terms.

        The commission is `fee_fixed`, once, and `fee_ppm` of what the payee gets.
        """
        return cls(
            Kind.HOLD,
            debit_account=payer,
            credit_account=payee,
            ledger=ledger,
            amount=amount,
            code=code,
            fee_account=fee_account,
            fee_ppm=fee_ppm,
            fee_fixed=fee_fixed,
            timeout=timeout,
            at_deadline=at_deadline,
            **common,
        )

    @classmethod
    def ship(
        cls,
        hold: IdLike,
        *,
        timeout: Span = 0,
        at_deadline: AtDeadline = AtDeadline.NONE,
        **common: Unpack[Common],
    ) -> Operation:
        """The goods are on their way; may set a new deadline and a new default."""
        return cls(Kind.SHIP, target=hold, timeout=timeout, at_deadline=at_deadline, **common)

    @classmethod
    def deliver(
        cls,
        hold: IdLike,
        *,
        timeout: Span = 0,
        at_deadline: AtDeadline = AtDeadline.NONE,
        **common: Unpack[Common],
    ) -> Operation:
        """The goods are with the payer; may set a new deadline and a new default."""
        return cls(Kind.DELIVER, target=hold, timeout=timeout, at_deadline=at_deadline, **common)

    @classmethod
    def extend(cls, hold: IdLike, *, timeout: Span, **common: Unpack[Common]) -> Operation:
        """Moves the deadline of a hold, later only."""
        return cls(Kind.EXTEND, target=hold, timeout=timeout, **common)

    @classmethod
    def release(
        cls,
        hold: IdLike,
        *,
        amount: Optional[AmountLike] = None,
        to: IdLike = 0,
        no_fee: bool = False,
        final: bool = False,
        arbitrated: bool = False,
        ledger: Optional[Ledger] = None,
        **common: Unpack[Valued],
    ) -> Operation:
        """Settles a hold: all that is left, or an amount of it.

        To the payee, or `to` another account of its ledger, a split: that takes no commission, and
        must say so by `no_fee` where the hold has a rate. What is left after a `final` one goes
        back to the payer. While the hold is disputed it must be `arbitrated`.
        """
        flags = REST if amount is None else 0
        flags |= NO_FEE if no_fee else 0
        flags |= FINAL if final else 0
        flags |= ARBITRATED if arbitrated else 0
        minor = part(amount, ledger)
        return cls(
            Kind.RELEASE, target=hold, credit_account=to, amount=minor, flags=flags, **common
        )

    @classmethod
    def refund(
        cls,
        hold: IdLike,
        *,
        amount: Optional[AmountLike] = None,
        arbitrated: bool = False,
        ledger: Optional[Ledger] = None,
        **common: Unpack[Valued],
    ) -> Operation:
        """Returns a hold to the payer: all that is left, or an amount of it."""
        flags = REST if amount is None else 0
        flags |= ARBITRATED if arbitrated else 0
        return cls(Kind.REFUND, target=hold, amount=part(amount, ledger), flags=flags, **common)

    @classmethod
    def top_up(
        cls,
        hold: IdLike,
        *,
        amount: AmountLike,
        balancing: bool = False,
        ledger: Optional[Ledger] = None,
        **common: Unpack[Valued],
    ) -> Operation:
        """Raises the amount of an open hold; balancing: by what the payer has at most."""
        flags = BALANCING_DEBIT if balancing else 0
        return cls(Kind.TOP_UP, target=hold, amount=part(amount, ledger), flags=flags, **common)

    @classmethod
    def dispute(
        cls,
        hold: IdLike,
        *,
        amount: AmountLike = 0,
        timeout: Span = 0,
        at_deadline: AtDeadline = AtDeadline.NONE,
        ledger: Optional[Ledger] = None,
        **common: Unpack[Common],
    ) -> Operation:
        """Stops the clock of a hold: only an arbitrated release or refund settles it then.

        With a time-out and a default it ends by itself, and may be sent again while the hold is
        disputed. `AtDeadline.CLAIM` gives the payer the amount back and releases the rest.
        """
        return cls(
            Kind.DISPUTE,
            target=hold,
            amount=part(amount, ledger),
            timeout=timeout,
            at_deadline=at_deadline,
            **common,
        )

    @classmethod
    def divide(
        cls,
        hold: IdLike,
        *,
        amount: AmountLike,
        ledger: Optional[Ledger] = None,
        **common: Unpack[Common],
    ) -> Operation:
        """Makes an amount of a hold a hold of its own, whose id is that of the operation.

        It has the same parties and terms; no money moves. Both together pay the commission that
        the whole would.
        """
        return cls(Kind.DIVIDE, target=hold, amount=part(amount, ledger), **common)

    @classmethod
    def withdraw_dispute(cls, hold: IdLike, **common: Unpack[Common]) -> Operation:
        """Restarts the clock of a hold with the time that was left, and the default from before."""
        return cls(Kind.WITHDRAW_DISPUTE, target=hold, **common)

    @classmethod
    def reverse(
        cls,
        operation: IdLike,
        *,
        amount: Optional[AmountLike] = None,
        ledger: Optional[Ledger] = None,
        **common: Unpack[Valued],
    ) -> Operation:
        """Undoes a transfer, a release, or what a payee was paid, all or an amount of it.

        The id of a hold stands for all that its payee was paid and has not given back, by releases
        and deadlines together. Commission comes back pro rata.
        """
        flags = REST if amount is None else 0
        minor = part(amount, ledger)
        return cls(Kind.REVERSE, target=operation, amount=minor, flags=flags, **common)

    @classmethod
    def freeze(cls, account: IdLike, **common: Unpack[Common]) -> Operation:
        """Stops new business of an account."""
        return cls(Kind.FREEZE, target=account, **common)

    @classmethod
    def unfreeze(cls, account: IdLike, **common: Unpack[Common]) -> Operation:
        """Undoes `freeze`."""
        return cls(Kind.UNFREEZE, target=account, **common)

    @classmethod
    def close(cls, account: IdLike, **common: Unpack[Common]) -> Operation:
        """Takes an account without open holds out of use."""
        return cls(Kind.CLOSE, target=account, **common)

    @classmethod
    def reopen(cls, account: IdLike, **common: Unpack[Common]) -> Operation:
        """Undoes `close`."""
        return cls(Kind.REOPEN, target=account, **common)

    @classmethod
    def put(
        cls,
        space: str,
        key: bytes,
        value: bytes,
        *,
        expected_version: Optional[int] = None,
        **common: Unpack[Common],
    ) -> Operation:
        """Writes a document: with `expected_version` only if it has that one, 0 for none."""
        return cls(
            Kind.PUT,
            space=text_bytes(space, "a space"),
            key=some_bytes(key, "a key"),
            value=some_bytes(value, "a value"),
            expected_version=0 if expected_version is None else expected_version,
            flags=0 if expected_version is None else IF_VERSION,
            **common,
        )

    @classmethod
    def delete(
        cls,
        space: str,
        key: bytes,
        *,
        expected_version: Optional[int] = None,
        **common: Unpack[Common],
    ) -> Operation:
        """Deletes a document: with `expected_version` only if it has that one."""
        return cls(
            Kind.DELETE,
            space=text_bytes(space, "a space"),
            key=some_bytes(key, "a key"),
            expected_version=0 if expected_version is None else expected_version,
            flags=0 if expected_version is None else IF_VERSION,
            **common,
        )


class OperationRecord(Record):
    """An operation as it was decided, and what became of it since."""

    __slots__ = ()
    C_TYPE = "escrow_operation_record"

    # These are written by generate.py.
    operation = field.inner(
        Operation, "The operation as it was asked for; its `timestamp` is the assigned one."
    )
    timestamp = field.time("When it was decided.")
    status = field.member32(Status, "`Status.APPLIED`, or the refusal that used up its id.")
    amount = field.amount("What it moved.")
    fee = field.amount("The commission out of `amount`.")
    rest = field.amount("A final release: what went back to the payer beside `amount`.")
    reversed = field.amount("What was reversed of it until now.")


def chain(operations: Iterable[Operation]) -> list[Operation]:
    """Links operations: all of them are carried out or none is.

    >>> [op.flags.value for op in chain([Operation.freeze(2), Operation.freeze(3)])]
    [1, 0]
    """
    chained = list(operations)
    for at, operation in enumerate(chained):
        flags = operation.flags.value & ~LINKED
        if at + 1 < len(chained):
            flags |= LINKED
        record = bytearray(operation._record)
        FLAGS.pack_into(record, FLAGS_AT, flags)
        chained[at] = Operation._of(bytes(record), operation._data)
    return chained


def as_batch(operations: Iterable[Operation]) -> list[Operation]:
    """Gives a batch as a list of operations and nothing else."""
    batch = list(operations)
    for operation in batch:
        if type(operation) is not Operation:
            raise TypeError(f"Operation expected, not {type(operation).__name__}")
    return batch


def batch_bytes(operations: Sequence[Operation]) -> tuple[bytes, bytes]:
    """Gives the records of a batch as they lie in an array, and the documents beside them."""
    if not any(operation._data for operation in operations):
        return b"".join([operation._record for operation in operations]), b""
    records, data = bytearray(), bytearray()
    for operation in operations:
        at = len(records) + DATA_OFFSET_AT
        records += operation._record
        if operation._data:
            DATA_OFFSET.pack_into(records, at, len(data))
            data += operation._data
    return bytes(records), bytes(data)


def weigh(operations: Sequence[Operation]) -> tuple[int, bool]:
    """Gives the bytes of a batch's documents, and whether it must be submitted alone.

    Another batch behind an open chain would become part of it, and imports stand by themselves.
    """
    data = flags = 0
    for operation in operations:
        # Both flags that are asked for lie in the first byte.
        flags = operation._record[FLAGS_AT] | flags & IMPORTED
        data += len(operation._data)
    return data, flags & (LINKED | IMPORTED) != 0


def part(amount: Optional[AmountLike], ledger: Union[int, Ledger, None]) -> int:
    """Gives the minor units of an amount that may be left out."""
    if amount is None:
        return 0
    if not isinstance(amount, Decimal):
        return whole_number(amount, "an amount")
    if not isinstance(ledger, Ledger):
        raise TypeError("a Decimal amount needs a Ledger that knows its scale")
    return minor_units(amount, ledger.scale)


def some_bytes(value: bytes, what: str) -> bytes:
    """Takes bytes and nothing else."""
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise TypeError(f"{what} must be bytes, not {type(value).__name__}")
    return bytes(value)
