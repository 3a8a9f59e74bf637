"""What stands around the pages: headers, limits of what is sent, and an answer to each fault."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, MutableMapping
from typing import Any, Callable

from . import files

#: Bytes of a form at most: a picture, and what is around it; and of a report of the acquirer.
FORM_BYTES_MAX = files.BYTES_MAX + (64 << 10)
REPORT_BYTES_MAX = 64 << 10
#: Bytes that are thrown away of what is too large, before nobody listens any more.
DRAINED_MAX = 16 << 20
LOG = logging.getLogger("shop")
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class TooLargeError(Exception):
    """More was sent than is taken."""


def counted(receive: Receive, most: int) -> Receive:
    """Counts what comes, whatever was announced. Raises `TooLargeError` above so many bytes."""
    came = 0

    async def receive_counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > most:
            raise TooLargeError
        return message

    return receive_counted


class Shell:
    """Says to browsers what pages may do, takes no more than is allowed, and answers always."""

    def __init__(self, app: Any, payments: str) -> None:
        self.app = app
        policy = (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
            f"connect-src 'self'; form-action 'self' {payments}; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        self.headers = [
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
        ]

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answers as the application does, with these headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope.get("path", "")
        cached = b"max-age=3600" if path.startswith("/static/") else b"no-store"
        has_begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = [*message.get("headers", []), *self.headers, (b"cache-control", cached)]
                message = {**message, "headers": headers}
            await send(message)

        most = REPORT_BYTES_MAX if path.startswith("/reports/") else FORM_BYTES_MAX
        try:
            await self.app(scope, counted(receive, most), send_with_headers)
        except Exception as error:
            if has_begun:
                raise
            is_too_large = isinstance(error, TooLargeError)
            if not is_too_large:
                LOG.exception("%s", path)
            if is_too_large:
                await drain(receive)
            await answer_plainly(send_with_headers, 413 if is_too_large else 500)


async def drain(receive: Receive) -> None:
    """Lets the rest come, as far as that is bearable: who still sends does not read an answer."""
    came = 0
    while came < DRAINED_MAX:
        message = await receive()
        came += len(message.get("body", b""))
        if not message.get("more_body"):
            return


async def answer_plainly(send: Send, status: int) -> None:
    """Answers without a page, when there can be none."""
    text = {413: b"That is too large.", 500: b"Something went wrong. Try it again in a moment."}
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text[status]})
