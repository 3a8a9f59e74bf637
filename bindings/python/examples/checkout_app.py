"""The checkout as an application of a web server with several workers.

    SHOP=shop.escrow gunicorn --workers 4 checkout_app:wsgi
    SHOP=shop.escrow gunicorn --workers 4 --preload checkout_app:wsgi
    SHOP=shop.escrow uvicorn --workers 4 checkout_app:asgi

Requests and answers are those of checkout.py. Each worker opens the store: the first one hosts it,
and the others are its guests. With `--preload` the process that starts the workers opens it, and
they go on with its store. Nothing here has to know which it is.
"""

from __future__ import annotations

import atexit
import json
import os
from collections.abc import Awaitable, Iterable
from typing import Any, Callable

import checkout
from checkout import Answer

import escrowdb
from escrowdb import RefusedError

store = escrowdb.open(os.environ["SHOP"])
# Whoever hosts the store hands it over when it ends.
atexit.register(store.close)
checkout.prepare(store)


def respond(method: str, path: str, body: bytes) -> Answer:
    """Answers a request."""
    asked = checkout.what_is_asked(store, method, path, body)
    if isinstance(asked, tuple):
        return asked
    try:
        return checkout.answer(store.submit(asked, check=True))
    except RefusedError as refusal:
        return checkout.answer_to(refusal)


def wsgi(
    environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    """Answers a request of a server that has a process or a thread for each."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    status, content = respond(environ["REQUEST_METHOD"], environ["PATH_INFO"], body)
    text = json.dumps(content).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(text)))]
    start_response(f"{status} ", headers)
    return [text]


async def asgi(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Answers a request of a server whose workers answer many at a time."""
    if scope["type"] != "http":
        return
    body = b""
    while True:
        piece = await receive()
        body += piece.get("body", b"")
        if not piece.get("more_body"):
            break
    status, content = await checkout.route(store, scope["method"], scope["path"], body)
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(content).encode()})
