"""The operator's side: do the books balance, is the money there, what ends when."""

from __future__ import annotations

import time

from starlette.responses import JSONResponse, Response

import escrowdb
from escrowdb import TrialBalance

from ..house import USD
from ..web import Visit, get, post

#: What accounts are for, by their codes: those of the shop, and those of the library.
CODES = {
    100: "Card money, outside",
    101: "Bank, outside",
    200: "Wallets",
    300: "Commission",
    301: "Coupons and goodwill",
    302: "Suspense",
    65_001: "Card payments of buyers",
    65_002: "Unclaimed money",
    65_010: "Orders of buyers",
    65_011: "Sellers",
}
OUTSIDE = (100, 101)
OWN = (300, 301)
#: How far the clock can be moved at once, in seconds.
STEPS = {"minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}


def safeguarding(balance: TrialBalance) -> dict[str, int]:
    """Sets what others own against what came in from outside: the rest is the platform's."""
    net = {row.code: row.balances.net for row in balance.rows}
    outside = -sum(net.get(code, 0) for code in OUTSIDE)
    own = sum(net.get(code, 0) for code in OWN)
    others = sum(amount for code, amount in net.items() if code not in (*OUTSIDE, *OWN))
    return {"outside": outside, "own": own, "others": others}


@get("/operator", "operator")
def desk(visit: Visit) -> Response:
    """Shows the state of the house."""
    house = visit.house
    balance = house.store.trial_balance(USD)
    return visit.page(
        "operator.html",
        balance=balance,
        codes=CODES,
        safe=safeguarding(balance),
        parts=house.orders.open_parts(25),
        clock=house.now(),
        steps=STEPS,
        head=house.store.head(),
        stats=house.store.stats(),
        role=house.store.role,
        host=house.store.host_process,
        report=None,
    )


@get("/operator/live", "operator")
def live(visit: Visit) -> Response:
    """Tells how much is done, and how long a durable write takes, for a page that asks again."""
    begin = time.perf_counter()
    visit.house.documents.write("pulse", visit.house.store.role.name, {})
    took = time.perf_counter() - begin
    stats = visit.house.store.stats()
    return JSONResponse(
        {"events": int(stats.events), "at": time.time(), "write_ms": round(took * 1000, 1)}
    )


@post("/operator/clock", "operator")
def move_clock(visit: Visit) -> Response:
    """Sets the clock of the demo forward, so that deadlines can be seen."""
    seconds = STEPS[visit.text("by")]
    visit.house.documents.change(
        "clock", "ahead", lambda row: {"seconds": row.get("seconds", 0) + seconds}
    )
    visit.house.follow_time()
    visit.house.orders.work()
    return visit.go("/operator", "clock")


@post("/operator/verification", "operator")
def verify(visit: Visit) -> Response:
    """Reads the whole store, while it is written, and checks all of it."""
    begin = time.perf_counter()
    report = escrowdb.verify(visit.house.settings.store)
    return visit.page("sound.html", report=report, took=time.perf_counter() - begin)
