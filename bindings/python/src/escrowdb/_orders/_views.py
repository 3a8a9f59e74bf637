"""Orders as they are now, their timelines, and lists of them."""

from __future__ import annotations

from typing import Any

from .. import _record as field
from .._constants import (
    Action,
    ClaimReason,
    OrderState,
    Party,
    Remedy,
    Stage,
    StepKind,
    TenderKind,
)
from .._library import ffi, lib
from .._record import Record
from .._wallets import _text_record as texts
from .._wallets._calling import Calling, new_struct
from .._wallets._text_record import TextRecord


class TenderView(Record):
    """A tender as it is now."""

    __slots__ = ()
    C_TYPE = "escrow_tender_view"

    # These are written by generate.py.
    kind = field.member32(TenderKind, "What kind of money it is.")
    source = field.identifier("The account that it is taken from, and goes back to.")
    amount = field.amount("How much.")
    hold = field.identifier(
        "The hold by which it came; zero if it did not, or if that attempt to pay has ended."
    )
    back = field.amount(
        "What of the refunds of all legs went back to its source; not what was above the price. A "
        "refund that the host could not carry out went there, too: the timeline says what came of "
        "it."
    )
    kept = field.amount("What of them went to the buyer's own account instead.")


class ItemView(Record):
    """Items of a part."""

    __slots__ = ()
    C_TYPE = "escrow_item_view"

    # These are written by generate.py.
    reference = field.identifier("The host's reference.")
    amount = field.amount("What they come to, without tax and shipping.")
    line = field.u32("The place of their line among the lines of the leg.")
    quantity = field.u32("How many are in the part.")


class PartView(Record):
    """A part as it is now.

    What is held, paid, commission and refunded of all parts of a leg is the leg's amount.
    """

    __slots__ = ("items",)
    C_TYPE = "escrow_part_view"

    # These are written by generate.py.
    stage = field.member32(Stage, "How far it has come.")
    seller = field.identifier("Who sells.")
    hold = field.identifier("The hold that it is in escrow by.")
    until = field.time("Until when it is in this stage if nobody acts; 0 if it is done.")
    claimed = field.amount("What is claimed, while that is open; 0 otherwise.")
    buyer_proposal = field.amount(
        "What the buyer would settle for, while that stands; 0 otherwise."
    )
    seller_proposal = field.amount("What the seller would; 0 otherwise.")
    held = field.amount("What is in escrow.")
    paid = field.amount("What the seller got, without the commission.")
    commission = field.amount("The commission.")
    refunded = field.amount("What was refunded, due or not.")
    due = field.amount("What of it is neither with the sources nor with the buyer yet.")
    shipping = field.amount("What of the leg's shipping is in it.")
    tax = field.amount("The taxes of its items.")
    _items = field.u64(
        "How many items are in it, of different lines; 0 if its leg has no lines: see "
        "`escrow_item_view_at`."
    )
    leg = field.u32("The place of its leg in the terms.")
    reason = field.optional_member32(
        ClaimReason, "What is wrong, as the buyer says; `None` while nothing is claimed."
    )
    decided = field.amount(
        "What staff decided to give back to the buyer, while it can be appealed against or was; 0 "
        "otherwise."
    )
    first_decision = field.amount(
        "What a first member of staff decided, for a second one to decide, too; 0 otherwise."
    )
    is_decided = field.flag("Whether staff have decided.")
    is_half_decided = field.flag("Whether a first member of staff has decided.")
    buyer_asked_until = field.time(
        "Until when staff await evidence of the buyer; 0 if they do not."
    )
    seller_asked_until = field.time("The same, of the seller.")
    evidence = field.identifier(
        "The host's reference that was given last, by whichever side: evidence, or the tracking "
        "of what is sent back; zero while nothing is claimed."
    )
    remedy = field.optional_member32(
        Remedy, "What the buyer asks for; `None` while nothing is claimed."
    )

    #: In the order of the leg's lines; none if the leg has no lines.
    items: tuple[ItemView, ...]

    def _values(self) -> dict[str, Any]:
        fields = super()._values()
        del fields["_items"]
        return {**fields, "items": self.items}

    def _state(self) -> tuple[Any, ...]:
        return (*super()._state(), self.items)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._record, self.items = state


class OrderView(TextRecord):
    """An order as it is now."""

    __slots__ = ("parts", "tenders")
    C_TYPE = "escrow_order_view"

    # These are written by generate.py.
    state = field.member32(OrderState, "How far it has come.")
    buyer = field.identifier("Who buys.")
    policy = field.raw(32, "The hash of the policy that it was placed under.")
    placed_at = field.time("When it was placed.")
    pay_until = field.time("Until when it can be paid.")
    ledger = field.u32("The ledger of all amounts.")
    _tenders = field.u64("How many tenders it has: see `escrow_tender_view_at`.")
    _parts = field.u64(
        "How many parts it has, one of each leg and those that were divided off others, none "
        "before it is paid: see `escrow_part_view_at`."
    )
    goodwill = field.amount(
        "What the platform gave the buyer of its own money, beside that of the order."
    )

    #: In the order of the terms.
    tenders: tuple[TenderView, ...]
    #: By their numbers: those of the legs, and then those that were divided off others; none before
    #: it is paid.
    parts: tuple[PartView, ...]

    @classmethod
    def _read_row(cls, rows: Any, index: int, struct: Any) -> OrderView:
        made = cls._read(struct)
        made.tenders = tuple(
            numbered(TenderView, lib.escrow_tender_view_at, rows, index, number)
            for number in range(made._tenders)
        )
        parts = []
        for place in range(made._parts):
            part = numbered(PartView, lib.escrow_part_view_at, rows, index, place)
            part.items = tuple(
                numbered(ItemView, lib.escrow_item_view_at, rows, index, place, number)
                for number in range(part._items)
            )
            parts.append(part)
        made.parts = tuple(parts)
        return made

    def _values(self) -> dict[str, Any]:
        fields = super()._values()
        del fields["_tenders"], fields["_parts"]
        return {**fields, "tenders": self.tenders, "parts": self.parts}

    def _state(self) -> tuple[Any, ...]:
        return (*super()._state(), self.tenders, self.parts)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._record, self._texts, self.tenders, self.parts = state


class TenderRefund(Record):
    """What went back to the source of a tender.

    For a card, this is what the caller has the acquirer carry out.
    """

    __slots__ = ()
    C_TYPE = "escrow_tender_refund"

    # These are written by generate.py.
    reversal = field.identifier("The operation in the ledger that took it there.")
    amount = field.amount("How much.")
    tender = field.u32("The place of the tender in the terms.")


class OrderStep(TextRecord):
    """A step of an order: a command that was carried out, or what time has done."""

    __slots__ = ("refunds",)
    C_TYPE = "escrow_order_step"

    # These are written by generate.py.
    kind = field.member32(StepKind, "What it was.")
    command = field.identifier(
        "The command's id; for what time has done, an id of the library's own; zero for what a "
        "deadline has ended."
    )
    at = field.time("When.")
    is_of_part = field.flag("Whether it was about a part, 0 if about the whole order.")
    part = field.u32("Which part it was about; 0 if it was about the whole order.")
    action = field.optional_member32(
        Action, "What somebody did; `None` if it was another kind of step."
    )
    by = field.member32(Party, "Who.")
    stage = field.optional_member32(
        Stage, "The stage of the part after it; `None` if it was about the whole order."
    )
    is_divided = field.flag("Whether the part was divided off another one by it, else 0.")
    _refunds = field.u64(
        "How much went back to how many sources of tenders by it, or, of a refund that was "
        "carried out or has failed, which one it was: see `escrow_tender_refund_at`."
    )
    staff = texts.text("The name of a member of staff; empty for others.")
    words = texts.text(
        "The same in words, for people: when, about which part, what, by whom, and the stage "
        "after it. Amounts are in minor units."
    )
    kept = field.amount("What went to the buyer's own account instead of back.")
    divided_from = field.u32("Of which part it was divided off; 0 if it was not.")
    has_amount = field.flag("Whether an amount was named.")
    reason = field.optional_member32(
        ClaimReason, "What a claim was about; `None` of anything else."
    )
    remedy = field.optional_member32(Remedy, "What a claim asked for; `None` of anything else.")
    amount = field.amount(
        "The amount that was named: claimed, proposed, accepted, granted, decided or given; of a "
        "refund that was carried out or has failed, its own; what a deadline paid out, commission "
        "included, or gave back; 0 if none was."
    )
    reference = field.identifier(
        "The host's reference that came with it: evidence, or the tracking of what is sent back; "
        "zero if none did."
    )
    order = field.identifier("The order that it is of.")
    position = field.time(
        "Its place in the feed of events, if it was found there (`events`); 0 in a timeline."
    )

    #: What went back to the sources of tenders by it.
    refunds: tuple[TenderRefund, ...]

    @classmethod
    def _read_row(cls, rows: Any, index: int, struct: Any) -> OrderStep:
        made = cls._read(struct)
        made.refunds = tuple(
            numbered(TenderRefund, lib.escrow_tender_refund_at, rows, index, number)
            for number in range(made._refunds)
        )
        return made

    def __str__(self) -> str:
        return self.words

    def _values(self) -> dict[str, Any]:
        fields = super()._values()
        del fields["_refunds"]
        return {**fields, "refunds": self.refunds}

    def _state(self) -> tuple[Any, ...]:
        return (*super()._state(), self.refunds)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._record, self._texts, self.refunds = state


class ListedOrder(Record):
    """An order in a list."""

    __slots__ = ()
    C_TYPE = "escrow_listed_order"

    # These are written by generate.py.
    order = field.identifier("Its id.")
    placed_at = field.time("When it was placed.")
    part = field.u32("In a list of a seller's: which part of it; otherwise 0.")


class OpenPart(Record):
    """A part in a list of those that are open."""

    __slots__ = ()
    C_TYPE = "escrow_open_part"

    # These are written by generate.py.
    order = field.identifier("Its order.")
    due_at = field.time(
        "By which the list is ordered: when its window ends, or, of what was to be done already, "
        "when that was, or is tried again."
    )
    part = field.u32("Its number in the order.")
    stage = field.member32(
        Stage, "How far it has come; done while what a deadline gave back is on its way."
    )


class OrderRefund(Record):
    """A refund that the host has to carry out, such as to a card."""

    __slots__ = ()
    C_TYPE = "escrow_order_refund"

    # These are written by generate.py.
    reversal = field.identifier(
        "Its number: the operation in the ledger that took it there. A processor that is told "
        "twice knows it again by this."
    )
    order = field.identifier("Of which order.")
    source = field.identifier("The account that the tender came from.")
    amount = field.amount("How much.")
    at = field.time("Since when.")
    ledger = field.u32("The ledger of the amount.")
    tender = field.u32("The place of the tender in the terms of the order.")


class OrderWork(Record):
    """What was due of orders."""

    __slots__ = ()
    C_TYPE = "escrow_order_work"

    # These are written by generate.py.
    parts = field.u64(
        "Parts that were due, and are carried out; an order that was not paid in time is one, too."
    )
    refused = field.u64(
        "Parts of which something stays due, because an account is closed say: each is tried "
        "again an hour later."
    )


def numbered(kind: type[Any], function: Any, rows: Any, index: int, *numbers: int) -> Any:
    """Reads one of those that a row has several of."""
    struct = new_struct(kind.C_TYPE)
    Calling._checked(function, rows, index, *numbers, struct)
    return kind._of(ffi.buffer(struct)[:])
