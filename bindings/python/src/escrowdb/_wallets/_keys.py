"""Rotation of keys: of the master key, of what it wraps, and of what addresses are found by.

For a member of staff, or `Actor.system()`; each stands in the store's own trail, which is that of
the subject 0, before it is carried out.
"""

from __future__ import annotations

from typing import Any, Optional

from .._library import ffi, lib
from .._values import Id, IdLike, u128_number, whole_number
from ._actor import Actor, actor_struct
from ._calling import Calling
from ._given import optional_id
from ._options import MasterKey, wipe


class Keys(Calling):
    """Rotation of keys."""

    def add_master_key(self, master_key: MasterKey, actor: Actor) -> None:
        """Lets a new master key open the store beside the present one.

        Once the new one is in place everywhere, `keep_master_key` ends the present one. To add one
        of two again changes nothing. Raises `InvalidArgumentError` if two other keys open it: keep
        one of them first; `InputOutputError` if a key service fails, or does not unwrap to the same
        what it wrapped.

        Refused: `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        self._with_master_key(lib.escrow_key_add_master, master_key, actor)

    def keep_master_key(self, master_key: MasterKey, actor: Actor) -> None:
        """Lets this master key alone open the store from now on.

        It must open it already: the present one, or one that was added. Raises
        `WrongMasterKeyError` otherwise.

        Refused: `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        self._with_master_key(lib.escrow_key_keep_master, master_key, actor)

    def _with_master_key(self, function: Any, master_key: MasterKey, actor: Actor) -> None:
        struct, given = actor_struct(actor), ffi.new("escrow_master_key *")
        buffers = self._host.master_key(given, master_key)
        try:
            self._command(function, given, struct.pointer)
        finally:
            wipe(buffers)

    def rotate_key_encryption_key(self, actor: Actor) -> int:
        """Wraps the keys of all persons by a new key-encryption key; says how many.

        While others use them. A rotation that was interrupted goes on.

        Refused: `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        return int(self._command_for("uint64_t", lib.escrow_key_rotate, struct.pointer))

    def begin_index_rotation(self, actor: Actor) -> None:
        """Begins to index addresses and documents by a new key.

        What was indexed before is found as long as `end_index_rotation` was not called; `reindex`
        moves it.

        Refused: `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        self._command(lib.escrow_key_begin_index_rotation, struct.pointer)

    def reindex(
        self, actor: Actor, limit: int = 256, *, after: Optional[IdLike] = None
    ) -> Optional[Id]:
        """Moves the next persons behind `after`, up to `limit`, to the present key of indexes.

        Gives the one to go on behind, `None` when all are done.

        Refused: `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        struct, count = actor_struct(actor), whole_number(limit, "a limit", 64)
        function = lib.escrow_key_reindex
        arguments = (optional_id(after, "after"), count, struct.pointer)
        last = u128_number(self._command_for("escrow_u128", function, *arguments))
        return Id(last) if last else None

    def end_index_rotation(self, actor: Actor) -> None:
        """Forgets the former key of indexes, when nobody is indexed by it any more.

        Addresses of nobody that it indexed are forgotten with it.

        Refused: `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        self._command(lib.escrow_key_end_index_rotation, struct.pointer)
