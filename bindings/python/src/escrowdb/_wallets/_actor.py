"""Who gives a command, and why: what the audit trail remembers."""

from __future__ import annotations

from .. import _record as field
from .._constants import ActorKind
from .._values import whole_number
from . import _text_record as texts
from ._given import Structs, checked
from ._text_record import TextRecord


class Actor(TextRecord):
    """Who gives a command, and why.

    >>> Actor.staff("eve", "asked by phone")
    Actor(kind=<ActorKind.STAFF: 3>, name='eve', reason='asked by phone')
    """

    __slots__ = ()
    C_TYPE = "escrow_actor"

    # These are written by generate.py.
    kind = field.member32(ActorKind, "Who it is.")
    name = texts.text(
        "Of a member of staff: the name that they are registered under (`register_staff`), 1 to "
        "64 of a-z, 0-9, `.`, `_`, `@` and `-`; upper case counts as lower, any other is refused "
        "with `actor_must_be_named`. Names whose letters and digits are the same, or look it, are "
        "one person's, and one of them can be registered: `eve.` or `eve`, `b0b` or `bob`. Empty "
        "for others."
    )
    reason = texts.text(
        "Of a member of staff: why they do it, 1 to 200 bytes; no personal data of the customer. "
        "Empty for others."
    )

    def __init__(self, kind: int, name: str = "", reason: str = "") -> None:
        self._fill(kind=whole_number(kind, "the kind of an actor", 32), name=name, reason=reason)

    @classmethod
    def staff(cls, name: str, reason: str) -> Actor:
        """A member of staff, by the host's own name for them, and why they act.

        The name is 1 to 64 of `[a-z0-9._@-]`, upper case counting as lower; any other is refused
        by each command: `WalletStatus.ACTOR_MUST_BE_NAMED`. Where two must agree, names whose
        letters and digits are the same, or look it, are one person's: `eve.` beside `eve`. Neither
        name nor reason may hold personal data of the customer: the audit trail keeps them.
        """
        return cls(ActorKind.STAFF, name, reason)

    @classmethod
    def customer(cls) -> Actor:
        """The customer, whom the host has authenticated."""
        return cls(ActorKind.CUSTOMER)

    @classmethod
    def system(cls) -> Actor:
        """The host by itself: a deadline, a clean-up."""
        return cls(ActorKind.SYSTEM)


def actor_struct(actor: object) -> Structs:
    """Gives an actor as the library takes it."""
    struct: Structs = checked(actor, Actor, "an actor")._struct()
    return struct
