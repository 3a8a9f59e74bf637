"""Wallets: persons, passwords, letters, and payments that a policy limits.

A module for each noun, whose methods `Wallets` has all of.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Callable, Optional

from .._forks import inherit
from .._library import ffi
from .._values import IdLike
from ._asynchronous import Asynchronous
from ._audit import Audit
from ._card_payments import CardPayments, Suspense
from ._card_refunds import CardRefunds
from ._cards import Cards
from ._chargebacks import Chargebacks
from ._corrections import Corrections
from ._erasure import Erasure
from ._keys import Keys
from ._letters import Letters
from ._new_cards import NewCards
from ._options import Host, MasterKey, Policy, known_device, open_wallets
from ._orders import Orders
from ._person_views import ContactChanges, PersonViews
from ._persons import Logins, Registrations
from ._recovery import Recoveries
from ._security import SecurityAnswers
from ._staff import Staff
from ._unclaimed import Unclaimed
from ._upkeep import Upkeeping
from ._verification import Verifications
from ._wallet import PaymentPasswords, SingleWallets


class Wallets(
    Registrations,
    Logins,
    PersonViews,
    ContactChanges,
    Corrections,
    SecurityAnswers,
    Letters,
    SingleWallets,
    PaymentPasswords,
    Asynchronous,
    Verifications,
    Cards,
    CardPayments,
    NewCards,
    CardRefunds,
    Chargebacks,
    Orders,
    Suspense,
    Unclaimed,
    Recoveries,
    Audit,
    Erasure,
    Keys,
    Staff,
    Upkeeping,
):
    """The wallets of a store, from `Store.wallets`. Any number of threads may use them.

    A command answers what it says, when it is durable, or raises `Refused`, whose `status` names
    the law that it would have broken; then nothing of it was done. Ids of persons, wallets and
    authorisations are the caller's, so that a command that is sent again does nothing twice. After
    `PoisonedError` or `StorageError` it is not known whether it was carried out: open the store
    again and send it again.

    Methods block: some wait for the disk, and those that take a password compute a hash of it,
    which is to take a while. Other Python threads run meanwhile; in asyncio, `run` and `pay_async`
    have a thread wait in the loop's place.
    """

    def __init__(self, store: Any, pointer: Any, host: Host) -> None:
        # What comes from a store keeps it alive.
        self._store = store
        self._pointer: Optional[Any] = pointer
        self._host = host
        self._lock = threading.Lock()
        super().__init__()
        inherit(self)

    def _renew(self) -> None:
        """In a forked child: leaves what threads of the parent may have been in the middle of."""
        self._lock = threading.Lock()
        self._leave_threads()

    def known_device(self) -> Wallets:
        """Gives the same wallets for callers at a device that the host attests as known.

        That is one which this very customer has logged in from before and which the host knows
        by a cookie or key of its own: so it is to be chosen for each call. Close it by itself;
        the wallets that it came from go on.

        Wrong passwords from unknown devices count apart, and lock unknown devices alone: a stranger
        who guesses does not lock the customer out. Links to set a new login password are counted
        apart too.
        """
        return Wallets(self._store, known_device(self._open_pointer()), self._host)

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
        if pointer is not None:
            ffi.release(pointer)
        self._end_threads()

    @property
    def is_closed(self) -> bool:
        """Whether they were closed."""
        return self._pointer is None


def wallets_of_store(
    store: Any,
    pointer: Any,
    *,
    master_key: MasterKey,
    policy: Policy,
    pepper: Optional[bytes],
    replaces_pepper: bool,
    first_operator: Optional[str],
    is_blocked: Optional[Callable[[str], bool]],
    hashes_in_parallel: int,
    loss_accounts: Mapping[int, IdLike],
    waiver_accounts: Mapping[int, IdLike],
) -> Wallets:
    """Opens the wallets of an open store."""
    host = Host()
    handle = open_wallets(
        pointer,
        host,
        master_key=master_key,
        policy=policy,
        pepper=pepper,
        replaces_pepper=replaces_pepper,
        first_operator=first_operator,
        is_blocked=is_blocked,
        hashes_in_parallel=hashes_in_parallel,
        loss_accounts=loss_accounts,
        waiver_accounts=waiver_accounts,
    )
    return Wallets(store, handle, host)
