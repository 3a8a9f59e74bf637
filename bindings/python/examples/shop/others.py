"""The acquirer and the carrier, as the shop calls them and is called by them.

Both know a thing by its reference, and are asked again without harm. What they report is signed;
they report late, twice, or never, and nothing here minds: the ids of what is done about it are
made of theirs.
"""

from __future__ import annotations

import hmac
import json
import urllib.request
from typing import Any
from urllib.parse import urlencode

import escrowdb
from escrowdb import (
    Actor,
    CardReference,
    Id,
    Operation,
    OrderRefund,
    OrderRefused,
    OrderStatus,
    PartCommand,
    Party,
    Refused,
    WalletStatus,
)

from .house import CARDS, SUSPENSE, USD, House
from .people import account_of

#: Seconds that the shop waits for one of them.
PATIENCE = 10


def signature_of(secret: bytes, body: bytes) -> str:
    """Signs what is sent."""
    return hmac.new(secret, body, "sha256").hexdigest()


def ask(house: House, path: str, question: dict[str, Any]) -> dict[str, Any]:
    """Asks one of them. Raises `OSError` if it does not answer."""
    body = json.dumps(question).encode()
    headers = {"Signature": signature_of(house.settings.key("acquirer"), body)}
    request = urllib.request.Request(house.settings.stand_ins_url + path, body, headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        answer: dict[str, Any] = json.load(response)
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
    answer = ask(house, "/charges", question)
    if answer["state"] == "charged":
        card_was_charged(house, answer)
    return bool(answer["state"] == "charged")


def card_was_charged(house: House, charge: dict[str, Any]) -> None:
    """Takes what the acquirer reports, as often as it does so."""
    kind, number, place = charge["reference"].split(":")
    house.documents.change("charges", f"{kind}:{number}:{place}", lambda row: noted(row, charge))
    if kind == "order":
        id = Id.named("charges", charge["charge"])
        house.orders.tender_came_with(Id.parse(number), int(place), charge["amount"], id=id)
        offer_to_bind(house, house.orders.order(Id.parse(number)).buyer, charge["card"])
    else:
        top_up(house, Id.parse(number), charge)


def noted(row: dict[str, Any], charge: dict[str, Any]) -> dict[str, Any]:
    """Adds a charge to those that were reported with its reference."""
    charges = [each for each in row.get("charges", []) if each != charge["charge"]]
    return {"charges": [*charges, charge["charge"]], "card": charge["card"]}


def top_up(house: House, wallet: Id, charge: dict[str, Any]) -> None:
    """Puts money of a card into a wallet; what its limits do not take goes back to the card."""
    transfer = Operation.transfer(
        id=Id.named("charges", charge["charge"]),
        debit_account=CARDS,
        credit_account=account_of(wallet),
        ledger=USD,
        amount=charge["amount"],
    )
    try:
        house.wallets.top_up(wallet, transfer)
    except Refused:
        refund = {"reversal": charge["charge"], "charges": [charge["charge"]]}
        ask(house, "/refunds", {**refund, "amount": charge["amount"]})


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
    answer = ask(house, "/refunds", question)
    id = Id.named("refunds", str(refund.reversal))
    if answer["state"] == "refunded":
        house.orders.refund_confirmed(refund.order, refund.reversal, id=id)
    else:
        house.orders.refund_failed(refund.order, refund.reversal, SUSPENSE, id=id)


def hand_to_carrier(house: House, order: Id, part: int) -> None:
    """Gives a parcel to the carrier."""
    ask(house, "/parcels", {"reference": f"{order.uuid}:{part}"})


def parcel_arrived(house: House, reference: str) -> None:
    """Takes what the carrier attests, as often as it does so."""
    number, part = reference.split(":")
    id = Id.named("parcels", reference)
    try:
        house.orders.act(Id.parse(number), int(part), Party.SYSTEM, PartCommand.deliver(), id=id)
    except OrderRefused as refusal:
        # The buyer said so before, or complained that it does not come.
        if refusal.status != OrderStatus.NOT_IN_THIS_STAGE:
            raise


def new_reference(kind: str, id: Id, place: int = 0) -> str:
    """Names a payment to the acquirer."""
    return f"{kind}:{escrowdb.Id(id).uuid}:{place}"
