"""The shop as an application of an ASGI server with any number of workers."""

from __future__ import annotations

import contextlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any, Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

import escrowdb

from . import others
from .duties import Duties
from .house import House, open_house
from .pages import ROUTES
from .settings import HOST, exported
from .shell import LOG, Shell
from .web import HERE, Visit, answer

#: What browsers may call the shop. A real one names its own host alone.
HOSTS = [HOST, "localhost"]


def report(taken: Callable[[House, Any], None]) -> Callable[[Request], Any]:
    """Takes what the acquirer or the carrier reports, if the signature is theirs."""

    async def endpoint(request: Request) -> Response:
        house: House = request.app.state.house
        body = await request.body()
        expected = others.signature_of(house.settings.key("acquirer"), body)
        if not hmac.compare_digest(
            request.headers.get("signature", "").encode(), expected.encode()
        ):
            return JSONResponse({"error": "the signature is not right"}, 403)
        try:
            await run_in_threadpool(taken, house, json.loads(body))
        except (ValueError, others.UnusableReportError) as error:
            LOG.warning("%s: %s", request.url.path, error)
            return JSONResponse({"error": str(error)}, 422)
        except (OSError, escrowdb.Error) as error:
            # It is reported again.
            LOG.warning("%s: %s", request.url.path, error)
            return JSONResponse({"error": "not now"}, 503)
        return JSONResponse({})

    return endpoint


def parcel_arrived(house: House, parcel: Any) -> None:
    """Takes what the carrier reports."""
    others.parcel_arrived(house, parcel.get("reference") if isinstance(parcel, dict) else None)


async def missing(request: Request, _error: Exception) -> Response:
    """Answers that there is no such page."""

    def nothing(visit: Visit) -> Response:
        raise LookupError(visit.request.url.path)

    return await run_in_threadpool(
        lambda: answer(Visit(request, request.app.state.house, FormData()), nothing, "anybody")
    )


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Opens the store while the worker lives. Who hosts it hands it over at the end."""
    house = await run_in_threadpool(open_house, exported())
    duties = Duties(house)
    duties.start()
    app.state.house = house
    yield
    await run_in_threadpool(duties.stop)
    await run_in_threadpool(house.close)


def make() -> Starlette:
    """Makes the application."""
    app = Starlette(
        routes=[
            *ROUTES,
            Route("/reports/charges", report(others.card_was_charged), methods=["POST"]),
            Route("/reports/parcels", report(parcel_arrived), methods=["POST"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[
            Middleware(Shell, payments=exported().stand_ins_url),
            Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS),
        ],
        exception_handlers={404: missing},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app
