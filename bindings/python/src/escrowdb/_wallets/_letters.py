"""Letters: what waits in the outbox for the host to send."""

from __future__ import annotations

from typing import NamedTuple, Optional, Union

from .. import _record as field
from .._constants import Channel, LetterFate, LetterKind, LetterState
from .._library import ffi, lib
from .._values import Id, IdLike, id_struct, whole_number
from . import _text_record as texts
from ._actor import Actor, actor_struct
from ._calling import Calling
from ._given import checked
from ._text_record import TextRecord


class LetterId(NamedTuple):
    """Names a letter."""

    #: Whom it goes to.
    person: Id
    #: Which of their letters.
    letter: Id


class Letter(TextRecord):
    """A letter for the caller to send. `repr` shows neither the address nor the secret."""

    __slots__ = ()
    C_TYPE = "escrow_letter"

    # These are written by generate.py.
    kind = field.member32(LetterKind, "What it says.")
    person = field.identifier("Whom it goes to.")
    letter = field.identifier("Which of their letters.")
    about = field.identifier("The wallet or case that it is about; zero for none.")
    created_at = field.time("When it was written.")
    channel = field.member32(Channel, "How it is sent.")
    attempts = field.u32("How often it was handed over, with this time.")
    address = texts.hidden("The e-mail address or telephone number.")
    secret = texts.hidden(
        "The token of its link, or its code; empty for none. The host puts it into the letter, "
        "and nowhere else."
    )

    @property
    def id(self) -> LetterId:
        """What names it, also when it is forgotten what it says."""
        return LetterId(self.person, self.letter)


class LetterStatus(TextRecord):
    """What support sees of a letter: not what it says."""

    __slots__ = ()
    C_TYPE = "escrow_letter_status"

    # These are written by generate.py.
    kind = field.member32(LetterKind, "What it says.")
    person = field.identifier("Whom it goes to.")
    letter = field.identifier("Which of their letters.")
    created_at = field.time("When it was written.")
    due = field.time("When it is handed over (again), or forgotten.")
    channel = field.member32(Channel, "How it is sent.")
    state = field.member32(LetterState, "Where it is.")
    attempts = field.u32("How often it was handed over.")

    @property
    def id(self) -> LetterId:
        """What names it."""
        return LetterId(self.person, self.letter)


#: What names a letter: its id, the id's parts, or the letter itself.
LetterLike = Union[LetterId, tuple[IdLike, IdLike], Letter, LetterStatus]


class Letters(Calling):
    """The outbox."""

    def take_letters(self, limit: int = 256) -> list[Letter]:
        """Takes the letters that wait, oldest first, up to `limit`, and at most 256.

        Each is given again after a while, unless `report_letter` says what became of it; after too
        many times it counts as bounced. Letters of a person whose key is damaged wait in the state
        `LetterState.AWAITS_KEY` until it is mended, or the person erased: also those of what the
        person is told meanwhile. Links and codes that are asked for meanwhile are not made up for.
        """
        count = whole_number(limit, "a limit", 64)
        return self._rows(Letter, lib.escrow_letter_at, lib.escrow_letters_take, count)

    def report_letter(
        self, letter: LetterLike, fate: LetterFate, actor: Optional[Actor] = None
    ) -> None:
        """Says what became of a letter that was handed over.

        `actor` is the member of staff who says so; the caller by itself if it is not given.

        Refused: `LETTER_NOT_FOUND`, `LETTER_MUST_BE_HANDED_OVER`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = None if actor is None else actor_struct(actor)
        pointer = ffi.NULL if struct is None else struct.pointer
        number = whole_number(fate, "the fate of a letter", 32)
        self._command(lib.escrow_letter_report, *letter_structs(letter), number, pointer)

    def retry_letter(self, letter: LetterLike, actor: Actor) -> None:
        """Has a letter handed over once more, whatever became of it. For a member of staff.

        Its hand-overs are counted anew. While the key of whom it goes to is damaged it is
        `LetterState.AWAITS_KEY` then. A link or code in it is as old as before.

        Refused: `LETTER_NOT_FOUND`, `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`,
        `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        self._command(lib.escrow_letter_retry, *letter_structs(letter), struct.pointer)

    def letters_of(self, person: IdLike) -> list[LetterStatus]:
        """Gives what support sees of a person's letters, oldest first."""
        function, row_at = lib.escrow_letters_of, lib.escrow_letter_status_at
        return self._rows(LetterStatus, row_at, function, id_struct(person, "person"))

    def waiting_letters(
        self, limit: int = 256, *, after: Optional[LetterStatus] = None
    ) -> list[LetterStatus]:
        """Gives the letters whose fate is not known yet, the one that is due first at the front.

        To go on behind the last one that was given, give it as `after`.
        """
        due, letter = 0, id_struct(0)
        if after is not None:
            last = checked(after, LetterStatus, "the letter to go on behind")
            due, letter = last.due, id_struct(last.letter)
        count = whole_number(limit, "a limit", 64)
        function, row_at = lib.escrow_letters_waiting, lib.escrow_letter_status_at
        return self._rows(LetterStatus, row_at, function, due, letter, count)


def letter_structs(letter: LetterLike) -> tuple[dict[str, int], dict[str, int]]:
    """Gives what names a letter, as the library takes it."""
    named = letter.id if isinstance(letter, (Letter, LetterStatus)) else letter
    if not isinstance(named, tuple) or len(named) != 2:
        raise TypeError(f"a letter must be Letter or LetterId, not {type(letter).__name__}")
    person, number = named
    return id_struct(person, "person"), id_struct(number, "number")
