"""The wallet: what is in it, cards, the payment password, limits, and verification."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from starlette.responses import Response

from escrowdb import Actor, Evidence, EvidenceKind, Id, RecoveryCase, Refused, VerificationCase

from .. import files, others, people, plots
from ..house import USD
from ..web import Visit, get, post

STATEMENT = 50


@get("/wallet", "person")
def wallet(visit: Visit) -> Response:
    """Shows what is in the wallet, and where it came from and went."""
    view, wallets = people.wallet_of(visit.house, visit.me.id), visit.house.wallets
    lines = [line for line in visit.house.store.statement(view.account) if line.posted]
    account = visit.house.store.account(view.account)
    spending = wallets.spending(view.wallet)
    assert account is not None
    assert spending is not None
    return visit.page(
        "wallet.html",
        view=view,
        balances=account.balances,
        account=view.account,
        lines=list(reversed(lines))[:STATEMENT],
        plot=plots.steps(lines),
        spending=spending,
        limits=limits_of(visit, spending.tier),
        tiers=len(wallets.policy()["tiers"]),
        cards=wallets.cards(view.wallet),
        case=open_case(visit, view.wallet),
        last_case=last_case(visit),
        recovery=recovery_of(visit, view.wallet),
    )


def limits_of(visit: Visit, tier: int) -> dict[str, int]:
    """Gives the limits of a tier, as the policy has them."""
    for currency in visit.house.wallets.policy()["currencies"]:
        if currency["code"] == USD.code:
            limits: dict[str, int | None] = currency["tiers"][tier]
            return {name: most for name, most in limits.items() if most}
    return {}


def open_case(visit: Visit, wallet: Id) -> VerificationCase | None:
    """Gives the verification that is under way."""
    case = visit.house.wallets.open_verification_of(wallet)
    return visit.house.wallets.verification(case) if case else None


def last_case(visit: Visit) -> VerificationCase | None:
    """Gives the last verification that was asked for."""
    row = visit.house.documents.read("last-cases", str(visit.me.id))
    return visit.house.wallets.verification(Id.parse(row["case"])) if row else None


def recovery_of(visit: Visit, wallet: Id) -> RecoveryCase | str | None:
    """Gives the recovery that is under way, or that support was asked for one."""
    if visit.house.documents.read("recovery-wishes", str(wallet)):
        return "asked"
    return visit.house.wallets.recovery_of(wallet)


@contextlib.contextmanager
def kept_scan(visit: Visit) -> Iterator[Evidence]:
    """Keeps a scan, sealed; the library remembers its hash and where it is.

    What was sent once is never replaced, and what is refused is not kept.
    """
    kind = visit.member(EvidenceKind, "kind", EvidenceKind.PASSPORT)
    scan, id = visit.upload("scan"), Id.named("scans", f"{visit.me.id}:{visit.id('command')}")
    is_new = files.keep(visit.house.settings, id, scan)
    try:
        yield Evidence.of_scan(kind, scan, reference=files.reference_of(id))
    except Refused:
        if is_new:
            files.forget(visit.house.settings, id)
        raise


@get("/wallet/verification", "person")
def verification(visit: Visit) -> Response:
    """Asks for a scan."""
    return visit.page("scan.html", action="/wallet/verification", is_recovery=False)


@post("/wallet/verification", "person")
def verify(visit: Visit) -> Response:
    """Asks for the next tier, and shows a scan to staff."""
    wallets, wallet, customer = visit.house.wallets, visit.me.id, Actor.customer()
    with kept_scan(visit) as evidence:
        case = wallets.open_verification_of(wallet)
        if case is None:
            spending = wallets.spending(wallet)
            assert spending is not None
            case = visit.id("command")
            wallets.open_verification(case, wallet, spending.tier + 1, customer)
        wallets.submit_evidence(case, [evidence], customer)
    visit.house.documents.write("last-cases", str(wallet), {"case": str(case)})
    return visit.go("/wallet", "scan")


@get("/wallet/recovery", "person")
def recovery(visit: Visit) -> Response:
    """Says how a forgotten payment password is recovered, and asks for a scan."""
    return visit.page("scan.html", action="/wallet/recovery", is_recovery=True)


@post("/wallet/recovery", "person")
def recover(visit: Visit) -> Response:
    """Asks support for a new payment password. Support opens the case, and another one decides."""
    with kept_scan(visit) as evidence:
        wish = {
            "reference": evidence.reference,
            "kind": int(evidence.kind),
            "hash": evidence.hash.hex(),
        }
    visit.house.documents.write("recovery-wishes", str(visit.me.id), wish)
    return visit.go("/wallet", "scan")


@post("/wallet/recovery/stop", "person")
def stop_recovery(visit: Visit) -> Response:
    """Stops a recovery that the owner did not ask for."""
    case = visit.house.wallets.recovery_of(visit.me.id)
    visit.house.documents.delete("recovery-wishes", str(visit.me.id))
    if case:
        visit.house.wallets.stop_recovery(case.id, Actor.customer())
    return visit.go("/wallet", "done")


@get("/payment-password")
def payment_password_page(visit: Visit) -> Response:
    """Is where the letter of a recovery leads."""
    return visit.page("new_password.html", token=visit.text("token"), is_payment=True, problem="")


@post("/payment-password")
def reset_payment_password(visit: Visit) -> Response:
    """Sets a new payment password by the link of the letter."""
    token = visit.text("token")
    try:
        visit.house.wallets.reset_payment_password(token, visit.secret("password"))
    except Refused as refusal:
        page = {"token": token, "is_payment": True, "problem": visit.reason(refusal)}
        return visit.page("new_password.html", 409, **page)
    return visit.go("/wallet", "password")


@post("/wallet/password", "person")
def make_payment_password(visit: Visit) -> Response:
    """Makes the payment password, or changes the one that is known."""
    wallets, new = visit.house.wallets, visit.secret("password")
    if people.wallet_of(visit.house, visit.me.id).has_payment_password:
        wallets.change_payment_password(visit.me.id, visit.secret("present"), new)
    else:
        wallets.create_payment_password(visit.me.id, new)
    return visit.go("/wallet", "password")


@get("/wallet/cards/{card}", "person")
def bind_page(visit: Visit) -> Response:
    """Offers to bind a card that was paid with."""
    return show_card(visit)


def show_card(visit: Visit, problem: str = "", status: int = 200) -> Response:
    """Shows a card that may be bound, with what went wrong."""
    view = people.wallet_of(visit.house, visit.me.id)
    cards = {card.id: card for card in visit.house.wallets.cards(view.wallet)}
    card = cards.get(visit.id("card"))
    if card is None:
        raise LookupError("not of this wallet")
    has_password = view.has_payment_password
    return visit.page("bind.html", status, card=card, has_password=has_password, problem=problem)


@post("/wallet/cards/{card}/bind", "person")
def bind(visit: Visit) -> Response:
    """Binds a card; the first one leads to the payment password."""
    wallets, wallet = visit.house.wallets, visit.me.id
    try:
        if not people.wallet_of(visit.house, wallet).has_payment_password:
            if visit.secret("password") != visit.secret("repeated"):
                return show_card(visit, visit.say("The two passwords are not the same."), 409)
            wallets.create_payment_password(wallet, visit.secret("password"))
        wallets.confirm_card(wallet, visit.id("card"))
    except Refused as refusal:
        return show_card(visit, visit.reason(refusal), 409)
    return visit.go("/wallet", "bound")


@post("/wallet/cards/{card}/remove", "person")
def remove(visit: Visit) -> Response:
    """Removes a card, or declines to bind it: its token is forgotten."""
    visit.house.wallets.remove_card(visit.me.id, visit.id("card"), Actor.customer())
    return visit.go("/wallet", "done")


@post("/wallet/top-up", "person")
def top_up(visit: Visit) -> Response:
    """Sends the shopper to the acquirer's page, to put money of a card into the wallet."""
    amount = visit.amount("amount")
    if not 1_00 <= amount <= 500_00:
        text = "Put in between one and 500 dollars."
        return visit.refuse(text, 400, "/wallet", "Go back")
    reference = others.wallet_reference(visit.me.id)
    back = f"{visit.house.settings.url}/wallet"
    return visit.go(others.card_page(visit.house, reference, amount, back, visit.language))
