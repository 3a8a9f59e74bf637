"""What a forked child goes on with has locks that a thread of its parent may have held for ever."""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Inherited(Protocol):
    """Goes on in a forked child."""

    def _renew(self) -> None:
        """In a forked child: leaves what threads of the parent may have been in the middle of."""


_INHERITED: weakref.WeakSet[Inherited] = weakref.WeakSet()


def inherit(this: Inherited) -> None:
    """Has forked children go on with this."""
    _INHERITED.add(this)


def _renew_all() -> None:
    for each in list(_INHERITED):
        each._renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
