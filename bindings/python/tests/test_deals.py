"""Orders: carts of several sellers, what each side can do, refusals, threads that act at once."""

from __future__ import annotations

import json
import os
import pickle
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import escrowdb
from escrowdb import (
    Account,
    AccountFlags,
    Action,
    ClaimReason,
    Clock,
    ClosedError,
    Durability,
    InvalidArgumentError,
    Item,
    Ledger,
    Leg,
    Line,
    LineKind,
    Operation,
    OrderRefused,
    Orders,
    OrderState,
    OrderStatus,
    PartCommand,
    Party,
    Remedy,
    Silence,
    Stage,
    Status,
    StepKind,
    Store,
    Tender,
    TenderKind,
    Terms,
)

USD = Ledger.iso(1, "USD")
CARD, PROMOTION, COMMISSION, ANNA, BELLE, CARLA = 1, 2, 3, 11, 21, 22
SECOND = 10**9
DAY = 86_400 * SECOND
START = 1_773_144_000 * SECOND
POLICY = {
    "name": "market",
    "payment": {"hours": 1},
    "processing": {"days": 3},
    "protection": {"days": 30},
    "inspection": {"days": 2},
    "claims": {
        "answer": {"days": 5},
        "refused": {"days": 4},
        "after_refusal": "escalate",
        "send_back": {"days": 10},
        "receive_back": {"days": 6},
        "decision": {"days": 7},
        "undecided": "claim",
        "appeal": {"days": 8},
    },
}


class Market:
    """A market with two sellers, whose clock is the test's."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.last = store, START, 5_000
        store.advance(self.now)
        liability = AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS
        accounts = [
            Account(CARD, ledger=USD, code=100, flags=AccountFlags.EXTERNAL),
            Account(PROMOTION, ledger=USD, code=101, flags=liability),
            Account(COMMISSION, ledger=USD, code=102, flags=liability),
        ]
        for outcome in store.create_ledgers([USD]) + store.create_accounts(accounts):
            outcome.check()
        funds = Operation.transfer(
            debit_account=CARD, credit_account=PROMOTION, ledger=USD, amount=Decimal("10000.00")
        )
        store.submit([funds], check=True)
        self.orders = store.orders()
        self.orders.register_buyer(ANNA, USD)
        for seller in (BELLE, CARLA):
            self.orders.register_seller(seller, USD)
        self.policy = self.orders.keep_policy(POLICY)

    def id(self) -> int:
        """Gives the id of another command."""
        self.last += 1
        return self.last

    def wait(self, time: int) -> None:
        """Lets time go by, and a little more."""
        self.now += time + SECOND
        self.store.advance(self.now)

    def cart(self, **changes: Any) -> Terms:
        """Belle sells for 60, Carla for 40; Anna pays 70 by card, and 30 are promotion."""
        fields: dict[str, Any] = {
            "buyer": ANNA,
            "ledger": USD,
            "policy": self.policy,
            "commission_account": COMMISSION,
            "legs": [
                Leg(seller=BELLE, amount=Decimal("60.00"), commission_ppm=100_000, ledger=USD),
                Leg(seller=CARLA, amount=4_000, commission_ppm=100_000),
            ],
            "tenders": [
                Tender(kind=TenderKind.EXTERNAL, source=CARD, amount=7_000),
                Tender(kind=TenderKind.PROMOTION, source=PROMOTION, amount=3_000),
            ],
        }
        return Terms(**{**fields, **changes})

    def buy(self, order: int, **changes: Any) -> int:
        """Places a cart and pays it."""
        self.orders.place(order, self.cart(**changes))
        assert not self.orders.tender_came(order, 0, id=self.id())
        assert self.orders.tender_came(order, 1, id=self.id())
        return order

    def act(self, order: int, part: int, party: Party, command: PartCommand) -> Stage:
        """Does something; gives the stage after it."""
        staff = "eve" if party == Party.STAFF else ""
        return self.orders.act(order, part, party, command, id=self.id(), staff=staff).stage

    def refusal(self, order: int, part: int, party: Party, command: PartCommand) -> OrderRefused:
        """Does what is refused."""
        with pytest.raises(OrderRefused) as refused:
            self.act(order, part, party, command)
        return refused.value

    def available(self, account: int) -> int:
        """Gives what an account can spend."""
        found = self.store.account(account)
        assert found is not None
        return found.balances.available


def claim(amount: int, remedy: Remedy = Remedy.REFUND) -> PartCommand:
    """Complains."""
    reason = ClaimReason.NOT_AS_DESCRIBED
    return PartCommand.claim(amount, reason=reason, remedy=remedy, evidence=77)


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    options = {"clock": Clock.MANUAL, "durability": Durability.PROCESS}
    with escrowdb.open(tmp_path / "market.escrow", **options) as store:
        yield Market(store)


def test_a_fixed_commission_is_taken_once(market: Market) -> None:
    """Out of what is released first, beside the rate; and never more than that."""
    fixed = Decimal("0.25")
    belle = Leg(seller=BELLE, amount=6_000, commission_fixed=fixed, ledger=USD)
    carla = Leg(seller=CARLA, amount=4_000, commission_fixed=25, commission_ppm=100_000)
    order = market.buy(1001, legs=[belle, carla])
    for part in (0, 1):
        market.act(order, part, Party.SELLER, PartCommand.ship())
        market.act(order, part, Party.BUYER, PartCommand.confirm())
    paid = [(part.paid, part.commission) for part in market.orders.order(order).parts]
    assert paid == [(5_975, 25), (3_575, 425)]

    more = Leg(seller=BELLE, amount=6_000, commission_fixed=6_001)
    cart = market.cart(legs=[more, carla])
    with pytest.raises(OrderRefused) as refused:
        market.orders.place(1002, cart)
    assert refused.value.status == OrderStatus.COMMISSION_MUST_BE_VALID


def test_a_cart_of_two_sellers_is_paid_by_card_and_promotion(market: Market) -> None:
    """Nobody is paid before all money is there; of one parcel the buyer says nothing."""
    orders = market.orders
    orders.place(1001, market.cart())
    assert not orders.tender_came(1001, 1, id=1)
    assert not orders.tender_came(1001, 1, id=1)
    view = orders.order(1001)
    assert (view.state, view.parts) == (OrderState.UNPAID, ())
    assert orders.tender_came(1001, 0, id=2)

    options = orders.options(1001, 0, Party.SELLER)
    assert options.possible == (Action.SHIP, Action.CANCEL)
    assert (options.stage, options.if_nobody_acts) == (Stage.PAID, Silence.REFUND)
    assert 0 <= options.until - market.now - 3 * DAY < SECOND
    for part in (0, 1):
        assert market.act(1001, part, Party.SELLER, PartCommand.ship()) == Stage.SHIPPED
    assert market.act(1001, 0, Party.SYSTEM, PartCommand.deliver()) == Stage.DELIVERED
    assert market.act(1001, 0, Party.BUYER, PartCommand.confirm()) == Stage.DONE
    assert market.available(Orders.seller_account(BELLE, USD)) == 5_400

    market.wait(31 * DAY)
    assert market.available(Orders.seller_account(CARLA, USD)) == 3_600
    assert market.available(COMMISSION) == 1_000
    view = orders.order(1001)
    assert view.state == OrderState.DONE
    assert [part.paid for part in view.parts] == [5_400, 3_600]
    assert [(tender.kind, tender.back) for tender in view.tenders] == [
        (TenderKind.EXTERNAL, 0),
        (TenderKind.PROMOTION, 0),
    ]
    assert orders.options(1001, 0, Party.BUYER).if_nobody_acts is None
    assert pickle.loads(pickle.dumps(view)) == view
    assert json.loads(json.dumps(view.as_dict()))["parts"][1]["stage"] == "done"


def test_a_proposal_is_accepted_as_it_was_seen(market: Market) -> None:
    """Both say what they would settle for; again with the same id nothing is done."""
    order = market.buy(1002)
    market.act(order, 0, Party.SELLER, PartCommand.ship())
    market.act(order, 0, Party.SYSTEM, PartCommand.deliver())
    market.act(order, 0, Party.BUYER, claim(6_000))
    market.act(order, 0, Party.SELLER, PartCommand.propose(1_000))
    market.act(order, 0, Party.BUYER, PartCommand.propose(Decimal("20.00"), ledger=USD))
    part = market.orders.order(order).parts[0]
    assert (part.claimed, part.buyer_proposal, part.seller_proposal) == (6_000, 2_000, 1_000)
    changed = market.refusal(order, 0, Party.SELLER, PartCommand.accept(1_999))
    assert changed.status == OrderStatus.AMOUNT_MUST_MATCH
    for _ in range(2):
        acted = market.orders.act(order, 0, Party.SELLER, PartCommand.accept(2_000), id=7)
        assert (acted.stage, acted.refunded) == (Stage.DONE, 2_000)
    with pytest.raises(OrderRefused, match="command_id_is_taken"):
        market.orders.act(order, 0, Party.SELLER, PartCommand.accept(1), id=7)
    assert [tender.back for tender in market.orders.order(order).tenders] == [1_400, 600]


def test_a_silent_seller_leaves_nothing(market: Market) -> None:
    """The deadline gives the money back, and work passes it on by the shares."""
    order = market.buy(1003)
    market.act(order, 1, Party.SELLER, PartCommand.cancel())
    market.wait(3 * DAY)
    account = Orders.buyer_account(ANNA, USD)
    assert (market.orders.order(order).parts[0].due, market.available(account)) == (6_000, 6_000)
    done = market.orders.work()
    assert (done.parts, done.refused) == (1, 0)
    assert (market.orders.order(order).parts[0].due, market.available(account)) == (0, 0)

    told, until = market.orders.events()
    assert [(step.order, step.part, step.kind, step.stage) for step in told[-2:]] == [
        (order, 0, StepKind.REFUNDED_BY_DEADLINE, Stage.DONE),
        (order, 0, StepKind.REFUNDS_PASSED_ON, Stage.DONE),
    ]
    assert market.orders.events(until, 1) == ([], until)
    page, after = market.orders.events(limit=1)
    assert (page[0].kind, page[0].position) == (StepKind.PLACED, after)

    steps = market.orders.timeline(order)
    assert [step.kind for step in steps] == [
        StepKind.PLACED,
        StepKind.TENDER_CAME,
        StepKind.PAID,
        StepKind.ACTED,
        StepKind.REFUNDS_PASSED_ON,
    ]
    assert (steps[0].command, steps[0].is_of_part, steps[0].stage) == (order, False, None)
    assert (steps[3].action, steps[3].part, steps[3].by) == (Action.CANCEL, 1, Party.SELLER)
    assert [(back.tender, back.amount) for back in steps[4].refunds] == [(0, 4_200), (1, 1_800)]
    assert str(steps[3]).endswith(
        "part 1: cancel by seller, then done, 2800 back to tender 0, 1200 back to tender 1"
    )
    assert pickle.loads(pickle.dumps(steps)) == steps


def test_staff_decide_and_windows_end(market: Market) -> None:
    """Refused, escalated by nobody's word, decided, appealed against, and carried out."""
    order = market.buy(1004)
    market.act(order, 0, Party.SELLER, PartCommand.ship())
    market.act(order, 0, Party.BUYER, claim(3_000, Remedy.RETURN))
    assert market.act(order, 0, Party.SELLER, PartCommand.refuse(evidence=78)) == Stage.REFUSED
    market.wait(4 * DAY)
    market.orders.work()
    market.act(order, 0, Party.STAFF, PartCommand.ask_evidence(Party.SELLER, 3_600))
    assert market.orders.order(order).parts[0].seller_asked_until > 0
    given = PartCommand.give_evidence(80)
    assert market.act(order, 0, Party.SELLER, given) == Stage.ESCALATED
    assert market.act(order, 0, Party.STAFF, PartCommand.decide(2_500)) == Stage.DECIDED
    part = market.orders.order(order).parts[0]
    assert (part.is_decided, part.decided, part.is_half_decided) == (True, 2_500, False)
    assert market.act(order, 0, Party.SELLER, PartCommand.appeal(evidence=79)) == Stage.ESCALATED
    options = market.orders.options(order, 0, Party.STAFF)
    assert options.possible == (Action.DECIDE, Action.ASK_EVIDENCE)
    assert (options.if_nobody_acts, options.decision) == (Silence.CARRY_OUT, 2_500)
    market.wait(7 * DAY)
    market.orders.work()
    assert market.orders.order(order).parts[0].refunded == 2_500
    decided = [step for step in market.orders.timeline(order) if step.staff]
    assert [(step.staff, step.action, step.amount) for step in decided] == [
        ("eve", Action.ASK_EVIDENCE, 0),
        ("eve", Action.DECIDE, 2_500),
    ]


def test_staff_give_goodwill(market: Market) -> None:
    """Of the platform's own money, at once."""
    order, own = market.buy(1006), 41
    flags = AccountFlags.SPEND_ONLY | AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS
    market.store.create_accounts([Account(own, ledger=USD, code=9, flags=flags)])
    for _ in range(2):
        market.orders.give_goodwill(order, 7, from_=PROMOTION, to=own, staff="eve", id=60)
    assert market.orders.order(order).goodwill == 7
    with pytest.raises(OrderRefused) as refused:
        market.orders.give_goodwill(order, 7, from_=own, to=own, staff="eve", id=61)
    assert refused.value.status == OrderStatus.ACCOUNT_MUST_FIT


def test_refusals_say_what_is_possible(market: Market) -> None:
    """Each with the law, and where the stage is why, with that and what can be done."""
    order = market.buy(1005)
    refused = market.refusal(order, 0, Party.SELLER, PartCommand.confirm())
    assert refused == OrderRefused(
        OrderStatus.NOT_IN_THIS_STAGE, Stage.PAID, [Action.SHIP, Action.CANCEL]
    )
    assert str(refused) == ("not_in_this_stage: the part is paid, and this actor can ship, cancel")
    assert pickle.loads(pickle.dumps(refused)) == refused
    assert isinstance(refused, escrowdb.Refusal)
    refused = market.refusal(order, 0, Party.BUYER, PartCommand.ship())
    assert refused.status == OrderStatus.NOT_BY_THIS_ACTOR
    for status, command in [
        (OrderStatus.AMOUNT_EXCEEDS_PART, claim(6_001)),
        (OrderStatus.CLAIM_MUST_BE_WHOLE, claim(5_999)),
        (OrderStatus.EXTENSION_MUST_BE_VALID, PartCommand.extend(1)),
        (
            OrderStatus.REFERENCE_MUST_BE_GIVEN,
            PartCommand.claim(6_000, reason=ClaimReason.OTHER, remedy=Remedy.REFUND, evidence=0),
        ),
    ]:
        assert market.refusal(order, 0, Party.BUYER, command).status == status
    assert market.refusal(order, 2, Party.BUYER, claim(1)).status == OrderStatus.PART_NOT_FOUND
    for call in (market.orders.order, market.orders.timeline):
        with pytest.raises(OrderRefused, match="order_not_found"):
            call(1999)
    with pytest.raises(OrderRefused, match="staff_must_be_named"):
        market.orders.act(order, 0, Party.STAFF, PartCommand.decide(1), id=1, staff="E!")
    with pytest.raises(OrderRefused, match="tenders_must_equal_legs"):
        market.orders.place(1, market.cart(tenders=market.cart().tenders[:1]))
    with pytest.raises(OrderRefused, match="policy_not_found"):
        market.orders.place(1, market.cart(policy=bytes(32)))
    with pytest.raises(OrderRefused) as by_ledger:
        market.orders.register_seller(BELLE, 9)
    assert by_ledger.value.ledger_status == Status.LEDGER_NOT_FOUND


def test_items_of_a_part_go_their_own_way(market: Market) -> None:
    """Two of three are sent, and the third is cancelled; the shipping went with what was sent."""
    lines = [
        Line(kind=LineKind.ITEM, reference=71, quantity=3, amount=Decimal("45.00"), ledger=USD),
        Line(kind=LineKind.SHIPPING, amount=600),
        Line(kind=LineKind.TAX, amount=900),
    ]
    leg = Leg(seller=BELLE, amount=6_000, commission_ppm=100_000, lines=lines)
    other = Leg(seller=CARLA, amount=4_000)
    assert pickle.loads(pickle.dumps(leg)) == leg != Leg(seller=BELLE, amount=6_000)
    assert leg.as_dict()["lines"][0]["quantity"] == 3
    orders, two = market.orders, [Item(0, 2)]
    short = Leg(seller=BELLE, amount=6_000, lines=lines[:2])
    with pytest.raises(OrderRefused) as refused:
        orders.place(1009, market.cart(legs=[short, other]))
    assert refused.value.status == OrderStatus.LINES_MUST_EQUAL_LEG
    # The lines of the second leg are known by their leg.
    orders.place(1009, market.cart(legs=[other, leg]))
    for tender in (0, 1):
        orders.tender_came(1009, tender, id=market.id())
    assert orders.amount_of_items(1009, 1, two, Action.SHIP) == 4_200
    ship, command = PartCommand.ship(), market.id()
    for _ in range(2):
        acted = orders.act_on_items(1009, 1, two, Party.SELLER, ship, id=command)
        assert (acted.part, acted.stage) == (2, Stage.SHIPPED)
    assert market.act(1009, 1, Party.SELLER, PartCommand.cancel()) == Stage.DONE
    assert market.act(1009, 2, Party.BUYER, PartCommand.confirm()) == Stage.DONE
    view = orders.order(1009)
    part = view.parts[2]
    assert (part.leg, part.shipping, part.tax, part.paid) == (1, 600, 600, 3_780)
    (item,) = part.items
    assert (item.line, item.reference, item.quantity, item.amount) == (0, 71, 2, 3_000)
    assert view.parts[0].items == ()
    assert pickle.loads(pickle.dumps(part)) == part
    assert part.as_dict()["items"][0]["quantity"] == 2
    step = orders.timeline(1009)[3]
    assert (step.part, step.is_divided, step.divided_from) == (2, True, 1)
    for place, items, status in [
        (0, two, OrderStatus.LEG_HAS_NO_LINES),
        (1, [], OrderStatus.ITEMS_MUST_BE_VALID),
        (1, [Item(0, 0)], OrderStatus.ITEMS_MUST_BE_VALID),
    ]:
        with pytest.raises(OrderRefused) as refused:
            orders.act_on_items(1009, place, items, Party.SELLER, ship, id=market.id())
        assert refused.value.status == status


def test_an_order_is_paid_by_attempts(market: Market) -> None:
    """Short, lapsed, paid again, cancelled: whatever comes is taken in or goes back."""
    order, orders = 1008, market.orders
    orders.place(order, market.cart())
    with pytest.raises(OrderRefused, match="tender_falls_short: 1 missing") as short:
        orders.tender_came_with(order, 0, 6_999, id=market.id())
    assert pickle.loads(pickle.dumps(short.value)).missing == 1
    came = orders.tender_came_with(order, 0, 7_000, id=market.id())
    assert (came.is_taken, came.has_paid, came.back) == (True, False, 0)
    with pytest.raises(OrderRefused, match="payment_window_is_open"):
        orders.pay_again(order, id=market.id())
    market.wait(DAY)
    orders.work()
    assert orders.order(order).state == OrderState.LAPSED
    assert orders.pay_again(order, id=market.id()) > market.now
    orders.tender_came(order, 0, id=market.id())
    assert orders.cancel_unpaid(order, id=market.id()) == 7_000
    late = orders.tender_came_with(order, 1, 3_000, id=market.id())
    assert (late.is_taken, late.back) == (False, 3_000)
    assert orders.order(order).state == OrderState.CANCELLED


def test_what_makes_no_sense_is_no_refusal(market: Market) -> None:
    """Nothing that was given is dropped in silence, and nothing is done."""
    order = market.buy(1006)
    bad = PartCommand(Action.SHIP, amount=1)
    with pytest.raises(InvalidArgumentError, match="amount must be zero for this action"):
        market.act(order, 0, Party.SELLER, bad)
    with pytest.raises(InvalidArgumentError, match="staff alone have a name"):
        market.orders.act(order, 0, Party.SELLER, PartCommand.ship(), id=1, staff="eve")
    with pytest.raises(InvalidArgumentError):
        market.act(order, 0, Party(9), PartCommand.ship())
    with pytest.raises(TypeError):
        market.orders.act(order, 0, Party.SELLER, "ship", id=1)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        PartCommand.propose(1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="has 32 bytes"):
        market.cart(policy=b"short")
    with pytest.raises(InvalidArgumentError, match="inspection"):
        escrowdb.check_order_policy({**POLICY, "inspection": {"seconds": 0}})
    with pytest.raises(InvalidArgumentError):
        market.orders.keep_policy("no policy")
    assert market.orders.order(order).parts[0].stage == Stage.PAID


def test_policies_are_kept_by_their_hash(market: Market) -> None:
    assert market.orders.keep_policy(json.dumps(POLICY)) == market.policy
    assert market.orders.policy(market.policy) == POLICY
    assert market.orders.policy(bytes(32)) is None
    assert "claims" in escrowdb.order_policy_schema()["properties"]


def test_refunds_are_listed_until_they_are_carried_out(market: Market) -> None:
    orders = market.orders
    for order in (1, 2):
        market.buy(order)
        orders.act(order, 1, Party.SELLER, PartCommand.cancel(), id=order * 100)
    first, second = orders.open_refunds()
    assert (first.order, first.tender, first.source) == (1, 0, CARD)
    assert (first.amount, first.ledger) == (2_800, 1)
    assert orders.open_refunds(1) == [first]
    assert orders.open_refunds(after=first) == [second]
    for _ in range(2):
        orders.refund_confirmed(1, first.reversal, id=50)
        assert orders.refund_failed(2, second.reversal, COMMISSION, id=51) == COMMISSION
    assert orders.open_refunds() == []
    with pytest.raises(OrderRefused) as caught:
        orders.refund_confirmed(1, first.reversal, id=52)
    assert caught.value.status is OrderStatus.REFUND_NOT_FOUND


def test_orders_are_listed_page_by_page(market: Market) -> None:
    """More than are fetched at once."""
    for order in range(1, 71):
        market.orders.place(order, market.cart())
    listed = market.orders.orders_of_buyer(ANNA)
    assert [row.order for row in listed] == list(range(1, 71))
    page = market.orders.orders_of_seller(CARLA, 3, after=None)
    assert [(row.order, row.part) for row in page] == [(1, 1), (2, 1), (3, 1)]
    page = market.orders.orders_of_seller(CARLA, 3, after=page[-1])
    assert [row.order for row in page] == [4, 5, 6]
    assert market.orders.orders_of_buyer(BELLE) == []


def test_open_parts_are_found_by_what_is_due_next(market: Market) -> None:
    """Staff see what ends soon, stage by stage and page by page."""
    orders, order = market.orders, market.buy(1)
    market.act(order, 0, Party.SELLER, PartCommand.ship())
    (first, second) = orders.open_parts()
    assert (first.order, first.part, first.stage) == (order, 1, Stage.PAID)
    assert (second.part, second.stage) == (0, Stage.SHIPPED)
    assert orders.open_parts(1) == [first]
    assert orders.open_parts(after=first) == [second]
    assert orders.open_parts(stage=Stage.SHIPPED) == [second]
    assert orders.open_parts(due_before=market.now + 4 * DAY) == [first]
    assert orders.open_parts(stage=Stage.ESCALATED) == []


def test_two_threads_act_at_once(market: Market) -> None:
    """One wins, and the other one is told what is possible then."""
    for order in range(1, 9):
        market.buy(order)
    start, told = threading.Barrier(2), []

    def work(name: int) -> None:
        for order in range(1, 9):
            start.wait()
            try:
                market.orders.act(order, 0, Party.SELLER, PartCommand.ship(), id=name + order)
            except OrderRefused as refused:
                told.append((refused.status, refused.stage, refused.possible))

    threads = [threading.Thread(target=work, args=(name,)) for name in (10_000, 20_000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [(OrderStatus.NOT_IN_THIS_STAGE, Stage.SHIPPED, (Action.EXTEND,))] * 8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_goes_on_with_its_parents_orders(market: Market) -> None:
    """What it does there its parent sees."""
    order = market.buy(1007)
    child = os.fork()
    if child == 0:
        try:
            shipped = market.orders.act(order, 0, Party.SELLER, PartCommand.ship(), id=1)
            os._exit(0 if shipped.stage == Stage.SHIPPED else 1)
        except BaseException:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert market.orders.order(order).parts[0].stage == Stage.SHIPPED
    again = market.orders.act(order, 0, Party.SELLER, PartCommand.ship(), id=1)
    assert again.stage == Stage.SHIPPED


def test_closing_the_store_closes_its_orders(market: Market) -> None:
    with market.store.orders() as second:
        assert second.orders_of_buyer(ANNA) == []
    assert second.is_closed
    with pytest.raises(ClosedError, match="the orders were closed"):
        second.work()
    market.orders.close()
    market.orders.close()
    third = market.store.orders()
    market.store.close()
    assert third.is_closed
    assert repr(third) == "<escrowdb.Orders closed>"
