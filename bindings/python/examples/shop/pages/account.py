"""Signing in and out, forgotten passwords, a new telephone, and all that is known of a person."""

from __future__ import annotations

from starlette.responses import Response

from escrowdb import Actor, Channel, Refused

from .. import letters, people, sessions
from ..web import Visit, get, local, post

#: Who can be tried, with the page that each begins on. All have the same password in this demo.
DEMO_PEOPLE = {
    "anna@example.com": ("Anna, who buys", "/orders"),
    "clay@example.com": ("Clay & Leaf, who sell", "/seller"),
    "lantern@example.com": ("Lantern House, who sell", "/seller"),
    "eve@example.com": ("Eve, support and reviews", "/staff"),
    "adam@example.com": ("Adam, reviews and approves", "/staff"),
    "olga@example.com": ("Olga, who runs the house", "/operator"),
}
DEMO_PASSWORD, DEMO_PAYMENT_PASSWORD = "correct horse battery staple", "739154"


def sign_in_page(visit: Visit, problem: str = "", status: int = 200) -> Response:
    """Asks who it is."""
    return visit.page(
        "sign_in.html",
        status,
        people=DEMO_PEOPLE,
        password=DEMO_PASSWORD,
        pin=DEMO_PAYMENT_PASSWORD,
        chosen=visit.text("as") or visit.text("email"),
        then=visit.text("then"),
        problem=problem,
    )


@get("/sign-in")
def show_sign_in(visit: Visit) -> Response:
    """Asks who it is."""
    return sign_in_page(visit)


@post("/sign-in")
def sign_in(visit: Visit) -> Response:
    """Signs in: the library checks the password, counts failures, and locks."""
    email = visit.text("email")
    try:
        person = visit.house.wallets.log_in(email, visit.secret("password"))
    except Refused as refusal:
        return sign_in_page(visit, visit.reason(refusal), 403)
    visit.enter(person)
    then = local(visit.text("then"), DEMO_PEOPLE.get(email, ("", "/"))[1])
    return visit.go(then, "signed-in")


@post("/sign-out")
def sign_out(visit: Visit) -> Response:
    """Signs out: the session is gone, in all tabs."""
    sessions.end(visit.house.documents, visit.token)
    visit.renew()
    return visit.go("/", "signed-out")


@get("/forgotten")
def forgotten(visit: Visit) -> Response:
    """Asks whose password is forgotten."""
    return visit.page("forgotten.html")


@post("/forgotten")
def send_reset(visit: Visit) -> Response:
    """Sends a link. The answer does not tell whether the address is known."""
    client = visit.request.client
    requester = client.host if client else "unknown"
    visit.house.wallets.send_login_reset(visit.text("email"), requester)
    return visit.go("/sign-in", "sent")


@get("/new-password")
def new_password_page(visit: Visit) -> Response:
    """Is where the letter leads."""
    return visit.page("new_password.html", token=visit.text("token"), is_payment=False, problem="")


@post("/new-password")
def new_password(visit: Visit) -> Response:
    """Sets a new password to sign in with."""
    token = visit.text("token")
    try:
        visit.house.wallets.reset_login_password(token, visit.secret("password"))
        letters.end_sessions_of(visit.house, token)
    except Refused as refusal:
        page = {"token": token, "is_payment": False, "problem": visit.reason(refusal)}
        return visit.page("new_password.html", 409, **page)
    return visit.go("/sign-in", "password")


def phone_change(visit: Visit) -> bool:
    """Says whether a new telephone number waits for its code."""
    changes = visit.house.wallets.contact_changes(visit.me.id)
    return any(change.channel == Channel.PHONE for change in changes)


@get("/account", "person")
def account(visit: Visit) -> Response:
    """Shows what can be changed about a person."""
    mail = visit.house.settings.stand_ins_url
    return visit.page("account.html", waits_for_code=phone_change(visit), mail=mail)


@post("/account/phone", "person")
def change_phone(visit: Visit) -> Response:
    """Begins to change the telephone number: a code goes to the new one."""
    wallets = visit.house.wallets
    wallets.begin_contact_change(visit.me.id, Channel.PHONE, visit.text("phone"))
    return visit.go("/account", "sent")


@post("/account/phone/code", "person")
def confirm_phone(visit: Visit) -> Response:
    """Takes the code that went to the new telephone."""
    visit.house.wallets.confirm_phone_change(visit.me.id, visit.text("code"))
    return visit.go("/account", "done")


@post("/account/password", "person")
def change_password(visit: Visit) -> Response:
    """Changes the password to sign in with."""
    present, new = visit.secret("present"), visit.secret("password")
    visit.house.wallets.change_login_password(visit.me.id, present, new)
    people.end_sessions(visit.house, visit.me.id)
    visit.enter(visit.me.id)
    return visit.go("/account", "password")


@get("/account/export", "person")
def export(visit: Visit) -> Response:
    """Gives all that is known of a person."""
    known = visit.house.wallets.export_person(visit.me.id, Actor.customer())
    headers = {"Content-Disposition": 'attachment; filename="about-me.json"'}
    return Response(known, media_type="application/json", headers=headers)
