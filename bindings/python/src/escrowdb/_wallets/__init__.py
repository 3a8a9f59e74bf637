"""Wallets: persons, passwords, letters, and payments that a policy limits.

A module for each noun, whose methods `Wallets` has all of.
"""

from __future__ import annotations

import asyncio
import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar

from .._library import ffi
from ._audit import Audit
from ._card_payments import CardPayments, Suspense
from ._cards import Cards
from ._erasure import Erasure
from ._keys import Keys
from ._letters import Letters
from ._options import Host, MasterKey, Policy, open_wallets
from ._payments import Payments
from ._persons import Logins, Registrations
from ._recovery import Recoveries
from ._security import SecurityAnswers
from ._upkeep import Upkeeping
from ._verification import Verifications
from ._wallet import PaymentPasswords, SingleWallets

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    P = ParamSpec("P")

A = TypeVar("A")

#: Threads of `Wallets.run`: as many commands wait for the disk, or for a hash, at a time.
THREADS = 32


class Wallets(
    Registrations,
    Logins,
    SecurityAnswers,
    Letters,
    SingleWallets,
    PaymentPasswords,
    Payments,
    Verifications,
    Cards,
    CardPayments,
    Suspense,
    Recoveries,
    Audit,
    Erasure,
    Keys,
    Upkeeping,
):
    """The wallets of a store, from `Store.wallets`. Any number of threads may use them.

    A command answers what it says, when it is durable, or raises `Refused`, whose `status` names
    the law that it would have broken; then nothing of it was done. Ids of persons, wallets and
    authorisations are the caller's, so that a command that is sent again does nothing twice. After
    `PoisonedError` or `StorageError` it is not known whether it was carried out: open the store
    again and send it again.

    Methods block: some wait for the disk, and those that take a password compute a hash of it,
    which is to take a while. Other Python threads run meanwhile; in asyncio, `run` has a thread
    wait in the loop's place.
    """

    def __init__(self, store: Any, pointer: Any, host: Host) -> None:
        # What comes from a store keeps it alive.
        self._store = store
        self._pointer: Optional[Any] = pointer
        self._host = host
        self._lock = threading.Lock()
        self._threads: Optional[ThreadPoolExecutor] = None

    def __enter__(self) -> Wallets:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<escrowdb.Wallets {'closed' if self._pointer is None else 'open'}>"

    def close(self) -> None:
        """Lets go of the wallets, and wipes their keys from memory. The store stays open.

        Calls that other threads are in go on to their end. Closing the store does this too.
        """
        with self._lock:
            pointer, self._pointer = self._pointer, None
            threads, self._threads = self._threads, None
        if pointer is not None:
            ffi.release(pointer)
        if threads is not None:
            threads.shutdown(wait=False)

    @property
    def is_closed(self) -> bool:
        """Whether they were closed."""
        return self._pointer is None

    async def run(self, method: Callable[P, A], /, *args: P.args, **kwargs: P.kwargs) -> A:
        """Calls a method without blocking the loop: `await wallets.run(wallets.pay, payment)`.

        Many tasks may do so at the same time, and share commits. A task that is cancelled stops
        waiting; the command may still be carried out, and sent again it tells.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._executor(), functools.partial(method, *args, **kwargs)
        )

    def _executor(self) -> ThreadPoolExecutor:
        with self._lock:
            self._open_pointer()
            if self._threads is None:
                self._threads = ThreadPoolExecutor(THREADS, "escrowdb-wallets")
            return self._threads


def wallets_of_store(
    store: Any,
    pointer: Any,
    *,
    master_key: MasterKey,
    policy: Policy,
    pepper: Optional[bytes],
    is_blocked: Optional[Callable[[str], bool]],
    hashes_in_parallel: int,
) -> Wallets:
    """Opens the wallets of an open store."""
    host = Host()
    handle = open_wallets(
        pointer,
        host,
        master_key=master_key,
        policy=policy,
        pepper=pepper,
        is_blocked=is_blocked,
        hashes_in_parallel=hashes_in_parallel,
    )
    return Wallets(store, handle, host)
