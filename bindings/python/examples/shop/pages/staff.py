"""The staff's side: verifications, recoveries, disputes, letters, suspense, and persons.

The rules are the library's: who may do what, and where two must agree.
"""

from __future__ import annotations

from starlette.responses import Response

from escrowdb import (
    Actor,
    Evidence,
    Id,
    LetterId,
    OrderView,
    PartView,
    Party,
    RecoveryDecision,
    Side,
    StaffRoles,
    Stage,
    VerificationReason,
    VerificationState,
)

from .. import deals, files, goodwill
from .. import suspense as money
from ..house import SUSPENSE
from ..web import NotNowError, Visit, get, post
from .checkout import details_of
from .orders import evidence_of


def actor(visit: Visit) -> Actor:
    """Gives who acts, and why: a reason is asked for, and the trail remembers it."""
    return Actor.staff(visit.me.staff, visit.text("reason"))


def looking(visit: Visit, why: str) -> Actor:
    """Gives who looks at a page that shows personal data."""
    return Actor.staff(visit.me.staff, why)


def must_be_of_others(visit: Visit, *persons: Id | int) -> None:
    """Refuses whom a matter concerns: staff do not act on their own ones."""
    if visit.me.id in persons:
        raise NotNowError("own", 403)


def case_of(visit: Visit) -> Id:
    """Gives the verification of the path, if it is somebody else's."""
    case = visit.house.wallets.verification(visit.id("case"))
    if case is None:
        raise LookupError("no such case")
    must_be_of_others(visit, *persons_of(visit, case.wallet))
    return visit.id("case")


def recovery_of_another(visit: Visit) -> Id:
    """Gives the recovery of the path, if it is somebody else's."""
    case = visit.house.wallets.recovery_case(visit.id("case"))
    if case is None:
        raise LookupError("no such case")
    must_be_of_others(visit, *persons_of(visit, case.wallet))
    return visit.id("case")


def persons_of(visit: Visit, wallet: Id) -> list[Id]:
    """Gives whom a wallet concerns: its own id, and its person."""
    view = visit.house.wallets.wallet(wallet)
    return [wallet, view.person] if view else [wallet]


def part_of_others(visit: Visit) -> tuple[Id, OrderView, PartView]:
    """Gives the order and the part of the path, if staff have neither bought nor sold it."""
    id = visit.id("order")
    view = visit.house.orders.order(id)
    must_be_of_others(visit, view.buyer, *(part.seller for part in view.parts))
    return id, view, view.parts[visit.number("part")]


@get("/staff", "staff")
def desk(visit: Visit) -> Response:
    """Shows what waits for staff."""
    house = visit.house
    disputes = house.orders.open_parts(stage=Stage.ESCALATED)
    wishes = [Id.parse(wallet) for wallet, _ in house.documents.all("recovery-wishes")]
    suspense = house.store.account(SUSPENSE)
    assert suspense is not None
    return visit.page(
        "staff.html",
        verifications=house.wallets.open_verifications(),
        recoveries=house.wallets.open_recoveries(),
        wishes=wishes,
        disputes=disputes,
        letters=house.wallets.waiting_letters(),
        suspense=suspense.balances.available,
        items=house.wallets.open_suspense(),
        acts=house.wallets.staff_acts(visit.me.staff, 8, newest_first=True),
    )


@get("/staff/verifications/{case}", "staff")
def verification(visit: Visit) -> Response:
    """Shows a case: the scans beside who the customer says to be."""
    wallets, id = visit.house.wallets, visit.id("case")
    case = wallets.verification(id)
    if case is None:
        raise LookupError("no such case")
    wallet = wallets.wallet(case.wallet)
    assert wallet is not None
    person = wallets.show_person(wallet.person, looking(visit, "looks at a case"), case=id)
    same = wallets.same_scans(id)
    return visit.page("verification.html", case=case, person=person, same=same)


@get("/staff/scans/{case}/{scan}", "staff")
def scan(visit: Visit) -> Response:
    """Shows a scan of a case, to who may review it."""
    wallets, case, id = visit.house.wallets, visit.id("case"), visit.id("scan")
    if not visit.me.roles & (StaffRoles.REVIEWER | StaffRoles.APPROVER):
        raise LookupError("not for this member of staff")
    verification = wallets.verification(case)
    shown = verification.evidence if verification else wallets.recovery_evidence(case)
    hashes = [each.hash for each in shown if each.reference == files.reference_of(id)]
    if not hashes:
        raise LookupError("not of this case")
    content = files.read(visit.house.settings, id)
    if files.hash_of(content) not in [hash.hex() for hash in hashes]:
        raise NotNowError("changed")
    headers = {"Content-Security-Policy": "sandbox"}
    return Response(content, media_type=files.kind_of(content), headers=headers)


@post("/staff/verifications/{case}/{step}", "staff")
def decide_verification(visit: Visit) -> Response:
    """Takes a case into review, approves or refuses it."""
    wallets, id, who = visit.house.wallets, case_of(visit), actor(visit)
    step, said = visit.request.path_params["step"], "done"
    if step == "review":
        wallets.review_verification(id, who)
    elif step == "approve":
        if wallets.approve_verification(id, who) == VerificationState.AWAITS_SECOND:
            said = "second"
    elif step == "refuse":
        wallets.refuse_verification(id, visit.member(VerificationReason, "why"), who)
    else:
        raise LookupError(step)
    return visit.go("/staff" if step != "review" else f"/staff/verifications/{id.uuid}", said)


@post("/staff/wishes/{wallet}", "staff")
def open_recovery(visit: Visit) -> Response:
    """Opens the recovery that a customer asked for, with the scan that she sent."""
    wallets, wallet, who = visit.house.wallets, visit.id("wallet"), actor(visit)
    must_be_of_others(visit, *persons_of(visit, wallet))
    wish = visit.house.documents.read("recovery-wishes", str(wallet))
    if not wish:
        raise LookupError("nobody asked")
    case = visit.id("command")
    wallets.open_recovery(case, wallet, who)
    scan = Evidence(wish["kind"], hash=bytes.fromhex(wish["hash"]), reference=wish["reference"])
    wallets.add_recovery_evidence(case, scan, who)
    visit.house.documents.delete("recovery-wishes", str(wallet))
    return visit.go(f"/staff/recoveries/{case.uuid}", "done")


@get("/staff/recoveries/{case}", "staff")
def recovery(visit: Visit) -> Response:
    """Shows a recovery: the scans beside who the customer is."""
    wallets, id = visit.house.wallets, visit.id("case")
    case = wallets.recovery_case(id)
    if case is None:
        raise LookupError("no such case")
    wallet = wallets.wallet(case.wallet)
    assert wallet is not None
    person = wallets.show_person(wallet.person, looking(visit, "looks at a case"), case=id)
    evidence = wallets.recovery_evidence(id)
    return visit.page("recovery.html", case=case, person=person, evidence=evidence)


@post("/staff/recoveries/{case}/{step}", "staff")
def decide_recovery(visit: Visit) -> Response:
    """Takes a recovery into review, approves or refuses it: never who opened it."""
    wallets, id, who = visit.house.wallets, recovery_of_another(visit), actor(visit)
    step = visit.request.path_params["step"]
    if step == "review":
        wallets.review_recovery(id, who)
        return visit.go(f"/staff/recoveries/{id.uuid}", "done")
    if step not in ("approve", "refuse"):
        raise LookupError(step)
    wallets.decide_recovery(id, RecoveryDecision[step.upper()], who)
    return visit.go("/staff", "done")


@get("/staff/disputes/{order}/{part}", "staff")
def dispute(visit: Visit) -> Response:
    """Shows a dispute with all that was said and shown."""
    id, number = visit.id("order"), visit.number("part")
    view = visit.house.orders.order(id)
    parts = deals.parts_of(visit, id, view, Party.STAFF)
    return visit.page(
        "dispute.html",
        order=id,
        view=view,
        part=parts[number],
        steps=visit.house.orders.timeline(id),
        details=details_of(visit, id),
        evidence=evidence_of(visit),
        wish=goodwill.wish_of(visit.house, id),
        has_wallet=bool(visit.house.wallets.wallets_of(view.buyer)),
        base=f"/staff/disputes/{id.uuid}",
    )


@post("/staff/disputes/{order}/parts/{part}/{action}", "staff")
def act(visit: Visit) -> Response:
    """Decides a dispute, or asks for evidence. Large ones take two."""
    part_of_others(visit)
    deals.act(visit, Party.STAFF)
    return visit.go(f"/staff/disputes/{visit.id('order').uuid}/{visit.number('part')}", "done")


@post("/staff/disputes/{order}/{part}/goodwill", "staff")
def give_goodwill(visit: Visit) -> Response:
    """Gives the buyer something of the platform's own money."""
    order, view, part = part_of_others(visit)
    if part.stage not in goodwill.DISPUTED:
        raise NotNowError("goodwill-dispute")
    wish = goodwill.Wish(
        visit.number("part"), visit.amount("amount"), visit.me.staff, visit.text("reason")
    )
    if not wish.reason:
        raise NotNowError("reason", 400)
    is_given = goodwill.give(visit.house, order, Id(view.buyer), visit.id("command"), wish)
    to = f"/staff/disputes/{order.uuid}/{visit.number('part')}"
    return visit.go(to, "done" if is_given else "second")


@post("/staff/letters/{person}/{letter}", "staff")
def retry_letter(visit: Visit) -> Response:
    """Has a letter handed over once more."""
    must_be_of_others(visit, visit.id("person"))
    letter = LetterId(visit.id("person"), visit.id("letter"))
    visit.house.wallets.retry_letter(letter, actor(visit))
    return visit.go("/staff", "sent")


@get("/staff/suspense", "staff")
def suspense(visit: Visit) -> Response:
    """Shows money that found nobody: refunds that cards did not take."""
    lines = list(visit.house.store.statement(SUSPENSE, newest_first=True, limit=50))
    waiting = {
        line.operation.id
        for line in lines
        if line.side == Side.CREDIT and money.can_be_paid_out(visit.house, Id(line.operation.id))
    }
    return visit.page("suspense.html", lines=lines, account=SUSPENSE, waiting=waiting)


@post("/staff/suspense/{operation}", "operator")
def resolve_suspense(visit: Visit) -> Response:
    """Puts money of a refund that failed into the wallet of whose order it was."""
    owner = money.owner_of(visit.house, visit.id("operation"))
    if owner is None or visit.house.wallets.wallet(owner) is None:
        raise NotNowError("no-wallet")
    must_be_of_others(visit, owner)
    money.into_wallet(visit.house, visit.id("operation"))
    return visit.go("/staff/suspense", "done")


@get("/staff/persons", "staff")
def search(visit: Visit) -> Response:
    """Asks whom to look for, and why."""
    return visit.page("persons.html", found=None)


@post("/staff/persons", "staff")
def find(visit: Visit) -> Response:
    """Looks for persons by their address. Their trails say who looked, and why."""
    found = visit.house.wallets.find_persons(visit.text("email"), actor(visit))
    return visit.page("persons.html", found=found)


@post("/staff/persons/{person}", "staff")
def person(visit: Visit) -> Response:
    """Shows what support may see of a person."""
    wallets, id = visit.house.wallets, visit.id("person")
    shown = wallets.show_person(id, actor(visit))
    return visit.page(
        "person.html",
        person=shown,
        wallet=wallets.wallet(id),
        letters=wallets.letters_of(id),
        notes=wallets.notes_on(id),
        reason=visit.text("reason"),
    )


@post("/staff/persons/{person}/{step}", "staff")
def help_person(visit: Visit) -> Response:
    """Leaves a note, freezes or unfreezes a wallet, or checks an answer to a question."""
    wallets, id, who = visit.house.wallets, visit.id("person"), actor(visit)
    must_be_of_others(visit, id)
    step = visit.request.path_params["step"]
    if step == "note":
        wallets.leave_note(id, visit.text("note"), who)
    elif step == "freeze":
        wallets.freeze_wallet(id, who)
    elif step == "unfreeze":
        wallets.unfreeze_wallet(id, who)
    elif step == "answer":
        wallets.check_security_answer(id, visit.number("question"), visit.text("answer"), who)
    else:
        raise LookupError(step)
    return visit.go("/staff/persons", "done")
