"""Leaving a wallet: what is left in it is given up, or waits unclaimed for its owner."""

from __future__ import annotations

from typing import Optional, Union

from .. import _record as field
from .._account import Ledger, ledger_number
from .._constants import ErrorCode, UnclaimedReason
from .._library import call, ffi, lib, raise_error
from .._record import Record
from .._values import Id, IdLike, id_struct, u128_number, u128_struct, whole_number
from ._actor import Actor, actor_struct
from ._calling import Calling
from ._given import given, optional_id

#: Items that are fetched at once.
ITEMS = 64


class UnclaimedItem(Record):
    """Money that was set aside for its owner."""

    __slots__ = ()
    C_TYPE = "escrow_unclaimed_item"

    # These are written by generate.py.
    id = field.identifier("The transfer that brought it there.")
    person = field.identifier("Whose it is.")
    wallet = field.identifier("The wallet that it came from.")
    amount = field.amount("How much.")
    resolved_by = field.identifier("The transfer by which it left; zero while it waits.")
    resolved_to = field.identifier("The account that it went to; zero while it waits.")
    came_at = field.time("Since when it is there.")
    resolved_at = field.time("When it left; 0 while it waits.")
    ledger = field.u32("Of which ledger.")
    reason = field.member32(UnclaimedReason, "Why it is there.")


class Unclaimed(Calling):
    """What leaves wallets without being spent."""

    def waive(
        self, wallet: IdLike, amount_max: int, *, id: IdLike, version: str, password: str
    ) -> int:
        """Gives up what is left in a wallet; gives how much it was, in minor units.

        Its owner states by her payment password that she does. What lies there, or `amount_max`
        minor units if it is more, goes by a transfer of this id to the account that was named when
        the wallets were opened (`waiver_accounts`); money in escrow is not touched. `version` is
        that of the text that she was shown. She is told by every channel. Sent again, it changes
        nothing.

        Refused: `CREDENTIALS_MUST_MATCH`, `CREDENTIAL_IS_LOCKED`, `CREDENTIAL_IS_LOCKED_FOR_GOOD`,
        `WAIVER_IS_OFF`, `WALLET_MUST_BE_ACTIVE`, `WALLET_IS_EMPTY`, `AMOUNT_MUST_BE_VALID`,
        `TEXT_MUST_BE_VALID`, `TEXT_MUST_NOT_HOLD_A_CARD_NUMBER`, `ID_MUST_BE_VALID`;
        `REFUSED_BY_LEDGER`, also if the id stands for something else.
        """
        most = u128_struct(whole_number(amount_max, "an amount"))
        waived = self._command_for(
            "escrow_u128",
            lib.escrow_wallet_waive,
            id_struct(id, "id"),
            id_struct(wallet, "wallet"),
            most,
            *given(version, "a version"),
            *given(password, "a password"),
        )
        return u128_number(waived)

    @staticmethod
    def unclaimed_account(ledger: Union[int, Ledger]) -> Id:
        """Gives the account in which a ledger's unclaimed money lies.

        It is opened when it is needed first, and managed: no operation of the caller debits or
        credits it.
        """
        made = ffi.new("escrow_u128 *")
        call(lib.escrow_unclaimed_account, ledger_number(ledger), made)
        return Id(u128_number(made))

    def set_aside(self, item: IdLike, wallet: IdLike, actor: Actor) -> None:
        """Sets aside all that lies in a frozen wallet, so that it can be closed.

        By a transfer of the id `item`: it becomes unclaimed money of its owner, who is told by
        every channel. Money in escrow is not touched. Sent again, it changes nothing. For a member
        of staff.

        Refused: `WALLET_NOT_FOUND`, `WALLET_IS_NOT_FROZEN`, `WALLET_ALREADY_CLOSED`,
        `WALLET_IS_EMPTY`, `ACCOUNT_MUST_FIT`, `ID_MUST_BE_VALID`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`;
        `REFUSED_BY_LEDGER`, also if the id stands for something else.
        """
        struct = actor_struct(actor)
        ids = id_struct(item, "item"), id_struct(wallet, "wallet")
        self._command(lib.escrow_unclaimed_set_aside, *ids, struct.pointer)

    def claim_unclaimed(self, item: IdLike, *, into: IdLike, id: IdLike, actor: Actor) -> None:
        """Gives unclaimed money back, all of the item, by a transfer of this id.

        Into an active wallet of the person whose it is, in the same ledger. By the customer, whom
        the caller has authenticated as the owner of the wallet, or by a member of staff. No limit
        of the tier stops it. Its owner is told. Sent again, it changes nothing.

        Refused: `UNCLAIMED_MONEY_NOT_FOUND`, `UNCLAIMED_MONEY_IS_RESOLVED`,
        `UNCLAIMED_MONEY_IS_OF_ANOTHER`, `WALLET_NOT_FOUND`, `WALLET_MUST_BE_ACTIVE`,
        `WALLET_HAS_ANOTHER_LEDGER`, `REFUSED_BY_LEDGER`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        ids = id_struct(item, "item"), id_struct(id, "id"), id_struct(into, "wallet")
        self._command(lib.escrow_unclaimed_claim, *ids, struct.pointer)

    def pay_out_unclaimed(self, item: IdLike, *, to: IdLike, id: IdLike, actor: Actor) -> None:
        """Pays unclaimed money out, all of the item, by a transfer of this id.

        To an account that the caller pays out from, where the policy allows redemption: to its
        owner, or to the state where the law has it so. The account is neither external nor a
        wallet's. Its owner is told. It takes two members of staff who order the same account within
        a week. Sent again, it changes nothing.

        Refused: `SECOND_PERSON_MUST_AGREE` for the first of them, which is remembered;
        `REVIEWER_MUST_BE_ANOTHER` by a name that only looks like another one's;
        `REDEMPTION_IS_OFF`, `UNCLAIMED_MONEY_NOT_FOUND`, `UNCLAIMED_MONEY_IS_RESOLVED`,
        `PAYEE_MUST_NOT_BE_A_WALLET`, `REFUSED_BY_LEDGER`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_OPERATOR_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        ids = id_struct(item, "item"), id_struct(id, "id"), id_struct(to, "account")
        self._command(lib.escrow_unclaimed_pay_out, *ids, struct.pointer)

    def unclaimed_item(self, item: IdLike) -> Optional[UnclaimedItem]:
        """Looks up unclaimed money, waiting or gone."""
        return self._find_record(UnclaimedItem, lib.escrow_unclaimed_find, id_struct(item, "item"))

    def open_unclaimed(
        self, limit: int = 256, *, after: Optional[IdLike] = None
    ) -> list[UnclaimedItem]:
        """Gives the unclaimed money that waits for its owners, the oldest first.

        To go on behind an item, give its id as `after`.
        """
        wanted, count = whole_number(limit, "a limit", 64), ffi.new("size_t *")
        room = ffi.new(f"{UnclaimedItem.C_TYPE}[]", ITEMS)
        items: list[UnclaimedItem] = []
        while len(items) < wanted:
            behind = optional_id(items[-1].id if items else after)
            capacity = min(ITEMS, wanted - len(items))
            self._call(lib.escrow_unclaimed_waiting, behind, room, capacity, count)
            items += UnclaimedItem._many(ffi.buffer(room), int(count[0]))
            if count[0] < capacity:
                break
        return items

    def unclaimed_of(self, person: IdLike) -> list[UnclaimedItem]:
        """Gives all that was ever set aside of a person's wallets, the oldest first."""
        owner, count, capacity = id_struct(person, "person"), ffi.new("size_t *"), ITEMS
        while True:
            room = ffi.new(f"{UnclaimedItem.C_TYPE}[]", capacity)
            function = lib.escrow_unclaimed_of_person
            code, error = self._code(function, owner, room, capacity, count)
            if code != ErrorCode.BUFFER_TOO_SMALL:
                break
            capacity = int(count[0])
        if code:
            raise_error(code, error)
        return UnclaimedItem._many(ffi.buffer(room), int(count[0]))
