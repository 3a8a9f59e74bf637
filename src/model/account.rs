//! Accounts and their balances.

use super::{Amount, Id, Timestamp};
use bytemuck::{Pod, Zeroable};
use std::fmt;

/// An account of one ledger. 128 bytes, no padding.
///
/// To open one, fill `id`, `ledger`, `code`, `flags` and the user data; the store keeps the rest.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Pod, Zeroable)]
pub struct Account {
    /// Chosen by the caller; not 0, not the maximum.
    pub id: Id,
    /// What it owes and owns; zero on the way in.
    pub balances: Balances,
    /// The caller's own key: a customer's number, a UUID.
    pub user_data_128: Id,
    /// The caller's own.
    pub user_data_64: u64,
    /// When it was opened; zero on the way in unless `imported`.
    pub created_at: Timestamp,
    /// The ledger it belongs to.
    pub ledger: u32,
    /// What it may do: [`AccountFlags`].
    pub flags: AccountFlags,
    /// Open holds in which it is payer, payee or fee account; zero on the way in.
    pub open_holds: u32,
    /// The caller's chart of accounts; not 0.
    pub code: u16,
    /// Must be zero.
    pub reserved: u16,
}

const _: () = assert!(size_of::<Account>() == 128 && align_of::<Account>() == 8);

/// The four balances of an account, in minor units. 64 bytes.
///
/// A customer's wallet is a liability of the operator: paying in credits it, spending debits it.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Pod, Zeroable)]
pub struct Balances {
    /// Held for others: the rest of its open holds as payer.
    pub debits_pending: Amount,
    /// All that ever left it.
    pub debits_posted: Amount,
    /// Held for it: the rest of its open holds as payee. Nobody can spend it yet.
    pub credits_pending: Amount,
    /// All that ever came in.
    pub credits_posted: Amount,
}

impl Balances {
    /// What a credit-normal account (a wallet, a merchant) can spend:
    /// `credits_posted − debits_posted − debits_pending`, zero where that is negative.
    /// Incoming pending credits never count.
    #[must_use]
    pub const fn available(&self) -> Amount {
        self.credits_posted.saturating_sub(self.debits_posted).saturating_sub(self.debits_pending)
    }

    /// What a debit-normal account (cash, a receivable) can give:
    /// `debits_posted − credits_posted − credits_pending`, zero where that is negative.
    #[must_use]
    pub const fn available_debit(&self) -> Amount {
        self.debits_posted.saturating_sub(self.credits_posted).saturating_sub(self.credits_pending)
    }

    /// The posted balance as a credit-normal account reads it, in minor units: what came in less
    /// what left. Negative for an external account that money came from.
    #[must_use]
    pub fn net(&self) -> i128 {
        self.credits_posted.signed().saturating_sub(self.debits_posted.signed())
    }
}

/// The two sides of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The left: what leaves a wallet.
    Debit,
    /// The right: what comes into a wallet.
    Credit,
}

/// What an account is and may do; a set of bits.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Pod, Zeroable)]
pub struct AccountFlags(u32);

impl AccountFlags {
    /// No flag.
    pub const NONE: Self = Self(0);
    /// A liability (wallet, merchant): never spends more than it has.
    pub const DEBITS_MUST_NOT_EXCEED_CREDITS: Self = Self(1);
    /// An asset: never gives more than was put in. Excludes the flag above.
    pub const CREDITS_MUST_NOT_EXCEED_DEBITS: Self = Self(1 << 1);
    /// The boundary of the system: a bank, a card acquirer, cash.
    pub const EXTERNAL: Self = Self(1 << 2);
    /// A closed-loop wallet: no operation moves its money to an `EXTERNAL` account, save a refund
    /// to where it came from. Excludes `EXTERNAL`.
    pub const SPEND_ONLY: Self = Self(1 << 3);
    /// Its statement also shows changes of the pending balances, and its balances at any past time
    /// can be asked for. Without it a statement shows changes of the posted balances.
    pub const HISTORY: Self = Self(1 << 4);
    /// No new business; open holds are still settled. Set by `freeze`.
    pub const FROZEN: Self = Self(1 << 5);
    /// Out of use. Set by `close`.
    pub const CLOSED: Self = Self(1 << 6);
    /// On the way in: `created_at` is the caller's, for moving a history in.
    pub const IMPORTED: Self = Self(1 << 7);
    /// Kept by the library: the host's operations neither debit nor credit it, and touch no hold
    /// in which it is payer, payee or fee account. Deadlines settle such holds all the same.
    pub const MANAGED: Self = Self(1 << 8);

    const NAMES: [(Self, &'static str); 9] = [
        (Self::DEBITS_MUST_NOT_EXCEED_CREDITS, "debits_must_not_exceed_credits"),
        (Self::CREDITS_MUST_NOT_EXCEED_DEBITS, "credits_must_not_exceed_debits"),
        (Self::EXTERNAL, "external"),
        (Self::SPEND_ONLY, "spend_only"),
        (Self::HISTORY, "history"),
        (Self::FROZEN, "frozen"),
        (Self::CLOSED, "closed"),
        (Self::IMPORTED, "imported"),
        (Self::MANAGED, "managed"),
    ];
    /// Every flag there is.
    pub const ALL: Self = Self(0x1ff);
}

/// A flag set over an integer: the operations that every such set needs.
//
// By hand, and not by `bitflags`: sets keep bits that nobody knows, all is `const`, and the names
// are the lower-case ones of every interface, as static text.
macro_rules! flag_set {
    ($name:ident) => {
        impl $name {
            /// The bits.
            #[must_use]
            pub const fn bits(self) -> u32 {
                self.0
            }

            /// The set of these bits, known or not.
            #[must_use]
            pub const fn from_bits(bits: u32) -> Self {
                Self(bits)
            }

            /// Whether all of `other` is in this set.
            #[must_use]
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Whether any of `other` is in this set.
            #[must_use]
            pub const fn intersects(self, other: Self) -> bool {
                self.0 & other.0 != 0
            }

            /// This set with `other`.
            #[must_use]
            pub const fn with(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// This set without `other`.
            #[must_use]
            pub const fn without(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }

            /// The names of the flags in this set.
            pub fn names(self) -> impl Iterator<Item = &'static str> {
                Self::NAMES.iter().filter(move |(flag, _)| self.contains(*flag)).map(|(_, n)| *n)
            }
        }

        impl std::ops::BitOr for $name {
            type Output = Self;
            fn bitor(self, other: Self) -> Self {
                self.with(other)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.debug_set().entries(self.names()).finish()
            }
        }
    };
}
pub(crate) use flag_set;
flag_set!(AccountFlags);

impl Account {
    /// An account to be opened.
    #[must_use]
    pub fn new(id: Id, ledger: u32, code: u16, flags: AccountFlags) -> Self {
        Self { id, ledger, code, flags, ..Self::zeroed() }
    }

    /// Whether `flag` is set.
    #[must_use]
    pub const fn has(&self, flag: AccountFlags) -> bool {
        self.flags.contains(flag)
    }
}
