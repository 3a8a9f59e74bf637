"""Parts of orders: what a side does about one, and what it can do."""

from __future__ import annotations

from typing import Any, Optional, Union

from .. import _record as field
from .._account import Ledger, ledger_number
from .._constants import Action, ClaimReason, Party, Remedy, Silence, Stage
from .._library import ffi
from .._operation import AmountLike
from .._record import Record
from .._values import IdLike, u128_struct, whole_number
from .._wallets._given import optional_id, packed
from .._wallets._payments import minor_amount
from ._refused import actions_of


class PartCommand(Record):
    """What is done about a part. A field that an action does not use must not be given.

    >>> PartCommand(Action.PROPOSE, amount=1000)
    PartCommand(action=<Action.PROPOSE: 9>, amount=1000)
    >>> PartCommand.claim(
    ...     6000, reason=ClaimReason.NOT_RECEIVED, remedy=Remedy.REFUND, evidence=77
    ... ).reason.name
    'NOT_RECEIVED'
    """

    __slots__ = ()
    C_TYPE = "escrow_part_command"

    # These are written by generate.py.
    action = field.member32(Action, "What.")
    amount = field.amount(
        "Of a claim, an amended one, a proposal and a decision: how much is to go back to the "
        "buyer. Of who accepts, grants or confirms a return: how much that was, as this side has "
        "seen it."
    )
    reference = field.identifier(
        "The host's reference: to the evidence of a claim, an amended one, a refusal, a contested "
        "return and an appeal, and what is given when asked for; to the tracking of what is sent "
        "back."
    )
    seconds = field.u32(
        "Of an extension: how long from now on, later than the window ends. Of evidence that is "
        "asked for: until the time to decide ends at the latest."
    )
    reason = field.member32(ClaimReason, "Of a claim: what is wrong, `ClaimReason`.")
    remedy = field.member32(Remedy, "Of a claim: what is asked for, `Remedy`.")
    party = field.u32("Of evidence that is asked for: of whom, `Party.BUYER` or `Party.SELLER`.")

    def __init__(
        self,
        action: Action,
        *,
        amount: AmountLike = 0,
        reference: Optional[IdLike] = None,
        seconds: int = 0,
        reason: Optional[ClaimReason] = None,
        remedy: Optional[Remedy] = None,
        party: Optional[Party] = None,
        ledger: Union[int, Ledger] = 0,
    ) -> None:
        # Says how a `Decimal` is meant, and is that of the order.
        ledger_number(ledger)
        self._record = packed(
            self.C_TYPE,
            struct_size=ffi.sizeof(self.C_TYPE),
            action=whole_number(action, "an action", 32),
            amount=u128_struct(minor_amount(amount, ledger)),
            reference=optional_id(reference, "reference"),
            seconds=whole_number(seconds, "a number of seconds", 32),
            reason=whole_number(0 if reason is None else reason, "a reason", 32),
            remedy=whole_number(0 if remedy is None else remedy, "a remedy", 32),
            party=whole_number(0 if party is None else party, "a party", 32),
        )

    @classmethod
    def ship(cls) -> PartCommand:
        """The goods are on their way."""
        return cls(Action.SHIP)

    @classmethod
    def deliver(cls) -> PartCommand:
        """The carrier attests that they arrived."""
        return cls(Action.DELIVER)

    @classmethod
    def confirm(cls) -> PartCommand:
        """The buyer is content: the seller is paid."""
        return cls(Action.CONFIRM)

    @classmethod
    def cancel(cls) -> PartCommand:
        """The seller gives up: the buyer gets all back."""
        return cls(Action.CANCEL)

    @classmethod
    def extend(cls, seconds: int) -> PartCommand:
        """The other side is given more time: from now on, later than the window ends."""
        return cls(Action.EXTEND, seconds=seconds)

    @classmethod
    def claim(
        cls,
        amount: AmountLike,
        *,
        reason: ClaimReason,
        remedy: Remedy,
        evidence: IdLike,
        ledger: Union[int, Ledger] = 0,
    ) -> PartCommand:
        """The buyer complains, or asks to cancel before it is shipped.

        The amount is 1 to what is in escrow; all of it, and without a return, of what is not
        shipped. `evidence` is a reference of the caller's.
        """
        return cls(
            Action.CLAIM,
            amount=amount,
            reason=reason,
            remedy=remedy,
            reference=evidence,
            ledger=ledger,
        )

    @classmethod
    def amend(
        cls, amount: AmountLike, *, evidence: IdLike, ledger: Union[int, Ledger] = 0
    ) -> PartCommand:
        """The buyer claims another amount."""
        return cls(Action.AMEND, amount=amount, reference=evidence, ledger=ledger)

    @classmethod
    def withdraw(cls) -> PartCommand:
        """The buyer takes the claim back."""
        return cls(Action.WITHDRAW)

    @classmethod
    def propose(cls, amount: AmountLike, *, ledger: Union[int, Ledger] = 0) -> PartCommand:
        """One side says what it would settle for: what goes back to the buyer, who keeps the goods.

        The former proposal of this side ends.
        """
        return cls(Action.PROPOSE, amount=amount, ledger=ledger)

    @classmethod
    def accept(cls, amount: AmountLike, *, ledger: Union[int, Ledger] = 0) -> PartCommand:
        """One side accepts what the other one proposed, which is the amount that it has seen."""
        return cls(Action.ACCEPT, amount=amount, ledger=ledger)

    @classmethod
    def grant(cls, amount: AmountLike, *, ledger: Union[int, Ledger] = 0) -> PartCommand:
        """The seller gives what is claimed, which is the amount that the seller has seen."""
        return cls(Action.GRANT, amount=amount, ledger=ledger)

    @classmethod
    def refuse(cls, *, evidence: IdLike) -> PartCommand:
        """The seller refuses what is claimed, with evidence."""
        return cls(Action.REFUSE, reference=evidence)

    @classmethod
    def escalate(cls) -> PartCommand:
        """The buyer has staff decide."""
        return cls(Action.ESCALATE)

    @classmethod
    def send_back(cls, *, tracking: IdLike) -> PartCommand:
        """The buyer sends the goods back."""
        return cls(Action.SEND_BACK, reference=tracking)

    @classmethod
    def confirm_return(cls, amount: AmountLike, *, ledger: Union[int, Ledger] = 0) -> PartCommand:
        """The seller has the goods again, and gives the amount that was seen as claimed."""
        return cls(Action.CONFIRM_RETURN, amount=amount, ledger=ledger)

    @classmethod
    def contest_return(cls, *, evidence: IdLike) -> PartCommand:
        """The seller says that the goods did not come back as they were."""
        return cls(Action.CONTEST_RETURN, reference=evidence)

    @classmethod
    def decide(cls, amount: AmountLike, *, ledger: Union[int, Ledger] = 0) -> PartCommand:
        """Staff decide how much the buyer gets back: 0 to what is in escrow."""
        return cls(Action.DECIDE, amount=amount, ledger=ledger)

    @classmethod
    def ask_evidence(cls, party: Party, seconds: int) -> PartCommand:
        """Staff ask the buyer or the seller for evidence, from now on and until they decide."""
        return cls(Action.ASK_EVIDENCE, party=party, seconds=seconds)

    @classmethod
    def give_evidence(cls, evidence: IdLike) -> PartCommand:
        """That side gives it."""
        return cls(Action.GIVE_EVIDENCE, reference=evidence)

    @classmethod
    def appeal(cls, *, evidence: IdLike) -> PartCommand:
        """One side asks staff to decide again."""
        return cls(Action.APPEAL, reference=evidence)


class Item(Record):
    """So many of an item of a part; `line` is the place of its line among those of its leg.

    >>> Item(0, 2)
    Item(quantity=2)
    """

    __slots__ = ()
    C_TYPE = "escrow_item"

    # These are written by generate.py.
    line = field.u32("The place of its line among the lines of its leg.")
    quantity = field.u32("How many, at least 1.")

    def __init__(self, line: int, quantity: int = 1) -> None:
        self._record = packed(
            self.C_TYPE,
            line=whole_number(line, "a line", 32),
            quantity=whole_number(quantity, "a quantity", 32),
        )


class Acted(Record):
    """What a command about a part has done."""

    __slots__ = ()
    C_TYPE = "escrow_acted"

    # These are written by generate.py.
    stage = field.member32(Stage, "The stage of the part after it.")
    refunded = field.amount(
        "What went back to the sources of the tenders by it, or to the buyer's own account; what "
        "one of them did not take is due."
    )
    at = field.time("When it was judged.")
    part = field.u32(
        "The part that it was about: the new one, if items were divided off another part for it."
    )


class TenderCame(Record):
    """What became of a tender that came."""

    __slots__ = ()
    C_TYPE = "escrow_tender_came"

    # These are written by generate.py.
    is_taken = field.flag(
        "Whether it was taken for the order. Otherwise it came too late, or a second time, and "
        "all of it went back to its source."
    )
    has_paid = field.flag("Whether it was the last one, and the legs are paid.")
    back = field.amount(
        "What went back to sources by it, of all tenders if it paid the order: see `timeline`."
    )
    kept = field.amount("What the buyer keeps, of all tenders, if it paid the order.")


class PartOptions(Record):
    """What a party can do about a part, and what happens if nobody does anything."""

    __slots__ = ()
    C_TYPE = "escrow_part_options"

    # These are written by generate.py.
    stage = field.member32(Stage, "How far it has come.")
    _possible = field.u64("What this party can do: for each action the bit `1 << Action`.")
    until = field.time("Until when; 0 if it is done.")
    if_nobody_acts = field.optional_member32(Silence, "What happens then; `None` if it is done.")
    not_received_from = field.time(
        "From when on it can be claimed that it did not come, where that is not yet possible; 0 "
        "otherwise."
    )
    asked_until = field.time("Until when staff await evidence of this party; 0 if they do not.")
    is_decided = field.flag("Whether staff have decided, while it can be appealed against or was.")
    is_half_decided = field.flag(
        "Whether a first member of staff has decided, and a second one is to decide, too."
    )
    decision = field.amount(
        "What goes back to the buyer if it is decided or half decided; 0 otherwise."
    )

    @property
    def possible(self) -> tuple[Action, ...]:
        """What this party can do."""
        return actions_of(self._possible)

    def _values(self) -> dict[str, Any]:
        fields = super()._values()
        del fields["_possible"]
        return {**fields, "possible": self.possible}
