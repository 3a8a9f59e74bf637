"""What is agreed about an order: its legs and its tenders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional, Union

from .. import _record as field
from .._account import Ledger, ledger_number
from .._constants import LineKind, TenderKind
from .._library import ffi
from .._operation import AmountLike
from .._record import U32, Record
from .._values import Id, IdLike, id_of, id_struct, u128_struct, whole_number
from .._wallets._given import checked, checked_bytes, flag, optional_id, packed
from .._wallets._payments import minor_amount

#: Bytes of the hash of a policy.
HASH_BYTES = 32


class Line(Record):
    """A line of a leg. The number of a line is its place among those of its leg.

    `quantity` is of an item, and 1 of shipping and tax. `reference` is the caller's, to what is
    sold.

    >>> Line(kind=LineKind.ITEM, reference=71, quantity=3, amount=4500)
    Line(reference=Id(71), amount=4500, kind=<LineKind.ITEM: 1>, quantity=3)
    """

    __slots__ = ()
    C_TYPE = "escrow_leg_line"

    # These are written by generate.py.
    reference = field.identifier(
        "The host's reference to what is sold; it may be zero of shipping and tax."
    )
    amount = field.amount("For all of them together: at least 1 minor unit for each.")
    _leg = field.u32("The place of its leg in the terms.")
    kind = field.member32(LineKind, "What it is.")
    quantity = field.u32("How many of an item, at least 1; of shipping and tax 1.")

    def __init__(
        self,
        *,
        kind: LineKind,
        amount: AmountLike,
        reference: Optional[IdLike] = None,
        quantity: int = 1,
        ledger: Union[int, Ledger] = 0,
    ) -> None:
        ledger_number(ledger)
        self._record = packed(
            self.C_TYPE,
            kind=whole_number(kind, "a kind of line", 32),
            reference=optional_id(reference, "reference"),
            quantity=whole_number(quantity, "a quantity", 32),
            amount=u128_struct(minor_amount(amount, ledger)),
        )

    def _values(self) -> dict[str, Any]:
        fields = super()._values()
        del fields["_leg"]
        return fields

    def _of_leg(self, leg: int) -> bytes:
        """Gives the record of a line of this leg."""
        place = type(self)._leg.offset
        return self._record[:place] + U32.pack(leg) + self._record[place + U32.size :]


class Leg(Record):
    """One seller's part of an order. A fee that the buyer pays is a leg of the platform.

    Its lines are what it consists of, together just its amount; without lines it is one thing, of
    which nobody acts on a part alone.

    >>> Leg(seller=21, amount=6000, commission_fixed=30, commission_ppm=100_000)
    Leg(seller=Id(21), amount=6000, commission_fixed=30, commission_ppm=100000)
    """

    __slots__ = ("lines",)
    C_TYPE = "escrow_leg"

    # These are written by generate.py.
    seller = field.identifier("Who is registered as a seller.")
    amount = field.amount("All of it: items, shipping and tax.")
    commission_fixed = field.amount(
        "What is taken once as commission, out of what is released to the seller first; at most "
        "`amount`. Where all of it is refunded nothing is taken. Frozen when it is placed."
    )
    commission_ppm = field.u32(
        "The commission beside that, in parts per million of what is released to the seller, of "
        "which it is a part; frozen when it is placed."
    )

    def __init__(
        self,
        *,
        seller: IdLike,
        amount: AmountLike,
        commission_fixed: AmountLike = 0,
        commission_ppm: int = 0,
        lines: Iterable[Line] = (),
        ledger: Union[int, Ledger] = 0,
    ) -> None:
        #: What it consists of.
        self.lines: tuple[Line, ...] = tuple(checked(line, Line, "a line") for line in lines)
        # Says how a `Decimal` is meant, and is kept by the terms.
        ledger_number(ledger)
        self._record = packed(
            self.C_TYPE,
            seller=id_struct(seller, "seller"),
            amount=u128_struct(minor_amount(amount, ledger)),
            commission_fixed=u128_struct(minor_amount(commission_fixed, ledger)),
            commission_ppm=whole_number(commission_ppm, "a commission", 32),
        )

    def _values(self) -> dict[str, Any]:
        return {**super()._values(), "lines": self.lines}

    def _state(self) -> tuple[Any, ...]:
        return (*super()._state(), self.lines)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._record, self.lines = state


class Tender(Record):
    """Where money of an order comes from.

    >>> Tender(kind=TenderKind.EXTERNAL, source=1, amount=6000)
    Tender(source=Id(1), amount=6000, kind=<TenderKind.EXTERNAL: 1>)
    """

    __slots__ = ()
    C_TYPE = "escrow_tender"

    # These are written by generate.py.
    source = field.identifier("The account that it is taken from, and goes back to.")
    amount = field.amount("How much.")
    kind = field.member32(TenderKind, "What kind of money it is.")

    def __init__(
        self,
        *,
        kind: TenderKind,
        source: IdLike,
        amount: AmountLike,
        ledger: Union[int, Ledger] = 0,
    ) -> None:
        ledger_number(ledger)
        self._record = packed(
            self.C_TYPE,
            source=id_struct(source, "source"),
            amount=u128_struct(minor_amount(amount, ledger)),
            kind=whole_number(kind, "a kind of tender", 32),
        )


class Terms:
    """The terms of an order, which never change.

    `buyer` is registered as one, and `ledger` is that of all accounts. `policy` is the hash that
    `Orders.keep_policy` gave. Commission goes to `commission_account`, if a leg has one. What is
    paid above the price goes to `keeping_account`, a spend-only one of the buyer's, with the
    buyer's consent, and with `keeps_refunds` so do refunds; without it all goes back to the
    sources, as does in any case what comes too late or a second time.

    >>> leg = Leg(seller=21, amount=6000)
    >>> tender = Tender(kind=TenderKind.EXTERNAL, source=1, amount=6000)
    >>> terms = Terms(buyer=11, ledger=1, policy=bytes(32), legs=[leg], tenders=[tender])
    >>> terms.legs
    (Leg(seller=Id(21), amount=6000),)
    """

    __slots__ = (
        "buyer",
        "commission_account",
        "keeping_account",
        "keeps_refunds",
        "ledger",
        "legs",
        "policy",
        "tenders",
    )

    def __init__(
        self,
        *,
        buyer: IdLike,
        ledger: Union[int, Ledger],
        policy: bytes,
        legs: Iterable[Leg],
        tenders: Iterable[Tender],
        commission_account: Optional[IdLike] = None,
        keeping_account: Optional[IdLike] = None,
        keeps_refunds: bool = False,
    ) -> None:
        #: Who is registered as a buyer.
        self.buyer: Id = id_of(buyer)
        #: The ledger of all accounts.
        self.ledger: int = ledger_number(ledger)
        #: The hash of a policy that the store keeps: see `keep_policy`.
        self.policy: bytes = bytes(checked_bytes(policy, HASH_BYTES, "the hash of a policy"))
        #: The legs. The number of a leg's part is its place here.
        self.legs: tuple[Leg, ...] = tuple(checked(leg, Leg, "a leg") for leg in legs)
        #: The tenders, together as much as all legs.
        self.tenders: tuple[Tender, ...] = tuple(
            checked(tender, Tender, "a tender") for tender in tenders
        )
        #: Where commission goes; zero if no leg has one.
        self.commission_account: Id = id_of(0 if commission_account is None else commission_account)
        #: An account of the buyer's, spend-only: what is paid above the price goes there with the
        #: buyer's consent; zero if it goes back to its source.
        self.keeping_account: Id = id_of(0 if keeping_account is None else keeping_account)
        #: Whether refunds go there, too.
        self.keeps_refunds: bool = bool(flag(keeps_refunds))

    def __repr__(self) -> str:
        fields = (f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"Terms({', '.join(fields)})"


def terms_struct(terms: Terms) -> tuple[Any, list[Any]]:
    """Gives terms as the library takes them, and what must live as long."""
    if not isinstance(terms, Terms):
        raise TypeError(f"the terms must be Terms, not {type(terms).__name__}")
    struct = ffi.new("escrow_terms *")
    struct.struct_size = ffi.sizeof("escrow_terms")
    struct.ledger = terms.ledger
    struct.buyer = id_struct(terms.buyer, "buyer")
    struct.policy = terms.policy
    struct.commission_account = id_struct(terms.commission_account, "commission account")
    struct.keeping_account = id_struct(terms.keeping_account, "keeping account")
    struct.keeps_refunds = terms.keeps_refunds
    legs = ffi.from_buffer("escrow_leg[]", b"".join(leg._record for leg in terms.legs))
    tenders = ffi.from_buffer(
        "escrow_tender[]", b"".join(tender._record for tender in terms.tenders)
    )
    of_legs = [line._of_leg(place) for place, leg in enumerate(terms.legs) for line in leg.lines]
    lines = ffi.from_buffer("escrow_leg_line[]", b"".join(of_legs))
    struct.lines, struct.lines_count = lines, len(of_legs)
    struct.legs, struct.legs_count = legs, len(terms.legs)
    struct.tenders, struct.tenders_count = tenders, len(terms.tenders)
    return struct, [legs, lines, tenders]
