"""One wallet: what can be seen of it, its payment password, and how it is frozen and closed."""

from __future__ import annotations

from typing import NamedTuple, Optional

from .. import _record as field
from .._constants import WalletState
from .._library import ffi, lib
from .._record import Record
from .._values import IdLike, id_struct
from ._actor import Actor, actor_struct
from ._calling import Calling
from ._given import given

#: Until when a password is locked that is locked until it is recovered.
FOR_GOOD = (1 << 64) - 1


class WalletView(Record):
    """What the caller sees of a wallet."""

    __slots__ = ()
    C_TYPE = "escrow_wallet_view"

    # These are written by generate.py.
    state = field.member32(WalletState, "What may be done with it.")
    wallet = field.identifier("The wallet.")
    person = field.identifier("Whose it is.")
    account = field.identifier("Its account in the ledger, which is spend-only.")
    ledger = field.u32("The ledger: its currency.")
    tier = field.u32("How far its owner is verified, as it was written: see `tier_until`.")
    tier_until = field.time("When the tier ends; 0 for never.")
    cooldown_until = field.time("After a recovery lower limits apply until then.")
    refunds_to_wallet = field.flag("Whether refunds of card payments are credited to it.")
    has_payment_password = field.flag("Whether it has a payment password.")
    key_is_damaged = field.flag(
        "Whether the key of its owner is damaged or gone: until it is mended, what is sealed "
        "under it cannot be read. All that stands here needs no key. Not so of an owner who was "
        "erased."
    )


class Spending(Record):
    """What a wallet paid so far, in minor units, and where it stands."""

    __slots__ = ()
    C_TYPE = "escrow_spending"

    # These are written by generate.py.
    tier = field.u32("The tier that holds now.")
    day = field.amount("What was paid today.")
    month = field.amount("What was paid this month.")
    year = field.amount("What was paid this year.")
    lifetime = field.amount("What was ever paid.")
    authorisations = field.u64("Authorisations that wait to be used.")


class PasswordFailures(NamedTuple):
    """How often a payment password was wrong since it last matched."""

    #: How often.
    failures: int
    #: When its lock ends; 0 for no lock, `2**64 - 1` for one that ends by recovery alone.
    locked_until: int

    @property
    def is_locked_for_good(self) -> bool:
        """Whether the lock ends by recovery alone."""
        return self.locked_until == FOR_GOOD


class SingleWallets(Calling):
    """Wallets, one at a time."""

    def wallet(self, wallet: IdLike) -> Optional[WalletView]:
        """Looks up a wallet."""
        return self._find_record(WalletView, lib.escrow_wallet_find, id_struct(wallet, "wallet"))

    def spending(self, wallet: IdLike) -> Optional[Spending]:
        """Gives what a wallet paid in its ledger, and the tier that holds now."""
        return self._find_record(Spending, lib.escrow_wallet_spending, id_struct(wallet, "wallet"))

    def freeze_wallet(self, wallet: IdLike, actor: Actor) -> None:
        """Freezes a wallet and its account. For a member of staff; the customer is told.

        There is no new business; what is in escrow is still settled.

        Refused: `WALLET_NOT_FOUND`, `WALLET_ALREADY_FROZEN`, `WALLET_ALREADY_CLOSED`,
        `ACTOR_MUST_BE_NAMED`, `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`,
        `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        self._command(lib.escrow_wallet_freeze, id_struct(wallet, "wallet"), struct.pointer)

    def unfreeze_wallet(self, wallet: IdLike, actor: Actor) -> None:
        """Makes a frozen wallet and its account usable again. For a member of staff.

        Refused: `WALLET_NOT_FOUND`, `WALLET_IS_NOT_FROZEN`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        self._command(lib.escrow_wallet_unfreeze, id_struct(wallet, "wallet"), struct.pointer)

    def close_wallet(self, wallet: IdLike, actor: Actor) -> None:
        """Closes a frozen, empty wallet and its account for good. For a member of staff.

        Its owner's data is kept for as long as the policy says.

        Refused: `WALLET_NOT_FOUND`, `WALLET_IS_NOT_FROZEN`, `WALLET_ALREADY_CLOSED`,
        `WALLET_MUST_BE_EMPTY`, `WALLET_HAS_OPEN_ORDERS` until the time given if a payment is
        authorised, `WALLET_HAS_OPEN_PAYMENTS`, `WALLET_HAS_OPEN_CHARGEBACKS`,
        `WALLET_HAS_MONEY_IN_SUSPENSE`, `WALLET_HAS_OPEN_REFUNDS`, `ACTOR_MUST_BE_NAMED`,
        `STAFF_MUST_BE_REGISTERED`, `STAFF_MUST_HAVE_SUPPORT_ROLE`, `REASON_MUST_BE_GIVEN`.
        """
        struct = actor_struct(actor)
        self._command(lib.escrow_wallet_close, id_struct(wallet, "wallet"), struct.pointer)


class PaymentPasswords(Calling):
    """The password that payments are authorised by."""

    def create_payment_password(self, wallet: IdLike, password: str) -> None:
        """Creates the payment password of a wallet that has none.

        Six digits or more, or a phrase, unless the policy says otherwise. It must differ from the
        login password.

        Refused: `WALLET_NOT_FOUND`, `WALLET_MUST_BE_ACTIVE`, `PASSWORD_ALREADY_SET`,
        `PASSWORD_TOO_SHORT`, `PASSWORD_TOO_LONG`, `PASSWORD_TOO_COMMON`, `PASSWORDS_MUST_DIFFER`.
        """
        secret = given(password, "a password")
        self._command(
            lib.escrow_wallet_create_payment_password, id_struct(wallet, "wallet"), *secret
        )

    def check_payment_password(self, wallet: IdLike, password: str) -> None:
        """Checks a payment password: raises `WrongCredentials` or `CredentialIsLocked`.

        Failures are counted before the answer is given; five lock it for 15 minutes, each further
        one for twice as long, twenty until recovery, unless the policy says otherwise.

        Refused: `CREDENTIALS_MUST_MATCH`, `CREDENTIAL_IS_LOCKED`, `CREDENTIAL_IS_LOCKED_FOR_GOOD`.
        """
        secret = given(password, "a password")
        self._command(
            lib.escrow_wallet_check_payment_password, id_struct(wallet, "wallet"), *secret
        )

    def change_payment_password(self, wallet: IdLike, present: str, new: str) -> None:
        """Changes the payment password of a wallet whose present one is known. Failures count.

        Refused: as `check_payment_password`; `PASSWORD_TOO_SHORT`, `PASSWORD_TOO_LONG`,
        `PASSWORD_TOO_COMMON`, `PASSWORDS_MUST_DIFFER`, `WALLET_MUST_BE_ACTIVE`.
        """
        secrets = (*given(present, "a password"), *given(new, "a password"))
        self._command(
            lib.escrow_wallet_change_payment_password, id_struct(wallet, "wallet"), *secrets
        )

    def reset_payment_password(self, token: str, new: str) -> None:
        """Sets a new payment password by the token of the link that a recovery sent.

        Failures are forgotten and locks end; for a while lower limits apply; the customer is told
        by every channel.

        Refused: `TOKEN_MUST_BE_VALID`, `PASSWORD_TOO_SHORT`, `PASSWORD_TOO_LONG`,
        `PASSWORD_TOO_COMMON`, `PASSWORDS_MUST_DIFFER`, `DATA_IS_DAMAGED`.
        """
        secrets = (*given(token, "a token"), *given(new, "a password"))
        self._command(lib.escrow_wallet_reset_payment_password, *secrets)

    def payment_password_failures(self, wallet: IdLike) -> Optional[PasswordFailures]:
        """Gives how often the payment password of a wallet was wrong, and when its lock ends.

        `None` if there is no such password.
        """
        failures, until = ffi.new("uint32_t *"), ffi.new("uint64_t *")
        function = lib.escrow_wallet_payment_password_failures
        if not self._find(function, id_struct(wallet, "wallet"), failures, until):
            return None
        return PasswordFailures(int(failures[0]), int(until[0]))
