"""Who is who: what the shop knows of persons beside what their wallets know.

The id of a person is also that of the buyer, of the seller and of the wallet: a shop that has
wallets in several currencies would make others for those.
"""

from __future__ import annotations

from dataclasses import dataclass

from escrowdb import Id, NewWallet, StaffRoles, WalletView

from .documents import Row
from .house import USD, WALLET_CODE, House

SPACE = "people"


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    id: Id
    name: str
    #: The name of the seller, or of the member of staff; empty for others.
    seller: str = ""
    staff: str = ""
    roles: StaffRoles = StaffRoles.NONE
    #: How often all sessions of theirs were ended; those of earlier generations are over.
    generation: int = 0

    @property
    def is_operator(self) -> bool:
        """Whether the house is run by them."""
        return bool(self.roles & StaffRoles.OPERATOR)


def remember(house: House, person: Id, **known: str) -> None:
    """Remembers something of a person."""
    house.documents.change(SPACE, str(person), lambda row: {**row, **known})


def language_of(house: House, person: Id) -> str:
    """Gives the language that a person's letters are written in."""
    return str(house.documents.read(SPACE, str(person)).get("language", "en"))


def person_of(house: House, id: Id) -> Person:
    """Gives who it is."""
    row = house.documents.read(SPACE, str(id))
    staff = row.get("staff", "")
    member = house.wallets.staff_member(staff) if staff else None
    roles = member.roles if member else StaffRoles.NONE
    generation = row.get("generation", 0)
    return Person(id, row.get("name", ""), row.get("seller", ""), staff, roles, generation)


def end_sessions(house: House, person: Id) -> None:
    """Ends all sessions of a person, wherever they are."""

    def next_generation(row: Row) -> Row:
        return {**row, "generation": row.get("generation", 0) + 1}

    house.documents.change(SPACE, str(person), next_generation)


def new_wallet(person: Id) -> NewWallet:
    """Gives the wallet that a person opens."""
    return NewWallet(person, account=account_of(person), ledger=USD, code=WALLET_CODE)


def account_of(wallet: Id) -> Id:
    """Gives the account of a wallet."""
    return Id.named("wallet accounts", str(wallet))


def wallet_of(house: House, person: Id) -> WalletView:
    """Gives the wallet of somebody who is signed in."""
    view = house.wallets.wallet(person)
    if view is None:
        raise LookupError(f"person {person} has no wallet")
    return view
