"""What somebody hostile sends, and what becomes of it. One test for each kind of fault."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from escrowdb import Id
from shop import others, suspense
from shop.duties import Duties
from shop.house import SUSPENSE, House
from shop.pages.account import DEMO_PASSWORD, DEMO_PAYMENT_PASSWORD
from shop.running import EXAMPLES, Running, free_ports, running
from shop.visiting import PNG, Visitor, until

NO_REFUNDS = "4000000000005126"
PERSONAL = {
    "name": "Vic Tim", "citizenship": "CZ", "document_kind": "1", "document_country": "CZ",
    "postal_address": "x", "phone": "+420 601 000 777",
}  # fmt: skip
SECRETS = {
    "password": "a phrase of my very own", "repeated": "a phrase of my very own",
    "question__1": "1", "question__2": "2", "answer__1": "a", "answer__2": "b", "terms": "1",
}  # fmt: skip


People = Callable[..., Visitor]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Gives a shop of its own: what is done here is not to be met by those who walk elsewhere."""
    with running(tmp_path_factory.mktemp("hostile")) as started:
        yield started


@pytest.fixture(scope="module")
def house(shop: Running) -> Iterator[House]:
    with shop.house() as opened:
        yield opened


@pytest.fixture
def visitor(shop: Running) -> Iterator[People]:
    """Gives who comes to the shop without a browser."""
    with contextlib.ExitStack() as stack:
        yield lambda name="": stack.enter_context(contextlib.closing(Visitor(shop, name)))


def report(shop: Running, charge: Any) -> int:
    """Reports as the acquirer does; gives the status of the answer."""
    body = charge if isinstance(charge, bytes) else json.dumps(charge).encode()
    signature = others.signature_of(shop.settings.key("acquirer"), body)
    headers = {"Signature": signature}
    url = f"{shop.url}/reports/charges"
    return httpx.post(url, content=body, headers=headers, timeout=30).status_code


def charge_of(reference: str, amount: Any, id: str = "") -> dict[str, Any]:
    """Gives a charge as the acquirer reports it."""
    card = {
        "token": "tok_x", "brand": "Visa", "last_four": "1111", "expiry_year": 2031,
        "expiry_month": 12, "fingerprint": "f" * 32,
    }  # fmt: skip
    return {
        "state": "charged", "charge": id or f"ch_{uuid.uuid4().hex}", "reference": reference,
        "amount": amount, "card": card,
    }  # fmt: skip


def test_one_charge_pays_one_order(shop: Running, visitor: People) -> None:
    """Neither by the acquirer's key sent again, nor by a report of a charge that was used."""
    one, other = visitor(), visitor()
    cheap, dear = one.order({5: 1}), other.order({9: 1})
    one.pay(cheap, key="k" * 24)
    other.pay(dear, key="k" * 24)
    assert one.is_paid(cheap)
    assert not other.is_paid(dear)
    third = visitor()
    used, unpaid = one.order({5: 1}), third.order({5: 1})
    charge = charge_of(f"order:{used}:0:0", 17_50)
    assert report(shop, charge) == 200
    assert report(shop, charge) == 200, "reported twice, it is used once"
    again = {**charge, "reference": f"order:{unpaid}:0:0"}
    assert report(shop, again) == 422
    assert not third.is_paid(unpaid)


def test_a_report_that_fits_nothing_is_refused(
    shop: Running, visitor: People, house: House
) -> None:
    guest = visitor()
    order = guest.order({5: 1})
    reference = f"order:{order}:0:0"
    for charge in (
        b"{", b"[]", b"\xff", {}, charge_of("x", 1), charge_of(f"order:{order}:9:0", 17_50),
        charge_of(f"order:{uuid.uuid4()}:0:0", 1), charge_of(f"wallet:{uuid.uuid4()}:1", 1),
        charge_of(reference, 0), charge_of(reference, -5), charge_of(reference, "17.50"),
        charge_of(reference, True), {**charge_of(reference, 17_50), "card": {}},
    ):  # fmt: skip
        assert report(shop, charge) == 422, charge
    assert not guest.is_paid(order)
    # What is less than was asked for is not kept by the shop.
    charge = charge_of(reference, 1)
    assert report(shop, charge) == 422
    assert not guest.is_paid(order)
    assert suspense.was_taken_in(house, charge["charge"])


def test_who_began_a_registration_does_not_finish_it(visitor: People, house: House) -> None:
    hostile, victim = visitor(), visitor()
    hostile.register(house, "victim@example.com")
    token = victim.token_in_letter("victim@example.com", "/confirm")
    assert victim.post("/confirm", token=token).status_code == 303
    form = {**PERSONAL, "document_number": "P-777"}
    assert hostile.post("/register/form", **form).status_code == 404
    assert victim.post("/register/form", **form).status_code == 303
    assert hostile.get("/register/password").status_code == 404
    assert hostile.post("/register/password", **SECRETS).status_code == 404
    assert hostile.get("/wallet").status_code == 303
    assert victim.post("/register/password", **SECRETS).headers["location"] == "/wallet"
    assert "Vic" in victim.get("/").text
    # What follows is not for who began it, either.
    assert hostile.get("/register/letter").status_code == 404


def test_a_person_without_a_name_sees_pages(visitor: People, house: House) -> None:
    who = visitor("otto")
    (found,) = [key for key, row in house.documents.all("people") if row.get("staff") == "otto"]
    house.documents.change("people", found, lambda row: {**row, "name": ""})
    assert who.get("/").status_code == 200
    house.documents.change("people", found, lambda row: {**row, "name": "Otto"})


def disputed(visitor: People, she: Visitor, seller: str = "clay", article: int = 5) -> str:
    """Buys something, and has staff decide about it; gives the order."""
    order = she.order({article: 1})
    she.pay(order)
    sells = visitor(seller)
    assert sells.post(f"/seller/orders/{order}/parts/0/ship").status_code == 303
    base = f"/orders/{order}/parts/0"
    form = {"amount": "5.00", "reason": "2", "remedy": "1", "note": "broken"}
    assert she.post(f"{base}/claim", **form).status_code == 303
    refusal = sells.post(f"/seller/orders/{order}/parts/0/refuse", note="no")
    assert refusal.status_code == 303
    assert she.post(f"{base}/escalate").status_code == 303
    return order


def test_staff_do_not_act_on_their_own(visitor: People, house: House) -> None:
    eve = visitor("eve")
    order = disputed(visitor, eve)
    decide = f"/staff/disputes/{order}/parts/0/decide"
    assert eve.post(decide, amount="5.00").status_code == 403
    goodwill = f"/staff/disputes/{order}/0/goodwill"
    assert eve.post(goodwill, amount="5.00", reason="for me").status_code == 403
    scan = eve.post("/wallet/verification", PNG + b"EVE", "scan", kind="1")
    assert scan.status_code == 303
    (mine,) = [key for key, row in house.documents.all("people") if row.get("staff") == "eve"]
    case = house.documents.read("last-cases", mine)["case"]
    for step in ("review", "approve"):
        path = f"/staff/verifications/{Id.parse(case).uuid}/{step}"
        assert eve.post(path, reason="r").status_code == 403
    me = Id.parse(mine).uuid
    assert eve.post(f"/staff/persons/{me}/freeze", reason="r").status_code == 403
    assert visitor("adam").post(decide, amount="5.00").status_code == 303


def test_goodwill_is_bounded(visitor: People) -> None:
    anna, eve, adam = visitor("anna"), visitor("eve"), visitor("adam")
    calm = anna.order({5: 1})
    anna.pay(calm)
    path = f"/staff/disputes/{calm}/0/goodwill"
    assert eve.post(path, amount="5.00", reason="r").status_code == 409, "there is no dispute"
    path = f"/staff/disputes/{disputed(visitor, anna)}/0/goodwill"
    before = anna.in_wallet()
    assert eve.post(path, amount="5.00").status_code == 400, "there is no reason"
    command = str(uuid.uuid4())
    for _ in range(2):
        assert eve.post(path, amount="40.00", reason="r", command=command).status_code == 303
    once = anna.in_wallet()
    assert once != before
    assert eve.post(path, amount="40.00", reason="r").status_code == 303
    assert anna.in_wallet() == once, "a second of them has to agree"
    assert eve.post(path, amount="40.00", reason="r").status_code == 409
    assert adam.post(path, amount="41.00", reason="r").status_code == 303
    assert anna.in_wallet() == once, "to another amount nobody has agreed"
    assert eve.post(path, amount="41.00", reason="r").status_code == 303
    assert anna.in_wallet() != once


def test_evidence_stands_as_it_was_sent(visitor: People) -> None:
    she, clay, lantern = visitor(), visitor("clay"), visitor("lantern")
    order = she.order({5: 1, 1: 1})
    she.pay(order)
    part = next(
        number
        for number in "01"
        if clay.post(f"/seller/orders/{order}/parts/{number}/ship").status_code == 303
    )
    path, command = f"/orders/{order}/parts/{part}/claim", str(uuid.uuid4())
    form = {"command": command, "amount": "5.00", "reason": "2", "remedy": "1", "note": "n"}
    assert she.post(path, PNG + b"FIRST", **form).status_code == 303
    picture = she.get(f"/orders/{order}").text.split("/evidence/")[1][:36]
    assert she.post(path, PNG + b"FIRST", **form).status_code == 303, "sent twice, it is the same"
    assert she.post(path, PNG + b"OTHER", **form).status_code == 409
    assert she.post(path, b"%PDF-1 x", **form).status_code == 409
    other = visitor()
    theirs = other.order({5: 1})
    other.pay(theirs)
    other.post(f"/orders/{theirs}/parts/0/claim", PNG + b"ALIEN", **form)
    seen = clay.get(f"/evidence/{picture}")
    assert seen.content == PNG + b"FIRST"
    assert seen.headers["content-type"] == "image/png"
    assert lantern.get(f"/evidence/{picture}").status_code == 404, "the seller of another part"


def test_scans_stand_as_they_were_sent(shop: Running, visitor: People, house: House) -> None:
    anna, eve = visitor("anna"), visitor("eve")
    command = str(uuid.uuid4())
    sent = anna.post("/wallet/verification", PNG + b"GOOD", "scan", kind="1", command=command)
    assert sent.status_code == 303
    swapped = anna.post("/wallet/verification", PNG + b"BAD", "scan", kind="1", command=command)
    assert swapped.status_code == 409
    (mine,) = [k for k, row in house.documents.all("people") if row.get("name") == "Anna Novak"]
    case = Id.parse(house.documents.read("last-cases", mine)["case"]).uuid
    page = eve.get(f"/staff/verifications/{case}").text
    path = "/staff/scans/" + page.split("/staff/scans/")[1].split('"')[0]
    assert eve.get(path).content == PNG + b"GOOD"
    folder = shop.settings.data / "files"
    scan = folder / path.rsplit("/", 1)[1]
    assert scan.stat().st_mode & 0o777 == 0o600
    assert list(folder.glob("*.*")) == [], "nothing unfinished is left"


def test_a_top_up_that_was_refused_is_not_lost(shop: Running, visitor: People) -> None:
    """By a wallet that is frozen: it waits, is not credited later, and is paid out once."""
    bert, eve, olga = visitor("bert"), visitor("eve"), visitor("olga")
    found = eve.post("/staff/persons", email="bert@example.com", reason="r").text
    person = found.split("/staff/persons/")[1][:36]
    before = bert.in_wallet()
    assert eve.post(f"/staff/persons/{person}/freeze", reason="r").status_code == 303
    kept, back = (bert.post("/wallet/top-up", amount=amount) for amount in ("61.00", "62.00"))
    bert.type_card(kept, NO_REFUNDS, "kept")
    bert.type_card(back, key="back")
    assert eve.post(f"/staff/persons/{person}/unfreeze", reason="r").status_code == 303
    charged = [each[1:] for each in shop.charges() if each[1] in (61_00, 62_00)]
    assert charged == [(61_00, 0), (62_00, 62_00)]
    bert.type_card(back, key="back")
    assert bert.in_wallet() == before, "what was given back is not credited"
    page = olga.get("/staff/suspense").text
    assert "$61.00" in page
    (path,) = re.findall(r'\$61\.00</span>\s*<form method="post" action="([^"]+)"', page)
    for _ in range(2):
        assert olga.post(path).status_code == 303, olga.post(path).text
    assert path not in olga.get("/staff/suspense").text
    assert bert.in_wallet() != before


def test_money_of_guests_waits(visitor: People, house: House) -> None:
    """There is no wallet to put it into: it stays where it is, and is not marked as paid out."""
    guest, clay, olga = visitor(), visitor("clay"), visitor("olga")
    order = guest.order({5: 3})
    guest.pay(order, NO_REFUNDS)
    assert clay.post(f"/seller/orders/{order}/parts/0/cancel").status_code == 303

    def waiting() -> list[Id]:
        lines = house.store.statement(SUSPENSE, newest_first=True, limit=50)
        orders = {Id(line.operation.id): line.operation.user_data_128 for line in lines}
        return [id for id, about in orders.items() if about == Id.parse(order)]

    assert until(waiting)
    path = f"/staff/suspense/{waiting()[0].uuid}"
    assert path not in olga.get("/staff/suspense").text
    for _ in range(2):
        assert olga.post(path).status_code == 409
    assert house.store.operation(suspense.paid_out_by(waiting()[0])) is None


@pytest.mark.parametrize(
    "amount", ["1,000", "1e2", "-5", "1 000", "0x10", "1.001", "\u0665", "1.2.3"]
)
def test_an_amount_is_not_misread(visitor: People, amount: str) -> None:
    anna = visitor("anna")
    assert anna.post("/wallet/top-up", amount=amount).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/\t/evil.example", "/\n/evil", "//evil", "/\\evil", "/..//evil", "https:evil", "/%09/e"],
)
def test_nobody_is_sent_elsewhere(visitor: People, path: str) -> None:
    who = visitor()
    assert who.post("/look", back=path, theme="dark").headers["location"] == "/"
    signed_in = who.post(
        "/sign-in", email="clay@example.com", password="correct horse battery staple", then=path
    )
    assert signed_in.headers["location"] == "/seller"
    refused = who.client.post("/cart/add", data={"back": path})
    assert refused.status_code == 403
    assert "evil" not in refused.text


def test_what_is_too_large_is_not_taken(shop: Running) -> None:
    """Whether its length is announced or not."""

    def pieces(count: int) -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="x"; filename="a"\r\n\r\n'
        for _ in range(count):
            yield b"A" * (1 << 20)

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    for content in (pieces(6), b"".join(pieces(6))):
        answer = httpx.post(f"{shop.url}/cart/add", content=content, headers=kind, timeout=30)
        assert answer.status_code == 413
        assert "content-security-policy" in answer.headers
    answer = httpx.post(f"{shop.url}/reports/charges", content=pieces(1), timeout=30)
    assert answer.status_code == 413


def test_faults_are_answered_with_headers(shop: Running) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="stamp"\r\n\r\n\\ud800\r\n--b--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=b; charset=unicode_escape"}
    answer = httpx.post(f"{shop.url}/cart/add", content=body, headers=kind)
    assert answer.status_code >= 400
    assert "content-security-policy" in answer.headers


def test_numbers_that_name_nothing_are_refused(visitor: People) -> None:
    guest = visitor()
    order = guest.order({5: 1})
    guest.pay(order)
    for wrong in ({"reason": "99", "remedy": "1"}, {"reason": "2", "remedy": "9"}):
        path = f"/orders/{order}/parts/0/claim"
        assert guest.post(path, amount="17.50", note="n", **wrong).status_code == 400


def test_other_hosts_are_refused(shop: Running) -> None:
    assert httpx.get(shop.url, headers={"Host": "evil.example"}).status_code == 400
    assert httpx.get(f"{shop.url}/cart/").status_code == 404


def test_a_card_can_pay_after_a_late_charge(shop: Running, visitor: People) -> None:
    """What was charged too late goes back; when it is paid anew, it is charged anew."""
    anna, olga = visitor("anna"), visitor("olga")
    order = anna.order({5: 1})
    (card,) = re.findall(r"/wallet/cards/([\w-]+)/remove", anna.get("/wallet").text)
    form = {"card": card, "password": DEMO_PAYMENT_PASSWORD}
    for step in ("hour", "minute"):
        assert olga.post("/operator/clock", by=step).status_code == 303
    anna.post(f"/orders/{order}/pay", **form)

    def books() -> list[tuple[int, int]]:
        return [each[1:] for each in shop.charges() if order in each[0]]

    assert until(lambda: books() == [(17_50, 17_50)])
    assert anna.post(f"/orders/{order}/again").status_code == 303
    assert anna.post(f"/orders/{order}/pay", **form).status_code == 303
    assert anna.is_paid(order)
    assert books() == [(17_50, 17_50), (17_50, 0)]


def test_sessions_end_with_the_password(visitor: People) -> None:
    """When it is changed, and when it is reset by a letter."""
    here, elsewhere, third = visitor("lantern"), visitor("lantern"), visitor()
    new = "a wholly different phrase"
    changed = here.post("/account/password", present=DEMO_PASSWORD, password=new)
    assert changed.status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    third.post("/forgotten", email="lantern@example.com")
    token = third.token_in_letter("lantern@example.com", "/new-password")
    form = {"token": token, "password": DEMO_PASSWORD}
    assert third.post("/new-password", **form).headers["location"] == "/sign-in"
    assert here.get("/account").status_code == 303
    assert third.sign_in("lantern").status_code == 303


def test_a_planted_token_is_not_taken(shop: Running, visitor: People) -> None:
    planted, victim = "F" * 43, visitor()
    victim.client.cookies.set("session", planted)
    victim.order({5: 1})
    taken = [cookie.value for cookie in victim.client.cookies.jar if cookie.name == "session"]
    assert [token for token in taken if token != planted]
    with httpx.Client(base_url=shop.url, cookies={"session": planted}) as hostile:
        assert "/orders/" not in hostile.get("/orders").text.split("<main")[1]


def test_a_coupon_is_good_once_for_an_address(visitor: People) -> None:
    addresses = ("Coupon@example.com", "coupon@example.com", "coupon+late@example.com")
    placed = []
    for email in addresses:
        guest = visitor()
        guest.post("/cart/add", article="5", count="1")
        hidden = dict(
            re.findall(r'name="(cart|seen)" value="([^"]+)"', guest.get("/checkout").text)
        )
        form = {"address": "Road", "email": email, "coupon": "WELCOME", **hidden}
        placed.append(guest.post("/checkout", **form).status_code)
    assert placed == [303, 409, 409]


def test_names_are_not_in_the_journal(shop: Running, visitor: People) -> None:
    guest = visitor()
    order = guest.order({5: 1}, email="sealed.guest@example.com")
    files = [path for path in shop.settings.store.rglob("*") if path.is_file()]
    content = b"".join(path.read_bytes() for path in files)
    assert "Long Road 1" in guest.get(f"/orders/{order}").text
    assert len(content) > 100_000, "the store lies in these files"
    for personal in (b"Long Road 1", b"sealed.guest@example.com", b"Anna Novak"):
        assert personal not in content


def test_unseen_characters_are_no_names(visitor: People, house: House) -> None:
    who = visitor()
    who.register(house, "bidi@example.com")
    token = who.token_in_letter("bidi@example.com", "/confirm")
    who.post("/confirm", token=token)
    for name in ("\u202eAdam", "\u200b"):
        form = {**PERSONAL, "document_number": "P-778", "name": name}
        assert who.post("/register/form", **form).status_code == 400
    form = {**PERSONAL, "document_number": "P-778", "document_kind": "99"}
    assert who.post("/register/form", **form).status_code == 400


def test_the_acquirer_is_away(shop: Running, visitor: People) -> None:
    """A page says so, with a status and headers; the starter starts it again, with its books."""
    anna = visitor("anna")
    order = anna.order({5: 1})
    (card,) = re.findall(r"/wallet/cards/([\w-]+)/remove", anna.get("/wallet").text)
    form = {"card": card, "password": DEMO_PAYMENT_PASSWORD}
    charged = len(shop.charges())
    starter = shop.process.pid
    os.kill(starter, signal.SIGSTOP)
    try:
        os.kill(child_of(starter, "shop.stand_ins"), signal.SIGKILL)
        answer = anna.post(f"/orders/{order}/pay", **form)
    finally:
        os.kill(starter, signal.SIGCONT)
    assert answer.status_code == 503
    assert "content-security-policy" in answer.headers
    assert "Nothing happens twice" in answer.text
    assert until(lambda: anna.post(f"/orders/{order}/pay", **form).status_code == 303)
    assert anna.is_paid(order)
    assert len(shop.charges()) == charged + 1


def child_of(parent: int, named: str) -> int:
    """Gives a process that another one started."""
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            above = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if above == parent and named in (path / "cmdline").read_text():
                return int(path.name)
    raise LookupError(named)


class Nonsense(BaseHTTPRequestHandler):
    """Answers what nobody can read."""

    def do_POST(self) -> None:
        """Answers by the path."""
        content = {"/html": b"<html>", "/list": b"[]", "/empty": b"{}"}[self.path]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *values: Any) -> None:
        """Says nothing."""


def test_answers_that_cannot_be_read(house: House) -> None:
    """They are as good as none, and no fault of a duty ends the thread that does them."""
    with HTTPServer(("127.0.0.1", 0), Nonsense) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings = replace(house.settings, stand_ins_port=server.server_port)
        for path in ("/html", "/list", "/empty"):
            with pytest.raises(OSError, match=path):
                others.ask(replace(house, settings=settings), path, {}, "state")
        server.shutdown()
    done = []

    def faulty(_house: House) -> None:
        done.append(1)
        raise KeyError("state")

    Duties(house)._do(faulty)
    assert done == [1]


def start(data: Path, port: int) -> tuple[int, str]:
    """Starts a shop that cannot be; gives its status, and what it says."""
    command = [sys.executable, "-m", "shop", "--data", str(data), "--port", str(port)]
    ended = subprocess.run(
        command, cwd=EXAMPLES, capture_output=True, text=True, timeout=60, check=False
    )
    return ended.returncode, ended.stderr


def test_a_shop_that_cannot_start_says_why(shop: Running, tmp_path: Path) -> None:
    status, said = start(tmp_path / "new", shop.settings.port)
    assert (status, f"port {shop.settings.port} cannot be used" in said) == (1, True)
    status, said = start(shop.settings.data, free_ports())
    assert (status, "another one uses" in said) == (1, True)
    (tmp_path / "half" / "shop.escrow").mkdir(parents=True)
    status, said = start(tmp_path / "half", free_ports())
    assert (status, "its first start was interrupted" in said) == (1, True)


def test_all_of_it_ends_with_the_starter(tmp_path: Path) -> None:
    with contextlib.suppress(ProcessLookupError), running(tmp_path, 1, empty=True) as shop:
        shop.process.kill()

        def is_down(url: str) -> bool:
            try:
                return not httpx.get(url, timeout=5)
            except httpx.TransportError:
                return True

        assert until(lambda: is_down(shop.url) and is_down(shop.settings.stand_ins_url))
