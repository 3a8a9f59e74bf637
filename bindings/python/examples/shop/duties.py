"""What every worker does in the background, again and again: nothing is done twice by it.

Whichever worker dies, the others go on with this.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time

from escrowdb import Action, Error, InvalidPositionError, Refused, StepKind, WalletStatus

from . import letters, others, sessions
from .house import CARDS, House

#: Seconds between two rounds, and between two tidyings.
PAUSE, TIDY = 1.0, 60.0
CARRIER = "carrier"
LOG = logging.getLogger("shop")


def hand_over_parcels(house: House) -> None:
    """Gives the carrier what sellers have shipped since the last time, as the feed tells it."""
    position = house.store.consumer(CARRIER) or 0
    steps, until = house.orders.events(position)
    for step in steps:
        if step.kind == StepKind.ACTED and step.action == Action.SHIP:
            others.hand_to_carrier(house, step.order, step.part)
    if until > position:
        # Another worker may have gone further meanwhile.
        with contextlib.suppress(InvalidPositionError):
            house.store.acknowledge(CARRIER, until)


def carry_out_refunds(house: House) -> None:
    """Has the acquirer carry out what went back to cards."""
    for refund in house.orders.open_refunds():
        if refund.source == CARDS:
            try:
                others.carry_out_refund(house, refund)
            except OSError as error:
                # The acquirer is asked again in the next round; other refunds do not wait for it.
                LOG.warning("refund %s: %s", refund.reversal, error)


def tidy(house: House) -> None:
    """Forgets what is past its time."""
    sessions.remove_old(house.documents)
    letters.remove_old(house)
    house.wallets.upkeep()


def work(house: House) -> None:
    """Carries out what time alone leaves to be done."""
    house.orders.work()


DUTIES = (
    House.follow_time,
    work,
    letters.send_waiting,
    carry_out_refunds,
    hand_over_parcels,
)


class Duties(threading.Thread):
    """The thread that does them."""

    def __init__(self, house: House) -> None:
        super().__init__(name="duties", daemon=True)
        self._house = house
        self._ended = threading.Event()

    def run(self) -> None:
        """Does all duties until it is stopped."""
        tidied = time.monotonic()
        while not self._ended.wait(PAUSE):
            for duty in DUTIES:
                self._do(duty)
            if time.monotonic() > tidied + TIDY:
                tidied = time.monotonic()
                self._do(tidy)

    def stop(self) -> None:
        """Stops it, when the present round is over."""
        self._ended.set()
        self.join()

    def _do(self, duty: object) -> None:
        assert callable(duty)
        try:
            duty(self._house)
        except (Error, OSError) as error:
            # Another worker was faster, or somebody does not answer: the next round is soon.
            if not (isinstance(error, Refused) and error.status == WalletStatus.LETTER_NOT_FOUND):
                LOG.warning("%s: %s", getattr(duty, "__name__", duty), error)
        except Exception:
            # Whatever is wrong with one duty, the others are done, and it is tried again.
            LOG.exception("%s", getattr(duty, "__name__", duty))
