"""From a request to a page: routes, who is asking, forms that cannot be forged, and refusals.

A handler is a plain function of a `Visit`, and runs in a thread: it may wait for the disk. It
answers a page or a redirection; what the library refuses it leaves to be raised, unless its form
can say it better.
"""

from __future__ import annotations

import enum
import functools
import hmac
import re
from pathlib import Path
from typing import Any, Callable, Optional, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

import escrowdb
from escrowdb import Id, NeedsTier, OrderRefused, Refusal

from . import files, people, sessions, texts, words
from .catalogue import ARTICLES
from .documents import Row
from .house import USD, House
from .people import Person
from .shell import FORM_BYTES_MAX, LOG

HERE = Path(__file__).parent
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
    auto_reload=False,
)
TEMPLATES.globals.update(words=words, ARTICLES=ARTICLES, LANGUAGES=texts.LANGUAGES, Id=Id)
TEMPLATES.globals["new_id"] = escrowdb.new_id
#: The only paths that visitors are sent back to: of this shop, and nothing that can be read else.
LOCAL = re.compile(r"/(?:[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*)?(?:\?[A-Za-z0-9_=&-]*)?", re.ASCII)
#: An amount: digits without groups, and at most one separator with one or two decimals.
AMOUNT = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,2})?")
ROUTES: list[Route] = []
Member = TypeVar("Member", bound=enum.IntEnum)


class NotNowError(Exception):
    """What is asked for is not done: a text of `words.PROBLEMS` says why, and what helps."""

    def __init__(self, problem: str, status: int = 409) -> None:
        super().__init__(problem)
        self.problem, self.status = problem, status


def local(path: str, otherwise: str = "/") -> str:
    """Gives a path that a visitor may be sent to; another one if it may lead out of the shop."""
    return path if LOCAL.fullmatch(path) else otherwise


class Visit:
    """A request, and who sent it."""

    def __init__(self, request: Request, house: House, form: FormData) -> None:
        self.request, self.house, self.form = request, house, form
        self.token = request.cookies.get("session", "")
        secret = house.settings.key("sessions")
        self.is_new = not sessions.is_genuine(secret, self.token)
        if self.is_new:
            self.token = sessions.new_token(secret)
        self.session = {} if self.is_new else sessions.load(house.documents, self.token)
        accepted = request.headers.get("accept-language", "")
        chosen = request.cookies.get("language", "")
        self.language = chosen if chosen in texts.LANGUAGES else texts.best_of(accepted)

    @functools.cached_property
    def person(self) -> Optional[Person]:
        """Who is signed in: nobody in a session from before the password was changed."""
        id = self.session.get("person")
        person = people.person_of(self.house, Id.parse(id)) if id else None
        is_past = person and person.generation != self.session.get("generation", 0)
        return None if is_past else person

    @property
    def me(self) -> Person:
        """Who is signed in, on pages for those who are."""
        assert self.person is not None
        return self.person

    @functools.cached_property
    def buyer(self) -> Optional[Id]:
        """Who buys: who is signed in, or the guest of this session."""
        if self.person:
            return self.person.id
        guest = self.session.get("guest")
        # A guest who has opened a wallet since signs in like everybody.
        if guest and not self.house.wallets.wallets_of(Id.parse(guest)):
            return Id.parse(guest)
        return None

    @property
    def stamp(self) -> str:
        """What the forms of this session carry."""
        return sessions.stamp(self.house.settings.key("sessions"), self.token)

    def change(self, changed: Callable[[Row], Row]) -> None:
        """Changes what is remembered of this session, whatever other tabs do."""
        self.session = sessions.change(self.house.documents, self.token, changed)

    def remember(self, **values: Any) -> None:
        """Remembers something of this session."""
        self.change(lambda row: {**row, **values})

    def id(self, name: str) -> Id:
        """Gives an id of the path, or of the form."""
        text = self.request.path_params.get(name) or self.text(name)
        try:
            return Id.parse(text)
        except ValueError:
            raise HTTPException(404) from None

    def number(self, name: str, default: int = 0) -> int:
        """Gives a number of the path, or of the form."""
        text = str(self.request.path_params.get(name) or self.text(name) or default)
        if not text.isdecimal() or len(text) > 9:
            raise HTTPException(400)
        return int(text)

    def text(self, name: str) -> str:
        """Gives a field of the form, or of the address; empty if it is not there."""
        value = self.form.get(name, self.request.query_params.get(name, ""))
        # Browsers end the lines of a text with two characters.
        return value.strip().replace("\r\n", "\n") if isinstance(value, str) else ""

    def secret(self, name: str) -> str:
        """Gives a password as it was typed in, blanks and all."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def amount(self, name: str) -> int:
        """Gives an amount of the form in minor units. One that can be misread is refused."""
        text = self.text(name)
        if not AMOUNT.fullmatch(text):
            raise NotNowError("amount", 400)
        return escrowdb.parse_amount(text.replace(",", "."), USD.scale)

    def member(self, kind: type[Member], name: str, default: int = 0) -> Member:
        """Gives a member of an enumeration, as the form has it by its number."""
        number = self.number(name, default)
        # The library's enumerations take numbers that they do not know.
        if number not in {int(each) for each in kind}:
            raise HTTPException(400)
        return kind(number)

    def upload(self, name: str) -> bytes:
        """Gives what was uploaded; nothing if nothing was chosen."""
        value = self.form.get(name)
        return value.file.read(files.BYTES_MAX + 1) if isinstance(value, UploadFile) else b""

    def say(self, text: str, **values: Any) -> str:
        """Says a text in the visitor's language."""
        return texts.say(self.language, text, **values)

    def money(self, minor: int) -> str:
        """Writes an amount."""
        return texts.amount(self.language, USD.format(minor))

    def date(self, at: int) -> str:
        """Writes a time of the shop."""
        return texts.date(self.language, escrowdb.utc(at))

    def reason(self, refusal: Refusal) -> str:
        """Says why something was refused, and what helps."""
        until = getattr(refusal, "until", 0)
        law = words.law_of(refusal)
        return self.say(words.reason_of(refusal), until=self.date(until) if until else "", law=law)

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """Answers a page."""
        said = self.request.cookies.get("said", "")
        content = TEMPLATES.get_template(template).render(
            visit=self,
            t=self.say,
            money=self.money,
            date=self.date,
            said=self.say(SAID[said]) if said in SAID else "",
            theme=self.request.cookies.get("theme", ""),
            **values,
        )
        response = HTMLResponse(content, status)
        if said:
            response.delete_cookie("said")
        return self._finish(response)

    def go(self, path: str, said: str = "") -> Response:
        """Sends the visitor on, with a word about what was done."""
        response = RedirectResponse(path, 303)
        if said:
            response.set_cookie("said", said, max_age=60, httponly=True, samesite="lax")
        return self._finish(response)

    def refuse(self, text: str, status: int = 409, then: str = "/", label: str = "") -> Response:
        """Answers a page that says what to do instead."""
        return self.page("refused.html", status, text=text, then=then, label=label or "Go on")

    def renew(self) -> None:
        """Gives the browser another token, before it may do more than before."""
        sessions.end(self.house.documents, self.token)
        self.token, self.is_new = sessions.new_token(self.house.settings.key("sessions")), True

    def enter(self, person: Id) -> None:
        """Signs somebody in, with another token; the cart is kept."""
        cart = self.session.get("cart")
        generation = people.person_of(self.house, person).generation
        self.renew()
        self.remember(person=str(person), generation=generation, cart=cart)

    def _finish(self, response: Response) -> Response:
        if self.is_new:
            response.set_cookie(
                "session", self.token, httponly=True, samesite="lax", max_age=sessions.LIFE
            )
        return response


#: What pages say of what was just done.
SAID = {
    "added": "It is in the cart.",
    "done": "Done.",
    "paid": "Paid. The sellers have been told to ship.",
    "sent": "The letter is on its way.",
    "bound": "The card is bound: from now on the payment password is enough.",
    "signed-in": "Welcome back.",
    "signed-out": "You are signed out.",
    "registered": "Your account is open.",
    "scan": "The scan is with our staff.",
    "password": "The new password holds.",
    "topped-up": "The money is in the wallet.",
    "second": "Noted. A second member of staff has to do the same.",
    "clock": "The clock was moved.",
}
Handler = Callable[[Visit], Response]


def may(visit: Visit, role: str) -> bool:
    """Says whether who is signed in is one of those."""
    person = visit.person
    if person is None:
        return role == "anybody"
    return {
        "anybody": True,
        "person": True,
        "seller": bool(person.seller),
        "staff": bool(person.staff),
        "operator": person.is_operator,
    }[role]


def turned_away(visit: Visit) -> Response:
    """Answers who may not see a page: to sign in, or that it is not for them."""
    if visit.person is None:
        then = local(visit.request.url.path) if visit.request.method == "GET" else "/"
        return visit.go(f"/sign-in?then={then}")
    return visit.refuse(
        "This page is for somebody else. Sign in as who may see it.", 403, "/sign-in", "Sign in"
    )


def is_forged(visit: Visit) -> bool:
    """Says whether a form did not come from a page of this session."""
    site = visit.request.headers.get("sec-fetch-site", "same-origin")
    if site not in ("same-origin", "none"):
        return True
    return not hmac.compare_digest(visit.text("stamp").encode(), visit.stamp.encode())


def answer(visit: Visit, handler: Handler, role: str) -> Response:
    """Answers a visit: by its handler, or by a page that says what to do instead."""
    then = local(visit.text("back"))
    try:
        if visit.request.method == "POST" and is_forged(visit):
            text = "This form was open for too long, or is not ours. Load the page again."
            return visit.refuse(text, 403, then, "Load it again")
        if not may(visit, role):
            return turned_away(visit)
        return handler(visit)
    except Exception as error:
        return instead(visit, error, then)


def instead(visit: Visit, error: Exception, then: str) -> Response:
    """Answers what came of a visit instead of a page: why, and what helps."""
    if isinstance(error, OrderRefused):
        return visit.refuse(visit.reason(error), 409, then, "Look at it again")
    if isinstance(error, NeedsTier):
        to, label = "/wallet/verification", "Verify my identity"
        return visit.refuse(visit.reason(error), 409, to, label)
    if isinstance(error, Refusal):
        return visit.refuse(visit.reason(error), 409, then, "Go back")
    if isinstance(error, NotNowError):
        return visit.refuse(words.PROBLEMS[error.problem], error.status, then, "Go back")
    if isinstance(error, files.KeptFileError):
        return visit.refuse(words.PROBLEMS["kept"], 409, then, "Go back")
    if isinstance(error, (escrowdb.Error, OSError)):
        LOG.warning("%s: %s", visit.request.url.path, error)
        text = "We could not do that just now. Nothing happens twice: try it again in a moment."
        return visit.refuse(text, 503, then, "Try again")
    if isinstance(error, files.UnfitFileError):
        text = "Send a picture (PNG or JPEG) or a PDF, of at most 4 MB."
        return visit.refuse(text, 400, then, "Go back")
    if isinstance(error, HTTPException) and error.status_code == 400:
        return visit.refuse(words.PROBLEMS["form"], 400, then, "Go back")
    if isinstance(error, (HTTPException, LookupError)):
        text = "There is no such page, or it is not yours to see."
        return visit.refuse(text, 404, "/", "To the shop")
    LOG.error("%s", visit.request.url.path, exc_info=error)
    return visit.refuse(words.PROBLEMS["fault"], 500, then, "Try again")


def route(method: str, path: str, role: str) -> Callable[[Handler], Handler]:
    """Has a handler answer a path, for those who have a role."""

    def register(handler: Handler) -> Handler:
        async def endpoint(request: Request) -> Response:
            form = FormData()
            if request.method == "POST":
                form = await request.form(max_files=2, max_part_size=FORM_BYTES_MAX)

            def run() -> Response:
                return answer(Visit(request, request.app.state.house, form), handler, role)

            return await run_in_threadpool(run)

        ROUTES.append(Route(path, endpoint, methods=[method], name=handler.__qualname__))
        return handler

    return register


def get(path: str, role: str = "anybody") -> Callable[[Handler], Handler]:
    """Has a handler show a page."""
    return route("GET", path, role)


def post(path: str, role: str = "anybody") -> Callable[[Handler], Handler]:
    """Has a handler take a form."""
    return route("POST", path, role)
