"""Orders: deals over holds, from the cart to the last decision."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from typing import Any, Optional, Union

from .._account import Ledger, ledger_number
from .._constants import Action, ErrorCode, Party, Stage
from .._forks import inherit
from .._library import call, ffi, lib, raise_error
from .._record import Record
from .._values import (
    Id,
    IdLike,
    TimeLike,
    id_struct,
    nanoseconds,
    u128_number,
    u128_struct,
    whole_number,
)
from .._wallets import Wallets
from .._wallets._calling import Calling, R, new_struct
from .._wallets._given import checked, checked_bytes, given, pointer_to
from .._wallets._options import Host, Policy, policy_text, written_text
from .._wallets._orders import Order, OrderPart, OrderTerms
from ._parts import Acted, Item, PartCommand, PartOptions, TenderCame
from ._refused import order_refusal_of
from ._terms import HASH_BYTES, Terms, terms_struct
from ._views import ListedOrder, OpenPart, OrderRefund, OrderStep, OrderView, OrderWork

#: Rows of a list that are fetched at once.
ROWS = 64


def row_or_null(row: Optional[Record]) -> Any:
    """Points to the row that a list goes on behind."""
    return ffi.NULL if row is None else pointer_to(row, type(row), "after")


class Orders(Calling):
    """The orders of a store, from `Store.orders`. Any number of threads may use them.

    A command answers what it says, when it is durable, or raises `OrderRefused`, which names the
    law that it would have broken and what this actor can do instead; then nothing of it was done.
    Ids of orders and of commands are the caller's: a command that is sent again with its id is
    answered as the first time, and does nothing twice; the id of a refused one may be used again.
    After `PoisonedError` or `StorageError` it is not known whether a command was carried out: open
    the store again and send it again.

    Methods block while they wait for the disk; other Python threads run meanwhile.
    """

    _OUTCOME = "escrow_order_outcome *"
    _NAME = "orders"

    def __init__(self, store: Any, pointer: Any) -> None:
        # What comes from a store keeps it alive.
        self._store = store
        self._pointer: Optional[Any] = pointer
        self._host = Host()
        self._lock = threading.Lock()
        inherit(self)

    def _refusal_of(self, outcome: Any) -> Exception:
        return order_refusal_of(outcome)

    def _renew(self) -> None:
        """In a forked child: leaves what threads of the parent may have been in the middle of."""
        self._lock = threading.Lock()

    def __enter__(self) -> Orders:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<escrowdb.Orders {'closed' if self._pointer is None else 'open'}>"

    def close(self) -> None:
        """Lets go of the orders, which remain in the store. Closing the store does this too."""
        with self._lock:
            pointer, self._pointer = self._pointer, None
        if pointer is not None:
            ffi.release(pointer)

    @property
    def is_closed(self) -> bool:
        """Whether they were closed."""
        return self._pointer is None

    def register_buyer(self, buyer: IdLike, ledger: Union[int, Ledger]) -> None:
        """Opens the account of a buyer in a ledger. Again, it changes nothing.

        Refused: `ID_MUST_BE_VALID`; `REFUSED_BY_LEDGER` if there is no such ledger;
        `ACCOUNT_MUST_FIT` if the host has opened an account with that id.
        """
        arguments = id_struct(buyer, "buyer"), ledger_number(ledger)
        self._command(lib.escrow_orders_register_buyer, *arguments)

    def register_seller(self, seller: IdLike, ledger: Union[int, Ledger]) -> None:
        """Opens the account of a seller in a ledger. Again, it changes nothing.

        Refused: as `register_buyer`.
        """
        arguments = id_struct(seller, "seller"), ledger_number(ledger)
        self._command(lib.escrow_orders_register_seller, *arguments)

    @staticmethod
    def buyer_account(buyer: IdLike, ledger: Union[int, Ledger]) -> Id:
        """Gives the account through which the money of a buyer's orders passes in a ledger.

        What it has available is due to the sources of that money. It is managed: no operation of
        the caller debits or credits it.
        """
        made = ffi.new("escrow_u128 *")
        arguments = id_struct(buyer, "buyer"), ledger_number(ledger)
        call(lib.escrow_orders_buyer_account, *arguments, made)
        return Id(u128_number(made))

    @staticmethod
    def seller_account(seller: IdLike, ledger: Union[int, Ledger]) -> Id:
        """Gives the account that the earnings of a seller come to in a ledger.

        Its money is the caller's to pay out.
        """
        made = ffi.new("escrow_u128 *")
        arguments = id_struct(seller, "seller"), ledger_number(ledger)
        call(lib.escrow_orders_seller_account, *arguments, made)
        return Id(u128_number(made))

    def keep_policy(self, policy: Policy) -> bytes:
        """Keeps a policy for ever, as a dict or as JSON text; gives its hash, for `Terms`.

        Kept again, it changes nothing. Raises `InvalidArgumentError`, which names the field, if it
        makes no sense.
        """
        text, room = policy_text(policy), ffi.new("uint8_t[]", HASH_BYTES)
        self._call(lib.escrow_orders_keep_policy, ffi.from_buffer(text), len(text), room)
        return bytes(ffi.buffer(room))

    def policy(self, hash: bytes) -> Optional[dict[str, Any]]:
        """Gives the policy that the store keeps under this hash."""
        key = ffi.from_buffer(bytes(checked_bytes(hash, HASH_BYTES, "the hash of a policy")))
        length, capacity = ffi.new("size_t *"), 1 << 12
        while True:
            room = ffi.new("char[]", capacity)
            function = lib.escrow_orders_policy
            code, error = self._code(function, key, room, capacity, length)
            if code != ErrorCode.BUFFER_TOO_SMALL:
                break
            capacity = int(length[0])
        if code == ErrorCode.NOT_FOUND:
            return None
        if code:
            raise_error(code, error)
        kept: dict[str, Any] = json.loads(bytes(ffi.buffer(room, length[0])))
        return kept

    def place(self, order: IdLike, terms: Terms) -> None:
        """Places an order; its id is its own for ever, and with the same terms it is placed once.

        From now on until the end of the policy's window for it, it is paid by `tender_came` and
        `pay_from_wallet`.

        Refused: `ID_MUST_BE_VALID`, `COUNT_MUST_BE_VALID`, `AMOUNT_MUST_BE_VALID`,
        `LINE_MUST_BE_VALID`, `LINES_MUST_EQUAL_LEG`, `TENDERS_MUST_EQUAL_LEGS`,
        `COMMISSION_MUST_BE_VALID`, `POLICY_NOT_FOUND`, `BUYER_MUST_BE_REGISTERED`,
        `SELLER_MUST_BE_REGISTERED`; `ACCOUNT_MUST_FIT` if a source is not an account of this
        ledger, is not external as a tender from outside has to be, is external, or a seller's
        earnings, as promotion cannot be; or if the commission account is none of this ledger that
        can take it: not external, not managed, not spend-only, without a limit of what comes in,
        and not that of a seller who pays it; or if what the buyer keeps goes to none that is
        spend-only and can take it; `ORDER_EXISTS_WITH_OTHER_TERMS`.
        """
        struct, _kept = terms_struct(terms)
        self._command(lib.escrow_orders_place, id_struct(order, "order"), struct)

    def tender_came(self, order: IdLike, tender: int, *, id: IdLike) -> bool:
        """Reports that the money of a tender is there; says whether the order is paid by it.

        `tender` is its place in the terms. It comes into escrow, and goes back by itself if the
        order is not paid in time. With the last one all legs are paid, in the same chain, or, if
        one of them cannot be, this tender did not come. What comes too late or a second time is
        taken in and goes back at once: then the answer is `False`, too, and `tender_came_with`
        tells. Sent again with the same id, it changes nothing.

        Refused: `ID_MUST_BE_VALID`, `COMMAND_ID_IS_TAKEN`, `ORDER_NOT_FOUND`, `TENDER_NOT_FOUND`,
        `TENDER_KIND_MUST_FIT` if it comes from a wallet: see `pay_from_wallet`; `REFUSED_BY_LEDGER`
        if the source has not got it, say.
        """
        number = whole_number(tender, "a tender", 32)
        arguments = id_struct(order, "order"), number, id_struct(id, "id")
        return bool(self._command_for("uint32_t", lib.escrow_orders_tender_came, *arguments))

    def tender_came_with(
        self, order: IdLike, tender: int, amount: int, *, id: IdLike
    ) -> TenderCame:
        """Reports that so much money of a tender is there, in minor units.

        As `tender_came` does of what was asked for. What is above that goes back to its source when
        the order is paid, or to the buyer's own account if the terms say so. What comes too late,
        for a cancelled order, or a second time is taken in and goes back to its source at once: the
        caller has the acquirer carry out what the timeline shows.

        Refused: `ID_MUST_BE_VALID`, `AMOUNT_MUST_BE_VALID`, `COMMAND_ID_IS_TAKEN`,
        `ORDER_NOT_FOUND`, `TENDER_NOT_FOUND`, `TENDER_KIND_MUST_FIT` if it comes from a wallet,
        `TENDER_FALLS_SHORT`, with how much more is asked for; `REFUSED_BY_LEDGER` if the source has
        not got it, say.
        """
        arguments = (
            id_struct(order, "order"),
            whole_number(tender, "a tender", 32),
            u128_struct(whole_number(amount, "an amount")),
            id_struct(id, "id"),
        )
        function = lib.escrow_orders_tender_came_with
        return self._command_for_record(TenderCame, function, *arguments)

    def wallet_terms(self, order: IdLike, tender: int) -> OrderTerms:
        """Gives what the owner of a wallet authorises to pay a tender of an order from it.

        That is by `Wallets.authorise_order`. Its order stands for this tender and all terms of the
        order, so that for any other ones it is void. `Wallets.needs_for_order` says what it takes.

        Refused: `ORDER_NOT_FOUND`, `TENDER_NOT_FOUND`, `TENDER_KIND_MUST_FIT` if it does not come
        from a wallet.
        """
        number = whole_number(tender, "a tender", 32)
        terms, part = ffi.new("escrow_order *"), ffi.new("escrow_order_part *")
        function = lib.escrow_orders_wallet_terms
        self._command(function, id_struct(order, "order"), number, terms, part)
        parts = [OrderPart._of(ffi.buffer(part)[:])]
        return OrderTerms(Order._of(ffi.buffer(terms)[:]), parts)

    def pay_from_wallet(
        self,
        wallets: Wallets,
        order: IdLike,
        tender: int,
        *,
        authorisation: Optional[IdLike] = None,
        id: IdLike,
    ) -> TenderCame:
        """Pays a tender of an order from its wallet, as the owner authorised for `wallet_terms`.

        Using the authorisation up, counting the payment against the wallet's limits, and taking the
        tender are one chain; with the last tender all legs are paid in it, too. None is needed for
        a small payment, which the policy of the wallets exempts. What is refunded goes back to the
        wallet. Sent again with the same id, it changes nothing.

        Refused: `ID_MUST_BE_VALID`, `COMMAND_ID_IS_TAKEN`, `ORDER_NOT_FOUND`, `TENDER_NOT_FOUND`,
        `TENDER_KIND_MUST_FIT`, `ORDER_IS_PAID`, `ORDER_IS_CANCELLED`, `PAYMENT_WINDOW_IS_OVER`,
        `TENDER_HAS_COME`; `REFUSED_BY_WALLET`, and why in the outcome, as of `pay_order`;
        `REFUSED_BY_LEDGER` for want of money, say.
        """
        arguments = (
            id_struct(order, "order"),
            whole_number(tender, "a tender", 32),
            id_struct(0 if authorisation is None else authorisation, "authorisation"),
            id_struct(id, "id"),
        )
        if not isinstance(wallets, Wallets):
            raise TypeError(f"the wallets must be Wallets, not {type(wallets).__name__}")
        function = lib.escrow_orders_pay_from_wallet
        return self._command_for_record(TenderCame, function, wallets._open_pointer(), *arguments)

    def cancel_unpaid(self, order: IdLike, *, id: IdLike) -> int:
        """The buyer cancels an order that is not paid; gives what went back by it, in minor units.

        What has come goes back, and the order can never be paid. Sent again with the same id, it
        changes nothing.

        Refused: `ID_MUST_BE_VALID`, `COMMAND_ID_IS_TAKEN`, `ORDER_NOT_FOUND`, `ORDER_IS_PAID`,
        `ORDER_IS_CANCELLED`; `REFUSED_BY_LEDGER` if a source is closed, say: it gets its money back
        when the window ends.
        """
        arguments = id_struct(order, "order"), id_struct(id, "id")
        back = self._command_for("escrow_u128", lib.escrow_orders_cancel_unpaid, *arguments)
        return u128_number(back)

    def pay_again(self, order: IdLike, *, id: IdLike) -> int:
        """The buyer pays an order again whose window is over; gives until when it can be paid.

        The window begins anew, and all tenders are awaited. What came before is back at its source.
        Sent again with the same id, it changes nothing.

        Refused: `ID_MUST_BE_VALID`, `COMMAND_ID_IS_TAKEN`, `ORDER_NOT_FOUND`, `ORDER_IS_PAID`,
        `ORDER_IS_CANCELLED`, `PAYMENT_WINDOW_IS_OPEN`.
        """
        arguments = id_struct(order, "order"), id_struct(id, "id")
        return int(self._command_for("uint64_t", lib.escrow_orders_pay_again, *arguments))

    def act(
        self,
        order: IdLike,
        part: int,
        party: Party,
        command: PartCommand,
        *,
        id: IdLike,
        staff: str = "",
    ) -> Acted:
        """Does something about a part of a paid order.

        `part` is the place of its leg in the terms, or the number that a part had when it was
        divided off another one. The caller attests who acts; `staff` is the
        name of a member of staff, 1 to 64 of a-z, 0-9, `.`, `_`, `@` and `-`. What is due of the
        part is carried out first: see `work`. Sent again with the same id, it changes nothing, and
        is answered as the first time.

        Refused: `ID_MUST_BE_VALID`, `STAFF_MUST_BE_NAMED`, `COMMAND_ID_IS_TAKEN`,
        `ORDER_NOT_FOUND`, `PART_NOT_FOUND`, `ORDER_MUST_BE_PAID`; `NOT_IN_THIS_STAGE` and
        `NOT_BY_THIS_ACTOR`, with what the actor can do; `AMOUNT_MUST_BE_VALID`,
        `AMOUNT_EXCEEDS_PART`, `AMOUNT_MUST_MATCH`, `CLAIM_MUST_BE_WHOLE`, `CLAIM_IS_TOO_EARLY`,
        `RETURN_IS_NOT_POSSIBLE`, `REFERENCE_MUST_BE_GIVEN`, `EXTENSION_MUST_BE_VALID`,
        `NOTHING_IS_PROPOSED`, `QUESTION_MUST_BE_VALID`, `NO_EVIDENCE_IS_ASKED_FOR`,
        `SECOND_MUST_DECIDE`; `REFUSED_BY_LEDGER`.
        """
        arguments = (
            id_struct(order, "order"),
            whole_number(part, "a part", 32),
            whole_number(party, "a party", 32),
            *given(staff, "the name of a member of staff"),
            pointer_to(command, PartCommand, "a command"),
            id_struct(id, "id"),
        )
        return self._command_for_record(Acted, lib.escrow_orders_act, *arguments)

    def act_on_items(
        self,
        order: IdLike,
        part: int,
        items: Iterable[Item],
        party: Party,
        command: PartCommand,
        *,
        id: IdLike,
        staff: str = "",
    ) -> Acted:
        """Does something about some items of a part that has no complaint.

        They become a part of their own, which the answer names, in the same chain, and the rest of
        the part stays as it is. If they are all of the part, it is done about the part itself. An
        amount, of a claim say, is one of the new part. All else is as of `act`.

        A part that was divided off has the part's seller, stage and time; the tax of its items, by
        their price; of the shipping what the policy says; and of each tender its share.

        Refused: as `act`; `ITEMS_MUST_BE_VALID`, `LEG_HAS_NO_LINES`, `ITEM_NOT_IN_PART`,
        `QUANTITY_EXCEEDS_PART`, `PART_HAS_COMPLAINT`, `TOO_MANY_PARTS`.
        """
        arguments = (
            id_struct(order, "order"),
            whole_number(part, "a part", 32),
            *items_array(items),
            whole_number(party, "a party", 32),
            *given(staff, "the name of a member of staff"),
            pointer_to(command, PartCommand, "a command"),
            id_struct(id, "id"),
        )
        return self._command_for_record(Acted, lib.escrow_orders_act_on_items, *arguments)

    def amount_of_items(
        self, order: IdLike, part: int, items: Iterable[Item], action: Action
    ) -> int:
        """Gives what some items of a part would come to if this were done about them alone.

        In minor units: with their taxes, and of the shipping what the policy says of it. Who claims
        all of it, or asks to cancel, names just that.

        Refused: `ITEMS_MUST_BE_VALID`, `ORDER_NOT_FOUND`, `PART_NOT_FOUND`, `ORDER_MUST_BE_PAID`,
        `PART_HAS_COMPLAINT`, `NOT_IN_THIS_STAGE`, `LEG_HAS_NO_LINES`, `ITEM_NOT_IN_PART`,
        `QUANTITY_EXCEEDS_PART`.
        """
        arguments = (
            id_struct(order, "order"),
            whole_number(part, "a part", 32),
            *items_array(items),
            whole_number(action, "an action", 32),
        )
        function = lib.escrow_orders_amount_of_items
        return u128_number(self._command_for("escrow_u128", function, *arguments))

    def give_goodwill(
        self, order: IdLike, amount: int, *, from_: IdLike, to: IdLike, staff: str, id: IdLike
    ) -> None:
        """Has a member of staff give the buyer of an order of the platform's own money, at once.

        The amount is in minor units, from an account of the platform to a spend-only account of the
        buyer's: a transfer of its own, whose user data is the order. It stands beside the money of
        the order, and is no refund of it: in any state of the order, and as often as it is given.
        Sent again with the same id, it changes nothing.

        Refused: `ID_MUST_BE_VALID`, `STAFF_MUST_BE_NAMED`, `AMOUNT_MUST_BE_VALID`,
        `COMMAND_ID_IS_TAKEN`, `ORDER_NOT_FOUND`; `ACCOUNT_MUST_FIT` if the first account is none of
        the platform in this ledger, being external, managed, spend-only or a seller's, or the
        second none of a buyer's; `REFUSED_BY_LEDGER` if the platform's account has not got it, say.
        """
        arguments = (
            id_struct(order, "order"),
            *given(staff, "the name of a member of staff"),
            id_struct(from_, "from_"),
            id_struct(to, "to"),
            u128_struct(whole_number(amount, "an amount")),
            id_struct(id, "id"),
        )
        self._command(lib.escrow_orders_give_goodwill, *arguments)

    def options(self, order: IdLike, part: int, party: Party) -> PartOptions:
        """Gives what a party can do about a part now, until when, and what happens if nobody acts.

        A page of a shop is drawn from that.

        Refused: `ORDER_NOT_FOUND`, `PART_NOT_FOUND`, `ORDER_MUST_BE_PAID`.
        """
        arguments = (
            id_struct(order, "order"),
            whole_number(part, "a part", 32),
            whole_number(party, "a party", 32),
        )
        return self._command_for_record(PartOptions, lib.escrow_orders_options, *arguments)

    def order(self, order: IdLike) -> OrderView:
        """Gives an order as it is now, with its tenders and parts, all of it as of one moment.

        Refused: `ORDER_NOT_FOUND`.
        """
        (view,) = self._command_for_rows(
            OrderView, lib.escrow_order_view_at, lib.escrow_orders_find, id_struct(order, "order")
        )
        return view

    def timeline(self, order: IdLike) -> list[OrderStep]:
        """Gives all steps of an order, in the order in which they were taken.

        Refused: `ORDER_NOT_FOUND`.
        """
        function = lib.escrow_orders_timeline
        return self._command_for_rows(
            OrderStep, lib.escrow_order_step_at, function, id_struct(order, "order")
        )

    def events(self, after: TimeLike = 0, limit: int = 256) -> tuple[list[OrderStep], int]:
        """Gives what happened to orders after a time of the feed, and how far it was looked at.

        At most `limit` steps: each with its order, part and stage, and each part that a
        deadline has ended, which is a step of no timeline. So a shop sends letters and keeps its
        pages: acknowledge the second value by `Store.acknowledge` when they are dealt with, and
        begin there. All is seen when it is `after`; a page without steps may be followed by others.
        With a limit of 0 nothing is looked at. `Snapshot.consumer` says where a consumer stands; a
        time that was archived raises `ArchivedError`, which says from when on the feed is there.
        """
        until = ffi.new("uint64_t *")
        begin, most = nanoseconds(after), whole_number(limit, "a limit", 64)
        function = lib.escrow_orders_events
        steps = self._rows(OrderStep, lib.escrow_order_step_at, function, begin, most, until)
        return steps, int(until[0])

    def orders_of_buyer(
        self, buyer: IdLike, limit: int = 256, *, after: Optional[ListedOrder] = None
    ) -> list[ListedOrder]:
        """Gives the orders of a buyer, the oldest first.

        To go on after an order, give its row as `after`.
        """
        function, of = lib.escrow_orders_of_buyer, id_struct(buyer, "buyer")
        return self._pages(ListedOrder, limit, after, row_or_null, function, of)

    def orders_of_seller(
        self, seller: IdLike, limit: int = 256, *, after: Optional[ListedOrder] = None
    ) -> list[ListedOrder]:
        """Gives the parts of orders of a seller, the oldest first.

        To go on after a part, give its row as `after`.
        """
        function, of = lib.escrow_orders_of_seller, id_struct(seller, "seller")
        return self._pages(ListedOrder, limit, after, row_or_null, function, of)

    def open_parts(
        self,
        limit: int = 256,
        *,
        stage: Optional[Stage] = None,
        due_before: TimeLike = 0,
        after: Optional[OpenPart] = None,
    ) -> list[OpenPart]:
        """Gives the parts of all orders that are open, those first that are due next.

        In this stage alone, if it is given, and those alone that are due before a time, if that is
        given. So staff find what is escalated, and what will end soon. To go on after a part, give
        its row as `after`. What is done meanwhile may stand elsewhere.
        """
        number = 0 if stage is None else whole_number(stage, "a stage", 32)
        function, before = lib.escrow_orders_open_parts, nanoseconds(due_before)
        return self._pages(OpenPart, limit, after, row_or_null, function, number, before)

    def _pages(
        self,
        kind: type[R],
        limit: int,
        after: Optional[R],
        place: Callable[[Optional[R]], Any],
        function: Any,
        *arguments: Any,
    ) -> list[R]:
        """Lists records page by page; `place` gives what a page begins behind."""
        wanted, count = whole_number(limit, "a limit", 64), ffi.new("size_t *")
        if after is not None:
            checked(after, kind, "after")
        room = ffi.new(f"{kind.C_TYPE}[]", ROWS)
        listed: list[R] = []
        while len(listed) < wanted:
            behind = place(listed[-1] if listed else after)
            capacity = min(ROWS, wanted - len(listed))
            self._call(function, *arguments, behind, room, capacity, count)
            listed += kind._many(ffi.buffer(room), int(count[0]))
            if count[0] < capacity:
                break
        return listed

    def open_refunds(
        self, limit: int = 256, *, after: Optional[OrderRefund] = None
    ) -> list[OrderRefund]:
        """Gives refunds that the caller has to carry out, by their numbers.

        They are neither confirmed nor have they failed. To go on after one, give it as `after`; but
        look through all of them each time, as a new one may stand before those that were seen.
        """

        def behind(last: Optional[OrderRefund]) -> Any:
            return id_struct(0 if last is None else last.reversal, "after")

        function = lib.escrow_orders_open_refunds
        return self._pages(OrderRefund, limit, after, behind, function)

    def refund_confirmed(self, order: IdLike, reversal: IdLike, *, id: IdLike) -> None:
        """Says that a refund was carried out: it is no longer open.

        Sent again with the same id, it changes nothing.

        Refused: `ID_MUST_BE_VALID`, `COMMAND_ID_IS_TAKEN`, `ORDER_NOT_FOUND`, `REFUND_NOT_FOUND`.
        """
        arguments = (
            id_struct(order, "order"),
            id_struct(reversal, "reversal"),
            id_struct(id, "id"),
        )
        self._command(lib.escrow_orders_refund_confirmed, *arguments)

    def refund_failed(self, order: IdLike, reversal: IdLike, suspense: IdLike, *, id: IdLike) -> Id:
        """Says that a refund could not be carried out; gives the account that has its money now.

        The card is closed, say, and the money is with the platform again. It goes to the account in
        which the buyer keeps what comes back, if the terms have one that can take it, and else to
        `suspense`, until the caller has found the buyer. Sent again with the same id, it changes
        nothing, and is answered as the first time.

        Refused: `ID_MUST_BE_VALID`, `COMMAND_ID_IS_TAKEN`, `ORDER_NOT_FOUND`, `REFUND_NOT_FOUND`;
        `ACCOUNT_MUST_FIT` if that account is none of the order's ledger, is external, managed,
        spend-only or has a limit of what comes in; `REFUSED_BY_LEDGER` if it is closed, say.
        """
        arguments = (
            id_struct(order, "order"),
            id_struct(reversal, "reversal"),
            id_struct(suspense, "suspense"),
            id_struct(id, "id"),
        )
        made = self._command_for("escrow_u128", lib.escrow_orders_refund_failed, *arguments)
        return Id(u128_number(made))

    def work(self, limit: int = 1_000) -> OrderWork:
        """Carries out what time alone leaves to be done, of up to `limit` parts.

        Windows of complaints that have run out, and refunds by deadlines on their way to the
        sources of their tenders; and tells what went back of orders that were not paid in time. To
        be called every second or so, by any process: nothing is done twice, wherever one ends
        meanwhile. Without it everything is still done before the next command about the part.
        """
        done = new_struct(OrderWork.C_TYPE)
        self._call(lib.escrow_orders_work, whole_number(limit, "a limit", 64), done)
        return OrderWork._of(ffi.buffer(done)[:])


def items_array(items: Iterable[Item]) -> tuple[Any, int]:
    """Gives items as the library takes them."""
    records = [checked(item, Item, "an item")._record for item in items]
    return ffi.from_buffer("escrow_item[]", b"".join(records)), len(records)


def orders_of_store(store: Any, pointer: Any) -> Orders:
    """Gives the orders of an open store."""
    orders = ffi.new("escrow_orders **")
    call(lib.escrow_orders_open, pointer, orders)
    return Orders(store, ffi.gc(orders[0], lib.escrow_orders_free))


def check_order_policy(policy: Policy) -> None:
    """Sees whether a policy of orders makes sense, without keeping it.

    >>> check_order_policy({"name": "mine"})
    Traceback (most recent call last):
    escrowdb._errors.InvalidArgumentError: policy: missing field `payment` at line 1 column 16
    """
    text = policy_text(policy)
    call(lib.escrow_order_policy_check, ffi.from_buffer(text), len(text))


def order_policy(name: str) -> dict[str, Any]:
    """Gives a policy of orders that comes with the library, as a start for one of your own.

    One of `aliexpress`, `taobao`, `vinted`, `escrow_com` and `digital_goods`. It says itself, in
    `sources`, where its figures come from.

    >>> order_policy("vinted")["processing"]
    {'business_days': 5}
    """
    begin, length = given(name, "the name of a policy")
    text = written_text(lib.escrow_order_policy_preset, begin, length)
    policy: dict[str, Any] = json.loads(text)
    return policy


def order_policy_schema() -> dict[str, Any]:
    """Gives the JSON Schema of policies of orders: every field with what it means.

    >>> sorted(order_policy_schema()["properties"])[:2]
    ['calendar', 'claims']
    """
    schema: dict[str, Any] = json.loads(written_text(lib.escrow_order_policy_schema))
    return schema
