"""The acquirer and the carrier, as the shop calls them and is called by them.

Both know a thing by its reference, and are asked again without harm. What they report is signed;
they report late, twice, or never, and nothing here minds: the ids of what is done about it are
made of theirs.
"""

from __future__ import annotations

import hmac
import json
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

import escrowdb
from escrowdb import (
    Actor,
    CardReference,
    Error,
    Id,
    Operation,
    OrderRefund,
    OrderRefused,
    OrderStatus,
    PartCommand,
    Party,
    Refused,
    StepKind,
    WalletStatus,
)

from . import suspense
from .house import CARDS, SUSPENSE, USD, House
from .people import account_of

#: Seconds that the shop waits for one of them.
PATIENCE = 10
#: Amounts below this can be charged at once, in minor units.
MOST = 10**12


def signature_of(secret: bytes, body: bytes) -> str:
    """Signs what is sent."""
    return hmac.new(secret, body, "sha256").hexdigest()


class UnusableReportError(Exception):
    """What was reported fits nothing that was asked for: it is signed, and yet refused."""


class UnusableAnswerError(OSError):
    """One of them answered something that cannot be read: as good as no answer."""


def ask(house: House, path: str, question: dict[str, Any], *needs: str) -> dict[str, Any]:
    """Asks one of them; the answer has what is needed. Raises `OSError` if there is no such one."""
    body = json.dumps(question).encode()
    headers = {"Signature": signature_of(house.settings.key("acquirer"), body)}
    request = urllib.request.Request(house.settings.stand_ins_url + path, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            answer: Any = json.load(response)
    except (ValueError, HTTPException) as error:
        raise UnusableAnswerError(f"{path}: {type(error).__name__}") from error
    if not isinstance(answer, dict) or not all(isinstance(answer.get(each), str) for each in needs):
        raise UnusableAnswerError(f"{path}: not what was asked for")
    return answer


def card_page(house: House, reference: str, amount: int, back: str, language: str) -> str:
    """Gives the acquirer's page on which a card is typed in: the shop never sees its number."""
    asked = urlencode(
        {"reference": reference, "amount": amount, "back": back, "language": language}
    )
    signature = signature_of(house.settings.key("acquirer"), asked.encode())
    return f"{house.settings.stand_ins_url}/card?{asked}&signature={signature}"


def charge_bound_card(house: House, card: CardReference, reference: str, amount: int) -> bool:
    """Has a card charged that the customer has bound; says whether it was."""
    question = {"token": card.token, "reference": reference, "amount": amount}
    answer = ask(house, "/charges", question, "state")
    if answer["state"] != "charged":
        return False
    if (answer.get("reference"), answer.get("amount")) != (reference, amount):
        raise UnusableAnswerError("/charges: another charge than was asked for")
    try:
        card_was_charged(house, answer)
    except UnusableReportError as error:
        raise UnusableAnswerError(str(error)) from error
    return True


def card_was_charged(house: House, report: Any) -> None:
    """Takes what the acquirer reports, as often as it does so.

    Raises `UnusableReportError` if it fits nothing, or if its charge was used for something else.
    """
    charge, kind, number, place = read(report)
    keep_to_reference(house, charge)
    try:
        if kind == "wallet":
            top_up(house, number, charge)
        else:
            order_was_charged(house, number, place, charge)
    except OrderRefused as refusal:
        if refusal.status in (OrderStatus.ORDER_NOT_FOUND, OrderStatus.TENDER_NOT_FOUND):
            raise UnusableReportError(refusal.name) from refusal
        raise


def keep_to_reference(house: House, charge: dict[str, Any]) -> None:
    """Has a charge be good for one reference. Raises `UnusableReportError` for another one."""
    documents, key = house.documents, charge["charge"]
    row = {"reference": charge["reference"], "amount": charge["amount"]}
    if not documents.create("charge-ids", key, row) and documents.read("charge-ids", key) != row:
        raise UnusableReportError("this charge is for something else")


def read(report: Any) -> tuple[dict[str, Any], str, Id, int]:
    """Reads a report: the charge, and the kind, the id and the place that it is for."""
    try:
        kind, number, place, *attempt = report["reference"].split(":")
        amount, is_known = report["amount"], kind in ("order", "wallet")
        id, tender = Id.parse(number), int(place)
        named = isinstance(report["charge"], str) and report["charge"]
        CardReference(**report["card"])
        is_number = isinstance(amount, int) and not isinstance(amount, bool)
    except (KeyError, TypeError, ValueError, AttributeError, Error) as error:
        raise UnusableReportError("the report cannot be read") from error
    if not (is_known and named and is_number and 0 < amount < MOST and tender >= 0):
        raise UnusableReportError("the report is of nothing that was asked for")
    if len(attempt) != (kind == "order"):
        raise UnusableReportError("the report is of nothing that was asked for")
    return report, kind, id, tender


def order_was_charged(house: House, order: Id, place: int, charge: dict[str, Any]) -> None:
    """Takes money of a card for an order; what is less than was asked for goes back."""
    view = house.orders.order(order)
    if suspense.was_taken_in(house, charge["charge"]):
        give_back(house, charge)
        return
    note_charge(house, order, place, charge)
    id = Id.named("charges", charge["charge"])
    try:
        house.orders.tender_came_with(order, place, charge["amount"], id=id)
    except OrderRefused as refusal:
        if refusal.status != OrderStatus.TENDER_FALLS_SHORT:
            raise
        suspense.take_in(house, charge, Id(view.buyer))
        give_back(house, charge)
        raise UnusableReportError(refusal.name) from refusal
    offer_to_bind(house, view.buyer, charge["card"])


def note_charge(house: House, order: Id, place: int, charge: dict[str, Any]) -> None:
    """Adds a charge to those of a tender, however often its payment was begun anew."""

    def noted(row: dict[str, Any]) -> dict[str, Any]:
        charges = [each for each in row.get("charges", []) if each != charge["charge"]]
        return {"charges": [*charges, charge["charge"]], "card": charge["card"]}

    house.documents.change("charges", f"order:{order.uuid}:{place}", noted)


def top_up(house: House, wallet: Id, charge: dict[str, Any]) -> None:
    """Puts money of a card into a wallet; what its limits do not take goes back to the card."""
    transfer = Operation.transfer(
        id=Id.named("charges", charge["charge"]),
        debit_account=CARDS,
        credit_account=account_of(wallet),
        ledger=USD,
        amount=charge["amount"],
    )
    if house.wallets.wallet(wallet) is None:
        raise UnusableReportError("there is no such wallet")
    if not suspense.was_taken_in(house, charge["charge"]):
        try:
            house.wallets.top_up(wallet, transfer)
            return
        except Refused:
            suspense.take_in(house, charge, wallet)
    give_back(house, charge)


def give_back(house: House, charge: dict[str, Any]) -> None:
    """Has the acquirer give back a charge that was taken in; what it does not give back waits."""
    refund = {"reversal": charge["charge"], "charges": [charge["charge"]]}
    answer = ask(house, "/refunds", {**refund, "amount": charge["amount"]}, "state")
    suspense.note_refund(house, charge, answer["state"] == "refunded")


def offer_to_bind(house: House, buyer: Id, card: dict[str, Any]) -> None:
    """Offers who has a wallet to bind the card that was just paid with."""
    if not house.wallets.wallets_of(buyer):
        return
    reference = CardReference(**card)
    try:
        id = Id.named("cards", f"{buyer}:{reference.fingerprint}")
        house.wallets.propose_card(buyer, id, reference, Actor.system())
    except Refused as refusal:
        if refusal.status != WalletStatus.CARD_EXISTS:
            raise


def carry_out_refund(house: House, refund: OrderRefund) -> None:
    """Has the acquirer give back what went back to a card, and says what came of it."""
    reference = f"order:{refund.order.uuid}:{refund.tender}"
    charges = house.documents.read("charges", reference).get("charges", [])
    question = {"reversal": str(refund.reversal), "charges": charges, "amount": refund.amount}
    answer = ask(house, "/refunds", question, "state")
    id = Id.named("refunds", str(refund.reversal))
    if answer["state"] == "refunded":
        house.orders.refund_confirmed(refund.order, refund.reversal, id=id)
    else:
        house.orders.refund_failed(refund.order, refund.reversal, SUSPENSE, id=id)


def hand_to_carrier(house: House, order: Id, part: int) -> None:
    """Gives a parcel to the carrier."""
    ask(house, "/parcels", {"reference": f"{order.uuid}:{part}"})


def parcel_arrived(house: House, reference: Any) -> None:
    """Takes what the carrier attests, as often as it does so."""
    try:
        number, part = reference.split(":")
        order, place = Id.parse(number), int(part)
    except (AttributeError, ValueError) as error:
        raise UnusableReportError("the report cannot be read") from error
    id = Id.named("parcels", reference)
    try:
        house.orders.act(order, place, Party.SYSTEM, PartCommand.deliver(), id=id)
    except OrderRefused as refusal:
        if refusal.status in (OrderStatus.ORDER_NOT_FOUND, OrderStatus.PART_NOT_FOUND):
            raise UnusableReportError(refusal.name) from refusal
        # The buyer said so before, or complained that it does not come.
        if refusal.status != OrderStatus.NOT_IN_THIS_STAGE:
            raise


def order_reference(house: House, order: Id, place: int) -> str:
    """Names a payment of an order to the acquirer: another one each time that it is begun anew."""
    steps = house.orders.timeline(order)
    attempt = sum(step.kind == StepKind.PAYMENT_REOPENED for step in steps)
    return f"order:{order.uuid}:{place}:{attempt}"


def wallet_reference(wallet: Id) -> str:
    """Names a payment into a wallet to the acquirer."""
    return f"wallet:{wallet.uuid}:{int(escrowdb.new_id()) % 10**9}"
