"""Registration, as in the article.

An address and a code from a picture, a letter with a link, a form, a password and questions, and a
tick.
"""

from __future__ import annotations

import secrets
import unicodedata

from captcha.image import ImageCaptcha
from starlette.exceptions import HTTPException
from starlette.responses import Response

import escrowdb
from escrowdb import DocumentKind, Id, Profile, Refused

from .. import others, people
from ..house import TERMS, USD
from ..web import Visit, get, post
from ..words import PROBLEMS

#: What the picture shows: no digits and letters that look alike.
LETTERS, LENGTH = "ABCDEFGHKLMNPRTUVWXY34679", 5
QUESTIONS = {
    1: "What was your first pet called?",
    2: "In which town did your parents meet?",
    3: "What was your first school called?",
    4: "Which book did you read last?",
}
CONSENT_TO_REFUNDS = "refunds_to_wallet"
FIELDS = (
    "name", "citizenship", "document_kind", "document_country", "document_number",
    "postal_address", "phone",
)  # fmt: skip


@get("/captcha.png")
def captcha(visit: Visit) -> Response:
    """Draws a code, which this session has to type in."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    visit.remember(captcha=code)
    drawn = ImageCaptcha(width=220, height=80).generate(code)
    return Response(drawn.getvalue(), media_type="image/png")


def captcha_was_solved(visit: Visit) -> bool:
    """Says whether the code is right. A picture is good for one attempt."""
    code = visit.session.get("captcha")
    visit.remember(captcha=None)
    return bool(code) and visit.text("captcha").upper() == code


@get("/register")
def register(visit: Visit) -> Response:
    """Asks for an address, and for the code from the picture."""
    return visit.page("register.html", problem="")


@post("/register")
def begin(visit: Visit) -> Response:
    """Begins the registration. The answer does not tell whether the address is known."""
    person = visit.buyer if visit.buyer and not visit.person else escrowdb.new_id()
    try:
        visit.house.wallets.begin_registration(
            person, visit.text("email"), captcha_ok=captcha_was_solved(visit)
        )
    except Refused as refusal:
        return visit.page("register.html", 409, problem=visit.reason(refusal))
    people.remember(visit.house, person, language=visit.language, email=visit.text("email"))
    visit.remember(guest=str(person), waiting=str(person))
    return visit.go("/register/letter", "sent")


def who_waits(visit: Visit) -> Id:
    """Gives the person whose letter this session waits for."""
    person = visit.session.get("waiting")
    if not person or visit.house.wallets.wallets_of(Id.parse(person)):
        raise HTTPException(404)
    return Id.parse(person)


def who_registers(visit: Visit) -> Id:
    """Gives the person whose address this session has confirmed: nobody else goes on with it."""
    person = visit.session.get("confirmed")
    if not person:
        raise HTTPException(404)
    return Id.parse(person)


@get("/register/letter")
def letter(visit: Visit) -> Response:
    """Says that a letter is on its way, and what to do if it does not come."""
    letters = visit.house.wallets.letters_of(who_waits(visit))
    mail = visit.house.settings.stand_ins_url
    return visit.page("letter.html", letters=letters, mail=mail, problem="")


@post("/register/letter")
def send_again(visit: Visit) -> Response:
    """Has the letter sent again, to a corrected address if one is given."""
    person, wallets = who_waits(visit), visit.house.wallets
    try:
        if visit.text("email"):
            wallets.correct_address(person, visit.text("email"))
            people.remember(visit.house, person, email=visit.text("email"))
        else:
            wallets.resend_confirmation(person)
    except Refused as refusal:
        letters, mail = wallets.letters_of(person), visit.house.settings.stand_ins_url
        problem = visit.reason(refusal)
        return visit.page("letter.html", 409, letters=letters, mail=mail, problem=problem)
    return visit.go("/register/letter", "sent")


@get("/confirm")
def confirm_page(visit: Visit) -> Response:
    """Is where the letter leads: one click, so that no mail scanner uses the link up."""
    return visit.page("confirm.html", token=visit.text("token"))


@post("/confirm")
def confirm(visit: Visit) -> Response:
    """Confirms the address, and goes on with the form."""
    try:
        person = visit.house.wallets.confirm_address(visit.text("token"))
    except Refused as refusal:
        return visit.refuse(visit.reason(refusal), 409, "/register", "Register")
    cart = visit.session.get("cart")
    visit.renew()
    visit.remember(confirmed=str(person), cart=cart)
    return visit.go("/register/form")


@get("/register/form")
def form(visit: Visit) -> Response:
    """Asks who it is."""
    who_registers(visit)
    return visit.page("form.html", values=dict.fromkeys(FIELDS, ""), problem="")


@post("/register/form")
def fill_in(visit: Visit) -> Response:
    """Takes who it is."""
    person = who_registers(visit)
    given = {name: visit.text(name) for name in FIELDS}
    if any(is_unseen(character) for character in given["name"]):
        problem = visit.say(PROBLEMS["name"])
        return visit.page("form.html", 400, values=given, problem=problem)
    kind = visit.member(DocumentKind, "document_kind", DocumentKind.PASSPORT)
    countries = {name: given[name].upper() for name in ("citizenship", "document_country")}
    try:
        profile = Profile(**{**given, **countries, "document_kind": kind})  # type: ignore[arg-type]
        visit.house.wallets.set_profile(person, profile)
    except Refused as refusal:
        return visit.page("form.html", 409, values=given, problem=visit.reason(refusal))
    people.remember(visit.house, person, name=given["name"])
    return visit.go("/register/password")


def is_unseen(character: str) -> bool:
    """Says whether a character cannot be seen, or turns others round: names do without."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@get("/register/password")
def password(visit: Visit) -> Response:
    """Asks for a password, for answers, and for consents."""
    who_registers(visit)
    return visit.page("password.html", questions=QUESTIONS, problem="")


@post("/register/password")
def submit(visit: Visit) -> Response:
    """Opens the account and its wallet."""
    person = who_registers(visit)
    problem = ""
    if visit.secret("password") != visit.secret("repeated"):
        problem = visit.say("The two passwords are not the same.")
    try:
        if not problem:
            complete(visit, person)
    except Refused as refusal:
        problem = visit.reason(refusal)
    if problem:
        return visit.page("password.html", 409, questions=QUESTIONS, problem=problem)
    visit.house.orders.register_buyer(person, USD)
    offer_cards(visit, person)
    visit.enter(person)
    return visit.go("/wallet", "registered")


def complete(visit: Visit, person: Id) -> None:
    """Gives the library what was filled in; it says what is missing."""
    wallets = visit.house.wallets
    wallets.set_login_password(person, visit.secret("password"))
    questions = [visit.number("question-1"), visit.number("question-2")]
    answers = [visit.text("answer-1"), visit.text("answer-2")]
    wallets.set_security_answers(person, dict(zip(questions, answers)))
    if visit.text("terms"):
        wallets.set_consent(person, "terms", TERMS)
    if visit.text("refunds"):
        wallets.set_consent(person, CONSENT_TO_REFUNDS, TERMS)
    wallets.submit_registration(person, people.new_wallet(person))


def offer_cards(visit: Visit, person: Id) -> None:
    """Offers who paid as a guest to bind the cards of those payments."""
    for row in visit.house.orders.orders_of_buyer(person):
        for _, charge in visit.house.documents.all("charges", f"order:{row.order.uuid}:"):
            others.offer_to_bind(visit.house, person, charge["card"])
