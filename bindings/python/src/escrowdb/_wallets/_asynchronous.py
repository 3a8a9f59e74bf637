"""Wallets and asyncio: threads that wait in the loop's place, and payments that share a batch."""

from __future__ import annotations

import asyncio
import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Callable, NamedTuple, Optional, TypeVar

from .._constants import PAYMENTS_MAX
from .._errors import Error, error_of
from .._outcome import Outcome
from ._given import checked
from ._payments import Payment, Payments
from ._refused import Refused

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    P = ParamSpec("P")

A = TypeVar("A")

#: Threads of `run`: as many commands wait for the disk, or for a hash, at a time.
THREADS = 32


class Waiting(NamedTuple):
    """A payment, and the task that waits for it."""

    payment: Payment
    future: asyncio.Future[Outcome]


class Asynchronous(Payments):
    """What asyncio needs, so that no method blocks the loop."""

    _lock: threading.Lock

    def __init__(self) -> None:
        self._leave_threads()

    def _leave_threads(self) -> None:
        """Begins without any: a forked child has none of its parent's."""
        self._threads: Optional[ThreadPoolExecutor] = None
        self._waiting: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}

    async def run(self, method: Callable[P, A], /, *args: P.args, **kwargs: P.kwargs) -> A:
        """Calls a method without blocking the loop: `await wallets.run(wallets.log_in, ...)`.

        Many tasks may do so at the same time, and share commits. A task that is cancelled stops
        waiting; the command may still be carried out, and sent again it tells.
        """
        loop, bound = asyncio.get_running_loop(), functools.partial(method, *args, **kwargs)
        return await loop.run_in_executor(self._executor(), bound)

    async def pay_async(self, payment: Payment) -> Outcome:
        """As `pay`, without blocking the event loop.

        What the tasks of a loop pay in the same turn of it is one batch of `pay_many`. A task that
        is cancelled stops waiting; its payment may still be made, and sent again it tells.
        """
        checked(payment, Payment, "a payment")
        self._open_pointer()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        with self._lock:
            waiting = self._waiting.setdefault(loop, [])
            waiting.append(Waiting(payment, future))
            is_first = len(waiting) == 1
        if is_first:
            loop.call_soon(self._flush, loop)
        return await future

    def _flush(self, loop: asyncio.AbstractEventLoop) -> None:
        """Pays all that waits, in as few batches as there may be."""
        with self._lock:
            waiting = self._waiting.pop(loop, [])
        for start in range(0, len(waiting), PAYMENTS_MAX):
            members = waiting[start : start + PAYMENTS_MAX]
            try:
                executor = self._executor()
            except Error as error:
                fail(members, error)
                continue
            payments = [member.payment for member in members]
            paid = loop.run_in_executor(executor, self.pay_many, payments)
            paid.add_done_callback(functools.partial(answer, members))

    def _executor(self) -> ThreadPoolExecutor:
        with self._lock:
            self._open_pointer()
            if self._threads is None:
                self._threads = ThreadPoolExecutor(THREADS, "escrowdb-wallets")
            return self._threads

    def _end_threads(self) -> None:
        """Has the threads end when they have done what they were given."""
        with self._lock:
            threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=False)


def answer(members: list[Waiting], paid: asyncio.Future[list[Outcome | Refused]]) -> None:
    """Gives each task its answer."""
    if paid.cancelled():
        for member in members:
            member.future.cancel()
        return
    error = paid.exception()
    if error is not None:
        fail(members, error)
        return
    for member, came in zip(members, paid.result()):
        if member.future.done():
            continue
        if isinstance(came, Refused):
            member.future.set_exception(came)
        else:
            member.future.set_result(came)


def fail(members: list[Waiting], error: BaseException) -> None:
    """Tells tasks what went wrong, each by an exception of its own."""
    for member in members:
        if not member.future.done():
            own = error_of(error.code, str(error)) if isinstance(error, Error) else error
            member.future.set_exception(own)
