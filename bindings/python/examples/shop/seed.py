"""What is in the store when the demo begins: sellers, staff, a shopper, and orders in every stage.

All of it by the same calls that the pages make, with a clock that is a month behind at first.
"""

from __future__ import annotations

import struct
import zlib
from itertools import count

from escrowdb import (
    Actor,
    CardReference,
    ClaimReason,
    DocumentKind,
    Evidence,
    EvidenceKind,
    Id,
    Item,
    LetterFate,
    LetterKind,
    Operation,
    PartCommand,
    Party,
    Profile,
    Refused,
    Remedy,
    StaffRoles,
    WalletStatus,
)

from . import deals, files, others, people
from .carts import Cart, tenders_of, terms_of
from .catalogue import SELLERS
from .duties import CARRIER
from .house import BANK, FIRST_OPERATOR, TERMS, USD, House
from .pages.account import DEMO_PASSWORD, DEMO_PAYMENT_PASSWORD
from .people import account_of, new_wallet
from .stand_ins.acquirer import Acquirer, card_of

DAY = 24 * 3600 * 1_000_000_000
#: How long before now the story begins.
BEFORE = 30 * DAY
STAFF = {
    "olga": StaffRoles.OPERATOR,
    "otto": StaffRoles.OPERATOR,
    "eve": StaffRoles.SUPPORT | StaffRoles.REVIEWER,
    "adam": StaffRoles.REVIEWER | StaffRoles.APPROVER,
}
ADDRESS = "Long Road 1\n602 00 Brno"


class Seed:
    """Fills a store; its ids are the same in every store, so that it can be looked up."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._numbers = count(1)
        self._now = house.now()
        self._acquirer = Acquirer(house.settings)

    def next(self) -> Id:
        """Gives the id of another command."""
        return Id.named("seed", str(next(self._numbers)))

    def wait(self, days: int) -> None:
        """Lets days pass."""
        self._now += days * DAY
        self.house.store.advance(self._now)
        self.house.orders.work()

    def register(self, email: str, name: str, **known: str) -> Id:
        """Registers a person, whose letters are read at once."""
        wallets, person = self.house.wallets, Id.named("people", email)
        wallets.begin_registration(person, email, captcha_ok=True)
        wallets.confirm_address(self.secret(LetterKind.CONFIRM_ADDRESS))
        profile = Profile(
            name=name, citizenship="CZ", document_kind=DocumentKind.PASSPORT,
            document_country="CZ", document_number=f"P-{int(person) % 10**9}",
            postal_address=ADDRESS, phone="+420 601 000 001",
        )  # fmt: skip
        wallets.set_profile(person, profile)
        wallets.set_login_password(person, DEMO_PASSWORD)
        wallets.set_security_answers(person, {1: "Rex", 2: "Brno"})
        wallets.set_consent(person, "terms", TERMS)
        wallets.submit_registration(person, new_wallet(person))
        people.remember(self.house, person, name=name, email=email, language="en", **known)
        self.house.orders.register_buyer(person, USD)
        self.secret(LetterKind.WELCOME)
        return person

    def secret(self, kind: LetterKind) -> str:
        """Takes the letters that wait; gives the secret of one of a kind."""
        found = ""
        for letter in self.house.wallets.take_letters():
            self.house.wallets.report_letter(letter, LetterFate.DELIVERED)
            found = letter.secret if letter.kind == kind else found
        return found

    def hire(self) -> None:
        """Registers the staff: two operators want each of the others."""
        wallets = self.house.wallets
        olga, otto = (Actor.staff(name, "the shop opens") for name in ("olga", "otto"))
        wallets.register_staff("otto", StaffRoles.OPERATOR, olga)
        for name, roles in STAFF.items():
            if name not in ("olga", "otto"):
                for operator in (olga, otto):
                    try:
                        wallets.register_staff(name, roles, operator)
                    except Refused as refusal:
                        if refusal.status != WalletStatus.SECOND_PERSON_MUST_AGREE:
                            raise
            self.register(f"{name}@example.com", name.capitalize(), staff=name)
        if FIRST_OPERATOR not in STAFF:
            raise LookupError(FIRST_OPERATOR)

    def buy(self, buyer: Id, articles: dict[int, int], from_wallet: int = 0) -> Id:
        """Places an order and pays it: from the wallet so much, and by card the rest."""
        house, orders = self.house, self.house.orders
        cart = Cart(self.next(), articles)
        wallet = house.wallets.wallet(buyer)
        tenders = tenders_of(cart.total, 0, wallet, from_wallet)
        orders.place(cart.id, terms_of(house, cart, buyer, tenders, wallet))
        house.documents.write("orders", str(cart.id), {"address": ADDRESS, "email": ""})
        if from_wallet:
            authorisation = self.next()
            terms = orders.wallet_terms(cart.id, 0)
            house.wallets.authorise_order(authorisation, terms, DEMO_PAYMENT_PASSWORD)
            orders.pay_from_wallet(
                house.wallets, cart.id, 0, authorisation=authorisation, id=self.next()
            )
        if from_wallet < cart.total:
            self.charge(cart.id, len(tenders) - 1, int(tenders[-1].amount))
        return cart.id

    def charge(self, order: Id, place: int, amount: int) -> None:
        """Has the acquirer charge a card for an order, and takes its report."""
        reference = others.order_reference(self.house, order, place)
        charge = self._acquirer.charge("4242424242424242", reference, amount, reference)
        assert charge is not None
        others.note_charge(self.house, order, place, charge)
        self.house.orders.tender_came_with(order, place, amount, id=self.next())

    def act(self, order: Id, party: Party, command: PartCommand, part: int = 0) -> None:
        """Does something about a part."""
        staff = "eve" if party == Party.STAFF else ""
        self.house.orders.act(order, part, party, command, id=self.next(), staff=staff)

    def says(self, order: Id, note: str, picture: bool = False, part: int = 0) -> Id:
        """Keeps what somebody says, with a picture perhaps."""
        id = self.next()
        content = drawing(240, 150) if picture else b""
        row = deals.evidence_row(order, part, note, content)
        if picture:
            files.keep(self.house.settings, id, content)
        self.house.documents.create("evidence", str(id), row)
        return id


def drawing(width: int, height: int) -> bytes:
    """Draws a picture that stands for a scan or a photograph: a PNG of a few stripes."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            stripe = (x * 3 + y * 5) // 60 % 3
            rows += bytes((200 - 40 * stripe, 185 - 20 * stripe, 160 + 15 * stripe))

    def piece(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + piece(b"IHDR", head)
        + piece(b"IDAT", zlib.compress(bytes(rows)))
        + piece(b"IEND", b"")
    )


def fill(house: House, people_too: bool = True) -> None:
    """Fills a new store."""
    seed = Seed(house)
    for seller in SELLERS.values():
        person = seed.register(seller.email, seller.name, seller=seller.name)
        house.orders.register_seller(person, USD)
    seed.hire()
    if people_too:
        story(seed)
    house.follow_time()
    house.orders.work()
    _, until = house.orders.events()
    while until > (house.store.consumer(CARRIER) or 0):
        house.store.acknowledge(CARRIER, until)
        _, until = house.orders.events(until)


def story(seed: Seed) -> None:
    """Tells of Anna, who has a wallet and a card, and of Bert, who wants to buy big."""
    house, wallets = seed.house, seed.house.wallets
    anna = seed.register("anna@example.com", "Anna Novak")
    wallets.set_consent(anna, "refunds_to_wallet", TERMS)
    wallets.create_payment_password(anna, DEMO_PAYMENT_PASSWORD)
    bind_card(seed, anna)
    put_in(seed, anna, 300_00)
    bert = seed.register("bert@example.com", "Bert Havel")
    wallets.create_payment_password(bert, DEMO_PAYMENT_PASSWORD)

    done = seed.buy(anna, {4: 1, 5: 2})
    seed.act(done, Party.SELLER, PartCommand.ship())
    seed.wait(8)
    seed.act(done, Party.SYSTEM, PartCommand.deliver())
    seed.act(done, Party.BUYER, PartCommand.confirm())
    silent = seed.buy(anna, {10: 1}, from_wallet=60_00)
    seed.act(silent, Party.SELLER, PartCommand.ship())
    seed.wait(3)
    seed.act(silent, Party.SYSTEM, PartCommand.deliver())
    cancelled = seed.buy(anna, {6: 1})
    seed.act(cancelled, Party.SELLER, PartCommand.cancel())
    seed.wait(6)
    settled = seed.buy(anna, {1: 1, 2: 1}, from_wallet=30_00)
    seed.act(settled, Party.SELLER, PartCommand.ship())
    seed.wait(4)
    claim(seed, settled, 20_00, "The shade has a dent.", Remedy.REFUND)
    seed.act(settled, Party.SELLER, PartCommand.propose(12_00))
    seed.act(settled, Party.BUYER, PartCommand.accept(12_00))
    decided = seed.buy(anna, {6: 2})
    seed.act(decided, Party.SELLER, PartCommand.ship())
    seed.wait(3)
    claim(seed, decided, 22_00, "One of the two is cracked.", Remedy.REFUND)
    refusal = seed.says(decided, "We pack with straw.")
    seed.act(decided, Party.SELLER, PartCommand.refuse(evidence=refusal))
    seed.act(decided, Party.BUYER, PartCommand.escalate())
    seed.act(decided, Party.STAFF, PartCommand.decide(15_00))
    disputed = seed.buy(bert, {7: 1, 4: 1})
    for part in (0, 1):
        seed.act(disputed, Party.SELLER, PartCommand.ship(), part)
    back = seed.buy(anna, {3: 1})
    seed.act(back, Party.SELLER, PartCommand.ship())
    seed.wait(3)
    claim(seed, back, 54_00, "It ticks.", Remedy.RETURN)
    seed.act(back, Party.SELLER, PartCommand.grant(54_00))
    claim(seed, disputed, 60_00, "The left side is silent.", Remedy.REFUND, part=1)
    refusal = seed.says(disputed, "It left our house in order.", True, part=1)
    seed.act(disputed, Party.SELLER, PartCommand.refuse(evidence=refusal), 1)
    seed.act(disputed, Party.BUYER, PartCommand.escalate(), 1)
    claimed = seed.buy(anna, {12: 2, 11: 1})
    seed.act(claimed, Party.SELLER, PartCommand.ship())
    seed.wait(1)
    claim(seed, claimed, 18_00, "One needle points south.", Remedy.REFUND)
    delivered = seed.buy(anna, {5: 3})
    seed.act(delivered, Party.SELLER, PartCommand.ship())
    seed.wait(1)
    seed.act(delivered, Party.SYSTEM, PartCommand.deliver())
    travelling = seed.buy(anna, {2: 2, 4: 1})
    seed.act(travelling, Party.SELLER, PartCommand.ship())
    one = [Item(0, 1)]
    fresh = seed.buy(anna, {5: 2, 8: 1}, from_wallet=40_00)
    house.orders.act_on_items(fresh, 0, one, Party.SELLER, PartCommand.ship(), id=seed.next())
    seed.buy(bert, {1: 1})
    house.wallets.open_verification(seed.next(), bert, 1, Actor.customer())
    case = house.wallets.open_verification_of(bert)
    assert case is not None
    id = seed.next()
    scan = drawing(420, 280)
    files.keep(house.settings, id, scan)
    evidence = Evidence.of_scan(EvidenceKind.PASSPORT, scan, reference=files.reference_of(id))
    house.wallets.submit_evidence(case, [evidence], Actor.customer())


def claim(seed: Seed, order: Id, amount: int, note: str, remedy: Remedy, part: int = 0) -> None:
    """Complains, with a picture."""
    command = PartCommand.claim(
        amount,
        reason=ClaimReason.NOT_AS_DESCRIBED,
        remedy=remedy,
        evidence=seed.says(order, note, picture=True, part=part),
    )
    seed.act(order, Party.BUYER, command, part)


def bind_card(seed: Seed, person: Id) -> None:
    """Binds a test card."""
    known = card_of(seed.house.settings.key("acquirer"), "4242424242424242")
    id, wallets = seed.next(), seed.house.wallets
    wallets.propose_card(person, id, CardReference(**known), Actor.system())
    wallets.confirm_card(person, id)


def put_in(seed: Seed, person: Id, amount: int) -> None:
    """Puts money into a wallet, as by a bank transfer."""
    transfer = Operation.transfer(
        id=seed.next(), debit_account=BANK, credit_account=account_of(person), ledger=USD,
        amount=amount,
    )  # fmt: skip
    seed.house.wallets.top_up(person, transfer)
